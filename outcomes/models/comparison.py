"""What the comparison reads instead of whole courses: rebuilt at any time."""

from typing import Any

from django.db import models

from patients.models import Patient


def _grade() -> Any:
    return models.PositiveSmallIntegerField(null=True)


class CohortEntry(models.Model):
    """Of a patient what the comparison stands on, as `outcomes.rules.cohort_summary.Summary`.

    Derived: written by what follows a clinical write, and by `manage.py rebuild_comparison`.
    Nothing in it depends on the day it is read. Consent is not kept here: it is asked for anew.
    """

    patient = models.OneToOneField(
        Patient, primary_key=True, on_delete=models.CASCADE, related_name="cohort_entry"
    )
    operated = models.BooleanField()
    band = models.CharField(max_length=20)
    hours = models.JSONField()
    """By where the time starts: [best, lower, upper, status]."""
    levels = models.CharField(max_length=60)
    """Vertebral levels named, and nothing else of what was typed."""
    age_from = models.PositiveSmallIntegerField(null=True)
    age_to = models.PositiveSmallIntegerField(null=True)
    """Between which years of age at the index decompression, else at the cement."""
    first_worst = _grade()
    preop_worst = _grade()
    preop_stale = models.CharField(max_length=20)


class CohortOutcome(models.Model):
    """Of a patient what one analysis window found on one clock, as `AtWindow`."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="cohort_outcomes")
    clock = models.CharField(max_length=20)
    window = models.CharField(max_length=20)
    worst = _grade()
    right = _grade()
    left = _grade()
    lems = _grade()
    walks_alone = models.BooleanField(null=True)
    voids = models.BooleanField(null=True)
    dead = models.BooleanField(null=True)
    day = models.JSONField()
    """Of the motor examination: [best, lower, upper, status]."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "clock", "window"], name="cohort_outcome_once"
            )
        ]
