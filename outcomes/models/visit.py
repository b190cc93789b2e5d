"""A visit: one document, one row; each leaf of the document is a constrained column."""

from django.db import models
from django.db.models import Q

from outcomes.documents.visit import VisitDocument
from patients.models import PatientRecord
from patients.models.columns import fields_of, leaves
from patients.models.record import record_constraints

_MOTOR = [
    leaf.column
    for leaf in leaves(VisitDocument)
    if leaf.path[0] == "motor" and leaf.path != ("motor", "not_done")
]


class Visit(PatientRecord, fields_of(VisitDocument)):  # type: ignore[misc]
    SHAPE = VisitDocument

    class Meta:
        constraints = [
            *record_constraints(VisitDocument, "visit"),
            models.CheckConstraint(
                condition=~Q(mode="remote") | Q(**{f"{c}__isnull": True for c in _MOTOR}),
                name="visit_remote_has_no_grade",
            ),
            models.CheckConstraint(
                condition=Q(bladder_pvr_ml__isnull=True) | Q(bladder_pvr_not_done__isnull=True),
                name="visit_bladder_pvr_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(vitals_systolic_lying__isnull=True)
                | Q(vitals_diastolic_lying__isnull=True)
                | Q(vitals_diastolic_lying__lt=models.F("vitals_systolic_lying")),
                name="visit_pressure_lying",
            ),
            models.CheckConstraint(
                condition=Q(vitals_systolic_standing__isnull=True)
                | Q(vitals_diastolic_standing__isnull=True)
                | Q(vitals_diastolic_standing__lt=models.F("vitals_systolic_standing")),
                name="visit_pressure_standing",
            ),
        ]
        indexes = [models.Index(fields=["patient", "recorded_at"], name="visit_patient_order")]
