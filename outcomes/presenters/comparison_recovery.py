"""Recovery over time and concordance with timing, in sentences with their n."""

from collections.abc import Mapping
from typing import Any

from outcomes.comparison.computed import DESCRIPTIVE, TOO_FEW, steps_of
from outcomes.comparison.recovery import Recovered
from outcomes.figures.base import Translate
from outcomes.figures.comparison.states import WORDS as STATE_WORDS
from outcomes.figures.percents import percent
from outcomes.models import CohortJob
from outcomes.presenters import comparison_question as asked
from outcomes.presenters.comparison import rounded
from outcomes.presenters.comparison_words import counted
from outcomes.rules import schedule
from outcomes.rules.cohort_analysis import PRESET
from outcomes.rules.cohort_computed import MOST_FOLLOWED, MOST_PAIRED, RESAMPLES, Why
from outcomes.rules.cohort_states import Excluded, OthersStates, Timing
from outcomes.rules.statistics.proportions import Interval
from outcomes.rules.statistics.turnbull import share_without
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import default_stale_after

Told = Mapping[str, Any]
"""Part of the result of a job, as `computed.as_json`."""

GROUPS = {Timing.EARLY: _("24 h or less"), Timing.LATER: _("More than 24 h")}
EXCLUDED = {
    Excluded.ALREADY_THERE: _("at grade {grade} or better before the operation: {n}"),
    Excluded.BASELINE_UNKNOWN: _("grade before the operation not known: {n}"),
}
WHY = {
    Why.TOO_FEW: _("fewer than {preset} people in a group"),
    Why.TOO_MANY: _("more than {most} people: too many to compute here; choose a filter"),
    Why.ALIKE: _("timing or outcome hardly differ between these people"),
    Why.DIED: _(
        "{died} of these people died, and recovery was no longer possible for them. "
        "The bars above count everyone who died by each window."
    ),
    Why.UNSETTLED: _("the estimate did not settle"),
}
STATES = {
    "pending": _("Being computed."),
    "ready": _("Computed."),
    "failed": _("It could not be computed. Try again in ten minutes."),
    TOO_FEW: _(
        "Not computed: fewer than {preset} people with timing and outcome in a group. "
        "The counts above are all that can be said."
    ),
    DESCRIPTIVE: _("Not computed: the last examination is for description only."),
}
STEP = _("Being computed: step {done} of {total}.")


def said(state: str, job: CohortJob | None, t: Translate) -> str:
    """How far it is, in a sentence."""
    if state == "pending" and job is not None and job.total:
        return t(STEP).format(done=job.done, total=job.total)
    return t(STATES[state]).format(preset=PRESET)


def excluded(found: Mapping[Excluded, int], grade: int, t: Translate) -> str:
    """Who of a group is not counted, and why; empty for nobody."""
    parts = [t(EXCLUDED[why]).format(n=n, grade=grade) for why, n in found.items() if n]
    return t(_("Not counted: {reasons}.")).format(reasons="; ".join(parts)) if parts else ""


def stale(people: int, t: Translate) -> str:
    """How many of the counted have an old baseline; empty for nobody."""
    if not people:
        return ""
    told = counted(
        people,
        _(
            "Stale baseline: 1 of the counted was graded more than {days} days before the "
            "operation, or perhaps was."
        ),
        _(
            "Stale baseline: {n} of the counted were graded more than {days} days before the "
            "operation, or perhaps were."
        ),
    )
    return t(told).format(n=people, days=default_stale_after())


def others(found: Recovered, grade: int, t: Translate) -> list[dict[str, Any]]:
    """Tables of people one may not open, by timing group; empty where nobody is protected."""
    if found.rest is None:
        return []
    return [_of_others(group, t) for group in found.others(grade)]


def _of_others(group: OthersStates, t: Translate) -> dict[str, Any]:
    """Without rows where nothing is told."""
    stacks = group.stacks or {}
    told = any(count is not None for counts in stacks.values() for count in counts.values())
    return {
        "words": t(GROUPS[group.timing]),
        "heads": [t(words) for words, _fill in STATE_WORDS.values()],
        "rows": told
        and [
            (
                asked.value("window", window, t),
                [(t(w), rounded(counts[one], t)) for one, (w, _fill) in STATE_WORDS.items()],
            )
            for window, counts in stacks.items()
        ],
    }


# --- outcome against hours ------------------------------------------------------------------------


