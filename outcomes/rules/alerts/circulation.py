"""Signs of a clot in the leg or the lung: each report is an emergency.

Sources: CLINICAL.md G (trigger table) [POLICY].
"""

from collections.abc import Iterator, Sequence

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import finding
from outcomes.rules.facts import Facts


def calf_swelling(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from _reported(facts, "calf_swelling", "safety_calf_swelling")


def chest_pain(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from _reported(facts, "chest_pain", "safety_chest_pain")


def breathlessness(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    yield from _reported(facts, "breathlessness", "safety_breathlessness")


def _reported(facts: Facts, rule: str, column: str) -> Iterator[Found]:
    for visit in facts.visits:
        if visit.get(column):
            yield finding(rule, Level.EMERGENCY, visit, column)


RULES: tuple[Rule, ...] = (calf_swelling, chest_pain, breathlessness)
