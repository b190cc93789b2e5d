"""Tried by hand, and kept: reaching across patients, smuggling, hiding, abuse of headers."""

import datetime as dt
import json
import os

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from patients.models import DocumentVersion, Patient
from tests.api.client import Api, new_id, path
from tests.support.cast import SURGERY

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
DAY = str(SURGERY + dt.timedelta(days=60))


def visit(**parts):
    return {"id": new_id(), "date": DAY, "kind": "unscheduled"} | parts


def stored():
    return DocumentVersion.objects.count()


# --- smuggling ----------------------------------------------------------------------------------
SMUGGLED = {
    "site": "berlin", "site_id": 2, "patient": new_id(), "patient_id": new_id(),
    "recorded_by": "administrator_a", "recorded_by_id": 1, "recorded_at": "2020-01-01T00:00:00Z",
    "reporter": "laboratory", "version": 99, "position": 1, "entered_in_error": True,
    "written_on": "2020-01-01", "time_zone": "UTC", "user": 1, "operator": 1, "operator_id": 1,
    "course": new_id(), "warnings": [], "canonical": 1, "canonical_value": "1", "hash": "0",
    "reason": "x", "derived": {}, "document": {}, "acknowledged_by": 1, "is_superuser": True,
    "role": "physician", "pk": new_id(), "_state": {}, "__class__": "Patient", "self": 1,
}  # fmt: skip
KEPT_OUT = ("visits", "labs", "medications", "procedures", "consents", "background", "imaging")
BODIES = {
    "visits": {"date": DAY, "kind": "unscheduled"},
    "labs": {"analyte": "crp", "interpretation": "N", "specimen_at": DAY},
    "medications": {"drug": "x"},
    "procedures": {"kind": "revision", "date": DAY},
    "consents": {"purpose": "care", "decision": "given", "date": DAY},
    "background": {"asthma": "no"},
    "imaging": {"modality": "ct", "date": DAY},
}


def smuggled(*but):
    """All at once, each to be told; in the full profile each by itself as well."""
    fields = {name: value for name, value in SMUGGLED.items() if name not in but}
    return [fields, *({name: value} for name, value in fields.items() if FULL)]


def told_of(fields):
    return 422, {f"/{name}": "extra_forbidden" for name in fields}


@pytest.mark.one_database
@pytest.mark.parametrize("where", KEPT_OUT)
def test_no_field_can_be_smuggled_into_a_new_document(physician, ha, where):
    before = stored()
    for fields in smuggled():
        body = {"id": new_id(), **BODIES[where], **fields}
        assert physician.post(path(ha, where), body).told == told_of(fields)
    assert stored() == before
    assert physician.post(path(ha, where), {"id": new_id(), **BODIES[where]}).status == 201


@pytest.mark.one_database
@pytest.mark.parametrize("where", KEPT_OUT)
def test_no_field_can_be_smuggled_into_an_edit(physician, ha, where):
    document = {"id": new_id(), **BODIES[where]}
    tag = physician.post(path(ha, where), document).etag
    at = f"visits/{document['id']}/" if where == "visits" else path(ha, where, document["id"])
    for fields in smuggled("reason", "entered_in_error"):
        answer = physician.patch(at, {"reason": "r", **fields}, if_match=tag)
        assert answer.told == told_of(fields)
    assert physician.get(at).etag == tag


@pytest.mark.one_database
def test_no_field_can_be_smuggled_into_an_enrolment(physician, ha):
    for fields in [*smuggled("site"), {"site": SMUGGLED["site"]}]:
        body = {"id": new_id(), "study_number": "N-1", **fields}
        status, told = physician.post("patients/", body).told
        assert (status, set(told)) == (422, {f"/{name}" for name in fields}), fields
    assert not Patient.objects.filter(study_number="N-1").exists()


# --- across patients and hospitals --------------------------------------------------------------


def test_the_same_key_on_another_patient_is_a_conflict(cast, physician):
    document = visit(note="for Ha")
    first = physician.post(path(cast.ha, "visits"), document, idempotency_key="K")
    assert first.status == 201
    before = stored()
    for headers in ({"idempotency_key": "K"}, {}, {"idempotency_key": "other"}):
        assert physician.post(path(cast.ji, "visits"), document, **headers).status == 409
    assert physician.post(path(cast.ji, "visits"), visit(), idempotency_key="K").status == 409
    assert stored() == before
    assert {row["id"] for row in physician.rows(path(cast.ji, "visits"))} == set()


