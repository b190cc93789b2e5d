"""Keeping and discarding a draft, and what is answered to a page from an earlier sign-in."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from outcomes.actions import drafts
from outcomes.models import Draft
from outcomes.pages import page, reader
from outcomes.pages.drafting import Slip, Waiting, slip_sent
from outcomes.pages.keeping import Refused, keep_for_author, keeping, save, typed_in
from patients.access import load_for
from patients.models import Patient, User
from patients.roles import Permission

MOST_SHOWN = 20
EITHER = (drafts.Recorded, drafts.Elsewhere)


@require_POST
@page
def draft(request: HttpRequest, patient_id: uuid.UUID | None = None) -> HttpResponse:
    """Keep the fields of a form as they are typed (204), or discard what was kept.

    409 names why it was not kept: "recorded" or "elsewhere"; with `apart` it is kept as a draft of
    its own instead. 413 is too large, 422 not from one of our forms, 429 too often.
    """
    user, patient = reader(request), None
    if patient_id is not None:
        patient = load_for(user, Permission.VIEW_RECORD, patient_id)
    slip = slip_sent(request)
    if slip is None:
        return HttpResponse(status=422)
    if slip.patient != (patient and str(patient.pk)):
        raise Http404
    if "discard" in request.POST:
        drafts.discard(key=slip.key, by=user)
        return redirect(slip.address)
    return _kept(request, slip, patient)


def _kept(request: HttpRequest, slip: Slip, patient: Patient | None) -> HttpResponse:
    apart = EITHER if "apart" in request.POST else ()
    try:
        save(typed_in(request, slip, patient), reader(request), apart=apart)
    except Refused as refused:
        return HttpResponse(status=refused.status)
    except drafts.Recorded:
        return HttpResponse("recorded", status=409, content_type="text/plain")
    except drafts.Elsewhere:
        return HttpResponse("elsewhere", status=409, content_type="text/plain")
    return HttpResponse(status=204)


@keeping
def not_sent(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django refused the page's token: it is of an earlier sign-in, or cookies are blocked."""
    slip = slip_sent(request)
    if slip is not None and keep_for_author(request, slip):
        said = _("This page was from an earlier sign-in, so nothing is recorded yet. Look at what "
                 "you typed and save it.")  # fmt: skip
        messages.warning(request, said)
        return redirect(slip.address)
    return render(request, "403_csrf.html", status=403)


def waiting(user: User, patient: Patient | None = None) -> list[Waiting]:
    """The drafts of `user`, of one patient or of all, the latest first."""
    rows = Draft.objects.of(user).waiting().select_related("patient__site")
    if patient is not None:
        rows = rows.filter(patient=patient)
    return [Waiting(row) for row in rows.order_by("-saved_at")[:MOST_SHOWN]]
