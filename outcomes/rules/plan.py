"""Every planned visit of a patient and where it stands: the follow-up plan.

What counts as visited, and from when a visit is due, is the rule of reminders; here are added the
events (before the operation, the days after it, discharge), what is overdue or missed, and what a
visit lacks of its core. Windows and core: CLINICAL.md G (schedule.csv). Overdue: [POLICY].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from math import inf
from typing import Any

from outcomes.rules.reminders import (
    POLICY,
    Obstacle,
    Policy,
    Reminder,
    Seen,
    State,
    reminder,
    slot_of,
    visited,
    within,
)
from outcomes.rules.schedule import (
    POST_OP,
    PRE_OP,
    Window,
    default_windows,
    windows_until,
)
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer, Span, Status

DISCHARGE = "discharge"
A_YEAR = 365


class Standing(StrEnum):
    """Where a planned visit stands today."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"
    OPEN = "open"
    NOT_YET = "not_yet"
    MISSED = "missed"
    NOT_RECORDED = "not_recorded"
    NOT_ASKED = "not_asked"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One planned visit. Days are on the clock; an event without a window has none.

    `by` is the visit that did it, and `in_window` whether that lies in the window. `lacks` is what
    of `core` was neither recorded nor given a reason at that visit.
    """

    kind: str
    slot: str
    standing: Standing
    target: int | None = None
    first: int | None = None
    last: int | None = None
    by: Seen | None = None
    in_window: Answer = Answer.NOT_APPLICABLE
    core: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        if self.standing is Standing.DONE and self.in_window is Answer.NO:
            return OUTSIDE
        return REASONS[self.standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """In the order of the course. `day` is today's, the first it can be, None where not known.

    `reason` says why nothing can be planned, else empty.
    """

    visits: tuple[Planned, ...]
    day: int | None = None
    ended: Obstacle | None = None
    reason: str = ""


def plan(
    today: Span,
    visits: Sequence[Seen],
    *,
    operated: bool = True,
    ended: Obstacle | None = None,
    until: Span | None = None,
    policy: Policy = POLICY,
    windows: Sequence[Window] | None = None,
) -> Plan:
    """Every planned visit to two years, then those of a year ahead.

    `today` counts from the index decompression; when not operated, from the cement, and then there
    is no visit before the operation, no day after it, and no discharge from it. `ended` says why
    nothing is asked for any more, `until` on which day that was, where known.
    """
    given = default_windows() if windows is None else windows
    known = today.status is not Status.CONFLICT and None not in (today.lower, today.upper)
    if known:
        now = int(today.lower or 0), int(today.upper or 0)
        planned = [_standing(w, now, visits, policy) for w in _ahead(given, now[1], operated)]
    else:
        now = None
        planned = [_by_name(window, visits) for window in given if _named(window, operated)]
    if operated:
        planned = _with_events(planned, now, visits)
    if ended is not None:
        planned = [_no_longer_asked(one, until) for one in planned]
    return Plan(
        visits=tuple(planned),
        day=now and now[0],
        ended=ended,
        reason="" if known else NO_DAY,
    )


def parts_recorded(values: Mapping[str, Any]) -> frozenset[str]:
    """What of the core a visit holds: each part with a value or the reason why there is none.

    `values` are the visit's columns, as in `Fact.values`. With a catheter there is no residual.
    """
    recorded = {column.split("_")[0] for column, value in values.items() if value is not None}
    pvr = any(values.get(column) is not None for column in PVR)
    catheter = values.get("bladder_method") in CATHETERS
    return frozenset(recorded.intersection(PARTS)) | ({"pvr"} if pvr or catheter else set())


# the parts that "all" stands for; what else a core names is no part of a visit's document
PARTS = ("motor", "sensation", "bladder", "bowel", "walking", "pain", "wound")
PVR = ("bladder_pvr_ml", "bladder_not_done")
CATHETERS = (
    "intermittent_self", "intermittent_attendant", "indwelling_urethral", "indwelling_suprapubic",
)  # fmt: skip
OF_A_VISIT = frozenset({*PARTS, "pvr"})

REASONS = {
    Standing.DONE: _("There is a visit in this window."),
    Standing.DUE: _("The window is open, and the visit is due."),
    Standing.OVERDUE: _("The target has passed, and the window is still open."),
    Standing.OPEN: _("The window is open, and the visit is not due yet."),
    Standing.NOT_YET: _("The window has not opened."),
    Standing.MISSED: _("The window has closed without a visit."),
    Standing.NOT_RECORDED: _("No visit of this name is recorded."),
    Standing.NOT_ASKED: _("Nothing is asked for any more."),
    Standing.CANNOT_TELL: _("The day is not known, or only within bounds that cross an edge."),
}
OUTSIDE = _("The visit has this name and lies outside the window.")
NO_DAY = _("The day that the plan counts from is not known: give the date of the operation.")


def _ahead(windows: Sequence[Window], today: int, operated: bool) -> list[Window]:
    once = max((w.upper for w in windows if w.repeats is None), default=0)
    return windows_until(windows, max(today + A_YEAR, once), operated=operated)


def _standing(
    window: Window, today: tuple[int, int], visits: Sequence[Seen], policy: Policy
) -> Planned:
    own = [v for v in visits if _may_fill(window, v)]
    told = reminder(window, today, own, policy)
    return _planned(window, visited(window, own), _of(told, window, today, policy))


def _may_fill(window: Window, visit: Seen) -> bool:
    """On the day of the operation itself only its name says that a visit was after it."""
    if window.kind != POST_OP:
        return True
    return visit.kind in (POST_OP, DISCHARGE) or within(visit.day, 1, window.upper)


def _of(told: Reminder, window: Window, today: tuple[int, int], policy: Policy) -> Standing:
    """Overdue only where it is certain; until then it is due either way."""
    late = window.target is not None and today[0] > told.target + policy.overdue_days
    if told.state is State.DUE:
        return Standing.OVERDUE if late else Standing.DUE
    if told.state is State.EARLY:
        return _before(window, today)
    return {State.DONE: Standing.DONE, State.CLOSED: Standing.MISSED}.get(
        told.state, Standing.CANNOT_TELL
    )


def _before(window: Window, today: tuple[int, int]) -> Standing:
    if today[1] < window.lower:
        return Standing.NOT_YET
    return Standing.OPEN if today[0] >= window.lower else Standing.CANNOT_TELL


def _named(window: Window, operated: bool) -> bool:
    return window.repeats is None and (operated or window.kind != POST_OP)


def _by_name(window: Window, visits: Sequence[Seen]) -> Planned:
    """Without a day only a visit's name, or its own count of days, tells."""
    by = visited(window, [v for v in visits if _may_fill(window, v)])
    return _planned(window, by, Standing.DONE if by else Standing.CANNOT_TELL)


