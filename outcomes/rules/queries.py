"""Questions that the data themselves raise: what is missing, out of order or in doubt.

A rule looks at the whole course and names everything it asks about as the course stands; what it no
longer finds is closed by the data. Nobody can answer for a published case, so none is asked there.
Sources: CLINICAL.md G (schedule, baseline), J (Time, basis), A3.17 (sides), DESIGN.md 7.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from outcomes.rules import schedule, timing
from outcomes.rules.doubts import order
from outcomes.rules.doubts.base import SIDES, certainly_before, earlier, on
from outcomes.rules.doubts.bladder import INTERMITTENT, NO_VOIDING
from outcomes.rules.doubts.sides import exchanges
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.grades import Basis
from outcomes.rules.spans import is_empty
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.unchanged import COPIED, Course, unmatched
from outcomes.rules.values import Anchor, Answer

BY_HAND = "by_hand"
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
MOST = 180  # characters of the values of a part; the day comes before them
CRP_DAYS = 7  # of a CRP that still belongs to the stay (CLINICAL.md G: POD 1–7, discharge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One question. `kind` is the path of the record's kind, `part` the field inside it.

    `value` is what it is about, as recorded or as codes, and `against` what that is held against:
    an answer holds while both stay the same.
    """

    rule: str
    kind: str
    record: str
    part: str = ""
    value: str = ""
    against: str = ""

    @property
    def subject(self) -> str:
        """What makes it one question of its rule."""
        return f"{self.kind} {self.record} {self.part}".strip()


Rule = Callable[[Facts], Iterable[Found]]


def find(facts: Facts) -> list[Found]:
    """Everything that the course as it stands leaves to be asked."""
    if facts.person.get("origin") == "published":
        return []
    return [found for rule in RULES for found in rule(facts)]


# --- what is missing ----------------------------------------------------------------------------


def core_missing(facts: Facts) -> Iterator[Found]:
    """A core part of a scheduled visit that was neither recorded nor given a reason."""
    for visit in facts.visits:
        for item in core_of(visit.get("kind")):
            if part := _missing(visit, item, facts):
                yield _about(visit, "core_missing", part)


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
            yield _about(visit, "parts_left_out", value=" ".join(out))


def basis_missing(facts: Facts) -> Iterator[Found]:
    """Leg grades of which nobody said what they stand for: they compare with nothing stated."""
    for visit in facts.visits:
        graded = any(visit.get(f"motor_{side}_grade") for side in SIDES)
        if graded and visit.get("motor_basis") in {None, Basis.UNSPECIFIED}:
            yield _about(visit, "basis_missing", "motor.basis")


def method_missing(facts: Facts) -> Iterator[Found]:
    """A residual without the way of emptying, which is then judged as voiding (CLINICAL.md J)."""
    for visit in facts.visits:
        if visit.get("bladder_pvr_ml") is not None and visit.get("bladder_method") is None:
            yield _about(visit, "method_missing", "bladder.method")


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


# --- what is out of order -----------------------------------------------------------------------


def before_cement(facts: Facts) -> Iterator[Found]:
    """A visit certainly before the cement procedure."""
    for visit in facts.visits:
        before = timing.is_before_anchor(visit.when, Anchor.CEMENT, anchors=facts.anchors)
        if before is Answer.YES:
            yield _about(visit, "before_cement", "date", on(visit))


def wrong_side_of_surgery(facts: Facts) -> Iterator[Found]:
    """A pre-op visit certainly after the operation, or a stay or discharge certainly before it."""
    for visit in facts.visits:
        ask = {schedule.PRE_OP: timing.is_after_anchor} | dict.fromkeys(
            order.AFTER_SURGERY, timing.is_before_anchor
        )
        rule = ask.get(visit.get("kind"))
        if rule is None:
            continue
        if rule(visit.when, Anchor.INDEX_DECOMPRESSION, anchors=facts.anchors) is Answer.YES:
            yield _about(visit, "wrong_side_of_surgery", "kind", on(visit), visit.get("kind"))


SEQUENCE = ("pre_op", "2wk", "6wk", "3mo", "6mo", "12mo", "24mo")


def visits_out_of_order(facts: Facts) -> Iterator[Found]:
    """A visit certainly before one that comes earlier in the schedule."""
    placed = [v for v in facts.visits if v.get("kind") in SEQUENCE]
    for visit in placed:
        rank = SEQUENCE.index(visit.get("kind"))
        ahead = [v for v in placed if SEQUENCE.index(v.get("kind")) < rank]
        late = [v for v in ahead if certainly_before(visit.when, v.when, facts.anchors)]
        if late:
            yield _about(visit, "visits_out_of_order", "date", on(visit), on(late[-1]))


def doses_outside(facts: Facts) -> Iterator[Found]:
    """A dose before its drug starts or after it stops."""
    courses = {course.id: course for course in facts.drugs}
    for dose in facts.doses:
        course = courses.get(str(dose.get("course")))
        doubts = order.dose(dose.when, course.values) if course else ()
        for doubt in doubts:
            bound = next(iter(doubt.values.values()))
            yield Found(rule=doubt.code, kind="doses", record=dose.id, part="date",
                        value=on(dose), against=bound)  # fmt: skip


def complications_early(facts: Facts) -> Iterator[Found]:
    """A complication certainly before the operation it followed."""
    operations = {operation.id: operation for operation in facts.procedures}
    for one in facts.complications:
        operation = operations.get(str(one.get("procedure")))
        when = operation.when if operation else None
        if operation and list(order.complication(one.when, when, facts.anchors)):
            yield Found(rule="complication_before", kind="complications", record=one.id,
                        part="date", value=on(one), against=on(operation))  # fmt: skip


