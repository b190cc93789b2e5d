"""What a person wants to be reminded of, and by which way; whom the clinic asked for a diary."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ReminderChoice(models.Model):
    """One person's switches, for everyone they are told about; without a row the defaults hold.

    A daily notice and whatever leaves the product are asked for, not imposed.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminder_choice"
    )
    visit = models.BooleanField(default=True)
    injection = models.BooleanField(default=True)
    pills = models.BooleanField(default=False)
    diary = models.BooleanField(default=True)
    push = models.BooleanField(default=False)
    email = models.BooleanField(default=False)


class PushSubscription(models.Model):
    """A browser that shows notices: where its push service takes them, and the keys it reads with.

    Ended, never changed: by its person, by signing out, or because the service says it is gone.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # a browser that two people share shows the notices of one of them
            models.UniqueConstraint(
                fields=["endpoint"], condition=Q(ended_at=None), name="push_once_a_browser"
            )
        ]


class DiaryRequest(models.Model):
    """A clinic's wish that a diary be kept from one day to another, both inclusive."""

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="diary_requests"
    )
    first = models.DateField()
    last = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="diary_request_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="diary_request_days"),
        ]
