"""One person among those comparable with them: what makes them so, and how they are counted.

A course is set beside others who are alike on the coarsest shared level: the first grade of the
worse leg, ten years of age, decompressed within 24 hours of the cement or later. What is not known
of the person matches nobody, and is left out by name. Counts and an exact share, nothing that says
how it will go on. Source: CLINICAL.md I.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from outcomes.rules.cohort_analysis import DEAD, DUE_UNKNOWN, NOT_YET_DUE, Alike
from outcomes.rules.cohort_following import EXAMINED, KINDS, kinds, state
from outcomes.rules.cohort_summary import DIED, OVER_A_DAY, Band
from outcomes.rules.disclosure import shown, shown_row
from outcomes.rules.grades import MAX_GRADE
from outcomes.rules.statistics.proportions import Count, Interval, exact_interval

AT = "12mo"
"""The window that the share is given for."""
TIMINGS: Mapping[str, tuple[Band, ...]] = {"day": (Band.DAY,), "over_a_day": OVER_A_DAY}
"""Decompressed within 24 hours of the cement, or later."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """`name` is first_worst, age_band or timing; `value` is None where this person's own is not
    known, and then it matches nobody and is not asked for."""

    name: str
    value: int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Comparable people at one window. None is not told; sums hold where all is told.

    `grades` are people by the grade of their worse leg, 0-5; `states` are they and all others by
    the kinds of `cohort_following`. `due` is of how many an examination could be there by now.
    """

    window: str
    people: int | None
    grades: tuple[int | None, ...]
    states: Mapping[str, int | None]
    due: int | None
    followed: int | None
    """Of these, how many were examined or died."""

    @property
    def examined(self) -> int | None:
        return self.states[EXAMINED]

    @property
    def dead(self) -> int | None:
        return self.states[DIED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How many of the comparable people with an outcome at AT ended at `grade` or better."""

    grade: int
    count: Count
    interval: Interval | None


def criteria(first_worst: int | None, age_band: str, band: str) -> tuple[Criterion, ...]:
    timing = next((name for name, bands in TIMINGS.items() if band in bands), None)
    return (
        Criterion("first_worst", first_worst),
        Criterion("age_band", age_band or None),
        Criterion("timing", timing),
    )


def spread(window: str, cells: Iterable[Alike]) -> Spread:
    """Exact counts; outcomes of the cells are grades of the worse leg."""
    grades, states = [0] * (MAX_GRADE + 1), dict.fromkeys(KINDS, 0)
    for cell in cells:
        states[state(cell)] += cell.people
        if cell.outcome is not None and cell.outcome != DEAD:
            grades[cell.outcome] += cell.people
    people = sum(states.values())
    return Spread(
        window=window,
        people=people,
        grades=tuple(grades),
        states=kinds(states),
        due=people - states[NOT_YET_DUE] - states[DUE_UNKNOWN],
        followed=states[EXAMINED] + states[DIED],
    )


def protected(exact: Spread) -> Spread:
    """The same of people whose records the reader may not open, as `disclosure` shows it."""
    people = shown(exact.people or 0)
    # everyone is in one of these: the examined by their grade
    other = {kind: count for kind, count in exact.states.items() if kind != EXAMINED}
    parts = [count or 0 for count in (*exact.grades, *other.values())]
    told = [None] * len(parts) if people is None else shown_row(parts)
    grades, rest = told[: len(exact.grades)], told[len(exact.grades) :]
    return Spread(
        window=exact.window,
        people=people,
        grades=tuple(grades),
        states={EXAMINED: shown(exact.examined or 0), **dict(zip(other, rest, strict=True))},
        due=shown(exact.due or 0),
        followed=shown(exact.followed or 0),
    )


def reached(grade: int | None, cells: Sequence[Alike]) -> Reached | None:
    """Deaths are below every grade; None without a grade to ask about."""
    if grade is None:
        return None
    told = [cell for cell in cells if cell.outcome is not None]
    k = sum(c.people for c in told if c.outcome is not None and c.outcome >= grade)
    count = Count(k, sum(cell.people for cell in told))
    return Reached(grade=grade, count=count, interval=exact_interval(count))
