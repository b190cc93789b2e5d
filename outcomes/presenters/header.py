"""Who the patient is, and the two clocks."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from outcomes import words
from outcomes.figures.base import Translate, extent, when_words
from outcomes.presenters.base import NOT_RECORDED, Fact, capital, date_words, said
from outcomes.record import Record
from outcomes.reference import sources
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import days_since
from outcomes.rules.values import Anchor, Answer, Moment, Span, Status
from patients.models import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    words: str
    kind: str = ""
    note: str = ""


def badges(patient: Patient, t: Translate) -> list[Badge]:
    """What sets the record apart: not of the registry, or no longer followed."""
    return [*_origin(patient, t), *status(patient, t)]


def status(patient: Patient, t: Translate) -> list[Badge]:
    """That the person is followed no longer, and since when they are dead."""
    if patient.status in (None, "active"):
        return []
    told = words.words("patient.status", patient.status)
    return [Badge(words=f"{told} {patient.died_on}" if patient.died_on else told)]


def _origin(patient: Patient, t: Translate) -> list[Badge]:
    if patient.origin == "synthetic":
        return [Badge(words=t(_("Synthetic data: not a real person")), kind="synthetic")]
    if patient.origin == "published":
        badge = t(_("Published case"))
        if patient.literature_id:
            badge = f"{badge} {patient.literature_id}"
        return [Badge(words=badge, kind="published", note=_citation(patient.literature_id))]
    return []


def _citation(literature_id: str | None) -> str:
    """The founding report, which every one of its cases is read from."""
    source = sources()["Baek 2021"] if literature_id else None
    return f"{source.citation}, {source.locator}" if source else ""


def person(patient: Patient, today: dt.date, t: Translate) -> list[Fact]:
    """The facts of the page's header."""
    birth = _birth(patient, today, t)
    cause = [said(patient, c, t) for c in ("fracture_level", "etiology") if getattr(patient, c)]
    shown = (
        (_("Study number"), patient.study_number),
        (_("Record number"), patient.record_number),
        (_("Age"), birth),
        (_("Sex"), said(patient, "sex", t) if patient.sex else ""),
        (_("Fracture"), ", ".join(cause)),
        (_("Site"), patient.site.name),
    )
    missing = t(NOT_RECORDED)
    return [Fact(label=t(name), words=text or missing, missing=not text) for name, text in shown]


def _birth(patient: Patient, today: dt.date, t: Translate) -> str:
    born = patient.birth_date
    today = patient.died_on or today
    if born is not None:
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return t(_("{age}, born {date}")).format(age=age, date=born)
    if patient.birth_year is not None:
        age = today.year - patient.birth_year
        return t(_("{younger} or {age}, born in {year}")).format(
            younger=age - 1, age=age, year=patient.birth_year
        )
    if patient.age_at_index is not None:
        return t(_("{age} at the index procedure")).format(age=patient.age_at_index)
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    label: str
    value: str
    notes: tuple[str, ...]


DAY = 24
# Short intervals are read in hours, long ones in days, those between in both.
IN_DAYS_FROM = 2 * DAY
IN_HOURS_UP_TO = 7 * DAY


def clocks(record: Record, today: dt.date, t: Translate) -> list[Clock]:
    """Hours from cement to decompression; days since decompression, today or when last seen."""
    return [_interval(record, t), *_elapsed(record, today, t)]


def _interval(record: Record, t: Translate) -> Clock:
    hours = record.surgery.hours()
    name = t(_("From cement to decompression"))
    if hours.status is Status.NOT_APPLICABLE:
        return Clock(label=name, value=capital(_no_interval(record, t)), notes=())
    if hours.status is Status.CONFLICT:
        words_ = t(_("The decompression would be before the cement: check both times."))
        return Clock(label=name, value=t(_("Conflict")), notes=(words_,))
    if not extent(hours):
        return Clock(label=name, value=t(_("Not known")), notes=(t(_("A time is missing.")),))
    return Clock(
        label=name,
        value=capital(_length(hours, _unit(hours), t)),
        notes=(*_more(hours, t), *_as_reported(record, t)),
    )


