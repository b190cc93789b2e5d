"""Writing the rows of a file that are new or correct something: by the actions of one result."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from outcomes.actions import lab_identity, laboratory
from outcomes.actions.consequences import draw
from outcomes.actions.lab_judging import Candidate, Judge, told
from outcomes.models import LabImport, LabImportRow, LabResult
from outcomes.rules.text import gettext_noop as _
from patients.documents.base import Refused, read
from patients.models import Patient
from patients.records import Asked, Conflict, Stale

REASON = _("corrected by the laboratory")
MEANWHILE = _("The record changed while this row was imported: import the file again.")
NOT_STORED = _("This result cannot be stored: check its values and its date.")


def write(batch: LabImport, rows: Sequence[LabImportRow], asked: Asked) -> None:
    """Judge the rows anew and write those that still hold; within the caller's transaction."""
    # one import at a time per patient, so that of two at once the later sees the earlier
    people = {row.patient_id for row in rows if row.patient_id}
    list(Patient.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
         .filter(pk__in=people).values_list("pk"))  # fmt: skip
    before = {row.pk: _kept(row) for row in rows}
    written = {c.patient.pk for c in Judge(batch, asked).judge(rows) if _record(c, asked)}
    if written:
        draw(list(written), asked)
    as_foreseen = [row for row in rows if before[row.pk] == _kept(row)]
    for outcome in {row.outcome for row in as_foreseen}:
        some = [row.pk for row in as_foreseen if row.outcome == outcome]
        LabImportRow.objects.filter(pk__in=some).update(outcome=outcome)
    others = [row for row in rows if before[row.pk] != _kept(row)]
    LabImportRow.objects.bulk_update(others, ["outcome", "record_id", "problems", "warnings"])


def _kept(row: LabImportRow) -> tuple[Any, ...]:
    return row.record_id, row.problems, row.warnings


def _record(found: Candidate, asked: Asked) -> bool:
    """Write one row through the action of a single result; whether it was written."""
    row = found.row
    try:
        if row.outcome == "corrects":
            _correct(found, asked)
        else:
            laboratory.record_lab(patient=found.patient, document=found.document, asked=asked)
    except Refused as refused:
        row.problems = [told(p["code"], p["message"], **p["values"]) for p in refused.problems]
    except (Conflict, Stale):
        row.problems = [told("meanwhile", MEANWHILE)]
    except IntegrityError:
        row.problems = [told("not_stored", NOT_STORED)]
    else:
        row.outcome = "corrected" if row.outcome == "corrects" else "added"
        return True
    row.outcome = "refused"
    return False


def _correct(found: Candidate, asked: Asked) -> None:
    """The laboratory's correction on top of what is recorded; what it does not speak of stays."""
    results = LabResult.objects.select_related("patient__site")
    current = results.get(pk=found.row.record_id or found.id)
    key = lab_identity.correction_key(current.pk, found.content, found.document.unit or "")
    says = found.document.model_dump(exclude_unset=True, exclude={"id"})
    document = read(type(found.document), _as_sent(current.document() | says))
    laboratory.amend_lab(
        row=current,
        document=document,
        reason=REASON,
        expected=current.version,
        asked=Asked(by=asked.by, at=asked.at, key=key, reporter=asked.reporter),
    )


def _as_sent(document: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value
            for name, value in document.items()}  # fmt: skip
