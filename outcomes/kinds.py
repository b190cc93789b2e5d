"""The kinds of document a patient has: where they live, who writes them, by which action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from outcomes.actions import diary, laboratory, medications, milestones, surgery, visits
from outcomes.actions.common import Known
from outcomes.actions.consequences import enter_in_error, following
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.documents.visit import VisitDocument
from outcomes.models import DiaryEntry, LabResult, MedicationCourse, MedicationDose, Visit
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
    Patient,
    Procedure,
    Transfer,
)
from patients.records import Checked, Written
from patients.roles import Permission


@dataclass(frozen=True)
class Kind:
    """`path` is the last part of the address; `record` and `amend` are the actions.

    `check` is what `record` asks of a document before it is written; of a dose with its `course`.
    `withdraw` marks a document as entered in error.
    """

    path: str
    name: str
    model: type[Any]
    shape: type[BaseModel]
    permission: Permission
    record: Callable[..., Written]
    amend: Callable[..., Written]
    check: Callable[..., Checked]
    withdraw: Callable[..., Written] = enter_in_error

    def __post_init__(self) -> None:
        # every write of every kind draws its consequences
        object.__setattr__(self, "record", following(self.record))
        object.__setattr__(self, "amend", following(self.amend))


def _about_care(known: Known, document: Any) -> Checked:
    return actions.check_dates(known.patient, document, known.today)


def _about_person(known: Known, document: Any) -> Checked:
    return actions.check_patient(document, known.today)


def _amend_person(*, row: Any, **more: Any) -> Written:
    return actions.amend_patient(patient=row, **more)


OBSERVE, SURGERY = Permission.RECORD_OBSERVATION, Permission.RECORD_SURGERY
CARE, PRESCRIBE = Permission.MANAGE_CARE, Permission.PRESCRIBE

# recorded under its course, so it has no list of its own
DOSE = Kind("doses", "dose", MedicationDose, DoseDocument, PRESCRIBE,
            medications.give_dose, medications.amend_dose, medications.check_dose)  # fmt: skip

# reported from phones, so it has pages of its own; whoever may only report reads what they said
DIARY = Kind("diary", "diary_entry", DiaryEntry, DiaryDocument, Permission.RECORD_DIARY,
             diary.record_entry, diary.amend_entry, diary.check_entry,
             following(diary.take_back))  # fmt: skip

# the person themself: enrolled at a site, so with an address of their own
PERSON = Kind("patients", "patient", Patient, people.PatientDocument, CARE,
              actions.enrol, _amend_person, _about_person)  # fmt: skip

KINDS = (
    Kind("visits", "visit", Visit, VisitDocument, OBSERVE,
         visits.record_visit, visits.amend_visit, visits.check_visit),
    Kind("labs", "lab", LabResult, LabDocument, OBSERVE,
         laboratory.record_lab, laboratory.amend_lab, laboratory.check_lab),
    Kind("medications", "medication", MedicationCourse, CourseDocument, PRESCRIBE,
         medications.prescribe, medications.amend_course, medications.check_course),
    Kind("procedures", "procedure", Procedure, operations.ProcedureDocument, SURGERY,
         surgery.record_procedure, surgery.amend_procedure, surgery.check_procedure),
    Kind("complications", "complication", Complication, operations.ComplicationDocument, SURGERY,
         surgery.record, surgery.amend, surgery.check_plain),
    Kind("imaging", "imaging", Imaging, operations.ImagingDocument, SURGERY,
         surgery.record, surgery.amend, surgery.check_plain),
    Kind("bone-density", "bone_density", BoneDensity, operations.BoneDensityDocument, SURGERY,
         surgery.record, surgery.amend, surgery.check_plain),
    Kind("background", "background", Background, operations.BackgroundDocument, SURGERY,
         surgery.record, surgery.amend, surgery.check_plain),
    Kind("milestones", "milestone", Milestone, people.MilestoneDocument, SURGERY,
         milestones.record, milestones.amend, milestones.check),
    Kind("consents", "consent", Consent, people.ConsentDocument, Permission.MANAGE_CONSENT,
         actions.record, actions.amend, _about_care),
    Kind("transfers", "transfer", Transfer, people.TransferDocument, CARE,
         actions.record, actions.amend, _about_care),
    Kind("contact-attempts", "contact_attempt", ContactAttempt, people.ContactAttemptDocument, CARE,
         actions.record, actions.amend, _about_care),
    Kind("losses", "loss_to_follow_up", LossToFollowUp, people.LossToFollowUpDocument, CARE,
         actions.record, actions.amend, _about_care),
)  # fmt: skip
BY_PATH = {kind.path: kind for kind in KINDS}
