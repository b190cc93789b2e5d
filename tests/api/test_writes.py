"""A write acknowledged is a write kept: replays, edits, and many who write at once."""

import datetime as dt
import os
import re

import pytest

from outcomes.models import Visit
from patients.models import AuditEvent, DocumentVersion
from tests.api.client import Api, in_parallel, new_id, path
from tests.support.cast import SURGERY
from tests.support.copies import Once

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
DAY = str(SURGERY + dt.timedelta(days=60))


def visit(**parts):
    return {"id": new_id(), "date": DAY, "kind": "unscheduled", "pain": {"back": 3}} | parts


def at(document):
    return f"visits/{document['id']}/"


# --- the same operation again -------------------------------------------------------------------


def test_the_same_body_again_is_the_same_answer(physician, ha):
    document = visit()
    first = physician.post(path(ha, "visits"), document)
    again = physician.post(path(ha, "visits"), document)
    assert (again.status, again.json, again.etag) == (201, first.json, first.etag)
    assert again.raw.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.raw.headers
    assert Visit.objects.filter(pk=document["id"]).count() == 1
    assert AuditEvent.objects.filter(record_id=document["id"], action="visit.record").count() == 1


def test_fields_in_another_order_and_times_said_shorter_are_the_same_body(physician, ha):
    document = visit(time="08:30:00", note="a")
    first = physician.post(path(ha, "visits"), document)
    turned = dict(reversed(document.items())) | {"time": "08:30"}
    assert physician.post(path(ha, "visits"), turned).json == first.json


def test_the_original_answer_also_after_a_later_amendment(physician, ha):
    document = visit()
    first = physician.post(path(ha, "visits"), document)
    assert physician.amend(at(document), pain={"back": 9}).status == 200
    again = physician.post(path(ha, "visits"), document)
    assert (again.status, again.json, again.etag) == (201, first.json, first.etag)
    assert physician.get(at(document)).json["pain"] == {"back": 9}, "and the amendment stands"


def test_the_original_answer_also_after_it_was_entered_in_error(physician, ha):
    document = visit()
    first = physician.post(path(ha, "visits"), document)
    physician.amend(at(document), entered_in_error=True)
    assert physician.post(path(ha, "visits"), document).json == first.json
    assert physician.get(at(document)).json["entered_in_error"], "voided stays voided"


def test_what_was_accepted_once_stays_accepted(physician, ha):
    """A replay is answered before any check: here of the order of events."""
    document = visit(kind="pre_op", date=str(SURGERY), time="04:00")
    first = physician.post(path(ha, "visits"), document)
    assert first.status == 201
    operation = next(
        row for row in physician.rows(path(ha, "procedures")) if row["kind"] == "decompression"
    )
    address = path(ha, "procedures", operation["id"])
    assert physician.amend(address, time="03:00").status == 200
    assert physician.post(path(ha, "visits"), visit(kind="pre_op", date=str(SURGERY),
                                                    time="04:00")).status == 422  # fmt: skip
    assert physician.post(path(ha, "visits"), document).json == first.json


def test_a_key_of_ones_own_works_like_the_id(physician, ha):
    document = visit()
    first = physician.post(path(ha, "visits"), document, idempotency_key="phone-7/1")
    for key in ("phone-7/1", "phone-7/2", None):
        headers = {"idempotency_key": key} if key else {}
        again = physician.post(path(ha, "visits"), document, **headers)
        assert (again.status, again.json) == (201, first.json), key


CONFLICTS = {
    "another body under the id": lambda d: (d | {"note": "other"}, {}),
    "another id under the key": lambda d: (d | {"id": new_id()}, {"idempotency_key": "k-1"}),
    "another body and key, the id": lambda d: (d | {"note": "x"}, {"idempotency_key": "k-2"}),
    "the id of something else as key": lambda d: (visit(), {"idempotency_key": d["id"]}),
}


