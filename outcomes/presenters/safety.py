"""What the medication rules found, grouped and in words: what speaks up, what cannot be checked.

For clinicians alone: a patient or caregiver sees the drugs, not what a rule makes of them.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outcomes import safety_words, source_words, words
from outcomes.figures.base import Translate
from outcomes.presenters.base import small
from outcomes.reference.records import LimitKind
from outcomes.rules import medication_safety
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety import (
    Clearance,
    NextDue,
    SafetyFinding,
    Used,
    borderline_range,
    clearance,
    findings,
    next_due,
)
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer
from patients.documents.surgery import BackgroundDocument

# where what is missing is entered: the name of a page, and whether it is about the course
VISIT = ("weight", "pvr", "bladder_type", "reliably_catheterised", "blood_pressure", "sedation",
         "bowels", "falls", "bowel_constipation")  # fmt: skip
LAB = ("creatinine", "calcium", "albumin", "calcium_range", "hb", "alt")
PERSON = ("age", "sex")
COURSE = ("dose", "dose_in_mg", "content", "times_per_day", "extended_release", "indication",
          "route", "start", "dates", "atc")  # fmt: skip
DOSE = ("last_dose", "last_dose_date")
# true, and nothing to be warned of
GOOD_TO_KNOW = (LimitKind.ASSESS_AFTER,)

UNSET = _("Label of {label}: no jurisdiction is set for this site, so the stricter label holds.")
ANSWERS = {
    Answer.YES: _("yes"),
    Answer.NO: _("no"),
    Answer.CANNOT_TELL: _("cannot check"),
    Answer.NOT_APPLICABLE: _("not applicable"),
}
# of what is watched, no means that nothing is due
WATCHED = _("seen lately")
YES_OR_NO = {"True": True, "False": False}
# values that are codes, under the rules' own names
SEEN_AS = {"bladder_type": "visit.bladder.dysfunction_type", "bowels": "visit.bowel.frequency",
           "route": "course.route"}  # fmt: skip
LABEL = _("Label of {label}.")
SUPPOSED = _("Not verified.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What would be needed, in one place where it is entered: a key of the template's links."""

    where: str
    place: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding as it is read."""

    kind: str
    reason: str
    used: str
    source: str
    missing: str = ""
    answer: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfDrug:
    """The findings of one course, what speaks up first."""

    speaking: tuple[Told, ...]
    open: tuple[Told, ...]
    quiet: tuple[Told, ...]
    missing: tuple[Missing, ...]
    asking: tuple[Told, ...] = ()
    """Of the open ones, the questions that someone should put."""
    notes: tuple[str, ...] = ()
    unchecked: str = ""
    """Why no rule at all was asked."""


def of_course(
    course: str, found: Iterable[SafetyFinding], notes: Iterable[str], facts: Facts, t: Translate
) -> OfDrug:
    own = [one for one in found if one.courses[0] == course]
    speaking = [one for one in own if _speaks(one)]
    without = [one for one in own if one.rule == medication_safety.WITHOUT_RULES]
    open_ = [one for one in own if one.answer is Answer.CANNOT_TELL and one not in without]
    quiet = [one for one in own if one not in (*speaking, *open_, *without)]
    return OfDrug(
        speaking=tuple(_told(one, facts, t) for one in sorted(speaking, key=_weight)),
        open=tuple(_told(one, facts, t) for one in open_),
        quiet=tuple(_told(one, facts, t) for one in quiet),
        missing=_missing((code for one in (*open_, *without) for code in _lacking(one)), t),
        asking=tuple(_told(one, facts, t) for one in open_ if one.kind is LimitKind.ASK),
        notes=tuple(dict.fromkeys(t(note) for note in notes)),
        unchecked=" ".join(reason(one, t) for one in without),
    )


def _lacking(one: SafetyFinding) -> Iterator[str]:
    """What is missing; of two drugs taken together, the code is that of the other."""
    return ("other_atc" if code == "atc" and one.others else code for code in one.missing)


STRONG = (LimitKind.CONTRAINDICATION, LimitKind.MAX_DAILY_DOSE, LimitKind.MAX_SINGLE_DOSE,
          LimitKind.MIN_INTERVAL, LimitKind.ALERT, LimitKind.OVERDUE, LimitKind.AVOID,
          LimitKind.DOSE_FACTOR)  # fmt: skip


def _speaks(one: SafetyFinding) -> bool:
    return one.answer is Answer.YES and one.kind not in GOOD_TO_KNOW


def _weight(one: SafetyFinding) -> int:
    return 0 if one.kind in STRONG else 1


def reason(one: SafetyFinding, t: Translate) -> str:
    """The reason as a sentence, in the reader's language."""
    told = {
        name: "; ".join(t(part) for part in value) if isinstance(value, tuple) else t(value or " ")
        for name, value in one.values.items()
    }
    return t(one.reason).format(**told) if told else t(one.reason)


