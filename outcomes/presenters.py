"""Rows and findings as words for a page. What is missing is said, never left blank."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from outcomes import words
from outcomes.documents.visit import PARTS
from outcomes.figures.base import Translate, extent, number, when_words
from outcomes.record import Record
from outcomes.reference import sources
from outcomes.rules.course import Followed
from outcomes.rules.grades import KEY_MUSCLES, MAX_GRADE, lems
from outcomes.rules.recovery import FLAG_TEXTS, Classification, Evidence, Flag, Outcome
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import Baseline, days_since
from outcomes.rules.values import Anchor, Answer, Moment, Span, Status
from patients.models import Patient
from patients.models.columns import Leaf, leaves

NOT_RECORDED = _("not recorded")

# ---------------------------------------------------------------- codes


def word(path: str, code: Any) -> str:
    """The answer to a field ("visit.kind") in words, as it stands within a sentence."""
    return small(words.words(path, code))


def small(text: str) -> str:
    """In lower case at the start, unless that is an abbreviation (MRI) or a level (L1)."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def said(row: Any, column: str, t: Translate) -> str:
    """A column of a row in words; missing is "not recorded"."""
    value = getattr(row, column)
    if value is None or value == "":
        return t(NOT_RECORDED)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    leaf = _leaves(type(row))[column]
    return word(_path(row, column), value) if leaf.choices or leaf.type is bool else str(value)


def label(row: Any, column: str) -> str:
    return words.name(_path(row, column))


def _path(row: Any, column: str) -> str:
    return ".".join((row._meta.model_name, *_leaves(type(row))[column].path))


