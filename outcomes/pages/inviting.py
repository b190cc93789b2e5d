"""What the clinic's page and the patient's own share: the form for a caregiver, the code once."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from outcomes.pages import reader
from outcomes.pages.administration import told
from outcomes.pages.administration.fields import Field, Form, Option
from patients import invitations, joining_rules
from patients.documents.base import Refused
from patients.invitations import Made, Terms
from patients.joining_rules import State
from patients.models import Invitation, Patient, Proxy
from patients.records import Asked
from patients.roles import Scope

STATES: Mapping[State, Any] = {
    State.WAITING: gettext_lazy("Waiting"),
    State.USED: gettext_lazy("Used"),
    State.EXPIRED: gettext_lazy("Expired"),
    State.REVOKED: gettext_lazy("Taken back"),
    State.LOCKED: gettext_lazy("Locked after wrong birth years"),
}
SCOPES: Mapping[str, Any] = {
    Scope.BOTH: gettext_lazy("See how it goes, and report"),
    Scope.SEE: gettext_lazy("See how it goes"),
    Scope.REPORT: gettext_lazy("Report only, without seeing the record"),
}
NO_DAY = gettext_noop("Write the day as year-month-day, for example 2026-12-31.")


def asked(request: HttpRequest) -> Asked:
    return Asked(by=reader(request), at=timezone.now())


def caregiver_form(sent: Mapping[str, Any] | None = None) -> Form:
    scopes = [Option(scope.value, str(words)) for scope, words in SCOPES.items()]  # type: ignore[attr-defined]
    return Form(
        [
            Field(
                "name",
                gettext("What you call this person"),
                hint=gettext("For example: Mina, daughter."),
            ),
            Scopes("scope", gettext("What this person may do"), widget="list", options=scopes),
            last_day_field(),
        ],
        sent,
    )


@dataclass
class Scopes(Field):
    """One must be chosen, and none is chosen beforehand."""

    needed: bool = True


def last_day_field(proxy: Proxy | None = None) -> Field:
    until = proxy.until if proxy else None
    typed = invitations.last_day(until, proxy.patient).isoformat() if proxy and until else ""
    return Field(
        "until",
        gettext("Last day (optional)"),
        typed=typed,
        hint=gettext("Left empty, it holds until someone ends it."),
        widget="date",
    )


def terms_of(form: Form) -> Terms:
    """Raises Refused for a day that is none."""
    typed = form.typed("name", "scope", "until")
    # an empty scope would invite the patient
    return Terms(typed["scope"] or "none", typed["name"], day(typed["until"]))


def day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError:
        raise Refused.at("until", code="date", message=NO_DAY) from None


@dataclass(frozen=True)
class Row:
    """An invitation as a list shows it."""

    id: str
    who: str
    what: str
    state: str
    when: str
    waiting: bool
    again: bool
    """Whether another one may take its place: not where somebody is in already."""


def rows(patient: Patient, found: list[Invitation], at: dt.datetime) -> list[Row]:
    return [_row(patient, one, at) for one in found]


def _row(patient: Patient, one: Invitation, at: dt.datetime) -> Row:
    state = invitations.state(one, at)
    moment = {
        State.WAITING: gettext("until {time}").format(
            time=told(one.expires_at, patient.site.time_zone)
        ),
        State.USED: one.used_at and told(one.used_at, patient.site.time_zone),
        State.REVOKED: one.revoked_at and told(one.revoked_at, patient.site.time_zone),
    }
    return Row(
        id=str(one.pk),
        who=one.name or gettext("The patient"),
        what=str(SCOPES.get(one.scope, "")),
        state=str(STATES[state]),
        when=moment.get(state) or told(one.expires_at, patient.site.time_zone),
        waiting=state == State.WAITING,
        again=state != State.USED,
    )


@dataclass(frozen=True)
class Caregiver:
    id: int
    name: str
    what: str
    until: str
    field: Field


def caregivers(patient: Patient, at: dt.datetime) -> list[Caregiver]:
    """Whose access holds, by name."""
    live = patient.proxies.filter(revoked_at=None).select_related("user")
    shown = [one for one in live if one.until is None or one.until > at]
    for one in shown:
        one.patient = patient
    found = [
        Caregiver(
            id=one.pk,
            name=one.name or str(one.user),
            what=str(SCOPES[one.scope]),
            until=invitations.last_day(one.until, patient).isoformat() if one.until else "",
            field=last_day_field(one),
        )
        for one in shown
    ]
    return sorted(found, key=lambda one: one.name)


def caregiver_of(patient: Patient, number: str) -> Proxy:
    """One whose access was not taken away; raises Http404 for any other."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    found = patient.proxies.filter(pk=int(number), revoked_at=None).first()
    if found is None:
        raise Http404
    found.patient = patient
    return found


def shown_once(
    request: HttpRequest, patient: Patient, made: Made, *, language: str, template: str
) -> HttpResponse:
    """The link as a QR code and the typed code: in this answer only, for they are kept nowhere.

    The secret follows a #, which no browser sends: it reaches no log, no proxy and no other site.
    """
    join = request.build_absolute_uri(reverse("join"))
    context = {
        "patient": patient,
        "caregiver": made.invitation.name,
        "qr": _qr(f"{join}#{made.secret}"),
        "address": join.partition("://")[2],
        "code": joining_rules.grouped(made.code),
        "until": told(made.invitation.expires_at, patient.site.time_zone),
    }
    if language not in dict(settings.LANGUAGES):
        language = translation.get_language()
    with translation.override(language):
        return render(request, template, context)


def _qr(link: str) -> SafeString:
    drawn = segno.make(link, error="m", micro=False)
    # segno's own SVG: nothing of it was typed by anyone
    return mark_safe(drawn.svg_inline(svgclass="qr__code", lineclass=None, omitsize=True))
