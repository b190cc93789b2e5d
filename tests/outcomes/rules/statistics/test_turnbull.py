"""Turnbull: hand-worked and published examples, lifelines where its closed ends do not differ, and
the condition that makes an estimate the maximum."""

import itertools
import math
import random
import time
import warnings

import pytest
from lifelines.fitters.npmle import npmle

from outcomes.rules.statistics import turnbull as statistics_turnbull
from outcomes.rules.statistics.turnbull import Observed, Step, share_without, turnbull

INF = math.inf


def likelihood(people, steps):
    return math.prod(
        sum(
            s.mass
            for s in steps
            if (one.left <= s.left and s.right <= one.right and s.left < s.right)
            or (
                s.left == s.right
                and (one.left < s.left <= one.right or one.left == one.right == s.left)
            )
        )
        for one in people
    )


def settled(steps):
    return [(step.left, step.right, round(step.mass, 4)) for step in steps]


def test_nobody():
    assert turnbull([]) == []
    assert share_without([], 5) == (1.0, 1.0)


def test_everyone_without_an_event():
    steps = turnbull([Observed(3, INF), Observed(7, INF)])
    assert settled(steps) == [(7, INF, 1.0)]
    assert share_without(steps, 7) == (1.0, 1.0)


def test_one_person():
    assert settled(turnbull([Observed(2, 5)])) == [(2, 5, 1.0)]


def test_intervals_back_to_back_stay_apart():
    """(0, 2] and (2, 4] share no moment; closed ends would put all the mass on 2."""
    assert settled(turnbull([Observed(0, 2), Observed(2, 4)])) == [(0, 2, 0.5), (2, 4, 0.5)]


def test_by_hand():
    # innermost: (1, 2], (3, 4]. p = mass of (1, 2]: likelihood p (1 - p) (1 - p): p = 1/3
    people = [Observed(0, 2), Observed(1, 4), Observed(3, INF), Observed(2, 4)]
    assert settled(turnbull(people)) == [(1, 2, 0.3333), (3, 4, 0.6667)]


# breast cosmesis after radiotherapy alone, months: Finkelstein & Wolfe 1985; estimate as printed
# with the data in R's package "interval" (Fay & Shaw 2010, J Stat Softw 36(2))
RADIATION = """
45- 6,10 0,7 46- 46- 7,16 17- 7,14 37,44 0,8 4,11 15- 11,15 22- 46- 46- 25,37 46- 26,40 46- 27,34
36,44 46- 36,48 37- 40- 17,25 46- 11,18 38- 5,12 37- 0,5 18- 24- 36- 5,11 19,35 17,25 24- 32- 33-
19,26 37- 34- 36-
"""
PUBLISHED = [
    (4, 5, 0.0463), (6, 7, 0.0334), (7, 8, 0.0887), (11, 12, 0.0708), (24, 25, 0.0926),
    (33, 34, 0.0818), (38, 40, 0.1209), (46, 48, 0.4656),
]  # fmt: skip


def cosmesis():
    for word in RADIATION.split():
        left, _, right = word.partition("-" if word.endswith("-") else ",")
        yield Observed(float(left), float(right) if right else INF)


def test_the_published_example():
    found = turnbull(cosmesis())
    assert len(list(cosmesis())) == 46
    assert [(step.left, step.right) for step in found] == [row[:2] for row in PUBLISHED]
    assert [step.mass for step in found] == pytest.approx([row[2] for row in PUBLISHED], abs=1e-4)


def scattered(seed):
    """Everyone looked at on days of their own: no two ends meet, so open or closed is the same."""
    chance = random.Random(seed)
    days = chance.sample(range(1, 10_000), 80)
    # every tenth large, every fifth without an event
    for _ in range(25 if seed % 10 == 0 else chance.choice([1, 2, 3, 8])):
        left, right = sorted((days.pop(), days.pop()))
        kind = 1 if seed % 5 == 4 else chance.random()
        yield Observed(0 if kind < 0.2 else left, INF if kind > 0.6 else right)


@pytest.mark.filterwarnings("ignore::RuntimeWarning:lifelines")  # logarithms of no mass
@pytest.mark.parametrize("seed", range(200))
def test_lifelines_where_ends_do_not_meet(seed):
    people = list(scattered(seed))
    masses, intervals = npmle([one.left for one in people], [one.right for one in people], tol=1e-9)
    theirs = [Step(i.left, i.right, m) for i, m in zip(intervals, masses, strict=True)]
    ours = turnbull(people)
    assert likelihood(people, ours) >= likelihood(people, theirs) * (1 - 1e-9)
    found = {(step.left, step.right): step.mass for step in ours}
    for step in theirs:
        assert found.get((step.left, step.right), 0) == pytest.approx(step.mass, abs=2e-3)


