"""A visit as one document: what is refused, what is asked about, what is stored."""

import datetime as dt

import pytest

from patients.models import DocumentVersion
from tests.api.client import new_id, path
from tests.support.cast import SURGERY, TODAY

DAY = SURGERY + dt.timedelta(days=60)


def visit(**parts):
    return {"id": new_id(), "date": str(DAY), "kind": "unscheduled"} | parts


def without(document, *names):
    return {k: v for k, v in document.items() if k not in names}


TIMING = {"status": "known", "anchor": "index_decompression", "day": 60}

REFUSED = {
    # what is not known is left out, never null or empty
    "a null part": ({"motor": None}, "/motor", "null"),
    "a null leg": ({"motor": {"right": None}}, "/motor/right", "null"),
    "a null grade": ({"motor": {"right": {"grade": None}}}, "/motor/right/grade", "null"),
    "a null muscle": ({"motor": {"right": {"muscles": {"L2": None}}}},
                      "/motor/right/muscles/L2", "null"),
    "a null value": ({"bladder": {"pvr_ml": None}}, "/bladder/pvr_ml", "null"),
    "a null kind": ({"kind": None}, "/kind", "null"),
    "a null reason": ({"pain": {"not_done": None}}, "/pain/not_done", "null"),
    "an empty part": ({"motor": {}}, "/motor", "empty"),
    "an empty leg": ({"motor": {"right": {}}}, "/motor/right", "empty"),
    "empty muscles": ({"motor": {"right": {"muscles": {}}}}, "/motor/right/muscles", "empty"),
    "an empty text": ({"note": ""}, "/note", "string_too_short"),
    # grades are text, muscles whole numbers
    "grade 6": ({"motor": {"right": {"grade": "6"}}}, "/motor/right/grade", "literal_error"),
    "grade x": ({"motor": {"left": {"grade": "x"}}}, "/motor/left/grade", "literal_error"),
    "grade 4.5": ({"motor": {"left": {"grade": "4.5"}}}, "/motor/left/grade", "literal_error"),
    "a grade as a number": ({"motor": {"right": {"grade": 4}}}, "/motor/right/grade",
                            "literal_error"),
    "a grade with a blank": ({"motor": {"right": {"grade": "4 "}}}, "/motor/right/grade",
                             "literal_error"),
    "muscle 6": ({"motor": {"right": {"muscles": {"L2": 6}}}}, "/motor/right/muscles/L2",
                 "less_than_equal"),
    "muscle -1": ({"motor": {"right": {"muscles": {"S1": -1}}}}, "/motor/right/muscles/S1",
                  "greater_than_equal"),
    "a muscle as text": ({"motor": {"right": {"muscles": {"L2": "4"}}}},
                         "/motor/right/muscles/L2", "int_type"),
    "muscle 4.5": ({"motor": {"right": {"muscles": {"L2": 4.5}}}}, "/motor/right/muscles/L2",
                   "int_type"),
    "muscle true": ({"motor": {"right": {"muscles": {"L2": True}}}}, "/motor/right/muscles/L2",
                    "int_type"),
    "an unknown muscle": ({"motor": {"right": {"muscles": {"L1": 4}}}},
                          "/motor/right/muscles/L1", "extra_forbidden"),
    "an unknown basis": ({"motor": {"basis": "guess", "right": {"grade": "3"}}},
                         "/motor/basis", "literal_error"),
    "not testable with a grade": ({"motor": {"right": {"grade": "0", "not_testable": "pain"}}},
                                  "/motor/right", "not_testable_with_grade"),
    "not testable for no known reason": ({"motor": {"right": {"not_testable": "tired"}}},
                                         "/motor/right/not_testable", "literal_error"),
    "a muscle with grade and reason": (
        {"motor": {"right": {"muscles": {"L2": {"not_testable": "pain", "grade": 3}}}}},
        "/motor/right/muscles/L2/grade", "extra_forbidden"),
    "not done with findings": ({"pain": {"not_done": "declined", "back": 3}}, "/pain",
                               "not_done_with_findings"),
    "a grade on a remote visit": ({"mode": "remote", "motor": {"right": {"grade": "4"}}},
                                  "/motor", "remote_grade"),
    # numbers within bounds, never as text
    "PVR as text": ({"bladder": {"pvr_ml": "120"}}, "/bladder/pvr_ml", "int_type"),
    "PVR -1": ({"bladder": {"pvr_ml": -1}}, "/bladder/pvr_ml", "greater_than_equal"),
    "PVR 3001": ({"bladder": {"pvr_ml": 3001}}, "/bladder/pvr_ml", "less_than_equal"),
    "PVR with a fraction": ({"bladder": {"pvr_ml": 120.5}}, "/bladder/pvr_ml", "int_type"),
    "a huge number": ({"bladder": {"pvr_ml": 10**35}}, "/bladder/pvr_ml", "less_than_equal"),
    "NRS 11": ({"pain": {"back": 11}}, "/pain/back", "less_than_equal"),
    "FAC 6": ({"walking": {"fac": 6}}, "/walking/fac", "less_than_equal"),
    "WISCI 21": ({"walking": {"wisci": 21}}, "/walking/wisci", "less_than_equal"),
    "46 degrees": ({"vitals": {"temperature_c": 46}}, "/vitals/temperature_c", "less_than_equal"),
    "diastolic above systolic": ({"vitals": {"systolic_lying": 90, "diastolic_lying": 95}},
                                 "/vitals/diastolic_lying", "pressure"),
    "diastolic equal to systolic": ({"vitals": {"systolic_standing": 90,
                                                "diastolic_standing": 90}},
                                    "/vitals/diastolic_standing", "pressure"),
    "a number for yes": ({"spasticity": {"present": 1}}, "/spasticity/present", "bool_type"),
    "text for yes": ({"spasticity": {"present": "yes"}}, "/spasticity/present", "bool_type"),
    # only what exists
    "an unknown part": ({"reflexes": {"knee": 2}}, "/reflexes", "extra_forbidden"),
    "an unknown field": ({"pain": {"arm": 2}}, "/pain/arm", "extra_forbidden"),
    "a slash in an unknown field": ({"a/b~c": 2}, "/a~1b~0c", "extra_forbidden"),
    "an unknown kind": ({"kind": "9mo"}, "/kind", "literal_error"),
    "a list for a part": ({"motor": []}, "/motor", "model_type"),
    "control characters": ({"note": "a\u0000b"}, "/note", "text"),
    "an overlong note": ({"note": "x" * 4001}, "/note", "string_too_long"),
    # one time, and a possible one
    "a date and a timing": ({"timing": TIMING}, "/timing", "date_and_timing"),
    "bounds and a timing": ({"date": None, "date_lower": str(DAY), "timing": TIMING}, "/timing",
                            "date_and_timing"),
    "no time at all": ({"date": None}, "/date", "no_time"),
    "known, but no day": ({"date": None, "timing": {"status": "known",
                                                    "anchor": "index_decompression"}},
                          "/timing/day", "day"),
    "a day without its anchor": ({"date": None, "timing": {"status": "known", "day": 3}},
                                 "/timing/anchor", "anchor"),
    "not reported, with a day": ({"date": None, "timing": TIMING | {"status": "not_reported"}},
                                 "/timing/day", "day"),
    "bounds out of order": ({"date": None, "timing": TIMING | {"lower": 70, "upper": 80}},
                            "/timing", "bounds"),
    "dates out of order": ({"date_lower": str(DAY + dt.timedelta(1))}, "", "bounds"),
    "a time without its date": ({"date": None, "date_lower": str(DAY), "time": "10:00"}, "/time",
                                "time"),
    "a date with a time": ({"date": f"{DAY}T10:00"}, "/date", "date"),
    "a day that is not": ({"date": "2026-02-30"}, "/date", "date"),
    "a date as a number": ({"date": 20260301}, "/date", "date"),
    "another century": ({"date": "1066-10-14"}, "/date", "greater_than_equal"),
    "tomorrow, far": ({"date": str(TODAY + dt.timedelta(days=2))}, "/date", "future"),
    "bounds in the future": ({"date": None, "date_lower": str(TODAY + dt.timedelta(days=2))},
                             "/date_lower", "future"),
    "a day count in the future": ({"date": None, "timing": TIMING | {"day": 5000}}, "/timing",
                                  "future"),
    "before birth": ({"date": "1946-12-31"}, "/date", "before_birth"),
    "pre-op after the operation": ({"kind": "pre_op"}, "/date", "pre_op_after_surgery"),
    "pre-op by days after the operation": ({"kind": "pre_op", "date": None, "timing": TIMING},
                                           "/timing", "pre_op_after_surgery"),
    # ids
    "no id": ({"id": ...}, "/id", "missing"),
    "a short id": ({"id": "7"}, "/id", "id"),
    "an id as a number": ({"id": 7}, "/id", "id"),
    "an id in braces": ({"id": "{5f0c1d2e-0000-4000-8000-000000000001}"}, "/id", "id"),
    "no kind": ({"kind": ...}, "/kind", "missing"),
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(("parts", "pointer", "code"), REFUSED.values(), ids=REFUSED)
def test_refused_with_what_to_do_and_nothing_stored(physician, ha, parts, pointer, code):
    document = visit(**parts)
    document = without(document, *(name for name, value in document.items() if value is ...))
    before = DocumentVersion.objects.count()
    answer = physician.post(path(ha, "visits"), document)
    assert answer.told == (422, {pointer: code})
    assert DocumentVersion.objects.count() == before
    (problem,) = answer.json["errors"]
    assert len(problem["detail"]) > 12
    assert not {"{", "}"} & set(problem["detail"]) - set(str(document)), "an unfilled placeholder"


def test_every_problem_is_told_at_once(physician, ha):
    answer = physician.post(
        path(ha, "visits"), visit(pain={"back": 11}, walking={"fac": "2"}, note="", extra=1)
    )
    assert answer.told == (
        422,
        {
            "/pain/back": "less_than_equal",
            "/walking/fac": "int_type",
            "/note": "string_too_short",
            "/extra": "extra_forbidden",
        },
    )


def test_a_visit_in_the_future_is_told_the_latest_day_that_is_possible(physician, ha):
    answer = physician.post(path(ha, "visits"), visit(date=str(TODAY + dt.timedelta(days=40))))
    (problem,) = answer.json["errors"]
    assert "give the day it happened, at most 2" in problem["detail"]


WARNED = {
    "nothing unusual": ({"vitals": {"temperature_c": 37.9, "heart_rate": 50}}, {}),
    "fever": ({"vitals": {"temperature_c": 38.0}}, {"/vitals/temperature_c": "unusual"}),
    "cold": ({"vitals": {"temperature_c": 34.9}}, {"/vitals/temperature_c": "unusual"}),
    "low pressure": ({"vitals": {"systolic_standing": 89}},
                     {"/vitals/systolic_standing": "unusual"}),
    "high pressure": ({"vitals": {"systolic_lying": 181}}, {"/vitals/systolic_lying": "unusual"}),
    "slow pulse": ({"vitals": {"heart_rate": 49}}, {"/vitals/heart_rate": "unusual"}),
    "fast breathing": ({"vitals": {"respiratory_rate": 25}},
                       {"/vitals/respiratory_rate": "unusual"}),
    "little oxygen": ({"vitals": {"spo2": 91}}, {"/vitals/spo2": "unusual"}),
    "very light": ({"vitals": {"weight_kg": 34.9}}, {"/vitals/weight_kg": "unusual"}),
    "very short": ({"vitals": {"height_cm": 129}}, {"/vitals/height_cm": "unusual"}),
    "PVR 199": ({"bladder": {"pvr_ml": 199}}, {}),
    "PVR 200": ({"bladder": {"pvr_ml": 200}}, {"/bladder/pvr_ml": "unusual"}),
    "catheter volume 500": ({"bladder": {"catheter_volume_max_ml": 500}}, {}),
    "catheter volume 501": ({"bladder": {"catheter_volume_max_ml": 501}},
                            {"/bladder/catheter_volume_max_ml": "unusual"}),
    # Ha: right 3, left 4 at day 42, gestalt
    "one grade more": ({"motor": {"basis": "gestalt", "right": {"grade": "4"}}}, {}),
    "two grades more": ({"motor": {"basis": "gestalt", "right": {"grade": "5"}}},
                        {"/motor/right/grade": "grade_jump"}),
    "two grades less, both legs": (
        {"motor": {"basis": "gestalt", "right": {"grade": "1"}, "left": {"grade": "2"}}},
        {"/motor/right/grade": "grade_jump", "/motor/left/grade": "grade_jump"}),
    "another basis is not compared": ({"motor": {"right": {"grade": "0"}}}, {}),
    "another window's kind": ({"kind": "12mo", "note": "x"}, {"/kind": "outside_window"}),
    "before the cement": ({"date": str(SURGERY - dt.timedelta(days=9)), "note": "x"},
                          {"/date": "before_cement"}),
    "pre-op on the day, no time": ({"kind": "pre_op", "date": str(SURGERY), "note": "x"},
                                   {"/date": "pre_op_unclear"}),
    "nothing in it": ({}, {"/note": "empty_visit"}),
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(("parts", "warned"), WARNED.values(), ids=WARNED)
def test_a_warning_never_blocks(physician, ha, parts, warned):
    document = visit(**parts)
    answer = physician.post(path(ha, "visits"), document)
    assert answer.told == (201, warned)
    for warning in answer.json["warnings"]:
        assert warning["detail"]
        assert "{" not in warning["detail"]
    again = physician.post(path(ha, "visits"), document)
    assert again.json == answer.json, "a replay warns alike"


def test_a_visit_needs_only_its_id_date_and_kind(physician, ha):
    document = visit()
    answer = physician.post(path(ha, "visits"), document)
    assert answer.status == 201
    shown = {k: v for k, v in answer.json.items() if v is not None and k in {*document, "motor"}}
    assert shown == document, "a part left out is not recorded, and not invented"


def test_a_visit_keeps_every_grade_as_it_is(physician, ha):
    for grade in ("0", "1", "2", "3", "4-", "4", "4+", "5"):
        document = visit(motor={"basis": "weakest_key_muscle", "left": {"grade": grade}})
        physician.post(path(ha, "visits"), document)
        assert physician.get(f"visits/{document['id']}/").json["motor"] == document["motor"]


def test_a_time_told_in_words_stays_without_a_date(physician, ha):
    timing = {"status": "descriptive_only", "phase": "follow_up", "verbatim": "much later"}
    answer = physician.post(path(ha, "visits"), without(visit(timing=timing), "date"))
    assert answer.status == 201
    assert (answer.json["date"], answer.json["timing"]) == (None, timing)


def test_two_examinations_of_one_day_keep_their_order(physician, ha):
    for time in ("15:00", "08:00"):
        assert physician.post(path(ha, "visits"), visit(time=time)).status == 201
    day = [v["time"] for v in physician.rows(path(ha, "visits")) if v["date"] == str(DAY)]
    assert day == ["15:00", "08:00"], "as they were recorded"
    kept = [e for e in physician.rows(path(ha, "timeline")) if e["when"]["date"] == str(DAY)]
    assert [e["when"]["time"] for e in kept] == ["08:00", "15:00"], "as they happened"


def test_an_id_in_capitals_is_the_same_id(physician, ha):
    document = visit()
    first = physician.post(path(ha, "visits"), document)
    again = physician.post(path(ha, "visits"), document | {"id": document["id"].upper()})
    assert (again.status, again.json) == (201, first.json)


TEXTS = (
    "Ω 척수 🦴",
    "\u202eright to left",
    "a\tb\nc",
    "'; DROP TABLE--",
    "{today}",
    "%s",
    "\u2028",
)


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_as_it_was_written(physician, ha, text):
    document = visit(note=text, pain={"description": text})
    answer = physician.post(path(ha, "visits"), document)
    assert answer.status == 201
    shown = physician.get(f"visits/{document['id']}/").json
    assert (shown["note"], shown["pain"]["description"]) == (text, text)
