"""Questions while entering: each boundary from both sides, and every input missing."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.doubts import labs, order, visit
from outcomes.rules.doubts.base import earlier
from outcomes.rules.doubts.bladder import at_odds
from outcomes.rules.doubts.motor import jumps
from outcomes.rules.doubts.sides import exchanges
from outcomes.rules.grades import GRADES
from outcomes.rules.labs import LabQuantity
from tests.outcomes.rules.doubtful import ANCHORS, DAY0, OWN, at, exam, fact


def codes(doubts):
    return sorted(doubt.code for doubt in doubts)


def well_said(doubts):
    """Every message can be told with its values."""
    return all("{" not in doubt.message.format(**doubt.values) for doubt in doubts)


# --- a jump of grades ---------------------------------------------------------------------------
JUMPS = {
    "one grade": (exam("3"), exam("4", day=42), []),
    "two grades up": (exam("3"), exam("5", day=42), ["grade_jump"]),
    "two grades down": (exam("3"), exam("1", day=42), ["grade_jump"]),
    "4- counts as 4": (exam("3"), exam("4+", day=42), []),
    "3 to 5 from 4-": (exam("4-"), exam("5", day=42), []),
    "not graded before": (exam(None, "3"), exam("5", day=42), []),
    "not graded now": (exam("1"), exam(None, "3", day=42), []),
    "another basis": (exam("1", motor_basis="unspecified"), exam("5", day=42), []),
    "both unspecified": (exam("1", motor_basis="unspecified"),
                         exam("5", day=42, motor_basis="unspecified"), ["grade_jump"]),
    "a muscle by one": (exam(motor_right_muscles_l3=2), exam(day=42, motor_right_muscles_l3=3), []),
    "a muscle by two": (exam(motor_right_muscles_l3=2), exam(day=42, motor_right_muscles_l3=4),
                        ["muscle_jump"]),
    "muscles compare on any basis": (
        exam(motor_right_muscles_l3=2, motor_basis="weakest_key_muscle"),
        exam(day=42, motor_right_muscles_l3=4), ["muscle_jump"]),
    "a muscle from 0": (exam(motor_left_muscles_s1=0), exam(day=42, motor_left_muscles_s1=2),
                        ["muscle_jump"]),
    "another muscle": (exam(motor_right_muscles_l3=1), exam(day=42, motor_right_muscles_l4=5), []),
    "muscle not testable": (exam(motor_right_muscles_l3=1),
                            exam(day=42, motor_right_muscles_l3_not_testable="pain"), []),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now", "asked"), JUMPS.values(), ids=JUMPS)
def test_a_jump_of_grades(before, now, asked):
    found = list(jumps(now, [before], OWN["grade_jump"]))
    assert codes(found) == asked
    assert well_said(found)


def test_a_jump_is_held_against_the_last_examination_that_graded_that_leg():
    before = [exam("1", "4", day=14), exam("3", None, day=42), exam(None, "4", day=60)]
    (found,) = jumps(exam("5", "4", day=91), before, OWN["grade_jump"])
    assert found.values["before"] == "3"


def test_the_muscles_of_a_leg_are_one_question():
    before = exam(motor_right_muscles_l2=0, motor_right_muscles_l3=1)
    now = exam(day=42, motor_right_muscles_l2=3, motor_right_muscles_l3=4)
    (found,) = jumps(now, [before], OWN["grade_jump"])
    assert found.values["muscles"].startswith("L2 0 → 3")


# --- right and left -----------------------------------------------------------------------------
def sides(right, left, day=14, part="grades"):
    if part == "grades":
        return exam(right, left, day=day)
    names = {"sensation": "sensation_{}", "pain": "pain_{}_leg"}[part]
    return fact(day, **{names.format("right"): right, names.format("left"): left})


SWAPS = {
    "2/4 then 4/2": (sides("2", "4"), sides("4", "2", 42), ["motor"]),
    "2/3 then 3/2: one grade apart": (sides("2", "3"), sides("3", "2", 42), ["motor"]),
    "4-/4 then 4/4-: the same in grades": (sides("4-", "4"), sides("4", "4-", 42), []),
    "2/4 then 2/4": (sides("2", "4"), sides("2", "4", 42), []),
    "2/4 then 4/4: one leg better": (sides("2", "4"), sides("4", "4", 42), []),
    "2/4 then 5/4: one leg far better": (sides("2", "4"), sides("5", "4", 42), []),
    "2/4 then 2/1: one leg worse": (sides("2", "4"), sides("2", "1", 42), []),
    "equal before": (sides("3", "3"), sides("5", "1", 42), []),
    "equal now": (sides("1", "5"), sides("3", "3", 42), []),
    "2/4 then 5/3: exchanging halves it": (sides("2", "4"), sides("5", "3", 42), ["motor"]),
    "1/4 then 5/3: less than half": (sides("1", "4"), sides("5", "3", 42), []),
    "a side missing before": (sides("2", None), sides("4", "2", 42), []),
    "a side missing now": (sides("2", "4"), sides(None, "2", 42), []),
    "sensation": (sides("normal", "reduced", part="sensation"),
                  sides("reduced", "normal", 42, "sensation"), ["sensation"]),
    "sensation not tested": (sides("normal", "reduced", part="sensation"),
                             sides("not_tested", "normal", 42, "sensation"), []),
    "pain 2 points apart": (sides(4, 6, part="pain"), sides(6, 4, 42, "pain"), []),
    "pain 3 points apart": (sides(4, 7, part="pain"), sides(7, 4, 42, "pain"), ["pain"]),
    "pain worse on one side": (sides(2, 6, part="pain"), sides(8, 6, 42, "pain"), []),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now", "asked"), SWAPS.values(), ids=SWAPS)
def test_right_and_left(before, now, asked):
    found = exchanges(now, [before], OWN["side_swap"])
    assert [one.part for one in found] == asked


def test_another_basis_is_not_compared_but_its_muscles_are():
    muscles = {f"motor_{side}_muscles_l4": grade for side, grade in (("right", 1), ("left", 5))}
    turned = {"motor_right_muscles_l4": 5, "motor_left_muscles_l4": 1}
    before = exam("1", "5", motor_basis="weakest_key_muscle")
    assert not exchanges(exam("5", "1", day=42), [before], OWN["side_swap"])
    before = exam("1", "5", motor_basis="weakest_key_muscle", **muscles)
    (found,) = exchanges(exam("5", "1", day=42, **turned), [before], OWN["side_swap"])
    assert found.shown == ("5", "1")


def test_small_signs_in_several_parts_add_up():
    """A third of a sign each: pain alone is scatter, with sensation behind it is not."""
    before = fact(14, pain_right_leg=4, pain_left_leg=6, sensation_right="normal",
                  sensation_left="reduced")  # fmt: skip
    now = fact(42, pain_right_leg=6, pain_left_leg=4, sensation_right="reduced",
               sensation_left="reduced")  # fmt: skip
    assert exchanges(now, [before], OWN["side_swap"]) == []
    (found,) = exchanges(now, [before], Decimal(1))
    assert found.part == "pain"


def test_without_an_examination_before_nothing_is_asked():
    assert exchanges(exam("2", "4"), [], OWN["side_swap"]) == []
    assert list(visit.swapped(exam("2", "4"), [], OWN["side_swap"])) == []


GRADE = st.sampled_from(GRADES)
SENSE = st.sampled_from(("normal", "reduced", "absent"))
NRS = st.integers(0, 10)
FULL = st.fixed_dictionaries(
    {
        "motor_basis": st.just("gestalt"),
        "motor_right_grade": GRADE, "motor_left_grade": GRADE,
        "motor_right_muscles_l2": st.integers(0, 5), "motor_left_muscles_l2": st.integers(0, 5),
        "motor_right_muscles_s1": st.integers(0, 5), "motor_left_muscles_s1": st.integers(0, 5),
        "sensation_right": SENSE, "sensation_left": SENSE,
        "pain_right_leg": NRS, "pain_left_leg": NRS,
    }
)  # fmt: skip


def mirrored(values):
    turn = {"right": "left", "left": "right"}
    return {
        "_".join(turn.get(step, step) for step in name.split("_")): value
        for name, value in values.items()
    }


@given(before=FULL, now=FULL)
def test_symmetric_values_never_ask(before, now):
    same = {k: now[k.replace("left", "right")] for k in now}
    was = {k: before[k.replace("left", "right")] for k in before}
    for one, other in ((before, same), (was, now)):
        assert exchanges(fact(42, **other), [fact(14, **one)], OWN["side_swap"]) == []


@given(before=FULL, now=FULL, side=st.sampled_from(("right", "left")))
def test_a_change_of_one_side_never_asks(before, now, side):
    changed = before | {name: value for name, value in now.items() if side in name}
    assert exchanges(fact(42, **changed), [fact(14, **before)], OWN["side_swap"]) == []


@given(before=FULL, now=FULL)
def test_mirroring_both_examinations_changes_nothing(before, now):
    def found(one, other):
        return [e.part for e in exchanges(fact(42, **other), [fact(14, **one)], OWN["side_swap"])]

    assert found(before, now) == found(mirrored(before), mirrored(now))


@given(before=FULL)
def test_an_exchange_of_legs_a_grade_apart_always_asks(before):
    now = mirrored(before)
    apart = int(before["motor_right_grade"][0]) != int(before["motor_left_grade"][0])
    parts = [e.part for e in exchanges(fact(42, **now), [fact(14, **before)], OWN["side_swap"])]
    assert not apart or "motor" in parts


# --- laboratory ---------------------------------------------------------------------------------
def quantity(text):
    comparator = text[: len(text) - len(text.lstrip("<>="))]
    return LabQuantity(comparator=comparator, limit=Decimal(text.lstrip("<>=")), unit="mg/L")


LABS = {
    "just below eight times": ("7.99", "1", False),
    "eight times": ("8", "1", True),
    "an eighth": ("1", "8", True),
    "just more than an eighth": ("1.01", "8", False),
    "the same": ("5", "5", False),
    "from below a limit, certainly": ("4", "<0.5", True),
    "from below a limit, not certainly": ("3.9", "<0.5", False),
    "to below a limit, certainly": ("<0.5", "4", True),
    "to below a limit, not certainly": ("<0.5", "3.9", False),
    "to above a limit, certainly": (">80", "10", True),
    "from above a limit: it may be near": ("800", ">10", False),
    "both below limits": ("<0.5", "<5", False),
    "from zero": ("5", "0", False),
    "to zero": ("0", "5", False),
    "both zero": ("0", "0", False),
}


@pytest.mark.parametrize(("now", "last", "asked"), LABS.values(), ids=LABS)
def test_a_result_many_times_the_last_one(now, last, asked):
    found = list(labs.many_times(quantity(now), quantity(last), "2026-03-01", Decimal(8)))
    assert bool(found) is asked
    assert well_said(found)


def test_without_a_last_result_nothing_is_asked():
    assert list(labs.many_times(quantity("500"), None, "", Decimal(8))) == []


def test_a_site_may_ask_sooner():
    assert list(labs.many_times(quantity("3"), quantity("1"), "–", Decimal(3)))


# --- the bladder --------------------------------------------------------------------------------
PVR = {"pvr_ml": 120}
BLADDERS = {
    "voiding": ({**PVR, "method": "normal_voiding"}, []),
    "reflex voiding": ({**PVR, "method": "reflex_voluntary"}, []),
    "no method": (PVR, []),
    "indwelling": ({**PVR, "method": "indwelling_urethral"}, ["pvr_with_catheter"]),
    "diversion": ({**PVR, "method": "diversion"}, ["pvr_with_catheter"]),
    "intermittent": ({**PVR, "method": "intermittent_self"}, ["pvr_with_intermittent"]),
    "intermittent after voiding": (
        {**PVR, "method": "intermittent_self", "method_supplementary": "normal_voiding"}, []),
    "indwelling, no residual": ({"method": "indwelling_urethral"}, []),
    "how, but no residual": ({"pvr_method": "scan"}, ["pvr_missing"]),
    "minutes, but no residual": ({"pvr_minutes_after_void": 3}, ["pvr_missing"]),
    "by catheter without minutes": ({**PVR, "pvr_method": "catheter"}, ["pvr_minutes_missing"]),
    "by catheter with minutes": (
        {**PVR, "pvr_method": "catheter", "pvr_minutes_after_void": 0}, []),
    "by scan without minutes": ({**PVR, "pvr_method": "scan"}, []),
    "9 minutes": ({**PVR, "pvr_minutes_after_void": 9}, []),
    "10 minutes": ({**PVR, "pvr_minutes_after_void": 10}, ["pvr_late"]),
    "trial passed with a catheter": (
        {"trial_without_catheter": "passed", "method": "indwelling_urethral"},
        ["trial_with_catheter"]),
    "trial passed, voiding": ({"trial_without_catheter": "passed", "method": "normal_voiding"}, []),
    "trial failed, voiding": ({"trial_without_catheter": "failed", "method": "normal_voiding"},
                              ["trial_without_catheter"]),
    "trial failed, method not said": ({"trial_without_catheter": "failed"}, []),
    "trial failed, catheter": (
        {"trial_without_catheter": "failed", "method": "indwelling_urethral"}, []),
    "empties with a catheter": (
        {"voluntary_emptyings_per_day": 3, "method": "indwelling_suprapubic"},
        ["emptying_with_catheter"]),
    "no emptyings with a catheter": (
        {"voluntary_emptyings_per_day": 0, "method": "indwelling_suprapubic"}, []),
    "volume without a catheter": ({"catheter_volume_max_ml": 300, "method": "normal_voiding"},
                                  ["volume_without_catheter"]),
    "volume, method not said": ({"catheter_volume_max_ml": 300}, []),
    "volume with a catheter": ({"catheter_volume_max_ml": 300, "method": "intermittent_self"}, []),
    "counts over, largest 500": (
        {"catheter_volume_max_ml": 500, "catheter_volumes_over_500_ml": 1,
         "method": "intermittent_self"}, ["volumes_over"]),
    "counts over, largest 501": (
        {"catheter_volume_max_ml": 501, "catheter_volumes_over_500_ml": 1,
         "method": "intermittent_self"}, []),
    "none over, largest 501": (
        {"catheter_volume_max_ml": 501, "catheter_volumes_over_500_ml": 0,
         "method": "intermittent_self"}, ["no_volume_over"]),
    "none over, largest 500": (
        {"catheter_volume_max_ml": 500, "catheter_volumes_over_500_ml": 0,
         "method": "intermittent_self"}, []),
    "nothing": ({}, []),
}  # fmt: skip


@pytest.mark.parametrize(("part", "asked"), BLADDERS.values(), ids=BLADDERS)
def test_the_residual_and_the_way_of_emptying(part, asked):
    found = list(at_odds(fact(**{f"bladder_{name}": value for name, value in part.items()})))
    assert codes(found) == asked
    assert well_said(found)


# --- walking, pain, weight, an empty visit ------------------------------------------------------
WITHIN = {
    "walks alone on weak legs": (
        {"walking_walks_alone": True, "motor_right_grade": "1", "motor_left_grade": "0"},
        ["walks_too_weak"]),
    "one leg of 2": (
        {"walking_walks_alone": True, "motor_right_grade": "1", "motor_left_grade": "2"}, []),
    "one leg unknown": ({"walking_walks_alone": True, "motor_right_grade": "0"}, []),
    "does not walk alone": (
        {"walking_walks_alone": False, "motor_right_grade": "0", "motor_left_grade": "0"}, []),
    "FAC 4 on weak legs": ({"walking_fac": 4, "motor_right_grade": "1", "motor_left_grade": "1"},
                           ["walks_too_weak"]),
    "FAC 3 on weak legs": ({"walking_fac": 3, "motor_right_grade": "1", "motor_left_grade": "1"},
                           []),
    "FAC 4, not alone": ({"walking_fac": 4, "walking_walks_alone": False}, ["fac_alone"]),
    "FAC 3, alone": ({"walking_fac": 3, "walking_walks_alone": True}, ["fac_alone"]),
    "FAC 4, alone": ({"walking_fac": 4, "walking_walks_alone": True}, []),
    "FAC 3, not alone": ({"walking_fac": 3, "walking_walks_alone": False}, []),
    "FAC 4 in a wheelchair": ({"walking_fac": 4, "walking_aid": "wheelchair"}, ["fac_aid"]),
    "FAC 3 in a wheelchair": ({"walking_fac": 3, "walking_aid": "wheelchair"}, []),
    "FAC 0 with a cane": ({"walking_fac": 0, "walking_aid": "cane"}, ["fac_aid"]),
    "FAC 1 with a cane": ({"walking_fac": 1, "walking_aid": "cane"}, []),
    "FAC 4 with a cane": ({"walking_fac": 4, "walking_aid": "cane"}, []),
    "WISCI 0, alone": ({"walking_walks_alone": True, "walking_wisci": 0}, ["wisci_alone"]),
    "WISCI 1, alone": ({"walking_walks_alone": True, "walking_wisci": 1}, []),
    "WISCI 0": ({"walking_wisci": 0}, []),
    "pain present, 0": ({"pain_back": 0, "pain_back_present": True}, ["pain_present"]),
    "pain present, 1": ({"pain_back": 1, "pain_back_present": True}, []),
    "pain absent, 1": ({"pain_left_leg": 1, "pain_left_leg_present": False}, ["pain_absent"]),
    "pain absent, 0": ({"pain_left_leg": 0, "pain_left_leg_present": False}, []),
    "pain present, no number": ({"pain_back_present": True}, []),
    "nothing in it": ({}, ["empty_visit"]),
    "only about the visit": ({"kind": "6wk", "mode": "remote", "timing_day": 3}, ["empty_visit"]),
    "only a note": ({"note": "Did not come."}, []),
    "only a reason": ({"motor_not_done": "declined"}, []),
}  # fmt: skip


@pytest.mark.parametrize(("values", "asked"), WITHIN.values(), ids=WITHIN)
def test_within_a_visit(values, asked):
    found = list(visit.visit(fact(**values), [], OWN))
    assert codes(found) == asked
    assert well_said(found)


BODIES = {
    "15 percent": ("vitals_weight_kg", 60.0, 69.0, []),
    "more than 15 percent": ("vitals_weight_kg", 60.0, 69.1, ["weight_change"]),
    "15 percent less": ("vitals_weight_kg", 60.0, 51.0, []),
    "more than 15 percent less": ("vitals_weight_kg", 60.0, 50.9, ["weight_change"]),
    "5 cm": ("vitals_height_cm", 160.0, 155.0, []),
    "more than 5 cm": ("vitals_height_cm", 160.0, 154.9, ["height_change"]),
}


@pytest.mark.parametrize(("column", "was", "now", "asked"), BODIES.values(), ids=BODIES)
def test_weight_and_height(column, was, now, asked):
    before = [fact(14, **{column: was}), fact(20, note="not weighed")]
    found = list(visit.body(fact(42, **{column: now}), before, OWN))
    assert codes(found) == asked
    assert well_said(found)
    assert list(visit.body(fact(42, **{column: now}), [], OWN)) == []
    assert list(visit.body(fact(42, note="none"), before, OWN)) == []


# --- times --------------------------------------------------------------------------------------
DIED = DAY0 + dt.timedelta(days=50)


@pytest.mark.parametrize(("day", "died", "asked"), [
    (50, DIED, []), (51, DIED, ["after_death"]), (51, None, []), (None, DIED, []),
])  # fmt: skip
def test_after_death(day, died, asked):
    assert codes(order.after_death(at(day), died)) == asked


@pytest.mark.parametrize(("day", "status", "died", "asked"), [
    (50, "died", DIED, []), (50, "died", None, []), (50, "active", None, ["death_status"]),
    (50, None, None, ["death_status"]), (49, "died", DIED, ["death_date"]),
    (51, "died", DIED, ["death_date"]), (None, "died", DIED, []),
])  # fmt: skip
def test_a_death_as_a_complication(day, status, died, asked):
    assert codes(order.death(at(day), status, died)) == asked


START, STOP = DAY0 + dt.timedelta(days=10), DAY0 + dt.timedelta(days=20)


@pytest.mark.parametrize(("day", "start", "stop", "asked"), [
    (9, START, STOP, ["dose_before_course"]), (10, START, STOP, []), (20, START, STOP, []),
    (21, START, STOP, ["dose_after_course"]), (9, None, STOP, []), (21, START, None, []),
    (None, START, STOP, []),
])  # fmt: skip
def test_a_dose_and_its_course(day, start, stop, asked):
    assert codes(order.dose(at(day), {"start": start, "stop": stop})) == asked


def test_before_the_operation():
    five, six = dt.time(4, 59), dt.time(5, 1)
    for rule in (order.discharged_early, order.revision):
        assert len(list(rule(at(-1), ANCHORS))) == 1
        assert len(list(rule(at(0, five), ANCHORS))) == 1
        assert list(rule(at(0, six), ANCHORS)) == []
        assert list(rule(at(0), ANCHORS)) == [], "on the day without a time: not known"
        assert list(rule(at(None), ANCHORS)) == []
    operation = at(0)
    assert codes(order.complication(at(-1), operation, ANCHORS)) == ["complication_before"]
    assert codes(order.complication(at(0), operation, ANCHORS)) == []
    assert codes(order.complication(at(-1), None, ANCHORS)) == []


@pytest.mark.parametrize(
    ("event", "day", "asked"),
    [
        ("discharge", -1, ["discharge_before_surgery"]), ("discharge", 0, []),
        ("discharge", 1, []), ("decision", 1, ["after_surgery"]), ("decision", 0, []),
        ("decision", -1, []), ("presentation", 1, ["after_surgery"]), ("presentation", None, []),
        ("first_deficit", 1, []), ("last_contact", -1, []),
    ],
)  # fmt: skip
def test_milestones_and_the_operation(event, day, asked):
    assert codes(order.milestone(event, at(day), ANCHORS)) == asked


def test_earlier_is_what_is_certainly_before():
    a, b = exam("1", "1", day=14), exam("2", "2", day=42)
    same, later, unknown = exam("3", "3", day=42), exam("4", "4", day=43), fact(None)
    assert earlier(b, [a, b, same, later, unknown], ANCHORS) == [a]
