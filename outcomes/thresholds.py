"""Numbers that a site may replace by its own: what they are, and what holds at a site."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from outcomes import reference
from outcomes.reference import ThresholdDefault
from outcomes.rules.bounds import WATCHED
from outcomes.rules.text import gettext_noop as _
from patients.models import Site, Threshold

# what thresholds.csv says of each, marked for translation; a test keeps the two equal
DOES = (
    _("A reminder of a planned visit goes out this many days before it."),
    _("A planned visit is overdue this many days after its target while its window is open."),
    _(
        "After this many attempts without answer the work list asks whether a patient is lost "
        "to follow-up."
    ),
    _("From this hour of the evening no message is sent, in the patient's time zone."),
    _("Until this hour of the morning no message is sent, in the patient's time zone."),
    _("A result to be discussed first is hidden from the patient at most this many days."),
    _("A change of a leg's grade by this much between two visits is asked about."),
    _("More days than this from cement to decompression are asked about."),
)
NOTES = (
    _("The hour on a clock of 24 hours"),
    _("May be shortened only"),
    _("Trends are judged by the alert rules"),
    _("Three times an upper limit of 40"),
)


@cache
def defaults() -> Mapping[str, ThresholdDefault]:
    """What a site may set, by key: of the warning bounds, those that a write looks at."""
    used = {*WATCHED.values(), *reference.analytes()}
    return {
        key: threshold
        for key, threshold in reference.thresholds().items()
        if threshold.does or key.split()[0] in used
    }


def site_thresholds(site: Site) -> Mapping[str, Decimal]:
    """The value that holds at the site for every key, its own or the default; one query."""
    own = Threshold.objects.filter(site=site)
    kept = {row.key: trimmed(row.value) for row in own if row.value is not None}
    return {key: kept.get(key, default.value) for key, default in defaults().items()}


def trimmed(value: Decimal) -> Decimal:
    """Without the zeros that a column of four places adds: 150, not 150.0000."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
