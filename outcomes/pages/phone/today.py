"""Today: what to do now."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from outcomes.pages import page, reader
from patients import audit
from patients.access import load_own


@require_safe
@page
def today(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    user = reader(request)
    own = load_own(user, patient_id)
    audit.record(by=user, action="patient.today", patient_id=own.patient.pk)
    return render(request, "patient/today.html", {"own": own, "patient": own.patient})
