"""Everything of which someone may be reminded, of many patients at once: rows in, rules out."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from outcomes.facts import facts_of
from outcomes.models import DiaryEntry, DiaryRequest
from outcomes.reminding import Course, courses
from outcomes.rules import waiting
from outcomes.rules.reminders import State
from outcomes.rules.waiting import NO_DIARY, Diary, Item, Kind, Standing
from patients.models import Patient
from patients.models.record import civil_date
from patients.recipients import recipients, themselves
from patients.roles import Permission

VISIT_AT = dt.time(9)
NEEDS = {
    Kind.VISIT: Permission.VIEW_RECORD,
    Kind.INJECTION: Permission.VIEW_RECORD,
    Kind.PILLS: Permission.VIEW_RECORD,
    Kind.DIARY: Permission.RECORD_DIARY,
}
"""What one must be permitted to be told of each kind."""


@dataclass(frozen=True)
class Waits:
    """What waits of one patient, and whether anything stands in the way of saying so."""

    course: Course
    items: tuple[Item, ...]
    today: dt.date

    @property
    def due(self) -> list[Item]:
        if self.course.obstacle is not None:
            return []
        return [*self._visits(), *(i for i in self.items if i.state is Standing.DUE)]

    def why_not(self, kind: str, slot: str) -> str:
        """The code of why what a notice is about is not due any more; empty where it is."""
        if kind == Kind.VISIT:
            state: State | Standing = self.course.reminders.state(slot)
        else:
            state = waiting.standing(slot, self.items, self.today)
        return "" if state in (State.DUE, Standing.DUE) else state

    def _visits(self) -> list[Item]:
        return [
            Item(
                kind=Kind.VISIT,
                slot=visit.slot,
                on=self.today - dt.timedelta(days=visit.since or 0),
                at=VISIT_AT,
                day=self.today + dt.timedelta(days=visit.left or 0),
                state=Standing.DUE,
            )
            for visit in self.course.reminders.due
        ]


def waits_of(
    patients: Sequence[Patient], now: dt.datetime, kinds: Collection[Kind] = tuple(Kind)
) -> dict[UUID, Waits]:
    """Of each patient (with its site), at least what waits of these kinds.

    The same few queries, however many patients there are.
    """
    followed = courses(patients, now)
    drugs = {Kind.PILLS, Kind.INJECTION}.intersection(kinds)
    facts = facts_of(patients, now, only=("drugs", "doses")) if drugs else {}
    diaries = _diaries(patients, now) if {Kind.PILLS, Kind.DIARY}.intersection(kinds) else {}
    found = {}
    for patient in patients:
        course, here = followed[patient.pk], now.astimezone(ZoneInfo(patient.site.time_zone))
        diary = diaries.get(patient.pk, NO_DIARY)
        items = waiting.items(here, facts.get(patient.pk), diary, course.policy)
        found[patient.pk] = Waits(course=course, items=items, today=here.date())
    return found


def told(patients: Sequence[Patient]) -> dict[Kind, dict[UUID, list[int]]]:
    """Of each kind the ids of whom to tell.

    A visit or an injection is somebody's at the clinic where there is no family; what is to be done
    at home is not.
    """
    whoever = recipients(patients)
    found = {Kind.VISIT: whoever, Kind.INJECTION: whoever}
    for kind in (Kind.PILLS, Kind.DIARY):
        near = themselves(patients, NEEDS[kind])
        found[kind] = {patient.pk: sorted(near[patient.pk]) for patient in patients}
    return found


def _diaries(patients: Sequence[Patient], now: dt.datetime) -> dict[UUID, Diary]:
    """Of those with a diary, or asked for one; two queries and one for each date it is somewhere.

    A warning sign is no diary: whoever told one has not begun to keep it.
    """
    by_day: defaultdict[dt.date, list[UUID]] = defaultdict(list)
    for patient in patients:
        by_day[civil_date(now, patient.site.time_zone)].append(patient.pk)
    asked = {
        row.patient_id: row
        for row in DiaryRequest.objects.filter(patient__in=patients, ended_at=None)
    }
    found = {
        patient_id: Diary(asked_from=row.first, asked_to=row.last)
        for patient_id, row in asked.items()
    }
    for day, ids in by_day.items():
        for row in _entries(ids, day):
            request = asked.get(row["patient"])
            found[row["patient"]] = Diary(
                asked_from=request.first if request else None,
                asked_to=request.last if request else None,
                last_before=row["before"],
                today=row["latest"] is not None,
                pills_today=row["pills"] is not None,
            )
    return found


def _entries(ids: Sequence[UUID], day: dt.date) -> list[Any]:
    since = day - dt.timedelta(days=waiting.BEGUN_DAYS)
    rows = DiaryEntry.objects.filter(patient__in=ids, date__gte=since, date__lte=day).current()
    return list(
        rows.exclude(kind="red_flag")
        .values("patient")
        .annotate(
            before=Max("date", filter=Q(date__lt=day)),
            latest=Max("date", filter=Q(date=day)),
            pills=Max("date", filter=Q(date=day, kind="pills")),
        )
        .order_by()
    )
