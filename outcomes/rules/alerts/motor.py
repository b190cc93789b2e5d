"""Grades that fell, that cannot be compared any more, or that decline late.

Each leg and each key muscle stands for itself and compares on the same basis, with the last
comparable examination and with the best since surgery (since the cement, where nobody operated).
Sources: CLINICAL.md G (trigger table) and J (Alerts: Motor, Late decline; Time) [POLICY].
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.grade_course import LEGS, MUSCLES, Course, Graded, graded
from outcomes.rules.alerts.order import Order, since_anchor
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.grades import GRADES
from outcomes.rules.values import Answer

FALL, WITHIN_FOUR = "motor_fall", "motor_within_four"
NOT_TESTABLE, BASIS, LATE = "motor_not_testable", "motor_basis", "motor_late_decline"

EMERGENCY_FROM = 2
AGAINST_GRAVITY = 3
LATE_AFTER_DAY, PLATEAU_DAYS = 182, 60


# --- what was raised before ---------------------------------------------------------------------
def _once(
    found: Iterable[Found | None], rule: str, facts: Facts, raised: Sequence[Raised]
) -> Iterator[Found]:
    """Less what was recorded while an alert of the same or a deeper fall was open.

    What was raised for this very measurement is found again. An alert whose value was amended or
    withdrawn keeps nothing quiet, nor does one from before the operation a fall after it, nor do
    those that this look finds: nobody has seen them.
    """
    known = {r.measurement for r in raised if r.rule == rule}
    exams = {fact.id: fact for fact in facts.visits}
    standing = [r for r in raised if r.rule == rule and _holds(r, exams)]
    for one in found:
        if one is None:
            continue
        after = bool(standing) and since_anchor(one.now, facts)
        same_side = [r for r in standing if not after or since_anchor(exams[_read(r)[0]], facts)]
        if one.measurement in known or not _quiet(one, same_side):
            yield one


def _quiet(found: Found, standing: Iterable[Raised]) -> bool:
    at = _written(found)
    for raised in standing:
        _record, column, value = _read(raised)
        acknowledged = raised.acknowledged_at
        was_open = acknowledged is None or at is None or acknowledged >= at
        deeper = column == found.column and GRADES.index(value) <= GRADES.index(found.value_now)
        if was_open and deeper:
            return True
    return False


def _written(found: Found) -> dt.datetime | None:
    """When both values stood as they do now: what was amended since is as new as a new visit."""
    columns = (found.column, "motor_basis", "date", "time")
    times = [fact.written_at(*columns) for fact in (found.now, found.before) if fact]
    return max((at for at in times if at), default=None)


def _read(raised: Raised) -> tuple[str, str, str]:
    """The record, the column and the value of a measurement (see Found.measurement)."""
    record, column, value = raised.measurement.split(" ", 2)
    return record, column, value


def _holds(raised: Raised, exams: dict[str, Fact]) -> bool:
    """Whether the value is still recorded: an amended or withdrawn one keeps nothing quiet."""
    record, column, value = _read(raised)
    return record in exams and str(exams[record].get(column)) == value


# --- a fall -------------------------------------------------------------------------------------
def fell(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """A leg or a key muscle down by a grade or more: urgent; by two, or newly below 3: emergency.

    A value still below the best, but not below the last, was told of when it fell.
    """
    yield from _once(_each(facts, _falls), FALL, facts, raised)


def within_four(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Any fall among 4+, 4 and 4-: ask."""
    yield from _once(_each(facts, _falls_within_four), WITHIN_FOUR, facts, raised)


def _each(
    facts: Facts,
    look: Callable[[Course, Graded], Found | None],
    columns: Sequence[str] = (*LEGS, *MUSCLES),
) -> Iterator[Found]:
    order = Order(_examinations(facts), facts)
    for column in columns:
        course = Course(facts, order, column)
        if len(course.grades) > 1:
            yield from filter(None, (look(course, now) for now in course.grades.values()))


def _examinations(facts: Facts) -> list[Fact]:
    """The visits at which a leg or a muscle was graded, or could not be."""
    return [fact for fact in facts.visits if any(map(_is_motor, fact.values))]


def _is_motor(column: str) -> bool:
    return column.startswith(("motor_right", "motor_left"))


