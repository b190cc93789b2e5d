"""Kendall's tau-b of exposure and outcome, and its bounds where exposures are known as intervals.

Never a midpoint (CLINICAL.md I): where two exposure intervals overlap, either may have come first,
and tau lies between the smallest and the greatest over all orders that can be.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

from outcomes.rules.statistics.proportions import LEVEL, Interval

FEWEST_TO_DIFFER = 2


def tau_b(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Of exposure and outcome, with ties; None where either never differs."""
    from scipy.stats import kendalltau

    x, y = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if len(set(x)) < FEWEST_TO_DIFFER or len(set(y)) < FEWEST_TO_DIFFER:
        return None
    return float(kendalltau(x, y).statistic)


def bootstrap(
    pairs: Sequence[tuple[float, float]], *, seed: int, resamples: int = 2000, level: float = LEVEL
) -> Interval | None:
    """Percentile interval of tau-b over people drawn anew, the same for the same seed.

    Resamples in which nothing differs have no tau and are left out; None where fewer than nine in
    ten have one.
    """
    chance = random.Random(seed)
    drawn = (tau_b(chance.choices(pairs, k=len(pairs))) for _ in range(resamples) if pairs)
    taus = sorted(tau for tau in drawn if tau is not None)
    if len(taus) < 0.9 * resamples:
        return None
    tail = (1 - level) / 2
    return Interval(_quantile(taus, tail), _quantile(taus, 1 - tail))


@dataclass(frozen=True, slots=True)
class Bounds:
    """`reached`: an order that can be gives this value; otherwise tau lies further inside."""

    lower: float
    upper: float
    lower_reached: bool
    upper_reached: bool


Exposed = tuple[float, float, float]
"""Lower and upper end of the exposure, equal where it is known; the outcome."""


def tau_bounds(people: Sequence[Exposed]) -> Bounds | None:
    """Bounds of tau-b over every order of the exposures that their intervals allow.

    Exposures that are not both known to be equal count as different. Raises ValueError where a
    lower end is above its upper; None where tau has no value.
    """
    if any(low > high for low, high, _outcome in people):
        raise ValueError("an exposure's lower end is above its upper")
    known = [low if low == high else (low, high, i) for i, (low, high, _) in enumerate(people)]
    ties = _tied(known), _tied([outcome for *_ends, outcome in people])
    certain = free = 0
    for a, b in combinations(people, 2):
        order, outcome = _order(a, b), _sign(a[2] - b[2])
        if order is None:
            free += abs(outcome)
        else:
            certain += order * outcome
    found = [_over_untied(certain + sign * free, len(people), *ties) for sign in (-1, 1)]
    if found[0] is None or found[1] is None:
        return None
    return Bounds(found[0], found[1], _possible(people, -1), _possible(people, 1))


def _order(a: Exposed, b: Exposed) -> int | None:
    """-1 where a is certainly first, 1 where it is last, 0 known equal, None where it may be."""
    if a[1] < b[0] or (a[1] == b[0] and (a[0], a[1]) != (b[0], b[1])):
        return -1
    if b[1] < a[0] or (b[1] == a[0] and (a[0], a[1]) != (b[0], b[1])):
        return 1
    return 0 if a[0] == a[1] == b[0] == b[1] else None


def _possible(people: Sequence[Exposed], sign: int) -> bool:
    """Whether one order gives every free pair the direction asked for, beside the certain ones."""
    before: dict[int, set[int]] = {i: set() for i in range(len(people))}
    for (i, a), (j, b) in combinations(enumerate(people), 2):
        order = _order(a, b)
        if order is None:
            order = _sign(a[2] - b[2]) * sign
        if order:
            first, last = (i, j) if order < 0 else (j, i)
            before[last].add(first)
    try:
        TopologicalSorter(before).prepare()
    except CycleError:
        return False
    return True


def _over_untied(concord: int, n: int, *tied: int) -> float | None:
    every = n * (n - 1) // 2
    untied = math.prod(every - ties for ties in tied)
    return concord / math.sqrt(untied) if untied > 0 else None


def _tied(values: Sequence[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between neighbours, as numpy's default."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