@cache
def _leaves(model: Any) -> dict[str, Leaf]:
    return {leaf.column: leaf for leaf in leaves(model.SHAPE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what is known of it; `missing` where nothing is."""

    label: str
    words: str
    missing: bool = False


def facts(row: Any, columns: Iterable[str], t: Translate) -> list[Fact]:
    return [
        Fact(
            label=label(ROW, column),
            words=said(row, column, t),
            missing=getattr(row, column) in (None, ""),
        )
        for column in columns
    ]


# ---------------------------------------------------------------- times


def when(moment: Moment, day: Span, t: Translate) -> str:
    """The date with its day, or the day with its bounds, and the source's own words."""
    told = date_words(moment, t)
    counted = when_words(day, moment.phase, t)
    if told:
        told = f"{told} ({counted})" if extent(day) else told
    else:
        told = counted
    if moment.verbatim:
        told = t(_("{when}, reported as “{words}”")).format(when=told, words=moment.verbatim)
    return told


def date_words(moment: Moment, t: Translate) -> str:
    """The civil date with its time or bounds; empty where there is none."""
    low, high = moment.date_lower, moment.date_upper
    if moment.date is None:
        return _bounded_date(low, high, t)
    told = moment.date.isoformat()
    if moment.time is not None:
        return f"{told} {moment.time:%H:%M}"
    if low is None and high is None:
        return told
    return t(_("about {date}, {bounds}")).format(date=told, bounds=_bounded_date(low, high, t))


def _bounded_date(low: dt.date | None, high: dt.date | None, t: Translate) -> str:
    if low is not None and high is not None:
        return t(_("between {low} and {high}")).format(low=low, high=high)
    if low is not None:
        return t(_("{day} or after")).format(day=low)
    return t(_("{day} or before")).format(day=high) if high is not None else ""


# ---------------------------------------------------------------- who it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    words: str
    kind: str = ""
    note: str = ""


def badges(patient: Patient, t: Translate) -> list[Badge]:
    """What sets the record apart from a person of the registry."""
    if patient.origin == "synthetic":
        return [Badge(words=word("origin", "synthetic"), kind="synthetic")]
    if patient.origin == "published":
        badge = word("origin", "published")
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
    status = said(patient, "status", t)
    if patient.died_on:
        status = f"{status} {patient.died_on}"
    birth = _birth(patient, today, t)
    cause = [said(patient, c, t) for c in ("fracture_level", "etiology") if getattr(patient, c)]
    shown = (
        (_("Study number"), patient.study_number),
        (_("Record number"), patient.record_number),
        (_("Age"), birth),
        (_("Sex"), said(patient, "sex", t) if patient.sex else ""),
        (_("Fracture"), ", ".join(cause)),
        (_("Status"), status if patient.status else ""),
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


# ---------------------------------------------------------------- the two clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    label: str
    value: str
    notes: tuple[str, ...]


DAY = 24
# Longer intervals are read in days; both units are always given.
IN_HOURS_UP_TO = 7 * DAY


def clocks(record: Record, today: dt.date, t: Translate) -> list[Clock]:
    """Hours from cement to decompression; days since decompression, today or when last seen."""
    return [_interval(record, t), *_elapsed(record, today, t)]


def _interval(record: Record, t: Translate) -> Clock:
    surgery, hours = record.surgery, record.surgery.hours()
    name = t(_("From cement to decompression"))
    if hours.status is Status.NOT_APPLICABLE:
        return Clock(label=name, value=_no_interval(record, t), notes=())
    if hours.status is Status.CONFLICT:
        words_ = t(_("The decompression would be before the cement: check both times."))
        return Clock(label=name, value=t(_("conflict")), notes=(words_,))
    if not extent(hours):
        return Clock(label=name, value=t(_("not known")), notes=(t(_("A time is missing.")),))
    in_days = max(extent(hours)) > IN_HOURS_UP_TO
    units = (_DAYS, _HOURS) if in_days else (_HOURS, _DAYS)
    notes = [_bounds(hours, *units[0], t)] if hours.best is not None else []
    notes.append(_length(hours, *units[1], t))
    said_ = surgery.anchors.cement.verbatim or surgery.anchors.decompression.verbatim
    notes += [t(_("reported as “{words}”")).format(words=said_)] if said_ else []
    return Clock(
        label=name,
        value=_length(hours, *units[0], t, short=True),
        notes=tuple(n for n in notes if n),
    )


_HOURS = (1, _("{low} to {high} hours"), _("{value} hours"))
_DAYS = (DAY, _("{low} to {high} days"), _("{value} days"))


def _length(
    hours: Span, unit: int, between: str, exact: str, t: Translate, *, short: bool = False
) -> str:
    """The interval in one unit; with bounds where they are all that is known."""
    if hours.best is None:
        return (
            capital(_bounds(hours, unit, between, exact, t))
            if short
            else _bounds(hours, unit, between, exact, t)
        )
    told = t(exact).format(value=_round(hours.best / unit))
    if hours.status is Status.KNOWN:
        return told
    told = t(_("about {length}")).format(length=told)
    bounds = "" if short else _bounds(hours, unit, between, exact, t)
    return f"{told} ({bounds})" if bounds else told


def _bounds(hours: Span, unit: int, between: str, exact: str, t: Translate) -> str:
    low, high = (None if v is None else _round(v / unit) for v in (hours.lower, hours.upper))
    if hours.status is Status.KNOWN or (low is None and high is None):
        return ""
    if low is not None and high is not None:
        return t(between).format(low=low, high=high)
    template = _("at least {length}") if high is None else _("at most {length}")
    return t(template).format(length=t(exact).format(value=low if high is None else high))


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
        return clocks_ or [Clock(label=since, value=t(_("not known")), notes=())]
    last = seen[-1]
    kind = word("visit.kind", last.kind)
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
    if not extent(days):
        return ()
    counted = when_words(days, None, t)
    return (t(_("{day} since the cement")).format(day=counted),)


# ---------------------------------------------------------------- outcome

CLASSES: dict[Classification, str] = {
    Classification.IMPROVED: _("Improved"),
    Classification.UNCHANGED: _("Unchanged"),
    Classification.WORSE: _("Worse"),
    Classification.MIXED: _("Mixed: one leg better, one worse"),
    Classification.CANNOT_TELL: _("Cannot tell"),
}
EVIDENCE: dict[Evidence, str] = {
    Evidence.LIKELY: _("likely: a change of two grades or more"),
    Evidence.POSSIBLE: _("possible: a change of one grade"),
    Evidence.DESCRIPTIVE: _("described in words, without grades"),
}
# Said of a comparison only where it is the reason that nothing can be told.
_WHY_NOT = (Flag.BASIS_DIFFERS, Flag.LEG_MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegChange:
    """One row: a leg (or both, or the worst), its grades, the change and the recovery ratio."""

    name: str
    start: str
    end: str
    change: str
    ratio: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeWords:
    """The outcome in words: a headline, the legs, and what limits it."""

    headline: str
    compared: str = ""
    start: str = ""
    end: str = ""
    legs: tuple[LegChange, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def outcome(followed: Followed[Any], record: Record, t: Translate) -> OutcomeWords:
    """Baseline against the last examination, with the reason where that cannot be told."""
    result = followed.outcome
    if result is None:
        return OutcomeWords(
            headline=t(CLASSES[Classification.CANNOT_TELL]),
            warnings=(t(followed.reason), *_stale(followed.baseline, t)),
            notes=_first(followed, record, t),
        )
    headline = t(CLASSES[result.classification])
    if result.evidence:
        headline = f"{headline}, {t(EVIDENCE[result.evidence])}"
    reasons = [t(FLAG_TEXTS[flag]) for flag in result.flags]
    return OutcomeWords(
        headline=headline,
        start=_exam(followed.start, record, t),
        end=_exam(followed.last, record, t),
        legs=_legs(result, followed, t),
        warnings=(*_stale(followed.baseline, t), *_undecided(followed, t)),
        notes=(*reasons, *_first(followed, record, t)),
    )


def _exam(picked: Any, record: Record, t: Translate) -> str:
    return "; ".join(_visit_when(visit, record, t) for visit in picked.candidates)


def _visit_when(visit: Any, record: Record, t: Translate) -> str:
    kind = word("visit.kind", visit.kind)
    return f"{kind}, {when(visit.when, record.day(visit.when), t)}"


def _legs(result: Outcome, followed: Followed[Any], t: Translate) -> tuple[LegChange, ...]:
    start, end = followed.start.exam, followed.last.exam
    rows = []
    for side, name in (("right", _("Right leg")), ("left", _("Left leg"))):
        rows.append(
            LegChange(
                name=t(name),
                start=leg_words(start, side, t) if start else t(_("several examinations")),
                end=leg_words(end, side, t) if end else t(_("several examinations")),
                change=_signed(getattr(result.change, side), t),
                ratio=_ratio(getattr(result.recovery_ratio, side), start, side, t),
            )
        )
    rows.append(
        LegChange(
            name=t(_("Worst leg")),
            start=_grade(result.worst_leg_initial, t),
            end=_grade(result.worst_leg_final, t),
            change=_signed(result.change.worst_leg, t),
            ratio=_ratio(result.recovery_ratio.worst_leg, None, "", t),
        )
    )
    return tuple(rows)


def leg_words(visit: Any, side: str, t: Translate) -> str:
    """The grade of a leg, or why there is none."""
    grade = getattr(visit, f"motor_{side}_grade")
    if grade is not None:
        return word("grade", grade)
    reason = getattr(visit, f"motor_{side}_not_testable")
    if reason is not None:
        return t(_("not testable: {reason}")).format(reason=word("not_testable", reason))
    if visit.motor_not_done is not None:
        return t(_("not done: {reason}")).format(reason=word("not_done", visit.motor_not_done))
    return t(NOT_RECORDED)


def _grade(grade: int | None, t: Translate) -> str:
    return t(_("cannot tell")) if grade is None else str(grade)


def _signed(change: float | None, t: Translate) -> str:
    if change is None:
        return t(_("cannot tell"))
    if change == 0:
        return t(_("no change"))
    return f"{change:+g}".replace("-", "−")


def _ratio(ratio: float | None, start: Any, side: str, t: Translate) -> str:
    if ratio is not None:
        return f"{ratio:.2f}".replace("-", "−")
    at_ceiling = start is not None and getattr(start, f"motor_{side}_grade") == str(MAX_GRADE)
    return t(_("at ceiling")) if at_ceiling else t(_("cannot tell"))


def _stale(baseline: Baseline[Any] | None, t: Translate) -> tuple[str, ...]:
    if baseline is None or not baseline.candidates:
        return ()
    if baseline.stale is Answer.YES:
        age = _age_words(baseline.age_days, t)
        text = _("Stale baseline: examined {age} before the operation. What changed in between "
                 "is not recovery after it.")  # fmt: skip
        return (t(text).format(age=age),)
    if baseline.stale is Answer.CANNOT_TELL:
        return (t(_("It is not known whether this baseline is stale.")),)
    return ()


def _age_words(age: Span, t: Translate) -> str:
    hours = Span(
        best=None if age.best is None else age.best * DAY,
        lower=None if age.lower is None else age.lower * DAY,
        upper=None if age.upper is None else age.upper * DAY,
        status=age.status,
    )
    return _length(hours, *_DAYS, t)


def _undecided(followed: Followed[Any], t: Translate) -> tuple[str, ...]:
    """Examinations that belong to neither side until someone says which."""
    count = len({visit.pk for visit in (*followed.start.undecided, *followed.last.undecided)})
    if not count:
        return ()
    text = _("Left out until their time is known, before or after the operation: {count}.")
    return (t(text).format(count=count),)


def _first(followed: Followed[Any], record: Record, t: Translate) -> tuple[str, ...]:
    """The first examination after the cement, kept apart from recovery after surgery."""
    if followed.baseline is None or not followed.first.candidates:
        return ()
    if followed.first.candidates == followed.baseline.candidates:
        return (t(_("The baseline is also the first examination after the cement.")),)
    grades = "; ".join(
        t(_("{visit}: right {right}, left {left}")).format(
            visit=_visit_when(visit, record, t),
            right=leg_words(visit, "right", t),
            left=leg_words(visit, "left", t),
        )
        for visit in followed.first.candidates
    )
    return (
        t(_("First examination after the cement, kept apart: {grades}.")).format(grades=grades),
    )


# ---------------------------------------------------------------- operations and the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened: what, when, its facts, and what it does not say."""

    title: str
    when: str = ""
    facts: tuple[Fact, ...] = ()
    note: str = ""
    missing: str = ""
    mark: str = ""


STEPS = (
    "laminectomy",
    "durotomy",
    "dural_closure",
    "fixation",
    "cement_removal",
    "adhesion",
    "cement_side",
    "cement_aspect",
)


def operations(record: Record, t: Translate) -> list[Entry]:
    index = record.surgery.decompression
    return [_operation(row, index is not None and row.pk == index.pk, record, t)
            for row in record.procedures]  # fmt: skip


def _operation(row: Any, is_index: bool, record: Record, t: Translate) -> Entry:
    title = word("procedure.kind", row.kind)
    if row.technique:
        title = f"{title}: {said(row, 'technique', t)}"
    steps = () if row.kind == "cement" else STEPS
    shown = [
        Fact(
            label=label(ROW, "level_from"), words=_levels(row, "level", t), missing=not row.level_from
        ),
        *(f for f in facts(row, steps, t) if not f.missing),
        *(f for f in facts(row, ("intended", "index_reason", "elsewhere"), t) if not f.missing),
    ]
    return Entry(
        title=title,
        when=when(row.when, record.day(row.when), t),
        facts=tuple(_with_levels(fact, row, t) for fact in shown),
        note=row.note or "",
        missing=_missing(row, steps, t),
        mark=t(_("index decompression")) if is_index else "",
    )


def _levels(row: Any, stem: str, t: Translate) -> str:
    low, high = getattr(row, f"{stem}_from"), getattr(row, f"{stem}_to")
    if low is None and high is None:
        return t(NOT_RECORDED)
    if low == high or high is None or low is None:
        return str(low or high)
    return f"{low}–{high}"


def _with_levels(fact: Fact, row: Any, t: Translate) -> Fact:
    for stem in ("laminectomy", "fixation"):
        if fact.label == label(stem, t) and getattr(row, f"{stem}_from"):
            return Fact(label=fact.label, words=f"{fact.words}, {_levels(row, stem, t)}")
    return fact


def _missing(row: Any, columns: Iterable[str], t: Translate) -> str:
    """What was asked for and not recorded, in one sentence."""
    names = [label(ROW, c) for c in columns if getattr(row, c) in (None, "")]
    return t(_("Not recorded: {names}.")).format(names=", ".join(names)) if names else ""


SCANNED = ("cement_side", "cord_compression", "cord_displacement", "residual_cement")


def imaging(record: Record, t: Translate) -> list[Entry]:
    return [_scan(row, record, t) for row in record.imaging]


def _scan(row: Any, record: Record, t: Translate) -> Entry:
    shown = [f for f in facts(row, ("compartment",), t) if not f.missing]
    if row.level_from or row.level_to:
        shown.append(Fact(label=label(ROW, "level_from"), words=_levels(row, "level", t)))
    shown += [f for f in facts(row, SCANNED, t) if not f.missing]
    return Entry(
        title=word("modality", row.modality),
        when=when(row.when, record.day(row.when), t),
        facts=tuple(shown),
        note=row.findings or "",
        missing="" if row.findings or shown else t(_("No findings recorded.")),
    )


def bone_density(record: Record, t: Translate) -> list[Entry]:
    return [
        Entry(
            title=t(_("T-score {score}, {region}")).format(
                score=f"{row.t_score:.1f}".replace("-", "−"), region=said(row, "region", t)
            ),
            when=when(row.when, record.day(row.when), t),
            note=row.note or "",
        )
        for row in record.bone_density
    ]


def milestones(record: Record, t: Translate) -> list[Entry]:
    return [
        Entry(
            title=word("event", row.event),
            when=when(row.when, record.day(row.when), t),
            note=row.note or "",
        )
        for row in record.milestones
    ]


def complications(record: Record, t: Translate) -> list[Entry]:
    return [
        Entry(
            title=word("complication.kind", row.kind),
            when=when(row.when, record.day(row.when), t),
            note=row.note or "",
        )
        for row in record.complications
    ]


PURPOSES = ("care", "research", "publication")


def consents(record: Record, t: Translate) -> list[Fact]:
    """The last word on each purpose; a purpose without any is said."""
    return [_consent(purpose, record, t) for purpose in PURPOSES]


def _consent(purpose: str, record: Record, t: Translate) -> Fact:
    rows = [row for row in record.consents if row.purpose == purpose]
    told = "; ".join(
        ", ".join(
            [said(row, "decision", t)]
            + ([said(row, "given_by", t)] if row.given_by else [])
            + [when(row.when, record.day(row.when), t)]
        )
        for row in rows
    )
    return Fact(
        label=word("purpose", purpose),
        words=told or t(NOT_RECORDED),
        missing=not rows,
    )


HISTORY = ("walking_before", "walking_aid_before", "neurology_before")


def background(record: Record, t: Translate) -> tuple[list[Fact], str]:
    """What was recorded of the patient before, and the names of what was not."""
    row = record.background
    if row is None:
        return [], ""
    columns = [leaf.column for leaf in leaves(type(row).SHAPE)]
    columns = [*HISTORY, *(c for c in columns if c not in HISTORY)]
    asked = [c for c in columns if c not in ("cancer_site", "note", "recorded_as_of")]
    return [f for f in facts(row, columns, t) if not f.missing], _missing(row, asked, t)


# ---------------------------------------------------------------- medication


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    name: str
    dose: str
    dose_missing: bool
    time: str
    indication: str
    given: tuple[str, ...]


def course_label(row: Any, t: Translate) -> str:
    """The drug and its dose where known, short enough for a chart."""
    return f"{row.drug} {_amount(row)}" if row.dose is not None else str(row.drug)


def _amount(row: Any) -> str:
    unit = words.CODES["dose_unit"].get(row.dose_unit, row.dose_unit)
    return f"{row.dose:g} {unit}"


def dose_words(row: Any, t: Translate) -> str:
    """Single dose, how often and by which route; what is not reported is said."""
    told = [t(_("dose not reported")) if row.dose is None else _amount(row)]
    if row.times_per_day is not None:
        told.append(t(_("{times} a day")).format(times=number(row.times_per_day)))
    told += [row.frequency] if row.frequency else []
    told += [t(_("as needed"))] if row.as_needed else []
    if row.daily_max is not None:
        unit = words.CODES["dose_unit"].get(row.dose_unit, row.dose_unit)
        told.append(t(_("at most {most:g} {unit} a day")).format(most=row.daily_max, unit=unit))
    told += [t(_("extended release"))] if row.extended_release else []
    told.append(said(row, "route", t) if row.route else t(_("route not reported")))
    return ", ".join(told)


def drugs(record: Record, t: Translate) -> list[Drug]:
    return [
        Drug(
            name=f"{row.drug} ({row.atc})" if row.atc else str(row.drug),
            dose=dose_words(row, t),
            dose_missing=row.dose is None,
            time=_course_time(row, record, t),
            indication=row.indication or t(_("indication not recorded")),
            given=tuple(_given(dose, record, t) for dose in row.given),
        )
        for row in record.courses
    ]


def _course_time(row: Any, record: Record, t: Translate) -> str:
    if row.start is None and row.timing_status is None and row.stop is None:
        return t(_("dates not reported"))
    begun = row.start is not None or row.timing_status is not None
    start = when(row.when, record.day(row.when), t) if begun else t(_("start not reported"))
    stop = row.stop.isoformat() if row.stop else t(_("no stop recorded"))
    if row.stop_reason:
        stop = f"{stop} ({said(row, 'stop_reason', t)})"
    return t(_("{start} to {stop}")).format(start=start, stop=stop)


def _given(dose: Any, record: Record, t: Translate) -> str:
    amount = t(_("dose not reported")) if dose.dose is None else _amount(dose)
    route = f", {said(dose, 'route', t)}" if dose.route else ""
    note = f" ({dose.note})" if dose.note else ""
    return f"{when(dose.when, record.day(dose.when), t)}: {amount}{route}{note}"


# ---------------------------------------------------------------- visits


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One visit as a row of the table; every cell is words."""

    when: str
    kind: str
    right: str
    left: str
    sensation: str
    bladder: str
    walking: str
    pain: str
    note: str


def visits(record: Record, t: Translate) -> list[VisitRow]:
    """The latest first."""
    return [_visit(visit, record, t) for visit in reversed(record.visits)]


def _visit(visit: Any, record: Record, t: Translate) -> VisitRow:
    kind = word("visit.kind", visit.kind)
    if visit.mode == "remote":
        kind = f"{kind}, {said(visit, 'mode', t)}"
    return VisitRow(
        when=when(visit.when, record.day(visit.when), t),
        kind=kind,
        right=leg_words(visit, "right", t),
        left=leg_words(visit, "left", t),
        sensation=_part(visit, "sensation", _sensation(visit, t), t),
        bladder=_part(visit, "bladder", _bladder(visit, t), t),
        walking=_part(visit, "walking", _walking(visit, t), t),
        pain=_part(visit, "pain", _pain(visit, t), t),
        note=_notes(visit, t),
    )


def _part(visit: Any, part: str, told: Sequence[str], t: Translate) -> str:
    """What was found, else why the part was not done, else that it was not recorded."""
    reason = getattr(visit, f"{part}_not_done")
    if reason is not None:
        return t(_("not done: {reason}")).format(reason=word("not_done", reason))
    return "; ".join(told) or t(NOT_RECORDED)


def _named(visit: Any, columns: Iterable[str], t: Translate) -> list[str]:
    """The columns that have something, each after its name."""
    return [f"{label(ROW, c)} {said(visit, c, t)}" for c in columns if getattr(visit, c) is not None]


def _sensation(visit: Any, t: Translate) -> list[str]:
    return _named(visit, ("sensation_right", "sensation_left", "sensation_saddle"), t)


def _bladder(visit: Any, t: Translate) -> list[str]:
    told = [said(visit, "bladder_method", t)] if visit.bladder_method else []
    if visit.bladder_dysfunction == "yes" and not visit.bladder_method:
        kind = word("dysfunction_type", visit.bladder_dysfunction_type or "unknown")
        told.append(t(_("dysfunction, {type}")).format(type=kind))
    told += _named(visit, ("bladder_incontinence",), t)
    if visit.bladder_pvr_ml is not None:
        told.append(t(_("PVR {volume} mL")).format(volume=visit.bladder_pvr_ml))
    if visit.bladder_catheter_volume_max_ml is not None:
        volume = visit.bladder_catheter_volume_max_ml
        told.append(t(_("largest catheter volume {volume} mL")).format(volume=volume))
    return told + ([visit.bladder_description] if visit.bladder_description else [])


def _walking(visit: Any, t: Translate) -> list[str]:
    told = (
        [t(_("FAC {fac}")).format(fac=visit.walking_fac)] if visit.walking_fac is not None else []
    )
    if visit.walking_walks_alone is not None:
        told.append(t(_("walks alone") if visit.walking_walks_alone else _("does not walk alone")))
    told += _named(visit, ("walking_aid",), t)
    return told + ([visit.walking_description] if visit.walking_description else [])


def _pain(visit: Any, t: Translate) -> list[str]:
    places = ("back", "right_leg", "left_leg")
    told = _named(visit, [f"pain_{place}" for place in places], t)
    for place in places:
        present = getattr(visit, f"pain_{place}_present")
        if present is not None and getattr(visit, f"pain_{place}") is None:
            text = _("{place} pain, no number") if present else _("no {place} pain")
            told.append(t(text).format(place=label(ROW, f"pain_{place}")))
    return told + ([visit.pain_description] if visit.pain_description else [])


def _notes(visit: Any, t: Translate) -> str:
    told = [muscles_words(visit, t), visit.note or ""]
    if visit.motor_basis and visit.motor_basis != "unspecified":
        basis = t(_("Grades by {basis}.")).format(basis=said(visit, "motor_basis", t))
        told.insert(0, basis)
    return " ".join(text for text in told if text)


def muscles_words(visit: Any, t: Translate) -> str:
    """The key muscles and, where all ten are graded, the LEMS; empty where none was recorded."""
    sides = {side: _muscles(visit, side) for side in ("right", "left")}
    if not any(value is not None for side in sides.values() for value in side.values()):
        return ""
    total = lems(sides["right"], sides["left"]).total
    told = [
        f"{label(f'motor_{side}_grade', t)} "
        + " ".join(f"{m} {'–' if v is None else v}" for m, v in muscles.items())
        for side, muscles in sides.items()
    ]
    told += [t(_("LEMS {total} of 50")).format(total=total)] if total is not None else []
    return t(_("Key muscles: {muscles}.")).format(muscles="; ".join(told))


def _muscles(visit: Any, side: str) -> dict[str, int | None]:
    return {m: getattr(visit, f"motor_{side}_muscles_{m.lower()}") for m in KEY_MUSCLES}


# ---------------------------------------------------------------- what was not examined

# What a part is examined for, at the least; the rest of it is asked where it matters [POLICY].
CORE: dict[str, tuple[str, ...]] = {
    "motor": ("motor_right_grade", "motor_left_grade"),
    "sensation": ("sensation_right", "sensation_left", "sensation_saddle"),
    "bladder": ("bladder_method", "bladder_incontinence", "bladder_pvr_ml"),
    "bowel": ("bowel_incontinence", "bowel_anal_tone"),
    "walking": ("walking_fac", "walking_aid"),
    "pain": ("pain_back", "pain_right_leg", "pain_left_leg"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotExamined:
    """Of one visit: parts not done with the reason, parts not recorded, and parts half done."""

    visit: str
    not_done: tuple[str, ...]
    not_recorded: tuple[str, ...]
    partly: tuple[str, ...]


def not_examined(record: Record, t: Translate) -> list[NotExamined]:
    """The latest visit first."""
    return [_not_examined(visit, record, t) for visit in reversed(record.visits)]


def _not_examined(visit: Any, record: Record, t: Translate) -> NotExamined:
    recorded = visit.document().keys()
    reasons = {part: getattr(visit, f"{part}_not_done") for part in PARTS}
    return NotExamined(
        visit=_visit_when(visit, record, t),
        not_done=tuple(
            f"{t(words.PARTS[part])}: {word('not_done', reason, t)}"
            for part, reason in reasons.items()
            if reason is not None
        ),
        not_recorded=tuple(t(words.PARTS[part]) for part in PARTS if part not in recorded),
        partly=tuple(
            told
            for part in PARTS
            if part in recorded and reasons[part] is None and (told := _partly(visit, part, t))
        ),
    )


def _partly(visit: Any, part: str, t: Translate) -> str:
    lacking = [label(ROW, c) for c in CORE.get(part, ()) if _lacks(visit, c)]
    told = [f"{name} {t(NOT_RECORDED)}" for name in lacking]
    told += _untestable(visit, t) if part == "motor" else []
    return f"{t(words.PARTS[part])}: {', '.join(told)}" if told else ""


def _lacks(visit: Any, column: str) -> bool:
    """Nothing recorded, and nothing that makes the question pointless."""
    if getattr(visit, column) is not None:
        return False
    if column.endswith("_grade"):
        return getattr(visit, column.replace("_grade", "_not_testable")) is None
    if column == "bladder_pvr_ml":
        return visit.bladder_method not in CATHETERS
    return True


def _untestable(visit: Any, t: Translate) -> list[str]:
    return [
        f"{label(f'motor_{side}_grade', t)} {leg_words(visit, side, t)}"
        for side in ("right", "left")
        if getattr(visit, f"motor_{side}_not_testable") is not None
    ]


# Nobody voids with these, so there is no residual to measure (CLINICAL.md G).
CATHETERS = (
    "intermittent_self",
    "intermittent_attendant",
    "indwelling_urethral",
    "indwelling_suprapubic",
)
