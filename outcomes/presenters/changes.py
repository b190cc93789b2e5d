"""A change of a document in words: who, when, why, and from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from outcomes import words
from outcomes.changes import Change
from outcomes.figures.base import Translate
from outcomes.forms import LAYOUTS
from outcomes.forms.fields import Field, Option, typed_from, values
from outcomes.kinds import Kind
from outcomes.presenters.base import NOT_RECORDED, capital
from outcomes.presenters.documents import TITLES, UNITS
from outcomes.rules.text import gettext_noop as _
from patients.models import Patient

Named = Mapping[str, tuple[Option, ...]]


@dataclass(frozen=True, slots=True)
class Value:
    """One field; `before` is empty where the document is new."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`values` are what changed, or all that was recorded where the document is new."""

    record_id: Any
    kind: str
    title: str
    when: str
    who: str
    reporter: str
    what: str
    reason: str
    values: tuple[Value, ...]
    version: int
    in_error: bool


NEW, CHANGED, PUT_IN_ERROR = _("Recorded"), _("Changed"), _("Marked as entered in error")


def told(change: Change, patient: Patient, heading: str, named: Named, t: Translate) -> Told:
    """`named` are the words of fields whose answers depend on the patient or the reference."""
    version = change.version
    reporter = version.content["reporter"]
    return Told(
        record_id=version.record_id,
        kind=heading,
        title=_title(change, named),
        when=f"{version.at.astimezone(ZoneInfo(patient.site.time_zone)):%Y-%m-%d %H:%M}",
        who=str(version.by.get_full_name() or version.by) if version.by else t(_("Automatic")),
        reporter="" if reporter == "clinician" else words.words("reporter", reporter),
        what=t(_what(change)),
        reason=version.reason,
        values=_values(change, named, t),
        version=version.version,
        in_error=change.put_in_error,
    )


def _what(change: Change) -> str:
    if change.put_in_error:
        return PUT_IN_ERROR
    return CHANGED if change.before else NEW


def _fields(kind: Kind, document: dict[str, Any], named: Named) -> list[Field]:
    """Every field of the document, as if its values had been typed."""
    layout = LAYOUTS[kind.path]
    typed = typed_from(layout.shape, document)
    found = [(".".join(leaf.path), leaf, reason) for leaf, reason in values(layout.shape)]
    return [
        Field(layout.root, leaf, reason, typed.get(name, ""), choices=named.get(name, ()))
        for name, leaf, reason in found
    ]


def _values(change: Change, named: Named, t: Translate) -> tuple[Value, ...]:
    now = _fields(change.kind, change.version.content["document"], named)
    if change.before is None:
        return tuple(Value(field.label_alone, "", said(field)) for field in now if field.typed)
    was = {f.name: f for f in _fields(change.kind, change.before.content["document"], named)}
    missing = t(NOT_RECORDED)
    return tuple(
        Value(field.label_alone, said(was[field.name]) or missing, said(field) or missing)
        for field in now
        if field.typed != was[field.name].typed
    )


def said(field: Field) -> str:
    """The value in the words of its form."""
    return next((o.label for o in field.options if o.value == field.typed), field.typed)


def _title(change: Change, named: Named) -> str:
    document = change.version.content["document"]
    fields = {field.name: field for field in _fields(change.kind, document, named)}
    of = TITLES.get(change.kind.model._meta.model_name or "", ())
    title = ""
    for name in of:
        if name in fields and fields[name].typed:
            title += (" " if name in UNITS else " · " if title else "") + said(fields[name])
    date = document.get("date") or document.get("specimen_at") or document.get("start") or ""
    return ", ".join(part for part in (capital(title), str(date)[:10]) if part)