def _planned(window: Window, by: Seen | None, standing: Standing) -> Planned:
    core = core_of(window.kind)
    return Planned(
        kind=window.kind,
        slot=slot_of(window),
        standing=standing,
        target=window.target,
        first=window.lower,
        last=window.upper,
        by=by,
        in_window=_inside(by, window) if by else Answer.NOT_APPLICABLE,
        core=core,
        lacks=_lacks(core, by) if by else (),
    )


def _inside(visit: Seen, window: Window) -> Answer:
    lower = -inf if visit.day.lower is None else visit.day.lower
    upper = inf if visit.day.upper is None else visit.day.upper
    if within(visit.day, window.lower, window.upper):
        return Answer.YES
    apart = upper < window.lower or lower > window.upper
    return Answer.NO if apart else Answer.CANNOT_TELL


@cache
def core_of(kind: str) -> tuple[str, ...]:
    """What a planned visit is to hold; "all" written out."""
    from outcomes.reference import schedule  # late: read only where it is asked for

    named = next((visit.core for visit in schedule() if visit.kind == kind), ())
    parts = (*PARTS[:6], "pvr") if "all" in named else ()
    return tuple(dict.fromkeys((*parts, *(core for core in named if core != "all"))))


def _lacks(core: Sequence[str], visit: Seen) -> tuple[str, ...]:
    return tuple(part for part in core if part in OF_A_VISIT and part not in visit.parts)


def _with_events(
    planned: Sequence[Planned], now: tuple[int, int] | None, visits: Sequence[Seen]
) -> list[Planned]:
    """Before the operation first; discharge after the days that follow it."""
    before = next((v for v in visits if v.kind == PRE_OP), None)
    before = before or next((v for v in visits if _certainly_before(v)), None)
    left = next((v for v in visits if v.kind == DISCHARGE), None)
    after = [one for one in planned if one.kind == POST_OP]
    return [
        _event(PRE_OP, before, Standing.NOT_RECORDED if _past(now) else Standing.DUE),
        *after,
        _event(DISCHARGE, left, Standing.NOT_RECORDED if _past(now) else Standing.NOT_YET),
        *(one for one in planned if one.kind != POST_OP),
    ]


def _past(now: tuple[int, int] | None) -> bool:
    """Whether the operation is certainly over, from when a discharge can be asked for."""
    return now is None or now[0] >= 0


def _certainly_before(visit: Seen) -> bool:
    return visit.day.upper is not None and visit.day.upper < 0


def _event(kind: str, by: Seen | None, otherwise: Standing) -> Planned:
    core = core_of(kind)
    return Planned(
        kind=kind,
        slot=f"visit:{kind}",
        standing=Standing.DONE if by else otherwise,
        by=by,
        core=core,
        lacks=_lacks(core, by) if by else (),
    )


def _no_longer_asked(one: Planned, until: Span | None) -> Planned:
    """What was done stays done, and what had been missed before the end stays missed."""
    if one.standing is Standing.DONE:
        return one
    end = None if until is None else until.lower
    before = one.last is not None and end is not None and one.last < end
    if one.standing is Standing.MISSED and before:
        return one
    return replace(one, standing=Standing.NOT_ASKED)
