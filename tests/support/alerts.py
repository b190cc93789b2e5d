"""Alerts for tests that are about something else: stored as the rules store them, or answered."""

import uuid
from typing import Any

from django.utils import timezone

from outcomes.actions import alerts
from outcomes.documents.alert import AcknowledgementDocument, AlertDocument
from outcomes.models import Alert
from patients import records
from patients.documents.base import read
from patients.models import Patient, User
from patients.records import Asked


def an_alert(
    patient: Patient, level: str = "urgent", *, by: User | None = None, answered: bool = False,
    **more: Any,
) -> Alert:  # fmt: skip
    """A fall of the right leg that no visit of the patient shows."""
    record = str(uuid.uuid4())
    document = {
        "id": str(uuid.uuid4()), "rule": "motor_fall", "level": level, "answer": "yes",
        "measurement": f"{record} motor_right_grade 3", "column": "motor_right_grade",
        "record": record, "record_version": 1, "value_before": "4", "value_now": "3",
        "source": "CLINICAL.md G",
    } | more  # fmt: skip
    asked = Asked(by=by, at=timezone.now())
    records.create(Alert, read(AlertDocument, document), asked=asked, patient=patient)
    row = Alert.objects.get(pk=document["id"])
    if answered:
        answer(row, by)
        row.refresh_from_db()
    return row


def answer(row: Alert, by: User | None) -> None:
    alerts.acknowledge(
        row=row,
        document=read(AcknowledgementDocument, {"note": "Seen at once."}),
        asked=Asked(by=by, at=timezone.now()),
    )


def answer_all(patient: Patient, by: User) -> None:
    for row in Alert.objects.filter(patient=patient).open():
        answer(row, by)
