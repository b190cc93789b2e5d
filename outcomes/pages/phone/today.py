"""Today: what to do now, each in one question; what was noted today, and what became of it."""

import uuid
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from outcomes import words
from outcomes.models import MedicationCourse
from outcomes.pages import page, reader
from outcomes.pages.phone import saying
from outcomes.pages.phone.frame import is_shell, show
from outcomes.pages.phone.log import days_of
from patients.access import Own, load_own
from patients.documents.base import Refused
from patients.models import User
from patients.records import Stale

PAIN_PLACES = ("pain_back", "pain_right_leg", "pain_left_leg")
WHYS = ("forgot", "side_effect", "none_left", "chose_not", "other")
# where one goes on after saying this
ON = {("mood", "low"): "kind-words", ("fall_new_pain", "true"): "fall-pain"}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def today(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    own = load_own(reader(request), patient_id)
    if request.method != "POST":
        return _shown(request, own)
    try:
        return _done(request, own)
    except Refused as refused:
        return _shown(request, own, refused)


def _done(request: HttpRequest, own: Own) -> HttpResponse:
    """Pressed without a script."""
    by = reader(request)
    if "undo" in request.POST:
        try:
            saying.take_back(own, request.POST.dict(), by, _("Taken back by who said it."))
            messages.success(request, _("Taken back."))
        except Stale:
            messages.error(request, _("It was changed meanwhile. Look at it again."))
        return HttpResponseRedirect(f"{request.path}#home")
    saying.record(own, request.POST.dict(), by)
    messages.success(request, _("Sent."))
    on = next((to for (name, value), to in ON.items() if request.POST.get(name) == value), "home")
    return HttpResponseRedirect(f"{request.path}#{on}")


def _shown(request: HttpRequest, own: Own, refused: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "here": reverse("phone-today", args=[own.patient.pk]),
        "new_id": uuid.uuid4,
        "pain_places": [(name, words.name(name)) for name in PAIN_PLACES],
        "pain_numbers": range(11),
        "skipped_whys": [(code, words.words("pills_skipped_why", code)) for code in WHYS],
        "refused": _told(refused) if refused else [],
        "said_kind": request.POST.get("kind", ""),
    }
    if not is_shell(request):
        context |= _personal(reader(request), own)
    return show(
        request,
        "patient/today.html",
        own,
        context,
        action="patient.today",
        status=422 if refused else 200,
    )


def _told(refused: Refused) -> list[str]:
    return [_(one["message"]).format(**one["values"]) for one in refused.problems]


def _personal(user: User, own: Own) -> dict[str, Any]:
    """What is not in the shell."""
    day = timezone.now().astimezone(ZoneInfo(own.patient.site.time_zone)).date()
    courses = (
        MedicationCourse.objects.visible_to(user)
        .current()
        .filter(Q(stop=None) | Q(stop__gte=day), Q(start=None) | Q(start__lte=day))
        .filter(Q(route=None) | Q(route="oral"), patient=own.patient)
    )
    return {
        "courses": courses.order_by("drug"),
        "today_entries": days_of(user, own, since=day, until=day, headings=False),
    }
