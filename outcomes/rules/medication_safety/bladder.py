"""The bladder under an anticholinergic: residual volume, retention, and how it is emptied.

CLINICAL.md F (solifenacin) and J: a residual of the last 30 days and after the last change of dose;
retention on intermittent catheterisation asks "reliably catheterised?".
"""

from decimal import Decimal
from typing import Any

from outcomes.rules.facts import Fact, Facts
from outcomes.rules.medication_safety.base import Holds, Used, known, unknown
from outcomes.rules.medication_safety.courses import Taken
from outcomes.rules.medication_safety.dates import days_of
from outcomes.rules.medication_safety.inputs import Input, pvr

LARGE_ML = Decimal(200)
RETAINS = ("retention", "mixed")
CATHETERS = (
    "intermittent_self", "intermittent_attendant", "indwelling_urethral", "indwelling_suprapubic",
)  # fmt: skip


def last(facts: Facts, column: str) -> tuple[Any, tuple[Used, ...]]:
    """The last answer to a question of a visit, None where nobody could answer it."""
    for visit in reversed(facts.visits):
        if (value := visit.get(column)) is not None:
            return (None if value == "unknown" else value), (_used(visit, column, value, facts),)
    return None, ()


def _used(visit: Fact, column: str, value: Any, facts: Facts) -> Used:
    on = days_of(visit.when, facts.anchors)[0]
    return Used(name=column, value=str(value), on=on)


def after_change(found: Input, taken: Taken, facts: Facts) -> bool:
    """Whether a value was measured under the present dose; before a start to come there is none."""
    if taken.start is None or found.on is None:
        return False
    return found.on > taken.start or taken.start >= facts.today


def residual(facts: Facts, taken: Taken, limit: Decimal) -> Holds:
    """Whether the residual volume reaches the limit.

    A large one from before the change counts: it was there when the drug was given.
    """
    found = pvr(facts)
    if found.value is not None and found.fresh:
        if found.value >= limit:
            return known(True, *found.used)
        if after_change(found, taken, facts):
            return known(False, *found.used)
        missing = "pvr" if taken.start is not None else "start"
        return unknown(missing, used=found.used)
    return unknown("pvr", used=found.used)


def retention(facts: Facts, taken: Taken) -> Holds:
    """Whether the bladder retains urine that no catheter reliably empties."""
    large = residual(facts, taken, LARGE_ML)
    kind, kind_used = last(facts, "bladder_dysfunction_type")
    method, method_used = last(facts, "bladder_method")
    used = (*large.used, *kind_used, *method_used)
    if method in CATHETERS or method == "other":
        return _catheterised(facts, used)
    if kind in RETAINS or large.answer == "yes":
        return _catheterised(facts, used, voids=True)
    none = last(facts, "bladder_dysfunction")[0] == "no"
    missing = (*large.missing, *(() if kind or none else ("bladder_type",)))
    return unknown(*missing, used=used) if missing else known(False, *used)


def _catheterised(facts: Facts, used: tuple[Used, ...], *, voids: bool = False) -> Holds:
    """Retention is no matter where a catheter empties it reliably; that is asked, not assumed."""
    reliably, told = last(facts, "bladder_reliably_catheterised")
    if reliably is not None:
        return known(reliably == "no", *used, *told)
    return known(True, *used) if voids else unknown("reliably_catheterised", used=used)


def emptied_by_catheter(facts: Facts) -> bool:
    return last(facts, "bladder_method")[0] in CATHETERS