@pytest.mark.parametrize("change", CONFLICTS.values(), ids=CONFLICTS)
def test_the_same_key_or_id_for_something_else_is_a_conflict(physician, ha, change):
    document = visit()
    key = {"idempotency_key": "k-1"} if change is CONFLICTS["another id under the key"] else {}
    assert physician.post(path(ha, "visits"), document, **key).status == 201
    body, headers = change(document)
    before = DocumentVersion.objects.count()
    answer = physician.post(path(ha, "visits"), body, **headers)
    assert (answer.status, answer.json["code"]) == (409, "conflict")
    assert "errors" not in answer.json
    assert DocumentVersion.objects.count() == before


def test_the_id_of_another_kind_of_document_is_a_conflict(physician, ha):
    document = visit()
    physician.post(path(ha, "visits"), document)
    course = {"id": document["id"], "drug": "celecoxib"}
    assert physician.post(path(ha, "medications"), course).status == 409
    assert physician.post("patients/", {"id": document["id"], "study_number": "Z"}).status == 409


def test_the_id_of_a_record_one_may_not_see_is_a_conflict_without_content(cast, physician):
    stranger = Api(cast.physician_b)
    document = visit(note="confidential-canary")
    assert physician.post(path(cast.ha, "visits"), document).status == 201
    for body in (document, visit(id=document["id"])):
        answer = stranger.post(path(cast.brandt, "visits"), body)
        assert answer.status == 409
        assert b"canary" not in answer.raw.content
        assert set(answer.json) == {"type", "title", "status", "code", "detail"}
    assert stranger.get(at(document)).status == 404


def test_a_patient_cannot_be_enrolled_again_by_strangers(cast, physician):
    person = {"id": new_id(), "study_number": "N-1", "birth_year": 1950, "name": "Canary"}
    first = physician.post("patients/", person)
    assert physician.post("patients/", person).json == first.json
    for who in (cast.physician_b, cast.surgeon_a):
        answer = Api(who).post("patients/", person)
        assert answer.status == 409, who
        assert b"Canary" not in answer.raw.content
        assert "ETag" not in answer.raw.headers


def test_a_surgeon_who_enrolls_a_patient_may_open_the_record(cast):
    surgeon = Api(cast.surgeon_a)
    person = {"id": new_id(), "study_number": "N-2", "birth_year": 1950}
    first = surgeon.post("patients/", person)
    assert first.status == 201
    assert surgeon.get(path(person["id"])).json == first.json


# --- editing ------------------------------------------------------------------------------------


@Once
def a_first_version(bedside):
    document = visit(motor={"right": {"grade": "3"}, "left": {"grade": "4"}}, note="first")
    answer = Api(bedside.physician_a).post(path(bedside.ha, "visits"), document)
    assert answer.status == 201
    return document


@pytest.fixture
def recorded(bedside):
    return a_first_version(bedside)


def test_a_named_part_is_replaced_whole_and_the_others_stay(physician, recorded):
    answer = physician.amend(at(recorded), motor={"basis": "gestalt", "right": {"grade": "4-"}})
    assert answer.status == 200
    assert answer.json["motor"] == {"basis": "gestalt", "right": {"grade": "4-"}}
    assert (answer.json["pain"], answer.json["note"]) == ({"back": 3}, "first")
    assert (answer.json["version"], answer.json["date"]) == (2, DAY)
    assert physician.get(at(recorded)).json == answer.json


def test_a_date_can_become_a_timing_and_back(physician, recorded):
    timing = {"status": "known", "anchor": "index_decompression", "day": 60}
    answer = physician.amend(at(recorded), date=None, timing=timing)
    assert (answer.json["date"], answer.json["timing"]) == (None, timing)
    answer = physician.amend(at(recorded), date=DAY, timing=None)
    assert (answer.json["date"], answer.json["timing"]) == (DAY, None)


