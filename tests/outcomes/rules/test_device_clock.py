"""When something happened by a phone's clock: what it waited counts, not what the clock shows."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.device_clock import LONGEST_WAIT, SLACK, told

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
SECOND, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
TEN_YEARS = dt.timedelta(days=3652)
SEOUL = dt.timezone(dt.timedelta(hours=9))


def of(waited, *, clock=dt.timedelta()):
    """An entry that waited so long on a device whose clock is wrong by `clock`."""
    sent = NOW + clock
    return told(device_time=sent - waited, sent_at=sent, received_at=NOW)


CASES = {
    "at once": (dt.timedelta(), NOW, "corrected"),
    "an hour before": (HOUR, NOW - HOUR, "corrected"),
    "weeks offline": (40 * DAY, NOW - 40 * DAY, "corrected"),
    "as long as any phone waits": (LONGEST_WAIT, NOW - LONGEST_WAIT, "corrected"),
    "a second longer": (LONGEST_WAIT + SECOND, NOW, "received"),
    "a rounded clock": (-SECOND, NOW, "corrected"),
    "after sending, within the slack": (-SLACK, NOW, "corrected"),
    "a second beyond the slack": (-SLACK - SECOND, NOW, "received"),
    "tomorrow": (-DAY, NOW, "received"),
}


@pytest.mark.parametrize(
    "clock",
    [dt.timedelta(), TEN_YEARS, -TEN_YEARS, HOUR, -HOUR],
    ids=["right", "ten years fast", "ten years slow", "fast", "slow"],
)
@pytest.mark.parametrize(("waited", "at", "basis"), CASES.values(), ids=CASES)
def test_case(waited, at, basis, clock):
    found = of(waited, clock=clock)
    assert (found.at, found.basis) == (at, basis)


def test_a_changed_time_zone_is_no_other_moment():
    sent = NOW.astimezone(SEOUL)
    found = told(device_time=NOW - HOUR, sent_at=sent, received_at=NOW)
    assert (found.at, found.basis) == (NOW - HOUR, "corrected")


def test_a_clock_that_was_reset_before_sending_tells_nothing():
    reset = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert told(device_time=reset, sent_at=NOW, received_at=NOW).basis == "received"
    assert told(device_time=NOW, sent_at=reset, received_at=NOW).basis == "received"


@given(st.timedeltas(-TEN_YEARS, TEN_YEARS), st.timedeltas(-TEN_YEARS, TEN_YEARS))
def test_never_after_its_receipt_and_never_long_before(waited, clock):
    found = of(waited, clock=clock)
    assert NOW - LONGEST_WAIT <= found.at <= NOW