def _told(one: SafetyFinding, facts: Facts, t: Translate) -> Told:
    return Told(
        kind=t(safety_words.KINDS[one.kind]),
        reason=reason(one, t),
        used="; ".join(used(value, facts.today, t) for value in one.used),
        source=_source(one, facts, t),
        missing=", ".join(name(n, t) for n in one.missing),
        answer=t(_answer(one)),
        strong=one.kind in STRONG,
    )


def _answer(one: SafetyFinding) -> str:
    watched = one.kind is LimitKind.MONITOR and one.answer is Answer.NO
    return WATCHED if watched else ANSWERS[one.answer]


def _source(one: SafetyFinding, facts: Facts, t: Translate) -> str:
    told = [f"{source_words.references(one.reference, t)}."]
    if one.jurisdiction:
        told.append(t(LABEL if facts.jurisdiction else UNSET).format(label=one.jurisdiction))
    if not one.verified:
        told.append(t(SUPPOSED))
    return " ".join(told)


def name(code: str, t: Translate, *, short: bool = False) -> str:
    """What is missing; `short` leaves out how old it may be."""
    if short and code in safety_words.SHORT:
        return t(safety_words.SHORT[code])
    if code in safety_words.NAMES:
        return t(safety_words.NAMES[code])
    return small(words.name(_path(code)))


def _path(code: str) -> str:
    """A column of the background or of a visit as a dotted path."""
    if code in BackgroundDocument.model_fields:
        return f"background.{code}"
    part, _bar, rest = code.partition("_")
    return f"visit.{part}.{rest}"


def used(value: Used, today: dt.date, t: Translate) -> str:
    """A value with its day and age: "weight 45 kg (2026-05-01, 12 days ago)"."""
    shown = f"{name(value.name, t, short=True)} {_value_words(value)}"
    if value.on is None or value.value == value.on.isoformat():
        return shown
    ago = t(_("{days} days ago")).format(days=(today - value.on).days)
    return f"{shown} ({value.on.isoformat()}, {ago})"


def _value_words(value: Used) -> str:
    if value.value in YES_OR_NO:
        return small(words.words("", YES_OR_NO[value.value]))
    if value.name not in safety_words.NAMES:
        return words.words(_path(value.name), value.value)
    path = SEEN_AS.get(value.name)
    return small(words.words(path, value.value)) if path else value.value


PLACES = {
    "course": _("This drug"),
    "dose": _("Doses given"),
    "visit": _("At a visit"),
    "lab": _("Laboratory"),
    "background": _("Background"),
    "person": _("Person"),
    "": _("Elsewhere"),
}


def _missing(codes: Iterable[str], t: Translate, *, short: bool = True) -> tuple[Missing, ...]:
    """By the place where it is entered, each once."""
    by_place: dict[str, dict[str, None]] = {place: {} for place in PLACES}
    for code in codes:
        if code != "rules":
            by_place[where(code)][name(code, t, short=short)] = None
    return tuple(
        Missing(where=place, place=t(PLACES[place]), words=", ".join(told))
        for place, told in by_place.items()
        if told
    )


