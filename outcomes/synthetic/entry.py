"""Enters a made-up course through the same actions as a clinician's entry."""

from django.db import transaction

from outcomes.actions.diary import record_entry
from outcomes.documents.diary import DiaryDocument
from outcomes.published import enter_documents
from outcomes.synthetic.assembly import Course
from patients import actions
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.models import Patient, Site, User
from patients.records import Asked


@transaction.atomic
def enter(case: Course, *, site: Site, asked: Asked, user: User | None = None) -> Patient:
    """Record the course one document at a time (`outcomes.actions.bulk` enters many at once).

    Raises Refused (what is wrong and what to do) like each of the actions.
    """
    actions.enrol(document=read(PatientDocument, case.patient), site=site, asked=asked, user=user)
    patient = Patient.objects.select_related("site").get(pk=case.patient["id"])
    for entry in case.diary:
        _report(patient, entry["reporter"], read(DiaryDocument, entry["document"]))
    enter_documents(patient, case.documents, asked)
    return patient


def _report(patient: Patient, reporter: str, document: DiaryDocument) -> None:
    """As if it had come from a phone when it says so; the documents that follow draw what follows.

    Only the patient's own sign-in is known here.
    """
    by = patient.user if reporter == "patient" else None
    asked = Asked(by=by, at=document.device_sent_at, reporter=reporter)
    record_entry(patient=patient, document=document, asked=asked)
