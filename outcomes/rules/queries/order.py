"""What is out of order: a value before or after what it belongs to.

Sources: CLINICAL.md G (schedule, baseline), J (Time).
"""

from collections.abc import Iterator, Mapping, Sequence

from outcomes.rules import schedule, timing
from outcomes.rules.doubts import order
from outcomes.rules.doubts.base import certainly_before, on
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.queries.base import Found, about
from outcomes.rules.spans import is_empty
from outcomes.rules.values import Anchor, Answer


def before_cement(facts: Facts) -> Iterator[Found]:
    """A visit certainly before the cement procedure."""
    for visit in facts.visits:
        before = timing.is_before_anchor(visit.when, Anchor.CEMENT, anchors=facts.anchors)
        if before is Answer.YES:
            yield about(visit, "before_cement", "date", on(visit))


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
            yield about(visit, "wrong_side_of_surgery", "kind", on(visit), visit.get("kind"))


SEQUENCE = ("pre_op", "2wk", "6wk", "3mo", "6mo", "12mo", "24mo")


def visits_out_of_order(facts: Facts) -> Iterator[Found]:
    """A visit certainly before one that comes earlier in the schedule."""
    placed = [v for v in facts.visits if v.get("kind") in SEQUENCE]
    for visit in placed:
        rank = SEQUENCE.index(visit.get("kind"))
        ahead = [v for v in placed if SEQUENCE.index(v.get("kind")) < rank]
        late = [v for v in ahead if certainly_before(visit.when, v.when, facts.anchors)]
        if late:
            yield about(visit, "visits_out_of_order", "date", on(visit), on(late[-1]))


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
            yield about(visit, "outside_window", "kind", kind, found)


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
            yield about(visit, "order_unknown", "time", on(visit))
