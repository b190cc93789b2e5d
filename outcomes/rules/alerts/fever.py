"""Fever by postoperative day. That there is none is never asked by another rule to stay silent.

Up to postoperative day 3 it is a note, unless it persists or goes with a wound, meningeal or new
neurological sign; from day 4, or where the day is not known, it is urgent.
Sources: CLINICAL.md G (trigger table), J (Alerts: Fever) [POLICY].
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import (
    UNORDERED,
    exact,
    finding,
    near,
    not_operated,
    pod_within,
    unrecorded,
)
from outcomes.rules.alerts.neurology import new_signs, not_examined, with_sign
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.values import Answer

TEMPERATURE, CELSIUS = "vitals_temperature_c", "°C"
WOUND_SIGNS = ("wound_drainage", "wound_clear_leak", "wound_redness", "wound_dehiscence")
DAY = 24  # hours
MENINGEAL_SIGNS = ("wound_meningism", "wound_postural_headache")


def fever(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Each temperature from 38.0 °C."""
    signs = new_signs(facts)
    for visit in facts.visits:
        if is_fever(facts, visit):
            yield _found(facts, visit, signs)


def is_fever(facts: Facts, visit: Fact) -> bool:
    value = visit.get(TEMPERATURE)
    return value is not None and exact(value) >= facts.thresholds["temperature_c ≥"]


def has_wound_sign(visits: Sequence[Fact]) -> bool:
    return any(v.get(column) for v in visits for column in WOUND_SIGNS)


def _found(facts: Facts, visit: Fact, signs: frozenset[str]) -> Found:
    around = near(facts, visit)
    meningeal = any(v.get(column) for v in around for column in MENINGEAL_SIGNS)
    if has_wound_sign(around) or meningeal or with_sign(facts, signs, visit):
        return finding("fever_with_sign", Level.URGENT, visit, TEMPERATURE, unit=CELSIUS)
    last = facts.thresholds["fever_urgent_pod"] - 1
    early = pod_within(facts, visit, Decimal(0), last)
    if early is not Answer.YES:
        unknown = ["day"] if early is Answer.CANNOT_TELL and not not_operated(facts) else []
        return finding("fever", Level.URGENT, visit, TEMPERATURE, unit=CELSIUS, missing=unknown)
    return _early(facts, visit, around)


def _early(facts: Facts, visit: Fact, around: Sequence[Fact]) -> Found:
    persists = _persists(facts, visit)
    if persists is not Answer.NO:
        unknown = [UNORDERED] if persists is Answer.CANNOT_TELL else []
        return finding(
            "fever_persisting", Level.URGENT, visit, TEMPERATURE, unit=CELSIUS, missing=unknown
        )
    missing = (
        *unrecorded(around, (*WOUND_SIGNS, *MENINGEAL_SIGNS)),
        *not_examined(facts, visit),
    )
    return finding(
        "fever_early",
        Level.NOTE,
        visit,
        TEMPERATURE,
        unit=CELSIUS,
        answer=Answer.CANNOT_TELL if missing else Answer.YES,
        missing=missing,
    )


# --- fever that persists --------------------------------------------------------------------------


def _persists(facts: Facts, visit: Fact) -> Answer:
    """38.0 °C and more on three days running, or 48 hours after another; a cooler value between
    does not end it. Cannot tell where it hangs on times of day that nobody recorded."""
    hot = [v for v in facts.visits if is_fever(facts, v)]
    days = {v.day.best for v in hot}
    today = visit.day.best
    running = int(facts.thresholds["fever_days_running"])
    if today is not None and {today - back for back in range(running)} <= days:
        return Answer.YES
    answers = {_hours_apart(facts, earlier, visit) for earlier in hot}
    return next((a for a in (Answer.YES, Answer.CANNOT_TELL) if a in answers), Answer.NO)


def _hours_apart(facts: Facts, earlier: Fact, visit: Fact) -> Answer:
    """Whether it came at least 48 hours, and at most a day more, before the visit."""
    first, last = _hours(earlier), _hours(visit)
    least = float(facts.thresholds["fever_hours"])
    if first is None or last is None:
        return Answer.NO
    low, high = last[0] - first[1], last[1] - first[0]
    if high < least or low > least + DAY:
        return Answer.NO
    return Answer.YES if low >= least else Answer.CANNOT_TELL


def _hours(fact: Fact) -> tuple[float, float] | None:
    """The earliest and latest hour on the clock of days; without a time it is the whole day."""
    when, day = fact.when, fact.day.best
    if day is None:
        return None
    if when.time is None:
        return day * DAY, (day + 1) * DAY - 1 / 60
    hour = day * DAY + when.time.hour + when.time.minute / 60
    return hour, hour


RULES: tuple[Rule, ...] = (fever,)
