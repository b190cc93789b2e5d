"""What takes a while to compute of a comparison: concordance with timing, and time to recovery.

All of it is exploratory and none has a p-value (CLINICAL.md I). A time known only to lie between
two bounds stays so: no midpoint. Below the preset number in a timing group there is nothing but
the reason; above a limit of size as well.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from outcomes.rules.cohort_analysis import PRESET
from outcomes.rules.cohort_course import Recovery
from outcomes.rules.cohort_states import GRADES, Excluded, Timing, excluded
from outcomes.rules.cohort_summary import Band
from outcomes.rules.statistics.concordance import Bounds, bootstrap, tau_b, tau_bounds
from outcomes.rules.statistics.proportions import Interval
from outcomes.rules.statistics.turnbull import Observed, Step, turnbull
from outcomes.rules.values import Span, Status

# time and memory grow with the square of the people compared pairwise
MOST_PAIRED = 2000
# of one timing group: the estimate takes minutes above it
MOST_FOLLOWED = 5000
RESAMPLES, SEED = 2000, 1


class Why(StrEnum):
    """Why there is no value."""

    TOO_FEW = "too_few"
    """Fewer than the preset number in a timing group."""
    TOO_MANY = "too_many"
    """More than can be computed in a reasonable time."""
    ALIKE = "alike"
    """Timing or outcome hardly differ between people."""
    DIED = "died"
    """Some died: recovery is no event that the others merely wait for."""
    UNSETTLED = "unsettled"
    """The estimate did not settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One person who was operated on; `outcome` on the scale of the question, DEAD for the dead,
    `died` whenever, `before` the grade of the worse leg before the operation."""

    band: Band
    hours: Span
    before: int | None
    recovery: Recovery
    outcome: int | None
    died: bool

    @property
    def exact(self) -> bool:
        span = self.hours
        return span.status is Status.KNOWN and span.lower is not None and span.lower == span.upper

    @property
    def bounded(self) -> bool:
        """Known at least from one side."""
        span = self.hours
        known = span.lower is not None or span.upper is not None
        return known and span.status is not Status.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau:
    """Kendall's tau-b of exactly known hours and the outcome among `people`, with the interval of
    the bootstrap (`why_no_interval` where there is none)."""

    people: int
    value: float | None = None
    why: Why | None = None
    interval: Interval | None = None
    why_no_interval: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TauBounds:
    """Of everyone whose hours have a bound: `exact` of the `people` are known exactly."""

    people: int
    exact: int
    bounds: Bounds | None = None
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Turnbull's estimate of the days to sustained recovery in a timing group of `people`, who were
    below the grade before the operation and examined after it in a known order.

    Of them `reached` had a sustained recovery. `excluded` counts the others of the group, by
    reason, `not_followed` those without examinations in a known order.
    """

    timing: Timing
    people: int
    reached: int
    excluded: dict[Excluded, int]
    not_followed: int
    steps: list[Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryTime:
    """The curves have no steps where there is a reason `why`; `died` counts those of both groups
    who were below the grade before the operation."""

    grade: int
    died: int
    curves: list[Curve]
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """`people` were operated on; `recovery` holds every grade in order."""

    people: int
    tau: Tau
    bounds: TauBounds
    recovery: list[RecoveryTime]


def tau(people: Sequence[Followed]) -> Tau:
    told = [one for one in people if one.exact and one.outcome is not None]
    pairs = sorted((one.hours.lower or 0.0, float(one.outcome or 0)) for one in told)
    if _too_few(told):
        return Tau(people=len(pairs), why=Why.TOO_FEW)
    value = tau_b(pairs)
    if value is None:
        return Tau(people=len(pairs), why=Why.ALIKE)
    if len(pairs) > MOST_PAIRED:
        return Tau(people=len(pairs), value=value, why_no_interval=Why.TOO_MANY)
    interval = bootstrap(pairs, seed=SEED, resamples=RESAMPLES)
    return Tau(
        people=len(pairs),
        value=value,
        interval=interval,
        why_no_interval=None if interval else Why.ALIKE,
    )


def bounds(people: Sequence[Followed]) -> TauBounds:
    told = [one for one in people if one.bounded and one.outcome is not None]
    exact = sum(one.exact for one in told)
    if _too_few(told) or len(told) > MOST_PAIRED:
        why = Why.TOO_FEW if _too_few(told) else Why.TOO_MANY
        return TauBounds(people=len(told), exact=exact, why=why)
    found = tau_bounds([(*_ends(one.hours), float(one.outcome or 0)) for one in told])
    return TauBounds(people=len(told), exact=exact, bounds=found, why=None if found else Why.ALIKE)


def _ends(span: Span) -> tuple[float, float]:
    return (
        -math.inf if span.lower is None else span.lower,
        math.inf if span.upper is None else span.upper,
    )


def recovery_times(people: Sequence[Followed]) -> Iterator[RecoveryTime]:
    """For each grade."""
    return (recovery_time(people, grade) for grade in GRADES)


def recovery_time(people: Sequence[Followed], grade: int) -> RecoveryTime:
    groups = {t: [one for one in people if one.band in t.bands] for t in Timing}
    below = (o for group in groups.values() for o in group if excluded(o.before, grade) is None)
    died = sum(one.died for one in below)
    curves = [_curve(timing, group, grade) for timing, group in groups.items()]
    why = _why_no_curve(died, curves)
    if why is None:
        try:
            for curve, group in zip(curves, groups.values(), strict=True):
                curve.steps.extend(turnbull(_observed(group, grade)))
        except ArithmeticError:
            why = Why.UNSETTLED
            for curve in curves:
                curve.steps.clear()
    return RecoveryTime(grade=grade, died=died, curves=curves, why=why)


def _why_no_curve(died: int, curves: Sequence[Curve]) -> Why | None:
    if died:
        return Why.DIED
    if min(curve.people for curve in curves) < PRESET:
        return Why.TOO_FEW
    return Why.TOO_MANY if max(curve.people for curve in curves) > MOST_FOLLOWED else None


def _curve(timing: Timing, group: Sequence[Followed], grade: int) -> Curve:
    """Without its steps yet."""
    observed = _observed(group, grade)
    out = Counter(why for one in group if (why := excluded(one.before, grade)))
    return Curve(
        timing=timing,
        people=len(observed),
        reached=sum(one.right < math.inf for one in observed),
        excluded={why: out[why] for why in Excluded},
        not_followed=len(group) - out.total() - len(observed),
        steps=[],
    )


def _observed(group: Sequence[Followed], grade: int) -> list[Observed]:
    """Of each who was below the grade and examined in a known order after the operation."""
    found = (one.recovery.get(str(grade)) for one in group)
    return [
        Observed(left or 0.0, math.inf if right is None else right)
        for left, right in filter(None, found)
    ]


def _too_few(people: Sequence[Followed]) -> bool:
    groups = (sum(one.band in timing.bands for one in people) for timing in Timing)
    return min(groups) < PRESET