DATED = (("visits", "date"), ("labs", "specimen_at"), ("doses", "date"))


def after_death(facts: Facts) -> Iterator[Found]:
    """What was observed after the day of death."""
    died = facts.person.get("died_on")
    if died is None:
        return
    lists: Mapping[str, Sequence[Fact]] = {
        "visits": facts.visits, "labs": facts.labs, "doses": facts.doses,
    }  # fmt: skip
    for kind, part in DATED:
        for one in lists[kind]:
            if list(order.after_death(one.when, died)):
                yield Found(rule="after_death", kind=kind, record=one.id, part=part,
                            value=on(one), against=died.isoformat())  # fmt: skip


def outside_window(facts: Facts) -> Iterator[Found]:
    """A visit of one kind on a day that belongs to another."""
    for visit in facts.visits:
        kind = visit.get("kind")
        found = order.window_of_day(kind, visit.when, visit.day, facts.anchors)
        if found is not None and not (kind == "post_op" and found == schedule.PRE_OP):
            yield _about(visit, "outside_window", "kind", kind, found)


def order_unknown(facts: Facts) -> Iterator[Found]:
    """An examination of which nobody can tell whether it was before or after the operation."""
    if not facts.operated:
        return
    for visit in facts.visits:
        answers = {
            rule(visit.when, Anchor.INDEX_DECOMPRESSION, anchors=facts.anchors)
            for rule in (timing.is_before_anchor, timing.is_after_anchor)
        }
        if answers == {Answer.CANNOT_TELL} and not is_empty(visit.day):
            yield _about(visit, "order_unknown", "time", on(visit))


# --- what is in doubt ---------------------------------------------------------------------------


def sides_swapped(facts: Facts) -> Iterator[Found]:
    """Right and left that look exchanged, as they are asked about on entry."""
    least = facts.thresholds["side_swap"]
    for visit in facts.visits:
        before = earlier(visit, facts.visits, facts.anchors)
        for found in exchanges(visit, before, least):
            yield _about(
                visit, "sides_swapped", found.part,
                " : ".join(found.shown), f"{' : '.join(found.before)}, {on(found.last)}",
            )  # fmt: skip


def stale_baseline(facts: Facts) -> Iterator[Found]:
    """The last examination before the operation, too long before it."""
    graded = [v for v in facts.visits if any(v.get(f"motor_{side}_grade") for side in SIDES)]
    found = timing.baseline(graded, anchors=facts.anchors)
    if found.exam is not None and found.stale is Answer.YES:
        yield _about(found.exam, "stale_baseline", "date", on(found.exam))


def unchanged_source(facts: Facts) -> Iterator[Found]:
    """A part copied as unchanged that could not be copied so from the course as it now stands."""
    course = Course(visits=facts.visits, procedures=facts.procedures, anchors=facts.anchors)
    for visit, part, source in unmatched(course):
        against = f"{on(source)}: {_values(part, source)}" if source else ""
        yield _about(visit, "unchanged_source", part, _values(part, visit), against)


def _values(part: str, visit: Fact) -> str:
    """What is copied of a part, in its order, within the length of a query's fields."""
    told = ("–" if visit.get(name) is None else str(visit.get(name)) for name in COPIED[part])
    return " ".join(told)[:MOST]


def _about(visit: Fact, rule: str, part: str = "", value: str = "", against: str = "") -> Found:
    return Found(rule=rule, kind="visits", record=visit.id, part=part, value=value, against=against)


RULES: tuple[Rule, ...] = (
    core_missing, parts_left_out, basis_missing, method_missing, before_cement,
    wrong_side_of_surgery, visits_out_of_order, doses_outside, complications_early, after_death,
    outside_window, order_unknown, sides_swapped, stale_baseline,
    unchanged_source,
)  # fmt: skip

# what each asks, for the words of `part`, `value` and `against`; with the source
QUESTIONS: Mapping[str, str] = {
    "core_missing": _("{part} was not recorded at this visit. Add it, or say why it was not done."),
    "parts_left_out": _("Left out at this visit: {value}. Add what was examined, or say why not."),
    "basis_missing": _("What do the leg grades stand for? Without it they compare with no other."),
    "method_missing": _("A residual, but not how the bladder is emptied: it is judged as voiding."),
    "before_cement": _("{value} is before the cement procedure: check both dates."),
    "wrong_side_of_surgery": _("{value} is on the wrong side of the operation for “{against}”."),
    "visits_out_of_order": _("{value} is before an earlier visit of the schedule, {against}."),
    "dose_before_course": _("The dose of {value} is before the start of its drug, {against}."),
    "dose_after_course": _("The dose of {value} is after its drug was stopped, {against}."),
    "complication_before": _("{value} is before the operation that it followed, {against}."),
    "after_death": _("{value} is after the day of death, {against}: check both dates."),
    "outside_window": _("By its day this visit belongs to “{against}”, not “{value}”."),
    "order_unknown": _("Before or after the operation of that day? Give the time of examination."),
    "sides_swapped": _(
        "{part}: right : left is {value}, before it was {against}. Are right and left exchanged?"
    ),
    "stale_baseline": _("The last examination before the operation, {value}, is over 14 days old: "
                        "is there a later one?"),
    "unchanged_source": _("The values of {part} were copied as unchanged and no longer match the "
                          "examination before, or an operation lies between: check them."),
}  # fmt: skip
