"""What the work list reads instead of whole courses: one row per patient, rebuilt at any time."""

from django.db import models
from django.db.models import F, Q

from patients.models import Patient


class FollowUp(models.Model):
    """Of a patient what the follow-up plan stands on, as `outcomes.rules.worklist.Followed`.

    Derived: written by what follows a clinical write, and by `manage.py rebuild_work_list`.
    Nothing in it depends on the day it is read.
    """

    patient = models.OneToOneField(
        Patient, primary_key=True, on_delete=models.CASCADE, related_name="follow_up"
    )
    operated = models.BooleanField()
    zero_from = models.DateField(null=True)
    zero_to = models.DateField(null=True)
    """Between which dates day 0 lies."""
    visits = models.JSONField(default=list)
    """Each visit as [kind, first day, last day] on the clock, null where not bounded."""
    lost = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    """To reach them, without answer since they were last reached or seen."""
    attempted_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(zero_from__isnull=True, zero_to__isnull=True)
                | Q(zero_from__lte=F("zero_to")),
                name="follow_up_zero",
            )
        ]
