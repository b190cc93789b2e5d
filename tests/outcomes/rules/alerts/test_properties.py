"""What holds of every course: nothing from nothing, and nothing normal takes an alert away."""

from dataclasses import replace
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.reference import Sign, red_flags
from outcomes.rules.alerts import diary, reports
from outcomes.rules.alerts.base import Level
from outcomes.rules.values import Answer
from tests.outcomes.rules.alerts.tables import (
    NO_EVENTS,
    NOT_OPERATED,
    OPERATED,
    course,
    fact,
    lab,
    visit,
)
from tests.outcomes.rules.alerts.test_discovery import RULES, TABLED

OWN = [rule for module, rule in RULES if module in TABLED]
WORRYING = {
    "motor_right_grade": ["5", "4", "2"],
    "motor_left_grade": ["5", "3"],
    "sensation_saddle": ["normal", "reduced", "absent", "not_tested"],
    "sensation_left": ["normal", "reduced"],
    "bowel_anal_tone": ["preserved", "decreased", "absent"],
    "bowel_incontinence": ["no", "monthly", "daily", "unknown"],
    "bladder_incontinence": ["no", "weekly", "not_applicable"],
    "bladder_awareness": ["yes", "no", "unknown"],
    "bladder_method": ["normal_voiding", "intermittent_self", "indwelling_urethral", "unknown"],
    "bladder_pvr_ml": [0, 50, 199, 200, 499, 500],
    "bladder_trial_without_catheter": ["passed", "failed"],
    "bladder_retention_plan": ["by catheter"],
    "bladder_catheter_volume_max_ml": [400, 501],
    "bladder_catheter_volumes_over_500_ml": [0, 1, 2],
    "pain_back": [0, 4, 5, 7],
    "pain_right_leg": [0, 4, 9],
    "pain_left_leg": [0, 4, 9],
    "spasticity_present": [False, True],
    "vitals_temperature_c": [36.5, 37.9, 38.0, 39.5],
    "wound_drainage": [False, True],
    "wound_clear_leak": [False, True],
    "wound_postural_headache": [False, True],
    "safety_fall_with_injury": [False, True],
    "safety_chest_pain": [False, True],
}
NORMAL = {
    "motor_right_grade": "5", "motor_left_grade": "5", "sensation_saddle": "normal",
    "sensation_left": "normal", "sensation_right": "normal", "bowel_anal_tone": "preserved",
    "bowel_incontinence": "no", "bladder_incontinence": "no", "bladder_awareness": "yes",
    "bladder_pvr_ml": 0, "pain_back": 0, "pain_right_leg": 0, "pain_left_leg": 0,
    "spasticity_present": False, "vitals_temperature_c": 36.5, "wound_drainage": False,
    "wound_clear_leak": False, "wound_postural_headache": False, "wound_meningism": False,
    "wound_redness": False, "wound_dehiscence": False, "safety_fall_with_injury": False,
    "safety_sudden_pain": False, "safety_deformity": False, "safety_calf_swelling": False,
    "safety_chest_pain": False, "safety_breathlessness": False,
}  # fmt: skip

days = st.one_of(st.integers(-3, 20), st.none())
values = st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in WORRYING.items()})
results = st.one_of(
    st.tuples(st.just("crp"), st.sampled_from(["1", "5.1", "40", "40.1", "80"]), st.just("mg/L")),
    st.tuples(st.just("hb"), st.sampled_from(["13", "11", "9.5", "7.9"]), st.just("g/dL")),
    st.tuples(st.just("alt"), st.sampled_from(["20", "121"]), st.just("U/L")),
    st.tuples(st.just("calcium"), st.sampled_from(["9", "8.0"]), st.just("mg/dL")),
    st.tuples(st.just("esr"), st.sampled_from(["10", "110"]), st.just("mm/h")),
)

told = st.one_of(
    st.fixed_dictionaries({"kind": st.just("red_flag"), "sign": st.sampled_from(list(Sign))}),
    st.fixed_dictionaries({"kind": st.just("catheter"), "volume_ml": st.sampled_from([300, 501])}),
    st.fixed_dictionaries({"kind": st.just("mood"), "mood": st.sampled_from(["well", "low"])}),
    st.fixed_dictionaries(
        {"kind": st.just("fall")},
        optional={"fall_injured": st.booleans(), "fall_new_pain": st.booleans()},
    ),
)
diaries = st.lists(st.tuples(st.integers(0, 20), told), max_size=4)


@st.composite
def courses(draw):
    """Some visits and results on any days, operated or not."""
    seen = draw(st.lists(st.tuples(days, values), max_size=4))
    taken = draw(st.lists(st.tuples(days, results), max_size=4))
    return {
        "visits": [visit(day, id=f"visit{n}", **v) for n, (day, v) in enumerate(seen)],
        "labs": [
            lab(day, *result, low="8.5", high="40", id=f"lab{n}")
            for n, (day, result) in enumerate(taken)
        ],
        "diary": [
            fact(day, id=f"entry{n}", **entry) for n, (day, entry) in enumerate(draw(diaries))
        ],
        "anchors": draw(st.sampled_from([OPERATED, NOT_OPERATED, NO_EVENTS])),
        "drugs": [fact(1, id="drug", drug="ibandronic acid", atc="M05BA06")],
    }


def facts_of(given, *more, labs=()):
    rest = {k: v for k, v in given.items() if k not in ("visits", "labs")}
    return course(*given["visits"], *more, labs=[*given["labs"], *labs], **rest)


