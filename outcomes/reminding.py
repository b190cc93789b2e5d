"""Whether and of what a patient is to be reminded: rows in, the rule's answers out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from outcomes import demo
from outcomes.following import followed_of
from outcomes.rules.reminders import (
    Obstacle,
    Policy,
    Reminders,
    obstacle,
    reminders,
)
from outcomes.thresholds import site_thresholds
from patients.consent_rules import Purpose
from patients.models import Patient, Site
from patients.models.record import civil_date
from patients.querysets import PatientQuerySet


def policy_of(site: Site) -> Policy:
    """The site's lead time, hours and quiet hours; a demonstration, looked at at any hour, has no
    quiet hours."""
    own = site_thresholds(site)
    first, last = int(own["quiet_until_hour"]), int(own["quiet_from_hour"])
    until = dt.time(first)
    waking = settings.DEMO and site.code == demo.SITE_CODE
    return Policy(
        lead_days=int(own["reminder_lead_days"]),
        overdue_days=int(own["overdue_after_days"]),
        unanswered=int(own["lost_after_attempts"]),
        quiet_from=until if waking else dt.time(last),
        quiet_until=until,
        morning=dt.time(max(int(own["morning_hour"]), first)),
        evening=dt.time(min(int(own["evening_hour"]), last - 1)),
    )


@dataclass(frozen=True)
class Course:
    """One patient today: what stands in the way of any reminder, and every window."""

    obstacle: Obstacle | None
    reminders: Reminders
    policy: Policy


def courses(patients: Sequence[Patient], now: dt.datetime) -> dict[UUID, Course]:
    """Of each patient (with its site); the same few queries, however many there are."""
    sites = {p.site for p in patients}
    today = {site.pk: civil_date(now, site.time_zone) for site in sites}
    policies = {site: policy_of(site) for site in sites}
    refused = refusing(Patient.objects.filter(pk__in=[p.pk for p in patients]), today)
    followed = followed_of(patients)
    found = {}
    for patient in patients:
        own = followed[patient.pk]
        found[patient.pk] = Course(
            obstacle=obstacle(
                status=patient.status,
                origin=patient.origin,
                entered_in_error=patient.entered_in_error,
                lost=own.lost,
                refused=patient.pk in refused,
            ),
            reminders=reminders(
                own.day(today[patient.site_id]),
                own.visits,
                operated=own.operated,
                policy=policies[patient.site],
            ),
            policy=policies[patient.site],
        )
    return found


def refusing(patients: PatientQuerySet, today: Mapping[Any, dt.date]) -> set[UUID]:
    """Who of them has withdrawn consent to care; one query for each date that it is somewhere.

    `today` is the date at each site, by its key.
    """
    return {
        patient_id
        for day in set(today.values())
        for patient_id in patients.filter(site__in=[pk for pk in today if today[pk] == day])
        .refused(Purpose.CARE, day)
        .values_list("pk", flat=True)
    }
