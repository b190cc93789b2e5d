"""Each automatic query is found, and no longer found once the data are there."""

import datetime as dt
from dataclasses import replace

import pytest

from outcomes.documents.visit import PARTS as VISIT_PARTS
from outcomes.rules import queries
from outcomes.rules.unchanged import COPIED
from outcomes.rules.values import Moment
from tests.outcomes.rules.doubtful import ANCHORS, DAY0, course, exam, fact

LEGS = {"motor_basis": "gestalt", "motor_right_grade": "3", "motor_left_grade": "4"}
FULL = LEGS | {
    "kind": "6wk", "sensation_right": "normal", "sensation_saddle": "normal",
    "bladder_method": "normal_voiding", "bladder_pvr_ml": 40, "bowel_incontinence": "no",
    "walking_fac": 3, "pain_back": 2, "spasticity_present": False, "vitals_heart_rate": 70,
    "wound_drainage": False, "function_caregiver": "none", "safety_low_mood": False,
}  # fmt: skip


def visit(day=42, time=None, without=(), **more):
    kept = {k: v for k, v in FULL.items() if not k.startswith(tuple(without) or ("none of them",))}
    return fact(day, time, **kept | more)


def found(*visits, rule="", **more):
    everything = queries.find(course(*visits, **more))
    assert all(one.rule in queries.QUESTIONS for one in everything)
    return [(one.rule, one.part or one.value) for one in everything if not rule or one.rule == rule]


def test_a_full_visit_leaves_nothing_to_ask():
    assert found(visit()) == []


def test_the_parts_are_those_of_a_visit_less_ais():
    assert (*queries.PARTS, "ais") == VISIT_PARTS


MISSING = {
    "motor": (visit(without=["motor"]), "motor"),
    "one leg": (visit(without=["motor_left"]), "motor.left"),
    "sensation": (visit(without=["sensation"]), "sensation"),
    "saddle": (visit(without=["sensation_saddle"]), "sensation.saddle"),
    "bladder": (visit(without=["bladder"]), "bladder"),
    "residual": (visit(without=["bladder_pvr"]), "bladder.pvr_ml"),
    "bowel": (visit(without=["bowel"]), "bowel"),
    "walking": (visit(without=["walking"]), "walking"),
    "pain": (visit(without=["pain"]), "pain"),
    "spasticity": (visit(without=["spasticity"]), "spasticity"),
    "only a basis": (visit(without=["motor_right", "motor_left"]), "motor"),
    "2 weeks: wound": (visit(14, without=["wound"], kind="2wk"), "wound"),
    "12 months: walking": (visit(365, without=["walking"], kind="12mo"), "walking"),
    "yearly: motor": (visit(1095, without=["motor"], kind="yearly"), "motor"),
    "yearly: residual": (visit(1095, without=["bladder"], kind="yearly"), "bladder.pvr_ml"),
}


@pytest.mark.parametrize(("one", "part"), MISSING.values(), ids=MISSING)
def test_a_core_part_that_is_missing(one, part):
    assert found(one, rule="core_missing") == [("core_missing", part)]


THERE = {
    "not done, with the reason": visit(without=["motor"], motor_not_done="declined"),
    "a leg not testable": visit(without=["motor_left"], motor_left_not_testable="pain"),
    "bladder not done": visit(without=["bladder"], bladder_not_done="no_time"),
    "no residual with a catheter": visit(
        without=["bladder"], bladder_method="indwelling_urethral"),
    "no residual with intermittent catheters": visit(
        without=["bladder"], bladder_method="intermittent_self"),
    "a remote visit examines nothing": visit(
        without=["motor", "sensation", "spasticity", "bladder_pvr"], mode="remote"),
    "unscheduled": visit(30, without=["motor", "bowel"], kind="unscheduled", reporter="import"),
    "2 weeks: no walking": visit(14, without=["walking", "pain"], kind="2wk"),
    "saddle not tested": visit(without=["sensation_saddle"], sensation_saddle="not_tested"),
}  # fmt: skip


@pytest.mark.parametrize("one", THERE.values(), ids=THERE)
def test_a_core_part_that_is_not_missing(one):
    assert found(one, rule="core_missing") == []


@pytest.mark.parametrize(("day", "asked"), [(-8, True), (-7, False), (0, False), (7, False),
                                             (8, True), (None, False)])  # fmt: skip
