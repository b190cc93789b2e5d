"""What is certainly wrong about a document's dates, whatever its subject."""

import datetime as dt
from typing import Any

from patients.documents.base import Refused
from patients.models import Patient
from patients.text import gettext_noop as _


def refuse_impossible_dates(
    patient: Patient, columns: dict[str, Any], *, today: dt.date, names: dict[str, str]
) -> None:
    """Refuse dates in the future or before birth; `names` maps a column to its field's name.

    Raises Refused.
    """
    problems = []
    for column, name in names.items():
        value = columns.get(column)
        if value is None:
            continue
        if value > today:
            problems.append(_problem(name, "future", FUTURE, today=today.isoformat()))
        if (born := _earliest_birth(patient)) and value < born:
            problems.append(_problem(name, "before_birth", BEFORE_BIRTH, birth=born.isoformat()))
    if problems:
        raise Refused(problems)


FUTURE = _("This is in the future: give the day it happened, at most {today}.")
BEFORE_BIRTH = _("This is before the patient was born ({birth}): check the year.")


def _earliest_birth(patient: Patient) -> dt.date | None:
    if patient.birth_date:
        return patient.birth_date
    return dt.date(patient.birth_year, 1, 1) if patient.birth_year else None


def _problem(name: str, code: str, message: str, **values: Any) -> dict[str, Any]:
    return {"path": (name,), "code": code, "message": message, "values": values}
