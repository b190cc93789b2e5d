"""Times that cannot all be right: after death, before the operation, outside a course.

Only what is certain is asked about (DESIGN.md 7); an unknown time contradicts nothing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from outcomes.rules import schedule
from outcomes.rules.doubts.base import Doubt, certainly_before
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import NO_ANCHORS, Anchors, is_after_anchor, is_before_anchor
from outcomes.rules.values import Anchor, Answer, Moment, Span

AFTER_DEATH = _("This is after the day of death, {died}: check both dates.")
DEATH_STATUS = _("The person does not count as died: record the death under Status, too.")
DEATH_DATE = _("The day of death recorded for the person is {died}: check both dates.")
DOSE_EARLY = _("This dose is before the start of its drug, {start}: check both dates.")
DOSE_LATE = _("This dose is after its drug was stopped, {stop}: check both dates.")
COMPLICATION = _("This is before the operation that it followed: check both dates.")
DISCHARGE = _("This is before the operation: check both dates.")
AFTER_OPERATION = _("This is after the operation that it led to: check both dates.")
REVISION = _("This revision is before the first operation: check both dates.")

# kinds of visit, and milestones, that have an operation behind them
AFTER_SURGERY = frozenset({"post_op", "discharge"})
# milestones that lead to the operation
BEFORE_SURGERY = frozenset({"presentation", "decision"})


def after_death(when: Moment, died: dt.date | None, name: str = "date") -> Iterator[Doubt]:
    if died is not None and certainly_before(Moment(date=died), when, NO_ANCHORS):
        values = {"died": died.isoformat()}
        yield Doubt(path=(name,), code="after_death", message=AFTER_DEATH, values=values)


def death(when: Moment, status: str | None, died: dt.date | None) -> Iterator[Doubt]:
    """A death recorded as a complication, against what is recorded of the person."""
    if status != "died":
        yield Doubt(path=("kind",), code="death_status", message=DEATH_STATUS)
        return
    if died is None:
        return
    day = Moment(date=died)
    if any(certainly_before(*pair, NO_ANCHORS) for pair in ((when, day), (day, when))):
        values = {"died": died.isoformat()}
        yield Doubt(path=("date",), code="death_date", message=DEATH_DATE, values=values)


def before_surgery(when: Moment, anchors: Anchors) -> bool:
    before = is_before_anchor(when, Anchor.INDEX_DECOMPRESSION, anchors=anchors)
    return before is Answer.YES


def discharged_early(when: Moment, anchors: Anchors, name: str = "date") -> Iterator[Doubt]:
    if before_surgery(when, anchors):
        yield Doubt(path=(name,), code="discharge_before_surgery", message=DISCHARGE)


def milestone(event: str, when: Moment, anchors: Anchors) -> Iterator[Doubt]:
    """A discharge before the operation, or what leads to the operation after it."""
    if event == "discharge":
        yield from discharged_early(when, anchors)
    after = is_after_anchor(when, Anchor.INDEX_DECOMPRESSION, anchors=anchors)
    if event in BEFORE_SURGERY and after is Answer.YES:
        yield Doubt(path=("date",), code="after_surgery", message=AFTER_OPERATION)


def course_bounds(course: Mapping[str, Any]) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day of a drug, where they are known."""
    return course.get("start"), course.get("stop")


def dose(when: Moment, course: Mapping[str, Any]) -> Iterator[Doubt]:
    """A dose before its course starts or after it stops; the days themselves belong to it."""
    start, stop = course_bounds(course)
    if start is not None and certainly_before(when, Moment(date=start), NO_ANCHORS):
        values = {"start": start.isoformat()}
        yield Doubt(path=("date",), code="dose_before_course", message=DOSE_EARLY, values=values)
    if stop is not None and certainly_before(Moment(date=stop), when, NO_ANCHORS):
        values = {"stop": stop.isoformat()}
        yield Doubt(path=("date",), code="dose_after_course", message=DOSE_LATE, values=values)


def complication(when: Moment, operation: Moment | None, anchors: Anchors) -> Iterator[Doubt]:
    if operation is not None and certainly_before(when, operation, anchors):
        yield Doubt(path=("date",), code="complication_before", message=COMPLICATION)


def revision(when: Moment, anchors: Anchors) -> Iterator[Doubt]:
    if before_surgery(when, anchors):
        yield Doubt(path=("date",), code="revision_before_surgery", message=REVISION)


def window_of_day(kind: str, when: Moment, day: Span, anchors: Anchors) -> str | None:
    """The kind of visit that the day belongs to, where it is another than `kind`; else None."""
    if anchors.cement is None and anchors.decompression is None:
        return None
    if kind in {"discharge", schedule.UNSCHEDULED}:
        return None
    after = is_after_anchor(when, Anchor.INDEX_DECOMPRESSION, anchors=anchors)
    operated = anchors.decompression is not None
    found = schedule.window_of(day, operated=operated, post_operative=after)
    return None if found.kind in {None, kind} else found.kind
