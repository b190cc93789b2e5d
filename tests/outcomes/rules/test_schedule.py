import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules import schedule, timing
from outcomes.rules.schedule import (
    Window,
    choose_for_analysis,
    default_windows,
    window_of,
    windows_until,
)
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Anchor, Answer, Moment, Phase, Span, Status

YES, NO, CANNOT_TELL, NOT_APPLICABLE = Answer
TEN_YEARS = 3700
WINDOWS = {window.kind: window for window in default_windows()}


def known(day):
    return Span(best=day, lower=day, upper=day, status=Status.KNOWN)


def within(lower, upper):
    return Span(best=None, lower=lower, upper=upper, status=Status.INTERVAL_CENSORED)


def about(best, lower=None, upper=None):
    return Span(best=best, lower=lower, upper=upper, status=Status.APPROXIMATE)


NOTHING = Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)


# --- the window of a day --------------------------------------------------------------------------

EDGES = [
    # last day outside, first day inside, last day inside, first day outside, kind, target
    (0, 1, 7, 8, "post_op", None),
    (7, 8, 27, 28, "2wk", 14),
    (27, 28, 63, 64, "6wk", 42),
    (63, 64, 136, 137, "3mo", 91),
    (136, 137, 227, 228, "6mo", 182),
    (303, 304, 456, 457, "12mo", 365),
    (638, 639, 821, 822, "24mo", 730),
    (1003, 1004, 1186, 1187, "yearly", 1095),
    (1368, 1369, 1551, 1552, "yearly", 1460),
    (3558, 3559, 3741, 3742, "yearly", 3650),
]


@pytest.mark.parametrize(
    ("before", "first", "last", "after", "kind", "target"),
    [pytest.param(*edge, id=f"{edge[4]} at {edge[5]}") for edge in EDGES],
)
def test_both_sides_of_each_edge(before, first, last, after, kind, target):
    for day in (first, last):
        answer = window_of(known(day))
        assert (answer.kind, answer.target) == (kind, target)
    for day in (before, after):
        answer = window_of(known(day))
        assert (answer.kind, answer.target) != (kind, target)


@pytest.mark.parametrize("day", [228, 303, 457, 638, 822, 1003, 1187])
def test_between_the_windows_a_visit_is_unscheduled(day):
    answer = window_of(known(day))
    assert (answer.kind, answer.target) == ("unscheduled", None)


@pytest.mark.parametrize(
    ("day", "post_operative", "kind", "reason"),
    [
        pytest.param(known(-1), CANNOT_TELL, "pre_op", schedule.BEFORE_INCISION, id="day -1"),
        pytest.param(known(-400), CANNOT_TELL, "pre_op", schedule.BEFORE_INCISION, id="long ago"),
        pytest.param(known(0), CANNOT_TELL, None, schedule.DAY_OF_SURGERY, id="day 0, no time"),
        pytest.param(known(0), NO, "pre_op", schedule.BEFORE_INCISION, id="day 0 before incision"),
        pytest.param(known(0), YES, "post_op", schedule.IN_WINDOW, id="POD 0"),
        pytest.param(known(1), CANNOT_TELL, "post_op", schedule.IN_WINDOW, id="POD 1"),
        pytest.param(within(0, 7), YES, "post_op", schedule.IN_WINDOW, id="POD 0 to 7"),
        pytest.param(within(0, 7), CANNOT_TELL, None, schedule.ACROSS_EDGE, id="day 0 to 7"),
        pytest.param(within(-3, 5), YES, "post_op", schedule.IN_WINDOW, id="bounds, surely after"),
        pytest.param(within(-3, 5), CANNOT_TELL, None, schedule.ACROSS_EDGE, id="bounds across 0"),
        pytest.param(within(None, -1), CANNOT_TELL, "pre_op", schedule.BEFORE_INCISION, id="open"),
        pytest.param(NOTHING, NO, "pre_op", schedule.BEFORE_INCISION, id="no day, pre-operative"),
        pytest.param(NOTHING, YES, None, schedule.NO_DAY, id="no day, post-operative"),
        pytest.param(NOTHING, CANNOT_TELL, None, schedule.NO_DAY, id="nothing known"),
    ],
)
def test_around_the_operation(day, post_operative, kind, reason):
    answer = window_of(day, post_operative=post_operative)
    assert (answer.kind, answer.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        pytest.param(within(304, 456), "12mo", id="bounds fill the window"),
        pytest.param(within(303, 456), None, id="bounds start a day early"),
        pytest.param(within(304, 457), None, id="bounds end a day late"),
        pytest.param(within(27, 28), None, id="bounds over a shared edge"),
        pytest.param(within(228, 303), "unscheduled", id="bounds fill the gap"),
        pytest.param(within(227, 303), None, id="bounds leave the gap"),
        pytest.param(within(228, 638), None, id="from gap to gap over a window"),
        pytest.param(within(30, None), None, id="no upper bound"),
        pytest.param(about(365, 350, 380), "12mo", id="about a year, within bounds"),
        pytest.param(about(365, 290, 440), None, id="about a year, wide"),
        pytest.param(about(365), None, id="about a year, without bounds"),
    ],
)
def test_bounds_across_an_edge_cannot_be_told(day, kind):
    assert window_of(day).kind == kind


