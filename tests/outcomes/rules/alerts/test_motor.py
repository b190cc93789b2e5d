"""Each boundary of the motor rules from both sides, each input missing (CLINICAL.md G and J)."""

import datetime as dt

import pytest

from outcomes.rules.alerts import grade_course, motor
from outcomes.rules.alerts.base import Level, Raised
from outcomes.rules.facts import Fact, Facts, place
from outcomes.rules.timing import Anchors, days_since
from outcomes.rules.values import Anchor, Answer, Moment, Phase, Span, Status

SURGERY = dt.date(2026, 1, 10)
CEMENT = SURGERY - dt.timedelta(days=2)
OPERATED = Anchors(cement=Moment(date=CEMENT), decompression=Moment(date=SURGERY))
NOT_OPERATED = Anchors(cement=Moment(date=CEMENT))
NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def exam(day, right=None, left=None, *, id="", time=None, basis="gestalt", recorded=NOON, **more):
    """An examination so many days after surgery; `more` are further columns of motor."""
    when = Moment(date=SURGERY + dt.timedelta(days=day), time=time)
    values = {"motor_basis": basis, "motor_right_grade": right, "motor_left_grade": left}
    values |= {f"motor_{column}": value for column, value in more.items()}
    return Fact(
        id=id or f"day{day}", when=when, day=Span(best=day, lower=day, upper=day, status="known"),
        values={k: v for k, v in values.items() if v is not None}, recorded_at=recorded,
    )  # fmt: skip


def course(*exams, anchors=OPERATED):
    anchor = Anchor.INDEX_DECOMPRESSION if anchors.decompression else Anchor.CEMENT
    placed = [
        Fact(
            id=e.id, when=e.when, day=days_since(e.when, anchors=anchors, anchor=anchor),
            values=e.values, recorded_at=e.recorded_at, order=n,
        )
        for n, e in enumerate(exams)
    ]  # fmt: skip
    placed.sort(key=lambda e: place(e.day, e.when, e.order))
    return Facts(now=NOON, today=NOON.date(), anchors=anchors, visits=tuple(placed))


def told(rule, *exams, raised=(), anchors=OPERATED):
    """What a rule finds, in short: where, from what to what, how pressing."""
    return [
        (f.now.id, f.column.removeprefix("motor_"), f.value_before, f.value_now, f.level.value)
        for f in rule(course(*exams, anchors=anchors), raised)
    ]


def alert(rule, record, column, value, acknowledged=None):
    return Raised(
        rule=rule, measurement=f"{record} motor_{column} {value}", acknowledged_at=acknowledged
    )


RIGHT = "right_grade"


# --- a fall: how deep ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "now", "level"),
    [
        ("5", "5", None),
        ("4", "5", None),
        ("5", "4+", "urgent"),
        ("5", "4", "urgent"),
        ("5", "4-", "urgent"),
        ("4-", "3", "urgent"),
        ("4+", "3", "urgent"),
        ("5", "3", "emergency"),  # two grades
        ("3", "2", "emergency"),  # newly below 3
        ("2", "1", "urgent"),  # below 3 already
        ("1", "0", "urgent"),
        ("2", "0", "emergency"),
        ("4+", "4", None),  # within four: asked, see below
    ],
)
def test_a_fall_is_urgent_and_a_deep_one_an_emergency(before, now, level):
    expected = [("day40", RIGHT, before, now, level)] if level else []
    assert told(motor.fell, exam(14, before), exam(40, now)) == expected


@pytest.mark.parametrize(
    ("before", "now", "asks"),
    [
        ("4+", "4", True),
        ("4", "4-", True),
        ("4+", "4-", True),
        ("4", "4+", False),
        ("4-", "4-", False),
        ("5", "4+", False),  # a grade: a fall
        ("4-", "3", False),
        ("3", "3", False),
    ],
)
def test_any_fall_within_four_asks(before, now, asks):
    expected = [("day40", RIGHT, before, now, "ask")] if asks else []
    assert told(motor.within_four, exam(14, before), exam(40, now)) == expected


def test_either_leg_and_every_key_muscle_is_protected():
    for column in (*grade_course.LEGS, *grade_course.MUSCLES):
        name = column.removeprefix("motor_")
        grade = str if column in grade_course.LEGS else int
        exams = (exam(14, **{name: grade(4)}), exam(40, **{name: grade(3)}))
        assert told(motor.fell, *exams) == [("day40", name, "4", "3", "urgent")], column
    assert len(grade_course.LEGS) + len(grade_course.MUSCLES) == 12


