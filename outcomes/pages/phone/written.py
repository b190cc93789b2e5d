"""What the clinic has written, for the patient and the caregivers who see the record."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.pages import page, reader
from outcomes.pages.phone.frame import offline_pages
from outcomes.pages.phone.recovery import load_seen
from outcomes.presenters.own.written import chapters
from outcomes.record import Record
from patients import audit


@require_safe
@page
def written(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    user = reader(request)
    own = load_seen(user, patient_id)
    audit.record(by=user, action="patient.written", patient_id=own.patient.pk)
    found = chapters(Record(own.patient, user), gettext)
    frame = {"own": own, "patient": own.patient, "offline": offline_pages(own)}
    return render(request, "patient/written.html", frame | {"chapters": found})
