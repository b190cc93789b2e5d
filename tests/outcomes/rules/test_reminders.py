"""Which visits fall due, on both sides of every edge; quiet hours; what stands in the way."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from outcomes.rules.reminders import (
    REASONS,
    Obstacle,
    Policy,
    Seen,
    State,
    held_until,
    obstacle,
    reminders,
)
from outcomes.rules.schedule import NO_DAY, default_windows
from outcomes.rules.values import Span, Status

EARLY, DUE, DONE, CLOSED, UNSURE = State


def exactly(day):
    return Span(best=day, lower=day, upper=day, status=Status.KNOWN)


def between(lower, upper):
    return Span(best=None, lower=lower, upper=upper, status=Status.INTERVAL_CENSORED)


def state(slot, today, *visits, **more):
    day = exactly(today) if isinstance(today, int) else today
    return reminders(day, visits, **more).state(slot)


# slot, the first and the last day it is due
EDGES = {
    "2wk: a week before the target, but not before the window opens": ("visit:2wk", 8, 27),
    "6wk": ("visit:6wk", 35, 63),
    "3mo": ("visit:3mo", 84, 136),
    "6mo": ("visit:6mo", 175, 227),
    "12mo": ("visit:12mo", 358, 456),
    "24mo": ("visit:24mo", 723, 821),
    "third year": ("visit:yearly-1095", 1088, 1186),
    "fourth year": ("visit:yearly-1460", 1453, 1551),
}


@pytest.mark.parametrize(("slot", "first", "last"), EDGES.values(), ids=EDGES)
def test_due_from_a_week_before_the_target_until_the_window_closes(slot, first, last):
    found = {day: state(slot, day) for day in (first - 1, first, last, last + 1)}
    assert list(found.values()) == [EARLY, DUE, DUE, CLOSED]


def test_every_window_with_a_target_is_tried_above():
    tried = {slot.removeprefix("visit:").split("-")[0] for slot, *_ in EDGES.values()}
    assert tried == {w.kind for w in default_windows() if w.target is not None}


@pytest.mark.parametrize(("lead", "first"), [(0, 42), (14, 28), (30, 28)])
def test_the_lead_time_is_the_policys_but_the_window_opens_first(lead, first):
    policy = Policy(lead_days=lead)
    assert state("visit:6wk", first - 1, policy=policy) is EARLY
    assert state("visit:6wk", first, policy=policy) is DUE


def test_the_days_after_the_operation_are_nobodys_appointment():
    for operated in (True, False):
        kinds = {w.kind for w in reminders(exactly(20), [], operated=operated).windows}
        assert kinds == {"2wk"}


def test_a_reminder_says_kind_target_days_and_since_when():
    (six_weeks,) = reminders(exactly(40), []).due
    shown = (six_weeks.kind, six_weeks.target, six_weeks.first, six_weeks.last, six_weeks.since)
    assert shown == ("6wk", 42, 28, 63, 5)
    assert six_weeks.reason == REASONS[DUE]


def test_before_the_operation_nothing_is_due():
    assert reminders(exactly(-3), []).due == []


VISITS = {
    "by its name, wherever it lies": (Seen(kind="6wk", day=exactly(20)), DONE),
    "by its name, without a day": (Seen(kind="6wk", day=between(None, None)), DONE),
    "by its day, whatever its name": (Seen(kind="unscheduled", day=exactly(28)), DONE),
    "on the last day": (Seen(kind="unscheduled", day=exactly(63)), DONE),
    "the day before it opens": (Seen(kind="unscheduled", day=exactly(27)), DUE),
    "the day after it closes": (Seen(kind="unscheduled", day=exactly(64)), DUE),
    "certainly within": (Seen(kind="discharge", day=between(30, 60)), DONE),
    "perhaps before": (Seen(kind="discharge", day=between(27, 60)), DUE),
    "perhaps after": (Seen(kind="discharge", day=between(30, 64)), DUE),
    "no day": (Seen(kind="unscheduled", day=between(None, None)), DUE),
    "open to one side": (Seen(kind="unscheduled", day=between(30, None)), DUE),
}


@pytest.mark.parametrize(("visit", "expected"), VISITS.values(), ids=VISITS)
def test_a_window_in_which_a_visit_certainly_lies_needs_none(visit, expected):
    assert state("visit:6wk", 45, visit) is expected


def test_a_yearly_visit_counts_for_its_own_year_only():
    third = Seen(kind="yearly", day=exactly(1100))
    assert state("visit:yearly-1095", 1120, third) is DONE
    assert state("visit:yearly-1460", 1460, third) is DUE
    undated = Seen(kind="yearly", day=between(None, None))
    assert state("visit:yearly-1095", 1120, undated) is DUE


BOUNDED = {
    "within": (between(35, 63), DUE),
    "perhaps too early": (between(34, 50), UNSURE),
    "perhaps closed": (between(40, 64), UNSURE),
    "certainly too early": (between(28, 34), EARLY),
    "certainly closed": (between(64, 70), CLOSED),
    "about a day, the bounds within": (
        Span(best=42, lower=36, upper=48, status=Status.APPROXIMATE), DUE,
    ),
    "about a day, the bounds across": (
        Span(best=42, lower=30, upper=48, status=Status.APPROXIMATE), UNSURE,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("today", "expected"), BOUNDED.values(), ids=BOUNDED)
def test_nobody_is_reminded_from_a_guess(today, expected):
    assert state("visit:6wk", today) is expected


UNKNOWN = {
    "no day": between(None, None),
    "no last day": between(40, None),
    "no first day": between(None, 50),
    "about a day, without bounds": Span(best=42, lower=None, upper=None, status=Status.APPROXIMATE),
    "a conflict": Span(best=42, lower=42, upper=42, status=Status.CONFLICT),
}


@pytest.mark.parametrize("today", UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_day_reminds_of_nothing_and_says_why(today):
    found = reminders(today, [])
    assert (found.due, found.reason) == ([], NO_DAY)
    assert found.state("visit:6wk") is UNSURE


# --- quiet hours --------------------------------------------------------------------------------
SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")


def at(hour, minute, day=10, zone=SEOUL):
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=zone)


HELD = {
    "the minute before they begin": (at(20, 59), None),
    "as they begin": (at(21, 0), at(8, 0, day=11)),
    "before midnight": (at(23, 59), at(8, 0, day=11)),
    "midnight": (at(0, 0), at(8, 0)),
    "the minute before they end": (at(7, 59), at(8, 0)),
    "as they end": (at(8, 0), None),
    "noon": (at(12, 0), None),
}


@pytest.mark.parametrize(("now", "until"), HELD.values(), ids=HELD)
def test_quiet_hours_hold_a_notice_until_they_end(now, until):
    assert held_until(now) == until


def test_quiet_hours_within_one_day():
    noon = Policy(quiet_from=dt.time(12), quiet_until=dt.time(14))
    held = [held_until(at(*when), noon) for when in ((11, 59), (12, 0), (13, 59), (14, 0))]
    assert held == [None, at(14, 0), at(14, 0), None]


def test_none_where_they_begin_as_they_end():
    never = Policy(quiet_from=dt.time(8), quiet_until=dt.time(8))
    assert [held_until(at(hour, 0), never) for hour in (7, 8, 9)] == [None] * 3


def test_the_end_is_by_the_clock_of_the_site_also_when_it_is_changed():
    held = held_until(at(23, 0, day=28, zone=BERLIN))
    assert held == dt.datetime(2026, 3, 29, 6, 0, tzinfo=dt.UTC)


# --- what stands in the way ---------------------------------------------------------------------
NOTHING = {
    "status": "active", "origin": "registry", "entered_in_error": False,
    "lost": False, "refused": False,
}  # fmt: skip
OBSTACLES = {
    "nothing": ({}, None),
    "no status, no origin": ({"status": None, "origin": None}, None),
    "made up": ({"origin": "synthetic"}, None),
    "published": ({"origin": "published"}, Obstacle.PUBLISHED),
    "died": ({"status": "died"}, Obstacle.DIED),
    "withdrawn": ({"status": "withdrawn"}, Obstacle.WITHDRAWN),
    "transferred": ({"status": "transferred"}, Obstacle.TRANSFERRED),
    "lost": ({"lost": True}, Obstacle.LOST),
    "consent withdrawn": ({"refused": True}, Obstacle.CONSENT_WITHDRAWN),
    "entered in error": ({"entered_in_error": True}, Obstacle.ENTERED_IN_ERROR),
}


@pytest.mark.parametrize(("facts", "expected"), OBSTACLES.values(), ids=OBSTACLES)
def test_what_stands_in_the_way_of_any_reminder(facts, expected):
    assert obstacle(**(NOTHING | facts)) is expected


def test_every_obstacle_is_tried():
    assert {expected for _facts, expected in OBSTACLES.values()} == {None, *Obstacle}
