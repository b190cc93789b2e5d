"""My recovery: the own course in plain words and small pictures."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.charts import Charts
from outcomes.figures import svg
from outcomes.pages import page, reader
from outcomes.pages.phone.frame import offline_pages
from outcomes.planning import plan_of
from outcomes.presenters import header
from outcomes.presenters.own.base import Topic
from outcomes.presenters.own.bladder import bladder
from outcomes.presenters.own.legs import legs
from outcomes.presenters.own.next_visit import next_visit
from outcomes.presenters.own.pain import pain
from outcomes.presenters.own.results import results
from outcomes.presenters.own.walking import walking
from outcomes.record import Record
from outcomes.reference import literature
from patients import audit
from patients.access import Own, load_own
from patients.models import User
from patients.models.record import civil_date

TOPICS = (legs, walking, bladder, pain, results)


@dataclass(frozen=True)
class Shown:
    """A topic, its drawing, and the rows of the list behind it, the latest first."""

    topic: Topic
    drawing: SafeString
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


def load_seen(user: User, patient_id: UUID) -> Own:
    """The own record, or one that one may see; one that one only reports for is not there."""
    own = load_own(user, patient_id)
    if not own.sees:
        raise Http404
    return own


@require_safe
@page
def recovery(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The course for the patient and the caregivers who see the record."""
    user = reader(request)
    own = load_seen(user, patient_id)
    audit.record(by=user, action="patient.recovery", patient_id=own.patient.pk)
    return render(request, "patient/recovery.html", _context(own, user))


def _context(own: Own, user: User) -> dict[str, Any]:
    record = Record(own.patient, user)
    subject = Charts(own.patient, user, t=gettext, record=record).subject
    today = civil_date(timezone.now(), own.patient.site.time_zone)
    planned, followed = plan_of(record, today)
    return {
        "own": own,
        "patient": own.patient,
        "offline": offline_pages(own),
        "badges": header.badges(own.patient, gettext),
        "topics": [_shown(topic(record, subject, gettext)) for topic in TOPICS],
        "next": next_visit(planned, followed, today, gettext),
        "published": len(literature()),
    }


def _shown(topic: Topic) -> Shown:
    if topic.figure is None:
        return Shown(topic=topic, drawing=mark_safe(""))
    table = topic.figure.table
    rows = (
        (when, tuple(zip(table.headers[1:], cells, strict=True))) for when, *cells in table.rows
    )
    # The renderer escapes every text it is given.
    drawn = mark_safe(svg.render(topic.figure, size="narrow"))
    return Shown(topic=topic, drawing=drawn, rows=tuple(rows)[::-1])
