"""Each boundary of the bladder rules from both sides, each input missing (CLINICAL.md G and J)."""

from decimal import Decimal

import pytest

from outcomes.rules.alerts import bladder
from tests.outcomes.rules.alerts.tables import (
    DEFAULTS,
    NO_EVENTS,
    NOT_OPERATED,
    course,
    table,
    told,
    visit,
)

VOIDS = "normal_voiding"
SIGN = {"motor_right_grade": "3", "motor_left_grade": "5"}
STRONG = {"motor_right_grade": "5", "motor_left_grade": "5"}
WHOLE = STRONG | {
    "sensation_right": "normal", "sensation_left": "normal", "sensation_saddle": "normal",
    "bowel_anal_tone": "preserved", "spasticity_present": False,
}  # fmt: skip


def pvr(day, volume, method=VOIDS, *, plan=None, time=None, id="", **more):
    given = {"bladder_pvr_ml": volume, "bladder_method": method, "bladder_retention_plan": plan}
    return visit(day, time, id, **{k: v for k, v in given.items() if v is not None}, **more)


def method(day, name, **more):
    return visit(day, bladder_method=name, **more)


def leaks(day, frequency, **more):
    return visit(day, bladder_incontinence=frequency, **more)


def feels(day, answer, **more):
    return visit(day, bladder_awareness=answer, **more)


def volumes(day, largest=None, many=None, **more):
    given = {
        "bladder_catheter_volume_max_ml": largest, "bladder_catheter_volumes_over_500_ml": many,
    }  # fmt: skip
    return visit(day, **{k: v for k, v in given.items() if v is not None}, **more)


NEW, EMERGENCY = "day5 bladder_pvr_new urgent", "day5 bladder_pvr_emergency emergency"
RISE, NO_PLAN = "day5 bladder_pvr_rise urgent", "day5 bladder_pvr_no_plan urgent"
METHODS = ("reflex_voluntary", "reflex_involuntary", "straining", "expression", "other",
           "sacral_stimulation", "diversion")  # fmt: skip
CATHETERS = ("intermittent_self", "intermittent_attendant", "indwelling_urethral",
             "indwelling_suprapubic")  # fmt: skip
UNEXAMINED = (
    "without motor_right_grade motor_left_grade sensation_right sensation_left sensation_saddle "
    "bowel_anal_tone spasticity_present"
)
PLAN = "catheterise twice a day"

