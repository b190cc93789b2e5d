"""Who stands near one patient: care team, caregivers, invitations."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from patients.roles import Scope


class CareTeamMember(models.Model):
    """A clinician in a patient's care team; ended, never deleted."""

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="care_team"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user"], condition=Q(until__isnull=True), name="care_team_once"
            )
        ]


class Proxy(models.Model):
    """A caregiver's own access to a patient: scoped, time-limited if wished, revocable at once."""

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="proxies"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proxies"
    )
    scope = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Scope])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=100, blank=True, default="")
    """What the caregiver is called here; of the same person elsewhere it may be another."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user"], condition=Q(revoked_at__isnull=True), name="proxy_once"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=[s.value for s in Scope]), name="proxy_scope"
            ),
        ]


class Invitation(models.Model):
    """A one-time way in for a patient or caregiver; only digests of its secrets are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="invitations"
    )
    scope = models.CharField(max_length=10, blank=True)
    """Empty for the patient, a caregiver's scope otherwise."""
    name = models.CharField(max_length=100, blank=True, default="")
    """Of a caregiver: what they are called here."""
    until = models.DateTimeField(null=True)
    """Of a caregiver: when their access will end, if it is limited."""
    link_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=128, unique=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scope__in=["", *(s.value for s in Scope)]), name="invitation_scope"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="invitation_expires"
            ),
        ]
