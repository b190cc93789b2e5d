"""Joining by an invitation: the code or the QR code's link, then the patient's birth year.

The link's secret stands after a #, which browsers keep to themselves; join.js moves it into the
form. Nothing is looked up before the year is given, so no answer tells which codes exist.
"""

from dataclasses import dataclass, field

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from outcomes.pages import reader
from patients import invitations, joining_rules, sessions
from patients.invitations import Joined, No
from patients.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LONGEST = 100


@dataclass
class Typed:
    """What was sent, and what is wrong with it, by field."""

    link: str = ""
    code: str = ""
    year: str = ""
    asks_year: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    no: str = ""


@sensitive_post_parameters("link", "code", "year")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    user = reader(request) if request.user.is_authenticated else None
    if user is not None and sessions.is_staff(user):
        return render(request, "patient/join_staff.html")
    if request.method != "POST":
        return _ask(request, Typed())
    typed = _typed(request)
    if typed.errors or "year" not in request.POST:
        return _ask(request, typed)
    if not ratelimit.consume(request, action="join"):
        return ratelimit.respond_429(request)
    return _try(request, user, typed)


def _typed(request: HttpRequest) -> Typed:
    link, code, year = (request.POST.get(name, "")[:LONGEST] for name in ("link", "code", "year"))
    typed = Typed(link=link, code=code, year=year.strip())
    if not link and len(joining_rules.as_typed(code)) != joining_rules.CODE_LENGTH:
        typed.errors["code"] = gettext("Write the 8 letters and digits of the code.")
        typed.asks_year = "year" in request.POST
        return typed
    typed.asks_year = True
    if "year" in request.POST and joining_rules.year(year) is None:
        typed.errors["year"] = gettext("Write the year with four digits, for example 1947.")
    return typed


def _ask(request: HttpRequest, typed: Typed) -> HttpResponse:
    status = 422 if typed.errors or typed.no else 200
    return render(request, "patient/join.html", {"typed": typed}, status=status)


@transaction.atomic
def _try(request: HttpRequest, user: User | None, typed: Typed) -> HttpResponse:
    """Joined and signed in, both or neither."""
    year = joining_rules.year(typed.year)
    outcome = invitations.join(
        link=typed.link,
        code=typed.code,
        year=year or 0,
        by=user,
        language=get_language() or "",
        at=timezone.now(),
    )
    if isinstance(outcome, No):
        typed.no = outcome.value
        return _ask(request, typed)
    return _welcome(request, user, outcome)


def _welcome(request: HttpRequest, user: User | None, joined: Joined) -> HttpResponse:
    if user is not None:
        messages.success(request, gettext("You are in."))
        return redirect("phone")
    login(request, joined.user, backend=BACKEND)
    messages.success(request, gettext("You are in, and stay signed in on this phone for 30 days."))
    return redirect("phone-sign-in")
