"""Time to an event that is only known to lie between two examinations: Turnbull's estimate.

An event after examination L and by examination R lies in (L, R]; never by the last one: (L, ∞).
The estimate puts mass on few intervals and says nothing of where within them it lies, so the curve
is given as a staircase with gaps: no midpoint, no band (CLINICAL.md I).

Sources: Turnbull 1976 (self-consistency), Varadhan & Roland 2008 (the same in fewer steps),
Gentleman & Geyer 1994 (the check that it is the maximum). Interval ends are half open, unlike
lifelines, which closes them.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# of the largest possible gain in log likelihood per person
TOLERANCE = 1e-8
ROUGHLY = 1e-3
MOST_STEPS = 200_000
# a mass below this that the rest can do without is none
EBBING = 1e-4


@dataclass(frozen=True, slots=True)
class Observed:
    """After `left`, by `right` (math.inf: not by the last examination); equal: exactly then.

    Raises ValueError unless left <= right, both numbers, and left finite.
    """

    left: float
    right: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.left) and self.left <= self.right):
            raise ValueError(f"({self.left}, {self.right}] is no interval")


@dataclass(frozen=True, slots=True)
class Step:
    """`mass` of the events lies in (left, right], or exactly at `right` where both are equal."""

    left: float
    right: float
    mass: float


def turnbull(people: Iterable[Observed]) -> list[Step]:
    """Where the mass lies, in order of time; sums to 1. Empty for nobody.

    A last step up to infinity is the share without an event. Raises ArithmeticError where the
    estimate does not settle.
    """
    import numpy as np

    counted = Counter(people)
    if not counted:
        return []
    steps = _innermost(counted)
    weights = np.array(list(counted.values()), dtype=float)
    holds = np.array([[_within(step, one) for step in steps] for one in counted], dtype=float)
    # whose intervals hold the same steps count as one
    holds, which = np.unique(holds, axis=0, return_inverse=True)
    masses = _settle(holds, np.bincount(which.ravel(), weights))
    return [
        Step(left, right, float(mass))
        for (left, right), mass in zip(steps, masses, strict=True)
        if mass > 0
    ]


def share_without(steps: Iterable[Step], time: float) -> tuple[float, float]:
    """Least and greatest share still without the event just after `time`.

    The two are equal except within a step, where it is not known how much has happened.
    """
    least = most = 1.0
    for step in steps:
        if step.right <= time:
            least, most = least - step.mass, most - step.mass
        elif step.left < time:
            least -= step.mass
    return max(least, 0.0), max(most, 0.0)


def _innermost(people: Iterable[Observed]) -> list[tuple[float, float]]:
    """A left end directly followed by a right end: nowhere else can mass lie."""
    ends = set()
    for one in people:
        exact = one.left == one.right
        # at one time: an exact event begins, intervals end, intervals begin
        ends.add((one.left, -1 if exact else 1, "left"))
        ends.add((one.right, 0, "right"))
    ordered = sorted(ends)
    return [(a[0], b[0]) for a, b in pairwise(ordered) if a[2] == "left" and b[2] == "right"]


def _within(step: tuple[float, float], one: Observed) -> bool:
    left, right = step
    if left == right:  # the point itself
        return one.left < left <= one.right or one.left == left == one.right
    return one.left <= left and right <= one.right


def _settle(holds: Any, weights: Any) -> Any:
    """The masses of greatest likelihood.

    Most steps end with none, and hold the others up: after a rough climb those with next to nothing
    are left out, and come back where the masses of the rest could gain by them.
    """
    import numpy as np

    masses = _climb(holds, weights, np.full(holds.shape[1], 1 / holds.shape[1]), ROUGHLY)
    kept = masses >= EBBING
    while True:
        kept |= _needed(holds, kept)
        masses = _climb_on(holds, weights, masses, kept)
        back = (_gain(holds, weights, masses) - 1 >= TOLERANCE) & ~kept
        if not back.any():
            return _without_ebbing(holds, weights, masses)
        kept |= back


def _without_ebbing(holds: Any, weights: Any, masses: Any) -> Any:
    """Without those that only ebb away, unless one of them is needed."""
    kept = masses >= EBBING
    if _needed(holds, kept).any():
        return masses
    without = _climb_on(holds, weights, masses, kept)
    settled = _gain(holds, weights, without).max() - 1 < TOLERANCE
    return without if settled else masses


def _needed(holds: Any, kept: Any) -> Any:
    """The steps of everyone who would be nowhere on those that are kept."""
    nowhere = ~holds[:, kept].any(axis=1)
    return holds[nowhere].any(axis=0)


def _climb_on(holds: Any, weights: Any, masses: Any, kept: Any) -> Any:
    """On the steps that are kept; the others have no mass."""
    import numpy as np

    start = np.maximum(masses[kept], EBBING)
    found = np.zeros_like(masses)
    found[kept] = _climb(holds[:, kept], weights, start / start.sum(), TOLERANCE)
    return found


def _gain(holds: Any, weights: Any, masses: Any) -> Any:
    """Of each step, the slope of the log likelihood towards it, per person: 1 where nothing can be
    gained."""
    return holds.T @ (weights / (holds @ masses)) / weights.sum()


def _climb(holds: Any, weights: Any, masses: Any, tolerance: float) -> Any:
    """By self-consistency, until no mass moved anywhere could gain more than the tolerance.

    Every two steps it also tries how far they lead if they go on so, and keeps what is likelier.
    """
    for _step in range(MOST_STEPS):
        gain = _gain(holds, weights, masses)
        if gain.max() - 1 < tolerance:
            return masses
        once = masses * gain
        twice = once * _gain(holds, weights, once)
        masses = _further(holds, weights, masses, once, twice)
    raise ArithmeticError("the estimate does not settle")


def _further(holds: Any, weights: Any, masses: Any, once: Any, twice: Any) -> Any:
    """Extrapolated along two steps (Varadhan & Roland 2008), unless that is less likely."""
    import numpy as np

    step = once - masses
    turn = twice - once - step
    length = float(np.linalg.norm(step)) / max(float(np.linalg.norm(turn)), 1e-300)
    # a mass that is there stays, however small, so that it may grow again
    bold = np.maximum(masses + 2 * length * step + length**2 * turn, twice / 10)
    bold /= bold.sum()
    likelihoods = [float(weights @ np.log(holds @ found)) for found in (bold, twice)]
    return bold if likelihoods[0] >= likelihoods[1] else twice / twice.sum()
