"""Against scipy and statsmodels, and against Newcombe's published table."""

import random

import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from outcomes.rules.statistics.proportions import (
    Count,
    Interval,
    difference,
    exact_interval,
    wilson,
)

chance = random.Random(118)
SIZES = [0, 1, 2, 3, 5, 10, 57, 1000]
COUNTS = [Count(k, n) for n in SIZES for k in sorted({0, min(1, n), n // 3, max(n - 1, 0), n})]
COUNTS += [Count(chance.randint(0, n), n) for n in chance.choices(range(1, 400), k=200)]


@pytest.mark.parametrize("count", COUNTS, ids=lambda count: f"{count.k} of {count.n}")
def test_the_exact_interval_is_that_of_scipy(count):
    found = exact_interval(count)
    if count.n == 0:
        assert found is None
        assert count.share is None
        return
    expected = binomtest(count.k, count.n).proportion_ci(method="exact")
    assert (found.lower, found.upper) == pytest.approx((expected.low, expected.high), abs=1e-9)
    low, high = proportion_confint(count.k, count.n, method="wilson")
    of_wilson = wilson(count)
    assert (of_wilson.lower, of_wilson.upper) == pytest.approx((low, high), abs=1e-9)


def test_an_exact_sentence():
    found = exact_interval(Count(3, 5))
    assert (round(found.lower, 2), round(found.upper, 2)) == (0.15, 0.95)


# Newcombe 1998, Statistics in Medicine 17:873, table II, method 10
PUBLISHED = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((10, 10), (0, 20), (0.6791, 1.0000)),
    ((10, 10), (0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("first", "second", "expected"), PUBLISHED)
def test_the_difference_as_newcombe_printed_it(first, second, expected):
    found = difference(Count(*first), Count(*second)).interval
    assert (found.lower, found.upper) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("seed", range(200))
def test_the_difference_is_that_of_statsmodels(seed):
    draw = random.Random(seed)
    m, n = draw.choice([1, 2, 7, 40]), draw.choice([1, 2, 9, 300])
    first, second = Count(draw.randint(0, m), m), Count(draw.randint(0, n), n)
    expected = confint_proportions_2indep(first.k, m, second.k, n, method="newcomb", compare="diff")
    found = difference(first, second)
    assert found.value == pytest.approx(first.share - second.share)
    assert (found.interval.lower, found.interval.upper) == pytest.approx(expected, abs=1e-9)


def test_nobody_in_a_group_has_no_difference():
    assert difference(Count(0, 0), Count(3, 5)) is None
    assert difference(Count(3, 5), Count(0, 0)) is None


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (1, 0)])
def test_what_is_no_count_is_refused(k, n):
    with pytest.raises(ValueError, match="no count"):
        Count(k, n)


def test_an_interval_holds_its_share():
    for count in COUNTS:
        if count.n:
            found = exact_interval(count)
            assert isinstance(found, Interval)
            assert 0 <= found.lower <= count.share <= found.upper <= 1
