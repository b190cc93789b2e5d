"""Courses of a drug, and the doses given."""

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
from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.models import MedicationCourse, MedicationDose
from outcomes.reference import drugs
from outcomes.rules.doubts import order
from outcomes.rules.text import gettext_noop as _
from patients import records
from patients.documents.base import Refused, moment
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
    warnings = _other_drug(document)
    if document.start and document.start > now:
        message = _("This starts in the future: check the date.")
        warnings.append(warning("start", code="future", message=message))
    return Checked(warnings)


def _other_drug(document: CourseDocument) -> Warnings:
    """Ask when the ATC code belongs to another drug that we know; a group holds its drugs."""
    name, code = document.drug.strip().lower(), document.atc
    for drug in drugs().values():
        same_name = drug.inn.lower() == name
        differs = not drug.atc.startswith(code or "") if same_name else drug.atc == code
        if differs:
            message = _("ATC {atc} and {drug} are not the same drug: the code of {inn} is {known}.")
            return [
                warning(
                    "atc",
                    code="other_drug",
                    message=message,
                    atc=document.atc,
                    drug=document.drug,
                    inn=drug.inn,
                    known=drug.atc,
                )
            ]
    return []
