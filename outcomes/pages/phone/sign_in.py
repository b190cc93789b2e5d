"""How someone without a password comes back: a passkey on this phone, or a code by e-mail."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outcomes.pages import page, reader
from patients import addresses, sessions
from patients.accounts import AddPasskey
from patients.addresses import Answer
from patients.models import User

# [POLICY] long enough to set up a way back after joining; a phone left lying about gives no new one
FRESH = timedelta(minutes=15)
LONGEST_EMAIL = 254
SIGN_IN_AGAIN = gettext_noop("To be safe, sign out and in again before this.")


def on_a_phone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page about the own sign-in; staff have a password and not this."""

    @page
    @wraps(view)
    def inner(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if sessions.is_staff(reader(request)):
            raise PermissionDenied
        return view(request, **kwargs)

    return inner


def changing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A change of the ways back, once the first is there: only soon after signing in."""

    @on_a_phone
    @wraps(view)
    def inner(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not may_change(request):
            messages.error(request, gettext(SIGN_IN_AGAIN))
            return redirect("phone-sign-in")
        return view(request, **kwargs)

    return inner


def may_change(request: HttpRequest) -> bool:
    user, since = reader(request), sessions.since(request.session)
    if since is not None and timezone.now() - since < FRESH:
        return True
    return not passkeys(user) and not addresses.of(user)


def passkeys(user: User) -> list[Authenticator]:
    kind = Authenticator.Type.WEBAUTHN
    return list(Authenticator.objects.filter(user=user, type=kind).order_by("created_at"))


@require_safe
@on_a_phone
def sign_in(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def _shown(request: HttpRequest, *, email: str = "", error: str = "") -> HttpResponse:
    user = reader(request)
    context = {
        "passkeys": passkeys(user),
        "address": addresses.of(user),
        "waiting": addresses.waiting(request),
        "may_change": may_change(request),
        "has_email": settings.HAS_EMAIL,
        "email": email,
        "error": error,
    }
    return render(request, "patient/sign_in.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@changing
def passkey(request: HttpRequest) -> HttpResponse:
    """What the phone needs to make a passkey (GET), and the passkey it made (POST)."""
    user = reader(request)
    if request.method == "GET":
        return JsonResponse(auth.begin_registration(user, passwordless=True))
    sent = {"credential": request.POST.get("credential", ""), "passwordless": "on"}
    form = AddPasskey(sent, user=user)
    if not form.is_valid():
        messages.error(request, gettext("The passkey was not saved. Try again."))
        return redirect("phone-sign-in")
    _keep(request, user, form.cleaned_data)
    messages.success(request, gettext("The passkey is saved: next time you sign in with it."))
    return redirect("phone-sign-in")


@transaction.atomic
def _keep(request: HttpRequest, user: User, cleaned: dict[str, Any]) -> None:
    made = auth.WebAuthn.add(user, cleaned["name"], cleaned["credential"]).instance
    authenticator_added.send(Authenticator, request=request, user=user, authenticator=made)


@require_POST
@changing
@transaction.atomic
def passkey_remove(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    for one in passkeys(user):
        if str(one.pk) == request.POST.get("id", ""):
            one.delete()
            authenticator_removed.send(Authenticator, request=request, user=user, authenticator=one)
            messages.success(request, gettext("The passkey is removed."))
    return redirect("phone-sign-in")


@require_POST
@changing
def email(request: HttpRequest) -> HttpResponse:
    """Send a code to an address; give the address up again, or remove the one that is there."""
    if request.POST.get("do") == "remove":
        addresses.give_up(request)
        addresses.remove(request, reader(request))
        return redirect("phone-sign-in")
    typed = request.POST.get("email", "").strip()[:LONGEST_EMAIL]
    try:
        validate_email(typed)
    except ValidationError:
        wrong = gettext("Write an email address, for example name@example.org.")
        return _shown(request, email=typed, error=wrong)
    if not addresses.begin(request, typed):
        wrong = gettext("Too many codes were asked for. Wait a quarter of an hour.")
        return _shown(request, email=typed, error=wrong)
    return redirect("phone-sign-in")


@require_POST
@changing
def email_code(request: HttpRequest) -> HttpResponse:
    """The code that came by e-mail: the address is the person's own."""
    answer = addresses.confirm(request, reader(request), request.POST.get("code", ""))
    if answer == Answer.WRONG:
        return _shown(request, error=gettext("This is not the code that we sent: look once more."))
    if answer == Answer.OVER:
        again = gettext(
            "This code cannot be used any more. Ask for a new one, or give another address."
        )
        return _shown(request, error=again)
    messages.success(request, gettext("From now on we can send you a code to sign in."))
    return redirect("phone-sign-in")
