"""What patients and caregivers report between visits."""

import datetime as dt
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from outcomes.documents.diary import DiaryDocument
from outcomes.models.medication import MedicationCourse
from patients.models import Patient, PatientRecord, User
from patients.models.columns import fields_of
from patients.models.record import record_constraints
from patients.moments import Moment, Status
from patients.querysets import RecordQuerySet, at_work
from patients.roles import Permission

CONFIDED = Q(kind="mood") | Q(sign="self_harm")
"""For the patient and the clinic alone [POLICY]."""
TIME_BASES = ("corrected", "received")


class DiaryQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """Entries of visible patients; who may only report sees what they reported themself.

        A caregiver reads nothing of the patient's mood or thoughts of self-harm that somebody else
        reported: a patient who had to fear that would not say it.
        """
        reported = Patient.objects.permitted(user, Permission.RECORD_DIARY)
        own = Q(recorded_by=user.pk, patient__in=reported)
        seen = Q(patient__in=Patient.objects.visible_to(user))
        closest = Patient.objects.filter(at_work(user, Permission.VIEW_RECORD) | Q(user=user.pk))
        confided = Q(patient__in=closest) | Q(recorded_by=user.pk) | ~CONFIDED
        return self.filter((seen & confided) | own)


class DiaryEntry(PatientRecord, fields_of(DiaryDocument, but=("course",))):  # type: ignore[misc]
    """Reported by a patient or caregiver, never mixed into examined values."""

    SHAPE = DiaryDocument

    course = models.ForeignKey(
        MedicationCourse, null=True, on_delete=models.PROTECT, related_name="diary"
    )
    occurred_at = models.DateTimeField()
    """`device_time` corrected by the clock's offset at sending; always approximate."""
    time_basis = models.CharField(max_length=10, default="corrected")
    """received: the device's two times cannot both be right, so this is when it was received."""
    date = models.DateField()
    """Civil date of `occurred_at` at the site."""

    objects = DiaryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            *record_constraints(DiaryDocument, "diary", past=("date",)),
            models.CheckConstraint(condition=Q(time_basis__in=TIME_BASES), name="diary_time_basis"),
        ]
        indexes = [models.Index(fields=["patient", "occurred_at"], name="diary_in_order")]

    @property
    def local_time(self) -> dt.time | None:
        """Time of day at the site, to the minute; None where only the day is known."""
        if self.day_only or self.time_basis != "corrected":
            return None
        there = self.occurred_at.astimezone(ZoneInfo(self.time_zone))
        return there.time().replace(second=0, microsecond=0)

    @property
    def when(self) -> Moment:
        return Moment(status=Status.APPROXIMATE, date=self.date, time=self.local_time)

    def derived(self) -> dict[str, Any]:
        return {
            "occurred_at": self.occurred_at,
            "date": self.date,
            "approximate": True,
            "time_basis": self.time_basis,
        }
