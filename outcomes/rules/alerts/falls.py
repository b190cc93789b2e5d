"""A fall with injury, sudden back pain, a new deformity: three triggers, each asks for imaging.

Each report is an event of its own. G asks to image for a broken or loose implant and a fracture
next to it, without a level; the same day is this product's choice.
Sources: CLINICAL.md G (trigger table), J (Alerts: three triggers) [POLICY].
"""

from collections.abc import Iterator, Sequence

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import reported
from outcomes.rules.facts import Facts


def fall(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from reported(facts, Level.SAME_DAY, "fall_with_injury", "safety_fall_with_injury")


def sudden_pain(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from reported(facts, Level.SAME_DAY, "sudden_back_pain", "safety_sudden_pain")


def deformity(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from reported(facts, Level.SAME_DAY, "new_deformity", "safety_deformity")


RULES: tuple[Rule, ...] = (fall, sudden_pain, deformity)
