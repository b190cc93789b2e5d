"""What every page of the phone has: whose it is, and a form of it without anything personal.

`?shell` asks for the same page with nothing about the person in it. The phone keeps that one to
open without a network; what is personal it fills in from its own encrypted store (phone-shell.js).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from outcomes.pages import reader
from patients import audit
from patients.access import Own

OFFLINE = ("phone-today", "phone-signs", "phone-entries", "phone-more")
"""The pages that open without a network."""


def is_shell(request: HttpRequest) -> bool:
    return "shell" in request.GET


def show(
    request: HttpRequest,
    template: str,
    own: Own,
    context: dict[str, Any],
    *,
    action: str,
    status: int = 200,
) -> HttpResponse:
    """A page about one person; who read what is kept, of a shell there is nothing to keep."""
    shell = is_shell(request)
    if not shell:
        audit.record(by=reader(request), action=action, patient_id=own.patient.pk)
    frame = {
        "own": own,
        "patient": own.patient,
        "shell": shell,
        "offline": offline_pages(own),
    }
    return render(request, template, frame | context, status=status)


def offline_pages(own: Own) -> list[str]:
    """The addresses that the phone keeps for this person: of whoever only sees, the advice."""
    names = OFFLINE if own.reports else ("phone-signs",)
    pages = [reverse(name, args=[own.patient.pk]) for name in names]
    return [*pages, reverse("phone-no-network")]
