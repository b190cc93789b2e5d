"""Whether the outcome of one group tends to be better: stratified win probability, van Elteren.

The win probability of a stratum is the share of pairs in which the first group's outcome is the
better one, a tie counting half. Strata are weighed by mn/(N+1) (van Elteren 1960; CLINICAL.md J),
which makes it the estimate that belongs to his test. The interval is taken on the logit scale from
placement values (DeLong 1988). Outcomes are ordinal: only their order is used.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from outcomes.rules.statistics.proportions import LEVEL, Interval

Outcomes = Mapping[float, int]
"""How many people had each outcome; of the outcomes only the order counts, higher is better."""

# a variance within a group needs two
FEWEST_FOR_SPREAD = 2


@dataclass(frozen=True, slots=True)
class Stratum:
    """The outcomes of both groups among people who were alike at first."""

    first: Outcomes
    second: Outcomes

    @property
    def sizes(self) -> tuple[int, int]:
        return sum(self.first.values()), sum(self.second.values())

    @property
    def weight(self) -> float:
        m, n = self.sizes
        return m * n / (m + n + 1)


@dataclass(frozen=True, slots=True)
class WinProbability:
    """`value` from 0 to 1, 0.5 where neither group tends to be better.

    `interval` is None where it cannot be said: a contributing group of one, no spread, or every
    pair won by the same side.
    """

    value: float
    interval: Interval | None
    strata: int
    """Those with both groups in them; the others say nothing."""
    people: int
    """In these strata."""


def win_probability(strata: Iterable[Stratum], level: float = LEVEL) -> WinProbability | None:
    """None where no stratum has both groups."""
    told = [stratum for stratum in strata if stratum.weight]
    total = sum(stratum.weight for stratum in told)
    if not total:
        return None
    value = sum(stratum.weight * _share(stratum) for stratum in told) / total
    variances = [_variance(stratum) for stratum in told]
    known = [variance for variance in variances if variance is not None]
    interval = None
    if len(known) == len(told):
        squares = zip(told, known, strict=True)
        spread = math.sqrt(sum(s.weight**2 * v for s, v in squares)) / total
        interval = _on_logit(value, spread, level)
    return WinProbability(value, interval, len(told), sum(sum(one.sizes) for one in told))


def van_elteren(strata: Iterable[Stratum]) -> float | None:
    """Two-sided p of the stratified rank-sum test, by the normal approximation with ties and
    without continuity correction; None where no stratum can tell the groups apart.
    """
    statistic = variance = 0.0
    for stratum in strata:
        m, n = stratum.sizes
        size = m + n
        if not m or not n:
            continue
        together = (stratum.first.get(v, 0) + stratum.second.get(v, 0) for v in _values(stratum))
        ties = sum(t**3 - t for t in together)
        statistic += m * n * (_share(stratum) - 0.5) / (size + 1)
        of_ranks = m * n / 12 * (size + 1 - ties / (size * (size - 1)))
        variance += of_ranks / (size + 1) ** 2
    if variance <= 0:
        return None
    z = statistic / math.sqrt(variance)
    return 2 * NormalDist().cdf(-abs(z))


def _values(stratum: Stratum) -> set[float]:
    return {*stratum.first, *stratum.second}


def _share(stratum: Stratum) -> float:
    return _mean(_placements(stratum.first, stratum.second))


Placements = list[tuple[float, int]]


def _placements(these: Outcomes, those: Outcomes) -> Placements:
    """Of each of `these`, the share of `those` it is better than, and how many people that is."""
    others = sum(those.values())
    return [
        (sum(n * ((a > b) + (a == b) / 2) for b, n in those.items()) / others, people)
        for a, people in these.items()
    ]


def _variance(stratum: Stratum) -> float | None:
    """Of the stratum's win probability; None for a group of one."""
    m, n = stratum.sizes
    if min(m, n) < FEWEST_FOR_SPREAD:
        return None
    first = _spread(_placements(stratum.first, stratum.second), m)
    return first / m + _spread(_placements(stratum.second, stratum.first), n) / n


def _mean(placements: Placements) -> float:
    return sum(v * n for v, n in placements) / sum(n for _v, n in placements)


def _spread(placements: Placements, size: int) -> float:
    """The sample variance."""
    middle = _mean(placements)
    return sum(n * (v - middle) ** 2 for v, n in placements) / (size - 1)


def _on_logit(value: float, spread: float, level: float) -> Interval | None:
    if not 0 < value < 1 or spread == 0:
        return None
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    middle, half = math.log(value / (1 - value)), z * spread / (value * (1 - value))
    return Interval(*(1 / (1 + math.exp(-(middle + sign * half))) for sign in (-1, 1)))
