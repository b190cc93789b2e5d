"""When a part may be entered as "examined today, unchanged" (CLINICAL.md G), from both sides."""

import datetime as dt

import pytest

from outcomes.documents.visit import VisitDocument
from outcomes.rules.facts import Fact
from outcomes.rules.timing import Anchors
from outcomes.rules.unchanged import COPIED, Course, last_values, offer, seen_as
from outcomes.rules.values import Moment, Span, Status
from patients.models.columns import leaves

DAY0 = dt.date(2026, 3, 1)
NOWHERE = Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)


def moment(day=None, time=None, **more):
    date = None if day is None else DAY0 + dt.timedelta(days=day)
    status = Status.KNOWN if date else Status.NOT_REPORTED
    return Moment(date=date, time=time, status=more.pop("status", status), **more)


def fact(name, day, *, time=None, **values):
    return Fact(id=name, when=moment(day, time), day=NOWHERE, values=values)


def operation(day, kind="decompression", time=None):
    return fact("operation", day, time=time, kind=kind)


def graded(name, day, grade="4", **more):
    return fact(name, day, motor_basis="gestalt", motor_right_grade=grade, **more)


def asked(part="motor", *, day=100, time=None, mode="in_person", id="new", **course):
    given = Course(**{"visits": (), "procedures": (), "anchors": Anchors()} | course)
    return offer(part, given, id=id, when=moment(day, time), mode=mode)


AFTER = {"visits": (graded("a", 42),), "procedures": (operation(0),)}
NOON, NIGHT = dt.time(12), dt.time(23)

WHY = {
    # what forbids it, from both sides: None is offered
    "after surgery, examined before": (AFTER, {}, None),
    "an alert is open": (AFTER | {"alert_open": True}, {}, "alert_open"),
    "remote": (AFTER, {"mode": "remote"}, "remote"),
    "not known whether remote": (AFTER, {"mode": None}, "mode_unknown"),
    "nothing before": ({"procedures": (operation(0),)}, {}, "nothing_to_copy"),
    "only later ones": (AFTER, {"day": 41}, "nothing_to_copy"),
    "the last one of the day before": (AFTER, {"day": 43}, None),
    "of the same day, recorded already": (AFTER, {"day": 42}, None),
    "of the same day, certainly later": (
        {"visits": (graded("a", 42, time=NIGHT),)}, {"day": 42, "time": NOON}, "nothing_to_copy"),
    "a part that was not done before": (
        {"visits": (fact("a", 42, motor_not_done="no_time"),)}, {}, "nothing_to_copy"),
    "only itself": (AFTER, {"id": "a", "day": 42}, "nothing_to_copy"),
    "the last one before the operation": (
        {"visits": (graded("a", -1),), "procedures": (operation(0),)}, {}, "first_after_surgery"),
    "the last one on the day of the operation": (
        {"visits": (graded("a", 0),), "procedures": (operation(0),)}, {}, "first_after_surgery"),
    "the last one that day before it, by the clock": (
        {"visits": (graded("a", 0, time=NOON),), "procedures": (operation(0, time=NIGHT),)},
        {}, "first_after_surgery"),
    "the last one that day after it, by the clock": (
        {"visits": (graded("a", 0, time=NIGHT),), "procedures": (operation(0, time=NOON),)},
        {}, None),
    "the day after the operation": (
        {"visits": (graded("a", 1),), "procedures": (operation(0),)}, {}, None),
    "before the operation that is still to come": (
        {"visits": (graded("a", -9),), "procedures": (operation(0),)}, {"day": -5}, None),
    "a revision since": (
        AFTER | {"procedures": (operation(0), operation(60, "revision"))},
        {}, "first_after_surgery"),
    "a revision before it": (
        AFTER | {"procedures": (operation(0), operation(41, "revision"))}, {}, None),
    "an operation of unknown time": (
        AFTER | {"procedures": (operation(None),)}, {}, "first_after_surgery"),
    "cement of unknown time before the decompression": (
        AFTER | {"procedures": (operation(None, "cement"), operation(0))}, {}, None),
    "cement since": (
        AFTER | {"procedures": (operation(0), operation(60, "cement"))},
        {}, "first_after_surgery"),
    "not operated, examined after the cement": (
        {"visits": (graded("a", 42),), "procedures": (operation(0, "cement"),)}, {}, None),
    "not operated, examined before the cement": (
        {"visits": (graded("a", -1),), "procedures": (operation(0, "cement"),)},
        {}, "first_after_surgery"),
    "no operation at all": ({"visits": (graded("a", 42),)}, {}, None),
    "an examination of unknown time": (
        AFTER | {"visits": (graded("a", 42), graded("b", None))}, {}, "order_unclear"),
    "the new visit without a date": (AFTER, {"day": None}, "order_unclear"),
}  # fmt: skip