def test_a_key_of_another_hospital_tells_nothing(cast, physician):
    stranger, document = Api(cast.physician_b), visit(note="canary")
    physician.post(path(cast.ha, "visits"), document, idempotency_key="K")
    for body in (document, visit()):
        answer = stranger.post(path(cast.brandt, "visits"), body, idempotency_key="K")
        assert answer.status == 409
        assert b"canary" not in answer.raw.content
    assert stranger.post(path(cast.ha, "visits"), document, idempotency_key="K").status == 404


def test_a_colleague_who_sends_the_same_gets_the_same(cast, physician):
    document = visit()
    first = physician.post(path(cast.ha, "visits"), document)
    again = Api(cast.therapist_a).post(path(cast.ha, "visits"), document)
    assert (again.status, again.json) == (201, first.json)


def test_a_replay_is_not_for_those_who_lost_access(cast, physician):
    document = visit()
    physician.post(path(cast.ha, "visits"), document)
    cast.physician_a.memberships.update(active=False)
    assert physician.post(path(cast.ha, "visits"), document).status == 404


def test_a_complication_cannot_name_another_patients_operation(cast, physician):
    theirs = {"id": new_id(), "kind": "revision", "date": DAY}
    physician.post(path(cast.ji, "procedures"), theirs)
    mine = physician.rows(path(cast.ha, "procedures"))[1]["id"]
    body = {"id": new_id(), "kind": "csf_leak", "date": DAY, "procedure": mine}
    for name in ("procedure", "reoperation"):
        answer = physician.post(path(cast.ha, "complications"), body | {name: theirs["id"]})
        assert answer.told == (422, {f"/{name}": "unknown_procedure"})
        at_random = physician.post(path(cast.ha, "complications"), body | {name: new_id()})
        assert at_random.json == answer.json, "whether it exists elsewhere cannot be told"
    assert physician.post(path(cast.ha, "complications"), body).status == 201
    at = path(cast.ha, "complications", body["id"])
    for name in ("procedure", "reoperation"):
        answer = physician.amend(at, **{name: theirs["id"]})
        assert answer.told == (422, {f"/{name}": "unknown_procedure"})


def test_a_dose_cannot_reach_another_patients_course(cast, physician):
    course = {"id": new_id(), "drug": "x"}
    physician.post(path(cast.ji, "medications"), course)
    dose = {"id": new_id(), "date": DAY}
    wrong = physician.post(path(cast.ha, "medications", course["id"], "doses"), dose)
    absent = physician.post(path(cast.ha, "medications", new_id(), "doses"), dose)
    assert (wrong.status, wrong.raw.content) == (404, absent.raw.content)


def test_a_visit_is_not_changed_through_another_hospital(cast, physician):
    document = visit()
    tag = physician.post(path(cast.ha, "visits"), document).etag
    stranger, at = Api(cast.physician_b), f"visits/{document['id']}/"
    hidden = stranger.patch(at, {"note": "x", "reason": "r"}, if_match=tag, idempotency_key="K")
    nothing = stranger.patch(f"visits/{new_id()}/", {"note": "x", "reason": "r"}, if_match=tag)
    assert hidden.seen == nothing.seen
    assert physician.get(at).etag == tag


def test_ids_of_other_things_are_no_documents(cast, physician):
    person = str(cast.ha.pk)
    assert physician.get(f"visits/{person}/").status == 404
    operation = physician.rows(path(cast.ha, "procedures"))[0]["id"]
    assert physician.get(path(cast.ha, "imaging", operation)).status == 404
    assert physician.get(path(operation)).status == 404


@pytest.mark.one_database
@pytest.mark.parametrize(
    "number",
    ["urn:uuid:{}", "{{{}}}", "{} ", "{}%00", "{}/..", "{}'--", "{}\u00ad", "*", "0", "-1", "null"],
)
def test_an_id_in_the_address_is_a_uuid_and_nothing_else(physician, ha, number):
    answer = physician.get(f"patients/{number.format(ha.pk)}/")
    assert answer.status == 404


# --- what the patient is to hear from the clinic first ------------------------------------------


