"""What the comparison counts, asked of the raw examinations: SQL that knows nothing of summaries.

For people with a civil date of their operation, in one time zone without changes of the clocks, as
made-up people have. Windows and bands as in CLINICAL.md G and I.
"""

import datetime as dt
from collections import Counter
from typing import Any

from django.db import connection

TWELVE_MONTHS = (365, 60)
DIED, NOTHING = -1, None
Found = Counter[tuple[str, int | None]]
"""People by band and by the grade of the worse leg: DIED for the dead, NOTHING without a grade."""

# of both databases: days and hours between two, and an instant that may be the end of a day
DIALECTS = {
    "postgresql": {
        "days": "({0} - {1})",
        "instant": "({0} + {1})",
        "hours": "(EXTRACT(EPOCH FROM ({0} - {1})) / 3600.0)",
        "zero": "TIME '00:00'",
        "end": "INTERVAL '24 hours'",
        "time": "({0} - TIME '00:00')",
    },
    "sqlite": {
        "days": "(julianday({0}) - julianday({1}))",
        "instant": "(julianday({0}) + {1})",
        "hours": "round(24 * ({0} - {1}), 6)",
        "zero": "0.0",
        "end": "1.0",
        "time": "(julianday('2000-01-01 ' || {0}) - julianday('2000-01-01'))",
    },
}

SQL = """
WITH operations AS (
    SELECT p.*,
           {earliest} AS earliest,
           {latest} AS latest,
           row_number() OVER (
               PARTITION BY p.patient_id, p.kind = 'cement'
               ORDER BY p.is_index DESC NULLS LAST, COALESCE(p.date, p.date_lower), p.time,
                        p.position
           ) AS place
    FROM patients_procedure p
    WHERE NOT p.entered_in_error
      AND (p.kind = 'cement'
           OR p.is_index
           OR (p.kind = 'decompression'
               AND COALESCE(p.intended, 'decompress_leaked_cement') = 'decompress_leaked_cement'))
), decisions AS (
    SELECT c.patient_id, c.decision,
           row_number() OVER (
               PARTITION BY c.patient_id ORDER BY c.date DESC, c.position DESC
           ) AS place
    FROM patients_consent c
    WHERE c.purpose = 'research' AND NOT c.entered_in_error AND c.date <= %(on)s
), timing AS (
    SELECT person.id, person.status, person.died_on, incision.date AS day_zero,
           incision.id AS incision,
           {least} AS least, {most} AS most
    FROM patients_patient person
    JOIN decisions ON decisions.patient_id = person.id
                  AND decisions.place = 1 AND decisions.decision = 'given'
    LEFT JOIN operations cement
           ON cement.patient_id = person.id AND cement.kind = 'cement' AND cement.place = 1
    LEFT JOIN operations incision
           ON incision.patient_id = person.id AND incision.kind <> 'cement' AND incision.place = 1
    WHERE NOT person.entered_in_error AND person.origin = %(origin)s
), exams AS (
    SELECT v.patient_id, v.motor_right_grade AS r, v.motor_left_grade AS l,
           row_number() OVER (
               PARTITION BY v.patient_id
               ORDER BY abs({since} - %(target)s), {since}, v.time
           ) AS place
    FROM outcomes_visit v JOIN timing ON timing.id = v.patient_id
    WHERE NOT v.entered_in_error
      AND {since} BETWEEN %(target)s - %(half)s AND %(target)s + %(half)s
      AND COALESCE(v.motor_right_grade, v.motor_left_grade,
                   v.motor_right_not_testable, v.motor_left_not_testable) IS NOT NULL
), told AS (
    SELECT CASE
             WHEN incision IS NULL THEN 'not_operated'
             WHEN least IS NULL AND most IS NULL THEN 'unknown'
             WHEN most <= 24 THEN 'day'
             WHEN least IS NULL OR least <= 24 THEN 'unclassifiable'
             WHEN most <= 168 THEN 'week'
             WHEN least > 168 THEN 'later'
             ELSE 'over_a_day' END AS band,
           CASE
             WHEN status = 'died' AND died_on IS NULL THEN NULL
             WHEN status = 'died' AND {lived} <= %(target)s + %(half)s THEN -1
             WHEN r IS NULL OR l IS NULL THEN NULL
             WHEN r < l THEN CAST(substr(r, 1, 1) AS integer)
             ELSE CAST(substr(l, 1, 1) AS integer) END AS grade
    FROM timing LEFT JOIN exams ON exams.patient_id = timing.id AND exams.place = 1
)
SELECT band, grade, count(*) FROM told GROUP BY band, grade
"""


def counted(origin: str, on: dt.date) -> Found:
    """At twelve months since the index decompression."""
    target, half = TWELVE_MONTHS
    given: dict[str, Any] = {"origin": origin, "on": on, "target": target, "half": half}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # nothing is known of the sizes of the parts
            cursor.execute("SET enable_nestloop = off")
        cursor.execute(sql(connection.vendor), given)
        found = Counter({(band, grade): people for band, grade, people in cursor.fetchall()})
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_nestloop")
    return found


def sum_of_grades(found: Found) -> int:
    return sum(
        grade * people for (_band, grade), people in found.items() if grade not in (None, DIED)
    )


def sql(vendor: str) -> str:
    say = DIALECTS[vendor]

    def instant(day: str, bound: str, without: str) -> str:
        time = say["time"].format("p.time")
        exact = say["instant"].format("p.date", time)
        open_ended = say["instant"].format(f"COALESCE(p.{bound}, p.date)", without)
        return (
            f"CASE WHEN p.time IS NULL OR p.{bound} IS NOT NULL THEN {open_ended} ELSE {exact} END"
        )

    hours = say["hours"].format
    return SQL.format(
        earliest=instant("date", "date_lower", say["zero"]),
        latest=instant("date", "date_upper", say["end"]),
        least=hours("incision.earliest", "cement.latest"),
        most=hours("incision.latest", "cement.earliest"),
        since=say["days"].format("v.date", "timing.day_zero"),
        lived=say["days"].format("died_on", "day_zero"),
    )
