"""Stacked states against counting person by person."""

import random

import pytest
from scipy.stats import binomtest

from outcomes.rules.statistics.states import Stack, State


@pytest.mark.parametrize("seed", range(200))
def test_the_unknown_bound_the_recovered(seed):
    chance = random.Random(seed)
    kinds = [State.NOT_YET_DUE] if seed % 20 == 0 else list(State)
    people = chance.choices(kinds, k=chance.choice([0, 1, 2, 30]))
    found = Stack({state: people.count(state) for state in State})
    due = [one for one in people if one is not State.NOT_YET_DUE]
    assert found.due == len(due)
    # each of the unknown either had recovered or had not
    least = sum(one is State.RECOVERED for one in due)
    most = sum(one in (State.RECOVERED, State.UNKNOWN) for one in due)
    assert found.recovered == (least, most)
    assert least <= most <= found.due
    if not due:
        assert found.interval is None
        return
    low, high = (binomtest(k, len(due)).proportion_ci(method="exact") for k in (least, most))
    assert found.interval.lower == pytest.approx(low.low)
    assert found.interval.upper == pytest.approx(high.high)
