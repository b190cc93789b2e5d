"""The kinds of document a patient has: where they live, who writes them, by which action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from outcomes.actions import laboratory, medications, surgery, visits
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.documents.visit import VisitDocument
from outcomes.models import LabResult, MedicationCourse, MedicationDose, Visit
from patients import actions
from patients.documents import people
from patients.documents import surgery as operations
from patients.models import (
    Background,
    BoneDensity,
    Complication,
    Consent,
    ContactAttempt,
    Imaging,
    LossToFollowUp,
    Milestone,
    Procedure,
    Transfer,
)
from patients.records import Written
from patients.roles import Permission


@dataclass(frozen=True)
class Kind:
    """`path` is the last part of the address; `record` and `amend` are the actions."""

    path: str
    name: str
    model: type[Any]
    shape: type[BaseModel]
    permission: Permission
    record: Callable[..., Written]
    amend: Callable[..., Written]


# recorded under its course, so it has no list of its own
DOSE = Kind(
    "doses",
    "dose",
    MedicationDose,
    DoseDocument,
    Permission.PRESCRIBE,
    medications.give_dose,
    medications.amend_dose,
)

OBSERVE, SURGERY = Permission.RECORD_OBSERVATION, Permission.RECORD_SURGERY

KINDS = (
    Kind("visits", "visit", Visit, VisitDocument, OBSERVE, visits.record_visit, visits.amend_visit),
    Kind("labs", "lab", LabResult, LabDocument, OBSERVE, laboratory.record_lab,
         laboratory.amend_lab),
    Kind("medications", "medication", MedicationCourse, CourseDocument, Permission.PRESCRIBE,
         medications.prescribe, medications.amend_course),
    Kind("procedures", "procedure", Procedure, operations.ProcedureDocument, SURGERY,
         surgery.record_procedure, surgery.amend_procedure),
    Kind("complications", "complication", Complication, operations.ComplicationDocument, SURGERY,
         surgery.record, surgery.amend),
    Kind("imaging", "imaging", Imaging, operations.ImagingDocument, SURGERY,
         surgery.record, surgery.amend),
    Kind("bone-density", "bone_density", BoneDensity, operations.BoneDensityDocument, SURGERY,
         surgery.record, surgery.amend),
    Kind("background", "background", Background, operations.BackgroundDocument, SURGERY,
         surgery.record, surgery.amend),
    Kind("milestones", "milestone", Milestone, people.MilestoneDocument, SURGERY,
         actions.record, actions.amend),
    Kind("consents", "consent", Consent, people.ConsentDocument, Permission.MANAGE_CONSENT,
         actions.record, actions.amend),
    Kind("transfers", "transfer", Transfer, people.TransferDocument, Permission.MANAGE_CARE,
         actions.record, actions.amend),
    Kind("contact-attempts", "contact_attempt", ContactAttempt, people.ContactAttemptDocument,
         Permission.MANAGE_CARE, actions.record, actions.amend),
    Kind("losses", "loss_to_follow_up", LossToFollowUp, people.LossToFollowUpDocument,
         Permission.MANAGE_CARE, actions.record, actions.amend),
)  # fmt: skip
