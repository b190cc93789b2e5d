"""Recording a visit on one plain page."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from outcomes import words
from outcomes.actions.visits import record_visit
from outcomes.documents.visit import VisitDocument
from outcomes.forms import VisitForm
from outcomes.pages import page, reader
from patients import audit
from patients.access import load_for
from patients.documents.base import Refused, read
from patients.models import Patient
from patients.records import Asked, Conflict
from patients.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The form (GET), and recording what was typed in it (POST).

    The visit's id is made with the form, so sending it twice records one visit.
    """
    patient = load_for(reader(request), Permission.RECORD_OBSERVATION, patient_id)
    if request.method != "POST":
        return _shown(request, patient, VisitForm({"id": str(uuid.uuid4())}))
    form = VisitForm(request.POST)
    try:
        document = read(VisitDocument, form.document())
        asked = Asked(by=reader(request), at=timezone.now())
        written = record_visit(patient=patient, document=document, asked=asked)
    except Refused as refused:
        form.refuse(refused.problems)
        return _shown(request, patient, form, status=422)
    except Conflict:
        return _shown(request, patient, form, status=409)
    messages.success(request, _("The visit is recorded."))
    for warning in written.warnings:
        messages.warning(request, _asked_about(form, warning))
    return redirect("patient", patient.pk)


def _shown(
    request: HttpRequest, patient: Patient, form: VisitForm, status: int = 200
) -> HttpResponse:
    audit.record(by=reader(request), action="patient.view", patient_id=patient.pk)
    context = {"patient": patient, "form": form, "conflict": status == 409}
    return render(request, "clinician/visit_form.html", context, status=status)


def _asked_about(form: VisitForm, warning: Mapping[str, Any]) -> str:
    """A warning in the reader's words: which field, and what to check."""
    values = {
        name: words.words("visit.kind", value) if name in {"kind", "window"} else value
        for name, value in warning["values"].items()
    }
    message = _(warning["message"]).format(**values)
    return _("Please check: {field}. {message}").format(
        field=form.label_of(warning["path"]), message=message
    )
