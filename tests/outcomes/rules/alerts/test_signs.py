"""Signs first seen, new and worse, from both sides (CLINICAL.md G and J, Signs)."""

import pytest

from outcomes.rules.alerts import signs
from tests.outcomes.rules.alerts.tables import course, operation, table, told, visit


def of(column, *values, days=(3, 5, 9)):
    """A course with one value of a column at each of some days; None: not recorded."""
    return course(
        *(
            visit(day, **({} if value is None else {column: value}))
            for day, value in zip(days, values, strict=False)
        )
    )


def ordinal(rule, level, column, none, mild, severe, *unknown):
    """The table of a sign with two degrees."""
    day3, day5, day9 = (f"day{day} {rule} {level}" for day in (3, 5, 9))
    return {
        "nothing recorded: nothing to judge": (of(column, None), []),
        "not there": (of(column, none, none), []),
        "first seen": (of(column, mild), [day3]),
        "first seen at the first examination of it": (of(column, None, mild), [day5]),
        "new": (of(column, none, mild), [day5]),
        "the same": (of(column, mild, mild), [day3]),
        "worse": (of(column, none, mild, severe), [day5, day9]),
        "better": (of(column, severe, mild, none), [day3]),
        "gone and back": (of(column, mild, none, mild), [day3, day9]),
        "not recorded between": (of(column, none, None, mild), [day9]),
        "there before surgery, the same since": (
            of(column, mild, mild, days=(-1, 5)), [f"day-1 {rule} {level}"],
        ),
        "worse than before surgery": (
            of(column, mild, severe, days=(-1, 5)), [f"day-1 {rule} {level}", day5],
        ),
        "undated: first seen, and said": (
            course(visit(None, **{column: mild})), [f"undated {rule} {level}, without date"],
        ),
        "two of one day without times": (
            course(visit(5, id="worse", **{column: mild}), visit(5, id="well", **{column: none})),
            [f"worse {rule} {level}"],
        ),
        **{
            f"{word} does not compare": (of(column, mild, word, mild), [day3]) for word in unknown
        },
    }  # fmt: skip


def legs(day, right=None, left=None, **more):
    given = {"pain_right_leg": right, "pain_left_leg": left}
    return visit(day, **{k: v for k, v in given.items() if v is not None}, **more)


BOTH = "day5 sign_bilateral_leg_pain emergency"
ASK = "day5 sign_bilateral_leg_pain ask, cannot tell without"
FREQUENCY = ("not_applicable", "unknown")

CASES = {
    "saddle": ordinal(
        "sign_saddle", "emergency", "sensation_saddle", "normal", "reduced", "absent", "not_tested"
    ),
    "anal_tone": ordinal(
        "sign_anal_tone", "emergency", "bowel_anal_tone", "preserved", "decreased", "absent",
        "not_tested",
    ),
    "fecal_incontinence": ordinal(
        "sign_fecal_incontinence", "emergency", "bowel_incontinence", "no", "monthly", "weekly",
        *FREQUENCY,
    ),
    "spasticity": {
        "nothing recorded": (of("spasticity_present", None), []),
        "absent": (of("spasticity_present", False), []),
        "first seen": (of("spasticity_present", True), ["day3 sign_spasticity urgent"]),
        "new": (of("spasticity_present", False, True), ["day5 sign_spasticity urgent"]),
        "still": (of("spasticity_present", True, True), ["day3 sign_spasticity urgent"]),
    },
    "bilateral_leg_pain": {
        "nothing recorded": (course(visit(5)), []),
        "4 and 4, first seen": (course(legs(5, 4, 4)), [BOTH]),
        "4 and 3": (course(legs(5, 4, 3)), []),
        "3 and 4": (course(legs(5, 3, 4)), []),
        "4 and 4, one of them before": (course(legs(3, 4, 3), legs(5, 4, 4)), [BOTH]),
        "4 and 4, both before": (
            course(legs(3, 4, 4), legs(5, 9, 9)), ["day3 sign_bilateral_leg_pain emergency"],
        ),
        "both, one gone, both again": (
            course(legs(3, 4, 4), legs(4, 4, 3), legs(5, 4, 4)),
            ["day3 sign_bilateral_leg_pain emergency", BOTH],
        ),
        "one number missing, the other 4": (course(legs(5, 4)), [f"{ASK} pain_left_leg"]),
        "one number missing, the other 3: not needed": (course(legs(5, 3)), []),
        "both said to hurt without a number": (
            course(visit(5, pain_right_leg_present=True, pain_left_leg_present=True)),
            [f"{ASK} pain_right_leg pain_left_leg"],
        ),
        "one said to hurt, the other said not to": (
            course(visit(5, pain_right_leg_present=True, pain_left_leg_present=False)), [],
        ),
        "one 4, the other said not to hurt": (
            course(legs(5, 4, pain_left_leg_present=False)), [],
        ),
        "a missing number between does not count as better": (
            course(legs(3, 4, 4), legs(4, 4), legs(5, 4, 4)),
            ["day3 sign_bilateral_leg_pain emergency",
             "day4 sign_bilateral_leg_pain ask, cannot tell without pain_left_leg"],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(signs, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected


def test_both_legs_are_said():
    (found,) = signs.bilateral_leg_pain(course(legs(3, 4, 3), legs(5, 6, 5)), ())
    assert (found.value_before, found.value_now) == ("4 / 3", "6 / 5")
    one_leg = legs(3, 4, pain_left_leg_present=False)
    (found,) = signs.bilateral_leg_pain(course(one_leg, legs(5, 6, 5)), ())
    assert found.value_before == "4 / –"


def test_of_a_missing_number_the_other_leg_is_said():
    (found,) = signs.bilateral_leg_pain(course(legs(5, None, 4, pain_right_leg_present=True)), ())
    assert (found.column, found.value_now) == ("pain_left_leg", "4")


def test_signs_fire_before_any_operation_is_recorded():
    facts = course(visit(5, sensation_saddle="absent"), procedures=[operation(20)])
    assert told(signs.saddle, facts) == ["day5 sign_saddle emergency"]
