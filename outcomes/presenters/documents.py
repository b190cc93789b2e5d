"""Any document as an entry of its list, and how two versions of one differ."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from outcomes import words
from outcomes.figures.base import Translate
from outcomes.forms import DocumentForm
from outcomes.forms.fields import Field
from outcomes.forms.layout import Layout
from outcomes.presenters.base import Fact, capital, facts, when
from outcomes.readings import Surgery
from patients.models import PatientRecord
from patients.models.columns import leaves

# what an entry is called by
TITLES: dict[str, tuple[str, ...]] = {
    "visit": ("kind",),
    "labresult": ("analyte", "value", "unit"),
    "medicationcourse": ("drug", "dose", "dose_unit"),
    "procedure": ("kind", "technique"),
    "complication": ("kind",),
    "imaging": ("modality", "compartment"),
    "bonedensity": ("region", "t_score"),
    "milestone": ("event",),
    "consent": ("purpose", "decision"),
    "transfer": ("to_site",),
    "contactattempt": ("means",),
    "losstofollowup": ("reason",),
}
_TIMES = ("date", "time", "date_lower", "date_upper", "specimen_at", "timing")
# a value and its unit stand together
UNITS = {"unit", "dose_unit"}
# shown apart, or of no interest beside the rest
_APART = {"note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document in its list; `note` is its free text."""

    row: Any
    title: str
    when: str
    facts: tuple[Fact, ...]
    note: str
    doses: tuple["Dose", ...] = ()
    hidden_until: dt.date | None = None
    """Until when the patient does not see it; None where they do."""


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose of a course, where it was read with it."""

    pk: Any
    words: str


def entry(row: PatientRecord, course: Surgery, t: Translate) -> Listed:
    named = TITLES.get(row._meta.model_name or "", ())
    shown = [
        leaf.column
        for leaf in leaves(row.SHAPE)
        if leaf.path[0] not in _TIMES and leaf.column not in _APART and leaf.column not in named
    ]
    told = [fact for fact in _facts(row, shown, t) if not fact.missing]
    title = ""
    for column, fact in zip(named, _facts(row, named, t), strict=True):
        if not fact.missing:
            title += (" " if column in UNITS else " · " if title else "") + fact.words
    return Listed(
        row=row,
        title=capital(title),
        when=when(row.when, course.day(row.when), t),
        facts=tuple(told),
        note=getattr(row, "note", "") or "",
        doses=tuple(Dose(dose.pk, _dose(dose, course, t)) for dose in getattr(row, "given", ())),
    )


def _dose(dose: Any, course: Surgery, t: Translate) -> str:
    told = [fact.words for fact in facts(dose, ("dose", "dose_unit", "route"), t)
            if not fact.missing]  # fmt: skip
    return " ".join([when(dose.when, course.day(dose.when), t), *told])


def _facts(row: Any, columns: Any, t: Translate) -> list[Fact]:
    """References to other records are told by what they are, not by their ids."""
    plain = [column for column in columns if column not in {"procedure", "reoperation"}]
    told = [_named(*pair) for pair in zip(plain, facts(row, plain, t), strict=True)]
    for column in columns:
        if column not in plain and (other := getattr(row, column)) is not None:
            label = words.name(f"{row._meta.model_name}.{column}")
            told.append(Fact(label=label, words=words.words("procedure.kind", other.kind)))
    return told


def _named(column: str, fact: Fact) -> Fact:
    """An analyte is a code of the reference data, which its shape does not know."""
    name = words.answer("analyte", fact.words) if column == "analyte" else None
    return replace(fact, words=name) if name else fact


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what is stored now and what was typed differ."""

    label: str
    stored: str
    typed: str


def differences(layout: Layout, row: Any, form: DocumentForm) -> list[Difference]:
    stored = {f.name: f for f in DocumentForm.of(layout, row.document()).fields}
    return [
        Difference(field.label, _told(field, stored[field.name].typed), _told(field, field.typed))
        for field in form.in_order
        if field.typed.strip() != stored[field.name].typed
    ]


def _told(field: Field, typed: str) -> str:
    return next((o.label for o in field.options if o.value == typed), typed)
