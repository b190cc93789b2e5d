"""Who needs attention, and the follow-up plan of one patient."""

import base64
import binascii
import datetime as dt
import json
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples, shapes
from api.errors import Problem
from api.pagination import limit, next_address, one_of, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import refusals
from outcomes.finding import searched
from outcomes.models import Alert
from outcomes.planning import plan_of
from outcomes.record import Record
from outcomes.rules.medication_safety import NextDue
from outcomes.rules.plan import Planned, Standing
from outcomes.rules.worklist import Followed, Need, Wanted
from outcomes.worklist import Entry, Wish, needing, work_list
from patients import audit
from patients.access import is_clinician, load_for
from patients.models import Patient
from patients.models.record import civil_date
from patients.roles import Permission

DOSES = (Need.DOSE_OVERDUE, Need.DOSE_DUE)
NEEDS = ("", *(need.value for need in Need))
WHOSE = ("site", "mine")


class NeedAnswer(BaseModel):
    """One thing that needs attention.

    An alert has `alert`, `rule`, `level` and `since`; a visit has `kind`, `slot` and its days on
    the clock with their dates, null where the day it counts from is not exactly known; a dose has
    `drug`, `course` and `due_on`; data queries have their `count`.
    """

    need: Need
    alert: UUID | None
    rule: str | None
    level: str | None
    since: dt.datetime | None
    drug: str | None
    course: UUID | None
    due_on: dt.date | None
    count: int | None
    kind: str | None
    slot: str | None
    target_day: int | None
    target_on: dt.date | None
    last_day: int | None
    closes_on: dt.date | None


class WorkListRow(BaseModel):
    """A patient and what they need, the most pressing first. `attempts` to reach them are those
    without answer since they were last reached or seen."""

    patient: UUID
    study_number: str
    record_number: str | None
    name: str | None
    origin: str
    attempts: int
    attempted_on: dt.date | None
    needs: list[NeedAnswer]


class WorkList(APIView):
    @extend_schema(
        operation_id="work_list",
        parameters=[
            OpenApiParameter("need", str, enum=NEEDS[1:]),
            OpenApiParameter("whose", str, enum=WHOSE),
            OpenApiParameter("q", str, description="Words of name, study or record number."),
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", str),
        ],
        responses={200: shapes.page(WorkListRow), **refusals(400, 401, 404)},
        examples=[OpenApiExample("work list", examples.WORK_LIST, response_only=True)],
        description=_(
            "For clinicians: open alerts by level, then overdue visits, then those due, then doses "
            "to be repeated, then the rest, and data queries last. Whoever is lost "
            "to follow-up is listed only with need=lost."
        ),
    )
    def get(self, request: Request) -> Response:
        if not is_clinician(request.user):
            raise Http404
        refuse_unknown_parameters(request, "need", "whose", "q")
        need, count = one_of(request, "need", NEEDS), limit(request)
        wish = Wish(
            search=searched(request.query_params.get("q", "")),
            mine=one_of(request, "whose", WHOSE) == "mine",
        )
        entries = work_list(request.user, timezone.now(), wish)
        rest = _after(needing(entries, Need(need) if need else None), request)
        found = rest[:count]
        more = next_address(request, _cursor(found[-1])) if len(rest) > count else None
        ids = [entry.candidate.id for entry in found]
        audit.record(by=request.user, action="patient.list", patient_ids=ids)
        people = Patient.objects.in_bulk(ids)
        rows = [_row(entry, people[entry.candidate.id]) for entry in found]
        return Response({"next": more, "results": rows})


def _row(entry: Entry, patient: Patient) -> dict[str, Any]:
    followed = entry.candidate.followed
    return {
        "patient": patient.pk,
        "study_number": patient.study_number,
        "record_number": patient.record_number,
        "name": patient.name,
        "origin": patient.origin,
        "attempts": followed.attempts,
        "attempted_on": followed.attempted_on,
        "needs": [_need(one, followed) for one in entry.wanted],
    }


