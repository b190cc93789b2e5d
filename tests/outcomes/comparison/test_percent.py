"""Percents in words: whole ones, unless that would say more than is known."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.figures.percents import percent
from outcomes.presenters.comparison import points, rounded
from outcomes.rules.statistics.proportions import Count, Interval, exact_interval


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.2909, 0.9633), "29–96 %"),
        ((0.125, 0.375), "13–38 %"),  # a half upwards
        ((0.0, 1.0), "0–100 %"),
        ((0.5, 0.5), "50 %"),
        ((0.0, 0.0), "0 %"),
        ((0.0, 0.0037), "0.0–0.4 %"),  # nobody of a thousand: not certainly nobody
        ((0.9963, 1.0), "99.6–100.0 %"),
        ((0.997, 0.997), "99.7 %"),
        ((0.00005, 0.011), "0.01–1.10 %"),
        ((1e-16, 1 - 1e-16), "0–100 %"),  # the last bits of a sum
    ],
)
def test_percents(ends, words):
    assert percent(Interval(*ends)) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0"), (-0.004, "0"), (0.004, "0"), (0.125, "+12"), (-0.3, "−30")]
)
def test_points_of_nothing_have_no_sign(share, words):
    assert points(share) == words


@given(n=st.integers(1, 2000), data=st.data())
def test_an_exact_interval_is_never_said_to_be_certain(n, data):
    count = Count(data.draw(st.integers(0, n)), n)
    interval = exact_interval(count)
    ends = [float(one) for one in re.findall(r"[\d.]+", percent(interval))]
    assert len(ends) == 2
    assert (ends[0] == 0) == (count.k == 0)
    assert (ends[1] == 100) == (count.k == n)
    for told, end in zip(ends, (interval.lower, interval.upper), strict=True):
        assert abs(told - 100 * end) <= 0.5000001


def test_what_is_not_told_may_be_many():
    """29 of 30 have it: then that is not told either, for the one."""
    assert (rounded(None, str), rounded(30, str)) == ("not told", "about 30")
