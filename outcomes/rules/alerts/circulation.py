"""Signs of a clot in the leg or the lung: each report is an emergency.

Sources: CLINICAL.md G (trigger table) [POLICY].
"""

from collections.abc import Iterator, Sequence

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import reported
from outcomes.rules.facts import Facts


def calf_swelling(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from reported(facts, Level.EMERGENCY, "calf_swelling", "safety_calf_swelling")


def chest_pain(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from reported(facts, Level.EMERGENCY, "chest_pain", "safety_chest_pain")


def breathlessness(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from reported(facts, Level.EMERGENCY, "breathlessness", "safety_breathlessness")


RULES: tuple[Rule, ...] = (calf_swelling, chest_pain, breathlessness)
