"""Ask that a diary be kept for some days: who does not write then is reminded in the evening."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from outcomes.actions.diary_requests import ask_for_diary, end_diary_request
from outcomes.models import DiaryRequest
from outcomes.pages import page, reader
from patients import audit
from patients.access import load_for
from patients.documents.base import Refused
from patients.models import Patient
from patients.models.record import civil_date
from patients.records import Asked
from patients.roles import Permission
from patients.text import gettext_noop

USUAL = dt.timedelta(days=2)
"""A bladder diary of three days."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def diary_request(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    patient = load_for(reader(request), Permission.RECORD_OBSERVATION, patient_id)
    if request.method != "POST":
        return _shown(request, patient)
    asked = Asked(by=reader(request), at=timezone.now())
    if request.POST.get("do") == "end":
        end_diary_request(patient=patient, asked=asked)
        messages.success(request, _("The diary is no longer asked for."))
        return redirect("diary-request", patient.pk)
    try:
        first, last = (_day(request, name) for name in ("first", "last"))
        ask_for_diary(patient=patient, first=first, last=last, asked=asked)
    except Refused as refused:
        return _shown(request, patient, refused)
    messages.success(request, _("The diary is asked for."))
    return redirect("diary-request", patient.pk)


def _day(request: HttpRequest, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        message = gettext_noop("Give a date, for example 2026-03-01.")
        raise Refused.at(name, code="date", message=message) from None


def _shown(request: HttpRequest, patient: Patient, refused: Refused | None = None) -> HttpResponse:
    audit.record(by=reader(request), action="diary_request.view", patient_id=patient.pk)
    today = civil_date(timezone.now(), patient.site.time_zone)
    problem: dict[str, Any] = refused.problems[0] if refused else {"path": [""], "message": ""}
    current = DiaryRequest.objects.filter(patient=patient, ended_at=None, last__gte=today)
    context = {
        "patient": patient,
        "current": current.select_related("by").first(),
        "first": request.POST.get("first", today.isoformat()),
        "last": request.POST.get("last", (today + USUAL).isoformat()),
        "where": problem["path"][0],
        "error": _(problem["message"]) if refused else "",
    }
    status = 422 if refused else 200
    return render(request, "clinician/diary_request.html", context, status=status)