def test_a_crp_of_the_stay(day, asked):
    lab = fact(None if day is None else 10 + day, analyte="crp")
    one = visit(10, kind="discharge")
    assert bool(found(one, rule="core_missing", labs=(lab,))) is asked
    assert found(one, rule="core_missing", labs=(fact(10, analyte="esr"),)) != []


def test_other_parts_left_out_are_one_question():
    one = visit(without=["vitals", "safety"])
    assert found(one) == [("parts_left_out", "vitals safety")]
    assert found(visit(without=["vitals"], vitals_not_done="no_time")) == []
    assert found(visit(without=["vitals"], mode="remote")) == []
    assert found(visit(without=["vitals"], reporter="import")) == []


def test_an_unscheduled_visit_asks_once_for_all_it_left_out():
    one = visit(30, without=["motor", "bowel"], kind="unscheduled")
    assert found(one) == [("parts_left_out", "motor bowel")]


@pytest.mark.parametrize(("basis", "asked"), [("gestalt", False), ("weakest_key_muscle", False),
                                              ("unspecified", True), (None, True)])  # fmt: skip
def test_a_basis(basis, asked):
    one = visit(without=["motor_basis"], **({"motor_basis": basis} if basis else {}))
    assert bool(found(one, rule="basis_missing")) is asked


def test_no_grade_no_basis():
    assert found(visit(without=["motor"], motor_not_done="declined"), rule="basis_missing") == []


def test_a_residual_without_a_way_of_emptying():
    assert found(visit(without=["bladder_method"])) == [("method_missing", "bladder.method")]


ORDERS = {
    "pre-op after the operation": (visit(1, kind="pre_op"), "wrong_side_of_surgery"),
    "discharge before the operation": (visit(-1, kind="discharge"), "wrong_side_of_surgery"),
    "before the cement": (visit(-9, kind="unscheduled"), "before_cement"),
    "outside its window": (visit(91, kind="6wk"), "outside_window"),
    "on the day, no time": (visit(0, kind="post_op"), "order_unknown"),
}
RIGHT = {
    "pre-op before": visit(0, dt.time(4), kind="pre_op"),
    "discharge after": visit(0, dt.time(6), kind="discharge"),
    "first day of the window": visit(28), "last day of the window": visit(63),
    "on the day, with its time": visit(0, dt.time(6), kind="post_op"),
    "the day after": visit(1, kind="post_op"),
}  # fmt: skip
TIMES = {rule for _one, rule in ORDERS.values()} | {"visits_out_of_order", "stale_baseline"}


@pytest.mark.parametrize(("one", "rule"), ORDERS.values(), ids=ORDERS)
def test_out_of_order(one, rule):
    assert [r for r, _part in found(one) if r in TIMES - {"outside_window"} | {rule}][:1] == [rule]


@pytest.mark.parametrize("one", RIGHT.values(), ids=RIGHT)
def test_in_order(one):
    assert [r for r, _part in found(one) if r in TIMES] == []


@pytest.mark.parametrize("day", [27, 64])
def test_beside_its_window(day):
    assert found(visit(day), rule="outside_window") == [("outside_window", "kind")]


def test_a_later_visit_dated_before_an_earlier_one():
    early, late = visit(42), visit(40, kind="3mo")
    assert found(early, late, rule="visits_out_of_order") == [("visits_out_of_order", "date")]
    assert found(early, visit(91, kind="3mo"), rule="visits_out_of_order") == []
    assert found(early, visit(42, kind="3mo"), rule="visits_out_of_order") == [], "the same day"


def test_doses_and_their_course():
    drug = fact(None, start=DAY0, stop=DAY0 + dt.timedelta(days=9))
    for day, rule in ((-1, "dose_before_course"), (0, ""), (9, ""), (10, "dose_after_course")):
        dose = fact(day, course=drug.id)
        assert [r for r, _p in found(drugs=(drug,), doses=(dose,))] == ([rule] if rule else [])
    assert found(doses=(fact(-1, course="gone"),)) == []


def test_a_complication_before_its_operation():
    operation = fact(0, kind="decompression")
    for day, asked in ((-1, True), (0, False), (1, False)):
        one = fact(day, procedure=operation.id)
        assert bool(found(complications=(one,), procedures=(operation,))) is asked


def test_after_the_day_of_death():
    for day, asked in ((42, False), (41, True)):
        person = {"died_on": DAY0 + dt.timedelta(days=day)}
        assert bool(found(visit(), person=person, rule="after_death")) is asked
        lab = fact(42, analyte="crp")
        assert bool(found(person=person, labs=(lab,))) is asked


