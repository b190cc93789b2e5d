"""What a topic of "my recovery" holds, and when something was, as one would say it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from outcomes.figures.base import Figure, Translate, number
from outcomes.presenters.base import word
from outcomes.record import Record
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Moment, Phase, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that is known: what it is about, in words, and when it was examined."""

    about: str
    words: str
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic: its question, what is known, how it changed, its picture and what it lacks.

    `figure` is None where there is nothing to draw; its table is the list behind the picture.
    """

    name: str
    short: str
    question: str
    now: tuple[Told, ...] = ()
    change: tuple[str, ...] = ()
    lacking: str = ""
    figure: Figure | None = None
    key: tuple[str, ...] = ()


PHASES: dict[Phase | None, str] = {
    Phase.BEFORE_CEMENT: _("before the cement"),
    Phase.PRE_OP: _("before the operation, day not known"),
    Phase.POST_OP: _("after the operation, day not known"),
    Phase.DISCHARGE: _("when leaving hospital, day not known"),
    Phase.FOLLOW_UP: _("at a later visit, day not known"),
    None: _("day not known"),
}


def date(day: dt.date) -> str:
    """A day as the reader's language writes it."""
    return date_format(day, "DATE_FORMAT")


def told_when(row: Any, record: Record, t: Translate) -> str:
    """The date; else the days from the operation; else which part of the course it belongs to."""
    when: Moment = row.when
    return _dated(when, t) or _counted(record.day(when), record, t) or t(PHASES[when.phase])


def _dated(when: Moment, t: Translate) -> str:
    low, high = when.date_lower, when.date_upper
    if when.date is not None:
        exact = low is None and high is None
        return date(when.date) if exact else t(_("about {date}")).format(date=date(when.date))
    if low is not None and high is not None:
        return t(_("between {low} and {high}")).format(low=date(low), high=date(high))
    if low is not None:
        return t(_("{date} or after")).format(date=date(low))
    return t(_("{date} or before")).format(date=date(high)) if high is not None else ""


DAYS = {
    (True, True): _("about {n} days after the operation"),
    (True, False): _("about {n} days before the operation"),
    (False, True): _("about {n} days after the cement"),
    (False, False): _("about {n} days before the cement"),
}


def _counted(day: Span, record: Record, t: Translate) -> str:
    operated = record.surgery.operated
    if day.best is not None:
        words = DAYS[operated, day.best >= 0]
        return t(words).format(n=number(abs(day.best)))
    if day.lower is not None and day.upper is not None:
        words = (
            _("between day {low} and day {high} after the operation")
            if operated
            else _("between day {low} and day {high} after the cement")
        )
        return t(words).format(low=number(day.lower), high=number(day.upper))
    return ""


def latest(record: Record, holds: Any) -> Any | None:
    """The latest visit that holds something; one without a day only where none has a day."""
    return next((visit for visit in record.latest_visits if holds(visit)), None)


def lacking(record: Record, part: str, told: Any | None, t: Translate) -> str:
    """What the latest visit did not examine of a part, and why; empty where it did."""
    newest = next(iter(record.latest_visits), None)
    if newest is None or newest is told:
        return ""
    when = told_when(newest, record, t)
    reason = getattr(newest, f"{part}_not_done")
    if reason is not None:
        words = _("Not examined at the latest visit, {when}: {reason}.")
        return t(words).format(when=when, reason=word("not_done", reason))
    return t(_("The latest visit, {when}, recorded nothing of this.")).format(when=when)


def examinations(count: int, t: Translate) -> str:
    """How many examinations a picture stands on."""
    if count == 1:
        return t(_("From one examination."))
    return t(_("From {n} examinations.")).format(n=count)
