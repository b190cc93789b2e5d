"""How often each examiner finds a part unchanged, at the sites where one examines."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from outcomes.examiners import rates
from outcomes.models import Visit
from outcomes.pages import page, reader
from patients import audit
from patients.access import Forbidden
from patients.roles import ROLES, Permission

DAYS = 365
EXAMINING = [role for role, table in ROLES.items() if Permission.RECORD_OBSERVATION in table]


@require_safe
@page
def examiners(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    if not user.memberships.filter(active=True, role__in=EXAMINING).exists():
        raise Forbidden(Permission.RECORD_OBSERVATION)
    since = timezone.localdate() - dt.timedelta(days=DAYS)
    shown = rates(Visit.objects.visible_to(user).filter(patient__origin="registry"), since)
    audit.record(by=user, action="visit.rates")
    return render(request, "clinician/examiners.html", {"rates": shown, "days": DAYS})
