"""Kendall's tau-b against a count of all pairs; its bounds against every order there is."""

import itertools
import math
import random

import pytest

from outcomes.rules.statistics.concordance import bootstrap, tau_b, tau_bounds


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
    for _ in range(chance.randint(2, 4)):
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
