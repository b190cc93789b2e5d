"""Severe and rising pain of each place, from both sides (CLINICAL.md G)."""

import pytest

from outcomes.rules.alerts import pain
from tests.outcomes.rules.alerts.tables import course, table, told, visit

PLACES = {"back": "pain_back", "right leg": "pain_right_leg", "left leg": "pain_left_leg"}


def hurts(day, value, place="pain_back", period=None, **more):
    given = {place: value, "pain_period": period}
    return visit(day, **{k: v for k, v in given.items() if v is not None}, **more)


SEVERE, RISE = "day5 pain_severe same_day", "day5 pain_rise same_day"
CASES = {
    "severe": {
        "nothing recorded: nothing to judge": (course(visit(5)), []),
        "said to be there, without a number: not severe for all that is known": (
            course(visit(5, pain_back_present=True)), [],
        ),
        **{
            f"{name}, first, 6: nothing to compare with": (course(hurts(5, 6, place)), [])
            for name, place in PLACES.items()
        },
        **{
            f"{name}, first, 7": (course(hurts(5, 7, place)), [SEVERE])
            for name, place in PLACES.items()
        },
        "6, then 7": (course(hurts(3, 6), hurts(5, 7)), [SEVERE]),
        "7, then 7: not new": (course(hurts(3, 7), hurts(5, 7)), ["day3 pain_severe same_day"]),
        "7, then 10: risen by three": (
            course(hurts(3, 7), hurts(5, 10)), ["day3 pain_severe same_day", RISE],
        ),
        "risen by 2 to 5": (course(hurts(3, 3), hurts(5, 5)), []),
        "risen by 3 to 5": (course(hurts(3, 2), hurts(5, 5)), [RISE]),
        "risen by 3 to 4": (course(hurts(3, 1), hurts(5, 4)), []),
        "risen by 3 to 4, then to 5: reached now": (
            course(hurts(2, 1), hurts(3, 4), hurts(5, 5)), [RISE],
        ),
        "risen by 2 to 6": (course(hurts(3, 4), hurts(5, 6)), []),
        "risen by 3 to 6": (course(hurts(3, 3), hurts(5, 6)), [RISE]),
        "risen by 3 over the best since surgery, by 1 over the last": (
            course(hurts(2, 2), hurts(3, 4), hurts(5, 5)), [RISE],
        ),
        "the best before surgery is not the best since": (
            course(hurts(-1, 2), hurts(3, 4), hurts(5, 5)), [],
        ),
        "risen over the last one, which was before surgery": (
            course(hurts(-1, 2), hurts(5, 5)), [RISE],
        ),
        "each place for itself": (
            course(hurts(3, 2), hurts(5, 6, "pain_left_leg")), [],
        ),
        "another period does not compare": (
            course(hurts(3, 2, period="now"), hurts(5, 5, period="worst_24h")), [],
        ),
        "the same period": (
            course(hurts(3, 2, period="now"), hurts(5, 5, period="now")), [RISE],
        ),
        "a period that was not stated compares": (
            course(hurts(3, 2), hurts(5, 5, period="worst_24h")), [RISE],
        ),
        "7 of another period: new": (
            course(hurts(3, 7, period="now"), hurts(5, 7, period="worst_24h")),
            ["day3 pain_severe same_day", SEVERE],
        ),
        "undated": (
            course(hurts(3, 2), hurts(None, 7)),
            ["undated pain_severe same_day, without date"],
        ),
        "two of one day without times": (
            course(hurts(5, 5, id="worse"), hurts(5, 2, id="better")),
            ["worse pain_rise same_day, without time"],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(pain, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected


def test_which_place_hurts_is_said():
    (found,) = pain.severe(course(hurts(5, 9, "pain_left_leg")), ())
    assert (found.column, found.value_now) == ("pain_left_leg", "9")
