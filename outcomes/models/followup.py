"""What happens between visits: alerts, and notices waiting to be sent."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from outcomes.documents.alert import AlertDocument
from patients.models import Patient, PatientRecord, User
from patients.models.columns import fields_of
from patients.models.record import record_constraints
from patients.querysets import RecordQuerySet
from patients.roles import Permission

NOTIFICATION_STATES = ["waiting", "sending", "sent", "unknown", "failed", "cancelled"]


class AlertQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """For those who examine: patients and caregivers hear from them, not from a rule."""
        examined = Patient.objects.permitted(user, Permission.RECORD_OBSERVATION)
        return self.filter(patient__in=examined)

    def open(self) -> Self:
        """What nobody has acknowledged yet."""
        return self.current().filter(acknowledged_at=None)


class Alert(PatientRecord, fields_of(AlertDocument)):  # type: ignore[misc]
    """What a rule found in one measurement. It needs a person's answer and never closes itself."""

    SHAPE = AlertDocument

    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AlertQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["patient"], condition=Q(acknowledged_at=None), name="alert_open")
        ]
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

    def derived(self) -> dict[str, Any]:
        by = self.acknowledged_by
        return {
            "missing": (self.missing or "").split(),
            "acknowledged_by": by.username if by else None,
        }


class Notification(models.Model):
    """The outbox: a notice is a row first; the broker only wakes the worker that sends it.

    waiting → sending (claimed under a lease) → sent, or waiting again; cancelled where it is no
    longer wanted, failed where the provider would not take it, unknown where it may have arrived
    and cannot be sent again without risking a second one. All three say why in `reason`.
    """

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
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    """Under which the provider takes it once, however often it is sent."""
    due_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, default="waiting")
    reason = models.CharField(max_length=40, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, db_index=True)
    """Of the worker that is sending it."""
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "recipient", "kind", "slot", "channel"],
                name="notification_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=NOTIFICATION_STATES), name="notification_state"
            ),
            models.CheckConstraint(
                condition=Q(state="sending", claim__isnull=False, claimed_at__isnull=False)
                | ~Q(state="sending") & Q(claim__isnull=True, claimed_at__isnull=True),
                name="notification_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="notification_sent_at",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="notification_waiting")]


class Message(models.Model):
    """What the page shows to its reader: the mailbox of the channel "page", one row per key."""

    key = models.UUIDField(primary_key=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages"
    )
    text = models.CharField(max_length=200)
    """In the reader's language at sending; says that something waits, never what."""
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["recipient", "-received_at"], name="message_of_reader")]
