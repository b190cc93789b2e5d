"""Grades that cannot be compared any more: not testable, or standing for something else.

Sources: CLINICAL.md G (trigger table) and J (Alerts: Motor) [POLICY].
"""

from collections.abc import Iterator, Mapping, Sequence

from outcomes.rules.alerts.base import Found, Level, Raised
from outcomes.rules.alerts.grade_course import (
    LEGS,
    MUSCLES,
    Course,
    Graded,
    each,
    examinations,
    graded,
)
from outcomes.rules.alerts.order import Order
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.values import Answer

NOT_TESTABLE, BASIS = "motor_not_testable", "motor_basis"


def not_testable(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """A leg or a key muscle was graded at the last examination and is not testable now: ask."""
    order = Order(examinations(facts), facts)
    for column in (*LEGS, *MUSCLES):
        reason = _reason_column(column)
        for exam in order.exams:
            if exam.get(reason) is not None:
                yield from _lost(order, exam, column, reason)


def _lost(order: Order, exam: Fact, column: str, reason: str) -> Iterator[Found]:
    """The last time there was a grade or a reason, there was a grade."""
    tested = {e.id: grade for e in order.maybe_earlier(exam) if (grade := _tested(e, column))}
    seen = [e for e in order.maybe_earlier(exam) if e.id in tested or e.get(reason) is not None]
    last = [e for e in order.last_of(seen, exam) if e.id in tested]
    if last:
        before = tested[last[-1].id]
        yield Found(
            rule=NOT_TESTABLE,
            level=Level.ASK,
            now=exam,
            column=reason,
            value_now=str(exam.get(reason)),
            answer=Answer.CANNOT_TELL,
            missing=(column,),
            before=before.fact,
            value_before=before.grade,
        )


def _tested(fact: Fact, column: str) -> Graded | None:
    """The grade of the column; of a leg graded by its muscles alone, the weakest of them."""
    own = graded(fact, column)
    if own is not None or column in MUSCLES:
        return own
    muscles = [g for m in _muscles_of(column) if (g := graded(fact, m))]
    return min(muscles, key=lambda g: g.number, default=None)


def _reason_column(column: str) -> str:
    return f"{column.removesuffix('_grade')}_not_testable"


def other_basis(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """The last grade of the leg stands for something else, or one of the two does not say: ask.

    So does a leg graded as one after its muscles alone, muscles after the leg as one, and other
    muscles than before: nothing of the one examination stands beside anything of the other.
    """
    found = list(each(facts, _differs, LEGS))
    told = {one.measurement for one in found}
    yield from found
    yield from (one for one in _otherwise_graded(facts) if one.measurement not in told)


def _differs(course: Course, now: Graded) -> Found | None:
    last = course.last(course.earlier(now.fact), now.fact)
    others = [g for g in last if not g.compares(now)]
    if not others:
        return None
    return _asked(now, course.column, others[-1], "motor_basis")


def _otherwise_graded(facts: Facts) -> Iterator[Found]:
    """Per leg, where the last examination of it and this one have no grade in common."""
    order = Order(examinations(facts), facts)
    for leg in LEGS:
        parts = {exam.id: found for exam in order.exams if (found := _parts(exam, leg))}
        for exam in order.exams:
            if exam.id in parts:
                yield from filter(None, [_nothing_in_common(order, parts, exam, leg)])


def _parts(exam: Fact, leg: str) -> dict[str, Graded]:
    """What was graded of a leg, by column: the leg as one, and its muscles."""
    columns = (leg, *_muscles_of(leg))
    return {column: grade for column in columns if (grade := graded(exam, column))}


def _muscles_of(leg: str) -> list[str]:
    return [m for m in MUSCLES if m.startswith(leg.removesuffix("grade"))]


def _nothing_in_common(
    order: Order, parts: Mapping[str, Mapping[str, Graded]], exam: Fact, leg: str
) -> Found | None:
    here = parts[exam.id]
    last = order.last_of([e for e in order.maybe_earlier(exam) if e.id in parts], exam)
    others = [parts[e.id] for e in last if here.keys().isdisjoint(parts[e.id])]
    if not others:
        return None
    column, now = _weakest(here)
    lacking, before = _weakest(others[-1])
    return _asked(now, column, before, lacking)


def _weakest(parts: Mapping[str, Graded]) -> tuple[str, Graded]:
    """The leg's own grade where it has one, else that of its weakest muscle."""
    return min(parts.items(), key=lambda part: (part[0] in MUSCLES, part[1].number))


def _asked(now: Graded, column: str, before: Graded, missing: str) -> Found:
    return Found(
        rule=BASIS, level=Level.ASK, now=now.fact, column=column, value_now=now.grade,
        answer=Answer.CANNOT_TELL, missing=(missing,),
        before=before.fact, value_before=before.grade,
    )  # fmt: skip
