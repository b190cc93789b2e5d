"""Courses of a drug, and the doses given."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import transaction

from outcomes.actions.common import (
    Known,
    Warnings,
    asked_about,
    refuse_dates,
    warning,
)
from outcomes.actions.consequences import following
from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.models import MedicationCourse, MedicationDose
from outcomes.reference import drugs
from outcomes.rules.doubts import order
from outcomes.rules.medication_safety.names import alike, codes_by_name, contradicts, unclear
from outcomes.rules.text import gettext_noop as _
from patients import records
from patients.documents.base import Refused, moment, read
from patients.models import Patient
from patients.models.columns import flatten
from patients.plausible import refuse_impossible_dates
from patients.records import Asked, Checked, Written


@transaction.atomic
def prescribe(*, patient: Patient, document: CourseDocument, asked: Asked) -> Written:
    """Record a course of a drug, with the doses already given."""

    def check() -> Checked:
        return check_course(Known(patient, asked), document)

    outcome = records.create(MedicationCourse, document, asked=asked, patient=patient, check=check)
    if not outcome.replayed:
        course = MedicationCourse.objects.get(pk=outcome.version.record_id)
        for dose in document.doses or ():
            # the key is the course's own: a dose given with it goes by its id
            own = replace(asked, key="")
            give_dose(patient=patient, course=course, document=dose, asked=own)
    return outcome


def amend_course(
    *, row: MedicationCourse, document: CourseDocument, reason: str, expected: int, asked: Asked
) -> Written:
    if document.doses:
        raise Refused.at(
            "doses", code="doses", message=_("Add or change doses one by one at their own address.")
        )
    checked = check_course(Known(row.patient, asked), document)
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


@transaction.atomic
def _stop_course(
    *,
    row: MedicationCourse,
    on: dt.date,
    reason_code: str,
    note: str | None = None,
    expected: int,
    asked: Asked,
) -> Written:
    """Stop a course from `on`, with a coded reason; a note is added to the course's own.

    A course that is stopped already is refused: amend it. Raises Stale as an amendment does.
    """
    print_ = records.fingerprint("stop", row.pk, on, reason_code, note)
    if asked.key and (done := records.replay(asked.key, print_)):
        return done
    if row.stop is not None:
        message = _("This course is stopped already, on {date}: correct it instead.")
        raise Refused.at("stop", code="stopped", message=message, date=row.stop.isoformat())
    changes: dict[str, Any] = {"stop": on, "stop_reason": reason_code}
    if note:
        changes["note"] = " ".join(filter(None, (row.note, note)))
    document = read(CourseDocument, row.document() | changes)
    checked = check_course(Known(row.patient, asked), document)
    # why the record changes is why the drug stops
    return records.amend(
        row, document, asked=replace(asked, fingerprint=print_), reason=f"stop: {reason_code}",
        expected=expected, checked=checked,
    )  # fmt: skip


@transaction.atomic
def _change_course(
    *,
    row: MedicationCourse,
    document: CourseDocument,
    on: dt.date,
    reason_code: str = "switched",
    expected: int,
    asked: Asked,
) -> Written:
    """Go on from `on` as `document` says: a course of its own, and `row` stopped on that day.

    The answer is that of the new course, whose id the client made: sent again it changes nothing.
    """
    new = read(CourseDocument, plain_course(document) | {"start": on})
    if new.id == row.pk:
        raise Refused.at(
            "id", code="same_id", message=_("A change of dose is a new course: give it a new id.")
        )
    written = prescribe(patient=row.patient, document=new, asked=asked)
    if not written.replayed:
        # the key is the new course's own
        own = replace(asked, key="", fingerprint="")
        _stop_course(row=row, on=on, reason_code=reason_code, expected=expected, asked=own)
    return written


def plain_course(document: CourseDocument) -> dict[str, Any]:
    """What was said of a course, without when it was taken."""
    return document.model_dump(exclude_unset=True, exclude={"start", "timing"})


stop_course = following(_stop_course)
change_course = following(_change_course)


def give_dose(
    *, patient: Patient, course: MedicationCourse, document: DoseDocument, asked: Asked
) -> Written:
    """Record one administered dose of a course."""

    def check() -> Checked:
        return check_dose(Known(patient, asked), document, course=course)

    return records.create(
        MedicationDose, document, asked=asked, patient=patient, check=check, course=course
    )


def amend_dose(
    *, row: MedicationDose, document: DoseDocument, reason: str, expected: int, asked: Asked
) -> Written:
    checked = check_dose(Known(row.patient, asked), document, course=row.course)
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


def check_dose(known: Known, document: DoseDocument, *, course: MedicationCourse) -> Checked:
    """What is wrong or odd about a dose: before its drug starts, after it stops or after death."""
    refuse_dates(known, document)
    when = moment(flatten(document.model_dump(exclude_unset=True)))
    return Checked(
        asked_about(
            [
                *order.dose(when, {"start": course.start, "stop": course.stop}),
                *order.after_death(when, known.patient.died_on),
            ]
        )
    )


def check_course(known: Known, document: CourseDocument) -> Checked:
    """What is wrong or odd about a course: impossible dates, a code of another drug."""
    columns: dict[str, Any] = {"start": document.start, "stop": document.stop}
    now, names = known.today, {"start": "start", "stop": "stop"}
    past = {name: value for name, value in columns.items() if value and value <= now}
    refuse_impossible_dates(known.patient, past, today=now, names=names)
    warnings = _other_drug(document) + _no_drug_we_know(document)
    if document.start and document.start > now:
        message = _("This starts in the future: check the date.")
        warnings.append(warning("start", code="future", message=message))
    return Checked(warnings)


def _other_drug(document: CourseDocument) -> Warnings:
    """Ask when the ATC code belongs to another drug that we know; a group holds its drugs."""
    other = _known_otherwise(document.drug, document.atc or "")
    if other is None:
        return []
    message = _("ATC {atc} and {drug} are not the same drug: the code of {inn} is {known}.")
    inn, known = other
    values = {"atc": document.atc, "drug": document.drug, "inn": inn, "known": known}
    return [warning("atc", code="other_drug", message=message, **values)]


def _no_drug_we_know(document: CourseDocument) -> Warnings:
    """Ask about a name that is no drug we know, as long as it is taken; never correct it."""
    if document.stop is not None or not unclear(document.drug, document.atc or ""):
        return []
    near = alike(document.drug)
    values = {"names": ", ".join(near)} if near else {}
    return [warning("drug", code="unknown_drug", message=NEAR if near else UNKNOWN, **values)]


UNKNOWN = _(
    "Not a name we know: check the spelling or give the ATC code. Nothing can be checked for it."
)
NEAR = _(
    "Not a name we know. Did you mean {names}? Check the spelling or give the ATC code: until "
    "then nothing can be checked for it."
)


def _known_otherwise(name: str, atc: str) -> tuple[str, str] | None:
    """The drug whose code is not as given, with its code: the one named, else that of the code."""
    if contradicts(name, atc):
        return name.strip(), codes_by_name(name)[0]
    coded = next((drug for drug in drugs().values() if drug.atc == atc), None)
    if coded is None or coded.atc in codes_by_name(name):
        return None
    return coded.inn, coded.atc
