"""The person and their care: enrolment, details, whether they are followed, who cares for them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from outcomes.forms.layout import FOLLOWING, PATIENT, Layout
from outcomes.kinds import PERSON
from outcomes.pages import page, reader
from outcomes.pages.editing import Editor
from outcomes.pages.headings import HEADINGS, Heading
from patients import actions, audit
from patients.access import Forbidden, clinicians_of, holds, load_at_work, load_for, sites_for
from patients.documents.base import Refused
from patients.models import CareTeamMember, Patient, Site, User
from patients.records import Asked, Written
from patients.roles import Permission
from patients.text import gettext_noop

FOLLOWED = Heading(
    _("Following"),
    _("Following"),
    _("Is this person followed?"),
    _("Saved. Reminders follow it from now on."),
    "",
)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def enrol(request: HttpRequest) -> HttpResponse:
    """Start following a person, at a site where the reader may enrol."""
    sites = list(sites_for(reader(request), Permission.ENROL))
    if not sites:
        raise Forbidden(Permission.ENROL)
    chosen = request.POST.get("site", "")
    editor = Editor(request, PERSON, None, layout=PATIENT, extra={"sites": sites})
    if request.method != "POST":
        return editor.show()

    def action(document: Any, asked: Asked) -> Written:
        return PERSON.record(document=document, site=_site(sites, chosen), asked=asked)

    return editor.record(action)


def _site(sites: list[Site], code: str) -> Site:
    found = [site for site in sites if site.code == code or len(sites) == 1]
    if not found:
        raise Refused.at(
            "site", code="site", message=gettext_noop("Choose the site that follows them.")
        )
    return found[0]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Correct what is known of the person."""
    return _person(request, patient_id, PATIENT, HEADINGS["patients"])


@require_http_methods(["GET", "HEAD", "POST"])
@page
def following(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Death, withdrawal, and taking up again; a transfer has its own form."""
    return _person(request, patient_id, FOLLOWING, FOLLOWED)


def _person(
    request: HttpRequest, patient_id: uuid.UUID, layout: Layout, heading: Heading
) -> HttpResponse:
    patient = load_for(reader(request), Permission.MANAGE_CARE, patient_id)
    editor = Editor(request, PERSON, patient, row=patient, layout=layout, heading=heading,
                    extra={"may_be_in_error": layout is PATIENT})  # fmt: skip
    return editor.change() if request.method == "POST" else editor.show()


@require_http_methods(["GET", "HEAD", "POST"])
@page
def team(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Who cares for the patient: seen by whoever may open the record, changed by few."""
    user = reader(request)
    if request.method == "POST":
        patient = load_for(user, Permission.MANAGE_CARE, patient_id)
        return _team_changed(request, patient)
    patient = load_at_work(user, patient_id)
    return _team_shown(request, patient)


def _team_shown(request: HttpRequest, patient: Patient, error: Any = "") -> HttpResponse:
    user = reader(request)
    audit.record(by=user, action="care_team.list", patient_id=patient.pk)
    members = CareTeamMember.objects.filter(patient=patient).select_related("user")
    current = [member for member in members.order_by("since") if member.until is None]
    in_team = {member.user_id for member in current}
    context = {
        "patient": patient,
        "members": current,
        "former": [m for m in members.order_by("-until") if m.until is not None],
        "may_change": holds(user, Permission.MANAGE_CARE, patient),
        "candidates": [c for c in clinicians_of(patient.site) if c.pk not in in_team],
        "error": error,
    }
    return render(request, "clinician/team.html", context, status=422 if error else 200)


def _team_changed(request: HttpRequest, patient: Patient) -> HttpResponse:
    asked = Asked(by=reader(request), at=timezone.now())
    typed = request.POST
    if number := typed.get("leave", ""):
        actions.leave_team(member=_member(patient, number), asked=asked)
        messages.success(request, _("They are no longer in the care team."))
        return redirect("patient-team", patient.pk)
    chosen = _candidate(patient, typed.get("user", ""))
    if chosen is None:
        return _team_shown(request, patient, _("Choose a person from the list."))
    actions.assign(patient=patient, user=chosen, asked=asked)
    messages.success(request, _("Added to the care team."))
    return redirect("patient-team", patient.pk)


def _member(patient: Patient, number: str) -> CareTeamMember:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    found = CareTeamMember.objects.filter(patient=patient, pk=int(number), until=None).first()
    if found is None:
        raise Http404
    return found


def _candidate(patient: Patient, username: str) -> User | None:
    return next((c for c in clinicians_of(patient.site) if c.username == username), None)
