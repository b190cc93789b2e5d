"""Who cares for the patient: seen and ended by the patient, who may invite; left by a caregiver."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from outcomes.pages import inviting, page, reader
from outcomes.pages.administration.fields import Form
from outcomes.pages.inviting import asked
from patients import audit, circle
from patients import invitations as actions
from patients.access import Forbidden, Own, holds, live_proxies, load_own
from patients.documents.base import Refused
from patients.joining_rules import State
from patients.roles import Permission

ONCE = "patient/invitation_once.html"


@require_http_methods(["GET", "HEAD", "POST"])
@page
def people(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    own = load_own(reader(request), patient_id)
    if own.reporter != "patient":
        return _as_caregiver(request, own)
    form = inviting.caregiver_form(request.POST if request.POST.get("do") == "invite" else None)
    if request.method != "POST":
        return _shown(request, own, form)
    if not holds(reader(request), Permission.MANAGE_CAREGIVERS, own.patient):
        raise Forbidden(Permission.MANAGE_CAREGIVERS)
    try:
        return DEEDS.get(request.POST.get("do", ""), _unknown)(request, own, form)
    except Refused as refused:
        form.refuse(refused.problems)
        return _shown(request, own, form, status=422)


def _shown(request: HttpRequest, own: Own, form: Form, status: int = 200) -> HttpResponse:
    now, patient = timezone.now(), own.patient
    audit.record(by=reader(request), action="invitation.list", patient_id=patient.pk)
    mine = patient.invitations.exclude(scope="").order_by("-created_at")
    waiting = [one for one in mine if actions.state(one, now) == State.WAITING]
    context = {
        "own": own,
        "patient": patient,
        "form": form,
        "caregivers": inviting.caregivers(patient, now),
        "rows": inviting.rows(patient, waiting, now),
    }
    return render(request, "patient/people.html", context, status=status)


def _invite(request: HttpRequest, own: Own, form: Form) -> HttpResponse:
    made = actions.invite(patient=own.patient, terms=inviting.terms_of(form), asked=asked(request))
    here = get_language() or ""
    return inviting.shown_once(request, own.patient, made, language=here, template=ONCE)


def _revoke(request: HttpRequest, own: Own, form: Form) -> HttpResponse:
    number = request.POST.get("id", "")
    for one in own.patient.invitations.exclude(scope=""):
        if str(one.pk) == number:
            actions.revoke(invitation=one, asked=asked(request))
    return _back(request, own, gettext("The invitation is taken back."))


def _remove(request: HttpRequest, own: Own, form: Form) -> HttpResponse:
    proxy = inviting.caregiver_of(own.patient, request.POST.get("id", ""))
    circle.revoke(proxy=proxy, asked=asked(request))
    return _back(request, own, gettext("Their access has ended."))


def _unknown(request: HttpRequest, own: Own, form: Form) -> HttpResponse:
    form.general.append(gettext("Choose what to do with one of the buttons."))
    return _shown(request, own, form, status=422)


DEEDS: Mapping[str, Callable[[HttpRequest, Own, Form], HttpResponse]] = {
    "invite": _invite,
    "revoke": _revoke,
    "remove": _remove,
}


def _back(request: HttpRequest, own: Own, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("phone-people", own.patient.pk)


def _as_caregiver(request: HttpRequest, own: Own) -> HttpResponse:
    """What one was given, and a way to give it back."""
    user = reader(request)
    proxy = live_proxies(user).filter(patient=own.patient).first()
    if proxy is None:  # ended a moment ago
        raise Http404
    proxy.patient = own.patient
    if request.method == "POST":
        if request.POST.get("do") != "leave":
            raise Forbidden(Permission.MANAGE_CAREGIVERS)
        circle.revoke(proxy=proxy, asked=asked(request))
        messages.success(request, gettext("You do not care for this person here any more."))
        return redirect("phone")
    audit.record(by=user, action="invitation.list", patient_id=own.patient.pk)
    until = proxy.until and actions.last_day(proxy.until, own.patient)
    context = {
        "own": own,
        "patient": own.patient,
        "what": inviting.SCOPES[proxy.scope],
        "until": until.isoformat() if until else "",
    }
    return render(request, "patient/people.html", context)
