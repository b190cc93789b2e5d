"""Laboratory results, medications, operations, background: what each refuses, asks and keeps."""

import datetime as dt

import pytest

from patients.models import DocumentVersion
from tests.api.client import new_id, path
from tests.support.cast import SURGERY, TODAY

DAY = str(SURGERY + dt.timedelta(days=3))
LATER = str(TODAY + dt.timedelta(days=30))
BY_DAY = {"status": "known", "anchor": "index_decompression", "day": 3}


def lab(**parts):
    given = {"analyte": "crp", "value": "12.5", "unit": "mg/L", "specimen_at": DAY}
    return {"id": new_id()} | {k: v for k, v in (given | parts).items() if v is not ...}


def check_refused(physician, where, document, pointer, code):
    before = DocumentVersion.objects.count()
    answer = physician.post(where, document)
    assert answer.told == (422, {pointer: code})
    assert DocumentVersion.objects.count() == before
    assert all(p["detail"] and "{" not in p["detail"] for p in answer.json["errors"])


# --- laboratory ---------------------------------------------------------------------------------
LABS_REFUSED = {
    "no unit": ({"unit": ...}, "/unit", "no_unit"),
    "a null unit": ({"unit": None}, "/unit", "no_unit"),
    "an empty unit": ({"unit": ""}, "/unit", "string_too_short"),
    "an unknown unit": ({"unit": "furlong"}, "/unit", "lab_unit_unknown"),
    "a unit of another analyte": ({"unit": "g/dL", "analyte": "esr"}, "/unit",
                                  "lab_unit_unknown"),
    "neither value nor interpretation": ({"value": ..., "unit": ...}, "/value", "no_result"),
    "both null": ({"value": None, "unit": ...}, "/value", "no_result"),
    "no time": ({"specimen_at": ...}, "/specimen_at", "no_time"),
    "a null time": ({"specimen_at": None}, "/specimen_at", "no_time"),
    "a timing that says nothing": ({"specimen_at": ..., "timing": {"status": "not_reported"}},
                                   "/specimen_at", "no_time"),
    "a date and a timing": ({"timing": BY_DAY}, "/timing", "date_and_timing"),
    "an unknown analyte": ({"analyte": "magic"}, "/analyte", "lab_analyte_unknown"),
    "an unknown analyte without value": ({"analyte": "magic", "value": ..., "unit": ...,
                                          "interpretation": "N"},
                                         "/analyte", "lab_analyte_unknown"),
    "words for a value": ({"value": "high"}, "/value", None),
    "a comma": ({"value": "1,5"}, "/value", None),
    "full-width digits": ({"value": "１２"}, "/value", None),
    "an exponent": ({"value": "1e2"}, "/value", None),
    "an exponent, as a number": ({"value": 1e25}, "/value", None),
    "a negative value": ({"value": "-1"}, "/value", None),
    "true": ({"value": True}, "/value", "string_type"),
    "a list": ({"value": [1]}, "/value", "string_type"),
    "a range out of order": ({"range": {"low": "5", "high": "1"}}, "/range", "range"),
    "a range of words": ({"range": {"low": "few"}}, "/range", "range"),
    "a null bound": ({"range": {"low": None, "high": "1"}}, "/range/low", "null"),
    "an empty range": ({"range": {}}, "/range", "empty"),
    "an unknown flag": ({"interpretation": "high"}, "/interpretation", "literal_error"),
    "the future": ({"specimen_at": LATER}, "/specimen_at", "future"),
    "a day count in the future": ({"specimen_at": ..., "timing": BY_DAY | {"day": 9000}},
                                  "/timing", "future"),
    "before birth": ({"specimen_at": "1946-12-31"}, "/specimen_at", "before_birth"),
    "the first year, east": ({"specimen_at": "0001-01-01T00:00+14:00"}, "/specimen_at",
                             "specimen_at"),
    "the last year, west": ({"specimen_at": "9999-12-31T23:59-14:00"}, "/specimen_at",
                            "specimen_at"),
    "no date": ({"specimen_at": "yesterday"}, "/specimen_at", "specimen_at"),
    "an unknown field": ({"result": 3}, "/result", "extra_forbidden"),
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(("parts", "pointer", "code"), LABS_REFUSED.values(), ids=LABS_REFUSED)
def test_a_lab_result_is_refused(physician, ha, parts, pointer, code):
    answer = physician.post(path(ha, "labs"), lab(**parts))
    assert answer.status == 422
    (problem,) = answer.json["errors"]
    assert problem["pointer"] == pointer
    assert code in (None, problem["code"])
    assert problem["detail"]
    assert "{" not in problem["detail"]


AS_SENT = {
    '"11.0"': ("hb", "g/dL", "11.0", "11"),
    "11.0": ("hb", "g/dL", "11.0", "11"),
    "1.840": ("crp", "mg/L", "1.840", "1.84"),
    "43": ("alt", "IU/L", "43", "43"),
    "0.10": ("crp", "mg/L", "0.10", "0.1"),
    '"<0.5"': ("crp", "mg/L", "<0.5", "0.5"),
    '">500"': ("crp", "mg/L", ">500", "500"),
    '"1.2"': ("crp", "mg/dL", "1.2", "12"),
}


@pytest.mark.parametrize("sent", AS_SENT)
def test_a_lab_value_keeps_its_text_as_sent(physician, ha, sent):
    analyte, unit, shown, canonical = AS_SENT[sent]
    raw = (
        f'{{"id": "{new_id()}", "analyte": "{analyte}", "value": {sent}, "unit": "{unit}", '
        f'"specimen_at": "{DAY}", "range": {{"low": 0, "high": 5.00}}}}'
    )
    answer = physician.send("POST", path(ha, "labs"), raw=raw.encode())
    assert answer.status == 201, answer.raw.content
    row = physician.get(path(ha, "labs", answer.json["id"])).json
    assert (row["value"], row["unit"]) == (shown, unit)
    assert row["canonical_value"] == canonical
    assert row["comparator"] == (shown[0] if shown[0] in "<>" else None)
    assert row["range"] == {"low": "0", "high": "5.00"}


def test_a_specimen_may_have_a_date_or_a_moment(physician, ha):
    for given in (DAY, f"{DAY}T23:59", f"{DAY}T20:30:00Z", f"{DAY} 08:00:00.5+09:00"):
        answer = physician.post(path(ha, "labs"), lab(specimen_at=given))
        assert answer.status == 201, given
        assert answer.json["specimen_at"] == given
    days = {e["when"]["date"] for e in physician.rows(path(ha, "timeline")) if e["kind"] == "lab"}
    assert days == {DAY, str(dt.date.fromisoformat(DAY) + dt.timedelta(days=1))}, "in Seoul"


def test_words_without_a_number_stay_without_a_number(physician, ha):
    document = lab(value=None, unit=..., interpretation="N", verbatim="within normal limits")
    row = physician.post(path(ha, "labs"), document).json
    assert [row[name] for name in ("value", "unit", "canonical_value", "canonical_unit")] == [
        None
    ] * 4


def test_an_amended_lab_value_is_converted_anew(physician, ha):
    row = physician.post(path(ha, "labs"), lab(value="1.2", unit="mg/dL")).json
    answer = physician.amend(path(ha, "labs", row["id"]), unit="mg/L")
    assert (answer.json["value"], answer.json["canonical_value"]) == ("1.2", "1.2")


# --- medications --------------------------------------------------------------------------------
def course(**parts):
    return {"id": new_id(), "drug": "celecoxib"} | parts


COURSES_REFUSED = {
    "a dose without unit": ({"dose": 100}, "/dose_unit", "no_unit"),
    "a daily maximum without unit": ({"daily_max": 100}, "/dose_unit", "no_unit"),
    "a dose of 0": ({"dose": 0, "dose_unit": "mg"}, "/dose", "greater_than"),
    "a dose as text": ({"dose": "100", "dose_unit": "mg"}, "/dose", "float_type"),
    "a negative dose": ({"dose": -1, "dose_unit": "mg"}, "/dose", "greater_than"),
    "an unknown unit": ({"dose": 1, "dose_unit": "spoon"}, "/dose_unit", "literal_error"),
    "ATC in small letters": ({"atc": "m01ah01"}, "/atc", "string_pattern_mismatch"),
    "ATC with a letter too few": ({"atc": "M01A01"}, "/atc", "string_pattern_mismatch"),
    "ATC with a blank": ({"atc": "M01AH01 "}, "/atc", "string_too_long"),
    "ATC with a line end": ({"atc": "M01AH\n"}, "/atc", "string_pattern_mismatch"),
    "ATC null": ({"atc": None}, "/atc", "null"),
    "a start before birth": ({"start": "1946-12-31"}, "/start", "before_birth"),
    "a stop before birth": ({"stop": "1946-12-31"}, "/stop", "before_birth"),
    "a stop before the start": ({"start": DAY, "stop": str(SURGERY)}, "/stop", "stop"),
    "a start and a timing": ({"start": DAY, "timing": BY_DAY}, "/timing", "date_and_timing"),
    "no drug": ({"drug": None}, "/drug", "null"),
    "a dose given in the future": ({"doses": [{"id": new_id(), "date": LATER}]}, "/date",
                                   "future"),
    "a dose given without a time": ({"doses": [{"id": new_id()}]}, "/doses/0/date", "no_time"),
    "25 times a day": ({"times_per_day": 25}, "/times_per_day", "less_than_equal"),
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("parts", "pointer", "code"), COURSES_REFUSED.values(), ids=COURSES_REFUSED
)
def test_a_course_is_refused(physician, ha, parts, pointer, code):
    check_refused(physician, path(ha, "medications"), course(**parts), pointer, code)


COURSES_WARNED = {
    "the drug's own code": ({"atc": "M01AH01"}, {}),
    "only its group": ({"atc": "M01AH"}, {}),
    "another drug's code": ({"atc": "N02AX02"}, {"/atc": "other_drug"}),
    "a known name, another code": (
        {"drug": "warfarin", "atc": "N02BE01"},
        {"/atc": "other_drug"},
    ),
    "a known name, its code": ({"drug": "Warfarin 5 mg", "atc": "B01AA03"}, {}),
    "a drug nobody knows": ({"drug": "novodrug", "atc": "A01AA01"}, {}),
    "a future start": ({"start": LATER}, {"/start": "future"}),
    "a future stop": ({"start": DAY, "stop": LATER}, {}),
    "a dose that is not known": ({"dose": None, "start": None, "stop": None}, {}),
}


@pytest.mark.parametrize(("parts", "warned"), COURSES_WARNED.values(), ids=COURSES_WARNED)
def test_a_course_is_stored_and_asked_about(physician, ha, parts, warned):
    document = course(**parts)
    answer = physician.post(path(ha, "medications"), document)
    assert answer.told == (201, warned)
    assert all(w["detail"] and "{" not in w["detail"] for w in answer.json["warnings"])
    row = physician.get(path(ha, "medications", document["id"])).json
    assert (row["drug"], row["atc"] if "atc" in parts else None) == (
        document["drug"],
        parts.get("atc"),
    )
    assert row["dose"] is None


def test_a_dose_belongs_to_its_course(physician, ha):
    courses = [course(), course()]
    for document in courses:
        physician.post(path(ha, "medications"), document)
    dose = {"id": new_id(), "date": DAY, "dose": 3, "dose_unit": "mg"}
    first, second = (path(ha, "medications", c["id"], "doses") for c in courses)
    answer = physician.post(first, dose)
    assert (answer.status, answer.json["course"]) == (201, courses[0]["id"])
    assert physician.post(first, dose).json == answer.json
    assert physician.post(second, dose).status == 409, "not silently the other course's"
    assert physician.post(path(ha, "medications", new_id(), "doses"), dose).status == 404


def test_a_dose_is_amended_and_marked_as_entered_in_error(physician, ha):
    document = course(doses=[{"id": new_id(), "date": DAY, "dose": 3, "dose_unit": "mg"}])
    physician.post(path(ha, "medications"), document)
    (dose,), at = document["doses"], path(ha, "medications", document["id"])
    where = f"{at}doses/{dose['id']}/"
    answer = physician.amend(where, dose=2, reason="misread")
    assert (answer.status, answer.json["dose"], answer.json["version"]) == (200, 2, 2)
    assert physician.get(where).json == answer.json
    assert physician.get(at).json["doses"] == [dose | {"dose": 2}]
    assert physician.amend(where, date=LATER).told == (422, {"/date": "future"})
    physician.amend(where, entered_in_error=True)
    assert physician.get(at).json["doses"] == []
    other = course()
    physician.post(path(ha, "medications"), other)
    elsewhere = path(ha, "medications", other["id"], "doses", dose["id"])
    assert physician.get(elsewhere).status == 404, "a dose is found under its own course"


def test_doses_of_a_course_are_not_replaced_by_an_edit(physician, ha):
    document = course(doses=[{"id": new_id(), "date": DAY}])
    physician.post(path(ha, "medications"), document)
    address = path(ha, "medications", document["id"])
    answer = physician.amend(address, doses=[{"id": new_id(), "date": DAY}])
    assert answer.told == (422, {"/doses": "doses"})
    assert physician.amend(address, note="x").json["doses"] == document["doses"]


def test_a_course_and_its_doses_are_stored_together_or_not_at_all(physician, ha):
    taken = {"id": new_id(), "date": DAY}
    physician.post(path(ha, "medications"), course(doses=[taken]))
    before = DocumentVersion.objects.count()
    answer = physician.post(path(ha, "medications"), course(doses=[taken | {"note": "other"}]))
    assert answer.status == 409
    assert DocumentVersion.objects.count() == before


# --- operations ---------------------------------------------------------------------------------
def days_before(number):
    return str(SURGERY - dt.timedelta(days=number))


# Ha: cement the day before SURGERY, decompression on SURGERY at five
ORDER = {
    "a decompression before the cement": ({"kind": "decompression", "date": days_before(2)}, 422),
    "certainly before, by its bounds": (
        {"kind": "decompression", "date": None, "date_upper": days_before(2)}, 422),
    "perhaps after": (
        {"kind": "decompression", "date": None, "date_lower": days_before(9),
         "date_upper": days_before(1)}, 201),
    "on the day of the cement": ({"kind": "decompression", "date": days_before(1)}, 201),
    "that day, earlier than the cement": (
        {"kind": "decompression", "date": days_before(1), "time": "08:00"}, 422),
    "by days from the cement": (
        {"kind": "decompression", "timing": {"status": "known", "anchor": "cement", "day": -1}},
        422),
    "by bounds from the cement": (
        {"kind": "decompression",
         "timing": {"status": "interval_censored", "anchor": "cement", "lower": -9, "upper": -1}},
        422),
    "perhaps after, by bounds from the cement": (
        {"kind": "decompression",
         "timing": {"status": "interval_censored", "anchor": "cement", "lower": -9, "upper": 1}},
        201),
    "for something else": (
        {"kind": "decompression", "intended": "other", "date": days_before(400)}, 201),
    "a revision before": ({"kind": "revision", "date": days_before(400)}, 201),
    "a second cement after": ({"kind": "cement", "date": DAY}, 201),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "status"), ORDER.values(), ids=ORDER)
