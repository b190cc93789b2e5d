"""What happens between visits: the diary, alerts, and notices waiting to be sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from outcomes.documents.alert import AlertDocument
from outcomes.documents.diary import DiaryDocument
from patients.models import PatientRecord
from patients.models.columns import fields_of
from patients.models.record import record_constraints


class DiaryEntry(PatientRecord, fields_of(DiaryDocument)):  # type: ignore[misc]
    """Reported by a patient or caregiver, never mixed into examined values."""

    SHAPE = DiaryDocument

    occurred_at = models.DateTimeField()
    """`device_time` corrected by the clock's offset at sending; always approximate."""
    date = models.DateField()
    """Civil date of `occurred_at` at the site."""

    class Meta:
        constraints = record_constraints(DiaryDocument, "diary", past=("date",))


class Alert(PatientRecord, fields_of(AlertDocument)):  # type: ignore[misc]
    """What a rule found in one measurement. It needs a person's answer and never closes itself."""

    SHAPE = AlertDocument

    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            *record_constraints(AlertDocument, "alert", past=()),
            models.UniqueConstraint(
                fields=["patient", "rule", "measurement"], name="alert_once_per_measurement"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | Q(
                    acknowledged_by__isnull=False,
                    acknowledged_at__isnull=False,
                    acknowledgement_note__isnull=False,
                ),
                name="alert_acknowledged_by_someone",
            ),
        ]


class Notification(models.Model):
    """The outbox: a notice is a row first; the broker only wakes the worker that sends it."""

    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="notifications"
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=40)
    slot = models.CharField(max_length=80)
    """What makes it one notice, for example the visit window it is about."""
    channel = models.CharField(max_length=20)
    due_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "recipient", "kind", "slot", "channel"],
                name="notification_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "unknown", "cancelled"]),
                name="notification_state",
            ),
        ]
