"""What a course means in plain words: what may be said of a leg, of walking, of a result.

For patients and caregivers. Nothing is compared that cannot be: another basis, an order not known,
a leg without a grade. A gain of one grade that nobody has seen again is only "perhaps". A loss is
told as such, whatever alert it raised: to the reader there are no alerts.
Sources: CLINICAL.md B (one grade is possible, two are likely), D (walking), G (baseline) and J
(Grades, Time); which steps of walking stand together is [POLICY].
"""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from outcomes.rules import timing
from outcomes.rules.course import UNCONFIRMED, Followed
from outcomes.rules.grades import BasisMatch, arithmetic, match_basis
from outcomes.rules.recovery import Flag, Legs
from outcomes.rules.timing import Anchors, Picked, T
from outcomes.rules.values import Answer
from outcomes.rules.walking import walks_alone


class Change(StrEnum):
    """How a leg compares with the examination before the operation; the last five: not at all."""

    STRONGER = "stronger"
    PERHAPS_STRONGER = "perhaps_stronger"
    SAME = "same"
    WEAKER = "weaker"
    OTHER_BASIS = "other_basis"
    ORDER_UNKNOWN = "order_unknown"
    NOT_GRADED = "not_graded"
    NO_START = "no_start"
    NO_END = "no_end"


def change(followed: Followed[T], side: str) -> Change:
    """The last examination against the baseline, for the `right` or the `left` leg."""
    outcome = followed.outcome
    if outcome is None:
        return _why_nothing(followed)
    if Flag.BASIS_DIFFERS in outcome.flags:
        return Change.OTHER_BASIS
    gained = getattr(outcome.change, side)
    if gained is None:
        return Change.NOT_GRADED
    if Flag.ORDER_UNKNOWN in outcome.flags:
        return Change.ORDER_UNKNOWN
    if gained < 0:
        return Change.WEAKER
    if gained == 0:
        return Change.SAME
    unconfirmed = UNCONFIRMED[side] in outcome.flags
    return Change.PERHAPS_STRONGER if unconfirmed else Change.STRONGER


def _why_nothing(followed: Followed[T]) -> Change:
    if not followed.last.candidates:
        return _missing(followed.last, Change.NO_END)
    if not followed.start.candidates:
        return _missing(followed.start, Change.NO_START)
    # one and the same examination, where nobody operated
    return Change.NO_START


def _missing(picked: Picked[T], reason: Change) -> Change:
    """An examination whose time does not say on which side it lies is an order not known."""
    return Change.ORDER_UNKNOWN if picked.undecided else reason


def fell_since(
    exams: Sequence[T], followed: Followed[T], side: str, *,
    anchors: Anchors, legs: Callable[[T], Legs],
) -> T | None:  # fmt: skip
    """The last comparable examination before the last one, where the leg has fallen since then.

    The baseline is no such examination: it is compared by `change`. None where nothing fell, or
    where that cannot be told.
    """
    last = followed.last.exam
    if last is None or arithmetic(getattr(legs(last), side)) is None:
        return None
    before = [
        exam
        for exam in exams
        if exam is not last
        and exam not in followed.start.candidates
        and timing.is_after(last.when, exam.when, anchors=anchors) is Answer.YES
        and _fall(legs(exam), legs(last), side) is not None
    ]
    latest = [exam for exam in before if not any(_later(b, exam, anchors) for b in before)]
    fallen = [exam for exam in latest if (_fall(legs(exam), legs(last), side) or 0) > 0]
    return fallen[0] if fallen else None


def _later(one: T, other: T, anchors: Anchors) -> bool:
    return timing.is_after(one.when, other.when, anchors=anchors) is Answer.YES


def _fall(before: Legs, now: Legs, side: str) -> int | None:
    """Grades lost; None where they do not compare."""
    first, last = (arithmetic(getattr(one, side)) for one in (before, now))
    if first is None or last is None:
        return None
    same = match_basis(before.basis, now.basis) is not BasisMatch.DIFFERENT
    return first - last if same else None


