"""Enters a made-up course through the same actions as a clinician's entry."""

from django.db import transaction
from django.utils import timezone

from outcomes.actions import surgery
from outcomes.published import enter_documents
from outcomes.synthetic.assembly import Course
from patients import actions
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.documents.surgery import ProcedureDocument
from patients.models import Patient, Site, User
from patients.records import Asked


@transaction.atomic
def enter(
    case: Course, *, site: Site, by: User, operator: User | None, user: User | None
) -> Patient:
    """Record the course one document at a time; `operator` did the operations at this site.

    Raises Refused (what is wrong and what to do) like each of the actions.
    """
    asked = Asked(by=by, at=timezone.now())
    actions.enrol(document=read(PatientDocument, case.patient), site=site, asked=asked, user=user)
    patient = Patient.objects.select_related("site").get(pk=case.patient["id"])
    for entry in case.documents:
        if entry["kind"] != "procedures":
            enter_documents(patient, [entry], asked)
            continue
        document = read(ProcedureDocument, entry["document"])
        here = document.kind != "cement" and not document.elsewhere
        surgery.record_procedure(
            patient=patient, document=document, asked=asked, operator=operator if here else None
        )
    return patient
