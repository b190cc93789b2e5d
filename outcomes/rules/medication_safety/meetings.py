"""Drugs that are taken together (CLINICAL.md F, "Interacts" and "Combination rules").

Courses without dates combine too: "if taken together", which nobody can tell.
"""

from collections.abc import Iterator
from dataclasses import replace

from outcomes.reference.records import MedicationLimit
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety.base import SafetyFinding, all_of, known, once, unknown
from outcomes.rules.medication_safety.conditions import route_holds
from outcomes.rules.medication_safety.courses import Taken, meeting
from outcomes.rules.medication_safety.warnings import finding
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer

TOGETHER = _("With {others}: {what}")
IF_TOGETHER = _("If taken together with {others}: {what}")
MAY_BE = _("{others} may be one of these drugs: {what}")


def together(facts: Facts, taken: Taken, row: MedicationLimit) -> Iterator[SafetyFinding]:
    """One finding for all the other drugs that this row is about; no where there is none."""
    own = all_of([route_holds(taken, row), known(True) if taken.dated else unknown("dates")])
    if own.answer is Answer.NO:
        return
    met = list(meeting(facts, row.other, row.drug))
    if not met:
        yield finding(row, taken, known(False))
        return
    for answer, reason in ((Answer.YES, TOGETHER), (Answer.CANNOT_TELL, IF_TOGETHER)):
        pairs = [(one, all_of([own, one.holds])) for one in met]
        these = [(one, both) for one, both in pairs if both.answer is answer]
        if these:
            yield _finding(taken, row, these, reason)


def _finding(taken: Taken, row: MedicationLimit, pairs: list, reason: str) -> SafetyFinding:  # type: ignore[type-arg]
    others = once(one.other.name for one, _both in pairs)
    missing = once(name for _one, both in pairs for name in both.missing)
    used = tuple(dict.fromkeys(u for _one, both in pairs for u in both.used))
    found = replace(finding(row, taken, pairs[0][1]), missing=missing, used=used, others=others)
    told = MAY_BE if {"atc", "route"} & set(missing) else reason
    return replace(
        found,
        reason=told,
        values={"others": ", ".join(others), "what": (row.text,)},
        courses=(taken.id, *(one.other.id for one, _both in pairs)),
    )
