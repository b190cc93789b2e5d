"""Kendall's tau-b against a count of all pairs; its bounds against every order there is."""

import graphlib
import itertools
import math
import random

import numpy as np
import pytest

from outcomes.rules.statistics.concordance import Bounds, bootstrap, tau_b, tau_bounds


@pytest.mark.parametrize("seed", range(200))
def test_tau_is_the_one_of_all_pairs(seed):
    """Concordant less discordant pairs, over the geometric mean of the untied (Kendall 1945)."""
    chance = random.Random(seed)
    people = [(chance.randint(0, 6), chance.randint(0, 5)) for _ in range(chance.randint(0, 30))]
    concord = untied_x = untied_y = 0
    for a, b in itertools.combinations(people, 2):
        x, y = (a[0] > b[0]) - (a[0] < b[0]), (a[1] > b[1]) - (a[1] < b[1])
        concord, untied_x, untied_y = concord + x * y, untied_x + abs(x), untied_y + abs(y)
    found = tau_b(people)
    if not untied_x * untied_y:
        assert found is None
    else:
        assert found == pytest.approx(concord / math.sqrt(untied_x * untied_y), abs=1e-12)


def test_the_bootstrap_repeats_by_its_seed():
    pairs = [(i, i % 7) for i in range(40)]
    one = bootstrap(pairs, seed=1, resamples=300)
    assert one == bootstrap(pairs, seed=1, resamples=300)
    assert one != bootstrap(pairs, seed=2, resamples=300)
    assert one.lower < tau_b(pairs) < one.upper


@pytest.mark.parametrize("pairs", [[], [(1, 1)], [(1, 1), (2, 2)], [(1, 3)] * 9])
def test_too_few_have_no_bootstrap(pairs):
    assert bootstrap(pairs, seed=1, resamples=200) is None


def every_tau(people):
    """By trying every way to place the exposures: each order of ends, thinly between them."""
    marks = sorted({end for low, high, _ in people for end in (low, high)})
    between = [
        a + (b - a) * (k + 1) / (len(people) + 1)
        for a, b in itertools.pairwise(marks)
        for k in range(len(people))
    ]
    choices = [
        [low] if low == high else [p for p in between if low < p < high] for low, high, _ in people
    ]
    outcomes = [outcome for *_, outcome in people]
    for placed in itertools.product(*choices):
        moving = [p for p, (low, high, _) in zip(placed, people, strict=True) if low != high]
        if len(set(moving)) == len(moving):
            yield tau_b(list(zip(placed, outcomes, strict=True)))


@pytest.mark.parametrize("seed", range(200))
def test_the_bounds_hold_every_order_and_are_reached_where_they_say_so(seed):
    chance = random.Random(seed)
    people = []
    for _ in range(chance.choice([0, 1, 2, 2, 3, 3, 3])):
        low = chance.randint(0, 4)
        people.append((low, low + chance.choice([0, 0, 1, 2, 3]), chance.randint(0, 3)))
    found = tau_bounds(people)
    taus = [tau for tau in every_tau(people) if tau is not None]
    if found is None:
        assert taus == []
        return
    assert found.lower - 1e-12 <= min(taus)
    assert max(taus) <= found.upper + 1e-12
    if found.lower_reached:
        assert min(taus) == pytest.approx(found.lower)
    if found.upper_reached:
        assert max(taus) == pytest.approx(found.upper)


@pytest.mark.parametrize("seed", range(50))
def test_points_have_one_value(seed):
    chance = random.Random(seed)
    pairs = [(chance.randint(0, 9), chance.randint(0, 5)) for _ in range(12)]
    found = tau_bounds([(x, x, y) for x, y in pairs])
    assert found.lower == found.upper == pytest.approx(tau_b(pairs))
    assert found.lower_reached
    assert found.upper_reached


def test_orders_that_contradict_each_other_are_not_called_reached():
    # c lies certainly before a; b may lie anywhere. To fall with the outcome, b would have to
    # come before c and after a
    a, b, c = (5, 6, 3), (0, 9, 2), (1, 2, 1)
    found = tau_bounds([a, b, c])
    assert (found.lower_reached, found.upper_reached) == (False, True)


def test_an_exposure_the_wrong_way_round_is_refused():
    with pytest.raises(ValueError, match="above its upper"):
        tau_bounds([(3, 1, 2), (1, 1, 1)])


def by_pairs(people):  # noqa: C901 -- plain on purpose
    """The bounds, and whether they are reached, by looking at each pair and at each order."""

    def order(a, b):
        points = a[0] == a[1] == b[0] == b[1]
        if not points and a[1] <= b[0]:
            return -1
        if not points and b[1] <= a[0]:
            return 1
        return 0 if points else None

    def sign(value):
        return (value > 0) - (value < 0)

    def possible(direction):
        before = {i: set() for i in range(len(people))}
        for (i, a), (j, b) in itertools.combinations(enumerate(people), 2):
            way = order(a, b)
            if way is None:
                way = sign(a[2] - b[2]) * direction
            if way:
                first, last = (i, j) if way < 0 else (j, i)
                before[last].add(first)
        try:
            graphlib.TopologicalSorter(before).prepare()
        except graphlib.CycleError:
            return False
        return True

    pairs = list(itertools.combinations(people, 2))
    x = sum(order(a, b) != 0 for a, b in pairs)
    y = sum(a[2] != b[2] for a, b in pairs)
    if not x * y:
        return None
    certain = sum((order(a, b) or 0) * sign(a[2] - b[2]) for a, b in pairs)
    free = sum(order(a, b) is None and a[2] != b[2] for a, b in pairs)
    ends = [(certain + way * free) / math.sqrt(x * y) for way in (-1, 1)]
    return Bounds(*ends, possible(-1), possible(1))


@pytest.mark.parametrize("seed", range(200))
def test_the_bounds_are_those_of_all_pairs(seed):
    chance = random.Random(seed)
    people = []
    for _ in range(chance.choice([0, 1, 2, 3, 12, 30])):
        low = chance.choice([-math.inf, 0, 1, 2, 3, 8])
        high = max(low, 0) + chance.choice([0, 0, 1, 2, 5, math.inf])
        people.append(
            (high if low > -math.inf and high == low else low, high, chance.randint(-1, 5))
        )
    found, expected = tau_bounds(people), by_pairs(people)
    if expected is None:
        assert found is None
        return
    assert (found.lower, found.upper) == pytest.approx((expected.lower, expected.upper), abs=1e-12)
    assert (found.lower_reached, found.upper_reached) == (
        expected.lower_reached, expected.upper_reached,
    )  # fmt: skip


def test_the_bootstrap_is_that_of_drawing_and_counting():
    told = 0
    for seed in range(200):
        chance = random.Random(seed)
        n = chance.choice([0, 1, 2, 6, 12])
        pairs = [(chance.randint(0, 9), chance.randint(-1, 5)) for _ in range(n)]
        again = random.Random(seed)
        taus = [tau_b(again.choices(pairs, k=n)) for _ in range(20)] if pairs else []
        taus = [tau for tau in taus if tau is not None]
        found = bootstrap(pairs, seed=seed, resamples=20)
        if len(taus) < 18:
            assert found is None
            continue
        told += 1
        ends = np.quantile(taus, [0.025, 0.975])
        assert (found.lower, found.upper) == pytest.approx(tuple(ends), abs=1e-12)
    assert told > 60
