"""How many had which timing and outcome: one grouped query, whatever the number of people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    SmallIntegerField,
    Sum,
    Value,
    When,
)

from outcomes.actions.cohort_rows import BANDS
from outcomes.comparison.population import Filters, Population, of_entry, one
from outcomes.models import CohortEntry, CohortOutcome
from outcomes.rules.cohort_analysis import (
    DEAD,
    DEATH_UNKNOWN,
    DUE_UNKNOWN,
    NOT_RECORDED,
    NOT_YET_DUE,
    Alike,
)
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_states import Standing, Timing
from outcomes.rules.cohort_summary import LAST, MISSED, Band, windows

BAND_COLUMNS = {start: column for column, start in BANDS.items()}
_NUMBER = SmallIntegerField()
VALUES: dict[str, Any] = {
    "worst_leg": F("worst"),
    "weaker_leg": F("weaker"),
    "right_leg": F("right"),
    "left_leg": F("left"),
    "total": ExpressionWrapper(F("right") + F("left"), output_field=_NUMBER),
    "lems": F("lems"),
    **{
        name: Case(When(**{name: True}, then=1), When(**{name: False}, then=0))
        for name in ("walks_alone", "voids")
    },
}
"""Of each outcome, its value in a row of CohortOutcome."""
ANALYSED = tuple(window for window in windows() if window != LAST)
STANDING = ("window", "band", "before", "dead", "worst", "sustained", "sustainable")


@dataclass(frozen=True)
class Counted:
    """Those who may be told of one by one, and all others, each with the sum of their stamps."""

    open: list[Alike]
    others: list[Alike]
    stamps: tuple[int, int]

    @property
    def everyone(self) -> list[Alike]:
        return [*self.open, *self.others]


def count(population: Population) -> Counted:
    """One query."""
    return _counted(population, _rows(population, population.outcomes()))


def by_window(population: Population, outcomes: QuerySet[CohortOutcome]) -> dict[str, Counted]:
    """The same for rows of several windows; one query."""
    found: dict[str, list[Mapping[str, Any]]] = {window: [] for window in windows()}
    for row in _rows(population, outcomes, "window"):
        found[row["window"]].append(row)
    return {
        window: _counted(
            replace(population, question=replace(population.question, window=window)), rows
        )
        for window, rows in found.items()
    }


def _rows(population: Population, outcomes: QuerySet[CohortOutcome], *apart: str) -> Any:
    """How many are alike, those of different columns `apart` counted apart."""
    question = population.question
    return (
        outcomes.annotate(
            band=F(f"entry__{BAND_COLUMNS[question.exposure]}"),
            first=F("entry__first_worst"),
            value=VALUES[question.outcome],
            mine=flag(of_entry(population.open)),
            due=due(population),
        )
        .values(*apart, "band", "first", "value", "dead", "absence", "due", "mine")
        .annotate(people=Count("pk"), stamps=Sum("entry__stamp"))
        .order_by()
    )


def _counted(population: Population, rows: Iterable[Mapping[str, Any]]) -> Counted:
    found: dict[bool, list[Alike]] = {True: [], False: []}
    stamps = {True: 0, False: 0}
    for row in rows:
        mine = population.all_openable or bool(row["mine"])
        found[mine].append(_alike(row, population.question))
        stamps[mine] += int(row["stamps"])
    return Counted(found[True], found[False], (stamps[True], stamps[False]))


def standings(population: Population) -> tuple[list[Standing], list[Standing]]:
    """What each window found of people whose timing group is known: of those who may be told of
    one by one, and of all others; one query."""
    rows = (
        population.courses()
        .annotate(
            band=F(f"entry__{BAND_COLUMNS[population.question.exposure]}"),
            before=F("entry__preop_worst"),
            mine=flag(of_entry(population.open)),
            due=due(population),
        )
        .filter(window__in=ANALYSED, band__in=[band for t in Timing for band in t.bands])
        .values(*STANDING, "absence", "due", "mine")
        .annotate(people=Count("pk"))
        .order_by()
    )
    found: dict[bool, list[Standing]] = {True: [], False: []}
    for row in rows:
        mine = population.all_openable or bool(row["mine"])
        told = {name: row[name] for name in (*STANDING, "people")}
        found[mine].append(Standing(**told | {"band": Band(row["band"]), "why": why(row)}))
    return found[True], found[False]


def left_out(population: Population, of: Filters | None = None) -> list[int]:
    """Of the others, how many each filter alone leaves out beside what the rest leave; one query.

    Of the question's filters, or of those given. Empty where nobody is protected.
    """
    chosen = population.question.filters if of is None else of
    return left_out_by(population, [one(*pair) for pair in chosen])


def left_out_by(population: Population, criteria: Sequence[Q]) -> list[int]:
    """As `left_out`, of any conditions on `CohortEntry` that all hold."""
    if population.all_openable or not criteria:
        return []
    others = CohortEntry.objects.filter(population.origin & population.consented & ~population.open)
    counts = others.aggregate(
        these=Count("pk", filter=_all(criteria)),
        **{
            f"without_{i}": Count("pk", filter=_all([*criteria[:i], *criteria[i + 1 :]]))
            for i in range(len(criteria))
        },
    )
    return [counts[f"without_{i}"] - counts["these"] for i in range(len(criteria))]


def _all(criteria: Iterable[Q]) -> Q:
    return reduce(and_, criteria, Q())


def flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False),
                output_field=BooleanField())  # fmt: skip


def due(population: Population) -> Case:
    """Whether the window has passed: None where day zero has no date."""
    return Case(
        When(closes__lt=population.on, then=Value(True)),
        When(closes__gte=population.on, then=Value(False)),
        default=None,
        output_field=BooleanField(null=True),
    )


def _alike(row: Mapping[str, Any], question: Question) -> Alike:
    outcome = outcome_of(row)
    return Alike(
        band=Band(row["band"]),
        first=row["first"],
        outcome=outcome,
        people=row["people"],
        why="" if outcome is not None else why(row, descriptive=question.descriptive),
    )


def outcome_of(row: Mapping[str, Any]) -> int | None:
    """Where death cannot be told from its date, neither can the outcome."""
    if row["dead"] is None:
        return None
    return DEAD if row["dead"] else row["value"]


def why(row: Mapping[str, Any], *, descriptive: bool = False) -> str:
    if row["dead"] is None:
        return DEATH_UNKNOWN
    if not row["absence"]:
        return NOT_RECORDED
    if row["absence"] != MISSED or descriptive:
        return str(row["absence"])
    return {True: MISSED, False: NOT_YET_DUE, None: DUE_UNKNOWN}[row["due"]]
