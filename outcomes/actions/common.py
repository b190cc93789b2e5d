"""What every write of this room looks at."""

import datetime as dt
from typing import Any

from patients.models import Patient
from patients.models.columns import flatten
from patients.models.record import civil_date
from patients.plausible import refuse_impossible_dates
from patients.records import Asked

Warnings = list[dict[str, Any]]


def warning(*path: str, code: str, message: str, **values: Any) -> dict[str, Any]:
    """Something to look at twice; `message` is a template marked for translation."""
    return {"path": list(path), "code": code, "message": message, "values": values}


def today(patient: Patient, asked: Asked) -> dt.date:
    return civil_date(asked.at, patient.site.time_zone)


def refuse_dates(patient: Patient, document: Any, asked: Asked) -> None:
    refuse_impossible_dates(
        patient,
        flatten(document.model_dump(exclude_unset=True)),
        today=today(patient, asked),
        names={"date": "date", "date_lower": "date_lower"},
    )