@pytest.mark.parametrize(
    ("day", "kind"),
    [(-5, "unscheduled"), (0, "unscheduled"), (3, "unscheduled"), (7, "unscheduled"), (8, "2wk")],
)
def test_not_operated_a_day_after_cement_is_never_a_pod(day, kind):
    for post_operative in Answer:
        assert window_of(known(day), operated=False, post_operative=post_operative).kind == kind


OVERLAPPING = (Window("early", 30, 20, 50), Window("late", 60, 40, 80))


@pytest.mark.parametrize(
    ("day", "kind"), [(39, "early"), (44, "early"), (45, "early"), (46, "late"), (51, "late")]
)
def test_should_windows_of_a_site_overlap_the_nearest_target_wins_and_ties_go_earlier(day, kind):
    assert window_of(known(day), windows=OVERLAPPING).kind == kind


def test_no_day_is_in_two_windows():
    windows = windows_until(default_windows(), TEN_YEARS)
    for day in range(TEN_YEARS):
        assert sum(window.lower <= day <= window.upper for window in windows) <= 1


def test_each_analysis_window_lies_within_its_collection_window():
    for window in default_windows():
        if window.analysis is not None:
            assert window.lower <= window.target - window.analysis
            assert window.target + window.analysis <= window.upper


def test_the_reference_data_hold_the_windows_of_the_plan():
    """Retyped from the plan, not read: kind, target, collection window, analysis half-width."""
    assert [(w.kind, w.target, w.lower, w.upper, w.analysis) for w in default_windows()] == [
        ("post_op", None, 0, 7, None),
        ("2wk", 14, 8, 27, None),
        ("6wk", 42, 28, 63, 14),
        ("3mo", 91, 64, 136, 21),
        ("6mo", 182, 137, 227, 30),
        ("12mo", 365, 304, 456, 60),
        ("24mo", 730, 639, 821, 90),
        ("yearly", 1095, 1004, 1186, None),
    ]
    assert timing.default_stale_after() == 14


@given(st.integers(0, TEN_YEARS), st.integers(0, 200), st.sampled_from(Answer), st.booleans())
def test_bounds_answer_only_what_every_day_in_them_answers(lower, width, after, operated):
    days = range(lower, lower + width + 1)
    each = [window_of(known(d), post_operative=after, operated=operated) for d in days]
    answer = window_of(within(lower, lower + width), post_operative=after, operated=operated)
    agree = len({(one.kind, one.target) for one in each}) == 1
    assert answer.kind == (each[0].kind if agree else None)


# --- the examination a window's analysis uses -----------------------------------------------------


@dataclass(frozen=True)
class Exam:
    name: str
    when: Moment


INDEX = dt.date(2024, 3, 1)
ANCHORS = Anchors(cement=Moment(date=dt.date(2024, 2, 20)), decompression=Moment(date=INDEX))


