"""Where every planned visit stands: each window's edges from both sides, bounds, unknown days."""

import pytest

from outcomes.rules.plan import OUTSIDE, REASONS, Standing, core_of, parts_recorded, plan
from outcomes.rules.reminders import Obstacle, Policy, Seen
from outcomes.rules.schedule import default_windows
from outcomes.rules.values import Answer, Span, Status
from tests.outcomes.rules.test_reminders import between, exactly

DONE, DUE, OVERDUE, OPEN, NOT_YET, MISSED, NOT_RECORDED, NOT_ASKED, UNSURE = Standing
CONFLICT = Span(best=40, lower=40, upper=40, status=Status.CONFLICT)
UNKNOWN = Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)


def planned(slot, today, *visits, **more):
    day = exactly(today) if isinstance(today, int) else today
    return next(v for v in plan(day, visits, **more).visits if v.slot == f"visit:{slot}")


def standing(slot, today, *visits, **more):
    return planned(slot, today, *visits, **more).standing


def on(day, kind="unscheduled", **more):
    return Seen(kind=kind, day=exactly(day) if isinstance(day, int) else day, **more)


# slot; first day the window is open, it is due, it is overdue; its last day
EDGES = {
    "2wk: due when it opens, as the target is near": ("2wk", 8, 8, 22, 27),
    "6wk": ("6wk", 28, 35, 50, 63),
    "3mo": ("3mo", 64, 84, 99, 136),
    "6mo": ("6mo", 137, 175, 190, 227),
    "12mo": ("12mo", 304, 358, 373, 456),
    "24mo": ("24mo", 639, 723, 738, 821),
    "third year": ("yearly-1095", 1004, 1088, 1103, 1186),
    "fourth year": ("yearly-1460", 1369, 1453, 1468, 1551),
}


@pytest.mark.parametrize(("slot", "opens", "due", "late", "last"), EDGES.values(), ids=EDGES)
def test_each_edge_of_each_window_from_both_sides(slot, opens, due, late, last):
    before = OPEN if due > opens else NOT_YET
    expected = {
        opens - 1: NOT_YET,
        opens: OPEN if due > opens else DUE,
        due - 1: before,
        due: DUE,
        late - 1: DUE,
        late: OVERDUE,
        last: OVERDUE,
        last + 1: MISSED,
    }
    assert {day: standing(slot, day) for day in expected} == expected


def test_every_window_with_a_target_is_tried_above():
    tried = {slot.split("-")[0] for slot, *_ in EDGES.values()}
    assert tried == {w.kind for w in default_windows() if w.target is not None}


@pytest.mark.parametrize(("days", "late"), [(0, 43), (14, 57), (60, 103)])
def test_from_when_a_visit_is_overdue_is_the_policys(days, late):
    policy = Policy(overdue_days=days)
    after = OVERDUE if late <= 63 else MISSED
    assert standing("6wk", min(late, 64) - 1, policy=policy) is DUE
    assert standing("6wk", late, policy=policy) is after


BOUNDS = {
    "within what is due": (between(35, 49), DUE),
    "certainly overdue": (between(50, 63), OVERDUE),
    "due either way, overdue or not": (between(49, 50), DUE),
    "across the day it falls due": (between(34, 35), UNSURE),
    "across the day the window opens": (between(27, 28), UNSURE),
    "open and not due, all of it": (between(28, 34), OPEN),
    "across the day the window closes": (between(63, 64), UNSURE),
    "certainly closed": (between(64, 90), MISSED),
    "no lower bound": (between(None, 40), UNSURE),
    "no upper bound": (between(40, None), UNSURE),
    "not known": (UNKNOWN, UNSURE),
    "two dates that contradict": (CONFLICT, UNSURE),
}  # fmt: skip


@pytest.mark.parametrize(("today", "expected"), BOUNDS.values(), ids=BOUNDS)
def test_a_day_within_bounds_tells_only_what_is_certain(today, expected):
    assert standing("6wk", today) is expected