RESIDUAL = {
    "nothing recorded: nothing to judge": (course(visit(5)), []),
    "a method and no residual: a data query asks, no alert": (course(method(5, VOIDS)), []),
    "first, 199": (course(pvr(5, 199)), []),
    "first, 200": (course(pvr(5, 200)), [NEW]),
    "first, 499": (course(pvr(5, 499)), [NEW]),
    "first, 500": (course(pvr(5, 500)), [EMERGENCY]),
    "risen by 99": (course(pvr(3, 50), pvr(5, 149)), []),
    "risen by 100": (course(pvr(3, 50), pvr(5, 150)), [RISE]),
    "risen by 100 over the best since surgery, by 50 over the last": (
        course(pvr(2, 50), pvr(3, 100), pvr(5, 150)), [RISE],
    ),
    "risen by 99 over the best since surgery": (
        course(pvr(2, 50), pvr(3, 100), pvr(5, 149)), [],
    ),
    "as high as after its rise: no new rise": (
        course(pvr(2, 20), pvr(5, 130), pvr(9, 140)), [RISE],
    ),
    "as much again after its rise: another": (
        course(pvr(2, 10), pvr(5, 110), pvr(9, 199)), [RISE],
    ),
    "lower, then risen again": (
        course(pvr(2, 20), pvr(5, 130), pvr(7, 30), pvr(9, 135)),
        [RISE, "day9 bladder_pvr_rise urgent"],
    ),
    "from 199 to 200: new": (course(pvr(3, 199), pvr(5, 200)), [NEW]),
    "from 200 to 200 without a plan: once for each measurement": (
        course(pvr(3, 200), pvr(5, 200)), ["day3 bladder_pvr_new urgent", NO_PLAN],
    ),
    "the first is new, plan or not": (course(pvr(5, 250, plan=PLAN)), [NEW]),
    "known and the plan renewed: quiet": (
        course(pvr(3, 250, plan=PLAN), pvr(5, 260, plan=PLAN)), ["day3 bladder_pvr_new urgent"],
    ),
    "known, the plan not renewed at the next visit": (
        course(pvr(3, 250, plan=PLAN), pvr(5, 260)), ["day3 bladder_pvr_new urgent", NO_PLAN],
    ),
    "planned, risen by 99": (
        course(pvr(3, 250), pvr(5, 349, plan=PLAN)), ["day3 bladder_pvr_new urgent"],
    ),
    "planned, risen by 100": (
        course(pvr(3, 250), pvr(5, 350, plan=PLAN)), ["day3 bladder_pvr_new urgent", RISE],
    ),
    "planned, 499": (
        course(pvr(3, 450), pvr(5, 499, plan=PLAN)), ["day3 bladder_pvr_new urgent"],
    ),
    "planned, crosses 500": (
        course(pvr(3, 450), pvr(5, 500, plan=PLAN)), ["day3 bladder_pvr_new urgent", EMERGENCY],
    ),
    "planned, 500 and more before too: quiet": (
        course(pvr(3, 500), pvr(5, 520, plan=PLAN)), ["day3 bladder_pvr_emergency emergency"],
    ),
    "500 and more before too, no plan": (
        course(pvr(3, 510), pvr(5, 520)), ["day3 bladder_pvr_emergency emergency", EMERGENCY],
    ),
    "planned, with a new neurological sign": (
        course(pvr(3, 250, **STRONG), pvr(5, 250, plan=PLAN, **SIGN)),
        ["day3 bladder_pvr_new urgent", "day5 bladder_pvr_new_sign urgent"],
    ),
    "planned, 500 before too, with a new neurological sign": (
        course(pvr(3, 510, **STRONG), pvr(5, 510, plan=PLAN, **SIGN)),
        ["day3 bladder_pvr_emergency emergency", EMERGENCY],
    ),
    "known before surgery only: new since": (
        course(pvr(-1, 300), pvr(5, 300, plan=PLAN)), ["day-1 bladder_pvr_new urgent", NEW],
    ),
    "risen over the last one, which was before surgery": (
        course(pvr(-1, 20), pvr(5, 120)), [RISE],
    ),
    "the best before surgery is not the best since": (
        course(pvr(-1, 20), pvr(3, 90), pvr(5, 150)), [],
    ),
    "known before, on the day of surgery without a time: not since surgery for certain": (
        course(pvr(0, 300), pvr(5, 300, plan=PLAN)), ["day0 bladder_pvr_new urgent", NEW],
    ),
    "method not recorded: judged as voiding, and said": (
        course(pvr(5, 200, None)), [f"{NEW}, without bladder_method"],
    ),
    "method unknown: judged as voiding, and said": (
        course(pvr(5, 200, "unknown")), [f"{NEW}, without bladder_method"],
    ),
    "not operated": (
        course(pvr(5, 200), pvr(6, 200, plan=PLAN), anchors=NOT_OPERATED), [NEW],
    ),
    "neither operation nor cement recorded, civil dates alone": (
        course(pvr(5, 150), pvr(3, 20), anchors=NO_EVENTS), [RISE],
    ),
    "neither recorded, falling on one day by its times": (
        course(pvr(5, 40, time="18:00", id="low"), pvr(5, 150, time="08:00", id="high"),
               anchors=NO_EVENTS),
        [],
    ),
    "undated: held against nothing, and said": (
        course(pvr(3, 20), pvr(None, 190)), [],
    ),
    "undated, 200": (
        course(pvr(3, 150), pvr(None, 200)), ["undated bladder_pvr_new urgent, without date"],
    ),
    "two of one day without times: the worse order holds, marked": (
        course(pvr(5, 150, id="high"), pvr(5, 40, id="low")),
        ["high bladder_pvr_rise urgent, without time"],
    ),
    "two of one day, falling by their times": (
        course(pvr(5, 150, time="08:00", id="high"), pvr(5, 40, time="18:00", id="low")), [],
    ),
    "two of one day, rising by their times": (
        course(pvr(5, 40, time="08:00", id="low"), pvr(5, 150, time="18:00", id="high")),
        ["high bladder_pvr_rise urgent"],
    ),
    "a catheter between does not compare": (
        course(pvr(3, 50), pvr(4, 400, "intermittent_self"), pvr(5, 120)), [],
    ),
    **{f"{name} counts as voiding": (course(pvr(5, 200, name)), [NEW]) for name in METHODS},
    **{f"{name}: not applicable": (course(pvr(5, 900, name)), []) for name in CATHETERS},
    "a site's own limit": (
        course(pvr(5, 150), thresholds=DEFAULTS | {"pvr_ml ≥": Decimal(150)}), [NEW],
    ),
}  # fmt: skip

