"""What the course of a patient asks for, and in which order it all stands."""

import datetime as dt

import pytest

from outcomes.rules.plan import plan
from outcomes.rules.reminders import POLICY, Obstacle, Policy, Seen
from outcomes.rules.worklist import LEVELS, Followed, Need, of_alert, wanted
from tests.outcomes.rules.test_reminders import between, exactly

ZERO = dt.date(2026, 1, 1)


def needs(day, *visits, attempts=0, ended=None, policy=POLICY, spread=0):
    followed = Followed(
        operated=True,
        zero_from=ZERO,
        zero_to=ZERO + dt.timedelta(days=spread),
        visits=tuple(Seen(kind="unscheduled", day=exactly(d)) for d in visits),
        attempts=attempts,
    )
    today = followed.day(ZERO + dt.timedelta(days=day))
    found = plan(today, followed.visits, ended=ended, policy=policy)
    return [one.need.value for one in wanted(followed, found, policy=policy)]


CASES = {
    "nothing before a visit is due": (30, (12,), []),
    "due": (35, (12,), ["due"]),
    "overdue": (50, (12,), ["overdue"]),
    "missed, and nobody saw them since": (64, (12,), ["missed"]),
    "missed, and seen since": (80, (12, 64), []),
    "missed, and seen on the last day of it": (64, (12, 63), []),
    "missed, and wanted for the next": (84, (12,), ["due"]),
    "only the last one missed is told": (230, (12,), ["missed"]),
    "the first days are nobody's appointment": (8, (), ["due"]),
}


@pytest.mark.parametrize(("day", "visits", "expected"), CASES.values(), ids=CASES)
def test_what_the_course_asks_for(day, visits, expected):
    assert needs(day, *visits) == expected


ATTEMPTS = {
    "one fewer": (2, 50, ["overdue"]),
    "enough": (3, 50, ["overdue", "lost_question"]),
    "more": (9, 50, ["overdue", "lost_question"]),
    "enough, and missed": (3, 64, ["lost_question", "missed"]),
    "enough, and nothing to come for": (3, 30, []),
}


@pytest.mark.parametrize(("attempts", "day", "expected"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_attempts_without_answer_ask_whether_they_are_lost(attempts, day, expected):
    assert needs(day, 12, attempts=attempts) == expected


def test_how_many_attempts_is_the_policys():
    assert "lost_question" in needs(50, 12, attempts=1, policy=Policy(unanswered=1))


@pytest.mark.parametrize("ended", Obstacle)
def test_nothing_is_asked_once_it_has_ended(ended):
    expected = ["lost"] if ended is Obstacle.LOST else []
    assert needs(50, 12, attempts=9, ended=ended) == expected


def test_where_it_cannot_be_told_somebody_has_to_say_the_day():
    assert needs(64, 12, spread=1) == ["no_day"]
    unknown = Followed(operated=True)
    assert unknown.day(ZERO) != exactly(0)
    found = wanted(unknown, plan(unknown.day(ZERO), []))
    assert [one.need for one in found] == [Need.NO_DAY]


def test_days_and_dates_keep_their_bounds():
    followed = Followed(operated=True, zero_from=ZERO, zero_to=ZERO + dt.timedelta(days=3))
    assert followed.day(dt.date(2026, 1, 11)) == between(7, 10)
    assert followed.dates(10) == (dt.date(2026, 1, 11), dt.date(2026, 1, 14))
    assert Followed(operated=True).dates(10) is None


def test_alerts_by_level_then_overdue_then_due_then_the_rest():
    alerts = [of_alert(level, 60) for level in LEVELS]
    followed = Followed(operated=True, zero_from=ZERO, zero_to=ZERO, attempts=3)
    course = [
        one
        for day in (50, 35, 64)
        for one in wanted(followed, plan(exactly(day), [Seen(kind="2wk", day=exactly(12))]))
    ]
    ordered = sorted([*course, *alerts], key=lambda one: one.place)
    told = [one.need.value for one in ordered]
    assert told == [*["alert"] * 6, "overdue", "due", *["lost_question"] * 3, "missed"]
    assert LEVELS == ("emergency", "urgent", "same_day", "ask", "review", "note")


def test_of_one_level_the_one_that_waits_longest_comes_first():
    assert of_alert("urgent", 60).place < of_alert("urgent", 59).place
    assert of_alert("emergency", 0).place < of_alert("urgent", 9999).place


def test_of_one_level_what_nobody_has_examined_comes_first():
    reported = of_alert("urgent", 0, reported=True)
    assert reported.place < of_alert("urgent", 10 * 365 * 86400).place
    assert of_alert("urgent", 60, reported=True).place < reported.place
    assert of_alert("emergency", 0).place < reported.place


def test_of_two_overdue_the_window_that_closes_first_comes_first():
    def place(day):
        seen = [Seen(kind="2wk", day=exactly(12))]
        return wanted(Followed(operated=True), plan(exactly(day), seen))[0].place

    assert place(60) < place(50)
