"""Hospitals, people who sign in, and which role they hold where. Configuration, not clinical."""

import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from patients.roles import STAFF

TYPE_SIZES = ("normal", "large", "largest")


class User(AbstractUser):
    """Someone who signs in. What they may do comes from memberships, proxies and their record."""

    language = models.CharField(max_length=5, default="en")
    type_size = models.CharField(
        max_length=10, default="normal", choices=[(size, size) for size in TYPE_SIZES]
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username


JURISDICTIONS = ("EU", "US")


def validate_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("Give an IANA time zone, for example Asia/Seoul."))


class Site(models.Model):
    name = models.CharField(max_length=200)
    code = models.SlugField(unique=True)
    time_zone = models.CharField(max_length=60, validators=[validate_zone])
    phone = models.CharField(max_length=40, blank=True)
    emergency_number = models.CharField(max_length=20, blank=True)
    jurisdiction = models.CharField(
        max_length=2, blank=True, choices=[(code, code) for code in JURISDICTIONS]
    )
    """Whose drug labels hold here; empty: not set, and the stricter label holds."""
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


ON_CALL = ("first", "second")


class Membership(models.Model):
    """A role held at a site."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in STAFF])
    active = models.BooleanField(default=True)
    on_call = models.CharField(max_length=6, blank=True, default="")
    """Told of alerts that nobody acknowledges: "first", "second", or empty."""
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "site", "role"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in STAFF]), name="membership_role"
            ),
            models.CheckConstraint(
                condition=Q(on_call__in=["", *ON_CALL]), name="membership_on_call"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}, {self.site})"


class Threshold(models.Model):
    """A site's own value of a threshold; no value once the site has gone back to the default.

    Keys and defaults are reference data of the outcomes room.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="thresholds")
    key = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    reason = models.CharField(max_length=200)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="threshold_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="threshold_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.site})"
