"""What every clinical row carries: a client-made id, its version, and its place in the history."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from pydantic import BaseModel

from patients.documents.base import moment
from patients.models.columns import constraints_of, nest
from patients.moments import Moment
from patients.querysets import RecordQuerySet

REPORTERS = ("clinician", "patient", "caregiver", "laboratory", "import")


class Record(models.Model):
    """A clinical row. Written only by `patients.records`; triggers refuse anything else."""

    SHAPE: ClassVar[type[BaseModel]]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(editable=False)
    position = models.BigIntegerField(unique=True, editable=False)
    entered_in_error = models.BooleanField(default=False)
    reporter = models.CharField(max_length=12, default="clinician")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    written_on = models.DateField()
    """Civil date at the site when this version was written; nothing observed can be later."""

    class Meta:
        abstract = True

    def document(self) -> dict[str, Any]:
        """What was recorded, nested as it was written (Python values, without what is missing)."""
        return {"id": self.id, **nest(self.SHAPE, self)}

    def content(self) -> dict[str, Any]:
        """What the history keeps and the API answers: the document and how it came about."""
        return {
            "document": self.document(),
            "derived": self.derived(),
            "entered_in_error": self.entered_in_error,
            "reporter": self.reporter,
            "recorded_at": self.recorded_at,
            "recorded_by": self.recorded_by and self.recorded_by.username,
        }

    def derived(self) -> dict[str, Any]:
        """What the server worked out and keeps beside the document."""
        return {}

    @property
    def when(self) -> Moment:
        return moment(vars(self))

    @property
    def amended(self) -> bool:
        return self.version > 1


class PatientRecord(Record):
    """A clinical row of one patient, in the time zone of the site where it was recorded."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    time_zone = models.CharField(max_length=60)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


def record_constraints(
    shape: type[BaseModel], name: str, *, past: Iterable[str] = ("date", "date_lower")
) -> list[Any]:
    """The document's constraints, and the ones every record has; `past` dates cannot be later."""
    checks: list[Any] = constraints_of(shape, name)
    checks.append(
        models.CheckConstraint(condition=Q(reporter__in=REPORTERS), name=f"{name}_reporter")
    )
    checks += [
        models.CheckConstraint(
            condition=Q(**{f"{column}__isnull": True})
            | Q(**{f"{column}__lte": models.F("written_on")}),
            name=f"{name}_{column}_not_future",
        )
        for column in past
    ]
    return checks


def civil_date(when: dt.datetime, zone: str) -> dt.date:
    return when.astimezone(ZoneInfo(zone)).date()
