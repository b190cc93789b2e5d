"""What is missing of a visit: a core part, the other parts, what makes a value comparable.

Sources: CLINICAL.md G (schedule), J (basis, PVR).
"""

from collections.abc import Iterator
from functools import cache

from outcomes.rules.doubts.base import SIDES
from outcomes.rules.doubts.bladder import INTERMITTENT, NO_VOIDING
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.grades import Basis
from outcomes.rules.queries.base import Found, about

# as in outcomes.documents.visit.PARTS, less AIS: that is examined where it is asked for only
PARTS = (
    "motor", "sensation", "bladder", "bowel", "walking", "pain", "spasticity", "vitals", "wound",
    "function", "safety",
)  # fmt: skip
# what "all" of the schedule means [POLICY]: the wound only where the schedule names it
ALL = ("motor", "sensation", "bladder", "pvr", "bowel", "walking", "pain", "spasticity")
# what a part of the schedule's core is, where it is another column than its own name. A drug or a
# bone density that nobody entered cannot be told from one that there was not: nothing is asked.
CORE = {"late_decline": "motor", "wound": "wound", "walking": "walking", "motor": "motor",
        "pvr": "pvr", "crp": "crp"}  # fmt: skip
NOT_REMOTE = frozenset({"motor", "sensation", "pvr", "wound", "spasticity", "vitals"})
CRP_DAYS = 7  # of a CRP that still belongs to the stay (CLINICAL.md G: POD 1–7, discharge)


def core_missing(facts: Facts) -> Iterator[Found]:
    """A core part of a scheduled visit that was neither recorded nor given a reason."""
    for visit in facts.visits:
        for item in core_of(visit.get("kind")):
            if part := _missing(visit, item, facts):
                yield about(visit, "core_missing", part)


def parts_left_out(facts: Facts) -> Iterator[Found]:
    """The other parts that a visit leaves out, as one question for each visit.

    Not of imported visits: their source has no more to say.
    """
    for visit in facts.visits:
        if visit.reporter == "import":
            continue
        core = core_of(visit.get("kind"))
        out = [p for p in PARTS if p not in core and _examinable(visit, p) and not has(visit, p)]
        if out:
            yield about(visit, "parts_left_out", value=" ".join(out))


def basis_missing(facts: Facts) -> Iterator[Found]:
    """Leg grades of which nobody said what they stand for: they compare with nothing stated."""
    for visit in facts.visits:
        graded = any(visit.get(f"motor_{side}_grade") for side in SIDES)
        if graded and visit.get("motor_basis") in {None, Basis.UNSPECIFIED}:
            yield about(visit, "basis_missing", "motor.basis")


def method_missing(facts: Facts) -> Iterator[Found]:
    """A residual without the way of emptying, which is then judged as voiding (CLINICAL.md J)."""
    for visit in facts.visits:
        if visit.get("bladder_pvr_ml") is not None and visit.get("bladder_method") is None:
            yield about(visit, "method_missing", "bladder.method")


@cache
def core_of(kind: str) -> tuple[str, ...]:
    """The core parts of a kind of visit, from the schedule; none of one that is unscheduled."""
    from outcomes.reference import schedule as table  # late: read only where it is asked for

    named = next((row.core for row in table() if row.kind == kind), ())
    items = [item for name in named for item in (ALL if name == "all" else (CORE.get(name),))]
    return tuple(dict.fromkeys(item for item in items if item))


def has(visit: Fact, part: str) -> bool:
    """Whether a part holds findings or a reason; a basis alone is neither."""
    return any(column.startswith(f"{part}_") for column in visit.values if column != "motor_basis")


def _examinable(visit: Fact, part: str) -> bool:
    return visit.get("mode") != "remote" or part not in NOT_REMOTE


def _missing(visit: Fact, item: str, facts: Facts) -> str:
    """The field of a core part that is missing, empty where it is there or does not apply."""
    if not _examinable(visit, item):
        return ""
    if item == "crp":
        return "" if _has_crp(visit, facts) else "crp"
    if item == "pvr":
        return "" if _residual_known(visit) else "bladder.pvr_ml"
    if not has(visit, item):
        return item
    return _incomplete(visit, item)


def _incomplete(visit: Fact, part: str) -> str:
    """A leg, or the saddle, that was left out of a part that was examined."""
    if visit.get(f"{part}_not_done") is not None:
        return ""
    if part == "motor":
        return next((f"motor.{side}" for side in SIDES if not has(visit, f"motor_{side}")), "")
    if part == "sensation" and visit.get("sensation_saddle") is None:
        return "sensation.saddle"
    return ""


def _residual_known(visit: Fact) -> bool:
    """A residual, a reason, or a way of emptying after which there is none (CLINICAL.md G)."""
    methods = {visit.get("bladder_method"), visit.get("bladder_method_supplementary")}
    return (
        visit.get("bladder_pvr_ml") is not None
        or visit.get("bladder_not_done") is not None
        or bool(methods & (INTERMITTENT | NO_VOIDING))
        # the whole part is asked about where it is core, so not twice
        or (not has(visit, "bladder") and "bladder" in core_of(visit.get("kind")))
    )


def _has_crp(visit: Fact, facts: Facts) -> bool:
    """A CRP within a week of the visit, once for a stay; unknown times count as there."""
    same = [v for v in facts.visits if v.get("kind") == visit.get("kind")]
    if visit is not same[0] or visit.when.date is None:
        return True
    days = [lab.when.date for lab in facts.labs if lab.get("analyte") == "crp"]
    return any(day is None or abs((day - visit.when.date).days) <= CRP_DAYS for day in days)
