"""What counts of people one may not open look like, and when nothing is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.disclosure import MOST_HIDDEN, coarse, shown, shown_row, tells_apart


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (0, None), (1, None), (7, None), (8, 10), (9, 10), (12, 10), (13, 15), (17, 15), (18, 20),
        (1002, 1000), (1003, 1005),
    ],
)  # fmt: skip
def test_seven_are_hidden_and_more_are_rounded_to_five(people, told):
    assert shown(people) == told


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([20, 30, 3], [None, 30, None]),
        ([20, 20, 20], [20, 20, 20]),
        ([2, 3, 30], [None, None, 30]),
        ([0, 30], [None, None]),
        ([4], [None]),
        ([9], [10]),
        ([], []),
    ],
)
def test_of_a_row_never_exactly_one_is_hidden(counts, told):
    assert shown_row(counts) == told


@given(st.lists(st.integers(0, 60), min_size=2, max_size=9))
def test_a_row_hides_none_or_at_least_two(counts):
    told = shown_row(counts)
    assert told.count(None) != 1
    for count, one in zip(counts, told, strict=True):
        assert one is None or (one % 5 == 0 and abs(one - count) <= 2 and count > MOST_HIDDEN)


@pytest.mark.parametrize(
    ("left_out", "apart"),
    [([], False), ([0], True), ([1], True), ([7], True), ([8], False), ([40, 0, 3], True)],
)
def test_a_choice_that_leaves_out_a_few_tells_of_them(left_out, apart):
    assert tells_apart(left_out) is apart


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, 0.0), (0.024, 0.0), (0.026, 0.05), (0.5, 0.5), (0.6249, 0.6), (1, 1)]
)
def test_estimates_are_told_to_a_twentieth(share, told):
    assert coarse(share) == told
