"""Which scheduled visits to remind of, and when a notice may be sent.

A window falls due some days before its target, never before it opens, and stays due until it
closes or a visit certainly lies in it. From a day that is not known, or known only across an edge,
nobody is reminded. Windows: CLINICAL.md G; lead time and quiet hours: [POLICY].
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from outcomes.rules.schedule import NO_DAY, Window, default_windows, windows_until
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Span, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`lead_days` before the target; no notice from `quiet_from` to `quiet_until`, site's time.

    A visit not made `overdue_days` after its target is overdue; `unanswered` attempts to reach a
    patient are enough to ask whether they are lost. Notices of the day come at `morning`, what is
    still missing of the day is asked for at `evening`, both outside the quiet hours.
    """

    lead_days: int = 7
    overdue_days: int = 7
    unanswered: int = 3
    quiet_from: dt.time = dt.time(21)
    quiet_until: dt.time = dt.time(8)
    morning: dt.time = dt.time(9)
    evening: dt.time = dt.time(19)


POLICY = Policy()


class State(StrEnum):
    """Where a window stands today."""

    EARLY = "early"
    DUE = "due"
    DONE = "visit_done"
    CLOSED = "window_closed"
    CANNOT_TELL = "day_uncertain"


class Obstacle(StrEnum):
    """Why a patient's visits are no reason to write to anybody."""

    ENTERED_IN_ERROR = "entered_in_error"
    PUBLISHED = "published"
    DIED = "died"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    CONSENT_WITHDRAWN = "consent_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A visit: its kind, and its day on the same clock as the windows.

    `id` and `parts` (what was recorded, see `plan`) only where someone asks by which visit.
    """

    kind: str
    day: Span
    id: str = ""
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One window of the schedule: target, first and last day on the clock, and where it stands.

    `since` is the number of days since it fell due and `left` that until its last day, both None
    unless it is due. `slot` names it once and for all, also among the windows that come again every
    year.
    """

    kind: str
    slot: str
    target: int
    first: int
    last: int
    state: State
    since: int | None = None
    left: int | None = None

    @property
    def reason(self) -> str:
        return REASONS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """Every window that has opened; `reason` says why there is none to speak of, else empty."""

    windows: tuple[Reminder, ...]
    reason: str = ""

    @property
    def due(self) -> list[Reminder]:
        return [window for window in self.windows if window.state is State.DUE]

    def state(self, slot: str) -> State:
        """Where a window stands; one that has not opened, or on an unknown day, included."""
        for window in self.windows:
            if window.slot == slot:
                return window.state
        return State.CANNOT_TELL if self.reason else State.EARLY


def reminders(
    today: Span,
    visits: Sequence[Seen],
    *,
    operated: bool = True,
    policy: Policy = POLICY,
    windows: Sequence[Window] | None = None,
) -> Reminders:
    """The windows that have opened by today and where each stands.

    `today` counts from the index decompression; when not operated, from the cement. Windows
    without a target (the days after the operation) are nobody's appointment.
    """
    if today.status is Status.CONFLICT or today.lower is None or today.upper is None:
        return Reminders(windows=(), reason=NO_DAY)
    lower, upper = int(today.lower), int(today.upper)
    opened = windows_until(
        default_windows() if windows is None else windows, upper, operated=operated
    )
    return Reminders(
        windows=tuple(
            reminder(window, (lower, upper), visits, policy)
            for window in opened
            if window.target is not None
        )
    )


def reminder(
    window: Window, today: tuple[int, int], visits: Sequence[Seen], policy: Policy = POLICY
) -> Reminder:
    """Where a window stands; one without a target (the days after the operation) has its first day
    for one. `today` is the first and the last day it can be."""
    target = window.lower if window.target is None else window.target
    start = max(target - policy.lead_days, window.lower)
    done = visited(window, visits) is not None
    state = State.DONE if done else _state(start, window.upper, *today)
    return Reminder(
        kind=window.kind,
        slot=slot_of(window),
        target=target,
        first=window.lower,
        last=window.upper,
        state=state,
        since=today[0] - start if state is State.DUE else None,
        left=window.upper - today[1] if state is State.DUE else None,
    )


def slot_of(window: Window) -> str:
    """What names a window once and for all, also among those that come again every year."""
    return f"visit:{window.kind}" + (f"-{window.target}" if window.repeats else "")


def visited(window: Window, visits: Sequence[Seen]) -> Seen | None:
    """A visit of that name, else any certainly on a day of the window; a year has no name."""
    named = (v for v in visits if v.kind == window.kind and window.repeats is None)
    held = (v for v in visits if within(v.day, window.lower, window.upper))
    return next(named, None) or next(held, None)


def within(day: Span, first: int, last: int) -> bool:
    """Whether it is certainly one of these days, both inclusive."""
    lower = -inf if day.lower is None else day.lower
    upper = inf if day.upper is None else day.upper
    return first <= lower and upper <= last


def obstacle(
    *,
    status: str | None,
    origin: str | None,
    entered_in_error: bool,
    lost: bool,
    refused: bool,
) -> Obstacle | None:
    """Why nobody is to be reminded of this patient; None where nothing stands in the way.

    `status` and `origin` as in the patient's document. `refused`: consent to care is withdrawn;
    not recorded is not refused.
    """
    ended = {
        Obstacle.ENTERED_IN_ERROR: entered_in_error,
        Obstacle.PUBLISHED: origin == "published",
        Obstacle.DIED: status == "died",
        Obstacle.TRANSFERRED: status == "transferred",
        Obstacle.WITHDRAWN: status == "withdrawn",
        Obstacle.LOST: lost,
        Obstacle.CONSENT_WITHDRAWN: refused,
    }
    return next((reason for reason, holds in ended.items() if holds), None)


def held_until(at: dt.datetime, policy: Policy = POLICY) -> dt.datetime | None:
    """The end of the quiet hours that `at` (in the site's zone) lies in; None outside them."""
    start, end, now = policy.quiet_from, policy.quiet_until, at.time()
    if start <= end:
        quiet, tomorrow = start <= now < end, False
    else:
        quiet, tomorrow = now >= start or now < end, now >= start
    if not quiet:
        return None
    day = at.date() + dt.timedelta(days=tomorrow)
    return dt.datetime.combine(day, end, at.tzinfo)


REASONS = {
    State.EARLY: _("It is too early for a reminder."),
    State.DUE: _("The visit is due."),
    State.DONE: _("There is a visit in this window."),
    State.CLOSED: _("The window has closed."),
    State.CANNOT_TELL: _("The day is only known within bounds that cross an edge of the window."),
}


def _state(start: int, last: int, lower: int, upper: int) -> State:
    if start <= lower and upper <= last:
        return State.DUE
    if upper < start:
        return State.EARLY
    return State.CLOSED if lower > last else State.CANNOT_TELL
