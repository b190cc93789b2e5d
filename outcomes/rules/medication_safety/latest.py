"""Which of several recorded facts may be the last one: days are exact, bounded or not known (J)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.rules.facts import Fact, Facts
from outcomes.rules.medication_safety.dates import Days, days_of
from outcomes.rules.values import Phase

BEFORE = (Phase.BEFORE_CEMENT, Phase.PRE_OP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The rows of which one is the last, in the order given; more than one: order not known.

    The last one is of a day from `since` to `until` (None: open).
    """

    rows: tuple[Fact, ...]
    since: dt.date
    until: dt.date | None


def last_of(rows: Sequence[Fact], facts: Facts) -> Latest | None:
    """None where no row has an earliest day: then nothing says how old any of them is."""
    days = [(row, *_days(row, facts)) for row in rows]
    starts = [first for _row, first, _last in days if first is not None]
    if not starts:
        return None
    since = max(starts)
    open_ = [(row, last) for row, _first, last in days if last is None or last >= since]
    ends = [last for _row, last in open_ if last is not None]
    until = max(ends) if len(ends) == len(open_) else None
    return Latest(rows=_timed([row for row, _last in open_], until == since), since=since,
                  until=until)  # fmt: skip


def _days(row: Fact, facts: Facts) -> Days:
    """Its days; what was before the operation is of its day at the latest."""
    first, last = days_of(row.when, facts.anchors)
    operated = facts.anchors.decompression
    if last is None and operated is not None and row.when.phase in BEFORE:
        last = days_of(operated, facts.anchors)[1]
    return first, last


def _timed(rows: list[Fact], one_day: bool) -> tuple[Fact, ...]:
    """The latest of one day by their times, all of them where any has none."""
    if not one_day or any(row.when.time is None for row in rows):
        return tuple(rows)
    latest = max(str(row.when.time) for row in rows)
    return tuple(row for row in rows if str(row.when.time) == latest)
