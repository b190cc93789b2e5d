"""Sustained recovery: two examinations in a row, known to lie between two days."""

import datetime as dt

import pytest

from outcomes.rules.cohort_course import Course, course_of, recovery, sustained
from outcomes.rules.facts import Fact
from outcomes.rules.values import Moment, Span, Status


def span(lower, upper=None):
    upper = lower if upper is None else upper
    return Span(best=None, lower=lower, upper=upper, status=Status.INTERVAL_CENSORED)


def course(*exams):
    return Course(tuple((*day, grade) if isinstance(day, tuple) else (day, day, grade)
                        for day, grade in exams))  # fmt: skip


@pytest.mark.parametrize(
    ("exams", "before", "grade", "expected"),
    [
        pytest.param([(42, 3), (91, 3)], 2, "3", [0.0, 42], id="at the first examination"),
        pytest.param([(42, 2), (91, 3), (182, 4)], 2, "3", [42, 91], id="between two"),
        pytest.param([(42, 3), (91, 2), (182, 3), (365, 3)], 2, "3", [91, 182], id="once is not"),
        pytest.param([(42, 2), (91, 3)], 2, "3", [42, None], id="not yet confirmed"),
        pytest.param([(42, 2), (91, 2)], 2, "3", [91, None], id="not by the last"),
        pytest.param([(42, 5), (91, 5)], 2, "3", [0.0, 42], id="higher counts"),
        pytest.param([((40, 44), 2), ((90, 99), 3), (182, 3)], 2, "3", [40, 99], id="bounds"),
    ],
)
def test_when_a_grade_was_reached(exams, before, grade, expected):
    assert recovery(course(*exams), before)[grade] == expected


@pytest.mark.parametrize(
    ("exams", "before", "grades"),
    [
        ([(42, 3), (91, 3)], 2, ["3", "4", "5"]),  # already there at 1 and 2
        ([(42, 3), (91, 3)], 5, []),
        ([(42, 3), (91, 3)], None, []),  # the grade before is not known
        ([], 2, []),
        ([((40, 60), 3), ((50, 70), 3)], 2, []),  # either may have come first
    ],
)
def test_who_says_something_of_the_time_to_recovery(exams, before, grades):
    assert sorted(recovery(course(*exams), before)) == grades


@pytest.mark.parametrize(
    ("exams", "at", "expected"),
    [
        pytest.param([(42, 3), (91, 4), (182, 3)], 91, (3, 3), id="a later one decides"),
        pytest.param([(42, 2), (91, 4)], 91, (2, 4), id="the last may be sustained"),
        pytest.param([(42, 4)], 42, (None, 4), id="alone"),
        pytest.param([(42, 4), (91, 5), (182, 5)], 91, (5, 5), id="confirmed"),
        pytest.param([(42, 0), (91, 0)], 91, (0, 0), id="zero is a grade"),
    ],
)
def test_what_is_sustained_at_an_examination(exams, at, expected):
    worst = next(grade for day, grade in exams if day == at)
    assert sustained(course(*exams), span(at), worst) == expected


def test_an_examination_without_a_grade_or_a_place_sustains_nothing():
    told = course((42, 3), (91, 3))
    assert sustained(told, span(91), None) == (None, None)
    assert sustained(told, span(None), 3) == (None, None)
    assert sustained(told, span(100), 3) == (None, None)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("08:00", "18:00"), {"3": [3, 3], "4": [42, None], "5": [42, None]}),
        (("18:00", "08:00"), {"3": [3, None], "4": [42, None], "5": [42, None]}),
        (("08:00", "08:00"), {}),
        (("08:00", None), {}),
        ((None, None), {}),
    ],
)
def test_two_examinations_of_one_day_have_the_order_of_their_times(times, expected):
    """CLINICAL.md G: two can fall on one day; keep the time where known."""

    def visit(day, time, grade):
        when = Moment(time=time and dt.time.fromisoformat(time))
        return Fact(id=str(day), when=when, day=span(day), values={"grade": grade})

    visits = [visit(3, times[0], 2), visit(3, times[1], 3), visit(42, None, 3)]
    found = course_of(visits, lambda one: one.get("grade"))
    assert recovery(found, 2) == expected
    assert sustained(found, span(42), 3) == ((None, None) if not expected else (
        (3, 3) if times[0] < times[1] else (2, 3)
    ))  # fmt: skip


def test_before_and_on_the_day_of_surgery_is_not_after_it():
    def visit(day, grade):
        return Fact(id=str(day), when=Moment(), day=span(day), values={"grade": grade})

    visits = [visit(d, g) for d, g in ((-3, 1), (0, 2), (1, 3), (42, None), (91, 4))]
    found = course_of(visits, lambda one: one.get("grade"))
    assert found.exams == ((1, 1, 3), (91, 91, 4))