def test_right_and_left():
    one, other = exam("2", "4", 14), exam("4", "2", 42)
    asked = found(one, other, rule="sides_swapped")
    assert asked == [("sides_swapped", "motor")]
    assert found(one, exam("2", "4", 42), rule="sides_swapped") == []


def test_a_stale_baseline():
    def asked(day):
        return found(exam("3", "3", day, kind="pre_op"), rule="stale_baseline", anchors=LONG_AGO)

    assert (asked(-14), asked(-15) != []) == ([], True)
    assert found(exam("3", "3", -20), exam("3", "3", -3), rule="stale_baseline",
                 anchors=LONG_AGO) == []  # fmt: skip


LONG_AGO = type(ANCHORS)(
    cement=Moment(date=DAY0 - dt.timedelta(days=60)), decompression=ANCHORS.decompression
)


def test_nobody_operated_nothing_is_asked_about_the_operation():
    from outcomes.rules.timing import Anchors

    rules = {r for r, _part in found(visit(0), anchors=Anchors())}
    assert not rules & TIMES


def test_a_published_case_is_never_asked():
    one = visit(without=["motor"])
    assert found(one) != []
    assert found(one, person={"origin": "published"}) == []


def again(day=42, grade="4", time=None, order=2, **more):
    """Entered as unchanged."""
    one = graded(day, grade, time=time, order=order, **more)
    return replace(one, values={**one.values, "motor_unchanged": True})


def graded(day, grade="4", *, time=None, order=1, **more):
    one = fact(day, time, motor_basis="gestalt", motor_right_grade=grade, **more)
    return replace(one, order=order)


def operated(day, kind="revision"):
    return {"procedures": (fact(0, dt.time(5), kind="decompression"), fact(day, kind=kind))}


NOON, NIGHT = dt.time(12), dt.time(23)
COPIES = {
    # visits, more of the course, whether it is asked
    "the values of before": ((graded(20), again()), {}, False),
    "the source was amended": ((graded(20, "3"), again()), {}, True),
    "a value was added to the source": ((graded(20, motor_left_grade="5"), again()), {}, True),
    "the source was entered in error": ((again(),), {}, True),
    "the source was entered in error, an older one differs": ((graded(9, "2"), again()), {}, True),
    "an examination between": ((graded(20), graded(30, "2"), again()), {}, True),
    "an examination between, the same": ((graded(20), graded(30), again()), {}, False),
    "a later one differs": ((graded(20), again(), graded(43, "2")), {}, False),
    "the same day, recorded later": ((graded(20), again(), graded(42, "2", order=3)), {}, False),
    "the same day, recorded before": ((graded(20), graded(42, "2"), again()), {}, True),
    "the same day, later by the clock": (
        (graded(20), graded(42, "2", time=NIGHT), again(time=NOON)), {}, False),
    "the same day, earlier by the clock": (
        (graded(20), graded(42, "2", time=NOON, order=3), again(time=NIGHT)), {}, True),
    "not the part that was copied": ((graded(20, pain_back=1), again(pain_back=7)), {}, False),
    "entered, not copied": ((graded(20, "3"), graded(42)), {}, False),
    "no date before": ((graded(None), again()), {}, False),
    "an operation between": ((graded(20), again()), operated(30), True),
    "an operation before both": ((graded(20), again()), operated(19), False),
    "an operation on the day of the source": ((graded(20), again()), operated(20), True),
    "an operation after both": ((graded(20), again()), operated(43), False),
}  # fmt: skip


@pytest.mark.parametrize(("visits", "more", "asked"), COPIES.values(), ids=COPIES)
def test_a_copy_that_no_longer_matches(visits, more, asked):
    expected = [("unchanged_source", "motor")] if asked else []
    assert found(*visits, rule="unchanged_source", **more) == expected


def test_a_copy_names_what_it_holds_and_what_it_is_held_against():
    long = {name: "indwelling_suprapubic" for name in COPIED["bladder"]}
    copy = fact(42, bladder_unchanged=True, **long)
    one, = (f for f in queries.find(course(fact(20, **long | {"bladder_awareness": "no"}), copy))
            if f.rule == "unchanged_source")  # fmt: skip
    assert (one.record, one.part) == (copy.id, "bladder")
    assert one.against.startswith("2026-03-22: indwelling")
    assert max(len(one.value), len(one.against)) <= 200
