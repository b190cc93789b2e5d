"""A drug over time, and its single doses."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from outcomes.documents.medication import CourseDocument, DoseDocument
from patients.documents.base import moment
from patients.models import PatientRecord
from patients.models.columns import fields_of
from patients.models.record import record_constraints
from patients.moments import Moment


def _dose_has_unit(name: str, column: str = "dose") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{column}__isnull": True}) | Q(dose_unit__isnull=False), name=name
    )


class MedicationCourse(PatientRecord, fields_of(CourseDocument)):  # type: ignore[misc]
    SHAPE = CourseDocument

    class Meta:
        constraints = [
            *record_constraints(CourseDocument, "course", past=()),
            _dose_has_unit("course_dose_has_unit"),
            _dose_has_unit("course_daily_max_has_unit", "daily_max"),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(stop__isnull=True) | Q(stop__gte=F("start")),
                name="course_stop_after_start",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(timing_status__isnull=True),
                name="course_start_or_timing",
            ),
        ]

    def derived(self) -> dict[str, Any]:
        if self._state.adding:
            return {"doses": []}
        given = sorted(self.doses_given.all(), key=lambda dose: dose.position)
        return {"doses": [dose.document() for dose in given if not dose.entered_in_error]}

    @property
    def when(self) -> Moment:
        """When it started."""
        columns: dict[str, Any] = {**vars(self), "date": self.start}
        return moment(columns)


class MedicationDose(PatientRecord, fields_of(DoseDocument)):  # type: ignore[misc]
    SHAPE = DoseDocument

    course = models.ForeignKey(
        MedicationCourse, on_delete=models.PROTECT, related_name="doses_given"
    )

    class Meta:
        constraints = [*record_constraints(DoseDocument, "dose"), _dose_has_unit("dose_has_unit")]

    def derived(self) -> dict[str, Any]:
        return {"course": self.course_id}
