"""What may be said of a leg, of walking and of a result: one row a case (CLINICAL.md B, D, J)."""

import datetime as dt
from dataclasses import dataclass

import pytest

from outcomes.rules.course import follow
from outcomes.rules.plainly import Change, Range, Walks, change, fell_since, walks, within
from outcomes.rules.recovery import Legs
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Moment

ZERO = dt.date(2026, 1, 1)


def on(day: int) -> Moment:
    return Moment(date=ZERO + dt.timedelta(days=day))


OPERATED = Anchors(cement=on(-2), decompression=on(0))
CONSERVATIVE = Anchors(cement=on(0))


@dataclass(frozen=True)
class Exam:
    """`right` and `left` on a day; `when` in its stead where there is no day."""

    day: int
    right: str | None
    left: str | None = "5"
    basis: str = "gestalt"
    moment: Moment | None = None

    @property
    def when(self) -> Moment:
        return self.moment or on(self.day)


def legs(exam: Exam) -> Legs:
    return Legs(right=exam.right, left=exam.left, basis=exam.basis)


def course(*exams: Exam, anchors: Anchors = OPERATED):
    return follow(exams, anchors=anchors, legs=legs)


GRADES = ("0", "1", "2", "3", "4-", "4", "4+", "5")
NUMBER = {"0": 0, "1": 1, "2": 2, "3": 3, "4-": 4, "4": 4, "4+": 4, "5": 5}


@pytest.mark.parametrize("before", GRADES)
@pytest.mark.parametrize("after", GRADES)
def test_every_pair_of_grades(before, after):
    """One examination after: a gain of one is not confirmed, a loss is always told."""
    gained = NUMBER[after] - NUMBER[before]
    expected = (
        Change.WEAKER if gained < 0
        else Change.SAME if gained == 0
        else Change.PERHAPS_STRONGER if gained == 1
        else Change.STRONGER
    )  # fmt: skip
    assert change(course(Exam(-1, before), Exam(30, after)), "right") is expected


