"""Reminders of whoever is signed in, for everyone they are told about."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from outcomes import email
from outcomes.actions import reminders as actions
from outcomes.pages import page, reader
from outcomes.pages.phone.sign_in import SIGN_IN_AGAIN, may_change
from outcomes.presenters import reminders as presenter
from outcomes.reaching import EMAIL, PUSH
from outcomes.signals import SUBSCRIPTION
from patients import audit, sessions
from patients.documents.base import Refused
from patients.records import Asked


@require_http_methods(["GET", "HEAD", "POST"])
@page
def reminders(request: HttpRequest) -> HttpResponse:
    """What waits now, the switches, the address, a test."""
    if request.method != "POST":
        return _shown(request)
    do = DEEDS.get(request.POST.get("do", ""))
    if do is None:
        return _shown(request, {"do": _("Choose one of the buttons.")})
    try:
        do(request, Asked(by=reader(request), at=timezone.now()))
    except Refused as refused:
        return _shown(request, _errors(refused))
    return redirect("phone-reminders")


def _shown(request: HttpRequest, errors: dict[str, str] | None = None) -> HttpResponse:
    user, now = reader(request), timezone.now()
    found = presenter.reminders(user, now)
    audit.record(by=user, action="reminder.view", patient_ids=found.patient_ids)
    context = {
        "shown": found,
        "errors": errors or {},
        "address": request.POST.get("address", ""),
    }
    return render(request, "patient/reminders.html", context, status=422 if errors else 200)


def _errors(refused: Refused) -> dict[str, str]:
    problem = refused.problems[0]
    where = next(iter(problem["path"]), "do")
    return {where: _(problem["message"]).format(**problem["values"])}


def _save(request: HttpRequest, asked: Asked) -> None:
    among = request.POST.getlist("shown")
    on = request.POST.getlist("on")
    actions.choose(user=reader(request), on=on, among=among, asked=asked)
    messages.success(request, _("Saved."))


def _address(request: HttpRequest, asked: Asked) -> None:
    """A confirmed address is a way to sign in: a new one needs what the page of sign-in asks."""
    typed = request.POST.get("address", "")
    if not (sessions.is_staff(reader(request)) or may_change(request)):
        raise Refused.at("address", code="sign_in_again", message=SIGN_IN_AGAIN)
    sent_to = actions.ask_address(user=reader(request), typed=typed, asked=asked)
    words = _("An email is on its way to {address}. Open the link in it to confirm the address.")
    messages.success(request, words.format(address=sent_to))


def _test(request: HttpRequest, asked: Asked) -> None:
    ways = actions.send_test(user=reader(request), asked=asked)
    names = {PUSH: _("to your phone"), EMAIL: _("by email")}
    told = [_("to your notices here"), *(names[way] for way in ways if way in names)]
    words = _("A test is on its way: {ways}.")
    messages.success(request, words.format(ways=", ".join(told)))


def _end_push(request: HttpRequest, asked: Asked) -> None:
    actions.end_push(user=reader(request), asked=asked)
    messages.success(request, _("No more notices on any of your phones."))


DEEDS = {"save": _save, "address": _address, "test": _test, "end-push": _end_push}


@require_POST
@page
def allow_push(request: HttpRequest) -> HttpResponse:
    """The browser's subscription, as `PushSubscription.toJSON()` has it."""
    asked = Asked(by=reader(request), at=timezone.now())
    try:
        given = _subscription(request.body)
        made = actions.allow_push(user=reader(request), **given, asked=asked)
    except Refused as refused:
        return JsonResponse({"problem": next(iter(_errors(refused).values()))}, status=422)
    request.session[SUBSCRIPTION] = made.pk
    return JsonResponse({"on": True})


def _subscription(body: bytes) -> dict[str, str]:
    try:
        found = json.loads(body)
        given: dict[str, Any] = {"endpoint": found["endpoint"], **found["keys"]}
        parts = {name: given[name] for name in ("endpoint", "p256dh", "auth")}
    except (ValueError, KeyError, TypeError):
        parts = {}
    if not parts or not all(isinstance(part, str) for part in parts.values()):
        raise Refused.at("endpoint", code="endpoint", message=actions.UNKNOWN_SERVICE)
    return parts


# --- opened from an email, signed in or not -----------------------------------------------------


@csrf_exempt  # the link is the permission: a mail program posts it without a page (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more emails, by one tap. It says nothing of anybody, whoever opens it."""
    key: UUID | None = email.stopped_by(token)
    if request.method == "POST":
        done = key is not None and actions.stop_email(key=key)
        return _plain(request, "stopped" if done else "link_over")
    return _plain(request, "stop" if key is not None else "link_over")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """An address is one's own: whoever can read what is sent there has the link."""
    found = actions.asked_address(token)
    if found is None:
        return _plain(request, "link_over")
    if request.method != "POST":
        return _plain(request, "confirm")
    user, address = found
    done = actions.confirm_address(user=user, address=address)
    return _plain(request, "confirmed" if done else "address_taken")


STATUS = {"link_over": 404, "address_taken": 409}


def _plain(request: HttpRequest, what: str) -> HttpResponse:
    status = STATUS.get(what, 200)
    return render(request, "patient/from_email.html", {"what": what}, status=status)
