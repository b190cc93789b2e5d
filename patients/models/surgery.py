"""Operations, what followed, imaging, and the patient's background."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patients.documents import surgery as shapes
from patients.models.columns import fields_of
from patients.models.record import PatientRecord, record_constraints


class Procedure(PatientRecord, fields_of(shapes.ProcedureDocument)):  # type: ignore[misc]
    SHAPE = shapes.ProcedureDocument

    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            *record_constraints(shapes.ProcedureDocument, "procedure"),
            models.CheckConstraint(
                condition=Q(is_index__isnull=True)
                | Q(is_index=False)
                | (~Q(kind="cement") & Q(index_reason__isnull=False)),
                name="procedure_index_reasoned",
            ),
            models.CheckConstraint(
                condition=~Q(kind="decompression", timing_anchor="cement")
                | Q(intended="other", intended__isnull=False)
                | Q(timing_upper__gte=0, timing_upper__isnull=False)
                | Q(timing_upper__isnull=True, timing_day__isnull=True)
                | Q(timing_upper__isnull=True, timing_day__gte=0, timing_day__isnull=False),
                name="procedure_after_cement",
            ),
        ]


class Complication(
    PatientRecord,
    fields_of(shapes.ComplicationDocument, but=("procedure", "reoperation")),  # type: ignore[misc]
):
    SHAPE = shapes.ComplicationDocument

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="complications")
    reoperation = models.ForeignKey(
        Procedure, null=True, on_delete=models.PROTECT, related_name="follows"
    )

    class Meta:
        constraints = record_constraints(shapes.ComplicationDocument, "complication")


class Imaging(PatientRecord, fields_of(shapes.ImagingDocument)):  # type: ignore[misc]
    SHAPE = shapes.ImagingDocument

    class Meta:
        constraints = record_constraints(shapes.ImagingDocument, "imaging")


class BoneDensity(PatientRecord, fields_of(shapes.BoneDensityDocument)):  # type: ignore[misc]
    SHAPE = shapes.BoneDensityDocument

    class Meta:
        constraints = record_constraints(shapes.BoneDensityDocument, "bone_density")


class Background(PatientRecord, fields_of(shapes.BackgroundDocument)):  # type: ignore[misc]
    SHAPE = shapes.BackgroundDocument

    class Meta:
        constraints = [
            *record_constraints(shapes.BackgroundDocument, "background", past=("recorded_as_of",)),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(entered_in_error=False),
                name="background_once",
            ),
        ]
