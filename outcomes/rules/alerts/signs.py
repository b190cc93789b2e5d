"""Signs of the cauda equina and of the cord that have not been there, or have become worse.

What is present at the first examination counts as first seen. Sources: CLINICAL.md G (trigger
table), J (Alerts: Signs) [POLICY].
"""

from collections.abc import Iterator, Sequence

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import exact, finding, in_each_order, steps
from outcomes.rules.alerts.neurology import SCALES
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.values import Answer

FREQUENCY = ("no", "monthly", "weekly", "daily")
RIGHT, LEFT = "pain_right_leg", "pain_left_leg"


def saddle(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """New or deeper numbness around the seat."""
    yield from _worsened(
        facts, "sign_saddle", Level.EMERGENCY, "sensation_saddle", SCALES["sensation_saddle"]
    )


def anal_tone(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Anal tone newly or further reduced."""
    yield from _worsened(
        facts, "sign_anal_tone", Level.EMERGENCY, "bowel_anal_tone", SCALES["bowel_anal_tone"]
    )


def fecal_incontinence(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """New fecal incontinence, or more often than before."""
    yield from _worsened(
        facts, "sign_fecal_incontinence", Level.EMERGENCY, "bowel_incontinence", FREQUENCY
    )


def spasticity(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Spasticity that has not been there."""
    yield from _worsened(
        facts, "sign_spasticity", Level.URGENT, "spasticity_present", SCALES["spasticity_present"]
    )


def bilateral_leg_pain(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Pain in both legs of 4 or more each, not in both before."""
    asked = [v for v in facts.visits if _pain(v, RIGHT) or _pain(v, LEFT)]
    yield from in_each_order(facts, asked, lambda order: _both_legs(facts, order))


def _worsened(
    facts: Facts, rule: str, level: Level, column: str, scale: Sequence[object]
) -> Iterator[Found]:
    yield from in_each_order(
        facts,
        facts.visits,
        lambda order: (
            finding(rule, level, step.now, column, before=step.before)
            for step in steps(order, column, scale)
        ),
    )


def _both_legs(facts: Facts, order: Sequence[Fact]) -> Iterator[Found]:
    before: Fact | None = None
    for now in order:
        answers = [_reaches(facts, now, leg) for leg in (RIGHT, LEFT)]
        if Answer.NO in answers:
            before = now
        elif Answer.CANNOT_TELL in answers:
            yield from _cannot_tell(now, answers)
        else:
            if before is None or Answer.NO in [_reaches(facts, before, g) for g in (RIGHT, LEFT)]:
                yield _both(now, before)
            before = now


def _cannot_tell(now: Fact, answers: Sequence[Answer]) -> Iterator[Found]:
    """One leg hurts enough, or both hurt without a number: the other number is needed."""
    missing = [
        leg for leg, a in zip((RIGHT, LEFT), answers, strict=True) if a is Answer.CANNOT_TELL
    ]
    held = next(leg for leg in (RIGHT, LEFT, *PRESENT.values()) if now.get(leg) is not None)
    yield finding(
        "sign_bilateral_leg_pain",
        Level.ASK,
        now,
        held,
        answer=Answer.CANNOT_TELL,
        missing=missing,
    )


def _both(now: Fact, before: Fact | None) -> Found:
    """The value is that of both legs; it is kept under the right one, with the left beside it."""
    return Found(
        rule="sign_bilateral_leg_pain",
        level=Level.EMERGENCY,
        now=now,
        column=RIGHT,
        value_now=_numbers(now),
        before=before,
        value_before=_numbers(before) if before else "",
    )


def _numbers(visit: Fact) -> str:
    """Right and left, for example "6 / 5"; a leg without a number is a dash."""
    return " / ".join("–" if (n := visit.get(leg)) is None else str(n) for leg in (RIGHT, LEFT))


PRESENT = {RIGHT: "pain_right_leg_present", LEFT: "pain_left_leg_present"}


def _pain(visit: Fact, leg: str) -> bool:
    """Whether pain of the leg was asked for and there."""
    return visit.get(leg) is not None or visit.get(PRESENT[leg]) is not None


def _reaches(facts: Facts, visit: Fact, leg: str) -> Answer:
    number = visit.get(leg)
    if number is not None:
        reached = exact(number) >= facts.thresholds["leg_pain_nrs"]
        return Answer.YES if reached else Answer.NO
    return Answer.NO if visit.get(PRESENT[leg]) is False else Answer.CANNOT_TELL


RULES: tuple[Rule, ...] = (saddle, anal_tone, fecal_incontinence, spasticity, bilateral_leg_pain)
