"""A file of laboratory results on its way into records: a row first, the broker only wakes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

IMPORT_STATES = ["reading", "preview", "importing", "done", "failed", "discarded", "forgotten"]
WORKING = ("reading", "importing")
ROW_OUTCOMES = ["new", "corrects", "known", "refused", "added", "corrected"]


class LabImport(models.Model):
    """reading → preview → importing → done; failed where the file could not be read.

    The file and its rows are kept until they are no longer needed; what stays after that are the
    counts. A worker holds it under a claim that expires: what one left, another goes on with.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey("patients.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="lab_imports"
    )
    """The one patient it is about; None for a file of the site."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="reading")
    straight_on = models.BooleanField(default=False)
    """Imported as soon as it is read, without anybody looking at the preview."""
    content = models.BinaryField(null=True)
    kind = models.CharField(max_length=12, blank=True, default="")
    encoding = models.CharField(max_length=12, blank=True, default="")
    ignored = models.JSONField(default=list)
    """Names of columns or segments that were not understood."""
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    """Of the step that goes on."""
    counts = models.JSONField(default=dict)
    """How many rows have which outcome."""
    problem = models.JSONField(null=True)
    """Why the file could not be read: code, message, values."""
    claim = models.UUIDField(null=True, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    """Claims since it last got on."""
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=IMPORT_STATES), name="lab_import_state"),
            models.CheckConstraint(
                condition=Q(claim__isnull=True, claimed_at__isnull=True)
                | Q(claim__isnull=False, claimed_at__isnull=False, state__in=WORKING),
                name="lab_import_claimed_while_working",
            ),
            models.CheckConstraint(
                condition=Q(state="reading", content__isnull=False) | ~Q(state="reading"),
                name="lab_import_has_its_file",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-created_at"], name="lab_import_of_owner")]

    @property
    def working(self) -> bool:
        return self.state in WORKING


class LabImportRow(models.Model):
    """One result of the file, and what becomes of it."""

    batch = models.ForeignKey(LabImport, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    """In the order of the file, from 1."""
    number = models.PositiveIntegerField()
    """As the file counts: the row of a table, the result of a message."""
    typed = models.JSONField(default=dict)
    document = models.JSONField(default=dict)
    is_correction = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10)
    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="+"
    )
    record_id = models.UUIDField(null=True)
    """The result it becomes, is, or corrects."""
    problems = models.JSONField(default=list)
    warnings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="lab_import_row_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=ROW_OUTCOMES), name="lab_import_row_outcome"
            ),
        ]
        indexes = [models.Index(fields=["batch", "outcome", "position"], name="lab_import_rows")]
