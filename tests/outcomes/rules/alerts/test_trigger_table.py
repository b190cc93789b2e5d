"""CLINICAL.md G's trigger table, typed again by hand as data, against the rules as a whole.

Each line: a trigger of G; what an examination that is normal otherwise records just short of it,
and at it; and the most pressing level of all rules together. The rows on motor grades and late
decline are held in the tests of those rules.
"""

from itertools import chain

import pytest

from outcomes.rules.alerts.base import Level
from outcomes.rules.values import Answer
from tests.outcomes.rules.alerts.tables import course, lab, operation, visit
from tests.outcomes.rules.alerts.test_discovery import RULES, TABLED
from tests.outcomes.rules.alerts.test_properties import NORMAL

BEFORE, NOW = 12, 20
LEVELS = [None, *Level]
VOIDING = {"bladder_method": "normal_voiding"}


def level(first, second, *, day=NOW, labs=(), drugs=()):
    """The most pressing certain alert of the second of two examinations, and of the results."""
    facts = course(
        visit(BEFORE if day > BEFORE else 0, id="before", **(NORMAL | VOIDING | first)),
        visit(day, id="now", **(NORMAL | VOIDING | second)),
        labs=labs, drugs=drugs, procedures=[operation(durotomy="yes")],
    )  # fmt: skip
    found = chain.from_iterable(rule(facts, ()) for module, rule in RULES if module in TABLED)
    levels = [f.level for f in found if f.answer is Answer.YES and f.now.id != "before"]
    return max(levels, key=LEVELS.index, default=None)


NEURO = {"motor_left_grade": "4"}
FEVER = {"vitals_temperature_c": 38.0}
URGENT, EMERGENCY, SAME_DAY, REVIEW, NOTE = (
    Level.URGENT, Level.EMERGENCY, Level.SAME_DAY, Level.REVIEW, Level.NOTE,
)  # fmt: skip


def pvr(volume):
    return {"bladder_pvr_ml": volume}


EXAMINED = [
    # trigger of G | before | just short of it, its level | at it, its level
    ("PVR new ≥ 200", pvr(150), pvr(199), None, pvr(200), URGENT),
    ("PVR rise ≥ 100", pvr(10), pvr(109), None, pvr(110), URGENT),
    ("PVR ≥ 500", pvr(10), pvr(499), URGENT, pvr(500), EMERGENCY),
    ("PVR by catheter: not applicable", {}, pvr(0), None,
     pvr(900) | {"bladder_method": "intermittent_self"}, None),
    ("catheter volume > 500 twice", {}, {"bladder_catheter_volume_max_ml": 501,
     "bladder_catheter_volumes_over_500_ml": 1}, None,
     {"bladder_catheter_volumes_over_500_ml": 2}, REVIEW),
    ("failed trial without catheter", {}, {"bladder_trial_without_catheter": "passed"}, None,
     {"bladder_trial_without_catheter": "failed"}, URGENT),
    ("known retention with a plan, rise", pvr(250),
     pvr(349) | {"bladder_retention_plan": "by catheter"}, None,
     pvr(350) | {"bladder_retention_plan": "by catheter"}, URGENT),
    ("new incontinence", {}, {"bladder_incontinence": "no"}, None,
     {"bladder_incontinence": "monthly"}, URGENT),
    ("incontinence with a new sign, at any PVR", {}, {"bladder_incontinence": "monthly"}, URGENT,
     {"bladder_incontinence": "monthly"} | NEURO | pvr(0), EMERGENCY),
    ("loss of bladder sensation", {}, {"bladder_awareness": "yes"}, None,
     {"bladder_awareness": "no"}, URGENT),
    ("loss of bladder sensation with a new sign", {}, {"bladder_awareness": "no"}, URGENT,
     {"bladder_awareness": "no"} | NEURO, EMERGENCY),
    ("new saddle numbness", {}, {"sensation_saddle": "normal"}, None,
     {"sensation_saddle": "reduced"}, EMERGENCY),
    ("reduced anal tone", {}, {"bowel_anal_tone": "preserved"}, None,
     {"bowel_anal_tone": "decreased"}, EMERGENCY),
    ("fecal incontinence", {}, {"bowel_incontinence": "no"}, None,
     {"bowel_incontinence": "monthly"}, EMERGENCY),
    ("bilateral leg pain", {}, {"pain_right_leg": 4, "pain_left_leg": 3}, None,
     {"pain_right_leg": 4, "pain_left_leg": 4}, EMERGENCY),
    ("wound drainage", {}, {}, None, {"wound_drainage": True}, URGENT),
    ("wound drainage with fever", {}, {"wound_drainage": True, "vitals_temperature_c": 37.9},
     URGENT, {"wound_drainage": True} | FEVER, EMERGENCY),
    ("clear leak", {}, {}, None, {"wound_clear_leak": True}, URGENT),
    ("clear leak with fever", {}, {"wound_clear_leak": True}, URGENT,
     {"wound_clear_leak": True} | FEVER, EMERGENCY),
    ("postural headache", {}, {}, None, {"wound_postural_headache": True}, URGENT),
    ("postural headache with fever", {}, {"wound_postural_headache": True}, URGENT,
     {"wound_postural_headache": True} | FEVER, EMERGENCY),
    ("temperature, late", {}, {"vitals_temperature_c": 37.9}, None, FEVER, URGENT),
    ("NRS ≥ 7", {"pain_back": 6}, {"pain_back": 6}, None, {"pain_back": 7}, SAME_DAY),
    ("NRS +3 reaching 5", {"pain_back": 2}, {"pain_back": 4}, None, {"pain_back": 5}, SAME_DAY),
    ("NRS +2 to 5", {"pain_left_leg": 3}, {"pain_left_leg": 5}, None,
     {"pain_left_leg": 6}, SAME_DAY),
    *(
        (name, {}, {}, None, {f"safety_{name}": True}, SAME_DAY)
        for name in ("fall_with_injury", "sudden_pain", "deformity")
    ),
    *(
        (name, {}, {}, None, {f"safety_{name}": True}, EMERGENCY)
        for name in ("calf_swelling", "chest_pain", "breathlessness")
    ),
    ("new spasticity", {}, {"spasticity_present": False}, None, {"spasticity_present": True},
     URGENT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "short", "short_level", "at", "at_level"),
    [pytest.param(*row[1:], id=row[0]) for row in EXAMINED],
)
def test_an_examination(before, short, short_level, at, at_level):
    assert (level(before, short), level(before, at)) == (short_level, at_level)