CASES = {
    "no examination at all": ((), Change.NO_END),
    "none before the operation": ((Exam(30, "3"),), Change.NO_START),
    "none since the operation": ((Exam(-1, "3"),), Change.NO_END),
    "a gain of one, seen twice": ((Exam(-1, "2"), Exam(30, "3"), Exam(60, "3")), Change.STRONGER),
    "a gain of one, seen once before and lost between": (
        (Exam(-1, "2"), Exam(10, "2"), Exam(60, "3")), Change.PERHAPS_STRONGER),
    "another basis": ((Exam(-1, "2"), Exam(30, "4", basis="weakest_key_muscle")),
                      Change.OTHER_BASIS),
    "a basis stated only once": ((Exam(-1, "2", basis="unspecified"), Exam(30, "4")),
                                 Change.OTHER_BASIS),
    "a basis stated never": (
        (Exam(-1, "2", basis="unspecified"), Exam(30, "4", basis="unspecified")), Change.STRONGER),
    "a fall on another basis is not told as one": (
        (Exam(-1, "4"), Exam(30, "2", basis="unspecified")), Change.OTHER_BASIS),
    "the leg not graded before": ((Exam(-1, None), Exam(30, "3")), Change.NOT_GRADED),
    "the leg not graded since": ((Exam(-1, "3"), Exam(30, None)), Change.NOT_GRADED),
    "the other leg not graded since": ((Exam(-1, "3"), Exam(30, "5", left=None)), Change.STRONGER),
    "better between, below the start at last": (
        (Exam(-1, "3"), Exam(30, "4"), Exam(60, "2")), Change.WEAKER),
    "on the day of the operation, its time not known": (
        (Exam(0, "3"), Exam(30, "4")), Change.ORDER_UNKNOWN),
    "two on the last day, order not known": (
        (Exam(-1, "1"), Exam(30, "4"), Exam(30, "0")), Change.ORDER_UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize(("exams", "expected"), CASES.values(), ids=CASES)
def test_what_is_said_of_the_right_leg(exams, expected):
    assert change(course(*exams), "right") is expected


NOT_OPERATED = {
    "one examination": ((Exam(5, "3"),), Change.NO_START),
    "two": ((Exam(5, "1"), Exam(50, "3")), Change.STRONGER),
    "none": ((), Change.NO_END),
}


@pytest.mark.parametrize(("exams", "expected"), NOT_OPERATED.values(), ids=NOT_OPERATED)
def test_without_an_operation_the_first_is_compared_with_the_last(exams, expected):
    assert change(course(*exams, anchors=CONSERVATIVE), "right") is expected


def test_each_leg_is_told_by_itself():
    found = course(Exam(-1, "3", left="3"), Exam(30, "1", left="5"))
    assert [change(found, side) for side in ("right", "left")] == [Change.WEAKER, Change.STRONGER]


FALLS = {
    "from the examination before": ((Exam(-1, "2"), Exam(30, "4"), Exam(60, "3")), 30),
    "from the last comparable one": (
        (Exam(-1, "2"), Exam(30, "4"), Exam(40, "5", basis="unspecified"), Exam(60, "3")), 30),
    "regained since": ((Exam(-1, "2"), Exam(30, "4"), Exam(40, "3"), Exam(60, "3")), None),
    "none": ((Exam(-1, "2"), Exam(30, "3"), Exam(60, "3")), None),
    "within grade 4": ((Exam(-1, "2"), Exam(30, "4+"), Exam(60, "4-")), None),
    "only from the baseline, which is told apart": ((Exam(-1, "4"), Exam(60, "3")), None),
    "not graded before": ((Exam(-1, "2"), Exam(30, None), Exam(60, "3")), None),
    "not graded at last": ((Exam(-1, "2"), Exam(30, "4"), Exam(60, None)), None),
    "its day not known": (
        (Exam(-1, "2"), Exam(0, "5", moment=Moment()), Exam(60, "3")), None),
}  # fmt: skip


@pytest.mark.parametrize(("exams", "day"), FALLS.values(), ids=FALLS)
def test_a_fall_since_an_earlier_examination(exams, day):
    found = fell_since(exams, course(*exams), "right", anchors=OPERATED, legs=legs)
    assert (found.day if found else None) == day


WALKS = {
    "FAC 0": (0, None, Walks.HARDLY),
    "FAC 1": (1, None, Walks.WITH_SOMEBODY),
    "FAC 3": (3, None, Walks.WITH_SOMEBODY),
    "FAC 4": (4, None, Walks.ALONE),
    "FAC 5": (5, None, Walks.ALONE),
    "stated only: alone": (None, True, Walks.ALONE),
    "stated only: not alone": (None, False, Walks.NOT_ALONE),
    "the category rules over the statement": (2, True, Walks.WITH_SOMEBODY),
    "nothing": (None, None, None),
}


@pytest.mark.parametrize(("fac", "stated", "expected"), WALKS.values(), ids=WALKS)
def test_walking(fac, stated, expected):
    assert walks(fac, stated) is expected


RANGES = {
    "within": ("3", "0.1", "5", None, Range.WITHIN),
    "on the lower limit": ("0.1", "0.1", "5", None, Range.WITHIN),
    "just below it": ("0.09", "0.1", "5", None, Range.BELOW),
    "on the upper limit": ("5.0", "0.1", "5", None, Range.WITHIN),
    "just above it": ("5.01", "0.1", "5", None, Range.ABOVE),
    "only an upper limit, below it": ("3", None, "5", None, Range.WITHIN),
    "only an upper limit, above it": ("6", None, "5", None, Range.ABOVE),
    "only a lower limit, below it": ("29", "30", None, None, Range.BELOW),
    "only a lower limit, above it": ("31", "30", None, None, Range.WITHIN),
    "no range and no flag": ("3", None, None, None, Range.NOT_GIVEN),
    "no value and no flag": (None, "0", "5", None, Range.NOT_GIVEN),
    "flag only: N": (None, None, None, "N", Range.WITHIN),
    "flag only: L": (None, None, None, "L", Range.BELOW),
    "flag only: LL": (None, None, None, "LL", Range.BELOW),
    "flag only: H": (None, None, None, "H", Range.ABOVE),
    "flag only: HH": (None, None, None, "HH", Range.ABOVE),
    "flag only: A": (None, None, None, "A", Range.OUTSIDE),
    "flag A says the side by its number": ("6", "0", "5", "A", Range.ABOVE),
    "number and flag agree": ("6", "0", "5", "H", Range.ABOVE),
    "number and flag disagree": ("3", "0", "5", "H", Range.CANNOT_TELL),
    "flag N and a number outside": ("6", "0", "5", "N", Range.CANNOT_TELL),
    "flag A and a number within": ("3", "0", "5", "A", Range.CANNOT_TELL),
    "less than a limit within": ("<0.5", "0", "5", None, Range.WITHIN),
    "less than a limit, the range begins above 0": ("<0.5", "0.1", "5", None, Range.CANNOT_TELL),
    "less than the lower limit": ("<0.5", "0.5", "5", None, Range.BELOW),
    "less than a limit above the range": ("<10", "0", "5", None, Range.CANNOT_TELL),
    "more than a limit above": (">200", "0", "20", None, Range.ABOVE),
    "more than the upper limit itself": (">20", "0", "20", None, Range.ABOVE),
    "more than a limit within": (">10", "0", "20", None, Range.CANNOT_TELL),
    "more than the only, lower limit": (">40", "30", None, None, Range.WITHIN),
    "not above the lower limit, on it": ("<=0.5", "0.5", "5", None, Range.CANNOT_TELL),
    "not below the upper limit, on it": (">=20", "0", "20", None, Range.CANNOT_TELL),
}


@pytest.mark.parametrize(("value", "low", "high", "flag", "expected"), RANGES.values(), ids=RANGES)
def test_a_result_against_the_range_of_its_laboratory(value, low, high, flag, expected):
    assert within(value, low, high, flag) is expected