def test_both_versions_stay_in_history_with_who_when_and_why(physician, recorded, bedside):
    physician.amend(at(recorded), note="second", reason="wrong side")
    versions = DocumentVersion.objects.filter(record_id=recorded["id"]).order_by("version")
    assert [(v.version, v.content["document"]["note"], v.reason) for v in versions] == [
        (1, "first", ""),
        (2, "second", "wrong side"),
    ]
    assert {v.by for v in versions} == {bedside.physician_a}
    assert len({v.hash for v in versions}) == 2


def test_reading_and_writing_give_a_strong_etag(physician, recorded):
    read = physician.get(at(recorded))
    assert re.fullmatch(r'"[^"]+"', read.etag), "quoted, and not weak"
    assert physician.get(at(recorded)).etag == read.etag
    amended = physician.amend(at(recorded), note="x")
    assert amended.etag != read.etag
    assert physician.get(at(recorded)).etag == amended.etag


@pytest.mark.parametrize("sent", ["{tag}", "W/{tag}", '"x", {tag}', "*"])
def test_not_modified(physician, recorded, sent):
    tag = physician.get(at(recorded)).etag
    answer = physician.get(at(recorded), if_none_match=sent.format(tag=tag))
    assert (answer.status, answer.raw.content, answer.etag) == (304, b"", tag)
    physician.amend(at(recorded), note="x")
    after = physician.get(at(recorded), if_none_match=sent.format(tag=tag))
    assert after.status == (304 if sent == "*" else 200)


def test_a_dose_changes_the_etag_of_its_course(physician, ha):
    course = {"id": new_id(), "drug": "ibandronic acid"}
    tag = physician.post(path(ha, "medications"), course).etag
    address = path(ha, "medications", course["id"])
    physician.post(f"{address}doses/", {"id": new_id(), "date": DAY})
    assert physician.get(address, if_none_match=tag).status == 200


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        pytest.param({}, 428, "precondition_required", id="without If-Match"),
        pytest.param({"if_match": '"1-0"'}, 412, "stale", id="another tag"),
        pytest.param({"if_match": "nonsense"}, 412, "stale", id="no tag at all"),
        pytest.param({"if_match": "W/{tag}"}, 412, "stale", id="a weak tag"),
        pytest.param({"if_match": "{tag}"}, 200, None, id="the tag that was read"),
        pytest.param({"if_match": '"x", {tag}'}, 200, None, id="one of several"),
        pytest.param({"if_match": "*"}, 200, None, id="any version"),
    ],
)
def test_an_edit_says_which_version_it_changes(physician, recorded, headers, status, code):
    tag = physician.get(at(recorded)).etag
    headers = {name: value.format(tag=tag) for name, value in headers.items()}
    answer = physician.patch(at(recorded), {"note": "x", "reason": "r"}, **headers)
    assert (answer.status, answer.json.get("code")) == (status, code)


def test_a_stale_edit_is_shown_both_versions(physician, recorded):
    tag = physician.get(at(recorded)).etag
    current = physician.amend(at(recorded), note="theirs")
    mine = {"note": "mine", "vitals": {"temperature_c": 36.60}, "reason": "r"}
    answer = physician.patch(at(recorded), mine, if_match=tag)
    assert answer.status == 412
    assert answer.json["yours"] == mine, "numbers stay numbers"
    assert answer.json["current"] == current.json
    assert answer.json["etag"] == current.etag
    assert physician.get(at(recorded)).json["note"] == "theirs"