def test_the_index_decompression_follows_the_cement(physician, ha, parts, status):
    answer = physician.post(path(ha, "procedures"), {"id": new_id()} | parts)
    assert answer.status == status, answer.raw.content
    if status == 422:
        assert set(answer.told[1].values()) == {"before_cement"}


def test_the_order_is_kept_when_either_is_amended(physician, ha):
    cement, operation = physician.rows(path(ha, "procedures"))
    address = path(ha, "procedures", operation["id"])
    assert physician.amend(address, date=days_before(3)).told == (422, {"/date": "before_cement"})
    address = path(ha, "procedures", cement["id"])
    assert physician.amend(address, date=DAY).told == (422, {"/date": "before_cement"})


def test_the_order_is_kept_when_the_cement_comes_second(physician, ha):
    cement, _operation = physician.rows(path(ha, "procedures"))
    physician.amend(path(ha, "procedures", cement["id"]), entered_in_error=True)
    late = {"id": new_id(), "kind": "cement", "date": DAY}
    assert physician.post(path(ha, "procedures"), late).told == (422, {"/date": "before_cement"})


def test_one_operation_is_chosen_as_the_index_and_says_why(physician, ha):
    first = {"id": new_id(), "kind": "decompression", "date": DAY, "is_index": True}
    where = path(ha, "procedures")
    assert physician.post(where, first).told == (422, {"/index_reason": "index_reason"})
    assert physician.post(where, first | {"index_reason": "the real one"}).status == 201
    second = first | {"id": new_id(), "index_reason": "no, this"}
    assert physician.post(where, second).told == (422, {"/is_index": "two_index"})
    cement = first | {"id": new_id(), "kind": "cement", "index_reason": "x"}
    assert physician.post(where, cement).told == (422, {"/is_index": "index"})


