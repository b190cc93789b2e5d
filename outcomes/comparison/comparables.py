"""One patient among comparable people of the registry, of whom they are none."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any
from uuid import UUID

from django.db.models import Q

from outcomes.comparison import counting, version_of
from outcomes.comparison.people import MOST_POINTS, span
from outcomes.comparison.population import Population, of_entry
from outcomes.models import CohortEntry, CohortOutcome
from outcomes.record import Record, examined
from outcomes.rules import cohort_comparables, disclosure
from outcomes.rules.cohort_analysis import Alike
from outcomes.rules.cohort_comparables import AT, TIMINGS, Criterion, Reached, Spread
from outcomes.rules.cohort_following import ALL, GROUPS
from outcomes.rules.cohort_question import ORIGINS, Question
from outcomes.rules.cohort_summary import LAST, windows
from outcomes.rules.grades import arithmetic
from outcomes.rules.timing import days_since
from outcomes.rules.values import Anchor, Span
from patients.models import User

CLOCK = Anchor.INDEX_DECOMPRESSION.value
WINDOWS = tuple(window for window in windows() if window != LAST)
# why nobody is compared with
PUBLISHED, NOT_OPERATED, NOTHING_KNOWN = "published", "not_operated", "nothing_known"


@dataclass(frozen=True, slots=True)
class Point:
    """An examination, `day` counted from the decompression; `grade` of the worse leg, None where a
    leg has none."""

    day: Span
    grade: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """Of one comparable person what was found by window; `number` is drawn anew each time."""

    number: int
    points: Mapping[str, Point]
    """Of the windows with an examination; none where the person had died."""
    dead_at: tuple[str, ...]
    """The windows by whose end they had died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparables:
    """`spreads`, `courses` and `reached` are of made-up people, or of those whose record the
    reader may open; `courses` is None above MOST_POINTS. `others` are all others, None where there
    are none, where too few are told of or, `withheld`, where the criteria set too few apart.
    """

    origin: str
    on: dt.date
    version: str
    criteria: tuple[Criterion, ...]
    own: tuple[Point, ...]
    why_none: str
    """PUBLISHED, NOT_OPERATED or NOTHING_KNOWN; empty where somebody could be comparable."""
    people: int
    spreads: tuple[Spread, ...]
    courses: tuple[Course, ...] | None
    reached: Reached | None
    others: tuple[Spread, ...] | None
    withheld: bool
    ids: tuple[UUID, ...]
    """Whose records were read one by one, for the audit trail alone."""

    @property
    def by_grade(self) -> bool:
        """Whether the people were chosen by how weak they were at first."""
        return any(one.name == "first_worst" and one.value is not None for one in self.criteria)


def comparables(record: Record, user: User, *, now: dt.datetime) -> Comparables:
    """A fixed number of queries, whatever the number of people."""
    patient = record.patient
    origin = patient.origin or ORIGINS[0]
    anchors = record.surgery.anchors
    own = tuple(
        Point(days_since(visit.when, anchors=anchors), _worst(visit))
        for visit in record.visits
        if examined(visit)
    )
    entry = CohortEntry.objects.filter(patient=patient).first()
    asked = criteria_of(entry)
    question = Question(origin=origin, clock=CLOCK)
    population = Population(user, question, now)
    if why := why_none(origin, entry, asked):
        return Comparables(
            origin=origin, on=population.on, version="", criteria=asked, own=own, why_none=why,
            people=0, spreads=(), courses=(), reached=None, others=None, withheld=False, ids=(),
        )  # fmt: skip
    conditions = [Q(operated=True), *(_condition(one) for one in asked if one.value is not None)]
    who = population.origin & population.consented & _all(conditions) & ~Q(patient=patient.pk)
    outcomes = CohortOutcome.objects.filter(of_entry(who), clock=CLOCK)
    found = counting.by_window(population, outcomes)
    spreads = _spreads({window: found[window].open for window in WINDOWS})
    people = spreads[0].people or 0
    apart = counting.set_apart(population, conditions, _near(asked))
    withheld = disclosure.tells_apart((), apart)
    rest = None if population.all_openable or withheld else _others(found)
    mine = outcomes.filter(of_entry(population.open))
    courses, ids = _courses(mine) if people <= MOST_POINTS else (None, ())
    return Comparables(
        origin=origin,
        on=population.on,
        version=version_of(replace(question, filters=_matched(asked)), found[AT], rest),
        criteria=asked,
        own=own,
        why_none="",
        people=people,
        spreads=spreads,
        courses=courses,
        reached=cohort_comparables.reached(_latest(entry), found[AT].open),
        others=rest,
        withheld=withheld,
        ids=ids,
    )


