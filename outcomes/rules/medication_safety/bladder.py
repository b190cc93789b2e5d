"""The bladder under an anticholinergic: residual volume, retention, and how it is emptied.

CLINICAL.md F (solifenacin) and J: a residual of the last 30 days and after the last change of dose;
retention on intermittent catheterisation asks "reliably catheterised?".
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from outcomes.rules.facts import Fact, Facts
from outcomes.rules.medication_safety.base import Holds, Used, known, unknown
from outcomes.rules.medication_safety.courses import Taken
from outcomes.rules.medication_safety.dates import days_of
from outcomes.rules.medication_safety.inputs import Input, most_days, pvr
from outcomes.rules.medication_safety.latest import last_of

LARGE_ML = Decimal(200)
JUDGED_AS_VOIDING = Used(name="judged_as_voiding", value="")
RETAINS = ("retention", "mixed")
CATHETERS = (
    "intermittent_self", "intermittent_attendant", "indwelling_urethral", "indwelling_suprapubic",
)  # fmt: skip


def last(facts: Facts, column: str) -> tuple[Any, tuple[Used, ...]]:
    """The last answer to a question of a visit, None where nobody could answer it.

    None too where answers differ and nobody can tell which of them is the last.
    """
    visit = _last_visit(facts, column)
    if visit is None:
        return None, ()
    value = visit.get(column)
    known = value != "unknown" and not _contested(facts, column, value)
    return (value if known else None), (_used(visit, column, value, facts),)


def _last_visit(facts: Facts, column: str) -> Fact | None:
    return next((one for one in reversed(facts.visits) if one.get(column) is not None), None)


def _contested(facts: Facts, column: str, value: Any) -> bool:
    """Whether a visit that may be later says otherwise; of one day the order of recording holds."""
    latest = last_of([one for one in facts.visits if one.get(column) is not None], facts)
    if latest is None or latest.since == latest.until:
        return False
    return any(one.get(column) != value for one in latest.rows)


def _recent(facts: Facts, column: str) -> tuple[Any, tuple[Used, ...]]:
    """The last answer, None where it is too old to say how it is today."""
    value, used = last(facts, column)
    oldest = facts.today - dt.timedelta(most_days("monitored"))
    young = any(one.on is not None and one.on >= oldest for one in used)
    return (value if young else None), used


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
    kind, kind_used = _recent(facts, "bladder_dysfunction_type")
    method, method_used = last(facts, "bladder_method")
    used = (*large.used, *kind_used, *method_used)
    if large.answer == "yes" and _without_method(facts):
        return known(True, *used, JUDGED_AS_VOIDING)
    if method in CATHETERS or method == "other":
        return _catheterised(facts, used)
    if kind in RETAINS or large.answer == "yes":
        return known(True, *used)
    none = _recent(facts, "bladder_dysfunction")[0] == "no"
    missing = (*large.missing, *(() if kind or none else ("bladder_type",)))
    return unknown(*missing, used=used) if missing else known(False, *used)


def _without_method(facts: Facts) -> bool:
    """Whether the last residual came without the way of emptying: then it counts as voided, however
    the bladder was emptied before (CLINICAL.md J)."""
    visit = _last_visit(facts, "bladder_pvr_ml")
    return visit is not None and visit.get("bladder_method") in (None, "unknown")


def _catheterised(facts: Facts, used: tuple[Used, ...]) -> Holds:
    """Retention is no matter where a catheter empties it reliably; that is asked, not assumed.

    An answer from before the method that stands was of another method: it is asked again.
    """
    method, _told = _recent(facts, "bladder_method")
    reliably, told = _recent(facts, "bladder_reliably_catheterised")
    if method is None or reliably is None or not _with_the_method(facts):
        return unknown("reliably_catheterised", used=(*used, *told))
    return known(reliably == "no", *used, *told)


def _with_the_method(facts: Facts) -> bool:
    """Whether it was asked in the visit that told the present method, or after it."""
    method = _last_visit(facts, "bladder_method")
    asked = _last_visit(facts, "bladder_reliably_catheterised")
    if method is None or asked is None:
        return False
    return facts.visits.index(asked) >= facts.visits.index(method)


def emptied_by_catheter(facts: Facts) -> bool:
    return _recent(facts, "bladder_method")[0] in CATHETERS
