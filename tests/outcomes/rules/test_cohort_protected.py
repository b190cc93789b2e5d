"""People one may not open: rounded counts, hidden few, coarse estimates."""

import random

from outcomes.rules.cohort_analysis import DEAD, PRESET, Alike, analyse
from outcomes.rules.cohort_protected import everyone, others
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import Band

PLAIN = Question()


def people(band, outcomes, first=2):
    return [Alike(band=band, first=first, outcome=outcome, people=1) for outcome in outcomes]


def test_counts_are_rounded_and_a_small_band_has_no_cells():
    cells = [*people(Band.DAY, [3] * 18 + [5] * 12 + [DEAD]), *people(Band.WEEK, [4] * 7)]
    found = others(cells, PLAIN)
    assert (found.people, found.with_timing, found.with_both) == (40, 40, 40)
    told = {(cell.band, cell.step): cell.people for cell in found.cells}
    assert {band for band, _step in told} == {Band.DAY}
    assert (told[Band.DAY, 3], told[Band.DAY, 5], told[Band.DAY, DEAD]) == (20, 10, None)


def test_together_is_told_only_where_enough_others_stand_behind_both_groups():
    chance = random.Random(1)
    own = people(Band.DAY, chance.choices(range(6), k=12)) + people(
        Band.WEEK, chance.choices(range(6), k=12)
    )
    enough = people(Band.DAY, [3] * 8) + people(Band.LATER, [2] * 8)
    few = people(Band.DAY, [3] * 7) + people(Band.LATER, [2] * 30)
    assert everyone(own, few, PLAIN, PRESET) is None
    told = everyone(own, enough, PLAIN, PRESET)
    exact = analyse([*own, *enough], PLAIN)
    assert abs(told.win - exact.win.value) <= 0.025
    assert round(told.win * 20) == told.win * 20
    assert exact.p <= told.p < exact.p + 0.01


def test_description_only_has_no_estimate():
    cells = people(Band.DAY, [3] * 20) + people(Band.LATER, [2] * 20)
    assert everyone([], cells, Question(window="last"), PRESET) is None
