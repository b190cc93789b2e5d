"""Alerts of one patient: all of them, and the answer of a named person to each.

For those who examine; to patients and caregivers these pages do not exist.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from outcomes.actions.alerts import AlreadyAcknowledged, acknowledge
from outcomes.alert_basis import before_surgery, standing
from outcomes.documents.alert import AcknowledgementDocument
from outcomes.models import Alert
from outcomes.pages import page, reader
from outcomes.presenters.alerts import alerts
from outcomes.readings import surgery
from patients import audit
from patients.access import load_for_examiner, load_record_for
from patients.documents.base import Refused, read
from patients.models import Patient
from patients.records import Asked
from patients.roles import Permission


@require_safe
@page
def alert_list(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every alert of the patient: open ones first, then what was answered."""
    user = reader(request)
    patient = load_for_examiner(user, patient_id)
    audit.record(by=user, action="alert.list", patient_id=patient.pk)
    return _shown(request, patient)


@require_POST
@page
def alert_acknowledge(request: HttpRequest, patient_id: UUID, id: UUID) -> HttpResponse:
    """One tap and a note; who comes second is told who was first."""
    user = reader(request)
    patient = load_for_examiner(user, patient_id)
    row = load_record_for(user, Permission.RECORD_OBSERVATION, Alert, id, patient=patient_id)
    typed = request.POST.get("note", "").strip()
    try:
        document = read(AcknowledgementDocument, {"note": typed})
        acknowledge(row=row, document=document, asked=Asked(by=user, at=timezone.now()))
    except Refused as refused:
        told = gettext(refused.problems[0]["message"]).format(**refused.problems[0]["values"])
        if not typed:
            told = _("Say in a few words what was done, or why nothing is needed.")
        return _shown(request, patient, {"id": row.pk, "error": told, "typed": typed})
    except AlreadyAcknowledged as first:
        told = _("{person} has acknowledged this already: your note was not kept.").format(
            person=first.alert.acknowledged_by
        )
        return _shown(request, patient, {"id": row.pk, "error": told, "typed": typed})
    messages.success(request, _("Acknowledged."))
    return redirect(_back(request, patient))


def _back(request: HttpRequest, patient: Patient) -> str:
    """The page it was answered on, if one can go there; else the patient's."""
    pages = [reverse(name, args=[patient.pk]) for name in ("patient", "alert-list")]
    to = request.POST.get("next", "")
    return to if to in pages else pages[0]


def _shown(
    request: HttpRequest, patient: Patient, wrong: dict[str, Any] | None = None
) -> HttpResponse:
    rows = Alert.objects.visible_to(reader(request)).filter(patient=patient).current()
    found = list(rows.select_related("acknowledged_by"))
    shown = alerts(found, gettext, standing(found), before_surgery(found, surgery(patient)))
    context = {
        "patient": patient,
        "open": [alert for alert in shown if alert.open],
        "answered": [alert for alert in shown if not alert.open],
        "wrong": wrong or {},
    }
    return render(request, "clinician/alerts.html", context, status=422 if wrong else 200)