def test_more_than_a_year_from_cement_to_decompression_is_asked_about(physician, ha):
    cement, _operation = physician.rows(path(ha, "procedures"))
    answer = physician.amend(path(ha, "procedures", cement["id"]), date=days_before(367))
    assert answer.told == (200, {"/date": "long_interval"})


OTHERS_REFUSED = {
    "levels upside down": ("procedures", {"kind": "cement", "date": DAY, "level_from": "L2",
                                          "level_to": "T10"}, "", "levels"),
    "an unknown level": ("imaging", {"modality": "ct", "date": DAY, "level_from": "L6"},
                         "/level_from", "literal_error"),
    "a T-score of 9": ("bone-density", {"region": "femur_neck", "t_score": 9, "date": DAY},
                       "/t_score", "less_than_equal"),
    "no T-score": ("bone-density", {"region": "femur_neck", "date": DAY}, "/t_score", "missing"),
    "a T-score as text": ("bone-density", {"region": "femur_neck", "t_score": "-2", "date": DAY},
                          "/t_score", "float_type"),
    "background from the future": ("background", {"asthma": "yes", "recorded_as_of": LATER},
                                   "/recorded_as_of", "future"),
    "background from before birth": ("background", {"asthma": "yes",
                                                    "recorded_as_of": "1900-01-01"},
                                     "/recorded_as_of", "before_birth"),
    "asthma: true": ("background", {"asthma": True}, "/asthma", "literal_error"),
    "a milestone in the future": ("milestones", {"event": "discharge", "date": LATER}, "/date",
                                  "future"),
    "a consent without purpose": ("consents", {"decision": "given", "date": DAY}, "/purpose",
                                  "missing"),
    "a complication of no procedure": ("complications", {"kind": "other", "date": DAY},
                                       "/procedure", "missing"),
    "a complication of another's": ("complications", {"kind": "other", "date": DAY,
                                                      "procedure": new_id()},
                                    "/procedure", "unknown_procedure"),
    "reached: yes": ("contact-attempts", {"means": "letter", "reached": "yes", "date": DAY},
                     "/reached", "bool_type"),
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("where", "document", "pointer", "code"), OTHERS_REFUSED.values(), ids=OTHERS_REFUSED
)
def test_other_documents_are_refused(physician, ha, where, document, pointer, code):
    check_refused(physician, path(ha, where), {"id": new_id()} | document, pointer, code)


