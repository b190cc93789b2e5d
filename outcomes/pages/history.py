"""Who changed what, from what to what, and why: of a whole record, or of one document."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.changes import Change, changes
from outcomes.forms.choices import choices
from outcomes.pages import page, reader
from outcomes.pages.headings import HEADINGS
from outcomes.presenters.changes import told
from patients import audit
from patients.access import load_at_work

PAGE_SIZE = 30


@require_safe
@page
def patient_history(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every change of a record, newest first."""
    return _history(request, patient_id, None)


@require_safe
@page
def document_history(request: HttpRequest, patient_id: UUID, record_id: UUID) -> HttpResponse:
    """Every version of one document, also where it was entered in error."""
    return _history(request, patient_id, record_id)


def _history(request: HttpRequest, patient_id: UUID, record_id: UUID | None) -> HttpResponse:
    user = reader(request)
    patient = load_at_work(user, patient_id)
    before = request.GET.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    corrections = record_id is None and request.GET.get("only") == "corrections"
    cut = changes(
        patient, user, record_id=record_id, before=start, corrections=corrections, size=PAGE_SIZE
    )
    if record_id is not None and not cut.changes and start is None:
        raise Http404
    audit.record(by=user, action="history.view", patient_id=patient.pk, record_id=record_id)
    named = {path: choices(path, patient) for path in {c.kind.path for c in cut.changes}}
    context = {
        "patient": patient,
        "changes": [
            told(change, patient, _heading(change), named[change.kind.path], gettext)
            for change in cut.changes
        ],
        "one": record_id,
        "corrections": corrections,
        "older": cut.older,
        "first": start is None,
    }
    return render(request, "clinician/history.html", context)


def _heading(change: Change) -> str:
    return str(HEADINGS[change.kind.path].many)
