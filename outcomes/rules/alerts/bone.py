"""Denosumab whose next dose is overdue: fractures rebound.

Sources: CLINICAL.md F (bone sequence: more than seven months after the last dose is urgent)
[unverified]; outcomes/reference/medications.csv holds the months.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Sequence

from outcomes.reference import medication_limits
from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.blood import is_drug
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.values import Answer

DENOSUMAB_ATC, DENOSUMAB = "M05BX04", "denosumab"
BONE_AGENTS = "M05B"


def denosumab(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """More than seven calendar months since the last dose, and no other bone agent begun since.

    A course that was stopped counts too: the rebound follows the stopping.
    """
    courses = [d for d in facts.drugs if is_drug(d, DENOSUMAB_ATC, DENOSUMAB)]
    if not courses:
        return
    ids = {str(course.id) for course in courses}
    given = [dose for dose in facts.doses if str(dose.get("course")) in ids]
    dated = [(latest, dose) for dose in given if (latest := _latest(dose))]
    if dated:
        last, dose = max(dated, key=lambda pair: pair[0])
        if facts.today > later(last, _months()) and not _switched(facts, last):
            yield Found(
                rule="bone_denosumab_overdue",
                level=Level.URGENT,
                now=dose,
                column="date",
                value_now=str(last),
            )
    else:
        yield from _no_dose(facts, courses)


def _latest(dose: Fact) -> dt.date | None:
    """The latest day it may have been given."""
    return dose.when.date_upper or dose.when.date


def _no_dose(facts: Facts, courses: Sequence[Fact]) -> Iterator[Found]:
    """No dated dose: it cannot be told, unless the course began too lately to be overdue."""
    course = courses[-1]
    start = course.get("start")
    if start and (facts.today <= later(start, _months()) or _switched(facts, start)):
        return
    yield Found(
        rule="bone_denosumab_overdue",
        level=Level.ASK,
        now=course,
        column="drug",
        value_now=str(course.get("drug")),
        answer=Answer.CANNOT_TELL,
        missing=("doses",),
    )


def _switched(facts: Facts, last: dt.date) -> bool:
    """Whether another bone agent is known to have begun on the day of the last dose or later."""
    return any(
        str(d.get("atc") or "").startswith(BONE_AGENTS)
        and not is_drug(d, DENOSUMAB_ATC, DENOSUMAB)
        and (start := d.get("start")) is not None
        and last <= start <= facts.today
        for d in facts.drugs
    )


def _months() -> int:
    return next(
        int(limit.limit)
        for limit in medication_limits(DENOSUMAB)
        if limit.kind == "overdue" and limit.limit is not None
    )


def later(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))


RULES: tuple[Rule, ...] = (denosumab,)
