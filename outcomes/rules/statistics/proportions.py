"""Proportions with exact intervals, and the difference of two.

Sources: Clopper & Pearson 1934; Newcombe 1998, method 10 (from Wilson's intervals, without
continuity correction: CLINICAL.md J).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends belong to it."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Count:
    """`k` of `n` people. Raises ValueError unless 0 <= k <= n."""

    k: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.k <= self.n:
            raise ValueError(f"{self.k} of {self.n} is no count")

    @property
    def share(self) -> float | None:
        return self.k / self.n if self.n else None


def exact_interval(count: Count, level: float = LEVEL) -> Interval | None:
    """Clopper-Pearson's interval of the share; None for nobody."""
    from scipy.special import betaincinv

    k, n = count.k, count.n
    if n == 0:
        return None
    tail = (1 - level) / 2
    lower = float(betaincinv(k, n - k + 1, tail)) if k > 0 else 0.0
    upper = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
    return Interval(lower, upper)


def wilson(count: Count, level: float = LEVEL) -> Interval | None:
    """Wilson's score interval; only as a part of the difference."""
    k, n = count.k, count.n
    if n == 0:
        return None
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    p = k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # at the ends the formula gives 0 and 1 but for rounding
    return Interval(0.0 if k == 0 else middle - half, 1.0 if k == n else middle + half)


@dataclass(frozen=True, slots=True)
class Difference:
    value: float
    interval: Interval


def difference(first: Count, second: Count, level: float = LEVEL) -> Difference | None:
    """Share of the first less that of the second; None where either has nobody."""
    of_first, of_second = wilson(first, level), wilson(second, level)
    if of_first is None or of_second is None:
        return None
    p, q = first.k / first.n, second.k / second.n
    value = p - q
    down = math.hypot(p - of_first.lower, of_second.upper - q)
    up = math.hypot(of_first.upper - p, q - of_second.lower)
    return Difference(value, Interval(value - down, value + up))
