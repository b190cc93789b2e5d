"""Fever by postoperative day, with signs, persisting, each input missing (CLINICAL.md G and J)."""

import pytest

from outcomes.rules.alerts import fever
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Moment, Status
from tests.outcomes.rules.alerts.tables import (
    NO_EVENTS,
    NOT_OPERATED,
    course,
    table,
    told,
    visit,
)

WELL = {
    "wound_drainage": False, "wound_clear_leak": False, "wound_redness": False,
    "wound_dehiscence": False, "wound_meningism": False, "wound_postural_headache": False,
    "motor_right_grade": "5", "motor_left_grade": "5", "sensation_right": "normal",
    "sensation_left": "normal", "sensation_saddle": "normal", "bowel_anal_tone": "preserved",
    "spasticity_present": False,
}  # fmt: skip
NEUROLOGY = [name for name in WELL if not name.startswith("wound")]
WOUND = [name for name in WELL if name.startswith("wound")]


def hot(day, temperature=38.0, time=None, id="", **more):
    return visit(day, time, id, vitals_temperature_c=temperature, **(WELL | more))


def bare(day, temperature=38.0, **more):
    return visit(day, vitals_temperature_c=temperature, **more)


def without(*names):
    """A day of fever on which all was examined but these."""
    return course(bare(3, **{k: v for k, v in WELL.items() if k not in names}))


EARLY, URGENT = "day{} fever_early note", "day{} fever urgent"
UNDATED_SURGERY = Anchors(decompression=Moment(status=Status.NOT_REPORTED))


def early(*days):
    return [EARLY.format(day) for day in days]


CASES = {
    "fever": {
        "nothing recorded: nothing to judge": (course(visit(5)), []),
        "37.9 on day 3": (course(hot(3, 37.9)), []),
        "38.0 on day 3": (course(hot(3)), early(3)),
        "38.0 on day 0": (course(hot(0)), early(0)),
        "37.9 on day 4": (course(hot(4, 37.9)), []),
        "38.0 on day 4": (course(hot(4)), [URGENT.format(4)]),
        "38.0 months later": (course(hot(140)), [URGENT.format(140)]),
        "38.0 the day before surgery: no early postoperative fever": (
            course(hot(-1)), [URGENT.format(-1)],
        ),
        "not operated: a day after cement is no postoperative day": (
            course(hot(2), anchors=NOT_OPERATED), [URGENT.format(2)],
        ),
        "no event recorded at all": (course(hot(2), anchors=NO_EVENTS), [URGENT.format(2)]),
        "day of surgery not known: urgent, and said": (
            course(hot(2), anchors=UNDATED_SURGERY), ["day2 fever urgent, without day"],
        ),
        "undated: urgent, and said": (
            course(hot(None)), ["undated fever urgent, without day"],
        ),
        "day 3 or 4: urgent, and said": (
            course(hot((3, 4), id="day3-4")), ["day3-4 fever urgent, without day"],
        ),
        "day 2 or 3": (course(hot((2, 3), id="day2-3")), ["day2-3 fever_early note"]),
        **{
            f"day 3 with {sign}": (
                course(hot(3, **{sign: True})), ["day3 fever_with_sign urgent"],
            )
            for sign in WOUND
        },
        "day 3 with a new neurological sign": (
            course(hot(2, 37.0), hot(3, motor_left_grade="4")), ["day3 fever_with_sign urgent"],
        ),
        "day 3 with saddle numbness first seen": (
            course(hot(3, sensation_saddle="reduced")), ["day3 fever_with_sign urgent"],
        ),
        "day 3, drainage three days later": (
            course(hot(3), hot(6, 36.5, wound_drainage=True)), ["day3 fever_with_sign urgent"],
        ),
        "day 3, drainage four days later": (
            course(hot(3), hot(7, 36.5, wound_drainage=True)), early(3),
        ),
        "day 3, nothing else recorded: cannot check": (
            course(bare(3)),
            [f"day3 fever_early note, cannot tell without {' '.join([*WOUND, *NEUROLOGY])}"],
        ),
        **{
            f"day 3, {name} not recorded: cannot check": (
                without(name), [f"day3 fever_early note, cannot tell without {name}"],
            )
            for name in WELL
        },
        "day 4, nothing else recorded: not needed": (course(bare(4)), [URGENT.format(4)]),
        "two days running": (course(hot(0), hot(1)), early(0, 1)),
        "three days running": (
            course(hot(0), hot(1), hot(2)), [*early(0, 1), "day2 fever_persisting urgent"],
        ),
        "three days running, cooler between on the same day": (
            course(hot(0), hot(1), hot(1, 36.8, id="cool"), hot(2)),
            [*early(0, 1), "day2 fever_persisting urgent"],
        ),
        "47 h 59 min apart": (
            course(hot(0, time="12:00"), hot(2, time="11:59")), early(0, 2),
        ),
        "48 h apart": (
            course(hot(0, time="12:00"), hot(2, time="12:00")),
            [*early(0), "day2 fever_persisting urgent"],
        ),
        "48 h apart, cooler between: that does not end it": (
            course(hot(0, time="12:00"), hot(1, 36.5), hot(2, time="12:00")),
            [*early(0), "day2 fever_persisting urgent"],
        ),
        "72 h apart": (
            course(hot(0, time="12:00"), hot(3, time="12:00")),
            [*early(0), "day3 fever_persisting urgent"],
        ),
        "more than 72 h apart: another fever": (
            course(hot(-1, time="12:00"), hot(3, time="12:00")),
            [URGENT.format(-1), *early(3)],
        ),
        "an undated fever is not known to be the same": (
            course(hot(1), hot(None)), [*early(1), "undated fever urgent, without day"],
        ),
        "two days apart without times: the worse answer holds, marked": (
            course(hot(0), hot(2)), [*early(0), "day2 fever_persisting urgent, without time"],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(fever, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected


def test_a_temperature_is_judged_as_written_not_as_a_float_keeps_it():
    assert told(fever.fever, course(hot(5, 37.999999))) == []
    (found,) = fever.fever(course(hot(5, 38.4)), ())
    assert found.value_now == "38.4 °C"
