"""A late decline after a plateau of the worst leg.

Sources: CLINICAL.md G (trigger table) and J (Alerts: Late decline; Time) [POLICY].
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from outcomes.rules.alerts.base import Found, Level, Raised
from outcomes.rules.alerts.grade_course import LEGS, Graded, graded
from outcomes.rules.alerts.order import Order
from outcomes.rules.alerts.raised_before import once
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.values import Answer

LATE = "motor_late_decline"
LATE_AFTER_DAY, PLATEAU_DAYS = 182, 60


@dataclass(frozen=True, slots=True)
class Worst:
    """The worse of both legs at one examination; there is none where a leg has no grade."""

    leg: Graded
    column: str


def late_decline(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """After day 182 an equal worst leg twice, 60 days or more apart, then a grade less.

    Where the days leave room for it, but not for certain: cannot tell.
    """
    worst = _worst_legs(facts)
    if len(worst) > 2:
        order = Order([fact for fact in facts.visits if fact.id in worst], facts)
        found = (_declined(order, worst, now) for now in worst.values())
        yield from once(found, LATE, facts, raised)


def _worst_legs(facts: Facts) -> dict[str, Worst]:
    found = {}
    for fact in facts.visits:
        legs = [Worst(g, column) for column in LEGS if (g := graded(fact, column))]
        if len(legs) == len(LEGS):
            found[fact.id] = min(legs, key=lambda worst: worst.leg.number)
    return found


def _declined(order: Order, worst: Mapping[str, Worst], now: Worst) -> Found | None:
    here = now.leg.fact
    earlier = [e for e in order.maybe_earlier(here) if worst[e.id].leg.compares(now.leg)]
    last = [worst[e.id] for e in order.last_of(earlier, here)]
    if not any(w.leg.number > now.leg.number for w in last):
        return None
    pairs = [
        (_plateau(one, other), worst[other.id])
        for one in earlier
        for other in earlier
        if order.before(one, other)
        and worst[one.id].leg.number == worst[other.id].leg.number > now.leg.number
    ]
    for answer in (Answer.YES, Answer.CANNOT_TELL):
        held = [other for told, other in pairs if told is answer]
        if held:
            return _late(answer, max(held, key=lambda w: w.leg.number), now)
    return None


def _plateau(one: Fact, other: Fact) -> Answer:
    """Whether the first is later than day 182 and the second at least 60 days after it."""
    first, second = one.day, other.day
    bounds = (first.lower, first.upper, second.lower, second.upper)
    if None in bounds:
        return Answer.CANNOT_TELL
    low, high, then_low, then_high = (float(b) for b in bounds if b is not None)
    if low > LATE_AFTER_DAY and then_low - high >= PLATEAU_DAYS:
        return Answer.YES
    if high <= LATE_AFTER_DAY or then_high - low < PLATEAU_DAYS:
        return Answer.NO
    return Answer.CANNOT_TELL


def _late(answer: Answer, before: Worst, now: Worst) -> Found:
    return Found(
        rule=LATE,
        level=Level.URGENT,
        now=now.leg.fact,
        column=now.column,
        value_now=now.leg.grade,
        answer=answer,
        missing=() if answer is Answer.YES else ("date",),
        before=before.leg.fact,
        value_before=before.leg.grade,
    )
