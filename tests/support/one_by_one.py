"""Courses entered one document at a time, as a clinician and a phone would enter them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction

from outcomes.actions import consequences
from outcomes.actions.bulk import Case
from outcomes.actions.diary import record_entry
from outcomes.documents.diary import DiaryDocument
from outcomes.kinds import BY_PATH
from patients import actions
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.models import Patient, Site, User
from patients.records import Asked


@transaction.atomic
def enter(case: Case, *, site: Site, asked: Asked, user: User | None = None) -> Patient:
    """A person with their course, each document with its consequences."""
    actions.enrol(document=read(PatientDocument, case.patient), site=site, asked=asked, user=user)
    patient = Patient.objects.select_related("site").get(pk=case.patient["id"])
    for entry in getattr(case, "diary", ()):
        reporter, document = entry["reporter"], read(DiaryDocument, entry["document"])
        by = user if reporter == "patient" else None
        told = Asked(by=by, at=document.device_sent_at, reporter=reporter)
        record_entry(patient=patient, document=document, asked=told)
    enter_documents(patient, case.documents, asked)
    return patient


def enter_documents(patient: Patient, documents: list[dict[str, Any]], asked: Asked) -> None:
    for entry in documents:
        kind = BY_PATH[entry["kind"]]
        kind.record(patient=patient, document=read(kind.shape, entry["document"]), asked=asked)


@contextmanager
def consequences_at_the_end(asked: Asked) -> Iterator[None]:
    """What follows is looked at once, for tests that are about something else."""
    draw, patients = consequences.draw, dict[UUID, None]()

    def later(patient_ids: Sequence[UUID], _asked: Asked) -> None:
        patients.update(dict.fromkeys(patient_ids))

    consequences.draw = later
    try:
        yield
    finally:
        consequences.draw = draw
    draw(list(patients), asked)


def enter_at_once(patient: Patient, documents: list[dict[str, Any]], asked: Asked) -> None:
    """The documents, and what follows from all of them together."""
    with consequences_at_the_end(asked):
        enter_documents(patient, documents, asked)
