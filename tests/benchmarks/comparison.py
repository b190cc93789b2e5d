"""The comparison over 10,000 and 100,000 made-up patients, beside the bare query of the summary.

python -m tests.postgres python -m tests.benchmarks.comparison   (or make bench-scale)

A few hundred courses are entered as in life; the rest are copies of their raw rows and of what the
product made of them, written in SQL. In one run: the ratio to the bare query in each of some rounds
in random order, the growth, the sums against the raw examinations, a sample worked out anew.
"""

import datetime as dt
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from statistics import median
from typing import Any
from unittest import mock
from uuid import uuid4

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.utils import timezone

from outcomes import simulation
from outcomes.actions import cohort_rows, consequences
from outcomes.actions.visits import record_visit
from outcomes.comparison import Comparison, Population, comparison, counting
from outcomes.documents.visit import VisitDocument
from outcomes.models import CohortConsent, CohortEntry, CohortOutcome, Visit
from outcomes.rules.cohort_question import Question
from patients import models
from patients.documents.base import read
from patients.models import CareTeamMember, Patient, Site, User
from patients.records import Asked
from patients.roles import Role
from tests.support import raw_exams
from tests.support.cast import staff

COURSES = 200
SIZES = (10_000, 100_000)
ROUNDS = 11
MOST_RATIO, MOST_GROWTH, MOST_UPKEEP = 1.5, 10, 1.25
SAMPLE_PAGES = 2
# the raw rows that a summary reads
RAW = (
    Patient, models.Consent, models.Procedure, models.Milestone, models.Imaging,
    models.Complication, models.Transfer, models.LossToFollowUp, Visit,
)  # fmt: skip
KEPT = (CohortEntry, CohortConsent, CohortOutcome)
BARE = """
SELECT e.band, e.first_worst, o.worst, o.dead, o.absence, o.closes < %(on)s,
       count(*), sum(e.stamp)
FROM outcomes_cohortentry e
JOIN outcomes_cohortconsent c ON c.entry_id = e.patient_id
JOIN outcomes_cohortoutcome o ON o.entry_id = e.patient_id
WHERE e.origin = %(origin)s AND c.since <= %(on)s AND (c.until IS NULL OR c.until > %(on)s)
  AND o.clock = 'index_decompression' AND o."window" = '12mo'
GROUP BY 1, 2, 3, 4, 5, 6
"""


def main() -> int:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, serialize=False)
    site = Site.objects.create(code="bench", name="Bench", time_zone="Asia/Seoul")
    surgeon = staff("surgeon", site, Role.SURGEON)
    as_of = timezone.now().date() - dt.timedelta(days=1)
    list(simulation.run(site=site, patients=COURSES, seed=41, as_of=as_of))
    failures: list[str] = []
    medians = []
    for size in SIZES:
        grow_to(size)
        medians.append(measure(surgeon, size, failures))
    protected(staff("another", site, Role.SURGEON), failures)
    upkeep(surgeon, failures)
    growth = medians[1] / medians[0]
    judge(failures, f"growth {SIZES[0]} → {SIZES[1]} patients", growth, MOST_GROWTH)
    explain()
    print("\n".join(failures) or "every gate held")
    return bool(failures)


def grow_to(size: int) -> None:
    """Copies of the courses under ids made from theirs; the guards against writes past the history
    stand aside for it."""
    began = time.perf_counter()
    there = Patient.objects.count() // COURSES
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in (*RAW, *KEPT):
            cursor.execute(copying(model), {"first": there, "last": size // COURSES - 1})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    visits = Visit.objects.count()
    took = time.perf_counter() - began
    print(f"\n{Patient.objects.count()} patients, {visits} visits: copied in {took:.0f} s")


def copying(model: Any) -> str:
    """INSERT … SELECT of the first patients' rows, once for each n."""
    fields = [f for f in model._meta.concrete_fields if f.get_internal_type() != "BigAutoField"]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_copied(field) for field in fields)
    table = model._meta.db_table
    owner = {CohortEntry: "patient_id", CohortConsent: "entry_id", CohortOutcome: "entry_id"}.get(
        model, "id" if model is Patient else "patient_id"
    )
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} s, "
        "generate_series(%(first)s::int, %(last)s::int) n "
        f"WHERE s.{owner} IN (SELECT id FROM patients_patient WHERE study_number NOT LIKE '%%~%%')"
    )


def _copied(field: Any) -> str:
    column = f's."{field.column}"'
    target = field.related_model if field.is_relation else None
    if field.get_internal_type() == "UUIDField" or (
        target and target._meta.pk.get_internal_type() in ("UUIDField", "OneToOneField")
        and target not in (Site, User)
    ):  # fmt: skip
        return f"md5({column}::text || n)::uuid"
    if field.name in ("study_number", "record_number"):
        return f"{column} || '~' || n"
    if field.name == "position":
        return f"{column} + n * 1000000"
    return column


def measure(surgeon: User, size: int, failures: list[str]) -> float:
    """Milliseconds of the comparison, the median."""
    question = Question(origin="synthetic")
    # of few, what does not grow with them weighs more than the query
    judged = failures if size == SIZES[-1] else None
    took = beside_bare(surgeon, question, f"at {size}", judged)
    population = Population(surgeon, question, timezone.now())
    sums(population)
    sample()
    return took


