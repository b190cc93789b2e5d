"""What waits besides a visit: both sides of every edge, and whatever may not be recorded."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from outcomes.rules.facts import Fact, Facts
from outcomes.rules.reminders import Policy
from outcomes.rules.spans import nothing
from outcomes.rules.values import Moment, Status
from outcomes.rules.waiting import (
    Diary,
    Kind,
    Standing,
    injections,
    items,
    pills,
    standing,
    written,
)

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = dt.date(2026, 3, 10)
EARLY, DUE = Standing.EARLY, Standing.DUE


def at(hour, minute=0, day=TODAY):
    return dt.datetime.combine(day, dt.time(hour, minute), SEOUL)


def day(offset):
    return TODAY + dt.timedelta(days=offset)


def fact(number="c-1", when=None, **values):
    return Fact(id=number, when=when or Moment(), day=nothing(Status.NOT_REPORTED), values=values)


def facts(*drugs, doses=(), today=TODAY):
    return Facts(now=at(12, day=today), today=today, drugs=drugs, doses=tuple(doses))


# --- pills --------------------------------------------------------------------------------------
SWALLOWED = {
    "drug": "celecoxib",
    "route": "oral",
    "times_per_day": 2.0,
    "start": day(-10),
    "stop": None,
}


def course(**changes):
    values = {name: value for name, value in (SWALLOWED | changes).items() if value is not None}
    return fact(**values)


COURSES = {
    "twice a day by mouth": ({}, True),
    "begun today": ({"start": TODAY}, True),
    "begins tomorrow": ({"start": day(1)}, False),
    "stops tomorrow": ({"stop": day(1)}, True),
    "stopped today": ({"stop": TODAY}, False),
    "stopped yesterday": ({"stop": day(-1)}, False),
    "once a day": ({"times_per_day": 1.0}, True),
    "less than once a day: nobody knows which": ({"times_per_day": 0.99}, False),
    "once a month": ({"times_per_day": 0.033}, False),
    "how often is not recorded": ({"times_per_day": None}, False),
    "how often in words only": ({"times_per_day": None, "frequency": "with meals"}, False),
    "when needed": ({"as_needed": True}, False),
    "not when needed": ({"as_needed": False}, True),
    "no start recorded": ({"start": None}, False),
    "an injection": ({"route": "subcutaneous"}, False),
    "a plaster": ({"route": "transdermal"}, False),
    "no route, a drug there is by mouth only": ({"route": None}, True),
    "no route, a drug there is by vein too": ({"route": None, "drug": "ibandronic acid"}, False),
    "no route, a drug nobody knows": ({"route": None, "drug": "herbal tea"}, False),
    "no route, a drug nobody knows, as tablets": (
        {"route": None, "drug": "herbal tea", "dose_unit": "tablet"}, True,
    ),
    "a drug nobody knows by mouth": ({"drug": "herbal tea"}, True),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "reminded"), COURSES.values(), ids=COURSES)
def test_pills_are_those_certainly_swallowed_today(changes, reminded):
    found = pills(at(9), facts(course(**changes)))
    assert (found is not None) is reminded


STARTED = {
    "between two days, both past": (Moment(date_lower=day(-9), date_upper=day(-3)), True),
    "perhaps not before tomorrow": (Moment(date_lower=day(-9), date_upper=day(1)), False),
    "at an unknown time": (Moment(), False),
}


@pytest.mark.parametrize(("when", "reminded"), STARTED.values(), ids=STARTED)
def test_a_start_within_bounds_counts_once_it_is_certain(when, reminded):
    values = {name: value for name, value in SWALLOWED.items() if name not in ("start", "stop")}
    found = pills(at(9), facts(fact(when=when, **values)))
    assert (found is not None) is reminded


def test_one_notice_a_day_however_many_drugs():
    found = [
        item
        for item in items(at(9), facts(course(), fact("c-2", **SWALLOWED)), Diary())
        if item.kind is Kind.PILLS
    ]
    assert [(item.slot, item.on, item.at) for item in found] == [
        ("pills:2026-03-10", TODAY, dt.time(9))
    ]


HOURS = {
    "half an hour and a minute before": (at(8, 29), EARLY),
    "half an hour before": (at(8, 30), DUE),
    "the hour": (at(9), DUE),
    "late in the evening": (at(23, 59), DUE),
    "midnight": (at(0), EARLY),
}


@pytest.mark.parametrize(("now", "expected"), HOURS.values(), ids=HOURS)
def test_pills_wait_from_shortly_before_their_hour(now, expected):
    assert pills(now, facts(course())).state is expected


def test_pills_that_the_diary_tells_of_are_done():
    told = Diary(pills_today=True, today=True)
    assert pills(at(9), facts(course()), told).state is Standing.PILLS_RECORDED
    assert pills(at(9), facts(course()), Diary(today=True)).state is DUE


# --- an injection: ibandronic acid every three months --------------------------------------------
LAST = dt.date(2026, 1, 15)
NEXT = dt.date(2026, 4, 15)


def injected(today, *, last=LAST, **changes):
    given = fact("d-1", Moment(date=last) if last else Moment(), course="c-1")
    doses = [given] if changes.pop("given", True) else []
    values = {"drug": "ibandronic acid", "route": "intravenous", "start": dt.date(2025, 10, 15)}
    return list(injections(facts(fact(**values | changes), doses=doses, today=today)))


DAYS = {
    "eight days before": (NEXT - dt.timedelta(8), EARLY),
    "a week before": (NEXT - dt.timedelta(7), DUE),
    "the day": (NEXT, DUE),
    "thirty days late": (NEXT + dt.timedelta(30), DUE),
    "later still": (NEXT + dt.timedelta(31), Standing.DAY_OVER),
}


@pytest.mark.parametrize(("today", "expected"), DAYS.values(), ids=DAYS)
def test_an_injection_is_due_from_a_week_before_its_day(today, expected):
    (found,) = injected(today)
    assert (found.state, found.day, found.on) == (expected, NEXT, NEXT - dt.timedelta(7))
    assert found.slot == "injection:c1:d1"


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (NEXT - dt.timedelta(8), EARLY),
        (NEXT - dt.timedelta(7), Standing.CANNOT_TELL),
        (NEXT + dt.timedelta(2), Standing.CANNOT_TELL),
        (NEXT + dt.timedelta(3), DUE),
        (NEXT + dt.timedelta(30), DUE),
        (NEXT + dt.timedelta(31), Standing.CANNOT_TELL),
        (NEXT + dt.timedelta(41), Standing.DAY_OVER),
    ],
)
def test_from_a_day_within_bounds_only_what_is_certain(today, expected):
    when = Moment(date_lower=LAST, date_upper=LAST + dt.timedelta(10))
    given = fact("d-1", when, course="c-1")
    drug = fact(drug="ibandronic acid", route="intravenous", start=dt.date(2025, 10, 15))
    (found,) = injections(facts(drug, doses=[given], today=today))
    assert found.state is expected


NOTHING_TO_COUNT_FROM = {
    "no dose recorded": {"given": False},
    "a dose without a day": {"last": None},
    "stopped": {"stop": NEXT - dt.timedelta(30)},
    "stops on the day it would be due": {"stop": NEXT},
    "another drug": {"drug": "celecoxib", "route": "oral"},
}


@pytest.mark.parametrize("changes", NOTHING_TO_COUNT_FROM.values(), ids=NOTHING_TO_COUNT_FROM)
def test_no_injection_is_due(changes):
    assert injected(NEXT, **changes) == []


def test_one_that_stops_after_the_next_dose_is_due():
    assert len(injected(NEXT, stop=NEXT + dt.timedelta(1))) == 1


def test_denosumab_that_was_stopped_waits_for_the_clinic_not_for_the_patient():
    given = fact("d-1", Moment(date=dt.date(2025, 9, 15)), course="c-1")
    drug = {"drug": "denosumab", "route": "subcutaneous", "start": dt.date(2025, 3, 15)}
    going = list(injections(facts(fact(**drug), doses=[given])))
    stopped = list(injections(facts(fact(**drug, stop=day(-1)), doses=[given])))
    assert (len(going), stopped) == (1, [])


def test_the_next_dose_is_another_notice_and_a_corrected_day_is_not():
    (first,) = injected(NEXT)
    (corrected,) = injected(NEXT, last=LAST + dt.timedelta(1))
    later = fact("d-2", Moment(date=NEXT), course="c-1")
    drug = fact(drug="ibandronic acid", route="intravenous", start=dt.date(2025, 10, 15))
    earlier = fact("d-1", Moment(date=LAST), course="c-1")
    (second,) = injections(facts(drug, doses=[earlier, later], today=NEXT))
    assert first.slot == corrected.slot != second.slot


# --- the diary ----------------------------------------------------------------------------------
ASKED = Diary(asked_from=TODAY, asked_to=day(2))
KEPT = {
    "nobody asked, nothing written": (Diary(), False),
    "asked from today": (ASKED, True),
    "asked from tomorrow": (Diary(asked_from=day(1), asked_to=day(3)), False),
    "asked until today": (Diary(asked_from=day(-2), asked_to=TODAY), True),
    "asked until yesterday": (Diary(asked_from=day(-3), asked_to=day(-1)), False),
    "asked without an end": (Diary(asked_from=day(-3)), False),
    "asked without a beginning": (Diary(asked_to=day(3)), False),
    "written yesterday": (Diary(last_before=day(-1)), True),
    "written a week ago": (Diary(last_before=day(-7)), True),
    "written eight days ago": (Diary(last_before=day(-8)), False),
    "begun today": (Diary(today=True), False),
}


@pytest.mark.parametrize(("diary", "kept"), KEPT.values(), ids=KEPT)
def test_only_who_keeps_a_diary_or_was_asked_to(diary, kept):
    assert (written(at(19), diary) is not None) is kept


EVENING = {
    "noon": (at(12), EARLY),
    "half an hour and a minute before": (at(18, 29), EARLY),
    "half an hour before": (at(18, 30), DUE),
    "the hour": (at(19), DUE),
    "the last minute": (at(23, 59), DUE),
}


@pytest.mark.parametrize(("now", "expected"), EVENING.values(), ids=EVENING)
def test_an_empty_diary_waits_from_shortly_before_the_evening(now, expected):
    assert written(now, ASKED).state is expected
    assert written(now, replace(ASKED, today=True)).state is Standing.DIARY_WRITTEN


def test_the_hours_are_the_sites():
    late = Policy(morning=dt.time(11), evening=dt.time(20))
    assert written(at(19), ASKED, late).state is EARLY
    assert pills(at(10), facts(course()), policy=late).at == dt.time(11)


# --- a notice that was written before ------------------------------------------------------------
BEFORE = {
    "today's": ("diary:2026-03-10", DUE),
    "yesterday's": ("diary:2026-03-09", Standing.DAY_OVER),
    "yesterday's pills": ("pills:2026-03-09", Standing.DAY_OVER),
    "today's pills of a course that was stopped": ("pills:2026-03-10", Standing.NO_LONGER_DUE),
    "a dose that was given": ("injection:c1:d1", Standing.NO_LONGER_DUE),
}


@pytest.mark.parametrize(("slot", "expected"), BEFORE.values(), ids=BEFORE)
def test_where_a_notice_stands_that_was_written_before(slot, expected):
    found = items(at(20), facts(), ASKED)
    assert standing(slot, found, TODAY) is expected
