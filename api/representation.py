"""How a record is shown: its document with its version and how it came about."""

from functools import cache
from types import NoneType
from typing import Any, get_args
from uuid import UUID

from pydantic import BaseModel

from api.errors import told
from patients.models import DocumentVersion, Patient, Record
from patients.records import Written, fingerprint


def row(record: Record) -> dict[str, Any]:
    """A current record as the API shows it."""
    patient = _patient(record)
    return _shown(type(record), record.pk, record.version, patient, record.content(), [])


def written(model: type[Record], outcome: Written, patient: Patient) -> dict[str, Any]:
    """The answer to a write, the same however often it is asked for."""
    version: DocumentVersion = outcome.version
    return _shown(
        model,
        version.record_id,
        version.version,
        patient,
        version.content,
        outcome.warnings,
    )


def etag(version: int, content: dict[str, Any]) -> str:
    """Strong: it changes with everything that is shown, also a dose given later."""
    return f'"{version}-{fingerprint(content)[:20]}"'


def current_etag(record: Record) -> str:
    return etag(record.version, record.content())


def _patient(record: Record) -> Patient:
    return record if isinstance(record, Patient) else record.patient  # type: ignore[attr-defined]


def _shown(
    model: type[Record],
    record_id: UUID,
    version: int,
    patient: Patient,
    content: dict[str, Any],
    warnings: list[dict[str, Any]],
) -> dict[str, Any]:
    shown = dict.fromkeys(_nullable(model.SHAPE)) | content["document"] | content["derived"]
    shown |= {
        "id": record_id,
        "version": version,
        "entered_in_error": content["entered_in_error"],
        "reporter": content["reporter"],
        "recorded_at": content["recorded_at"],
        "recorded_by": content["recorded_by"],
        "warnings": [told(w) for w in warnings],
    }
    if record_id == patient.pk:
        return shown
    # so that no record of a made-up person can be taken for a real one
    return shown | {"patient": patient.pk, "origin": patient.origin}


@cache
def _nullable(shape: type[BaseModel]) -> tuple[str, ...]:
    """Fields that are null, rather than left out, where nothing is known."""
    return tuple(
        name for name, field in shape.model_fields.items() if NoneType in get_args(field.annotation)
    )
