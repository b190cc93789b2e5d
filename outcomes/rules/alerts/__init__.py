"""The alert rules, family by family (CLINICAL.md G and J)."""

from outcomes.rules.alerts import motor
from outcomes.rules.alerts.base import Rule

FAMILIES = (
    motor,
)  # fmt: skip

RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in family.RULES)