def criteria_of(entry: CohortEntry | None) -> tuple[Criterion, ...]:
    if entry is None:
        return cohort_comparables.criteria(None, "", "")
    return cohort_comparables.criteria(entry.first_worst, entry.age_band, entry.band)


def why_none(origin: str, entry: CohortEntry | None, criteria: Sequence[Criterion]) -> str:
    if origin not in ORIGINS:
        return PUBLISHED
    if entry is None or not entry.operated:
        return NOT_OPERATED
    return "" if any(one.value is not None for one in criteria) else NOTHING_KNOWN


def _condition(one: Criterion) -> Q:
    if one.name == "timing":
        return Q(band__in=TIMINGS[str(one.value)])
    return Q(**{one.name: one.value})


def _near(criteria: Sequence[Criterion]) -> list[Q]:
    """Whom other views tell apart among the comparable: by a filter that holds for nearly the same
    people, and by timing where it is not asked for."""
    asked = {one.name: one.value for one in criteria}
    near = [
        ~Q(**{counting.TWINS[name]: value})
        for name, value in asked.items()
        if name in counting.TWINS and value is not None
    ]
    if asked["timing"] is None:
        near += [Q(band__in=bands) for group, bands in GROUPS.items() if group != ALL]
    return near


def _matched(criteria: Sequence[Criterion]) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, str(one.value)) for one in criteria if one.value is not None)


def _all(conditions: Sequence[Q]) -> Q:
    return reduce(and_, conditions)


def _worst(visit: Any) -> int | None:
    grades = arithmetic(visit.motor_right_grade), arithmetic(visit.motor_left_grade)
    return None if None in grades else min(grade for grade in grades if grade is not None)


def _latest(entry: CohortEntry | None) -> int | None:
    """The person's own last grade of the worse leg; None too where they died."""
    last = CohortOutcome.objects.filter(entry=entry, clock=CLOCK, window=LAST).first()
    return None if last is None or last.dead is not False else last.worst


def _spreads(cells: dict[str, list[Alike]]) -> tuple[Spread, ...]:
    return tuple(cohort_comparables.spread(window, alike) for window, alike in cells.items())


def _others(found: dict[str, counting.Counted]) -> tuple[Spread, ...] | None:
    exact = _spreads({window: found[window].others for window in WINDOWS})
    told = tuple(cohort_comparables.protected(one) for one in exact)
    return None if told[0].people is None else told


def _courses(outcomes: Any) -> tuple[tuple[Course, ...], tuple[UUID, ...]]:
    """In an order that says nothing of who is who; and whose records were read."""
    by_person: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    columns = ("entry_id", "window", "worst", "dead", "day")
    for row in outcomes.filter(window__in=WINDOWS).values(*columns):
        by_person[row["entry_id"]].append(row)
    ids = tuple(by_person)
    shuffled = random.sample(ids, len(ids))
    courses = (_course(number, by_person[pk]) for number, pk in enumerate(shuffled, start=1))
    return tuple(courses), ids


def _course(number: int, rows: Sequence[dict[str, Any]]) -> Course:
    in_time = sorted(rows, key=lambda row: WINDOWS.index(row["window"]))
    return Course(
        number=number,
        points={
            row["window"]: Point(span(row["day"]), row["worst"])
            for row in in_time
            if row["worst"] is not None and not row["dead"]
        },
        dead_at=tuple(row["window"] for row in in_time if row["dead"]),
    )