def _falls(course: Course, now: Graded) -> Found | None:
    last, since = course.held_against(now)
    higher = [g for g in _told_of(course, now, last, since) if g.number > now.number]
    if not higher:
        return None
    # the last one where it says as much as the best
    before = max(higher, key=lambda g: (g.number, g in last, g.rank))
    newly_below = now.number < AGAINST_GRAVITY <= before.number
    deep = before.number - now.number >= EMERGENCY_FROM or newly_below
    return _found(FALL, Level.EMERGENCY if deep else Level.URGENT, course, before, now)


def _falls_within_four(course: Course, now: Graded) -> Found | None:
    last, since = course.held_against(now)
    held = _told_of(course, now, last, since)
    if any(g.number > now.number for g in held):
        return None
    higher = [g for g in held if g.rank > now.rank]
    if not higher:
        return None
    before = max(higher, key=lambda g: (g.rank, g in last))
    return _found(WITHIN_FOUR, Level.ASK, course, before, now)


def _told_of(
    course: Course, now: Graded, last: list[Graded], since: list[Graded]
) -> Sequence[Graded]:
    """What `now` is held against: the last and the best since surgery, as long as it fell.

    Not below any last comparable one, it fell before, and that examination told so.
    """
    return [*last, *since] if any(g.rank > now.rank for g in last) else []


def _found(rule: str, level: Level, course: Course, before: Graded, now: Graded) -> Found:
    return Found(
        rule=rule,
        level=level,
        now=now.fact,
        column=course.column,
        value_now=now.grade,
        before=before.fact,
        value_before=before.grade,
    )


# --- what cannot be compared --------------------------------------------------------------------
def not_testable(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """A leg or a key muscle was graded at the last examination and is not testable now: ask."""
    order = Order(_examinations(facts), facts)
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
    found = list(_each(facts, _differs, LEGS))
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
    order = Order(_examinations(facts), facts)
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


# --- a late decline -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Worst:
    """The worse of both legs at one examination; there is none where a leg has no grade."""

    leg: Graded
    column: str


def late_decline(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """After day 182 an equal worst leg twice, 60 days or more apart, then a grade less.

    Where the days leave room for it, but not for certain: cannot tell.
    """
    worst = _worst_legs(facts)
    if len(worst) > 2:
        order = Order([fact for fact in facts.visits if fact.id in worst], facts)
        found = (_declined(order, worst, now) for now in worst.values())
        yield from _once(found, LATE, facts, raised)


def _worst_legs(facts: Facts) -> dict[str, Worst]:
    found = {}
    for fact in facts.visits:
        legs = [Worst(g, column) for column in LEGS if (g := graded(fact, column))]
        if len(legs) == len(LEGS):
            found[fact.id] = min(legs, key=lambda worst: worst.leg.number)
    return found


def _declined(order: Order, worst: Mapping[str, Worst], now: Worst) -> Found | None:
    here = now.leg.fact
    earlier = [e for e in order.maybe_earlier(here) if worst[e.id].leg.compares(now.leg)]
    last = [worst[e.id] for e in order.last_of(earlier, here)]
    if not any(w.leg.number > now.leg.number for w in last):
        return None
    pairs = [
        (_plateau(one, other), worst[other.id])
        for one in earlier
        for other in earlier
        if order.before(one, other)
        and worst[one.id].leg.number == worst[other.id].leg.number > now.leg.number
    ]
    for answer in (Answer.YES, Answer.CANNOT_TELL):
        held = [other for told, other in pairs if told is answer]
        if held:
            return _late(answer, max(held, key=lambda w: w.leg.number), now)
    return None


def _plateau(one: Fact, other: Fact) -> Answer:
    """Whether the first is later than day 182 and the second at least 60 days after it."""
    first, second = one.day, other.day
    bounds = (first.lower, first.upper, second.lower, second.upper)
    if None in bounds:
        return Answer.CANNOT_TELL
    low, high, then_low, then_high = (float(b) for b in bounds if b is not None)
    if low > LATE_AFTER_DAY and then_low - high >= PLATEAU_DAYS:
        return Answer.YES
    if high <= LATE_AFTER_DAY or then_high - low < PLATEAU_DAYS:
        return Answer.NO
    return Answer.CANNOT_TELL


def _late(answer: Answer, before: Worst, now: Worst) -> Found:
    return Found(
        rule=LATE,
        level=Level.URGENT,
        now=now.leg.fact,
        column=now.column,
        value_now=now.leg.grade,
        answer=answer,
        missing=() if answer is Answer.YES else ("date",),
        before=before.leg.fact,
        value_before=before.leg.grade,
    )


RULES: tuple[Rule, ...] = (fell, within_four, not_testable, other_basis, late_decline)
