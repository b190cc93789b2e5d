"""Days on the calendar: when something was, and when the next dose is due."""

import datetime as dt
from calendar import monthrange

from outcomes.rules.timing import Anchors
from outcomes.rules.values import Moment, Status

Days = tuple[dt.date | None, dt.date | None]
"""The earliest and the latest day; None where that side is open."""


def days_of(moment: Moment, anchors: Anchors) -> Days:
    """The days on which it may have been; a day count needs the date of its anchor."""
    if moment.date is not None:
        return moment.date, moment.date
    if moment.anchor is not None:
        anchor = anchors.moment(moment.anchor)
        if anchor is None or anchor.anchor is not None:
            return None, None
        first, last = days_of(anchor, anchors)
        # a day that is only about right has no bounds of its own
        day = moment.day if moment.status is Status.KNOWN else None
        lower = day if moment.lower is None else moment.lower
        upper = day if moment.upper is None else moment.upper
        return _plus(first, lower), _plus(last, upper)
    return moment.date_lower, moment.date_upper


def _plus(day: dt.date | None, days: int | None) -> dt.date | None:
    return None if day is None or days is None else day + dt.timedelta(days=days)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day some calendar months on, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