def most_to_gain(people, steps):
    """The greatest slope of the log likelihood towards any moment at all, per person: at most 1
    only where the masses are the maximum (Gentleman & Geyer 1994), whichever steps it put them on.
    """
    ends = sorted({end for one in people for end in (one.left, one.right)})
    everywhere = [(a, b) for a, b in itertools.pairwise(ends)]
    everywhere += [(one.left, one.right) for one in people if one.left == one.right]
    chances = [likelihood([one], steps) for one in people]
    return max(
        sum(
            likelihood([one], [Step(left, right, 1.0)]) / chance
            for one, chance in zip(people, chances, strict=True)
        )
        / len(people)
        for left, right in everywhere
    )


@pytest.mark.parametrize("seed", range(200))
def test_no_other_masses_are_likelier(seed):
    """On windows that meet, with ties and exact events: no other estimate tried is better."""
    chance = random.Random(seed)
    visits = [0, 14, 42, 91, 182, 365]
    people = []
    for _ in range(chance.randint(1, 12)):
        a, b = sorted(chance.sample(range(len(visits)), 2))
        right = INF if chance.random() < 0.3 else visits[b]
        people.append(Observed(visits[a], right))
        if chance.random() < 0.1:
            people.append(Observed(visits[b], visits[b]))
    steps = turnbull(people)
    assert sum(step.mass for step in steps) == pytest.approx(1)
    best = likelihood(people, steps)
    assert best > 0
    assert most_to_gain(people, steps) <= 1 + 1e-6
    for _ in range(20):
        other = [Step(s.left, s.right, s.mass * chance.uniform(0.5, 1.5)) for s in steps]
        total = sum(step.mass for step in other)
        other = [Step(s.left, s.right, s.mass / total) for s in other]
        assert likelihood(people, other) <= best * (1 + 1e-6)


def test_without_censoring_it_is_the_share_of_people():
    steps = turnbull([Observed(t, t) for t in (3, 3, 5, 9)])
    assert settled(steps) == [(3, 3, 0.5), (5, 5, 0.25), (9, 9, 0.25)]
    assert share_without(steps, 4) == (0.5, 0.5)
    assert share_without(steps, 5) == (0.25, 0.25)


def test_within_a_step_the_share_is_between():
    steps = turnbull([Observed(0, 10), Observed(10, INF)])
    assert share_without(steps, 5) == (0.5, 1.0)
    assert share_without(steps, 10) == (0.5, 0.5)


@pytest.mark.parametrize("ends", [(5, 3), (INF, INF), (math.nan, 2), (-INF, 2)])
def test_what_is_no_interval_is_refused(ends):
    with pytest.raises(ValueError, match="no interval"):
        Observed(*ends)


def test_a_mass_that_somebody_needs_does_not_ebb_away():
    """One of 5000 spread over three steps, each of which is next to nothing."""
    rest = [(10, 20), (0, 12), (13, 100), (0, 16), (17, 100)]
    people = [Observed(0, 5)] * 2500 + [Observed(50, INF)] * 2500
    people += [Observed(*ends) for ends in rest]
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        steps = turnbull(people)
    assert time.process_time() - began < 1
    assert [step.left for step in steps] == [0, 10, 13, 17, 50]
    assert sum(step.mass for step in steps) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(4))
def test_steps_that_were_left_out_too_early_come_back(seed, monkeypatch):
    """Many people seen around the same visits: hundreds of steps, few of which keep any mass."""
    chance = random.Random(seed)
    people = [watched(chance) for _ in range(150)]
    monkeypatch.setattr(statistics_turnbull, "EBBING", 0.05)
    steps = turnbull(people)
    assert sum(step.mass for step in steps) == pytest.approx(1)
    assert most_to_gain(people, steps) <= 1 + 1e-6


def watched(chance):
    event, seen = chance.expovariate(1 / 300), 0.0
    for day, width in ((42, 14), (91, 21), (182, 30), (365, 60), (730, 90)):
        at = float(round(chance.uniform(day - width, day + width)))
        if event <= at:
            return Observed(seen, at)
        if chance.random() < 0.8:
            seen = at
    return Observed(seen, INF)
