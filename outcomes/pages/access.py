"""Who opened or changed a record: for the patient, and for the clinicians who may open it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outcomes import event_words, words
from outcomes.pages import page, reader
from outcomes.pages.administration import told
from outcomes.pages.bases import base_about
from patients import audit, trail
from patients.access import holds, load_for
from patients.models import AuditEvent, Patient, User
from patients.roles import Permission

PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    when: str
    who: str
    role: str
    what: str


@require_safe
@page
def access(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Who opened or changed one record, newest first."""
    user = reader(request)
    patient = load_for(user, Permission.SEE_ACCESS, patient_id)
    before = request.GET.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    examiner = holds(user, Permission.RECORD_OBSERVATION, patient)
    cut = trail.cut(trail.of_patient(patient, examiner=examiner), start, PAGE_SIZE)
    audit.record(by=user, action="patient.access", patient_id=patient.pk)
    actors = trail.Actors(cut.events, [patient.site])
    context = {
        "patient": patient,
        **base_about(user, patient),
        "rows": [_row(event, actors, patient, user) for event in cut.events],
        "older": cut.older,
        "first": start is None,
    }
    return render(request, "access.html", context)


def _row(event: AuditEvent, actors: trail.Actors, patient: Patient, user: User) -> Row:
    roles = actors.roles(event.by_id, event.at)
    return Row(
        when=told(event.at, patient.site.time_zone),
        who=_who(event, actors, user),
        role=", ".join(words.words("role", role) for role in roles),
        what=event_words.words(event.action),
    )


def _who(event: AuditEvent, actors: trail.Actors, user: User) -> str:
    """Staff by name; the patient and caregivers by what they are."""
    if event.by_id is None:
        return _("Automatic")
    if event.by_id == user.pk:
        return _("You")
    return str(event.by) if event.by_id in actors.staff else ""
