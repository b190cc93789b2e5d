"""The follow-up plan of one patient, with what each visit holds."""

import datetime as dt
from dataclasses import replace
from typing import Any

from outcomes.facts import columns
from outcomes.following import followed, holds
from outcomes.record import Record
from outcomes.reminding import policy_of, refusing
from outcomes.rules.plan import Plan, parts_recorded, plan
from outcomes.rules.reminders import Obstacle, obstacle
from outcomes.rules.values import Moment, Span
from outcomes.rules.worklist import Followed
from patients.models import ContactAttempt, LossToFollowUp, Patient, Transfer


def plan_of(record: Record, today: dt.date) -> tuple[Plan, Followed]:
    """Where every planned visit stands on a date, and what that stands on."""
    patient = record.patient
    losses, attempts = _of(record, LossToFollowUp), _of(record, ContactAttempt)
    own = followed(record.surgery, record.visits, losses, attempts)
    parts = {str(visit.pk): parts_recorded(columns(visit)) for visit in record.visits}
    ended = obstacle(
        status=patient.status,
        origin=patient.origin,
        entered_in_error=patient.entered_in_error,
        lost=own.lost,
        refused=bool(refusing(Patient.objects.filter(pk=patient.pk), {patient.site_id: today})),
    )
    found = plan(
        own.day(today),
        [replace(seen, parts=parts[seen.id]) for seen in own.visits],
        operated=own.operated,
        ended=ended,
        until=_until(record, ended, losses),
        policy=policy_of(patient.site),
    )
    return found, own


def _of(record: Record, model: type[Any]) -> list[Any]:
    return [row for row in record.contact if isinstance(row, model)]


def _until(record: Record, ended: Obstacle | None, losses: list[Any]) -> Span | None:
    """The day that the following ended, where one is recorded; of several the latest."""
    if ended is Obstacle.DIED and record.patient.died_on:
        return record.day(Moment(date=record.patient.died_on))
    ending = {
        Obstacle.TRANSFERRED: _of(record, Transfer),
        Obstacle.LOST: [one for one in losses if holds(one, record.visits, record.surgery.anchors)],
    }
    rows = ending.get(ended, []) if ended else []
    return record.day(rows[-1].when) if rows else None
