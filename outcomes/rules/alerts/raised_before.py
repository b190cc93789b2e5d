"""What an open alert of a fall keeps quiet: the same fall or a milder one (CLINICAL.md J)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from outcomes.rules.alerts.base import Found, Raised
from outcomes.rules.alerts.order import since_anchor
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.grades import GRADES


def once(
    found: Iterable[Found | None], rule: str, facts: Facts, raised: Sequence[Raised]
) -> Iterator[Found]:
    """Less what was recorded while an alert of the same or a deeper fall was open.

    What was raised for this very measurement is found again. An alert whose value was amended or
    withdrawn keeps nothing quiet, nor does one from before the operation a fall after it, nor do
    those that this look finds: nobody has seen them.
    """
    known = {r.measurement for r in raised if r.rule == rule}
    exams = {fact.id: fact for fact in facts.visits}
    standing = [r for r in raised if r.rule == rule and _holds(r, exams)]
    for one in found:
        if one is None:
            continue
        after = bool(standing) and since_anchor(one.now, facts)
        same_side = [r for r in standing if not after or since_anchor(exams[_read(r)[0]], facts)]
        if one.measurement in known or not _quiet(one, same_side):
            yield one


def _quiet(found: Found, standing: Iterable[Raised]) -> bool:
    at = _written(found)
    for raised in standing:
        _record, column, value = _read(raised)
        acknowledged = raised.acknowledged_at
        was_open = acknowledged is None or at is None or acknowledged >= at
        deeper = column == found.column and GRADES.index(value) <= GRADES.index(found.value_now)
        if was_open and deeper:
            return True
    return False


def _written(found: Found) -> dt.datetime | None:
    """When both values stood as they do now: what was amended since is as new as a new visit."""
    columns = (found.column, "motor_basis", "date", "time")
    times = [fact.written_at(*columns) for fact in (found.now, found.before) if fact]
    return max((at for at in times if at), default=None)


def _read(raised: Raised) -> tuple[str, str, str]:
    """The record, the column and the value of a measurement (see Found.measurement)."""
    record, column, value = raised.measurement.split(" ", 2)
    return record, column, value


def _holds(raised: Raised, exams: dict[str, Fact]) -> bool:
    """Whether the value is still recorded: an amended or withdrawn one keeps nothing quiet."""
    record, column, value = _read(raised)
    return record in exams and str(exams[record].get(column)) == value