REFUSED_EDITS = {
    "without a reason": ({"note": "x"}, "/reason", "missing"),
    "an empty reason": ({"note": "x", "reason": ""}, "/reason", "string_too_short"),
    "a blank reason": ({"note": "x", "reason": " \n"}, "/reason", "missing"),
    "a reason with a NUL": ({"note": "x", "reason": "a\u0000"}, "/reason", "text"),
    "a reason that is a number": ({"note": "x", "reason": 3}, "/reason", "string_type"),
    "an unknown field": ({"mood": 3, "reason": "r"}, "/mood", "extra_forbidden"),
    "the id": ({"id": new_id(), "reason": "r"}, "/id", "extra_forbidden"),
    "a null part": ({"pain": None, "reason": "r"}, "/pain", "null"),
    "a part that does not hold": ({"pain": {"back": 11}, "reason": "r"}, "/pain/back",
                                  "less_than_equal"),
    "a date beside the timing": ({"timing": {"status": "not_reported"}, "reason": "r"},
                                 "/timing", "date_and_timing"),
    "a grade once remote": ({"mode": "remote", "reason": "r"}, "/motor", "remote_grade"),
    "the future": ({"date": "2190-01-01", "reason": "r"}, "/date", "future"),
    "in error and changed": ({"note": "x", "entered_in_error": True, "reason": "r"},
                             "/entered_in_error", "entered_in_error"),
    "in error as text": ({"entered_in_error": "yes", "reason": "r"}, "/entered_in_error",
                         "bool_type"),
    "not an object": ([1], "", "model_type"),
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(("body", "pointer", "code"), REFUSED_EDITS.values(), ids=REFUSED_EDITS)
def test_an_edit_is_refused_like_a_new_document(physician, recorded, body, pointer, code):
    tag = physician.get(at(recorded)).etag
    answer = physician.patch(at(recorded), body, if_match=tag)
    assert answer.told == (422, {pointer: code})
    assert physician.get(at(recorded)).etag == tag


def test_the_key_of_an_edit_is_looked_up_before_if_match(physician, recorded):
    tag = physician.get(at(recorded)).etag
    body = {"note": "x", "reason": "r"}
    first = physician.patch(at(recorded), body, if_match=tag, idempotency_key="e-1")
    assert first.status == 200
    physician.amend(at(recorded), note="later")
    for headers in ({"if_match": tag}, {}, {"if_match": '"nonsense"'}):
        again = physician.patch(at(recorded), body, idempotency_key="e-1", **headers)
        assert (again.status, again.json, again.etag) == (200, first.json, first.etag)
    assert physician.get(at(recorded)).json["note"] == "later"
    other = physician.patch(at(recorded), body | {"note": "y"}, idempotency_key="e-1",
                            if_match=tag)  # fmt: skip
    assert other.status == 409


def test_the_key_of_an_edit_is_good_for_one_record(physician, ha, recorded):
    second = visit()
    physician.post(path(ha, "visits"), second)
    body = {"note": "x", "reason": "r"}
    tags = {d["id"]: physician.get(at(d)).etag for d in (recorded, second)}
    assert physician.patch(at(recorded), body, if_match=tags[recorded["id"]],
                           idempotency_key="e-2").status == 200  # fmt: skip
    assert physician.patch(at(second), body, if_match=tags[second["id"]],
                           idempotency_key="e-2").status == 409  # fmt: skip


def test_no_key_of_a_client_blocks_a_later_edit(physician, ha, recorded):
    """Keys that the server makes for edits without one cannot be taken first."""
    for key in (f"{recorded['id']}/2", f"{recorded['id']}-2", f"{recorded['id']}:2"):
        assert physician.post(path(ha, "visits"), visit(), idempotency_key=key).status == 201
    assert physician.amend(at(recorded), note="x").status == 200
    taken = set(DocumentVersion.objects.filter(version=2).values_list("operation", flat=True))
    assert all(" " in key for key in taken), "a client's key has no blank"


def test_entered_in_error_leaves_lists_and_stays_in_history(physician, ha, recorded):
    answer = physician.amend(at(recorded), entered_in_error=True, reason="wrong patient")
    assert (answer.status, answer.json["entered_in_error"]) == (200, True)
    assert recorded["id"] not in {row["id"] for row in physician.rows(path(ha, "visits"))}
    assert recorded["id"] not in {row["id"] for row in physician.rows(path(ha, "timeline"))}
    shown = physician.get(at(recorded)).json
    assert (shown["entered_in_error"], shown["note"]) == (True, "first")
    assert physician.amend(at(recorded), note="x").told == (422, {"": "entered_in_error"})
    assert physician.amend(at(recorded), entered_in_error=False).status == 422


# --- many at once -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_writes_at_once_are_one_row(bedside):
    physician = Api(bedside.physician_a)
    for _round in range(25 if FULL else 2):
        document = visit()

        def write(number, document=document):
            return physician.post(path(bedside.ha, "visits"), document)

        answers = in_parallel(20, write)
        assert {a.status for a in answers} == {201}
        assert len({a.raw.content for a in answers}) == 1
        assert sum("Idempotent-Replayed" not in a.raw.headers for a in answers) == 1
        assert Visit.objects.filter(pk=document["id"]).count() == 1
        assert DocumentVersion.objects.filter(record_id=document["id"]).count() == 1
        assert AuditEvent.objects.filter(record_id=document["id"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_courses_at_once_keep_their_doses_once(bedside):
    physician = Api(bedside.physician_a)
    doses = [{"id": new_id(), "date": DAY, "dose": 3, "dose_unit": "mg"}]
    course = {"id": new_id(), "drug": "ibandronic acid", "doses": doses}
    answers = in_parallel(20, lambda _n: physician.post(path(bedside.ha, "medications"), course))
    assert {a.status for a in answers} == {201}
    shown = physician.get(path(bedside.ha, "medications", course["id"])).json
    assert [dose["id"] for dose in shown["doses"]] == [doses[0]["id"]]


@pytest.mark.django_db(transaction=True)
def test_twenty_different_bodies_under_one_id_keep_one(bedside):
    physician, number = Api(bedside.physician_a), new_id()

    def write(one):
        return physician.post(path(bedside.ha, "visits"), visit(id=number, note=f"writer {one}"))

    answers = in_parallel(20, write)
    statuses = sorted(a.status for a in answers)
    assert statuses == [201] + [409] * 19
    (kept,) = [a.json["note"] for a in answers if a.status == 201]
    assert physician.get(f"visits/{number}/").json["note"] == kept


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_with_if_match_lose_no_update(bedside):
    """Each reads, adds its mark to the note, and tries again when it was stale."""
    physician, document = Api(bedside.physician_a), visit(note="marks:")
    physician.post(path(bedside.ha, "visits"), document)
    edits = 10 if FULL else 1

    def write(one):
        for number in range(edits):
            mark, status = f" {one}.{number}", 412
            while status == 412:
                read = physician.get(at(document))
                body = {"note": read.json["note"] + mark, "reason": "one more mark"}
                status = physician.patch(at(document), body, if_match=read.etag).status
            assert status == 200, status

    in_parallel(20, write)
    final = physician.get(at(document)).json
    marks = final["note"].split()[1:]
    made = [f"{one}.{number}" for one in range(20) for number in range(edits)]
    assert sorted(marks) == sorted(made)
    assert final["version"] == 1 + 20 * edits
    versions = DocumentVersion.objects.filter(record_id=document["id"])
    assert versions.count() == 1 + 20 * edits


@pytest.mark.django_db(transaction=True)
def test_of_twenty_edits_of_one_version_one_wins(bedside):
    physician, document = Api(bedside.physician_a), visit()
    tag = physician.post(path(bedside.ha, "visits"), document).etag

    def write(one):
        body = {"note": f"writer {one}", "reason": "r"}
        return physician.patch(at(document), body, if_match=tag)

    answers = in_parallel(20, write)
    assert sorted(a.status for a in answers) == [200] + [412] * 19
    for answer in answers:
        if answer.status == 412:
            assert answer.json["current"]["version"] == 2
