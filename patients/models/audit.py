"""Who did or saw what, append-only, without clinical content."""

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One read, search, write, export, sign-in or denial."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=60)
    """For example patient.view, visit.record, patient.list."""
    patient_id = models.UUIDField(null=True, db_index=True)
    patient_ids = models.JSONField(default=list)
    """Of a list or search: the patients that were returned."""
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Of a change to someone's sign-in or roles: that person."""
    site = models.ForeignKey("patients.Site", null=True, on_delete=models.PROTECT, related_name="+")
    """Of a change to a site, its staff or its thresholds."""
    record_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(null=True)
    request_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.action}"
