"""The bladder diary: missing is never zero, a total needs every volume (CLINICAL.md C)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.bladder_diary import Entry, Gap, summary, volumes

MONDAY = dt.date(2026, 3, 2)


def at(kind, time="08:00", *, day=0, **facts):
    """An entry `day` days after Monday; no time: only its day is known."""
    clock = dt.time.fromisoformat(time) if time else None
    return Entry(kind=kind, day=MONDAY + dt.timedelta(days=day), time=clock, **facts)


def void(time="08:00", ml=None, day=0):
    return at("void", time, day=day, volume_ml=ml)


def over(*entries, days=3, **more):
    last = MONDAY + dt.timedelta(days=days - 1)
    return summary(entries, first=MONDAY, last=last, **more)


# times, measured, least, most, total
VOLUMES = {
    "none": ([], (0, 0, None, None, None)),
    "one measured": ([void(ml=200)], (1, 1, 200, 200, 200)),
    "zero is a volume": ([void(ml=0), void(ml=300)], (2, 2, 0, 300, 300)),
    "one of two measured: no total": ([void(ml=200), void()], (2, 1, 200, 200, None)),
    "none measured": ([void(), void()], (2, 0, None, None, None)),
}


@pytest.mark.parametrize(("entries", "expected"), VOLUMES.values(), ids=VOLUMES)
def test_volumes(entries, expected):
    found = volumes(entries)
    assert (found.times, found.measured, found.least, found.most, found.total) == expected
    assert found.complete is (expected[4] is not None)


def test_a_day_without_entries_is_silent_and_no_zero():
    found = over(void(ml=250))
    assert found.silent_days == (MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2))
    assert found.days_with_entries == 1
    assert not found.enough
    assert [day.voids.total for day in found.days] == [250, None, None]


def test_a_day_with_other_entries_only_says_nothing_of_the_bladder():
    assert over(at("mood"), at("pain", day=1)).days_with_entries == 0


def test_three_days_with_entries_are_enough():
    assert over(*(void(day=n) for n in range(3))).enough
    assert not over(*(void(day=n) for n in range(2))).enough


def test_leaks_are_counted_by_amount_and_what_was_not_said_apart():
    found = over(*(at("leak", leak_amount=a) for a in ("drops", "much", "drops", None)))
    assert found.leaks == {"drops": 2, "much": 1, None: 1}
    assert found.leak_times == 4


LARGE = {"500": ([500], 0, 500), "501": ([501], 1, 501), "not measured": ([None], 0, None)}


@pytest.mark.parametrize(("measured", "large", "largest"), LARGE.values(), ids=LARGE)
def test_a_large_catheter_volume(measured, large, largest):
    found = over(*(at("catheter", volume_ml=ml) for ml in measured))
    assert (found.large, found.largest) == (large, largest)


def test_the_bounds_of_the_period_are_included():
    entries = [void(day=n) for n in (-1, 0, 2, 3)]
    assert over(*entries).voids.times == 2


def test_what_has_no_day_is_in_no_count_but_said():
    found = over(at("void", volume_ml=300, dated=False), void(ml=100))
    assert (found.voids.times, found.voids.total, found.undated) == (1, 100, 1)


def hours(gaps):
    return [(gap.start.strftime("%H:%M"), gap.end.strftime("%H:%M")) for gap in gaps]


GAPS = {
    "one at noon": (["12:00"], [("00:00", "12:00"), ("12:00", "23:59")]),
    "just below eight hours each": (["07:59", "12:00", "16:01"], []),
    "eight hours before the first": (["08:00", "12:00", "16:01"], [("00:00", "08:00")]),
    "eight hours after the last": (["07:59", "12:00", "16:00"], [("16:00", "23:59")]),
    "in between": (["07:00", "15:00", "20:00"], [("07:00", "15:00")]),
}


@pytest.mark.parametrize(("times", "expected"), GAPS.values(), ids=GAPS)
def test_gaps_within_a_day(times, expected):
    assert hours(over(*(void(t) for t in times)).days[0].gaps) == expected


def test_today_has_no_gap_after_now():
    now = dt.datetime.combine(MONDAY, dt.time(13, 0))
    assert hours(over(void("07:00"), days=1, now=now).days[0].gaps) == []
    later = dt.datetime.combine(MONDAY, dt.time(15, 0))
    assert over(void("07:00"), days=1, now=later).days[0].gaps == (
        Gap(start=dt.time(7), end=dt.time(15)),
    )


def test_an_entry_of_another_kind_ends_a_gap():
    assert hours(over(void("07:00"), at("pills", "12:00"), void("16:01")).days[0].gaps) == []


def test_what_has_only_a_day_is_counted_and_ends_no_gap():
    day = over(void(None, 200), void("07:00", 100)).days[0]
    assert (day.voids.times, day.untimed, day.voids.total) == (2, 1, 300)
    assert hours(day.gaps) == [("07:00", "23:59")]


ENTRIES = st.lists(
    st.builds(
        Entry,
        kind=st.sampled_from(["void", "leak", "catheter", "pain"]),
        day=st.dates(MONDAY, MONDAY + dt.timedelta(days=4)),
        time=st.none() | st.times(),
        dated=st.booleans(),
        volume_ml=st.none() | st.integers(0, 3000),
        leak_amount=st.none() | st.sampled_from(["drops", "some", "much"]),
    ),
    max_size=20,
)


@given(ENTRIES)
def test_nothing_is_counted_twice_and_nothing_is_lost(entries):
    found = over(*entries)
    last = MONDAY + dt.timedelta(days=2)
    inside = [e for e in entries if e.dated and e.day <= last]
    for kind, whole in (("void", found.voids), ("catheter", found.catheters)):
        assert whole.times == sum(e.kind == kind for e in inside)
    assert sum(day.voids.times for day in found.days) == found.voids.times
    assert sum(day.entries for day in found.days) == (
        found.voids.times + found.catheters.times + found.leak_times
    )
    assert found.days_with_entries + len(found.silent_days) == 3


@given(ENTRIES)
def test_a_total_stands_only_on_complete_measurements(entries):
    found = over(*entries)
    for whole in (found.voids, found.catheters, *(day.voids for day in found.days)):
        assert (whole.total is not None) == (0 < whole.times == whole.measured)
