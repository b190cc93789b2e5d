"""CRP by day, height and rise, each boundary from both sides (CLINICAL.md G and J)."""

import pytest

from outcomes.rules.alerts import inflammation
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Moment, Status
from tests.outcomes.rules.alerts.tables import (
    NO_EVENTS,
    NOT_OPERATED,
    course,
    lab,
    operation,
    table,
    told,
    visit,
)

WELL = {
    "wound_drainage": False, "wound_clear_leak": False, "wound_redness": False,
    "wound_dehiscence": False, "vitals_temperature_c": 36.6,
}  # fmt: skip
UNDATED_SURGERY = Anchors(decompression=Moment(status=Status.NOT_REPORTED))
FIRST = "crp_cannot_check note, cannot tell without earlier_crp"
UNSEEN = f"without {' '.join(WELL)}"


def crp(day, value, unit="mg/L", **more):
    return lab(day, "crp", str(value), unit, **more)


def after(*labs, visits=None, **more):
    """The results, with everything seen and well around each of them."""
    around = [visit(day, **WELL) for day in (8, 14, 20)] if visits is None else visits
    return course(*around, labs=labs, **more)


HIGH = "day8 crp_high review"
CASES = {
    "crp": {
        "nothing recorded: nothing to judge": (course(visit(8)), []),
        "ESR alone, early": (after(lab(8, "esr", "110", "mm/h")), []),
        "ESR alone, rising after six weeks": (
            after(lab(45, "esr", "20", "mm/h"), lab(60, "esr", "110", "mm/h")), [],
        ),
        "day 6, 300: nothing absolute before day 7": (after(crp(6, 300)), []),
        "day 7, 40": (after(crp(7, 40)), [f"day7 {FIRST}"]),
        "day 7, 40.1": (after(crp(7, 40.1)), ["day7 crp_high review"]),
        "day 10, 40": (after(crp(10, 40)), [f"day10 {FIRST}"]),
        "day 10, 40.1": (
            after(crp(10, 40.1), visits=[visit(10, **WELL)]), ["day10 crp_high review"],
        ),
        "day 11, 300: no longer by height, no earlier value to rise from": (
            after(crp(11, 300)), [f"day11 {FIRST}"],
        ),
        "in mg/dL: 4.01": (after(crp(8, 4.01, "mg/dL")), [HIGH]),
        "in mg/dL: 4": (after(crp(8, 4, "mg/dL")), [f"day8 {FIRST}"]),
        "first, 5: no rise above 5 is possible": (after(crp(8, 5)), []),
        "first, 5.1: cannot check": (after(crp(8, 5.1)), [f"day8 {FIRST}"]),
        "an earlier value on day 6 is none": (
            after(crp(6, 1), crp(12, 39)), [f"day12 {FIRST}"],
        ),
        "an earlier value on day 7, rise of 5": (
            after(crp(7, 1), crp(14, 6)), [],
        ),
        "an earlier value on day 7, rise of 5.1": (
            after(crp(7, 1), crp(14, 6.1)), ["day14 crp_rise review"],
        ),
        "rise of 29": (after(crp(7, 1), crp(14, 30)), ["day14 crp_rise review"]),
        "rise of 29.9": (after(crp(7, 1), crp(14, 30.9)), ["day14 crp_rise review"]),
        "rise of 30": (after(crp(7, 1), crp(14, 31)), ["day14 crp_large_rise urgent"]),
        "rise of 30 over the lowest in two steps": (
            after(crp(7, 1), crp(13, 16), crp(14, 31)),
            ["day13 crp_rise review", "day14 crp_large_rise urgent"],
        ),
        "rise of 5.1 over the lowest, of 2 over the last": (
            after(crp(7, 1), crp(13, 4.1), crp(14, 6.1)), ["day14 crp_rise review"],
        ),
        "risen and as high again: no new rise": (
            after(crp(7, 1), crp(14, 8), crp(20, 8)), ["day14 crp_rise review"],
        ),
        "falling": (after(crp(8, 39), crp(14, 12), crp(20, 3)), [f"day8 {FIRST}"]),
        **{
            f"high, with {sign}": (
                after(crp(8, 41), visits=[visit(8, **(WELL | {sign: True}))]),
                ["day8 crp_with_sign urgent"],
            )
            for sign in WELL if sign.startswith("wound")
        },
        "high, with 37.9": (
            after(crp(8, 41), visits=[visit(8, **(WELL | {"vitals_temperature_c": 37.9}))]),
            [HIGH],
        ),
        "high, with 38.0": (
            after(crp(8, 41), visits=[visit(8, **(WELL | {"vitals_temperature_c": 38.0}))]),
            ["day8 crp_with_sign urgent"],
        ),
        "a small rise, with fever": (
            after(crp(7, 1), crp(14, 6.1), visits=[visit(14, vitals_temperature_c=38.5)]),
            ["day14 crp_with_sign urgent"],
        ),
        "fever three days before": (
            after(crp(8, 41), visits=[visit(5, vitals_temperature_c=38.5)]),
            ["day8 crp_with_sign urgent"],
        ),
        "fever four days before": (
            after(crp(8, 41), visits=[visit(4, vitals_temperature_c=38.5), visit(8, **WELL)]),
            [HIGH],
        ),
        "not high, with fever: the fever fires itself": (
            after(crp(7, 1), crp(8, 3), visits=[visit(8, vitals_temperature_c=38.5)]), [],
        ),
        "high, nothing seen of wound and fever: said": (
            after(crp(8, 41), visits=[]), [f"{HIGH}, {UNSEEN}"],
        ),
        "a large rise, nothing seen of wound and fever: not needed": (
            after(crp(7, 1), crp(14, 31), visits=[]), ["day14 crp_large_rise urgent"],
        ),
        "not operated: no postoperative day": (
            course(labs=[crp(8, 300)], anchors=NOT_OPERATED), [],
        ),
        "which operation is the index is not known": (
            course(labs=[crp(8, 300)], anchors=NO_EVENTS, procedures=[operation(0)]),
            ["day8 crp_cannot_check note, cannot tell without day"],
        ),
        "day of surgery not known": (
            course(labs=[crp(8, 300)], anchors=UNDATED_SURGERY),
            ["day8 crp_cannot_check note, cannot tell without day"],
        ),
        "undated": (
            after(crp(None, 49.67)),
            ["undated crp_cannot_check note, cannot tell without day date"],
        ),
        "undated, 5: not needed": (after(crp(None, 5)), []),
        "day 6 or 7, 41": (
            after(crp((6, 7), 41, id="day6-7")),
            ["day6-7 crp_cannot_check note, cannot tell without day"],
        ),
        "day 10 or 11, 41": (
            after(crp((10, 11), 41, id="day10-11")),
            ["day10-11 crp_cannot_check note, cannot tell without earlier_crp value"],
        ),
        "a bound below 40: cannot be above": (after(crp(8, "<5")), []),
        "a bound above 40": (after(crp(8, ">40")), [HIGH]),
        "a bound across 40": (
            after(crp(8, "<50")),
            ["day8 crp_cannot_check note, cannot tell without earlier_crp value"],
        ),
        "a rise from below the limit of detection": (
            after(crp(7, "<0.5"), crp(14, 5.6)), ["day14 crp_rise review"],
        ),
        "a rise from below a bound: cannot tell": (
            after(crp(7, "<5"), crp(14, 8)),
            ["day14 crp_cannot_check note, cannot tell without value"],
        ),
        "two of one day without times, risen in either order": (
            after(crp(7, 1), crp(8, 2, id="low"), crp(8, 7.5, id="high"), crp(9, 2)),
            ["high crp_rise review"],
        ),
        "two of one day without times: the worse order holds, marked": (
            after(crp(8, 30, id="high"), crp(8, 7, id="low")),
            ["high crp_rise review, without time",
             "low crp_cannot_check note, cannot tell without earlier_crp time"],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(inflammation, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected


def test_what_it_rose_over_is_said():
    (found,) = inflammation.crp(after(crp(7, 1), crp(13, 4.1), crp(14, 6.1)), ())
    assert (found.before.id, found.value_before, found.value_now) == (
        "day7", "1 mg/L", "6.1 mg/L",
    )  # fmt: skip
