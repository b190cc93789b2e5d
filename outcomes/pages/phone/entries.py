"""What was noted, day by day, and what became of it."""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from outcomes.models import DiaryEntry
from outcomes.pages import page, reader
from outcomes.pages.phone.frame import is_shell, show
from outcomes.pages.phone.log import days_of
from patients.access import Own, load_own
from patients.models import User

DAYS = 7
"""On one page."""


@require_safe
@page
def entries(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """`?until=DATE` begins at an earlier day."""
    user = reader(request)
    own = load_own(user, patient_id)
    until = _until(request, own)
    since = until - dt.timedelta(days=DAYS - 1)
    context = {}
    if not is_shell(request):
        context = {
            "days": days_of(user, own, since=since, until=until),
            "more": _latest_before(user, own, since),
        }
    return show(request, "patient/entries.html", own, context, action="patient.entries")


def _until(request: HttpRequest, own: Own) -> dt.date:
    today = timezone.now().astimezone(ZoneInfo(own.patient.site.time_zone)).date()
    try:
        asked = dt.date.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        return today
    return min(max(asked, dt.date(1900, 2, 1)), today)


def _latest_before(user: User, own: Own, day: dt.date) -> dt.date | None:
    found = DiaryEntry.objects.visible_to(user).current().filter(patient=own.patient)
    return found.filter(date__lt=day).order_by("-date").values_list("date", flat=True).first()