def _more(hours: Span, t: Translate) -> tuple[str, ...]:
    """The bounds, and the interval in the other unit."""
    unit = _unit(hours)
    notes = [_bounds(hours, unit, t)] if hours.best is not None else []
    if max(extent(hours)) >= IN_DAYS_FROM:
        notes.append(_with_bounds(hours, HOURS if unit is DAYS else DAYS, t))
    return tuple(note for note in notes if note)


def _as_reported(record: Record, t: Translate) -> tuple[str, ...]:
    anchors = record.surgery.anchors
    told = [moment.verbatim for moment in (anchors.cement, anchors.decompression) if moment]
    return tuple(t(_("reported as “{words}”")).format(words=text) for text in told if text)


class Unit(NamedTuple):
    hours: int
    exact: str
    between: str


HOURS = Unit(1, _("{value} hours"), _("{low} to {high} hours"))
DAYS = Unit(DAY, _("{value} days"), _("{low} to {high} days"))


def _unit(hours: Span) -> Unit:
    return DAYS if max(extent(hours)) > IN_HOURS_UP_TO else HOURS


def days_words(days: Span, t: Translate) -> str:
    """A number of days with its bounds."""
    best, low, high = (None if v is None else v * DAY for v in (days.best, days.lower, days.upper))
    return _with_bounds(Span(best=best, lower=low, upper=high, status=days.status), DAYS, t)


def _length(hours: Span, unit: Unit, t: Translate) -> str:
    """The interval in one unit; its bounds where they are all that is known."""
    if hours.best is None:
        return _bounds(hours, unit, t)
    told = t(unit.exact).format(value=_round(hours.best / unit.hours))
    exact = hours.status is Status.KNOWN
    return told if exact else t(_("about {length}")).format(length=told)


def _with_bounds(hours: Span, unit: Unit, t: Translate) -> str:
    told = _length(hours, unit, t)
    bounds = _bounds(hours, unit, t) if hours.best is not None else ""
    return f"{told} ({bounds})" if bounds else told


def _bounds(hours: Span, unit: Unit, t: Translate) -> str:
    """Empty where the interval is exact, or has no bounds."""
    low, high = (None if v is None else _round(v / unit.hours) for v in (hours.lower, hours.upper))
    if hours.status is Status.KNOWN:
        return ""
    if low is not None and high is not None:
        return t(unit.between).format(low=low, high=high)
    for value, template in ((low, _("at least {length}")), (high, _("at most {length}"))):
        if value is not None:
            return t(template).format(length=t(unit.exact).format(value=value))
    return ""


def _round(value: float) -> str:
    return f"{round(value, 1):,.10g}"


def _no_interval(record: Record, t: Translate) -> str:
    if record.surgery.cement is None:
        return t(_("cement procedure not recorded"))
    if record.surgery.index.answer is Answer.CANNOT_TELL:
        return t(_("cannot tell which operation"))
    return t(_("not operated"))


def _elapsed(record: Record, today: dt.date, t: Translate) -> list[Clock]:
    now = Moment(date=today)
    since = t(_("Since decompression")) if record.surgery.operated else t(_("Since the cement"))
    clocks_ = []
    if record.patient.status in (None, "active") and extent(record.day(now)):
        clocks_.append(
            Clock(
                label=t(_("{since}, today")).format(since=since),
                value=capital(when_words(record.day(now), None, t)),
                notes=(today.isoformat(), *_since_cement(record, now, t)),
            )
        )
    seen = [visit for visit in record.visits if extent(record.day(visit.when))]
    if not seen:
        return clocks_ or [Clock(label=since, value=t(_("Not known")), notes=())]
    last = seen[-1]
    kind = words.words("visit.kind", last.kind)
    day = record.day(last.when)
    return [
        *clocks_,
        Clock(
            label=t(_("{since}, at the last visit")).format(since=since),
            value=capital(when_words(day, None, t)),
            notes=(
                ", ".join(n for n in (kind, date_words(last.when, t)) if n),
                *_since_cement(record, last.when, t),
            ),
        ),
    ]


def _since_cement(record: Record, moment: Moment, t: Translate) -> tuple[str, ...]:
    if not record.surgery.operated:
        return ()
    days = days_since(moment, anchors=record.surgery.anchors, anchor=Anchor.CEMENT)
    if not extent(days) or days == record.day(moment):
        return ()
    counted = when_words(days, None, t)
    return (t(_("{day} since the cement")).format(day=counted),)
