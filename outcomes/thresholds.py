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
    _("The pills of the day are told at this hour of the morning, once the quiet hours are over."),
    _(
        "An empty diary is told at this hour of the evening, an hour before the quiet hours "
        "at the latest."
    ),
    _("A result to be discussed first is hidden from the patient at most this many days."),
    _("A change of a leg's grade by this much between two visits is asked about."),
    _("More days than this from cement to decompression are asked about."),
    _(
        "An emergency alert that nobody has acknowledged goes to the person on call after this "
        "many minutes."
    ),
    _(
        "An emergency alert that nobody has acknowledged goes to the second person on call after "
        "this many minutes."
    ),
    _(
        "An urgent alert that nobody has acknowledged goes to the person on call after this many "
        "minutes."
    ),
    _(
        "An urgent alert that nobody has acknowledged goes to the second person on call after "
        "this many minutes."
    ),
    _("A post-void residual that rose by this much raises an alert."),
    _("A post-void residual from this volume on is an emergency."),
    _("So many large catheter volumes within one report ask for a review."),
    _("Large catheter volumes within so many days count together."),
    _(
        "Signs that were found within so many days of each other count together, such as "
        "a wound sign and fever."
    ),
    _("From this postoperative day on fever is urgent."),
    _("Fever on so many days running persists."),
    _("Fever again after so many hours persists."),
    _("A CRP above this asks for a review in the second week after the operation."),
    _("CRP is judged from this postoperative day on."),
    _("Until this postoperative day a CRP is judged by its height alone."),
    _("A CRP that rose by more than this asks for a review."),
    _("A CRP that rose by this much is urgent."),
    _("A pain number from this on is severe."),
    _("A pain number that rose by this much raises an alert."),
    _("A rise of pain counts where it reaches this number."),
    _("Pain from this number on in both legs counts as pain of both legs."),
    _(
        "A haemoglobin that fell by this much between two values after the operation "
        "asks for a review."
    ),
    _("ALT above so many times the laboratory's upper limit asks for a review."),
    _("An albumin at most so many days away corrects a total calcium."),
    _(
        "Right and left are asked about when exchanging them would fit the last examination better "
        "by this many grades, or as much in sensation and leg pain."
    ),
    _("A laboratory result this many times the last one or more is asked about."),
    _("A change of weight by more than this since the last one is asked about."),
    _("A change of height by more than this since the last one is asked about."),
    _(
        "What a diary repeats, such as large catheter volumes or low mood, raises an alert again "
        "after so many days."
    ),
)
NOTES = (
    _("The hour on a clock of 24 hours"),
    _("May be shortened only"),
    _("Trends are judged by the alert rules"),
    _("Three times an upper limit of 40"),
    _("Urgent means the same day"),
    _("One grade, one step of sensation and three points of pain count alike"),
    _("In both directions"),
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