def where(code: str) -> str:
    """On which page it is entered."""
    places: Mapping[str, tuple[str, ...]] = {
        "visit": VISIT, "lab": LAB, "person": PERSON, "course": COURSE, "dose": DOSE,
    }  # fmt: skip
    for place, codes in places.items():
        if code in codes:
            return place
    return "background" if code in BackgroundDocument.model_fields else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceLine:
    """The creatinine clearance, or what it lacks; what it was made of, with ages."""

    value: str
    made_of: str
    missing: tuple[Missing, ...]
    borderline: bool


def clearance_line(facts: Facts, t: Translate) -> ClearanceLine:
    found = clearance(facts)
    return ClearanceLine(
        value=_clearance_words(found, t),
        made_of="; ".join(used(value, facts.today, t) for value in found.used),
        missing=_missing(found.missing, t, short=False),
        borderline=found.between(*borderline_range()).answer is Answer.YES,
    )


def _clearance_words(found: Clearance, t: Translate) -> str:
    if found.lower is None or found.upper is None:
        return t(_("cannot be calculated without:"))
    low, high = f"{found.lower:.1f}", f"{found.upper:.1f}"
    return t(_("{value} mL/min")).format(value=low if low == high else f"{low}–{high}")


def due_words(due: NextDue, t: Translate) -> str:
    """When the next dose is due, as far as the last one is known."""
    if due.last is None:
        return t(_("Next dose: no dose recorded yet"))
    if due.earliest is None and due.latest is None:
        return t(_("Next dose: cannot tell, the day of the last dose is not known"))
    days = [day.isoformat() if day else "…" for day in (due.earliest, due.latest)]
    when = days[0] if days[0] == days[1] else f"{days[0]} – {days[1]}"
    told = t(_("Next dose due {when}")).format(when=when)
    if due.urgent is Answer.YES:
        return f"{told}: {t(_('more than seven months since the last dose, urgent'))}"
    return f"{told}: {t(_('overdue'))}" if due.overdue is Answer.YES else told


def due_mark(due: NextDue) -> str:
    return "alert" if Answer.YES in (due.urgent, due.overdue) else ""


def as_api(one: SafetyFinding, facts: Facts, t: Translate) -> dict[str, Any]:
    """A finding for programs: codes as they are, reasons in words."""
    return {
        "drug": one.drug,
        "rule": one.rule,
        "kind": str(one.kind),
        "answer": str(one.answer),
        "reason": reason(one, t),
        "missing": list(one.missing),
        "not_needed": list(one.not_needed),
        "courses": list(one.courses),
        "with": list(one.others),
        "used": _used_as_api(one.used),
        "reference": one.reference,
        "verified": one.verified,
        "jurisdiction": one.jurisdiction or None,
        "stricter_label": bool(one.jurisdiction and not facts.jurisdiction),
    }


def all_as_api(facts: Facts, t: Translate) -> dict[str, Any]:
    """Everything the rules say of a patient's drugs, for programs."""
    crcl = clearance(facts)
    return {
        "label": t(_("Decision support, not diagnosis")),
        "creatinine_clearance": {
            "lower": None if crcl.lower is None else float(crcl.lower),
            "upper": None if crcl.upper is None else float(crcl.upper),
            "missing": list(crcl.missing),
            "used": _used_as_api(crcl.used),
        },
        "next_doses": [_due_as_api(due) for due in next_due(facts)],
        "findings": [as_api(one, facts, t) for one in findings(facts)],
    }


def _used_as_api(values: Iterable[Used]) -> list[dict[str, Any]]:
    return [{"name": u.name, "value": u.value, "on": u.on and u.on.isoformat()} for u in values]


def _due_as_api(due: NextDue) -> dict[str, Any]:
    return {
        "drug": due.drug,
        "course": due.course,
        "last_dose": due.last and due.last.id,
        "earliest": due.earliest and due.earliest.isoformat(),
        "latest": due.latest and due.latest.isoformat(),
        "overdue": str(due.overdue),
        "urgent": str(due.urgent),
        "missing": list(due.missing),
        "reference": due.reference,
    }
