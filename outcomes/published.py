"""Enters a published case as a patient, through the same actions as a clinician's entry."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from outcomes.actions import laboratory, medications, surgery, visits
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.medication import CourseDocument
from outcomes.documents.visit import VisitDocument
from patients import actions
from patients.documents import people
from patients.documents import surgery as operations
from patients.documents.base import read
from patients.models import Patient, Site
from patients.records import Asked

FOLDER = Path(__file__).parent / "reference" / "published"

WRITES: dict[str, tuple[Any, Any]] = {
    "procedures": (operations.ProcedureDocument, surgery.record_procedure),
    "milestones": (people.MilestoneDocument, actions.record),
    "consents": (people.ConsentDocument, actions.record),
    "background": (operations.BackgroundDocument, surgery.record),
    "bone-density": (operations.BoneDensityDocument, surgery.record),
    "imaging": (operations.ImagingDocument, surgery.record),
    "complications": (operations.ComplicationDocument, surgery.record),
    "visits": (VisitDocument, visits.record_visit),
    "labs": (LabDocument, laboratory.record_lab),
    "medications": (CourseDocument, medications.prescribe),
    "contact-attempts": (people.ContactAttemptDocument, actions.record),
    "losses": (people.LossToFollowUpDocument, actions.record),
    "transfers": (people.TransferDocument, actions.record),
}


@cache
def case(study_number: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FOLDER / f"{study_number}.json").read_text("utf-8"))
    return data


@transaction.atomic
def enter(study_number: str, *, site: Site, asked: Asked) -> Patient:
    """Enrol the published person and record every document; a second time changes nothing."""
    data = case(study_number)
    asked = replace(asked, reporter="import")
    actions.enrol(document=read(people.PatientDocument, data["patient"]), site=site, asked=asked)
    patient = Patient.objects.select_related("site").get(pk=UUID(data["patient"]["id"]))
    enter_documents(patient, data["documents"], asked)
    return patient


def enter_documents(patient: Patient, documents: list[dict[str, Any]], asked: Asked) -> None:
    for entry in documents:
        shape, write = WRITES[entry["kind"]]
        write(patient=patient, document=read(shape, entry["document"]), asked=asked)
