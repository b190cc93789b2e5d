"""How many had which timing and outcome: one grouped query, whatever the number of people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations, zip_longest
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
from outcomes.rules import disclosure
from outcomes.rules.cohort_analysis import (
    DEAD,
    DEATH_UNKNOWN,
    DUE_UNKNOWN,
    NO_WEAKER_LEG,
    NONE_POSSIBLE,
    NOT_RECORDED,
    NOT_YET_DUE,
    Alike,
)
from outcomes.rules.cohort_question import UNKNOWN, Question
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
STANDING = ("window", "band", "before", "stale", "dead", "worst", "sustained", "sustainable")


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
            mine=mine(population),
            due=due(population),
            no_leg=no_leg(question),
        )
        .values(*apart, "band", "first", "value", "dead", "absence", "due", "no_leg", "mine")
        .annotate(people=Count("*"), stamps=Sum("entry__stamp"))
        .order_by()
    )


def _counted(population: Population, rows: Iterable[Mapping[str, Any]]) -> Counted:
    found: dict[bool, list[Alike]] = {True: [], False: []}
    stamps = {True: 0, False: 0}
    for row in rows:
        open_ = bool(row["mine"])
        found[open_].append(_alike(row, population.question))
        stamps[open_] += int(row["stamps"])
    return Counted(found[True], found[False], (stamps[True], stamps[False]))


def standings(
    population: Population, windows: Sequence[str]
) -> tuple[list[Standing], list[Standing]]:
    """What each of the windows found of people whose timing group is known: of those who may be
    told of one by one, and of all others; one query."""
    rows = (
        population.courses()
        .annotate(
            band=F(f"entry__{BAND_COLUMNS[population.question.exposure]}"),
            before=F("entry__preop_worst"),
            stale=F("entry__preop_stale"),
            mine=mine(population),
            due=due(population),
        )
        .filter(window__in=windows, band__in=[band for t in Timing for band in t.bands])
        .values(*STANDING, "absence", "due", "mine")
        .annotate(people=Count("*"))
        .order_by()
    )
    found: dict[bool, list[Standing]] = {True: [], False: []}
    for row in rows:
        open_ = bool(row["mine"])
        told = {name: row[name] for name in (*STANDING, "people")}
        found[open_].append(Standing(**told | {"band": Band(row["band"]), "why": why(row)}))
    return found[True], found[False]


@dataclass(frozen=True)
class Margins:
    """Of the others: how many each filter alone leaves out beside what the rest leave, and how many
    would not pass another filter in its place that holds for nearly the same people."""

    left_out: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()

    def __add__(self, more: "Margins") -> "Margins":
        return Margins(_sums(self.left_out, more.left_out), _sums(self.beside, more.beside))

    @property
    def few(self) -> bool:
        return disclosure.tells_apart(self.left_out, self.beside)


def together(margins: Mapping[Band, Margins], bands: Collection[Band] = tuple(Band)) -> Margins:
    """Of people in any of some bands."""
    return sum((margins[band] for band in bands if band in margins), Margins())


# filters that hold for nearly the same people
TWINS = {"first_worst": "preop_worst", "complication": "reoperation"}
TWINS |= {two: one for one, two in TWINS.items()}


def margins(population: Population, of: Filters | None = None) -> dict[Band, Margins]:
    """By band, of the question's filters or of those given; one query.

    None where nobody is protected or nothing is chosen.
    """
    return {Band(band): found for (band,), found in _margins(population, of, ("band",)).items()}


def margins_by_grade(population: Population) -> dict[tuple[Band, int | None], Margins]:
    """The same of the question's filters, by band and the grade before the operation."""
    found = _margins(population, None, ("band", "preop_worst"))
    return {(Band(band), before): one for (band, before), one in found.items()}


