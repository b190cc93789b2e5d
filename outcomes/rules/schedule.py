"""Which scheduled visit a day belongs to, and which examination a window's analysis uses.

Collection windows do not overlap; the narrower analysis windows are for recovery, which is steep
early. Source: CLINICAL.md G [POLICY] and J (Time); the numbers are reference data.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, floor, inf
from typing import Generic

from outcomes.rules.spans import is_empty
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import Anchors, Picked, T, days_since, is_before, picked_from
from outcomes.rules.values import Anchor, Answer, Span

PRE_OP = "pre_op"
POST_OP = "post_op"
UNSCHEDULED = "unscheduled"


@dataclass(frozen=True, slots=True)
class Window:
    """Days `lower`..`upper`, both inclusive, around `target` (None for the days after operation).

    `analysis` is the half-width in days of the analysis window, None where there is none.
    `repeats` is the number of days after which the window comes again.
    """

    kind: str
    target: int | None
    lower: int
    upper: int
    analysis: int | None = None
    repeats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowAnswer:
    """`kind` is None when it cannot be told; `target` in days, None where there is none."""

    kind: str | None
    target: int | None
    reason: str


def window_of(
    day: Span,
    *,
    operated: bool = True,
    post_operative: Answer = Answer.CANNOT_TELL,
    windows: Sequence[Window] | None = None,
) -> WindowAnswer:
    """The scheduled visit whose collection window holds the day, else "unscheduled".

    `day` counts from the index decompression; when not operated, from the cement, and then there
    is no pre- or post-operative row. `post_operative` says whether it was after incision, which
    day 0 needs. Bounds across an edge, or no day, give None: cannot tell. Discharge is an event
    and never read from a day.
    """
    lower, upper = _bounds(day)
    if operated and (post_operative is Answer.NO or upper < 0):
        return WindowAnswer(kind=PRE_OP, target=None, reason=BEFORE_INCISION)
    if is_empty(day):
        return _cannot_tell(NO_DAY)
    if operated and post_operative is Answer.YES:
        lower = max(lower, 0)
    elif operated and lower <= 0:
        return _cannot_tell(DAY_OF_SURGERY if lower == upper else ACROSS_EDGE)
    return _collected(lower, upper, default_windows() if windows is None else windows, operated)


def windows_until(windows: Sequence[Window], day: int, *, operated: bool = True) -> list[Window]:
    """All windows that open by `day`, the repeated ones written out.

    When not operated the post-operative days are left out: a day after cement is never a POD.
    """
    return [
        repeat
        for window in windows
        if operated or window.kind != POST_OP
        for repeat in _repeats(window, day)
    ]


def choose_for_analysis(
    exams: Sequence[T],
    window: Window,
    *,
    anchors: Anchors,
    anchor: Anchor = Anchor.INDEX_DECOMPRESSION,
) -> Picked[T]:
    """The examination nearest to the target within the analysis window; ties go to the earlier.

    The others of the window keep it, not used in analysis. One whose bounds cross an edge of the
    analysis window is `undecided`.
    """
    target, half_width = window.target, window.analysis
    if target is None or half_width is None:
        return Picked(exam=None, candidates=(), undecided=(), reason=NO_ANALYSIS)
    entries = [
        _entry(exam, days_since(exam.when, anchors=anchors, anchor=anchor), target, half_width)
        for exam in exams
    ]
    inside = [entry for entry in entries if entry.inside is Answer.YES]
    return picked_from(
        tuple(e.exam for e in inside if not any(_beats(rival, e, anchors) for rival in inside)),
        tuple(entry.exam for entry in entries if entry.inside is Answer.CANNOT_TELL),
    )


@cache
def default_windows() -> tuple[Window, ...]:
    """The windows of the reference data (outcomes/reference/schedule.csv)."""
    from outcomes.reference import schedule  # late: read only where it is asked for

    return tuple(
        Window(v.kind, v.target_day, v.lower, v.upper, v.half_width, v.repeats_every)
        for v in schedule()
        if v.lower is not None and v.upper is not None
    )


BEFORE_INCISION = _("Before the operation.")
DAY_OF_SURGERY = _("On the day of the operation, and not known whether before or after: say which.")
ACROSS_EDGE = _("The day is only known within bounds that cross the edge of a window.")
NO_DAY = _("The day is not known.")
IN_WINDOW = _("Within the collection window.")
BETWEEN_WINDOWS = _("In no collection window.")
NO_ANALYSIS = _("This visit has no analysis window.")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    """An examination, whether it is in the window, and its distance to the target in days."""

    exam: T
    inside: Answer
    nearest: float
    farthest: float


def _bounds(day: Span) -> tuple[float, float]:
    """The first and last day it can be: open where a bound is missing, approximate or not."""
    return (
        -inf if day.lower is None else day.lower,
        inf if day.upper is None else day.upper,
    )


def _collected(
    lower: float, upper: float, windows: Sequence[Window], operated: bool
) -> WindowAnswer:
    if inf in (-lower, upper):
        return _cannot_tell(ACROSS_EDGE)
    open_by_then = windows_until(windows, ceil(upper), operated=operated)
    possible = {_nearest(open_by_then, day) for day in range(floor(lower), ceil(upper) + 1)}
    if len(possible) > 1:
        return _cannot_tell(ACROSS_EDGE)
    window = possible.pop()
    if window is None:
        return WindowAnswer(kind=UNSCHEDULED, target=None, reason=BETWEEN_WINDOWS)
    return WindowAnswer(kind=window.kind, target=window.target, reason=IN_WINDOW)


def _nearest(windows: Sequence[Window], day: int) -> Window | None:
    """The window that holds the day; should a site's windows overlap, the nearest target wins."""
    holding = [window for window in windows if window.lower <= day <= window.upper]
    return min(holding, key=lambda window: _distance(window, day), default=None)


def _distance(window: Window, day: int) -> tuple[int, int]:
    return (0 if window.target is None else abs(day - window.target), window.lower)


def _repeats(window: Window, until: int) -> Iterator[Window]:
    while window.lower <= until:
        yield window
        if window.repeats is None:
            return
        window = replace(
            window,
            target=None if window.target is None else window.target + window.repeats,
            lower=window.lower + window.repeats,
            upper=window.upper + window.repeats,
        )


def _entry(exam: T, day: Span, target: int, half_width: int) -> _Entry[T]:
    lower, upper = _bounds(day)
    first, last = target - half_width, target + half_width
    if first <= lower and upper <= last:
        inside = Answer.YES
    else:
        inside = Answer.CANNOT_TELL if lower <= last and first <= upper else Answer.NO
    nearest = max(lower - target, target - upper, 0)
    return _Entry(exam, inside, nearest, max(upper - target, target - lower))


def _beats(one: _Entry[T], other: _Entry[T], anchors: Anchors) -> bool:
    """Certainly nearer to the target, or as near and certainly earlier."""
    if one.farthest < other.nearest:
        return True
    equal = one.nearest == one.farthest == other.nearest == other.farthest
    return equal and is_before(one.exam.when, other.exam.when, anchors=anchors) is Answer.YES


def _cannot_tell(reason: str) -> WindowAnswer:
    return WindowAnswer(kind=None, target=None, reason=reason)