def test_a_second_background_is_refused_until_the_first_is_in_error(physician, ha):
    first = {"id": new_id(), "asthma": "yes"}
    assert physician.post(path(ha, "background"), first).status == 201
    second = {"id": new_id(), "asthma": "no"}
    assert physician.post(path(ha, "background"), second).told == (422, {"": "taken"})
    physician.amend(path(ha, "background", first["id"]), entered_in_error=True)
    assert physician.post(path(ha, "background"), second).status == 201


# --- patients -----------------------------------------------------------------------------------
PATIENTS_REFUSED = {
    "a study number in use": ({"study_number": "A-001"}, "/study_number", "taken"),
    "a study number with a blank": ({"study_number": "A 1"}, "/study_number",
                                    "string_pattern_mismatch"),
    "two births": ({"birth_year": 1950, "age_at_index": 70}, "", "birth"),
    "born tomorrow": ({"birth_date": LATER}, "/birth_date", "future"),
    "a death without its status": ({"died_on": DAY}, "", "died_on"),
    "a death in the future": ({"status": "died", "died_on": LATER}, "/died_on", "future"),
    "a death before birth": ({"status": "died", "died_on": "1990-01-01", "birth_year": 1991},
                             "/died_on", "before_birth"),
    "another site": ({"site": "berlin"}, "/site", "site"),
    "a site that is not text": ({"site": ["seoul"]}, "/site", "site"),
    "a null name": ({"name": None}, "/name", "null"),
    "a made-up field": ({"ssn": "1"}, "/ssn", "extra_forbidden"),
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("parts", "pointer", "code"), PATIENTS_REFUSED.values(), ids=PATIENTS_REFUSED
)
def test_a_patient_is_refused(physician, ha, parts, pointer, code):
    document = {"id": new_id(), "study_number": "NEW-1"} | parts
    check_refused(physician, "patients/", document, pointer, code)


def test_a_record_number_is_used_once_at_a_site(physician, ha):
    for number, expected in (("NEW-1", (201, {})), ("NEW-2", (422, {"/record_number": "taken"}))):
        person = {"id": new_id(), "study_number": number, "record_number": "77"}
        assert physician.post("patients/", person).told == expected


def test_a_patient_is_amended(physician, ha):
    answer = physician.amend(path(ha), status="died", died_on=DAY, reason="told by the family")
    assert (answer.status, answer.json["status"], answer.json["died_on"]) == (200, "died", DAY)
    assert physician.amend(path(ha), birth_date="1950-01-01").told == (422, {"": "birth"})
    assert physician.amend(path(ha), study_number="A 1").told[0] == 422
