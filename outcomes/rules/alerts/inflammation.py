"""C-reactive protein after the operation.

It peaks on day 2-3 and falls over weeks: nothing absolute before postoperative day 7, nothing of a
course that starts earlier. The sedimentation rate peaks on day 5 and is often raised for six
weeks: no rule looks at it, so it never raises an alert alone.
Sources: CLINICAL.md G (trigger table, Inflammatory kinetics), J (Alerts: Fever. CRP) [POLICY].
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import (
    Rise,
    in_each_order,
    near,
    not_operated,
    pod_within,
    rises,
    unrecorded,
)
from outcomes.rules.alerts.fever import TEMPERATURE, WOUND_SIGNS, has_wound_sign, is_fever
from outcomes.rules.alerts.results import above, reported, result, results
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.values import Answer

EARLIER = "earlier_crp"
UNKNOWN = Answer.CANNOT_TELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One CRP: whether it is high for its day, and what it rose over."""

    now: Fact
    before: Fact | None
    high: Answer
    rise: Rise | None
    large: Rise | None
    missing: tuple[str, ...]

    @property
    def triggers(self) -> bool:
        return self.high is Answer.YES or _certain(self.rise)


def crp(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """CRP above 40 mg/L on day 7-10, or a rise by more than 5 after day 7."""
    if not_operated(facts):
        return
    yield from in_each_order(facts, results(facts, "crp"), lambda order: _crp(facts, order))


def _crp(facts: Facts, order: Sequence[Fact]) -> Iterator[Found]:
    for one in _judged(facts, order):
        if one.triggers:
            yield _triggered(facts, one)
        elif one.missing and _could_matter(facts, one):
            yield reported(
                "crp_cannot_check", Level.NOTE, one.now, answer=UNKNOWN, missing=one.missing
            )


def _judged(facts: Facts, order: Sequence[Fact]) -> Iterator[Judged]:
    limits = facts.thresholds
    late = [result(f) for f in order if _day(facts, f) is Answer.YES]
    small = rises(facts, late, lambda rise: rise > limits["crp_rise"])
    large = rises(facts, late, lambda rise: rise >= limits["crp_large_rise"])
    first = late[0].fact.id if late else ""
    before: Fact | None = None
    for now in order:
        high, rise = _high(facts, now), small.get(now.id)
        missing = []
        if _day(facts, now) is UNKNOWN:
            missing.append("day")
        elif now.id == first:
            missing.append(EARLIER)
        if (high is UNKNOWN and "day" not in missing) or (rise and not _certain(rise)):
            missing.append("value")
        yield Judged(
            now=now,
            before=before,
            high=high,
            rise=rise,
            large=large.get(now.id),
            missing=tuple(missing),
        )
        before = now


def _triggered(facts: Facts, one: Judged) -> Found:
    around = near(facts, one.now)
    before = next((r.before for r in (one.large, one.rise) if r and _certain(r)), one.before)
    if has_wound_sign(around) or any(is_fever(facts, v) for v in around):
        return reported("crp_with_sign", Level.URGENT, one.now, before=before)
    if _certain(one.large):
        return reported("crp_large_rise", Level.URGENT, one.now, before=before)
    missing = unrecorded(around, (*WOUND_SIGNS, TEMPERATURE))
    rule = "crp_high" if one.high is Answer.YES else "crp_rise"
    return reported(rule, Level.REVIEW, one.now, before=before, missing=missing)


def _certain(rise: Rise | None) -> bool:
    return rise is not None and rise.answer is Answer.YES


def _day(facts: Facts, fact: Fact) -> Answer:
    """Whether it was taken on postoperative day 7 or later."""
    return pod_within(facts, fact, facts.thresholds["crp_from_pod"])


def _high(facts: Facts, fact: Fact) -> Answer:
    first, last = facts.thresholds["crp_from_pod"], facts.thresholds["crp_until_pod"]
    answers = {
        above(result(fact), facts.thresholds["crp_high"]),
        pod_within(facts, fact, first, last),
    }
    if Answer.NO in answers:
        return Answer.NO
    return UNKNOWN if UNKNOWN in answers else Answer.YES


def _could_matter(facts: Facts, one: Judged) -> bool:
    """A value of at most 5 mg/L is neither high nor more than 5 above any other."""
    limit: Decimal = facts.thresholds["crp_rise"]
    return above(result(one.now), limit) is not Answer.NO


RULES: tuple[Rule, ...] = (crp,)
