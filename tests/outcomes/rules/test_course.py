from dataclasses import dataclass

import pytest

from outcomes.rules import timing
from outcomes.rules.course import NO_END, NO_START, follow, last_examination
from outcomes.rules.recovery import Classification, Flag, Legs
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Anchor, Answer, Moment, Phase, Status

DECOMPRESSION = Moment(anchor=Anchor.INDEX_DECOMPRESSION, day=0)
CEMENT = Moment(anchor=Anchor.INDEX_DECOMPRESSION, day=-2)
OPERATED = Anchors(cement=CEMENT, decompression=DECOMPRESSION)
NOT_OPERATED = Anchors(cement=Moment(anchor=Anchor.CEMENT, day=0))


@dataclass(frozen=True)
class Exam:
    when: Moment
    right: str | None = None
    left: str | None = None


def exam(day, right=None, left=None, **more):
    return Exam(Moment(anchor=Anchor.INDEX_DECOMPRESSION, day=day, **more), right, left)


def since_cement(day, right, left):
    return Exam(Moment(anchor=Anchor.CEMENT, day=day), right, left)


def legs(one):
    return Legs(right=one.right, left=one.left)


def followed(*exams, anchors=OPERATED):
    return follow(exams, anchors=anchors, legs=legs)


def test_the_last_examination_before_incision_is_compared_with_the_last_after_it():
    first, baseline, between, last = (
        exam(-1, "3", "3"),
        exam(-1, "2", "4"),
        exam(40, "5", "5"),
        exam(90, "3", "4"),
    )
    result = followed(last, first, between, baseline)
    assert set(result.start.candidates) == {first, baseline}
    assert result.last.exam is last


@pytest.mark.parametrize(
    ("exams", "reason"),
    [
        pytest.param((), NO_START, id="nothing examined"),
        pytest.param((exam(30, "3", "3"),), NO_START, id="only after the operation"),
        pytest.param((exam(-1, "3", "3"),), NO_END, id="only before the operation"),
        pytest.param((exam(0, "3", "3"),), timing.UNDECIDED, id="day of surgery without a time"),
        pytest.param(
            (exam(-1, "3", "3"), exam(0, "3", "3")),
            timing.UNDECIDED,
            id="the only later one is on the day of surgery",
        ),
    ],
)
def test_without_two_sides_there_is_no_outcome_but_a_reason(exams, reason):
    result = followed(*exams)
    assert result.outcome is None
    assert result.reason == reason


def test_an_examination_that_is_first_and_baseline_has_no_change_before_surgery():
    result = followed(exam(-1, "4", "4"), exam(50, "4", "4"))
    assert result.before_surgery is None
    assert result.outcome.classification is Classification.UNCHANGED


def test_a_fall_before_surgery_is_not_counted_after_it():
    far = Anchors(cement=Moment(anchor=Anchor.INDEX_DECOMPRESSION, day=-30),
                  decompression=DECOMPRESSION)  # fmt: skip
    result = followed(exam(-29, "4", "4"), exam(-1, "2", "2"), exam(90, "4", "4"), anchors=far)
    assert result.before_surgery.classification is Classification.WORSE
    assert result.outcome.classification is Classification.IMPROVED


def test_of_two_last_examinations_of_one_day_the_worse_answer_holds_and_is_marked():
    result = followed(exam(-1, "3", "3"), exam(90, "4", "4"), exam(90, "2", "3"))
    assert result.last.exam is None
    assert result.outcome.classification is Classification.WORSE
    assert Flag.ORDER_UNKNOWN in result.outcome.flags


def test_an_examination_without_a_day_counts_by_its_phase():
    later = Exam(Moment(status=Status.NOT_REPORTED, phase=Phase.FOLLOW_UP), "4", "4")
    result = followed(exam(-1, "3", "3"), later)
    assert result.last.exam is later


def test_one_that_may_be_the_last_and_one_without_a_day_are_both_tried():
    undated = Exam(Moment(status=Status.NOT_REPORTED, phase=Phase.FOLLOW_UP), "2", "2")
    result = followed(exam(-1, "3", "3"), exam(90, "4", "4"), undated)
    assert result.outcome.classification is Classification.WORSE


def test_where_nobody_operated_the_first_examination_is_compared_with_the_last():
    result = followed(
        since_cement(1, "2", "2"),
        since_cement(30, "3", "3"),
        since_cement(400, "2", "2"),
        anchors=NOT_OPERATED,
    )
    assert result.baseline is None
    assert result.before_surgery is None
    assert result.outcome.classification is Classification.UNCHANGED


def test_where_nobody_operated_one_examination_is_no_course():
    result = followed(since_cement(1, "2", "2"), anchors=NOT_OPERATED)
    assert (result.outcome, result.reason) == (None, NO_END)


def test_a_leg_missing_at_the_end_leaves_the_class_open():
    result = followed(exam(-1, "2", "4"), exam(90, "3", None))
    assert result.outcome.classification is Classification.CANNOT_TELL


def test_an_examination_on_the_day_of_surgery_is_undecided_until_its_time_is_known():
    picked = last_examination([exam(0)], anchors=OPERATED)
    assert (picked.exam, len(picked.undecided)) == (None, 1)
    assert followed(exam(-1, "3", "3")).baseline.stale is Answer.NO


# --- a gain of one grade is unconfirmed until it is repeated ------------------------------------
BASELINE = exam(-1, "2", "3")
GAINS = {
    "one grade, seen once": ((exam(40, "3", "3"),), {Flag.RIGHT_UNCONFIRMED}),
    "one grade in each leg": (
        (exam(40, "3", "4"),), {Flag.RIGHT_UNCONFIRMED, Flag.LEFT_UNCONFIRMED},
    ),
    "seen twice": ((exam(40, "3", "3"), exam(80, "3", "3")), set()),
    "seen higher before": ((exam(40, "4", "3"), exam(80, "3", "3")), set()),
    "lost again in between": ((exam(40, "2", "3"), exam(80, "3", "3")), {Flag.RIGHT_UNCONFIRMED}),
    "no grade in between": ((exam(40, None, "3"), exam(80, "3", "3")), {Flag.RIGHT_UNCONFIRMED}),
    "two grades": ((exam(40, "4", "3"),), set()),
    "no gain": ((exam(40, "2", "3"),), set()),
    "a fall": ((exam(40, "1", "3"),), set()),
    "within four is no grade": ((exam(40, "2", "3"), exam(80, "2", "3")), set()),
    "only before the operation": ((exam(-2, "3", "3"), exam(40, "3", "3")), {
        Flag.RIGHT_UNCONFIRMED,
    }),
    "no grade now": ((exam(40, None, "3"),), set()),
}  # fmt: skip


@pytest.mark.parametrize("case", GAINS)
def test_a_gain_of_one_grade_is_unconfirmed_until_repeated(case):
    exams, expected = GAINS[case]
    flags = set(followed(BASELINE, *exams).outcome.flags)
    assert flags & {Flag.RIGHT_UNCONFIRMED, Flag.LEFT_UNCONFIRMED} == expected


def test_on_another_basis_it_is_not_repeated():
    exams = (exam(-1, "2", "3"), exam(40, "3", "3"), exam(80, "3", "3"))
    bases = dict(zip(exams, ("gestalt", "unspecified", "gestalt"), strict=True))
    result = follow(
        exams, anchors=OPERATED,
        legs=lambda one: Legs(right=one.right, left=one.left, basis=bases[one]),
    )  # fmt: skip
    assert Flag.RIGHT_UNCONFIRMED in result.outcome.flags
