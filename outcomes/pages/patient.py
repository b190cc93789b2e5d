"""One patient's course on one page."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.alert_basis import before_surgery, standing
from outcomes.charts import NAMES, Charts
from outcomes.diary import Diary
from outcomes.figures.base import Figure
from outcomes.figures.theme import Size
from outcomes.models import Alert
from outcomes.pages import page, queries
from outcomes.pages.cards import card
from outcomes.pages.drafts import waiting
from outcomes.planning import plan_of
from outcomes.presenters import (
    alerts,
    diary,
    header,
    history,
    medication,
    outcome,
    plan,
    sharing,
    visits,
)
from outcomes.readings import Surgery
from outcomes.record import Record
from outcomes.sharing import hidden
from patients import audit
from patients.access import held, load_at_work
from patients.models import Patient, User
from patients.models.record import civil_date
from patients.roles import Permission

# Visits whose missing parts are listed at once; those of older visits unfold.
RECENT = 3
RECENT_ENTRIES = 5


@require_safe
@page
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The course of one patient, for clinicians."""
    user: User = request.user  # type: ignore[assignment]
    found = load_at_work(user, patient_id)
    audit.record(by=user, action="patient.view", patient_id=found.pk)
    return render(request, "clinician/patient.html", _context(found, user))


def _context(found: Patient, user: User) -> dict[str, Any]:
    record = Record(found, user)
    charts = Charts(found, user, t=gettext, record=record)
    today = civil_date(timezone.now(), found.site.time_zone)
    may = held(user, found)
    # what a rule makes of the course is for clinicians
    asks = Permission.RECORD_OBSERVATION in may
    facts = record.facts(timezone.now()) if asks else None
    missing = visits.not_examined(record, gettext)
    planned, followed = plan_of(record, today)
    background, not_asked = history.background(record, gettext)
    return {
        "patient": found,
        "queries": queries.card(found, user, record.surgery) if asks else None,
        "drafts": waiting(user, found),
        "badges": header.badges(found, gettext),
        "person": header.person(found, today, gettext),
        "clocks": header.clocks(record, today, gettext),
        "may": {permission.value: True for permission in may},
        "alerts": _open_alerts(found, user, record.surgery) if asks else [],
        "hidden": sharing.to_discuss(hidden(record), record.surgery, may, gettext),
        "outcome": outcome.outcome(charts.followed, record, gettext),
        "charts": {
            name: card(partial(_drawn, charts, name), reverse("api-figure", args=[found.pk, name]))
            for name in NAMES
        },
        "plan": plan.card(planned, followed, gettext),
        "visits": visits.visits(record, gettext),
        "not_examined": missing[:RECENT],
        "not_examined_before": missing[RECENT:],
        "operations": history.operations(record, gettext),
        "complications": history.complications(record, gettext),
        "milestones": history.milestones(record, gettext),
        "imaging": history.imaging(record, gettext),
        "bone_density": history.bone_density(record, gettext),
        **medication.card(record, today, facts, gettext),
        "background": background,
        "not_asked": not_asked,
        "background_pk": record.background and record.background.pk,
        "care": history.contact(record, gettext),
        "diary": [diary.event(e, gettext) for e in Diary(found, user).recent(RECENT_ENTRIES)],
        "consents": history.consents(record, today, gettext),
    }


def _open_alerts(found: Patient, user: User, course: Surgery) -> list[alerts.AlertWords]:
    """What nobody has answered yet, the most pressing first."""
    rows = list(Alert.objects.visible_to(user).filter(patient=found).open())
    return alerts.alerts(rows, gettext, standing(rows), before_surgery(rows, course))


def _drawn(charts: Charts, name: str, size: Size) -> Figure:
    return charts.figure(name, size=size)
