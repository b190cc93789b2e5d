"""The alert rules, family by family (CLINICAL.md G and J)."""

from outcomes.rules.alerts import (
    bladder,
    blood,
    bone,
    circulation,
    diary,
    falls,
    fever,
    inflammation,
    motor,
    pain,
    reports,
    signs,
    wound,
)
from outcomes.rules.alerts.base import Rule

FAMILIES = (
    motor, bladder, signs, wound, fever, inflammation, pain, falls, circulation, blood, bone,
    reports, diary,
)  # fmt: skip

RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in family.RULES)
