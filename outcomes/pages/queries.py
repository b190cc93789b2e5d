"""The data queries of a patient: listed, raised, answered. Only for who may record observations."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from outcomes.actions import queries
from outcomes.documents.query import AnswerDocument, RaisedDocument
from outcomes.models import DataQuery
from outcomes.pages import page, reader
from outcomes.presenters import queries as presented
from outcomes.readings import surgery
from patients import audit
from patients.access import load_for, load_record_for, reporter
from patients.documents.base import Refused, read
from patients.models import Patient, User
from patients.records import Asked, Conflict, Stale
from patients.roles import Permission

FIRST = 3
"""How many the card on the patient page shows."""
SETTLED = 50
"""How many of those settled the list shows, the latest first."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def listed(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Open queries and those settled (GET); raising one by hand (POST)."""
    user = reader(request)
    patient = load_for(user, Permission.RECORD_OBSERVATION, patient_id)
    if request.method != "POST":
        audit.record(by=user, action="dataquery.list", patient_id=patient.pk)
        return _list(request, patient)
    typed = request.POST
    text = typed.get("text", "").strip()

    def write() -> None:
        document = read(RaisedDocument, {"id": typed.get("id", ""), "text": text})
        queries.raise_query(patient=patient, document=document, asked=_asked(user, patient))

    return _answer(request, patient, write, gettext("The query is raised."), {"text": text})


@require_POST
@page
def answer(request: HttpRequest, patient_id: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """Answer an open query: the value is right, or the question is done with.

    `also` names the others of the same question, each by its id and version.
    """
    user = reader(request)
    named = [(str(id), request.POST.get("version", ""))]
    named += [(one, version) for one, _space, version in
              (also.partition(" ") for also in request.POST.getlist("also"))]  # fmt: skip
    rows = [(_query(user, patient_id, one), _number(version)) for one, version in named]
    # after the query: to whom it is hidden it does not exist, whatever they may open
    patient = load_for(user, Permission.RECORD_OBSERVATION, patient_id)
    note = request.POST.get("note", "").strip()

    def write() -> None:
        document = read(AnswerDocument, {"note": note})
        queries.answer_all(rows=rows, document=document, asked=_asked(user, patient))

    typed = {"answered": str(id), "note": note}
    return _answer(request, patient, write, gettext("The query is answered."), typed)


def _query(user: User, patient_id: uuid.UUID, id: str) -> DataQuery:
    try:
        named = uuid.UUID(id)
    except ValueError:
        raise Http404 from None
    row: DataQuery = load_record_for(
        user, Permission.RECORD_OBSERVATION, DataQuery, named, patient=patient_id
    )
    return row


def _number(version: str) -> int:
    return int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0


def _answer(
    request: HttpRequest,
    patient: Patient,
    write: Callable[[], None],
    saved: str,
    typed: dict[str, str],
) -> HttpResponse:
    """Do it and show the list again; a refusal stands beside what was typed."""
    try:
        write()
    except Refused as refused:
        told = refused.problems[0]
        wrong = gettext(told["message"]).format(**told["values"])
        return _list(request, patient, status=422, wrong=wrong, **typed)
    except Stale:
        wrong = gettext("This query has changed since you opened the page: look at it again.")
        return _list(request, patient, status=412, wrong=wrong, **typed)
    except Conflict:
        wrong = gettext("This was already sent with another text: send it again.")
        return _list(request, patient, status=409, wrong=wrong, **typed)
    messages.success(request, saved)
    return redirect("query-list", patient.pk)


def _list(
    request: HttpRequest, patient: Patient, *, status: int = 200, **typed: str
) -> HttpResponse:
    rows = DataQuery.objects.visible_to(reader(request)).filter(patient=patient).current()
    rows = rows.select_related("settled_by", "recorded_by")
    waiting = list(rows.filter(state="open").order_by("opened_at", "position"))
    settled = list(rows.exclude(state="open").order_by("-settled_at", "-position")[:SETTLED])
    course = surgery(patient)
    context = {
        "patient": patient,
        "count": len(waiting),
        "waiting": presented.asked_once(waiting, course, gettext),
        "settled": presented.shown(settled, course, gettext),
        "id": str(uuid.uuid4()),
        **typed,
    }
    return render(request, "clinician/queries.html", context, status=status)


def card(patient: Patient, user: User, course: Any) -> dict[str, Any]:
    """What the patient page shows: how many are open, and the first questions; the same few
    queries however many."""
    rows = DataQuery.objects.visible_to(user).filter(patient=patient).open()
    found = list(rows.order_by("opened_at", "position"))
    first = presented.asked_once(found, course, gettext, most=FIRST)
    return {"count": len(found), "first": first}


def _asked(user: User, patient: Patient) -> Asked:
    return Asked(by=user, at=timezone.now(), reporter=reporter(user, patient))
