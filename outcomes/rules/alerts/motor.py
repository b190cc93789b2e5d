"""Grades that fell; the rules of grades that cannot be compared, or decline late, stand beside.

Each leg and each key muscle stands for itself and compares on the same basis, with the last
comparable examination and with the best since surgery (since the cement, where nobody operated).
Sources: CLINICAL.md G (trigger table) and J (Alerts: Motor, Time) [POLICY].
"""

from collections.abc import Iterator, Sequence

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.grade_course import Course, Graded, each
from outcomes.rules.alerts.incomparable import not_testable, other_basis
from outcomes.rules.alerts.late_decline import late_decline
from outcomes.rules.alerts.raised_before import once
from outcomes.rules.facts import Facts

FALL, WITHIN_FOUR = "motor_fall", "motor_within_four"

EMERGENCY_FROM = 2
AGAINST_GRAVITY = 3


def fell(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """A leg or a key muscle down by a grade or more: urgent; by two, or newly below 3: emergency.

    A value still below the best, but not below the last, was told of when it fell.
    """
    yield from once(each(facts, _falls), FALL, facts, raised)


def within_four(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Any fall among 4+, 4 and 4-: ask."""
    yield from once(each(facts, _falls_within_four), WITHIN_FOUR, facts, raised)


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


RULES: tuple[Rule, ...] = (fell, within_four, not_testable, other_basis, late_decline)
