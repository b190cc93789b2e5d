"""What the worker computes for a comparison: a row first, the broker only wakes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

JOB_KINDS = ["analysis", "export"]
JOB_STATES = ["waiting", "working", "done", "failed"]
OPEN_STATES = ("waiting", "working")
SUPERSEDED, UNFORESEEN = "superseded", "unforeseen"


class CohortJob(models.Model):
    """waiting → working → done; failed where it could not be made, or is asked no longer.

    Nothing in it leads to a person but to the one who asked: `key` is a digest of the question, of
    what that reader may open, of the data and of the method, so a result is found only by whom it
    would be made for again. A worker holds it under a claim that expires.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=64)
    question = models.JSONField(default=dict)
    """As `Question.parameters`."""
    more = models.JSONField(default=dict)
    """What else was asked: name and value."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, default="waiting")
    problem = models.CharField(max_length=12, blank=True, default="")
    """Why it failed: superseded (rights, data or method changed before it was made), unforeseen."""
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    """Of how many steps; None until it is known."""
    result = models.JSONField(null=True)
    content = models.BinaryField(null=True)
    media_type = models.CharField(max_length=80, blank=True, default="")
    file_name = models.CharField(max_length=120, blank=True, default="")
    requested_at = models.DateTimeField()
    claim = models.UUIDField(null=True, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="cohort_job_once"),
            models.CheckConstraint(condition=Q(kind__in=JOB_KINDS), name="cohort_job_kind"),
            models.CheckConstraint(condition=Q(state__in=JOB_STATES), name="cohort_job_state"),
            models.CheckConstraint(
                condition=Q(state="working", claim__isnull=False, claimed_at__isnull=False)
                | (~Q(state="working") & Q(claim__isnull=True, claimed_at__isnull=True)),
                name="cohort_job_claimed_while_working",
            ),
            models.CheckConstraint(
                condition=Q(state="done", result__isnull=False)
                | Q(state="done", content__isnull=False)
                | (~Q(state="done") & Q(result__isnull=True, content__isnull=True)),
                name="cohort_job_has_what_it_made",
            ),
        ]
        indexes = [models.Index(fields=["state", "requested_at"], name="cohort_job_waiting")]

    @property
    def pending(self) -> bool:
        return self.state in OPEN_STATES
