"""Thresholds in words: their names, units and what they do."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outcomes import reference, words
from outcomes.reference import ThresholdDefault
from outcomes.rules.bounds import WATCHED
from outcomes.thresholds import trimmed

NAMES: Mapping[str, Any] = {
    "reminder_lead_days": _("Reminder before a planned visit"),
    "quiet_from_hour": _("Quiet hours begin"),
    "quiet_until_hour": _("Quiet hours end"),
    "discuss_first_days": _("Wait for a result to be discussed"),
    "overdue_after_days": _("Overdue after"),
    "lost_after_attempts": _("Attempts before asking for loss to follow-up"),
    "grade_jump": _("Jump of a leg's grade"),
    "long_interval_days": _("Long time from cement to decompression"),
    # one bound for both postures
    "systolic": _("Systolic pressure"),
}
# UCUM units that a reader would not know
UNITS: Mapping[str, Any] = {
    "d": _("days"),
    "h": _("o'clock"),
    "{grade}": _("grades"),
    "{attempts}": _("attempts"),
    "Cel": _("°C"),
    "mm[Hg]": _("mmHg"),
    "/min": _("a minute"),
    "mL/min/{1.73_m2}": _("mL/min/1.73 m²"),
}


def name_of(threshold: ThresholdDefault) -> str:
    """For example "Post-void residual ≥" or "C-reactive protein >"."""
    field, _blank, sign = threshold.key.partition(" ")
    return f"{_field_name(field)} {sign}".strip()


def _field_name(field: str) -> str:
    if field in NAMES:
        return str(NAMES[field])
    if field in reference.analytes():
        return words.words("analyte", field)
    path = next(path for path, watched in WATCHED.items() if watched == field)
    return words.name(".".join(("visit", *path)))


def does(threshold: ThresholdDefault) -> str:
    """What it decides, in a sentence."""
    if threshold.does:
        return gettext(threshold.does)
    return gettext("A value beyond this is asked about when it is recorded.")


def unit_of(threshold: ThresholdDefault) -> str:
    return str(UNITS.get(threshold.unit, threshold.unit))


def plain(value: Decimal) -> str:
    return f"{trimmed(value):f}"


def with_unit(value: Decimal, threshold: ThresholdDefault) -> str:
    return f"{plain(value)} {unit_of(threshold)}"
