"""What the comparison reads instead of whole courses: rebuilt at any time."""

from typing import Any

from django.db import models

from patients.models import Patient


def _grade() -> Any:
    return models.PositiveSmallIntegerField(null=True)


def _choice() -> Any:
    """One of a few values, empty where not recorded."""
    return models.CharField(max_length=30, blank=True, default="")


class CohortEntry(models.Model):
    """Of a patient what the comparison stands on, as `outcomes.rules.cohort_summary.Summary`.

    Derived: written by what follows a clinical write, and by `manage.py rebuild_comparison`.
    Nothing in it depends on the day it is read. Whose record is in error has none.
    """

    patient = models.OneToOneField(
        Patient, primary_key=True, on_delete=models.CASCADE, related_name="cohort_entry"
    )
    site = models.ForeignKey("patients.Site", on_delete=models.CASCADE, related_name="+")
    origin = models.CharField(max_length=12)
    operated = models.BooleanField()
    band = models.CharField(max_length=20)
    band_first_deficit = models.CharField(max_length=20)
    band_presentation = models.CharField(max_length=20)
    band_decision = models.CharField(max_length=20)
    hours = models.JSONField()
    """By where the time starts: [best, lower, upper, status]."""
    levels = models.CharField(max_length=90)
    """Vertebral levels named, "T12, L1", and nothing else of what was typed."""
    age_band = _choice()
    first_worst = _grade()
    equal_at_first = models.BooleanField(default=False)
    """Whether neither leg was the weaker at first; False too where that is not known."""
    preop_worst = _grade()
    preop_stale = models.CharField(max_length=20)
    etiology = _choice()
    technique = _choice()
    durotomy = _choice()
    fixation = _choice()
    cement_removal = _choice()
    residual_cement = _choice()
    compartment = _choice()
    cord_compression = _choice()
    complication = _choice()
    reoperation = _choice()
    recovery = models.JSONField(default=dict)
    """By grade: [after which day since decompression, by which], null for not by the last one."""
    consent = models.JSONField(default=list)
    """Research consent as `CohortConsent` has it, to know when it differs."""
    stamp = models.BigIntegerField()
    """A digest of all that is kept of the patient: the sum over people is their data version."""

    class Meta:
        # on PostgreSQL a comparison without filters reads these instead of the rows, which are wide
        indexes = [
            models.Index(
                fields=["origin", "site", "patient"],
                include=[
                    "band", "band_first_deficit", "band_presentation", "band_decision",
                    "first_worst", "preop_worst", "preop_stale", "stamp",
                ],
                name="cohort_entry_of_site",
            )
        ]  # fmt: skip


class CohortConsent(models.Model):
    """From when to when (exclusive; None: on and on) a person's research consent stands."""

    entry = models.ForeignKey(CohortEntry, on_delete=models.CASCADE, related_name="consents")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "since"], name="cohort_consent_once")
        ]


class CohortOutcome(models.Model):
    """Of a patient what one analysis window found on one clock, as `AtWindow`."""

    entry = models.ForeignKey(CohortEntry, on_delete=models.CASCADE, related_name="outcomes")
    clock = models.CharField(max_length=20)
    window = models.CharField(max_length=20)
    worst = _grade()
    right = _grade()
    left = _grade()
    weaker = _grade()
    lems = _grade()
    walks_alone = models.BooleanField(null=True)
    voids = models.BooleanField(null=True)
    dead = models.BooleanField(null=True)
    sustained = _grade()
    sustainable = _grade()
    absence = models.CharField(max_length=30, blank=True, default="")
    closes = models.DateField(null=True)
    day = models.JSONField()
    """Of the motor examination: [best, lower, upper, status]."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "clock", "window"], name="cohort_outcome_once")
        ]
        indexes = [
            models.Index(
                fields=["clock", "window", "entry"],
                include=[
                    "worst", "right", "left", "weaker", "lems", "walks_alone", "voids", "dead",
                    "sustained", "sustainable", "absence", "closes",
                ],
                name="cohort_outcome_window",
            )
        ]  # fmt: skip
