"""Whether and of what a patient is to be reminded: rows in, the rule's answers out."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from outcomes import demo
from outcomes.models import Visit
from outcomes.readings import Surgery
from outcomes.rules import timing
from outcomes.rules.reminders import (
    Obstacle,
    Policy,
    Reminders,
    Seen,
    obstacle,
    reminders,
)
from outcomes.rules.values import Answer, Moment
from outcomes.thresholds import site_thresholds
from patients.consent_rules import Purpose
from patients.models import LossToFollowUp, Patient, Procedure, Site
from patients.models.record import civil_date

# what a Moment is read from, and nothing of the examination
TIMED = (
    *("patient_id", "position", "date", "time", "date_lower", "date_upper"),
    *(f"timing_{part}" for part in ("status", "anchor", "day", "lower", "upper", "phase")),
)


def policy_of(site: Site) -> Policy:
    """The site's lead time and quiet hours; a demonstration, looked at at any hour, has none."""
    own = site_thresholds(site)
    until = dt.time(int(own["quiet_until_hour"]))
    waking = settings.DEMO and site.code == demo.SITE_CODE
    return Policy(
        lead_days=int(own["reminder_lead_days"]),
        quiet_from=until if waking else dt.time(int(own["quiet_from_hour"])),
        quiet_until=until,
    )


@dataclass(frozen=True)
class Course:
    """One patient today: what stands in the way of any reminder, and every window."""

    obstacle: Obstacle | None
    reminders: Reminders


def courses(patients: Sequence[Patient], now: dt.datetime) -> dict[UUID, Course]:
    """Of each patient (with its site); the same few queries, however many there are."""
    today = {p.pk: civil_date(now, p.site.time_zone) for p in patients}
    policies = {site: policy_of(site) for site in {p.site for p in patients}}
    refused = _refused(patients, today)
    procedures = _by_patient(Procedure, patients)
    visits = _by_patient(Visit, patients, "kind", *TIMED)
    losses = _by_patient(LossToFollowUp, patients, *TIMED)
    found = {}
    for patient in patients:
        surgery, seen = Surgery(tuple(procedures[patient.pk])), visits[patient.pk]
        found[patient.pk] = Course(
            obstacle=obstacle(
                status=patient.status,
                origin=patient.origin,
                entered_in_error=patient.entered_in_error,
                lost=any(_holds(loss, seen, surgery) for loss in losses[patient.pk]),
                refused=patient.pk in refused,
            ),
            reminders=reminders(
                surgery.day(Moment(date=today[patient.pk])),
                [Seen(kind=visit.kind, day=surgery.day(visit.when)) for visit in seen],
                operated=surgery.operated,
                policy=policies[patient.site],
            ),
        )
    return found


def _holds(loss: LossToFollowUp, visits: Sequence[Visit], surgery: Surgery) -> bool:
    """Whoever was certainly seen after it is no longer lost."""
    return not any(
        timing.is_after(visit.when, loss.when, anchors=surgery.anchors) is Answer.YES
        for visit in visits
    )


def _refused(patients: Sequence[Patient], today: dict[UUID, dt.date]) -> set[UUID]:
    """Who has withdrawn consent to care; one query for each date that it is somewhere."""
    return {
        patient_id
        for day in set(today.values())
        for patient_id in Patient.objects.filter(pk__in=[pk for pk in today if today[pk] == day])
        .refused(Purpose.CARE, day)
        .values_list("pk", flat=True)
    }


def _by_patient(
    model: type[Any], patients: Sequence[Patient], *columns: str
) -> defaultdict[UUID, list[Any]]:
    rows = model.objects.filter(patient__in=[p.pk for p in patients]).current()
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows.only(*columns).order_by("position"):
        found[row.patient_id].append(row)
    return found
