"""Short pages: an attempt to reach a patient, and loss to follow-up. One tap records it, today."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from outcomes import words
from outcomes.kinds import BY_PATH, Kind
from outcomes.pages import page, reader
from outcomes.pages.drafting import draft_for, drafting
from outcomes.presenters import history
from outcomes.presenters.base import capital
from outcomes.record import Record
from outcomes.rules.text import gettext_noop as _
from patients import audit
from patients.access import load_for
from patients.documents.base import Refused, read
from patients.documents.people import ContactAttemptDocument, LossToFollowUpDocument
from patients.models import Patient
from patients.models.record import civil_date
from patients.records import Asked, Conflict
from patients.roles import Permission
from patients.text import gettext_noop

MEANS = get_args(ContactAttemptDocument.model_fields["means"].annotation)
REASONS = get_args(LossToFollowUpDocument.model_fields["reason"].annotation)
# what is written gets an answer later, what is said at once
WRITTEN = ("letter", "email")
CHOOSE = gettext_noop("Choose one of the buttons.")


@dataclass(frozen=True)
class Short:
    """One of the two pages: its kind of document, what a button's value says, and its words."""

    kind: Kind
    chosen: Callable[[str], dict[str, Any]]
    saved: str
    title: Any
    heading: Any
    lead: Any
    instead: tuple[tuple[str, Any], ...]
    """Other pages that may be meant: the name of each and what leads to it."""


def _attempt(value: str) -> dict[str, Any]:
    means, _colon, answer = value.partition(":")
    return {"means": means, "reached": {"yes": True, "no": False}.get(answer)}


def _loss(value: str) -> dict[str, Any]:
    return {"reason": value}


ANOTHER_DAY = gettext_lazy("On another day")
CONTACT = Short(
    BY_PATH["contact-attempts"],
    _attempt,
    _("The attempt is recorded."),
    title=gettext_lazy("Contact attempt"),
    heading=gettext_lazy("Contact attempt"),
    lead=gettext_lazy("How did you try to reach them, today? One tap records it."),
    instead=(
        ("contact_attempt-new", ANOTHER_DAY),
        ("lost", gettext_lazy("They want no more follow-up, or cannot be found")),
    ),
)
LOSS = Short(
    BY_PATH["losses"],
    _loss,
    _("Recorded as lost to follow-up. Seen again, they are followed again."),
    title=gettext_lazy("Loss to follow-up"),
    heading=gettext_lazy("Lost to follow-up: why?"),
    lead=gettext_lazy(
        "Nothing is asked for any more until they are seen again; then they are followed again."
    ),
    instead=(
        ("loss_to_follow_up-new", ANOTHER_DAY),
        ("transfer-new", gettext_lazy("Transfer of care")),
        ("patient-following", gettext_lazy("Died, or withdrew")),
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def contact(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """An attempt to reach a patient: how, and whether they were reached."""
    return _short(request, patient_id, CONTACT)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def lost(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The following ends without transfer or death: why."""
    return _short(request, patient_id, LOSS)


def _short(request: HttpRequest, patient_id: uuid.UUID, short: Short) -> HttpResponse:
    patient = load_for(reader(request), Permission.MANAGE_CARE, patient_id)
    if request.method != "POST":
        return _show(request, patient, short)
    typed = request.POST
    document = {
        "id": typed.get("id", ""),
        "date": civil_date(timezone.now(), patient.site.time_zone).isoformat(),
        **short.chosen(typed.get("chosen", "")),
    }
    if note := typed.get("note", "").strip():
        document["note"] = note
    asked = Asked(by=reader(request), at=timezone.now())
    try:
        shape = read(short.kind.shape, document)
        short.kind.record(patient=patient, document=shape, asked=asked)
    except Refused as refused:
        return _show(request, patient, short, error=_told(refused), status=422)
    except Conflict:
        return _show(request, patient, short, error=gettext(SENT_BEFORE), status=409)
    messages.success(request, gettext(short.saved))
    if typed.get("from") == "today":
        return redirect("worklist")
    return redirect("patient", patient.pk)


SENT_BEFORE = _("This form has recorded something else already: choose again.")


def _told(refused: Refused) -> str:
    """What the note's shape says; anything else is a button that was not pressed."""
    problem = refused.problems[0]
    if "note" in problem["path"]:
        return gettext(problem["message"]).format(**problem["values"])
    return gettext(CHOOSE)


def _show(
    request: HttpRequest, patient: Patient, short: Short, *, error: str = "", status: int = 200
) -> HttpResponse:
    user = reader(request)
    audit.record(by=user, action="patient.view", patient_id=patient.pk)
    draft, others = (None, []) if request.method == "POST" else draft_for(request)
    typed = draft.fields if draft else request.POST
    kept = "" if status == 409 else typed.get("id", "")
    own = kept or str(uuid.uuid4())
    context = {
        "patient": patient,
        "short": short,
        "id": own,
        "note": typed.get("note", ""),
        "drafting": drafting(request, patient, own, draft, others),
        "came_from": typed.get("from") or request.GET.get("from", ""),
        "error": error,
        "before": history.contact(Record(patient, user), gettext),
        "ways": [_way(means) for means in MEANS] if short is CONTACT else [],
        "reasons": [(code, capital(words.words("loss.reason", code))) for code in REASONS],
    }
    return render(request, "clinician/one_tap.html", context, status=status)


def _way(means: str) -> dict[str, str]:
    written = means in WRITTEN
    return {
        "name": words.words("contact_attempt.means", means),
        "yes": f"{means}:yes",
        "no": f"{means}:no",
        "reached": gettext("Answered") if written else gettext("Reached"),
        "not_reached": gettext("Sent, no answer yet") if written else gettext("Not reached"),
    }