def _margins(
    population: Population, of: Filters | None, by: Sequence[str]
) -> dict[tuple[Any, ...], Margins]:
    filters = population.question.filters if of is None else of
    chosen = dict(filters)
    if population.all_openable or not chosen:
        return {}
    these = population.filters(of=filters)
    left = {
        f"without_{name}": population.filters(of=tuple(pair for pair in filters if pair[0] != name))
        & ~one(name, value)
        for name, value in chosen.items()
    }
    if chosen.get("level", UNKNOWN) != UNKNOWN:
        # a person may have several levels: enough have to have this one alone
        left["alone"] = these & Q(levels=chosen["level"])
    beside = {
        f"beside_{name}": these & ~one(TWINS[name], value)
        for name, value in chosen.items()
        if name in TWINS and TWINS[name] not in chosen
    }
    rows: Any = (
        _consenting_others(population)
        .values(*by)
        .annotate(**{name: Count("pk", filter=which) for name, which in (left | beside).items()})
        .order_by()
    )
    return {
        tuple(row[name] for name in by): Margins(
            tuple(row[name] for name in left), tuple(row[name] for name in beside)
        )
        for row in rows
    }


def grades_of_others(population: Population) -> list[tuple[Band, int | None, int | None, int]]:
    """Of the others who pass the filters: band, grade before the operation, first grade, and how
    many people; one query."""
    rows: Any = (
        _consenting_others(population)
        .filter(population.filters())
        .values_list("band", "preop_worst", "first_worst")
        .annotate(people=Count("pk"))
        .order_by()
    )
    return [(Band(band), *rest) for band, *rest in rows]


def _consenting_others(population: Population) -> QuerySet[CohortEntry]:
    return CohortEntry.objects.filter(population.origin & population.consented & ~population.open)


def _sums(these: Sequence[int], those: Sequence[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip_longest(these, those, fillvalue=0))


def set_apart(population: Population, criteria: Sequence[Q], near: Sequence[Q]) -> list[int]:
    """Of the others, how many some conditions on `CohortEntry` leave out beside the rest of them,
    for every choice of the conditions; and of those for whom all hold, how many are `near` one.
    One query; empty where nobody is protected."""
    if population.all_openable or not criteria:
        return []
    rests = [rest for n in range(len(criteria)) for rest in combinations(criteria, n)]
    counts = _consenting_others(population).aggregate(
        these=Count("pk", filter=_all(criteria)),
        **{f"rest_{i}": Count("pk", filter=_all(rest)) for i, rest in enumerate(rests)},
        **{f"near_{i}": Count("pk", filter=_all([*criteria, one])) for i, one in enumerate(near)},
    )
    left_out = [counts[f"rest_{i}"] - counts["these"] for i in range(len(rests))]
    return left_out + [counts[f"near_{i}"] for i in range(len(near))]


def _all(criteria: Iterable[Q]) -> Q:
    return reduce(and_, criteria, Q())


def due(population: Population) -> ExpressionWrapper:
    """Whether the window has passed: None where day zero has no date."""
    return ExpressionWrapper(Q(closes__lt=population.on), BooleanField(null=True))


def no_leg(question: Question) -> F | Value:
    """Whether the outcome is that of a leg which the person does not have."""
    return F("entry__equal_at_first") if question.outcome == "weaker_leg" else Value(False)


def mine(population: Population) -> Case | Value:
    """Whether one may be told of by itself."""
    return Value(True) if population.all_openable else flag(of_entry(population.open))


def flag(condition: Q) -> Case:
    return Case(
        When(condition, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
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
    """Where death cannot be told from its date, neither can the outcome. Who has not the leg that
    it is asked of has none, dead or alive: else of these people the dead alone would count."""
    if row["dead"] is None or row["no_leg"]:
        return None
    return DEAD if row["dead"] else row["value"]


def why(row: Mapping[str, Any], *, descriptive: bool = False) -> str:
    """Why a row has no outcome; without `no_leg` it is asked of the worse one."""
    if row["absence"] in NONE_POSSIBLE:
        return str(row["absence"])
    if row.get("no_leg"):
        return NO_WEAKER_LEG
    if row["dead"] is None:
        return DEATH_UNKNOWN
    if not row["absence"]:
        return NOT_RECORDED
    if row["absence"] != MISSED or descriptive:
        return str(row["absence"])
    return {True: MISSED, False: NOT_YET_DUE, None: DUE_UNKNOWN}[row["due"]]
