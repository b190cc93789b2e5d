"""Win probability and van Elteren's test: against scipy, permutations, and hand-worked cases."""

import itertools
import math
import random
from collections import Counter
from dataclasses import dataclass
from statistics import fmean, pvariance

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import mannwhitneyu, norm, rankdata

from outcomes.rules.statistics import wins


@dataclass
class Stratum:
    """Both groups person by person, as the oracles want them."""

    first: list[int]
    second: list[int]


def counted(strata):
    return [wins.Stratum(Counter(one.first), Counter(one.second)) for one in strata]


def win_probability(strata):
    return wins.win_probability(counted(strata))


def van_elteren(strata):
    return wins.van_elteren(counted(strata))


def drawn(seed, *, strata=1, most=9):
    chance = random.Random(seed)

    def grades():
        return [chance.choice([-1, 0, 1, 2, 3, 4, 5]) for _ in range(chance.randint(0, most))]

    return [Stratum(grades(), grades()) for _ in range(strata)]


@pytest.mark.parametrize("seed", range(200))
def test_one_stratum_is_the_rank_sum_test_of_scipy(seed):
    (one,) = drawn(seed)
    found, p = win_probability([one]), van_elteren([one])
    if not one.first or not one.second:
        assert (found, p) == (None, None)
        return
    expected = mannwhitneyu(
        one.first, one.second, method="asymptotic", use_continuity=False, alternative="two-sided"
    )
    assert found.value == pytest.approx(
        expected.statistic / (len(one.first) * len(one.second)), abs=1e-12
    )
    if len({*one.first, *one.second}) == 1:
        assert p is None, "nothing differs"
    else:
        assert p == pytest.approx(expected.pvalue, abs=1e-12)


@pytest.mark.parametrize("seed", range(200))
def test_strata_have_the_moments_of_all_permutations(seed):
    """Van Elteren's statistic from ranks, its mean and variance by enumerating every allocation."""
    strata = drawn(seed, strata=3, most=4)
    mean = variance = statistic = 0.0
    for one in strata:
        m, size = len(one.first), len(one.first) + len(one.second)
        if not one.first or not one.second:
            continue
        ranks = rankdata([*one.first, *one.second])
        sums = [sum(chosen) / (size + 1) for chosen in itertools.combinations(ranks, m)]
        statistic += sum(ranks[:m]) / (size + 1)
        mean, variance = mean + fmean(sums), variance + pvariance(sums)
    p = van_elteren(strata)
    if variance < 1e-15:
        assert p is None
    else:
        z = (statistic - mean) / math.sqrt(variance)
        assert p == pytest.approx(2 * norm.sf(abs(z)), abs=1e-9)


@pytest.mark.parametrize("seed", range(200))
def test_the_weighted_value_is_that_of_the_weights(seed):
    strata = drawn(seed, strata=4)
    told = [s for s in strata if s.first and s.second]
    found = win_probability(strata)
    if not told:
        assert found is None
        return
    weights = [len(s.first) * len(s.second) / (len(s.first) + len(s.second) + 1) for s in told]
    shares = [
        mannwhitneyu(s.first, s.second).statistic / len(s.first) / len(s.second) for s in told
    ]
    assert found.strata == len(told)
    assert found.people == sum(len(s.first) + len(s.second) for s in told)
    assert found.value == pytest.approx(
        sum(w * s for w, s in zip(weights, shares, strict=True)) / sum(weights)
    )


def test_the_interval_is_that_of_placements_person_by_person():
    """DeLong's variance from each person's share of won pairs, on the logit scale; of each stratum
    by its weight."""
    told = 0
    for seed in range(200):
        strata = [s for s in drawn(seed, strata=seed % 3 + 1, most=12) if s.first and s.second]
        found = win_probability(strata)
        weights, values, variances = [], [], []
        for one in strata:
            won = np.array([[(a > b) + (a == b) / 2 for b in one.second] for a in one.first])
            m, n = won.shape
            weights.append(m * n / (m + n + 1))
            values.append(won.mean())
            alone = min(m, n) < 2
            variances.append(
                None if alone else won.mean(1).var(ddof=1) / m + won.mean(0).var(ddof=1) / n
            )
        if found is None:
            assert not strata
            continue
        value = np.average(values, weights=weights)
        assert found.value == pytest.approx(value)
        spread = (
            None
            if None in variances
            else math.sqrt(np.dot(np.square(weights), variances)) / sum(weights)
        )
        if not spread or not 0 < value < 1:
            assert found.interval is None
            continue
        told += 1
        half = norm.ppf(0.975) * spread / (value * (1 - value))
        ends = [expit(logit(value) + sign * half) for sign in (-1, 1)]
        assert [found.interval.lower, found.interval.upper] == pytest.approx(ends)
    assert told > 100


def test_by_hand():
    # pairs: 3>2, 3>1, 5>2, 5>1 won; 1 against 2 lost, 1 against 1 tied: 4.5 of 6
    found = win_probability([Stratum([3, 5, 1], [2, 1])])
    assert found.value == 0.75
    # placements 1, 1, 1/4 and 1/3, 1/6: variances 3/16 and 1/72, over 3 and 2
    spread = math.sqrt(3 / 16 / 3 + 1 / 72 / 2)
    half = norm.ppf(0.975) * spread / (0.75 * 0.25)
    ends = [1 / (1 + math.exp(-(math.log(3) + sign * half))) for sign in (-1, 1)]
    assert [found.interval.lower, found.interval.upper] == pytest.approx(ends)


@pytest.mark.parametrize(
    "strata",
    [
        [Stratum([3], [2, 1])],  # a group of one
        [Stratum([5, 4], [1, 2])],  # every pair won
        [Stratum([1, 2], [5, 4])],  # every pair lost
        [Stratum([3, 3], [3, 3])],  # no spread
        [Stratum([3, 2], [2, 1]), Stratum([3], [1])],  # one of the strata
    ],
)
def test_where_no_interval_can_be_said(strata):
    assert win_probability(strata).interval is None


@pytest.mark.parametrize("strata", [[], [Stratum([], [])], [Stratum([3], [])], [Stratum([], [2])]])
def test_one_group_empty(strata):
    assert win_probability(strata) is None
    assert van_elteren(strata) is None


@pytest.mark.parametrize("seed", range(40))
def test_exchanging_the_groups_mirrors_everything(seed):
    strata = drawn(seed, strata=2)
    mirrored = [Stratum(s.second, s.first) for s in strata]
    one, other = win_probability(strata), win_probability(mirrored)
    if one is None:
        assert other is None
        return
    assert one.value == pytest.approx(1 - other.value)
    assert (van_elteren(strata) is None) == (van_elteren(mirrored) is None)
    if one.interval:
        assert one.interval.lower == pytest.approx(1 - other.interval.upper)
        assert 0 < one.interval.lower <= one.value <= one.interval.upper < 1


def test_the_interval_covers_what_it_says():
    """Of samples from one known pair of distributions, about 95 in 100 intervals hold the truth."""
    chance = random.Random(4)
    grades = [0, 1, 2, 3, 4, 5]
    heavy, light = [1, 1, 2, 3, 2, 1], [1, 2, 3, 2, 1, 1]
    truth = sum(
        a * b * ((i > j) + (i == j) / 2) for i, a in enumerate(heavy) for j, b in enumerate(light)
    ) / (sum(heavy) * sum(light))
    held = 0
    for _ in range(400):
        one = Stratum(chance.choices(grades, heavy, k=30), chance.choices(grades, light, k=30))
        found = win_probability([one]).interval
        held += found.lower <= truth <= found.upper
    assert 0.92 <= held / 400 <= 0.98