class Walks(StrEnum):
    """How somebody walks, in the few steps that matter at home."""

    ALONE = "alone"
    WITH_SOMEBODY = "with_somebody"
    HARDLY = "hardly"
    NOT_ALONE = "not_alone"
    """Not alone; with how much help was not recorded."""


def walks(fac: int | None, stated: bool | None) -> Walks | None:
    """From the Functional Ambulation Category (0-5), else from what was stated; never from grades.

    Raises ValueError on a category outside 0-5.
    """
    alone = walks_alone(fac, stated)
    if alone is None:
        return None
    if alone:
        return Walks.ALONE
    if fac is None:
        return Walks.NOT_ALONE
    return Walks.WITH_SOMEBODY if fac else Walks.HARDLY


class Range(StrEnum):
    """Where a result lies, by the laboratory's own range or its own flag."""

    WITHIN = "within"
    BELOW = "below"
    ABOVE = "above"
    OUTSIDE = "outside"
    """The laboratory said so, and not on which side."""
    NOT_GIVEN = "not_given"
    CANNOT_TELL = "cannot_tell"


FLAGS = {
    "N": Range.WITHIN,
    "L": Range.BELOW,
    "LL": Range.BELOW,
    "H": Range.ABOVE,
    "HH": Range.ABOVE,
    "A": Range.OUTSIDE,
}


def within(value: str | None, low: str | None, high: str | None, flag: str | None) -> Range:
    """A result as reported (`<0.5` allowed) against the range in the same unit, and the flag.

    A range of one side tells only of that side where the value passes it. Where the number and the
    flag of one report disagree, nobody can tell.
    """
    flagged = FLAGS.get(flag or "")
    by_number = _by_number(value, low, high)
    if flagged is None:
        return by_number
    if by_number in (Range.NOT_GIVEN, Range.CANNOT_TELL):
        return flagged
    outside = by_number in (Range.BELOW, Range.ABOVE)
    agree = by_number is flagged or (flagged is Range.OUTSIDE and outside)
    return by_number if agree else Range.CANNOT_TELL


def _by_number(value: str | None, low: str | None, high: str | None) -> Range:
    number = _decimal((value or "").lstrip("<>=≤≥ "))
    bottom, top = _decimal(low), _decimal(high)
    if number is None or (bottom is None and top is None):
        return Range.NOT_GIVEN
    sign = _sign(value or "")
    if sign:
        strict = sign in ("<", ">")
        bounded = _at_most if sign[0] in "<≤" else _at_least
        return bounded(number, bottom, top, strict)
    if top is not None and number > top:
        return Range.ABOVE
    if bottom is not None and number < bottom:
        return Range.BELOW
    return Range.WITHIN


def _sign(value: str) -> str:
    """The comparator that a result begins with, empty where it is a number."""
    text = value.strip()
    return text[: len(text) - len(text.lstrip("<>=≤≥"))]


def _at_most(limit: Decimal, bottom: Decimal | None, top: Decimal | None, strict: bool) -> Range:
    """Some value not above the limit; none is below 0."""
    if bottom is not None and (limit < bottom or (strict and limit == bottom)):
        return Range.BELOW
    lowest = bottom is None or bottom <= 0
    return Range.WITHIN if lowest and top is not None and limit <= top else Range.CANNOT_TELL


def _at_least(limit: Decimal, bottom: Decimal | None, top: Decimal | None, strict: bool) -> Range:
    """Some value not below the limit."""
    if top is not None and (limit > top or (strict and limit == top)):
        return Range.ABOVE
    highest = top is None and bottom is not None and limit >= bottom
    return Range.WITHIN if highest else Range.CANNOT_TELL


def _decimal(text: str | None) -> Decimal | None:
    try:
        found = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None