def tau(found: Told, t: Translate) -> list[str]:
    if found["why"]:
        none = _("No tau-b of exactly known hours (n = {n}): {why}.")
        return [t(none).format(n=found["people"], why=_why(found["why"], t))]
    told = _("tau-b = {value}{interval}, n = {n} people whose hours are known exactly.")
    interval, why = found["interval"], found["why_no_interval"]
    within = _(" (95 % interval {lower} to {upper})")
    ends = interval and {end: signed(interval[end]) for end in ("lower", "upper")}
    lines = [
        t(told).format(
            value=signed(found["value"]),
            interval=t(within).format(**ends) if ends else "",
            n=found["people"],
        )
    ]
    if why:
        lines.append(t(_("No interval: {why}.")).format(why=_why(why, t)))
    else:
        drawn = _("Interval: percentiles of {n} samples drawn anew from these people.")
        lines.append(t(drawn).format(n=RESAMPLES))
    return lines


def bounds(found: Told, t: Translate) -> list[str]:
    if found["why"]:
        none = _("No bounds of tau-b (n = {n}): {why}.")
        return [t(none).format(n=found["people"], why=_why(found["why"], t))]
    told = _(
        "With those as well whose hours are known only within bounds (n = {n}, {exact} of them "
        "exactly), tau-b lies between {lower} and {upper}, whatever the true hours are."
    )
    ends = found["bounds"]
    lines = [
        t(told).format(
            n=found["people"],
            exact=found["exact"],
            lower=signed(ends["lower"]),
            upper=signed(ends["upper"]),
        )
    ]
    inside = {
        (False, False): _("No possible order of the hours reaches either end: tau-b lies between."),
        (False, True): _("No possible order of the hours reaches the lower end: tau-b is above."),
        (True, False): _("No possible order of the hours reaches the upper end: tau-b is below."),
    }
    words = inside.get((ends["lower_reached"], ends["upper_reached"]))
    return [*lines, t(words)] if words else lines


def signed(value: float) -> str:
    """Two places, with a minus sign that is one; zero has none."""
    told = round(value, 2)
    return f"{told:+.2f}".replace("-", "−") if told else "0.00"


def _why(code: str, t: Translate, *, most: int = MOST_PAIRED, died: int = 0) -> str:
    return t(WHY[Why(code)]).format(preset=PRESET, most=most, died=died)


# --- time to recovery -----------------------------------------------------------------------------


def curve_words(curve: Told, t: Translate) -> str:
    words = t(GROUPS[Timing(curve["timing"])])
    return t(_("{group} (n = {n})")).format(group=words, n=curve["people"])


def curves(found: Told, t: Translate) -> list[str]:
    """Why there is no curve; and of each group who is in it, and who is not."""
    lines = []
    if found["why"]:
        why = _why(found["why"], t, most=MOST_FOLLOWED, died=found["died"])
        lines.append(t(_("No curve: {why}")).format(why=why.rstrip(".") + "."))
    return lines + [_counted(curve, found["grade"], t) for curve in found["curves"]]


def _counted(curve: Told, grade: int, t: Translate) -> str:
    told = counted(
        curve["people"],
        _(
            "{group}: {reached} of 1 person below grade {grade} before the operation was seen at "
            "it or better at two examinations in a row."
        ),
        _(
            "{group}: {reached} of {n} people below grade {grade} before the operation were seen "
            "at it or better at two examinations in a row."
        ),
    )
    said = t(told).format(
        group=t(GROUPS[Timing(curve["timing"])]), reached=curve["reached"], n=curve["people"],
        grade=grade,
    )  # fmt: skip
    absent = _("Not examined afterwards, or in an order that is not known: {n} more.")
    more = t(absent).format(n=curve["not_followed"]) if curve["not_followed"] else ""
    return f"{said} {more}".rstrip()


def by_window(found: Told, t: Translate) -> list[tuple[str, list[tuple[str, str]]]]:
    """For each window the groups with their share that had recovered by its day; empty without."""
    if found["why"]:
        return []
    groups = [
        (t(GROUPS[Timing(curve["timing"])]), steps_of(curve["steps"])) for curve in found["curves"]
    ]
    days = {
        window.kind: window.target
        for window in schedule.default_windows()
        if window.analysis is not None and window.target is not None
    }
    return [
        (
            t(_("{window} (day {day})")).format(window=asked.value("window", kind, t), day=day),
            [(group, _range(*share_without(steps, day))) for group, steps in groups],
        )
        for kind, day in days.items()
    ]


def _range(least: float, most: float) -> str:
    """The share with the event, where `least` to `most` are still without."""
    return percent(Interval(1 - most, 1 - least))