DONE_BY = {
    "the day before the window": (on(27), OVERDUE, Answer.NOT_APPLICABLE),
    "its first day": (on(28), DONE, Answer.YES),
    "its last day": (on(63), DONE, Answer.YES),
    "of the name, the day before the window": (on(27, "6wk"), DONE, Answer.NO),
    "of the name, on its first day": (on(28, "6wk"), DONE, Answer.YES),
    "of the name, across an edge": (on(between(27, 28), "6wk"), DONE, Answer.CANNOT_TELL),
    "of the name, without a day": (on(UNKNOWN, "6wk"), DONE, Answer.CANNOT_TELL),
    "across an edge": (on(between(27, 28)), OVERDUE, Answer.NOT_APPLICABLE),
    "without a day": (on(UNKNOWN), OVERDUE, Answer.NOT_APPLICABLE),
    "of another name, within": (on(40, "discharge"), DONE, Answer.YES),
}


@pytest.mark.parametrize(("visit", "expected", "inside"), DONE_BY.values(), ids=DONE_BY)
def test_a_visit_by_its_name_or_by_a_day_certainly_in_the_window(visit, expected, inside):
    found = planned("6wk", 60, visit)
    assert (found.standing, found.in_window) == (expected, inside)
    assert (found.by is visit) == (expected is DONE)


def test_a_visit_of_the_name_outside_its_window_says_so():
    assert planned("6wk", 60, on(20, "6wk")).reason == OUTSIDE


def test_every_standing_has_its_reason():
    assert set(REASONS) == set(Standing)


AFTER_OPERATION = {
    "not yet": (-1, (), NOT_YET),
    "on the day": (0, (), DUE),
    "on the seventh day": (7, (), DUE),
    "over": (8, (), MISSED),
    "a visit on the first day": (8, (on(1),), DONE),
    "a visit on the seventh day": (8, (on(7),), DONE),
    "a visit on the eighth": (8, (on(8),), MISSED),
    "on the day of the operation, and not said that it was after": (8, (on(0),), MISSED),
    "on the day of the operation, before it": (8, (on(0, "pre_op"),), MISSED),
    "on the day of the operation, after it": (8, (on(0, "post_op"),), DONE),
    "a discharge within": (8, (on(6, "discharge"),), DONE),
}


@pytest.mark.parametrize(
    ("today", "visits", "expected"), AFTER_OPERATION.values(), ids=AFTER_OPERATION
)
def test_the_days_after_the_operation(today, visits, expected):
    assert standing("post_op", today, *visits) is expected


EVENTS = {
    "before the operation: due while it lies ahead": ("pre_op", -1, (), DUE),
    "before the operation: not recorded from the day on": ("pre_op", 0, (), NOT_RECORDED),
    "before the operation: by name": ("pre_op", 5, (on(UNKNOWN, "pre_op"),), DONE),
    "before the operation: certainly before it": ("pre_op", 5, (on(-1),), DONE),
    "before the operation: on the day, not said": ("pre_op", 5, (on(0),), NOT_RECORDED),
    "discharge: not yet": ("discharge", -1, (), NOT_YET),
    "discharge: from the day on not recorded": ("discharge", 0, (), NOT_RECORDED),
    "discharge: by name": ("discharge", 30, (on(12, "discharge"),), DONE),
    "discharge: never read from a day": ("discharge", 30, (on(12),), NOT_RECORDED),
}


@pytest.mark.parametrize(("slot", "today", "visits", "expected"), EVENTS.values(), ids=EVENTS)
def test_events_have_no_window(slot, today, visits, expected):
    found = planned(slot, today, *visits)
    assert (found.standing, found.first, found.last) == (expected, None, None)


def test_a_discharge_is_also_the_window_it_lies_in():
    assert standing("2wk", 30, on(12, "discharge")) is DONE


def kinds(found):
    return [one.kind for one in found.visits]


