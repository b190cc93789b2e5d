"""Reading imports of results: whose they are, how far they are, and their rows."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from outcomes.models import LabImport, LabImportRow
from patients import audit
from patients.access import load_for, sites_with_patients_for
from patients.models import Patient, Site, User
from patients.roles import Permission

PERMISSION = Permission.RECORD_OBSERVATION
# what the summary of a file counts, in this order
OUTCOMES = ("new", "corrects", "added", "corrected", "known", "refused")


def sites_to_import_for(user: User) -> QuerySet[Site]:
    return sites_with_patients_for(user, PERMISSION)


def load_import_for(user: User, import_id: UUID, patient_id: UUID | None = None) -> LabImport:
    """An import that the user has sent and may still see; anybody else's is not there (404)."""
    own = LabImport.objects.filter(pk=import_id, owner=user).defer("content")
    if patient_id is not None:
        own = own.filter(patient=patient_id)
    batch = own.select_related("site", "patient", "owner").first()
    if batch is None:
        raise Http404
    if batch.patient_id:
        batch.patient = load_for(user, PERMISSION, batch.patient_id)
    elif not sites_to_import_for(user).filter(pk=batch.site_id).exists():
        raise Http404
    return batch


def imports_of(user: User, patient: Patient | None = None) -> QuerySet[LabImport]:
    """The imports that the user has sent, the latest first; of one patient, or of sites."""
    mine = LabImport.objects.filter(owner=user, patient=patient).defer("content")
    if patient is None:
        mine = mine.filter(site__in=sites_to_import_for(user))
    return mine.select_related("site").order_by("-created_at", "pk")


def rows_of(batch: LabImport, *outcomes: str) -> QuerySet[LabImportRow]:
    rows = batch.rows.select_related("patient").order_by("position")
    return rows.filter(outcome__in=outcomes) if outcomes else rows


def audit_seen(user: User, batch: LabImport, what: str, rows: Iterable[LabImportRow] = ()) -> None:
    """One event for looking at a file: about its patient, or those whose rows are shown."""
    about: dict[str, Any] = {"patient_id": batch.patient_id}
    if batch.patient_id is None:
        people = dict.fromkeys(row.patient_id for row in rows if row.patient_id)
        about = {"patient_ids": people, "site": batch.site}
    audit.record(by=user, action=f"lab_import.{what}", record_id=batch.pk, **about)
