"""A visit and what changes in the drugs at it, together: both are recorded, or neither."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from outcomes.actions.medications import change_course, plain_course, stop_course
from outcomes.actions.unchanged import Seen
from outcomes.documents.medication import CourseDocument
from outcomes.documents.visit import VisitDocument
from outcomes.kinds import BY_PATH
from outcomes.models import MedicationCourse
from outcomes.rules.text import gettext_noop as _
from patients.documents.base import Refused, read
from patients.models import Patient
from patients.records import Asked, Stale, Written

MEDICATION = "medication"
# said anew with another dose: what is left out then is not recorded, and no unit stays by itself
DOSE = ("dose", "dose_unit", "times_per_day")


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A course stops at the visit, for a coded reason."""

    course: MedicationCourse
    expected: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class NewDose:
    """A course goes on in another dose: `given` are the fields that change, under a new `id`."""

    course: MedicationCourse
    expected: int
    given: dict[str, Any]


Change = Stop | NewDose


@transaction.atomic
def record_visit_with_drugs(
    *,
    patient: Patient,
    document: VisitDocument,
    seen: Seen,
    changes: Sequence[Change],
    asked: Asked,
) -> Written:
    """Record a visit and, of its day, the changes of drugs; sent again it changes nothing.

    Raises Refused; the problems of a drug begin with "medication" and the id of its course.
    """
    written = BY_PATH["visits"].record(patient=patient, document=document, asked=asked, seen=seen)
    warnings = list(written.warnings)
    for change in changes:
        warnings += _changed(change, document, asked)
    return replace(written, warnings=warnings)


def _changed(change: Change, visit: VisitDocument, asked: Asked) -> list[dict[str, Any]]:
    place = (MEDICATION, str(change.course.pk))
    try:
        if visit.date is None:
            raise Refused.at(code="no_date", message=NO_DATE)
        done = _apply(change, visit.id, visit.date, asked)
    except Stale:
        raise Refused.at(*place, code="stale", message=MOVED) from None
    except Refused as refused:
        raise Refused([_within(place, problem) for problem in refused.problems]) from refused
    return [_within(place, warning) for warning in done.warnings]


NO_DATE = _("Give the date of the visit: the drug changes on that day.")
MOVED = _("This drug was changed meanwhile: look at it again, then say what changes.")


def _apply(change: Change, visit_id: UUID, on: dt.date, asked: Asked) -> Written:
    row, expected = change.course, change.expected
    if isinstance(change, Stop):
        # no client can take a key with a blank
        own = replace(asked, key=f"{visit_id} {row.pk}", fingerprint="")
        return stop_course(row=row, on=on, reason_code=change.reason, expected=expected, asked=own)
    document = read(CourseDocument, plain_course_of(row) | change.given)
    own = replace(asked, key="", fingerprint="")
    return change_course(row=row, document=document, on=on, expected=expected, asked=own)


def plain_course_of(row: MedicationCourse) -> dict[str, Any]:
    """What goes on as it is: the drug and how it is taken, not its dose and its end."""
    course = plain_course(read(CourseDocument, row.document()))
    return {k: v for k, v in course.items() if k not in {"stop", "stop_reason", "doses", *DOSE}}


def _within(place: tuple[str, ...], told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "path": (*place, *told["path"])}