@pytest.mark.parametrize(("course", "visit", "code"), WHY.values(), ids=WHY)
def test_offered_or_why_not(course, visit, code):
    found = asked(**visit, **course)
    assert (found.why and found.why.code) == code
    assert (found.source is None) == (code is not None)
    assert bool(found.values) == (code is None)


REMOTE = {
    "motor": "remote", "sensation": "remote",
    **dict.fromkeys(("bladder", "bowel", "walking", "pain", "spasticity", "wound", "function")),
}  # fmt: skip


@pytest.mark.parametrize("part", COPIED)
def test_what_only_someone_at_the_bedside_can_find(part):
    there = fact("a", 42, **{COPIED[part][0]: "something"})
    assert asked(part, visits=(there,)).why is None
    told = asked(part, visits=(there,), mode="remote").why
    assert (told and told.code) == REMOTE[part]


def test_the_last_examination_is_copied_and_no_older_value():
    older = graded("a", 10, "2", motor_left_grade="3")
    newer = graded("b", 20, "4+")
    found = asked(visits=(older, newer))
    assert found.source == newer
    assert found.values == {"motor_basis": "gestalt", "motor_right_grade": "4+"}


NEVER = {
    "sensation_saddle", "bladder_pvr_ml", "bladder_pvr_method", "bladder_pvr_not_done",
    "bladder_pvr_minutes_after_void", "bladder_retention_plan", "bladder_urinary_infection",
    "bladder_trial_without_catheter", "bladder_catheter_volume_max_ml",
    "bladder_catheter_volumes_over_500_ml", "bladder_voluntary_emptyings_per_day",
    "bowel_anal_tone", "bowel_voluntary_contraction", "bowel_deep_anal_pressure",
}  # fmt: skip
WORDS_OF_A_DAY = ("_description", "_not_done", "_unchanged")


@pytest.mark.parametrize("part", COPIED)
def test_every_column_of_a_part_is_copied_or_named_here(part):
    """A new field is thought about."""
    columns = {leaf.column for leaf in leaves(VisitDocument) if leaf.path[0] == part}
    left_out = {c for c in columns if c in NEVER or c.endswith(WORDS_OF_A_DAY)}
    assert columns == set(COPIED[part]) | left_out
    assert not set(COPIED[part]) & left_out


def test_no_part_that_measures_or_counts_events_is_offered():
    assert {"vitals", "safety", "ais"}.isdisjoint(COPIED)


def test_what_was_not_recorded_is_not_copied():
    found = asked("sensation", visits=(fact("a", 42, sensation_right="normal"),))
    assert found.values == {"sensation_right": "normal"}


def test_only_a_saddle_is_nothing_to_copy():
    found = asked("sensation", visits=(fact("a", 42, sensation_saddle="normal"),))
    assert found.why.code == "nothing_to_copy"


def test_last_values_are_each_from_the_last_visit_that_has_one():
    one, two = graded("a", 10, "2", pain_back=0), graded("b", 20, "4")
    later = graded("c", 200, "5")
    found = last_values(
        (one, two, later),
        ("motor_right_grade", "pain_back", "motor_left_grade"),
        id="new",
        when=moment(100),
        anchors=Anchors(),
    )
    assert {name: visit.id for name, visit in found.items()} == {
        "motor_right_grade": "b",
        "pain_back": "a",
    }


def test_an_amended_examination_is_another_one():
    first = graded("a", 1)
    assert seen_as(first) != seen_as(
        Fact(id="a", when=first.when, day=NOWHERE, values={}, version=2)
    )