CANNOT = "day5 bladder_indwelling note, cannot tell without indwelling_catheter"
CASES = {
    "residual": RESIDUAL,
    "indwelling": {
        "nothing recorded": (course(visit(5)), []),
        "voiding": (course(method(5, VOIDS)), []),
        "intermittent": (course(method(5, "intermittent_self")), []),
        "urethral": (course(method(5, "indwelling_urethral")), [CANNOT]),
        "suprapubic": (course(method(5, "indwelling_suprapubic")), [CANNOT]),
        "still: said once": (
            course(method(5, "indwelling_urethral"), method(9, "indwelling_suprapubic")), [CANNOT],
        ),
        "again after voiding": (
            course(method(5, "indwelling_urethral"), method(7, VOIDS),
                   method(9, "indwelling_urethral")),
            [CANNOT, "day9 bladder_indwelling note, cannot tell without indwelling_catheter"],
        ),
        "still, with a residual of 199": (
            course(method(5, "indwelling_urethral"), pvr(9, 199, "indwelling_urethral")), [CANNOT],
        ),
        "still, with a residual of 200: when was it measured?": (
            course(method(5, "indwelling_urethral"), pvr(9, 200, "indwelling_urethral")),
            [CANNOT, "day9 bladder_indwelling ask, cannot tell without indwelling_catheter"],
        ),
    },
    "trial": {
        "nothing recorded": (course(visit(5)), []),
        "passed": (course(visit(5, bladder_trial_without_catheter="passed")), []),
        "not tried": (course(visit(5, bladder_trial_without_catheter="not_tried")), []),
        "failed, whatever the plan": (
            course(visit(5, bladder_trial_without_catheter="failed", bladder_retention_plan=PLAN)),
            ["day5 bladder_trial_failed urgent"],
        ),
        "failed twice": (
            course(*(visit(d, bladder_trial_without_catheter="failed") for d in (5, 9))),
            ["day5 bladder_trial_failed urgent", "day9 bladder_trial_failed urgent"],
        ),
    },
    "volumes": {
        "nothing recorded": (course(visit(5)), []),
        "largest 500": (course(volumes(5, 500)), []),
        "largest 501, how many is not recorded": (
            course(volumes(5, 501)),
            ["day5 bladder_catheter_volume_once note, cannot tell without "
             "bladder_catheter_volumes_over_500_ml"],
        ),
        "one in the report": (course(volumes(5, 501, 1)), []),
        "two in the report": (
            course(volumes(5, 501, 2)), ["day5 bladder_catheter_volumes review"],
        ),
        "two in the report, the largest not recorded and not needed": (
            course(volumes(5, None, 2)), ["day5 bladder_catheter_volumes review"],
        ),
        "one each in reports seven days apart": (
            course(volumes(5, None, 1), volumes(12, None, 1)),
            ["day12 bladder_catheter_volumes review"],
        ),
        "one each in two reports of one day": (
            course(volumes(5, None, 1, id="first"), volumes(5, None, 1, id="second")),
            ["first bladder_catheter_volumes review", "second bladder_catheter_volumes review"],
        ),
        "one each in reports eight days apart": (
            course(volumes(5, None, 1), volumes(13, None, 1)), [],
        ),
        "one each in reports of which one has no date: cannot be within seven days for sure": (
            course(volumes(5, None, 1), volumes(None, None, 1)), [],
        ),
    },
    "incontinence": {
        "nothing recorded": (course(visit(5)), []),
        "no": (course(leaks(5, "no")), []),
        "unknown does not compare": (course(leaks(5, "unknown"), leaks(9, "no")), []),
        "not applicable does not compare": (course(leaks(5, "not_applicable")), []),
        "first seen, nobody examined": (
            course(leaks(5, "monthly")), [f"day5 bladder_incontinence urgent, {UNEXAMINED}"],
        ),
        "new, all examined": (
            course(leaks(3, "no", **WHOLE), leaks(5, "monthly", **WHOLE)),
            ["day5 bladder_incontinence urgent"],
        ),
        "a step up": (
            course(leaks(3, "no", **WHOLE), leaks(5, "monthly", **WHOLE),
                   leaks(9, "weekly", **WHOLE)),
            ["day5 bladder_incontinence urgent", "day9 bladder_incontinence urgent"],
        ),
        "the same": (
            course(leaks(5, "weekly", **WHOLE), leaks(9, "weekly", **WHOLE)),
            ["day5 bladder_incontinence urgent"],
        ),
        "a step down": (
            course(leaks(5, "weekly", **WHOLE), leaks(9, "monthly", **WHOLE)),
            ["day5 bladder_incontinence urgent"],
        ),
        "new over the last known": (
            course(leaks(3, "no", **WHOLE), leaks(4, "unknown"), leaks(5, "daily", **WHOLE)),
            ["day5 bladder_incontinence urgent"],
        ),
        "with a motor drop, at any residual": (
            course(leaks(3, "no", **WHOLE),
                   leaks(5, "weekly", bladder_pvr_ml=0, **(WHOLE | {"motor_left_grade": "4+"}))),
            ["day5 bladder_incontinence_with_sign emergency"],
        ),
        "with a fall within grade 4: no drop": (
            course(leaks(3, "no", **(WHOLE | {"motor_left_grade": "4+"})),
                   leaks(5, "weekly", **(WHOLE | {"motor_left_grade": "4-"}))),
            ["day5 bladder_incontinence urgent"],
        ),
        "with a drop on another basis: no comparison": (
            course(leaks(3, "no", motor_basis="gestalt", **WHOLE),
                   leaks(5, "weekly", motor_basis="weakest_key_muscle",
                         **(WHOLE | {"motor_left_grade": "3"}))),
            ["day5 bladder_incontinence urgent"],
        ),
        "with a key muscle one grade lower": (
            course(leaks(3, "no", motor_left_muscles_l4=5, **WHOLE),
                   leaks(5, "weekly", motor_left_muscles_l4=4, **WHOLE)),
            ["day5 bladder_incontinence_with_sign emergency"],
        ),
        **{
            f"with {column} {value}": (
                course(leaks(3, "no", **WHOLE), leaks(5, "weekly", **(WHOLE | {column: value}))),
                ["day5 bladder_incontinence_with_sign emergency"],
            )
            for column, value in (
                ("sensation_right", "reduced"), ("sensation_left", "absent"),
                ("sensation_saddle", "reduced"), ("bowel_anal_tone", "decreased"),
                ("spasticity_present", True),
            )
        },
        "a sign three days later": (
            course(leaks(3, "no", **WHOLE), leaks(5, "weekly", **WHOLE),
                   visit(8, **(WHOLE | SIGN))),
            ["day5 bladder_incontinence_with_sign emergency"],
        ),
        "a sign four days later": (
            course(leaks(3, "no", **WHOLE), leaks(5, "weekly", **WHOLE),
                   visit(9, **(WHOLE | SIGN))),
            ["day5 bladder_incontinence urgent"],
        ),
        "undated": (
            course(leaks(None, "daily", **WHOLE)),
            ["undated bladder_incontinence urgent, without date"],
        ),
    },
    "awareness": {
        "nothing recorded": (course(visit(5)), []),
        "felt": (course(feels(5, "yes")), []),
        "unknown": (course(feels(5, "unknown")), []),
        "not applicable": (course(feels(5, "not_applicable")), []),
        "first seen": (
            course(feels(5, "no")), [f"day5 bladder_sensation urgent, {UNEXAMINED}"],
        ),
        "lost": (
            course(feels(3, "yes", **WHOLE), feels(5, "no", **WHOLE)),
            ["day5 bladder_sensation urgent"],
        ),
        "still lost": (
            course(feels(5, "no", **WHOLE), feels(9, "no", **WHOLE)),
            ["day5 bladder_sensation urgent"],
        ),
        "lost with a new sign": (
            course(feels(3, "yes", **WHOLE), feels(5, "no", **(WHOLE | SIGN))),
            ["day5 bladder_sensation_with_sign emergency"],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(bladder, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected


def test_what_it_is_held_against_is_said_with_both_values():
    (found,) = bladder.residual(course(pvr(2, 50), pvr(3, 100), pvr(5, 150)), ())
    assert (found.before.id, found.value_before, found.value_now) == ("day2", "50 mL", "150 mL")
    assert found.measurement == "day5 bladder_pvr_ml 150 mL"
