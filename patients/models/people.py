"""The patient, and what is kept about their care rather than their body."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from patients.consent_rules import Decision, Purpose, Standing
from patients.documents import people as shapes
from patients.models.columns import fields_of
from patients.models.record import PatientRecord, Record, record_constraints
from patients.models.sites import Site
from patients.querysets import PatientQuerySet


class Patient(Record, fields_of(shapes.PatientDocument)):  # type: ignore[misc]
    """A person followed; identified by a pseudonymous study number beside the record number."""

    SHAPE = shapes.PatientDocument

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="patients")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="record"
    )

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            *record_constraints(shapes.PatientDocument, "patient", past=("birth_date", "died_on")),
            models.UniqueConstraint(fields=["study_number"], name="patient_study_number_once"),
            models.UniqueConstraint(
                fields=["site", "record_number"],
                condition=Q(entered_in_error=False),
                name="patient_record_number_once",
            ),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True, birth_year__isnull=True)
                | Q(birth_date__isnull=True, age_at_index__isnull=True)
                | Q(birth_year__isnull=True, age_at_index__isnull=True),
                name="patient_one_birth",
            ),
            models.CheckConstraint(
                condition=Q(died_on__isnull=True) | Q(status="died", status__isnull=False),
                name="patient_died_status",
            ),
            models.CheckConstraint(
                condition=Q(died_on__isnull=True)
                | Q(birth_date__isnull=True)
                | Q(died_on__gte=F("birth_date")),
                name="patient_died_after_birth",
            ),
        ]

    def __str__(self) -> str:
        return self.study_number

    def derived(self) -> dict[str, Any]:
        return {"site": self.site.code}


class Consent(PatientRecord, fields_of(shapes.ConsentDocument)):  # type: ignore[misc]
    SHAPE = shapes.ConsentDocument

    class Meta:
        constraints = record_constraints(shapes.ConsentDocument, "consent")

    def as_decision(self) -> Decision:
        """What the rule of what stands on a date reads."""
        return Decision(
            purpose=Purpose(self.purpose),
            standing=Standing(self.decision),
            written_on=self.written_on,
            position=self.position,
            date=self.date,
            date_lower=self.date_lower,
            date_upper=self.date_upper,
            entered_in_error=self.entered_in_error,
        )


class Milestone(PatientRecord, fields_of(shapes.MilestoneDocument)):  # type: ignore[misc]
    SHAPE = shapes.MilestoneDocument

    class Meta:
        constraints = record_constraints(shapes.MilestoneDocument, "milestone")


class Transfer(PatientRecord, fields_of(shapes.TransferDocument)):  # type: ignore[misc]
    SHAPE = shapes.TransferDocument

    class Meta:
        constraints = record_constraints(shapes.TransferDocument, "transfer")


class ContactAttempt(PatientRecord, fields_of(shapes.ContactAttemptDocument)):  # type: ignore[misc]
    SHAPE = shapes.ContactAttemptDocument

    class Meta:
        constraints = record_constraints(shapes.ContactAttemptDocument, "contact")


class LossToFollowUp(PatientRecord, fields_of(shapes.LossToFollowUpDocument)):  # type: ignore[misc]
    SHAPE = shapes.LossToFollowUpDocument

    class Meta:
        constraints = record_constraints(shapes.LossToFollowUpDocument, "loss")