FEVERS = [
    # day | beside the fever | level
    (0, {}, NOTE), (3, {}, NOTE), (4, {}, URGENT), (3, {"wound_drainage": True}, EMERGENCY),
    (3, {"wound_redness": True}, URGENT), (3, NEURO, URGENT),
    (3, {"wound_meningism": True}, URGENT),
]  # fmt: skip


@pytest.mark.parametrize(("day", "beside", "expected"), FEVERS)
def test_fever_by_day(day, beside, expected):
    assert level({}, FEVER | beside, day=day) == expected


def crp(*pairs):
    return [lab(day, "crp", str(value), "mg/L") for day, value in pairs]


KINETICS = [
    # CRP by day | beside it | level
    (crp((6, 173)), {}, None), (crp((7, 40)), {}, None), (crp((7, 40.1)), {}, REVIEW),
    (crp((10, 40.1)), {}, REVIEW), (crp((11, 173)), {}, None),
    (crp((8, 10), (14, 15)), {}, None), (crp((8, 10), (14, 15.1)), {}, REVIEW),
    (crp((8, 10), (14, 39)), {}, REVIEW), (crp((8, 10), (14, 40)), {}, URGENT),
    (crp((12, 10), (20, 16)), {"wound_redness": True}, URGENT),
    ([lab(20, "esr", "120", "mm/h")], {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("labs", "beside", "expected"), KINETICS)
def test_inflammation(labs, beside, expected):
    assert level({}, beside, labs=labs) == expected


def hb(*pairs):
    return [lab(day, "hb", value, "g/dL") for day, value in pairs]


BLOOD = [
    (hb((2, "12.0"), (5, "10.1")), None), (hb((2, "12.0"), (5, "10.0")), REVIEW),
    (hb((-1, "12.0"), (5, "9.0")), None), (hb((5, "8.0")), None), (hb((5, "7.9")), REVIEW),
    ([lab(5, "alt", "120", "U/L", high="40")], None),
    ([lab(5, "alt", "121", "U/L", high="40")], REVIEW),
]  # fmt: skip


@pytest.mark.parametrize(("labs", "expected"), BLOOD)
def test_blood(labs, expected):
    assert level({}, {}, labs=labs) == expected