@pytest.fixture
def hidden(cast, physician):
    """A result, a scan and a visit to be discussed before the patient sees them."""
    result = {"id": new_id(), "analyte": "crp", "value": "77.7", "unit": "mg/L",
              "specimen_at": DAY, "discuss_first": True}  # fmt: skip
    scan = {"id": new_id(), "modality": "mri", "date": DAY, "findings": "canary",
            "discuss_first": True}  # fmt: skip
    exam = visit(note="canary", discuss_first=True, pain={"back": 9})
    for where, document in (("labs", result), ("imaging", scan), ("visits", exam)):
        assert physician.post(path(cast.ha, where), document).status == 201
    return {"labs": result["id"], "imaging": scan["id"], "visits": exam["id"]}


def everything_about(client, patient, hidden):
    """Every answer about the patient that might tell of the hidden records."""
    told = []
    for where in ("visits", "labs", "imaging", "timeline"):
        told.append(client.get(path(patient, where)).raw.content)
    for name in ("recovery", "bladder", "labs", "walking", "pain", "published"):
        told.append(client.get(path(patient, "figures", name)).raw.content)
    told.append(client.get(f"visits/{hidden['visits']}/").raw.content)
    for where in ("labs", "imaging"):
        told.append(client.get(path(patient, where, hidden[where])).raw.content)
    return b"\n".join(told)


@pytest.mark.parametrize("who", ["patient_user", "sees", "sees_and_reports"])
def test_what_is_not_yet_discussed_is_told_nowhere(cast, hidden, who):
    told = everything_about(Api(cast.users[who]), cast.ha, hidden)
    assert b"canary" not in told
    assert b"77.7" not in told
    assert not [number for number in hidden.values() if number.encode() in told]


def test_the_clinic_sees_it_and_the_patient_once_it_is_shared(cast, physician, hidden):
    assert b"canary" in everything_about(physician, cast.ha, hidden)
    patient = Api(cast.patient_user)
    physician.amend(f"visits/{hidden['visits']}/", discuss_first=False, reason="discussed")
    assert patient.get(f"visits/{hidden['visits']}/").status == 200
    assert patient.get(path(cast.ha, "labs", hidden["labs"])).status == 404


def test_after_fourteen_days_it_is_shared_by_itself(cast, hidden):
    patient, at = Api(cast.patient_user), path(cast.ha, "labs", hidden["labs"])
    now = timezone.now()
    for days, status in ((13.99, 404), (14.01, 200)):
        with time_machine.travel(now + dt.timedelta(days=days), tick=False):
            assert patient.get(at).status == status


# --- who says it --------------------------------------------------------------------------------


def test_what_a_patient_enters_is_told_as_the_patients_word(cast, physician):
    consent = {"id": new_id(), "purpose": "research", "decision": "withdrawn", "date": DAY}
    answer = Api(cast.patient_user).post(path(cast.ha, "consents"), consent)
    assert (answer.status, answer.json["reporter"]) == (201, "patient")
    assert answer.json["recorded_by"] == "patient_user"
    row = physician.get(path(cast.ha, "consents", consent["id"])).json
    assert row["reporter"] == "patient"
    by_clinic = physician.post(path(cast.ha, "consents"), consent | {"id": new_id()})
    assert by_clinic.json["reporter"] == "clinician"


# --- requests that are not meant well -----------------------------------------------------------
ABUSE = {
    "a key of 101 characters": ({"idempotency_key": "k" * 101}, 400),
    "a key of 100 characters": ({"idempotency_key": "k" * 100}, 201),
    "a key with a blank inside": ({"idempotency_key": "a b"}, 400),
    "a key of blanks": ({"idempotency_key": "   "}, 201),
    "a key with control characters": ({"idempotency_key": "a\x01"}, 400),
    "a key in Korean": ({"idempotency_key": "척수"}, 400),
    "a method in a header": ({"x_http_method_override": "DELETE"}, 201),
    "somebody else in a header": ({"x_forwarded_user": "administrator_a"}, 201),
    "another address in a header": ({"x_original_url": "/api/v1/me/"}, 201),
    "a language nobody speaks": ({"accept_language": "tlh, *;q=0.5" + ",x" * 500}, 201),
    "an If-Match on a new document": ({"if_match": '"x"'}, 201),
    "a range": ({"range": "bytes=0-1"}, 201),
    "gzip that is none": ({"content_encoding": "gzip"}, 201),
    "a long user agent": ({"user_agent": "x" * 10_000}, 201),
}


