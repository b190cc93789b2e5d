"""When a specimen was taken: a civil date and time at the site, in every zone and on every edge."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest

from outcomes.actions.laboratory import specimen_time

TIMES = {
    "a date stays a date": ("2026-03-01", "Asia/Seoul", "2026-03-01", None),
    "a time without offset is the site's": ("2026-03-01T23:59", "Asia/Seoul", "2026-03-01",
                                            "23:59"),
    "UTC in the evening is tomorrow in Seoul": ("2026-03-01T15:00Z", "Asia/Seoul", "2026-03-02",
                                                "00:00"),
    "one minute before": ("2026-03-01T14:59Z", "Asia/Seoul", "2026-03-01", "23:59"),
    "an offset of the site": ("2026-03-01T08:30+09:00", "Asia/Seoul", "2026-03-01", "08:30"),
    "the day before, further west": ("2026-03-01T03:00Z", "America/New_York", "2026-02-28",
                                     "22:00"),
    "summer begins in Berlin": ("2026-03-29T01:00Z", "Europe/Berlin", "2026-03-29", "03:00"),
    "summer ends in Berlin": ("2026-10-25T01:00Z", "Europe/Berlin", "2026-10-25", "02:00"),
    "nothing known": (None, "Asia/Seoul", None, None),
}  # fmt: skip


@pytest.mark.parametrize(("given", "zone", "date", "time"), TIMES.values(), ids=TIMES)
def test_a_specimen_has_the_date_of_the_site(given, zone, date, time):
    assert specimen_time(given, zone) == {
        "date": date and dt.date.fromisoformat(date),
        "time": time and dt.time.fromisoformat(time),
    }


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-12-31", "2028-02-29"])
def test_a_minute_to_midnight_stays_the_same_day_in_every_zone(day):
    for name in available_timezones():
        local = dt.datetime.fromisoformat(f"{day}T23:59").replace(tzinfo=ZoneInfo(name))
        given = [f"{day}T23:59"]
        if local.utcoffset().total_seconds() % 60 == 0:
            given.append(local.isoformat())
        for one in given:
            assert specimen_time(one, name)["date"] == dt.date.fromisoformat(day), (name, one)
