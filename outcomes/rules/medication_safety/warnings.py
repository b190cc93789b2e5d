"""What speaks against a drug, what to ask and what to watch: one finding per row of the data.

A row without a condition is said whenever the drug is taken (WORDS: it has nothing to check).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from outcomes.reference import medication_limits
from outcomes.reference.records import LimitKind, MedicationLimit
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety import bladder
from outcomes.rules.medication_safety.base import (
    SECTION,
    Holds,
    SafetyFinding,
    Used,
    known,
    unknown,
)
from outcomes.rules.medication_safety.bladder import last
from outcomes.rules.medication_safety.clearance import clearance
from outcomes.rules.medication_safety.conditions import holds, route_holds
from outcomes.rules.medication_safety.courses import Taken
from outcomes.rules.medication_safety.inputs import Input, lab, most_days, pvr
from outcomes.rules.values import Answer

CONDITIONAL = (
    LimitKind.CONTRAINDICATION,
    LimitKind.AVOID,
    LimitKind.CAUTION,
    LimitKind.ALERT,
    LimitKind.ASK,
)
# what a visit answers; any of the columns will do
SEEN: Mapping[str, tuple[str, ...]] = {
    "blood_pressure": ("vitals_systolic_lying", "vitals_systolic_standing"),
    "sedation": ("safety_sedation",),
    "bowels": ("bowel_constipation", "bowel_frequency"),
    "falls": ("safety_fall_with_injury",),
    "bladder_type": ("bladder_dysfunction_type",),
}
LABS = ("creatinine", "hb", "alt", "calcium")
# said, and nothing in the record could show it
WORDS = ("oral_exam",)


def finding(row: MedicationLimit, taken: Taken, found: Holds, **more: object) -> SafetyFinding:
    return SafetyFinding(
        answer=found.answer,
        reason=row.text,
        reference=f"{SECTION}; {row.source}",
        missing=found.missing if found.answer is Answer.CANNOT_TELL else (),
        drug=row.drug,
        rule=row.key,
        kind=row.kind,
        courses=(taken.id,),
        used=found.used,
        jurisdiction=row.jurisdiction,
        verified=row.verified,
        **more,  # type: ignore[arg-type]
    )


def conditional(facts: Facts, taken: Taken, row: MedicationLimit) -> Iterator[SafetyFinding]:
    """A contraindication, caution or question whose condition the record may answer."""
    if row.kind not in CONDITIONAL or not row.condition:
        return
    if route_holds(taken, row).answer is Answer.NO:
        return
    found = holds(facts, taken, row)
    residual = row.condition == ("pvr_at_least",) and found.answer is not Answer.YES
    if residual and bladder.emptied_by_catheter(facts):
        found = Holds(answer=Answer.NOT_APPLICABLE, used=found.used)
    yield finding(row, taken, found)


def monitored(facts: Facts, taken: Taken, row: MedicationLimit) -> Iterator[SafetyFinding]:
    """Whether what should be watched was seen lately: no, nothing is due; else cannot check."""
    if row.kind is not LimitKind.MONITOR or row.other in ("next_due", *WORDS):
        return
    route = route_holds(taken, row)
    if route.answer is Answer.NO:
        return
    yield finding(row, taken, _watched(facts, row.other))


def _watched(facts: Facts, name: str) -> Holds:
    if name in LABS:
        return _young(lab(facts, name, worst=max, age_as=_age_of(name)), name)
    if name == "pvr":
        return _young(pvr(facts), name)
    answers = [last(facts, column) for column in SEEN[name]]
    used = tuple(one for _value, told in answers for one in told)
    return _recent(facts, name, used)


def _young(found: Input, name: str) -> Holds:
    return known(False, *found.used) if found.fresh else unknown(name, used=found.used)


def _recent(facts: Facts, name: str, used: tuple[Used, ...]) -> Holds:
    oldest = facts.today - dt.timedelta(most_days(_age_of(name)))
    seen = any(one.on is not None and one.on >= oldest for one in used if one.value != "unknown")
    return known(False, *used) if seen else unknown(name, used=used)


def _age_of(name: str) -> str:
    """Under which name the data say how old it may be."""
    own = {row.condition[0] for row in medication_limits("any") if row.kind is LimitKind.INPUT_AGE}
    return name if name in own else "monitored"


def assessed(facts: Facts, taken: Taken, row: MedicationLimit) -> Iterator[SafetyFinding]:
    """Whether the effect can be judged by now."""
    if row.kind is not LimitKind.ASSESS_AFTER or row.limit is None:
        return
    if taken.start is None:
        found = unknown("start")
    else:
        told = Used(name="start", value=taken.start.isoformat(), on=taken.start)
        found = known(facts.today - taken.start >= dt.timedelta(int(row.limit)), told)
    yield finding(row, taken, found)


def borderline(facts: Facts, taken: Taken, drug: str) -> Iterator[SafetyFinding]:
    """A clearance near the limits of the drug's label."""
    row = _end("crcl_at_least")
    found = clearance(facts).between(*borderline_range())
    yield replace(finding(row, taken, found), drug=drug)


def borderline_range() -> tuple[Decimal, Decimal]:
    """mL/min, both ends included."""
    low, high = _end("crcl_at_least").threshold, _end("crcl_at_most").threshold
    assert low is not None
    assert high is not None
    return low, high


def _end(name: str) -> MedicationLimit:
    rows = [row for row in medication_limits("any") if row.kind is LimitKind.BORDERLINE]
    return next(row for row in rows if row.condition == (name,))


def said(row: MedicationLimit) -> bool:
    """Whether the row is words only: shown with the drug, with nothing to check."""
    if row.kind is LimitKind.USUAL_DOSE:
        return True
    if row.kind is LimitKind.CAUTION:
        return not row.condition
    return row.kind is LimitKind.MONITOR and row.other in WORDS
