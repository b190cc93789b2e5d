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
    "morning_hour": _("Pills of the day told"),
    "evening_hour": _("Empty diary told"),
    "discuss_first_days": _("Wait for a result to be discussed"),
    "overdue_after_days": _("Overdue after"),
    "lost_after_attempts": _("Attempts before asking for loss to follow-up"),
    "grade_jump": _("Jump of a leg's grade"),
    "long_interval_days": _("Long time from cement to decompression"),
    "emergency_on_call_minutes": _("Emergency alert goes to the person on call"),
    "emergency_second_minutes": _("Emergency alert goes to the second person"),
    "urgent_on_call_minutes": _("Urgent alert goes to the person on call"),
    "urgent_second_minutes": _("Urgent alert goes to the second person"),
    "pvr_rise_ml": _("Rise of the post-void residual"),
    "pvr_emergency_ml": _("Post-void residual that is an emergency"),
    "catheter_volumes": _("Large catheter volumes"),
    "catheter_volume_days": _("Days for large catheter volumes"),
    "together_days": _("Days for signs that count together"),
    "fever_urgent_pod": _("Fever is urgent from postoperative day"),
    "fever_days_running": _("Days of fever running"),
    "fever_hours": _("Hours between fever and fever"),
    "crp_high": _("High CRP in the second week"),
    "crp_from_pod": _("CRP is judged from postoperative day"),
    "crp_until_pod": _("Height of the CRP is judged until postoperative day"),
    "crp_rise": _("Rise of the CRP"),
    "crp_large_rise": _("Large rise of the CRP"),
    "pain_severe_nrs": _("Severe pain"),
    "pain_rise_nrs": _("Rise of pain"),
    "pain_reached_nrs": _("Pain that a rise must reach"),
    "leg_pain_nrs": _("Pain of both legs"),
    "hb_drop": _("Drop of the haemoglobin"),
    "alt_times_upper": _("ALT against the laboratory's upper limit"),
    "albumin_days": _("Age of an albumin that corrects calcium"),
    "side_swap": _("Right and left exchanged"),
    "lab_many_times": _("Laboratory result many times the last one"),
    "weight_change": _("Change of weight"),
    "height_change": _("Change of height"),
    "diary_quiet_days": _("Days between alerts on what a diary repeats"),
    # one bound for both postures
    "systolic": _("Systolic pressure"),
}
# UCUM units that a reader would not know
UNITS: Mapping[str, Any] = {
    "d": _("days"),
    "h": _("o'clock"),
    "min": _("minutes"),
    "{grade}": _("grades"),
    "{score}": _("points"),
    "{volume}": _("volumes"),
    "{hour}": _("hours"),
    "{factor}": _("times"),
    "{ratio}": _("times"),
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