def test_not_operated_has_no_visit_that_an_operation_gives():
    found = plan(exactly(40), [], operated=False)
    assert kinds(found) == ["2wk", "6wk", "3mo", "6mo", "12mo", "24mo"]
    assert standing("6wk", 40, operated=False) is DUE
    assert standing("2wk", 40, on(3), operated=False) is MISSED


@pytest.mark.parametrize(("today", "years"), [(638, 0), (639, 1), (1003, 1), (1004, 2)])
def test_a_year_ahead_is_planned_beyond_two(today, years):
    assert kinds(plan(exactly(today), [])).count("yearly") == years


def test_without_a_day_only_names_tell():
    found = plan(UNKNOWN, [on(UNKNOWN, "6wk"), on(90)])
    told = {one.kind: one.standing for one in found.visits}
    assert told == {
        "pre_op": NOT_RECORDED, "post_op": UNSURE, "discharge": NOT_RECORDED, "2wk": UNSURE,
        "6wk": DONE, "3mo": DONE, "6mo": UNSURE, "12mo": UNSURE, "24mo": UNSURE,
    }  # fmt: skip
    assert (found.day, bool(found.reason)) == (None, True)


@pytest.mark.parametrize("ended", Obstacle)
def test_whatever_ends_it_nothing_is_asked_for(ended):
    found = plan(exactly(100), [on(40)], ended=ended)
    assert found.ended is ended
    assert {one.standing for one in found.visits} == {DONE, NOT_ASKED}


END = {
    "closed the day before the end": (64, MISSED),
    "closing on the day": (63, NOT_ASKED),
    "bounds across the close": (between(60, 70), NOT_ASKED),
    "bounds after the close": (between(64, 70), MISSED),
    "not known": (UNKNOWN, NOT_ASKED),
}


@pytest.mark.parametrize(("until", "expected"), END.values(), ids=END)
def test_what_was_missed_before_the_end_stays_missed(until, expected):
    until = exactly(until) if isinstance(until, int) else until
    assert standing("6wk", 400, ended=Obstacle.DIED, until=until) is expected


# --- the core -----------------------------------------------------------------------------------


def test_the_core_is_that_of_the_schedule():
    everything = ("motor", "sensation", "bladder", "bowel", "walking", "pain", "pvr")
    assert core_of("6wk") == everything
    assert core_of("6mo") == (*everything, "bone_drug")
    assert core_of("2wk") == ("wound", "pvr", "motor", "drugs")
    assert core_of("unscheduled") == ()


HELD = {
    "a grade": ({"motor_right_grade": "3"}, {"motor"}),
    "a part with a reason why not": ({"motor_not_done": "declined"}, {"motor"}),
    "a residual": ({"bladder_pvr_ml": 0}, {"bladder", "pvr"}),
    "a bladder without a residual": ({"bladder_awareness": "yes"}, {"bladder"}),
    "a bladder with a reason why not": ({"bladder_not_done": "declined"}, {"bladder", "pvr"}),
    "a catheter has no residual": (
        {"bladder_method": "indwelling_urethral"}, {"bladder", "pvr"}),
    "voiding has": ({"bladder_method": "normal_voiding"}, {"bladder"}),
    "nothing recorded is not zero": ({"bladder_pvr_ml": None, "pain_back": None}, set()),
    "what is no part": ({"kind": "6wk", "note": "x", "vitals_weight_kg": 60}, set()),
}  # fmt: skip


@pytest.mark.parametrize(("values", "parts"), HELD.values(), ids=HELD)
def test_what_of_the_core_a_visit_holds(values, parts):
    assert parts_recorded(values) == parts


def test_what_a_visit_lacks_is_told_in_the_order_of_the_core():
    seen = on(42, parts=frozenset({"motor", "pain", "bladder"}))
    assert planned("6wk", 60, seen).lacks == ("sensation", "bowel", "walking", "pvr")
    assert planned("2wk", 60, on(12, parts=frozenset({"wound", "pvr", "motor"}))).lacks == ()
