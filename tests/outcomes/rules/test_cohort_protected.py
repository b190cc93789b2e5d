"""People one may not open: rounded counts, hidden few, coarse estimates."""

import random
from dataclasses import replace

import pytest

from outcomes.rules.cohort_analysis import DEAD, Alike, analyse
from outcomes.rules.cohort_protected import FEWEST_IN_STRATUM, others, win
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import Band

PLAIN = Question()


def people(band, outcomes, first=2):
    return [Alike(band=band, first=first, outcome=outcome, people=1) for outcome in outcomes]


def test_counts_are_rounded_and_a_small_band_has_no_cells():
    cells = [
        *people(Band.DAY, [3] * 18 + [5] * 12 + [DEAD]), *people(Band.WEEK, [4] * 7),
        *people(Band.UNKNOWN, [None] * 9),
    ]  # fmt: skip
    found = others(cells, PLAIN)
    assert (found.people, found.with_timing, found.with_outcome) == (45, 40, 40)
    assert found.with_both is None, "there is nobody of one whose other is not known"
    told = {(cell.band, cell.step): cell.people for cell in found.cells}
    assert {band for band, _step in told} == {Band.DAY}
    assert (told[Band.DAY, 3], told[Band.DAY, 5], told[Band.DAY, DEAD]) == (20, 10, None)


def stratum(first, early=20, later=20, seed=1):
    chance = random.Random(seed)
    return people(Band.DAY, chance.choices(range(6), k=early), first) + people(
        Band.LATER, chance.choices(range(6), k=later), first
    )


def test_the_win_probability_is_told_to_a_twentieth_and_has_no_p():
    cells = stratum(2) + stratum(3, seed=2)
    told, exact = win(cells, PLAIN), analyse(cells, PLAIN)
    assert told.firsts == (2, 3)
    for coarse, fine in (
        (told.win, exact.win.value),
        (told.interval.lower, exact.win.interval.lower),
        (told.interval.upper, exact.win.interval.upper),
    ):
        assert abs(coarse - fine) <= 0.025 + 1e-9
        assert round(coarse * 20) / 20 == coarse
    assert not hasattr(told, "p")


@pytest.mark.parametrize(
    ("early", "later", "firsts"), [(20, 20, (2, 4)), (19, 20, (2,)), (20, 19, (2,)), (0, 30, (2,))]
)
def test_a_first_grade_counts_where_enough_stand_in_both_groups(early, later, firsts):
    """What became of the few of another first grade, or whether there are any, changes nothing."""
    enough, few = stratum(2), stratum(4, early, later)
    told = win(enough + few, PLAIN)
    assert told.firsts == firsts
    if firsts == (2,):
        alone = win(enough, PLAIN)
        for outcome in (None, DEAD, 0, 5):
            changed = [replace(cell, outcome=outcome) for cell in few]
            assert win(enough + changed, PLAIN) == told == alone


def test_those_without_an_outcome_do_not_stand_behind_it():
    missing = people(Band.DAY, [None] * 9) + people(Band.LATER, [None] * 9)
    assert win(stratum(2, 19, 19) + missing, PLAIN) is None


def test_without_enough_of_one_first_grade_there_is_none():
    cells = [cell for first in range(6) for cell in stratum(first, 19, 19)]
    assert analyse(cells, PLAIN).win is not None
    assert win(cells, PLAIN) is None


@pytest.mark.parametrize("seed", range(40))
def test_one_person_moves_it_by_no_more_than_it_is_rounded_to(seed):
    chance = random.Random(seed)
    cells = [
        cell
        for first in range(chance.choice([1, 3]))
        for cell in stratum(first, chance.choice([20, 30]), chance.choice([20, 60]), seed)
    ]
    before = analyse(cells, PLAIN).win.value
    at = chance.randrange(len(cells))
    for outcome in (DEAD, *range(6)):
        after = analyse([*cells[:at], replace(cells[at], outcome=outcome), *cells[at + 1 :]], PLAIN)
        assert abs(after.win.value - before) <= 1 / FEWEST_IN_STRATUM + 1e-9


def test_where_every_pair_was_won_by_one_group_nothing_is_told():
    cells = people(Band.DAY, [5] * 20) + people(Band.LATER, [1] * 20)
    assert win(cells, PLAIN) is None


@pytest.mark.parametrize("question", [Question(window="last"), Question(exposure="decision")])
def test_description_and_timing_by_another_start_have_no_estimate(question):
    assert win(stratum(2), question) is None