# --- against what -------------------------------------------------------------------------------
AGAINST = {
    "nothing before": ([exam(40, "3")], None),
    "no grade of that leg before": ([exam(14, None, "5"), exam(40, "3")], None),
    "no grade now": ([exam(14, "5"), exam(40, None, "5")], None),
    "before surgery counts as the last": ([exam(-1, "4"), exam(3, "3")], ("4", "urgent")),
    "the best since surgery, not only the last": (
        [exam(10, "5"), exam(20, "4"), exam(40, "3")], ("5", "emergency"),
    ),
    "the best before surgery does not count": (
        [exam(-9, "5"), exam(20, "4"), exam(40, "3")], ("4", "urgent"),
    ),
    "below the best but not below the last": ([exam(10, "5"), exam(20, "4"), exam(40, "4")], None),
    "fallen again after a recovery": (
        [exam(10, "4"), exam(20, "3"), exam(30, "4"), exam(40, "3")], ("4", "urgent"),
    ),
    "another basis in between": (
        [exam(10, "4"), exam(20, "5", basis="weakest_key_muscle"), exam(40, "3")], ("4", "urgent"),
    ),
    "another basis only": ([exam(10, "5", basis="weakest_key_muscle"), exam(40, "3")], None),
    "unspecified against unspecified": (
        [exam(10, "4", basis="unspecified"), exam(40, "3", basis="unspecified")], ("4", "urgent"),
    ),
    "unspecified against stated": ([exam(10, "4", basis="unspecified"), exam(40, "3")], None),
    "no basis recorded is unspecified": (
        [exam(10, "4", basis=None), exam(40, "3", basis="unspecified")], ("4", "urgent"),
    ),
    "not testable in between": (
        [exam(10, "4"), exam(20, right_not_testable="pain"), exam(40, "3")], ("4", "urgent"),
    ),
    "not done in between": (
        [exam(10, "4"), exam(20, not_done="refused"), exam(40, "3")], ("4", "urgent"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AGAINST)
def test_the_last_comparable_and_the_best_since_surgery(case):
    exams, expected = AGAINST[case]
    found = [row for row in told(motor.fell, *exams) if row[0] == "day40" or row[0] == "day3"]
    assert [(before, level) for _id, _column, before, _now, level in found] == (
        [expected] if expected else []
    )


def test_muscles_compare_whatever_the_basis_of_the_leg():
    exams = (
        exam(10, basis="gestalt", right_muscles_l3=4),
        exam(40, right_muscles_l3=3, basis=None),
    )
    assert told(motor.fell, *exams) == [("day40", "right_muscles_l3", "4", "3", "urgent")]


def test_where_nobody_operated_the_best_since_the_cement_counts():
    exams = (exam(-5, "5"), exam(10, "4"), exam(20, "3"), exam(40, "2"))
    found = told(motor.fell, *exams, anchors=NOT_OPERATED)
    assert found[-1] == ("day40", RIGHT, "4", "2", "emergency")


def test_without_any_anchor_the_last_examination_still_counts():
    exams = (exam(10, "5"), exam(20, "4"), exam(40, "3"))
    assert told(motor.fell, *exams, anchors=Anchors())[-1] == ("day40", RIGHT, "4", "3", "urgent")


# --- when nobody knows the order ----------------------------------------------------------------
def test_of_one_day_without_times_both_orders_are_tried_and_the_worse_holds():
    exams = (exam(10, "5"), exam(40, "3", id="a"), exam(40, "4", id="b"))
    found = told(motor.fell, *exams)
    assert ("a", RIGHT, "5", "3", "emergency") in found
    # if it came first, it fell from 5
    assert ("b", RIGHT, "5", "4", "urgent") in found


def test_of_one_day_with_times_their_order_holds():
    exams = (exam(40, "3", id="a", time=dt.time(8)), exam(40, "4", id="b", time=dt.time(9)))
    assert told(motor.fell, *exams) == []
    exams = (exam(40, "3", id="a", time=dt.time(9)), exam(40, "4", id="b", time=dt.time(8)))
    assert told(motor.fell, *exams) == [("a", RIGHT, "4", "3", "urgent")]


def test_on_the_day_of_surgery_without_a_time_it_is_the_last_but_not_the_best_since():
    undecided = exam(0, "5")
    assert told(motor.fell, undecided, exam(10, "4")) == [("day10", RIGHT, "5", "4", "urgent")]
    found = told(motor.fell, undecided, exam(10, "4"), exam(40, "3"))
    assert found[-1] == ("day40", RIGHT, "4", "3", "urgent")
    said = Fact(
        id="day0", when=Moment(date=SURGERY, phase=Phase.POST_OP), day=undecided.day,
        values=undecided.values, recorded_at=NOON,
    )  # fmt: skip
    found = told(motor.fell, said, exam(10, "4"), exam(40, "3"))
    assert found[-1] == ("day40", RIGHT, "5", "3", "emergency")


def test_a_day_known_only_within_bounds_is_tried_both_ways():
    vague = Fact(
        id="vague", when=Moment(
            date_lower=SURGERY + dt.timedelta(days=30), date_upper=SURGERY + dt.timedelta(days=50),
            status=Status.INTERVAL_CENSORED,
        ),
        day=Span(best=None, lower=30, upper=50, status=Status.INTERVAL_CENSORED),
        values={"motor_basis": "gestalt", "motor_right_grade": "4"}, recorded_at=NOON,
    )  # fmt: skip
    assert told(motor.fell, vague, exam(40, "3")) == [("day40", RIGHT, "4", "3", "urgent")]


# --- once, and again on worsening ---------------------------------------------------------------
FALL = "motor_fall"
AGAIN = {
    "the same fall while one is open": (
        [exam(10, "4"), exam(20, "3"), exam(30, "4"), exam(40, "3")],
        [alert(FALL, "day20", RIGHT, "3")], False,
    ),
    "a milder one while one is open": (
        [exam(10, "5"), exam(20, "3"), exam(30, "5"), exam(40, "4")],
        [alert(FALL, "day20", RIGHT, "3")], False,
    ),
    "a further one while one is open": (
        [exam(10, "4"), exam(20, "3"), exam(40, "2")], [alert(FALL, "day20", RIGHT, "3")], True,
    ),
    "the other leg while one is open": (
        [exam(10, "4", "4"), exam(20, "3", "4"), exam(40, "3", "3")],
        [alert(FALL, "day20", RIGHT, "3")], True,
    ),
    "still below the best after acknowledgement": (
        [exam(10, "4"), exam(20, "3"), exam(40, "3")],
        [alert(FALL, "day20", RIGHT, "3", NOON - HOUR)], False,
    ),
    "fallen further after acknowledgement": (
        [exam(10, "4"), exam(20, "3"), exam(40, "2")],
        [alert(FALL, "day20", RIGHT, "3", NOON - HOUR)], True,
    ),
    "recovered and fallen again, acknowledged before that was recorded": (
        [exam(10, "4"), exam(20, "3"), exam(30, "4"), exam(40, "3")],
        [alert(FALL, "day20", RIGHT, "3", NOON - HOUR)], True,
    ),
    "acknowledged after that was recorded": (
        [exam(10, "4"), exam(20, "3"), exam(30, "4"), exam(40, "3")],
        [alert(FALL, "day20", RIGHT, "3", NOON + HOUR)], False,
    ),
    "the value of the open one was amended": (
        [exam(10, "5"), exam(20, "4"), exam(30, "5"), exam(40, "4")],
        [alert(FALL, "day20", RIGHT, "3")], True,
    ),
    "the examination of the open one is gone": (
        [exam(30, "4"), exam(40, "3")], [alert(FALL, "day20", RIGHT, "3")], True,
    ),
    "the same after the operation while one from before it is open": (
        [exam(-9, "4"), exam(-5, "3"), exam(20, "4"), exam(40, "3")],
        [alert(FALL, "day-5", RIGHT, "3")], True,
    ),
    "against the last before the operation while one from before it is open": (
        [exam(-9, "5"), exam(-5, "2"), exam(-2, "5"), exam(40, "2")],
        [alert(FALL, "day-5", RIGHT, "2")], True,
    ),
    "the same after the operation while one from after it is open, too": (
        [exam(-9, "4"), exam(-5, "3"), exam(20, "4"), exam(30, "3"), exam(35, "4"), exam(40, "3")],
        [alert(FALL, "day-5", RIGHT, "3"), alert(FALL, "day30", RIGHT, "3")], False,
    ),
    "an open alert of another rule": (
        [exam(30, "4"), exam(40, "3")], [alert("motor_basis", "day30", RIGHT, "4")], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AGAIN)
def test_a_fall_is_told_once_and_again_when_it_goes_on(case):
    exams, raised, fires = AGAIN[case]
    found = {f.now.id for f in motor.fell(course(*exams), raised)}
    assert ("day40" in found) is fires


def test_what_was_raised_is_found_again_so_that_a_repeat_changes_nothing():
    exams = (exam(10, "4"), exam(20, "3"), exam(40, "2"))
    once = [f.measurement for f in motor.fell(course(*exams), ())]
    raised = [Raised(rule=FALL, measurement=m) for m in once]
    assert [f.measurement for f in motor.fell(course(*exams), raised)] == once


# --- what cannot be compared --------------------------------------------------------------------
NOT_TESTABLE = {
    "graded before": ([exam(10, "4"), exam(40, right_not_testable="pain")], "4"),
    "graded by its muscles": (
        [exam(10, right_muscles_l2=4, right_muscles_s1=2), exam(40, right_not_testable="pain")],
        "2",
    ),
    "not testable before": (
        [exam(10, "4"), exam(20, right_not_testable="cast"), exam(40, right_not_testable="pain")],
        None,
    ),
    "not done in between": (
        [exam(10, "4"), exam(20, not_done="refused"), exam(40, right_not_testable="pain")], "4",
    ),
    "never graded": ([exam(10, None, "4"), exam(40, right_not_testable="pain")], None),
    "on another basis": (
        [exam(10, "4", basis="unspecified"), exam(40, right_not_testable="pain")], "4",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_TESTABLE)
def test_a_leg_that_is_not_testable_any_more_asks(case):
    exams, before = NOT_TESTABLE[case]
    found = [f for f in motor.not_testable(course(*exams), ()) if f.now.id == "day40"]
    assert [f.value_before for f in found] == ([before] if before else [])
    for one in found:
        assert (one.level, one.answer) == (Level.ASK, Answer.CANNOT_TELL)
        assert one.missing == ("motor_right_grade",)
        assert (one.column, one.value_now) == ("motor_right_not_testable", "pain")


def test_a_muscle_that_is_not_testable_any_more_asks():
    exams = (exam(10, left_muscles_l5=4), exam(40, left_muscles_l5_not_testable="pain"))
    [found] = motor.not_testable(course(*exams), ())
    assert found.missing == ("motor_left_muscles_l5",)


@pytest.mark.parametrize(
    ("bases", "asks"),
    [
        (("gestalt", "gestalt"), False),
        (("unspecified", "unspecified"), False),
        (("gestalt", "weakest_key_muscle"), True),
        (("unspecified", "gestalt"), True),
        ((None, "gestalt"), True),
        (("gestalt", "weakest_key_muscle", "weakest_key_muscle"), False),
        (("gestalt", "weakest_key_muscle", "gestalt"), True),
    ],
)
def test_a_grade_on_another_basis_than_the_last_asks(bases, asks):
    exams = [exam(10 + 10 * n, "4", basis=basis) for n, basis in enumerate(bases)]
    found = [f for f in motor.other_basis(course(*exams), ()) if f.now.id == exams[-1].id]
    assert bool(found) is asks
    for one in found:
        assert (one.level, one.answer) == (Level.ASK, Answer.CANNOT_TELL)
        assert one.missing == ("motor_basis",)


def muscles(grade, *which):
    names = which or ("l2", "l3", "l4", "l5", "s1")
    return {f"right_muscles_{name}": grade for name in names}


OTHERWISE = {
    "the leg as one, then muscles": (
        [exam(20, "5"), exam(40, **muscles(0))], ("right_muscles_l2", "5", "0"), "right_grade",
    ),
    "muscles, then the leg as one": (
        [exam(20, **muscles(5)), exam(40, "0")], ("right_grade", "5", "0"), "right_muscles_l2",
    ),
    "one muscle, then another": (
        [exam(20, **muscles(5, "l2")), exam(40, **muscles(0, "s1"))],
        ("right_muscles_s1", "5", "0"), "right_muscles_l2",
    ),
    "the weakest muscle is named": (
        [exam(20, "5"), exam(40, **muscles(4, "l2"), **muscles(1, "l5"))],
        ("right_muscles_l5", "5", "1"), "right_grade",
    ),
    "both before": ([exam(20, "5", **muscles(5)), exam(40, **muscles(0))], None, ""),
    "both now": ([exam(20, "5"), exam(40, "0", **muscles(0))], None, ""),
    "some of the same muscles": (
        [exam(20, **muscles(5)), exam(40, **muscles(0, "l2"))], None, "",
    ),
    "the other leg": ([exam(20, None, "5"), exam(40, **muscles(0))], None, ""),
    "told before": ([exam(10, "5"), exam(20, **muscles(0)), exam(40, **muscles(0))], None, ""),
    "not testable in between": (
        [exam(20, "5"), exam(30, right_not_testable="pain"), exam(40, **muscles(0))],
        ("right_muscles_l2", "5", "0"), "right_grade",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERWISE)
def test_a_leg_graded_otherwise_than_the_last_time_asks(case):
    exams, expected, missing = OTHERWISE[case]
    found = [f for f in motor.other_basis(course(*exams), ()) if f.now.id == "day40"]
    short = [(f.column.removeprefix("motor_"), f.value_before, f.value_now) for f in found]
    assert short == ([expected] if expected else [])
    for one in found:
        assert (one.level, one.answer) == (Level.ASK, Answer.CANNOT_TELL)
        assert one.missing == (f"motor_{missing}",)


def test_without_a_grade_before_there_is_nothing_to_ask():
    exams = (exam(10, None, "4"), exam(40, "4", basis="weakest_key_muscle"))
    assert told(motor.other_basis, *exams) == []


# --- a late decline -----------------------------------------------------------------------------
def late(first, second, third, *, grades=("4", "4", "3"), left="5", **more):
    days = (first, second, third)
    return [exam(d, g, left, **more) for d, g in zip(days, grades, strict=True)]


LATE = {
    "from day 183, 60 days": (late(183, 243, 300), "yes"),
    "the plateau begins on day 182": (late(182, 243, 300), None),
    "59 days": (late(183, 242, 300), None),
    "within four only": (late(183, 243, 300, grades=("4", "4+", "4-")), None),
    "the plateau in words of four": (late(183, 243, 300, grades=("4-", "4+", "3")), "yes"),
    "no plateau": (late(183, 243, 300, grades=("3", "4", "3")), None),
    "no drop": (late(183, 243, 300, grades=("3", "3", "3")), None),
    "on one day, so that it may have been the later one": (
        [exam(183, "4", "5"), exam(243, "4", "5"), exam(243, "3", "5", id="same day")], "yes",
    ),
    "a leg missing": (late(183, 243, 300, left=None), None),
    "another basis at the drop": (
        [*late(183, 243, 300)[:2], exam(300, "3", "5", basis="unspecified")], None,
    ),
    "only the better leg fell": (
        [exam(183, "3", "5"), exam(243, "3", "5"), exam(300, "3", "4")], None,
    ),
    "the other leg became the worst": (
        [exam(183, "4", "5"), exam(243, "4", "5"), exam(300, "4", "3")], "yes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LATE)
def test_a_late_decline_after_a_plateau(case):
    exams, answer = LATE[case]
    found = list(motor.late_decline(course(*exams), ()))
    assert [f.answer.value for f in found] == ([answer] if answer else [])
    assert all(f.level is Level.URGENT for f in found)


def test_a_late_decline_is_told_once_until_it_goes_on():
    exams = [*late(183, 243, 300), exam(320, "3", "5"), exam(340, "2", "5")]
    assert [f.now.id for f in motor.late_decline(course(*exams), ())] == ["day300", "day340"]


def test_a_plateau_of_uncertain_days_cannot_be_told():
    vague = Fact(
        id="vague",
        when=Moment(
            date_lower=SURGERY + dt.timedelta(days=170),
            date_upper=SURGERY + dt.timedelta(days=190),
            status=Status.INTERVAL_CENSORED,
        ),
        day=Span(best=None, lower=170, upper=190, status=Status.INTERVAL_CENSORED),
        values=exam(0, "4", "5").values, recorded_at=NOON,
    )  # fmt: skip
    [found] = motor.late_decline(course(vague, exam(260, "4", "5"), exam(300, "3", "5")), ())
    assert (found.answer, found.missing) == (Answer.CANNOT_TELL, ("date",))
