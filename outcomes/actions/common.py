"""What every write of this room looks at."""

import datetime as dt
from typing import Any

from outcomes.readings import surgery
from outcomes.rules import timing
from outcomes.rules.values import Answer, Moment
from patients.documents.base import Refused, moment
from patients.models import Patient
from patients.models.columns import flatten
from patients.models.record import civil_date
from patients.plausible import FUTURE, refuse_impossible_dates
from patients.records import Asked

Warnings = list[dict[str, Any]]


def warning(*path: str, code: str, message: str, **values: Any) -> dict[str, Any]:
    """Something to look at twice; `message` is a template marked for translation."""
    return {"path": list(path), "code": code, "message": message, "values": values}


def today(patient: Patient, asked: Asked) -> dt.date:
    return civil_date(asked.at, patient.site.time_zone)


def refuse_dates(patient: Patient, document: Any, asked: Asked, *more: str) -> None:
    """Refuse what is certainly in the future or before birth, by its date or by its day count."""
    columns = flatten(document.model_dump(exclude_unset=True))
    names = {name: name for name in ("date", "date_lower", *more)}
    now = today(patient, asked)
    refuse_impossible_dates(patient, columns, today=now, names=names)
    if columns.get("timing_anchor"):
        refuse_future_day(patient, moment(columns), now)


def refuse_future_day(patient: Patient, when: Moment, now: dt.date) -> None:
    """Refuse a day count that ends certainly after today."""
    anchors = surgery(patient).anchors
    if timing.is_after(when, Moment(date=now), anchors=anchors) is Answer.YES:
        raise Refused.at("timing", code="future", message=FUTURE, today=now.isoformat())