def alerts(facts):
    return list(chain.from_iterable(rule(facts, ()) for rule in OWN))


def keys(found):
    return {(f.rule, f.measurement) for f in found}


def measurements(found):
    return {f.measurement for f in found if f.answer is Answer.YES}


def test_a_course_without_values_finds_nothing():
    for anchors in (OPERATED, NOT_OPERATED, NO_EVENTS):
        assert alerts(course(anchors=anchors)) == []
        assert alerts(course(visit(3), visit(None), anchors=anchors)) == []


def test_a_healthy_course_finds_nothing():
    bloods = [lab(8, "crp", "3", "mg/L"), lab(8, "hb", "13", "g/dL"),
              lab(8, "alt", "20", "U/L", high="40")]  # fmt: skip
    assert alerts(course(*(visit(day, **NORMAL) for day in (1, 5, 40)), labs=bloods)) == []


@settings(max_examples=40, deadline=None)
@given(courses())
def test_every_finding_stands_on_something_recorded(given_course):
    facts = facts_of(given_course)
    records = {f.id for f in (*facts.visits, *facts.labs, *facts.drugs, *facts.diary)}
    for found in alerts(facts):
        assert found.now.id in records
        assert found.value_now
        assert found.before is None or found.before.id in records - {found.now.id}
        assert found.answer in (Answer.YES, Answer.CANNOT_TELL)
        assert found.missing or found.answer is Answer.YES


@settings(max_examples=40, deadline=None)
@given(courses())
def test_the_same_measurement_never_has_two_alerts_of_one_key(given_course):
    found = alerts(facts_of(given_course))
    assert len(keys(found)) == len(found)


@settings(max_examples=40, deadline=None)
@given(courses())
def test_a_normal_visit_later_never_takes_an_alert_away(given_course):
    before = alerts(facts_of(given_course))
    after = alerts(facts_of(given_course, visit(30, id="normal", **NORMAL)))
    assert keys(before) <= keys(after)


@settings(max_examples=40, deadline=None)
@given(courses(), st.integers(-3, 20))
def test_absence_of_fever_never_suppresses(given_course, day):
    cool = visit(day, id="cool", vitals_temperature_c=36.5)
    before = {(f.rule, f.measurement): f.level for f in alerts(facts_of(given_course))}
    after = {(f.rule, f.measurement): f.level for f in alerts(facts_of(given_course, cool))}
    assert before == after


@settings(max_examples=40, deadline=None)
@given(courses(), st.sampled_from(sorted(NORMAL)))
def test_a_normal_value_in_the_same_visit_never_takes_an_alert_of_another_away(
    given_course, column
):
    filled = given_course | {
        "visits": [
            replace(v, values={column: NORMAL[column]} | dict(v.values))
            for v in given_course["visits"]
        ]
    }
    before = alerts(facts_of(given_course))
    after = alerts(facts_of(filled))
    assert measurements(before) <= measurements(after)


@settings(max_examples=40, deadline=None)
@given(courses(), st.integers(-3, 20))
def test_a_low_residual_never_suppresses(given_course, day):
    low = visit(day, id="low", bladder_pvr_ml=0, bladder_method="normal_voiding")
    others = {m for m in measurements(alerts(facts_of(given_course))) if "pvr_ml" not in m}
    assert others <= measurements(alerts(facts_of(given_course, low)))


@settings(max_examples=40, deadline=None)
@given(courses())
def test_emergencies_are_those_of_the_reference_alone(given_course):
    emergencies = {f.rule for f in alerts(facts_of(given_course)) if f.level is Level.EMERGENCY}
    assert emergencies <= {
        "bladder_pvr_emergency", "bladder_incontinence_with_sign", "bladder_sensation_with_sign",
        "sign_saddle", "sign_anal_tone", "sign_fecal_incontinence", "sign_bilateral_leg_pain",
        "wound_drainage_with_fever", "wound_clear_leak_with_fever",
        "wound_postural_headache_with_fever", "calf_swelling", "chest_pain", "breathlessness",
        "reported_wound_leak_with_fever", "reported_headache_with_fever",
        "reported_fever_with_wound_sign", "fever_with_reported_wound_sign",
        "wound_sign_with_reported_fever", "reported_new_weakness", "reported_saddle_numbness",
        "reported_cannot_pass_urine", "reported_new_leaking", "reported_pain_both_legs",
        "reported_calf_swelling", "reported_chest_pain_breathless", "reported_self_harm",
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(courses())
def test_the_diary_changes_nothing_that_examinations_say(given_course):
    examined = [rule for rule in OWN if rule not in (*reports.RULES, *diary.RULES)]

    def found(facts):
        return [(f.rule, f.level, f.measurement, f.missing) for r in examined for f in r(facts, ())]

    assert found(facts_of(given_course)) == found(facts_of(given_course | {"diary": []}))


@settings(max_examples=40, deadline=None)
@given(courses())
def test_every_report_has_one_alert_at_its_level_or_above(given_course):
    facts = facts_of(given_course)
    order = list(Level)
    found = [f for f in reports.signs(facts, ())]
    signs = {entry.id: entry.get("sign") for entry in facts.diary if entry.get("sign")}
    assert sorted(f.now.id for f in found) == sorted(signs)
    for one in found:
        least = Level(red_flags()[signs[one.now.id]].level)
        assert order.index(one.level) >= order.index(least)
