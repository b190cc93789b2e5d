"""A laboratory result: as reported, and in the analyte's canonical unit beside it."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from outcomes.documents.laboratory import LabDocument
from patients.documents.base import EARLIEST
from patients.models import PatientRecord
from patients.models.columns import fields_of
from patients.models.record import record_constraints


class LabResult(PatientRecord, fields_of(LabDocument)):  # type: ignore[misc]
    """`value` and `unit` are as reported; `canonical` is in `canonical_unit` (UCUM)."""

    SHAPE = LabDocument

    date = models.DateField(null=True)
    """Civil date of the specimen in the site's zone, from `specimen_at`."""
    time = models.TimeField(null=True)
    comparator = models.CharField(max_length=2, blank=True)
    """"<" or ">" where the result is a bound, not a number."""
    canonical = models.DecimalField(max_digits=12, decimal_places=5, null=True)
    canonical_unit = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            *record_constraints(LabDocument, "lab", past=("date",)),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(interpretation__isnull=False),
                name="lab_result_or_interpretation",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True, canonical__isnull=True, canonical_unit="")
                | (
                    Q(value__isnull=False, canonical__isnull=False, unit__isnull=False)
                    & ~Q(unit="")
                    & ~Q(canonical_unit="")
                ),
                name="lab_value_has_unit",
            ),
            models.CheckConstraint(
                condition=Q(canonical__isnull=True) | Q(canonical__gte=0, canonical__lte=100_000),
                name="lab_canonical_is_a_number",
            ),
            models.CheckConstraint(
                condition=Q(comparator__in=["", "<", "<=", ">", ">="]), name="lab_comparator"
            ),
            models.CheckConstraint(
                condition=Q(
                    date__isnull=False, specimen_at__isnull=False, timing_status__isnull=True
                )
                | Q(date__isnull=True, specimen_at__isnull=True, timing_status__isnull=False)
                & ~Q(**{f"timing_{c}__isnull": True for c in ("day", "lower", "upper", "phase")}),
                name="lab_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(time__isnull=True) | Q(date__isnull=False), name="lab_time_has_date"
            ),
            models.CheckConstraint(
                condition=Q(date__isnull=True) | Q(date__gte=EARLIEST), name="lab_date_plausible"
            ),
        ]
        indexes = [models.Index(fields=["patient", "recorded_at"], name="lab_patient_order")]

    def derived(self) -> dict[str, Any]:
        return {
            "canonical_value": _digits(self.canonical),
            "canonical_unit": self.canonical_unit or None,
            "comparator": self.comparator or None,
        }


def _digits(number: Decimal | None) -> str | None:
    return None if number is None else format(number.normalize(), "f")
