"""The one way in: every clinical row is written here, with its version, history and audit event.

A write is idempotent by its operation key: the same key with the same content gives the original
answer, with other content a Conflict. The history row is written first, because the triggers refuse
a clinical row whose version is not in history.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, router, transaction
from pydantic import BaseModel

from patients import audit
from patients.documents.base import Refused, plain
from patients.models import DocumentVersion, Patient, PatientRecord, Record, Site, User
from patients.models.columns import attname, flatten, leaves
from patients.models.record import civil_date
from patients.text import gettext_noop as _

R = TypeVar("R", bound=Record)


class Conflict(Exception):
    """The id or key is already used for something else."""


class Stale(Exception):
    """An edit based on a version that is not the current one; carries the current record."""

    def __init__(self, current: Record):
        super().__init__(current)
        self.current = current


@dataclass(frozen=True)
class Asked:
    """Who asks for a write, when, and under which key (the document's id when left out).

    `fingerprint` is the hash of what an edit asked for, where that is not the whole document.
    """

    by: User | None
    at: dt.datetime
    key: str = ""
    reporter: str = "clinician"
    fingerprint: str = ""


@dataclass(frozen=True)
class Written:
    """The outcome of a write: the document version, whether it is a replay, and its warnings."""

    version: DocumentVersion
    replayed: bool = False
    warnings: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Checked:
    """What an action found: warnings that travel with the answer, columns it worked out.

    `document` is what is to be stored, where the action completed what was asked for.
    """

    warnings: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)
    document: BaseModel | None = None


Check = Callable[[], Checked]


def as_text(value: Any) -> str:
    """How JSON holds what it has no type for: ISO 8601; a time without seconds keeps none."""
    if isinstance(value, dt.time) and not (value.second or value.microsecond):
        return value.isoformat("minutes")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def canonical(content: Any) -> str:
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), default=as_text, ensure_ascii=False
    )


def fingerprint(*content: Any) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def replay(key: str, print_: str) -> Written | None:
    """The original answer to an operation already done, None for a new one."""
    done = DocumentVersion.objects.filter(operation=key).first()
    if done is None:
        return None
    if done.fingerprint != print_:
        raise Conflict
    return Written(done, replayed=True, warnings=done.warnings)


def create(
    model: type[R],
    document: BaseModel,
    *,
    asked: Asked,
    patient: Patient | None = None,
    check: Check | None = None,
    **columns: Any,
) -> Written:
    """Write version 1 of a document. `columns` are those the document does not hold.

    `patient` is the row's patient; None only where the row is the patient (then `site` is given).
    `check` refuses or warns, and may add columns; a replay is answered before it, because what was
    accepted once stays accepted. Raises Conflict when the id is taken.
    """
    record_id = str(document.id)  # type: ignore[attr-defined]
    print_ = asking(model, document, patient, columns)
    key = asked.key or record_id
    if done := replay(key, print_) or _same_document(record_id, print_):
        return done
    checked = check() if check else Checked()
    new = prepare(
        model, document, asked=asked, key=key, print_=print_, patient=patient, checked=checked,
        **columns,
    )  # fmt: skip
    return _save_once(new.row, new.version, asked, key, print_, "record")


@dataclass(frozen=True)
class New:
    """A row and the history of its first version, not yet saved."""

    row: Record
    version: DocumentVersion


def prepare(
    model: type[R],
    document: BaseModel,
    *,
    asked: Asked,
    patient: Patient | None = None,
    checked: Checked,
    key: str = "",
    print_: str = "",
    **columns: Any,
) -> New:
    """Version 1 of a document and its history, ready to be saved together."""
    site: Site = patient.site if patient else columns["site"]
    # a replay is known by what was asked, not by what it was completed to
    print_ = print_ or asking(model, document, patient, columns)
    document = checked.document or document
    row = model(
        id=document.id,  # type: ignore[attr-defined]
        version=1,
        reporter=asked.reporter,
        recorded_by=asked.by,
        recorded_at=asked.at,
        written_on=civil_date(asked.at, site.time_zone),
        **_columns(model, document),
        **checked.columns,
        **columns,
    )
    if isinstance(row, PatientRecord):
        row.patient, row.time_zone = patient, site.time_zone  # type: ignore[assignment]
    version = _history(
        row, asked, key or str(row.pk), print_, "", checked.warnings, _lists(document)
    )
    return New(row, version)


def asking(
    model: type[Record], document: BaseModel, patient: Patient | None, columns: Mapping[str, Any]
) -> str:
    """The hash of what a first write asks for: a replay must ask for the same."""
    place = {name: getattr(value, "pk", value) for name, value in columns.items()}
    whose = patient and patient.pk
    sending: frozenset[str] = getattr(document, "OF_SENDING", frozenset())
    said = {name: value for name, value in plain(document).items() if name not in sending}
    return fingerprint("create", model._meta.label_lower, whose, place, said)


def create_many(new: Sequence[New], *, by: User | None, action: str, site: Site) -> None:
    """Save many first versions in one transaction, with one audit event for all of them.

    Rows must come after those they refer to. The same triggers and constraints hold as for one.
    """
    with transaction.atomic():
        save_many(new)
        patients = dict.fromkeys(one.version.patient_id for one in new)
        audit.record(by=by, action=action, patient_ids=patients, site=site)


def save_many(new: Sequence[New]) -> None:
    """The rows and their history, within a write that is audited as a whole."""
    by_model: dict[type[Record], list[Any]] = {}
    with transaction.atomic():
        DocumentVersion.objects.bulk_create([one.version for one in new])
        for one in new:
            one.row.position = one.version.position
            by_model.setdefault(type(one.row), []).append(one.row)
        for model, rows in by_model.items():
            _insert(model, rows)


def advance_many(rows: Sequence[R], *, asked: Asked, reason: str, columns: Sequence[str]) -> None:
    """Write the next version of rows of one kind whose `columns` were changed, with their history.

    For what the product itself works out within an audited write, in the transaction and under the
    lock that read the rows.
    """
    if not rows:
        return
    versions = []
    for row in rows:
        row.version += 1
        row.written_on = civil_date(asked.at, row.time_zone)  # type: ignore[attr-defined]
        key, print_ = f"{row.pk} {row.version}", fingerprint("advance", row.pk, row.version)
        versions.append(_history(row, asked, key, print_, reason, []))
    DocumentVersion.objects.bulk_create(versions)
    for row, version in zip(rows, versions, strict=True):
        row.position = version.position
    changed = ["version", "position", "written_on", *columns]
    type(rows[0])._default_manager.bulk_update(rows, changed)


def _insert(model: type[Record], rows: Sequence[Record]) -> None:
    """Insert rows without the columns that none of them fills.

    A visit has about 150 columns and fills a third: `bulk_create` would prepare them all.
    """
    fields = [
        field
        for field in model._meta.concrete_fields
        if any(getattr(row, field.attname) is not None for row in rows)
    ]
    connection = connections[router.db_for_write(model)]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column or field.name) for field in fields)
    mark = f"({', '.join(['%s'] * len(fields))})"
    most = (connection.features.max_query_params or 20_000) // len(fields)
    into = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES "
    with connection.cursor() as cursor:
        for start in range(0, len(rows), most):
            chunk = rows[start : start + most]
            values = [
                field.get_db_prep_save(getattr(row, field.attname), connection)
                for row in chunk
                for field in fields
            ]
            cursor.execute(into + ", ".join([mark] * len(chunk)), values)


def _lists(document: BaseModel) -> dict[str, Any]:
    """What becomes rows of its own, as the first answer shows it."""
    given = document.model_dump(exclude_none=True)
    return {name: value for name, value in given.items() if isinstance(value, list)}


def _same_document(record_id: str, print_: str) -> Written | None:
    """The answer to the same document sent under another key."""
    done = DocumentVersion.objects.filter(record_id=record_id, version=1).first()
    if done is None or done.fingerprint != print_:
        return None
    return Written(done, replayed=True, warnings=done.warnings)


def amend(
    row: R,
    document: BaseModel,
    *,
    asked: Asked,
    reason: str,
    expected: int,
    checked: Checked | None = None,
    deed: str = "amend",
) -> Written:
    """Write the next version of a row; `expected` is the version the edit was based on.

    `deed` is what the audit trail calls it. Raises Stale when the row has moved on, Refused
    without a reason.
    """
    content = plain(document)
    print_ = asked.fingerprint or fingerprint("amend", row.pk, reason, content)
    if asked.key and (done := replay(asked.key, print_)):
        return done
    _require_reason(reason)
    _require_own(row, asked)
    with transaction.atomic():
        current = _locked(row, expected)
        found = checked or Checked()
        given = _columns(type(current), found.document or document)
        for leaf in leaves(current.SHAPE):
            name = attname(type(current), leaf.column)
            setattr(current, name, given.get(name))
        for name, value in found.columns.items():
            setattr(current, name, value)
        return _next_version(current, asked, print_, reason, found.warnings, deed)


def enter_in_error(row: R, *, asked: Asked, reason: str, expected: int) -> Written:
    """Mark a row as entered in error: it leaves every list and chart and stays in history."""
    print_ = asked.fingerprint or fingerprint("error", row.pk, reason)
    if asked.key and (done := replay(asked.key, print_)):
        return done
    _require_reason(reason)
    _require_own(row, asked)
    with transaction.atomic():
        current = _locked(row, expected)
        current.entered_in_error = True
        return _next_version(current, asked, print_, reason, [])


def _columns(model: type[Record], document: BaseModel) -> dict[str, Any]:
    given = flatten(document.model_dump(exclude_unset=True))
    return {attname(model, column): value for column, value in given.items()}


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused.at(
            "reason", code="missing", message=_("Say why the record is being changed.")
        )


def _require_own(row: Record, asked: Asked) -> None:
    """Patients and caregivers correct what they said themselves, not what the clinic recorded."""
    if asked.reporter in {"patient", "caregiver"} and row.reporter != asked.reporter:
        message = _("The clinic recorded this: record what holds now, or ask the clinic.")
        raise Refused.at(code="not_yours", message=message)


def _locked(row: R, expected: int) -> R:
    current = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if current.version != expected:
        raise Stale(current)
    if current.entered_in_error:
        raise Refused.at(
            code="entered_in_error",
            message=_("This was marked as entered in error and stays so: record it anew."),
        )
    return current


def _next_version(
    row: R,
    asked: Asked,
    print_: str,
    reason: str,
    warnings: list[dict[str, Any]],
    deed: str = "amend",
) -> Written:
    row.version += 1
    zone = row.time_zone if isinstance(row, PatientRecord) else row.site.time_zone  # type: ignore[attr-defined]
    row.written_on = civil_date(asked.at, zone)
    # a client's key has no blank: nobody can take this one first
    key = asked.key or f"{row.pk} {row.version}"
    version = _history(row, asked, key, print_, reason, warnings)
    return _save_once(row, version, asked, key, print_, deed)


def _save_once(
    row: Record, version: DocumentVersion, asked: Asked, key: str, print_: str, deed: str
) -> Written:
    """History, row and audit event in one transaction; a lost race becomes a replay."""
    try:
        with transaction.atomic():
            version.save(force_insert=True)
            row.position = version.position
            row.save(force_insert=row.version == 1, force_update=row.version > 1)
            audit.record(
                by=asked.by,
                action=f"{row._meta.model_name}.{deed}",
                patient_id=version.patient_id,
                record_id=row.pk,
                version=row.version,
            )
        return Written(version, warnings=version.warnings)
    except IntegrityError:
        if done := replay(key, print_):
            return done
        if DocumentVersion.objects.filter(record_id=row.pk, version=row.version).exists():
            raise Conflict from None
        _refuse_taken(row)
        raise


# what must be unique beside the id: where to look and what to do
TAKEN = {
    "patient_study_number_once": (
        ("study_number",),
        _("This study number is already used: choose another."),
    ),
    "patient_record_number_once": (
        ("record_number",),
        _("A patient of this site already has this record number: check it."),
    ),
    "background_once": ((), _("This patient's background is already recorded: amend it.")),
}


def _refuse_taken(row: Record) -> None:
    for constraint in row._meta.constraints:
        if constraint.name in TAKEN:
            path, message = TAKEN[constraint.name]
            try:
                constraint.validate(type(row), row)
            except ValidationError:
                raise Refused.at(*path, code="taken", message=message) from None


def _history(
    row: Record,
    asked: Asked,
    key: str,
    print_: str,
    reason: str,
    warnings: list[dict[str, Any]],
    lists: Mapping[str, Any] = MappingProxyType({}),
) -> DocumentVersion:
    """The history of the row as it is about to be saved."""
    shown = row.content()
    content = json.loads(canonical(shown | {"derived": {**shown["derived"], **lists}}))
    patient_id = row.patient_id if isinstance(row, PatientRecord) else row.pk
    return DocumentVersion(
        table=row._meta.label_lower,
        record_id=row.pk,
        version=row.version,
        patient_id=patient_id,
        content=content,
        by=asked.by,
        at=asked.at,
        reason=reason,
        hash=fingerprint(row.pk, row.version, content, asked.by and asked.by.pk, asked.at, reason),
        operation=key,
        fingerprint=print_,
        warnings=warnings,
    )