def protected(surgeon: User, failures: list[str]) -> None:
    """The same people as if they were real, to a surgeon who may open the record of a few."""
    CohortEntry.objects.update(origin="registry")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    CareTeamMember.objects.bulk_create(
        CareTeamMember(patient=patient, user=surgeon, since=timezone.now())
        for patient in Patient.objects.order_by("pk")[:40]
    )
    beside_bare(surgeon, Question(), "where others are protected", failures)


def beside_bare(surgeon: User, question: Question, what: str, failures: list[str] | None) -> float:
    now = timezone.now()
    population = Population(surgeon, question, now)
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"]
    ) as bare_connection:
        given = {"on": population.on, "origin": question.origin}

        def bare() -> Sequence[Sequence[Any]]:
            return bare_connection.execute(BARE, given).fetchall()

        def product() -> Comparison:
            return comparison(surgeon, question, now=now)

        same_answer(counting.count(population), bare())
        rounds = [timed({"bare": bare, "product": product}) for _ in range(ROUNDS)]
    ratio = median(took["product"] / took["bare"] for took in rounds)
    of = {name: 1000 * median(took[name] for took in rounds) for name in ("bare", "product")}
    print(f"bare {of['bare']:.1f} ms, comparison {of['product']:.1f} ms")
    judge(failures, f"comparison ÷ bare query {what}", ratio, MOST_RATIO)
    spent(product)
    return of["product"]


def timed(each: dict[str, Callable[[], object]]) -> dict[str, float]:
    took = {}
    for name in random.sample(list(each), len(each)):
        began = time.perf_counter()
        each[name]()
        took[name] = time.perf_counter() - began
    return took


def spent(product: Callable[[], Comparison]) -> None:
    """Where the time goes: each query, and the rest."""
    with CaptureQueriesContext(connection) as caught:
        began = time.perf_counter()
        product()
        took = 1000 * (time.perf_counter() - began)
    each = [1000 * float(query["time"]) for query in caught.captured_queries]
    print(f"queries {', '.join(f'{ms:.1f}' for ms in each)} ms, beside them {took - sum(each):.1f}")


def same_answer(found: counting.Counted, rows: Sequence[Sequence[Any]]) -> None:
    assert sum(cell.people for cell in found.everyone) == sum(row[6] for row in rows)
    assert sum(found.stamps) == sum(row[7] for row in rows)


def sums(population: Population) -> None:
    found: raw_exams.Found = Counter()
    for cell in counting.count(population).everyone:
        found[cell.band.value, cell.outcome] += cell.people
    began = time.perf_counter()
    expected = raw_exams.counted("synthetic", population.on)
    took = time.perf_counter() - began
    assert found == expected, (found, expected)
    print(
        f"sums as of the raw examinations ({took:.1f} s): {sum(expected.values())} people, "
        f"Σ grades {raw_exams.sum_of_grades(expected)}"
    )


def sample() -> None:
    pages = list(islice(cohort_rows.rebuild(write=False), SAMPLE_PAGES))
    assert not any(wrong for _looked_at, wrong in pages)
    print(f"{sum(n for n, _wrong in pages)} patients worked out anew: as kept")


def upkeep(by: User, failures: list[str]) -> None:
    """A visit recorded with all that follows it, with and without what the comparison keeps."""
    patients = list(Patient.objects.exclude(study_number__contains="~").select_related("site")[:20])
    without = tuple(one for one in consequences.FOLLOWING if one is not cohort_rows.keep)
    ways = {"with": consequences.FOLLOWING, "without": without}
    rounds = []
    for n in range(ROUNDS * 2):
        took = {}
        for way in random.sample(list(ways), len(ways)):
            document = {
                "id": str(uuid4()),
                "kind": "unscheduled",
                "mode": "in_person",
                "date": str(timezone.localdate() - dt.timedelta(days=1)),
                "motor": {"basis": "gestalt", "right": {"grade": "4"}, "left": {"grade": "4"}},
            }
            with mock.patch.object(consequences, "FOLLOWING", ways[way]):
                began = time.perf_counter()
                record_visit(
                    patient=patients[n % len(patients)],
                    document=read(VisitDocument, document),
                    asked=Asked(by=by, at=timezone.now()),
                )
                took[way] = time.perf_counter() - began
        rounds.append(took["with"] / took["without"])
    judge(failures, "a visit with the summary ÷ without", median(rounds), MOST_UPKEEP)


def explain() -> None:
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"on": timezone.now().date(), "origin": "registry"}
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + BARE, given)
        print("\n".join(line for (line,) in cursor.fetchall()))


def judge(failures: list[str] | None, what: str, value: float, most: float) -> None:
    """Without `failures` only told."""
    print(f"{what}: {value:.2f}" + ("" if failures is None else f" (at most {most})"))
    if failures is not None and value > most:
        failures.append(f"FAILED: {what} is {value:.2f}, more than {most}")


if __name__ == "__main__":
    sys.exit(main())
