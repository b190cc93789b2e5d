"""Whom to tell of alerts that nobody has acknowledged, when, and whether it is still wanted.

The people near the patient at once; the person on call, then a second one, each after minutes
that a site sets. CLINICAL.md G (Alert behaviour) [POLICY].
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from outcomes.models import Alert
from outcomes.thresholds import site_thresholds
from patients.models import Patient
from patients.recipients import Clinicians, clinicians

TOLD = ("urgent", "emergency")
"""Levels that people are told of; the others wait on the patient's page and the work list."""


class Stage(StrEnum):
    RAISED = "raised"
    ON_CALL = "first"
    SECOND = "second"


@dataclass(frozen=True)
class Due:
    """A stage of an alert that has come, and the ids of who is to be told."""

    alert: Alert
    stage: Stage
    at: dt.datetime
    told: tuple[int, ...]

    @property
    def slot(self) -> str:
        return f"{self.alert.pk} {self.stage}"


def due(alerts: Sequence[Alert], now: dt.datetime) -> list[Due]:
    """Every stage that has come of these alerts (with patient and site); the same few queries."""
    sites = {alert.patient.site for alert in alerts}
    thresholds = {site: site_thresholds(site) for site in sites}
    people = clinicians([alert.patient for alert in alerts])
    return [
        Due(alert, stage, at, tuple(sorted(_told(stage, alert.patient, people))))
        for alert in alerts
        for stage, at in _stages(alert, thresholds[alert.patient.site])
        if at <= now
    ]


def _stages(alert: Alert, own: Mapping[str, Decimal]) -> list[tuple[Stage, dt.datetime]]:
    def after(what: str) -> dt.datetime:
        minutes = own[f"{alert.level}_{what}_minutes"]
        return alert.recorded_at + dt.timedelta(minutes=int(minutes))

    return [
        (Stage.RAISED, alert.recorded_at),
        (Stage.ON_CALL, after("on_call")),
        (Stage.SECOND, after("second")),
    ]


def _told(stage: Stage, patient: Patient, people: Clinicians) -> set[int]:
    """Only who may open the record; where nobody is on call, everyone clinical who may."""
    if stage is Stage.RAISED:
        return people.near[patient.pk] or people.everyone(patient)
    on_call = people.on_call[patient.site_id, stage.value] & people.everyone(patient)
    return on_call or people.everyone(patient)


def watched() -> QuerySet[Alert]:
    """Open alerts to be told of, of people who are alive and followed here."""
    return (
        Alert.objects.open()
        .filter(level__in=TOLD, patient__entered_in_error=False)
        .exclude(patient__status="died")
        .exclude(patient__origin="published")
        .select_related("patient__site")
        .order_by("pk")
    )


def no_longer_wanted(slot: str) -> str:
    """The code of why an alert's notice is not sent any more, empty where it is."""
    alert_id, _space, _stage = slot.partition(" ")
    alert = Alert.objects.filter(pk=UUID(alert_id)).first()
    if alert is None or alert.entered_in_error:
        return "alert_gone"
    return "acknowledged" if alert.acknowledged_at else ""