def exam(name, day, time=None):
    date = INDEX + dt.timedelta(day)
    return Exam(name, Moment(date=date, time=None if time is None else dt.time(time)))


def vague(name, lower, upper):
    return Exam(
        name,
        Moment(
            status=Status.INTERVAL_CENSORED,
            anchor=Anchor.INDEX_DECOMPRESSION,
            lower=lower,
            upper=upper,
        ),
    )


@pytest.mark.parametrize(
    ("exams", "kind", "candidates", "undecided"),
    [
        pytest.param([exam("a", 42)], "6wk", "a", "", id="on target"),
        pytest.param([exam("a", 28)], "6wk", "a", "", id="first day"),
        pytest.param([exam("a", 27)], "6wk", "", "", id="a day before"),
        pytest.param([exam("a", 56)], "6wk", "a", "", id="last day"),
        pytest.param([exam("a", 57)], "6wk", "", "", id="collected, not analysed"),
        pytest.param([exam("a", 30), exam("b", 44)], "6wk", "b", "", id="nearest"),
        pytest.param([exam("b", 45), exam("a", 39)], "6wk", "a", "", id="tie goes to the earlier"),
        pytest.param(
            [exam("b", 42, 15), exam("a", 42, 9)], "6wk", "a", "", id="tie within a day, timed"
        ),
        pytest.param([exam("a", 42), exam("b", 42)], "6wk", "ab", "", id="one day, no times"),
        pytest.param([vague("a", 305, 425)], "12mo", "a", "", id="bounds within"),
        pytest.param([vague("a", 304, 425)], "12mo", "", "a", id="bounds across the lower edge"),
        pytest.param([vague("a", 305, 426)], "12mo", "", "a", id="bounds across the upper edge"),
        pytest.param(
            [exam("a", 366), vague("b", 300, 310)], "12mo", "a", "b", id="the certain one is used"
        ),
        pytest.param(
            [exam("a", 370), vague("b", 360, 372)], "12mo", "ab", "", id="either may be nearer"
        ),
        pytest.param([exam("a", 366), vague("b", 367, 380)], "12mo", "a", "", id="surely nearer"),
        pytest.param([exam("a", 14)], "2wk", "", "", id="2 wk has no analysis window"),
        pytest.param([exam("a", 1095)], "yearly", "", "", id="yearly has no analysis window"),
        pytest.param([exam("a", 3)], "post_op", "", "", id="nor have the days after operation"),
        pytest.param(
            [Exam("a", Moment(status=Status.NOT_REPORTED, phase=Phase.FOLLOW_UP))],
            "12mo",
            "",
            "a",
            id="day unknown",
        ),
        pytest.param([], "12mo", "", "", id="none"),
    ],
)
def test_chosen_for_analysis(exams, kind, candidates, undecided):
    answer = choose_for_analysis(exams, WINDOWS[kind], anchors=ANCHORS)
    assert "".join(sorted(e.name for e in answer.candidates)) == candidates
    assert "".join(e.name for e in answer.undecided) == undecided
    assert answer.exam is (answer.candidates[0] if len(candidates) == 1 else None)
    assert answer.reason


def test_not_operated_the_target_counts_from_the_cement():
    anchors = Anchors(cement=Moment(date=INDEX))
    chosen = choose_for_analysis(
        [exam("a", 42)], WINDOWS["6wk"], anchors=anchors, anchor=Anchor.CEMENT
    )
    assert chosen.exam.name == "a"


@given(st.lists(st.integers(0, 900), unique=True, max_size=12), st.sampled_from(["6wk", "24mo"]))
def test_the_choice_recomputed_independently(days, kind):
    window = WINDOWS[kind]
    exams = [exam(str(day), day) for day in days]
    chosen = choose_for_analysis(exams, window, anchors=ANCHORS).exam
    ranked = sorted(days, key=lambda day: (abs(day - window.target), day))
    expected = ranked[0] if ranked and abs(ranked[0] - window.target) <= window.analysis else None
    assert (chosen and int(chosen.name)) == expected