@pytest.mark.parametrize(("headers", "status"), ABUSE.values(), ids=ABUSE)
def test_headers_do_what_they_say_and_no_more(physician, ha, headers, status):
    answer = physician.post(path(ha, "visits"), visit(), **headers)
    assert answer.status == status


def test_a_host_that_is_not_ours_is_refused(physician, ha):
    client = Client(raise_request_exception=False)
    headers = {"authorization": f"Bearer {physician.token}", "host": "evil.example"}
    answer = client.get(f"/api/v1/{path(ha, 'visits')}?limit=1", headers=headers)
    assert answer.status_code == 400
    assert b"results" not in answer.content


def test_head_tells_no_more_than_get(cast):
    stranger = Api(cast.physician_b)
    hidden = stranger.send("HEAD", path(cast.ha)).raw
    nothing = stranger.send("HEAD", path(new_id())).raw
    assert hidden.status_code == nothing.status_code == 404
    assert hidden.headers["Content-Length"] == nothing.headers["Content-Length"]
    assert (
        stranger.send("OPTIONS", path(cast.ha)).seen
        == stranger.send("OPTIONS", path(new_id())).seen
    )


def test_a_list_of_too_many_doses_is_refused(physician, ha):
    doses = [{"id": new_id(), "date": DAY} for _ in range(101)]
    answer = physician.post(path(ha, "medications"), {"id": new_id(), "drug": "x", "doses": doses})
    assert answer.told == (422, {"/doses": "too_long"})


def test_the_same_dose_twice_in_one_body_is_refused(physician, ha):
    dose = {"id": new_id(), "date": DAY}
    for second in (dose, dose | {"note": "x"}):
        course = {"id": new_id(), "drug": "x", "doses": [dose, second]}
        answer = physician.post(path(ha, "medications"), course)
        assert answer.told == (422, {"/doses": "same_id"})
    assert physician.rows(path(ha, "medications")) == []


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["ko", "en", "ko-KR,ko;q=0.9,en;q=0.8"])
def test_problems_are_told_in_the_readers_language_whole(physician, ha, language):
    told = set()
    for parts in (
        {"motor": {"right": {"grade": "6"}}},
        {"bladder": {"pvr_ml": 3001}},
        {"note": "x" * 4001},
        {"date": "2199-01-01"},
        {"date": "1930-01-01"},
        {"pain": {}},
    ):
        answer = physician.post(path(ha, "visits"), visit(**parts), accept_language=language)
        assert answer.status == 422
        for problem in answer.json["errors"]:
            assert problem["detail"]
            assert not {"{", "}"} & set(problem["detail"])
            told.add(problem["detail"])
    assert len(told) == 6


def test_names_with_braces_are_not_read_as_templates(physician, ha):
    for text in ("{0}", "{inn.__class__}", "{atc}{known}", "%(x)s"):
        course = {"id": new_id(), "drug": text, "atc": "N02AX02"}
        answer = physician.post(path(ha, "medications"), course)
        assert answer.status == 201
        told = [w["detail"] for w in answer.json["warnings"]]
        assert [text in one for one in told] == [True]


def test_an_answer_escapes_nothing_and_is_no_page(physician, ha):
    answer = physician.post(path(ha, "visits"), visit(note="<script>alert(1)</script>"))
    assert answer.json["note"] == "<script>alert(1)</script>"
    assert answer.raw.headers["Content-Type"] == "application/json"
    assert answer.raw.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe-inline" not in answer.raw.headers["Content-Security-Policy"]


def test_raw_bytes_of_every_kind_never_break_the_server(physician, ha):
    for raw in (b"\x00", b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"a":"\x00"}', b"{" * 500, b"[]" * 500,
                b'{"": {}}', b'{"id": {}}', b'{"id": []}', b'{"date": {"$gt": ""}}',
                json.dumps({"id": new_id(), "kind": ["6wk"], "date": [DAY]}).encode()):  # fmt: skip
        for method, where in (("POST", path(ha, "visits")), ("POST", "patients/"),
                              ("PATCH", path(ha))):  # fmt: skip
            answer = physician.send(method, where, raw=raw, if_match="*")
            assert answer.status in {400, 422}, raw
            assert answer.raw.headers["Content-Type"] == "application/problem+json"
