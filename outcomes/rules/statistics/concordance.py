"""Kendall's tau-b of exposure and outcome, and its bounds where exposures are known as intervals.

Never a midpoint (CLINICAL.md I): where two exposure intervals overlap, either may have come first,
and tau lies between the smallest and the greatest over all orders that can be.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from outcomes.rules.statistics.proportions import LEVEL, Interval

FEWEST_TO_DIFFER = 2
REDRAWN_AT_ONCE = 250


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
    ten have one. Time and memory grow with the square of the people.
    """
    if not pairs:
        return None
    taus = sorted(_redrawn(pairs, random.Random(seed), resamples))
    if len(taus) < 0.9 * resamples:
        return None
    tail = (1 - level) / 2
    return Interval(_quantile(taus, tail), _quantile(taus, 1 - tail))


def _redrawn(
    pairs: Sequence[tuple[float, float]], chance: random.Random, resamples: int
) -> list[float]:
    """Tau of each resample that has one: as a product of how often each person was drawn."""
    import numpy as np

    n = len(pairs)
    x, y = np.array(pairs, dtype=float).T
    # whole numbers below 2**24, so that nothing is rounded
    concord = (_signs(x) * _signs(y)).astype(np.float32)
    taus: list[float] = []
    for first in range(0, resamples, REDRAWN_AT_ONCE):
        drawn = [chance.choices(range(n), k=n)
                 for _ in range(min(REDRAWN_AT_ONCE, resamples - first))]  # fmt: skip
        times = np.array([np.bincount(one, minlength=n) for one in drawn], dtype=np.float32)
        found = (times * (times @ concord)).sum(axis=1, dtype=float) / 2
        untied = _untied(x, times) * _untied(y, times)
        told = untied > 0
        taus += (found[told] / np.sqrt(untied[told])).tolist()
    return taus


def _untied(values: Any, times: Any) -> Any:
    """Of each resample, the pairs of people whose values differ."""
    import numpy as np

    order = np.argsort(values)
    ordered = values[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    tied = np.add.reduceat(times[:, order].astype(float), starts, axis=1)
    return (len(values) ** 2 - (tied**2).sum(axis=1)) / 2


def _signs(values: Any) -> Any:
    """Of each two: 1 where the second is greater, -1 where it is less."""
    import numpy as np

    return np.sign(values[None, :] - values[:, None]).astype(np.int8)


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
    lower end is above its upper; None where tau has no value. An end that is not known is infinite.
    Time and memory grow with the square of the people.
    """
    import numpy as np

    if any(low > high for low, high, _outcome in people):
        raise ValueError("an exposure's lower end is above its upper")
    known = [low if low == high else (low, high, i) for i, (low, high, _) in enumerate(people)]
    ties = _tied(known), _tied([outcome for *_ends, outcome in people])
    if not people:
        return None
    low, high, outcome = np.array(people, dtype=float).T
    better, before = _signs(outcome), _before(low, high)
    certain = int((before * better).sum())
    free = ~(before | before.T | _known_equal(low, high))
    spread = int(abs(better * free).sum()) // 2
    found = [_over_untied(certain + sign * spread, len(people), *ties) for sign in (-1, 1)]
    if found[0] is None or found[1] is None:
        return None
    reached = [_ordered(before | (free & (better == sign))) for sign in (-1, 1)]
    return Bounds(found[0], found[1], *reached)


def _before(low: Any, high: Any) -> Any:
    """Of each two, whether the first certainly came before the second."""
    return (high[:, None] <= low[None, :]) & ~_known_equal(low, high)


def _known_equal(low: Any, high: Any) -> Any:
    point = low == high
    return (low[:, None] == low[None, :]) & point[:, None] & point[None, :]


def _ordered(before: Any) -> bool:
    """Whether one order has everyone after all who are to come before them."""
    import numpy as np

    waits = before.sum(axis=0)
    placed = np.zeros(len(waits), dtype=bool)
    while (ready := (waits == 0) & ~placed).any():
        waits = waits - before[ready].sum(axis=0)
        placed |= ready
    return bool(placed.all())


def _over_untied(concord: int, n: int, *tied: int) -> float | None:
    every = n * (n - 1) // 2
    untied = math.prod(every - ties for ties in tied)
    return concord / math.sqrt(untied) if untied > 0 else None


def _tied(values: Sequence[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between neighbours, as numpy's default."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
