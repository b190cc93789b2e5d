"""The clinic's page of who has a way in: invitations, and the caregivers of a patient."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from outcomes import words
from outcomes.pages import inviting, page, reader
from outcomes.pages.administration.fields import Field, Form, Option
from outcomes.pages.inviting import asked
from patients import audit, circle
from patients import invitations as actions
from patients.access import load_for
from patients.documents.base import Refused
from patients.invitations import Terms
from patients.models import Invitation, Patient
from patients.roles import Permission

SHOWN = 30
ONCE = "clinician/invitation_once.html"


@require_http_methods(["GET", "HEAD", "POST"])
@page
def invitations(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Invite the patient or a caregiver, take it back, and say who cares for the patient."""
    patient = load_for(reader(request), Permission.MANAGE_CARE, patient_id)
    deed = request.POST.get("do", "")
    form = inviting.caregiver_form(request.POST if deed == "caregiver" else None)
    if request.method != "POST":
        return _shown(request, patient, form)
    try:
        return DEEDS.get(deed, _unknown)(request, patient, form)
    except Refused as refused:
        form.refuse(refused.problems)
        return _shown(request, patient, form, status=422)


def _shown(request: HttpRequest, patient: Patient, form: Form, status: int = 200) -> HttpResponse:
    now = timezone.now()
    audit.record(by=reader(request), action="invitation.list", patient_id=patient.pk)
    found = list(patient.invitations.order_by("-created_at")[:SHOWN])
    context = {
        "patient": patient,
        "form": form,
        "person": actions.can_be_invited(patient),
        "birth_year": actions.birth_year(patient),
        "account": patient.user_id is not None,
        "language": language_field(request, patient),
        "rows": inviting.rows(patient, found, now),
        "caregivers": inviting.caregivers(patient, now),
    }
    return render(request, "clinician/invitations.html", context, status=status)


def language_field(request: HttpRequest, patient: Patient) -> Field:
    return Field(
        "language",
        gettext("Language of the sheet"),
        typed=request.POST.get("language") or patient.language or get_language() or "",
        widget="select",
        options=[Option(code, words.words("language", code)) for code, _name in settings.LANGUAGES],
        empty_label=gettext("Choose a language"),
    )


def _invite(
    request: HttpRequest, patient: Patient, terms: Terms, instead_of: Invitation | None = None
) -> HttpResponse:
    made = actions.invite(patient=patient, terms=terms, asked=asked(request), instead_of=instead_of)
    language = request.POST.get("language", "")
    return inviting.shown_once(request, patient, made, language=language, template=ONCE)


def _patient(request: HttpRequest, patient: Patient, form: Form) -> HttpResponse:
    if request.POST.get("lost"):
        actions.lose_phone(patient=patient, asked=asked(request))
    return _invite(request, patient, Terms())


def _caregiver(request: HttpRequest, patient: Patient, form: Form) -> HttpResponse:
    return _invite(request, patient, inviting.terms_of(form))


def _again(request: HttpRequest, patient: Patient, form: Form) -> HttpResponse:
    """The same once more, in place of one that nobody has used."""
    earlier = _invitation(request, patient)
    if earlier.used_at is not None:
        raise Http404
    until = earlier.until and actions.last_day(earlier.until, patient)
    return _invite(request, patient, Terms(earlier.scope, earlier.name, until), earlier)


def _revoke(request: HttpRequest, patient: Patient, form: Form) -> HttpResponse:
    if actions.revoke(invitation=_invitation(request, patient), asked=asked(request)):
        return _back(request, patient, gettext("The invitation is taken back."))
    return _back(request, patient, gettext("It was not waiting any more: nothing is changed."))


def _remove(request: HttpRequest, patient: Patient, form: Form) -> HttpResponse:
    proxy = inviting.caregiver_of(patient, request.POST.get("id", ""))
    circle.revoke(proxy=proxy, asked=asked(request))
    return _back(request, patient, gettext("Their access has ended."))


def _limit(request: HttpRequest, patient: Patient, form: Form) -> HttpResponse:
    proxy = inviting.caregiver_of(patient, request.POST.get("id", ""))
    last_day = inviting.day(request.POST.get("until", ""))
    circle.limit(proxy=proxy, last_day=last_day, asked=asked(request))
    return _back(request, patient, gettext("The last day is changed."))


def _unknown(request: HttpRequest, patient: Patient, form: Form) -> HttpResponse:
    form.general.append(gettext("Choose what to do with one of the buttons."))
    return _shown(request, patient, form, status=422)


DEEDS: Mapping[str, Callable[[HttpRequest, Patient, Form], HttpResponse]] = {
    "patient": _patient,
    "caregiver": _caregiver,
    "again": _again,
    "revoke": _revoke,
    "remove": _remove,
    "limit": _limit,
}


def _invitation(request: HttpRequest, patient: Patient) -> Invitation:
    try:
        found = patient.invitations.filter(pk=UUID(request.POST.get("id", ""))).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    found.patient = patient
    return found


def _back(request: HttpRequest, patient: Patient, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("patient-invitations", patient.pk)