def _need(one: Wanted, followed: Followed) -> dict[str, Any]:
    alert: Alert | None = one.details if one.need is Need.ALERT else None
    dose: NextDue | None = one.details if one.need in DOSES else None
    return {
        "need": one.need,
        "alert": alert and alert.pk,
        "rule": alert and alert.rule,
        "level": alert and alert.level,
        "since": alert and alert.recorded_at,
        "drug": dose and dose.drug,
        "course": dose and dose.course,
        "due_on": dose and dose.latest,
        "count": one.details if one.need is Need.QUERIES else None,
        **_window(one.planned, followed),
    }


def _window(planned: Planned | None, followed: Followed) -> dict[str, Any]:
    target, last = (planned.target, planned.last) if planned else (None, None)
    return {
        "kind": planned and planned.kind,
        "slot": planned and planned.slot,
        "target_day": target,
        "target_on": _on(followed, target),
        "last_day": last,
        "closes_on": _on(followed, last),
    }


def _on(followed: Followed, day: int | None) -> dt.date | None:
    """The date of a day, where exactly one can be said."""
    dates = followed.dates(day) if day is not None else None
    return dates[0] if dates and dates[0] == dates[1] else None


def _cursor(last: Entry) -> str:
    """The place of the last row. An alert's order is how long it waits, so its patient is named."""
    text = json.dumps([last.place[0], last.candidate.study_number])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _after(entries: list[Entry], request: Request) -> list[Entry]:
    """What follows the row that the cursor names; where it has left the list, its level anew."""
    cursor = request.query_params.get("cursor")
    if not cursor:
        return entries
    try:
        level, number = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(level, int) or not isinstance(number, str):
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise Problem(400, "cursor", _("Use the cursor of next.")) from None
    for place, entry in enumerate(entries):
        if entry.candidate.study_number == number:
            return entries[place + 1 :]
    return [entry for entry in entries if entry.place[0] >= level]


class PlannedVisit(BaseModel):
    """One planned visit and where it stands. Days count as `counted_from` says; an event without a
    window has none. `lacks` is what of the core its visit neither holds nor gives a reason for."""

    origin: str
    kind: str
    slot: str
    standing: Standing
    reason: str
    first_day: int | None
    target_day: int | None
    last_day: int | None
    opens_on: dt.date | None
    target_on: dt.date | None
    closes_on: dt.date | None
    visit: UUID | None
    in_window: str
    core: list[str]
    lacks: list[str]


class ScheduleAnswer(BaseModel):
    """The plan of a patient. `ended` says why nothing is asked for any more, `reason` why nothing
    can be planned; `day` is today's, null where not known."""

    next: None
    results: list[PlannedVisit]
    counted_from: str
    day: int | None
    ended: str | None
    reason: str


class Schedule(APIView):
    @extend_schema(
        operation_id="schedule",
        responses={200: ScheduleAnswer, **refusals(400, 401, 404)},
        examples=[OpenApiExample("schedule", examples.SCHEDULE, response_only=True)],
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        refuse_unknown_parameters(request)
        patient = load_for(request.user, Permission.VIEW_RECORD, patient_id)
        audit.record(by=request.user, action="schedule.view", patient_id=patient.pk)
        today = civil_date(timezone.now(), patient.site.time_zone)
        plan, followed = plan_of(Record(patient, request.user), today)
        return Response(
            {
                "next": None,
                "results": [_planned(one, followed, patient) for one in plan.visits],
                "counted_from": "index_decompression" if followed.operated else "cement",
                "day": plan.day,
                "ended": plan.ended,
                "reason": plan.reason,
            }
        )


def _planned(one: Planned, followed: Followed, patient: Patient) -> dict[str, Any]:
    return {
        "origin": patient.origin,
        "kind": one.kind,
        "slot": one.slot,
        "standing": one.standing,
        "reason": one.reason,
        "first_day": one.first,
        "target_day": one.target,
        "last_day": one.last,
        "opens_on": _on(followed, one.first),
        "target_on": _on(followed, one.target),
        "closes_on": _on(followed, one.last),
        "visit": one.by and one.by.id,
        "in_window": one.in_window,
        "core": one.core,
        "lacks": one.lacks,
    }
