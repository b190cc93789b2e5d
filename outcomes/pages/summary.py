"""A patient on one page for handing over: on the screen, and as PDF."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes import printing
from outcomes.alert_basis import before_surgery, standing
from outcomes.charts import Charts
from outcomes.diary import Diary
from outcomes.models import Alert
from outcomes.pages import page, reader
from outcomes.presenters import alerts, diary, header, outcome
from outcomes.presenters import summary as presented
from outcomes.record import Record
from patients import audit
from patients.access import load_at_work
from patients.models import Patient, User
from patients.models.record import civil_date

STYLE = "summary.css"


@require_safe
@page
def summary(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What to know of a patient at a glance; the browser prints it as it stands."""
    user = reader(request)
    patient = load_at_work(user, patient_id)
    audit.record(by=user, action="summary.view", patient_id=patient.pk)
    return render(request, "clinician/summary.html", _context(patient, user))


@require_safe
@page
def summary_pdf(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The same on one sheet of A4."""
    user = reader(request)
    patient = load_at_work(user, patient_id)
    html = render_to_string("clinician/summary_print.html", _context(patient, user), request)
    try:
        made = printing.pdf(html, _style())
    except printing.CannotPrint as why:
        messages.error(request, gettext(str(why)))
        return redirect("patient-summary", patient.pk)
    audit.record(by=user, action="summary.print", patient_id=patient.pk)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{patient.study_number}.pdf"'
    return answer


def _style() -> str:
    found = finders.find(STYLE)
    with open(str(found), encoding="utf-8") as file:
        return file.read()


def _context(patient: Patient, user: User) -> dict[str, Any]:
    record = Record(patient, user)
    followed = Charts(patient, user, t=gettext, record=record).followed
    now = timezone.now()
    today = civil_date(now, patient.site.time_zone)
    reported = Diary(patient, user).last_days()
    opened = list(Alert.objects.visible_to(user).filter(patient=patient).open())
    return {
        "patient": patient,
        "badges": header.badges(patient, gettext),
        "person": header.person(patient, today, gettext),
        "clocks": header.clocks(record, today, gettext),
        "outcome": outcome.outcome(followed, record, gettext),
        # to patients and caregivers there are none
        "alerts": alerts.alerts(
            opened, gettext, standing(opened), before_surgery(opened, record.surgery)
        ),
        "sections": presented.summary(record, followed, today, gettext),
        "diary": diary.one_line(reported, gettext) if reported else "",
        "now": now,
        "by": user.get_full_name() or user.username,
    }
