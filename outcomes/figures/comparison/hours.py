"""Hours up to the incision: in words, and on a logarithmic axis with ticks people know."""

import math
from collections.abc import Sequence

from outcomes.figures.base import Translate, bounds, extent, has_bounds, number, placed, vague
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Span, Status

DAY, WEEK, MONTH, YEAR = 24, 168, 730.5, 8766
IN_HOURS = 72
"""Up to here a duration is said in hours alone."""
SHORTEST = 0.5
"""Where the axis begins at the latest; what is shorter stands at its edge."""
TICKS: tuple[tuple[float, str], ...] = (
    (SHORTEST, _("≤ ½ h")),
    (1, _("1 h")),
    (6, _("6 h")),
    (DAY, _("24 h")),
    (3 * DAY, _("3 days")),
    (WEEK, _("7 days")),
    (4 * WEEK, _("4 weeks")),
    (3 * MONTH, _("3 months")),
    (YEAR, _("1 year")),
    (3 * YEAR, _("3 years")),
    (10 * YEAR, _("10 years")),
)
HOW: dict[Status, str] = {
    Status.CONFLICT: _("sources disagree"),
    Status.DESCRIPTIVE_ONLY: _("in words only"),
    Status.NOT_APPLICABLE: _("not applicable"),
}


def position(hours: float) -> float:
    return math.log10(max(hours, SHORTEST))


def shown_range(spans: Sequence[Span]) -> tuple[float, float]:
    """From the first to the last tick that holds every bound; hours, 1 h to 7 days at least."""
    told = [hours for span in spans for hours in extent(span)]
    low, high = min([1.0, *told]), max([float(WEEK), *told])
    below = [hours for hours, _words in TICKS if hours <= low]
    above = [hours for hours, _words in TICKS if hours >= high]
    return max(below, default=SHORTEST), min(above, default=high)


def duration(hours: float, t: Translate) -> str:
    if abs(hours) <= IN_HOURS:
        return t(_("{hours} h")).format(hours=number(round(hours, 1)))
    return t(_("{days} days ({hours} h)")).format(
        days=number(round(hours / DAY, 1)), hours=_whole(hours)
    )


def _whole(hours: float) -> str:
    return f"{round(hours, 1):.10g}"


def in_words(span: Span, t: Translate) -> str:
    """The hours with their bounds; never a midpoint."""
    if not extent(span):
        return t(_("time not reported"))
    if span.best is not None and has_bounds(span):
        lower, upper = bounds(span)
        return t(_("about {best} (between {lower} and {upper})")).format(
            best=duration(span.best, t), lower=duration(lower, t), upper=duration(upper, t)
        )
    if span.best is not None:
        best = duration(span.best, t)
        return t(_("about {best}")).format(best=best) if vague(span) else best
    return _bounds_in_words(span, t)


def _bounds_in_words(span: Span, t: Translate) -> str:
    if span.lower is None and span.upper is not None:
        return t(_("at most {upper}")).format(upper=duration(span.upper, t))
    if span.upper is None and span.lower is not None:
        return t(_("at least {lower}")).format(lower=duration(span.lower, t))
    lower, upper = bounds(span)
    return t(_("between {lower} and {upper}")).format(
        lower=duration(lower, t), upper=duration(upper, t)
    )


def how_known(span: Span, t: Translate) -> str:
    """How well the hours are known."""
    if span.status in HOW:
        return t(HOW[span.status])
    if not extent(span):
        return t(_("not reported"))
    if span.best is None:
        return t(_("bounds only") if placed(span) else _("one bound only"))
    return t(_("approximate") if has_bounds(span) or vague(span) else _("exact"))
