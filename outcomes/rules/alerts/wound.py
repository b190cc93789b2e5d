"""Wound drainage, a clear leak, and headache on sitting up; with fever an emergency.

Drainage and leak fire whenever they are recorded, as "new" is no part of their trigger; only the
headache asks for a durotomy, and one that is not stated counts as one.
Sources: CLINICAL.md G (trigger table), J (Alerts: Signs) [POLICY].
"""

from collections.abc import Iterator, Mapping, Sequence

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import finding, is_operation, near, unrecorded
from outcomes.rules.alerts.fever import TEMPERATURE, is_fever
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.timing import is_before
from outcomes.rules.values import Answer

WITH_FEVER: Mapping[str, str] = {
    "wound_drainage": "wound_drainage_with_fever",
    "wound_clear_leak": "wound_clear_leak_with_fever",
    "wound_postural_headache": "wound_postural_headache_with_fever",
}


def drainage(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    for visit in _with(facts, "wound_drainage"):
        yield _found(facts, visit, "wound_drainage")


def clear_leak(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    for visit in _with(facts, "wound_clear_leak"):
        yield _found(facts, visit, "wound_clear_leak")


def postural_headache(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Headache on sitting up, after an operation whose durotomy is stated or not ruled out."""
    for visit in _with(facts, "wound_postural_headache"):
        opened = _durotomy(facts, visit)
        if opened is not Answer.NO:
            missing = () if opened is Answer.YES else ("durotomy",)
            yield _found(facts, visit, "wound_postural_headache", *missing)


def _with(facts: Facts, column: str) -> Iterator[Fact]:
    return (v for v in facts.visits if v.get(column))


def _found(facts: Facts, visit: Fact, column: str, *missing: str) -> Found:
    around = near(facts, visit)
    if any(is_fever(facts, v) for v in around):
        return finding(WITH_FEVER[column], Level.EMERGENCY, visit, column, missing=missing)
    missing += unrecorded(around, (TEMPERATURE,))
    return finding(column, Level.URGENT, visit, column, missing=missing)


def _durotomy(facts: Facts, visit: Fact) -> Answer:
    """Yes, no (ruled out, or no operation before), or cannot_tell: not stated."""
    said = {
        p.get("durotomy") or "not_stated"
        for p in facts.procedures
        if is_operation(p)
        and is_before(visit.when, p.when, anchors=facts.anchors) is not Answer.YES
    }
    if "yes" in said:
        return Answer.YES
    return Answer.CANNOT_TELL if "not_stated" in said else Answer.NO


RULES: tuple[Rule, ...] = (drainage, clear_leak, postural_headache)
