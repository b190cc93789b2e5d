"""When something reported from a phone happened, by the phone's clock and by ours.

The phone says two times by one clock: when it happened and when it was sent. How long it waited is
their difference, whatever that clock shows: ten years off, another time zone, weeks offline. So
what happened is that long before it was received. Only a clock that was set in between spoils the
difference, which shows where it happened after it was sent, or longer before than any phone waits.
Source: DESIGN.md 7 (Other rows); the limits are [POLICY].
"""

import datetime as dt
from dataclasses import dataclass

SLACK = dt.timedelta(minutes=5)
"""So much later than the sending an entry may be: clocks are rounded and set by seconds."""
LONGEST_WAIT = dt.timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`basis` is corrected, or received where the device's times contradict each other."""

    at: dt.datetime
    basis: str


def told(*, device_time: dt.datetime, sent_at: dt.datetime, received_at: dt.datetime) -> Told:
    """When it happened, never after it was received."""
    waited = sent_at - device_time
    if waited < -SLACK or waited > LONGEST_WAIT:
        return Told(at=received_at, basis="received")
    return Told(at=received_at - max(waited, dt.timedelta()), basis="corrected")
