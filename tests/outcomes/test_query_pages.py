"""Data queries on pages and in the API: shown to clinicians alone, answered, raised, linked."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from outcomes.models import DataQuery
from patients.models import AuditEvent
from tests.api.client import Api, new_id, path
from tests.support.cast import SURGERY

pytestmark = pytest.mark.django_db


@pytest.fixture
def physician(cast):
    return Api(cast.physician_a)


@pytest.fixture
def asked(cast, physician):
    """Of a visit without legs."""
    visit = {"id": new_id(), "kind": "3mo", "date": str(SURGERY + dt.timedelta(days=91)),
             "pain": {"back": 2}}  # fmt: skip
    assert physician.post(path(cast.ha, "visits"), visit).status == 201
    return DataQuery.objects.get(record=visit["id"], part="motor")


def page_of(client_for, user, patient, name="query-list"):
    return client_for(user).get(reverse(name, args=[patient.pk]))


def test_the_card_and_the_list_show_what_is_open(cast, client_for, asked):
    card = page_of(client_for, cast.physician_a, cast.ha, "patient").content.decode()
    listed = page_of(client_for, cast.physician_a, cast.ha).content.decode()
    count = DataQuery.objects.open().filter(patient=cast.ha).count()
    assert f"{count} open" in card
    assert f"{count} open queries" in listed
    assert "Strength of the legs was not recorded at this visit." in listed
    change = reverse("visit-change", args=[cast.ha.pk, asked.record])
    assert f'href="{change}#motor-right-grade"' in listed


def test_the_link_leads_to_a_field_that_is_there(cast, client_for, asked):
    listed = page_of(client_for, cast.physician_a, cast.ha).content.decode()
    links = re.findall(r'href="(/patients/[^"#]+)#([a-z][\w-]+)"', listed)
    assert len(links) > 3
    for where, field in links:
        found = client_for(cast.physician_a).get(where).content.decode()
        assert f'id="{field}"' in found, field


def test_patients_and_caregivers_see_none_of_it(cast, client_for, asked):
    for user in (cast.patient_user, cast.sees_and_reports):
        own = page_of(client_for, user, cast.ha, "phone-recovery").content
        assert b"ata quer" not in own + page_of(client_for, user, cast.ha, "phone-written").content
        assert page_of(client_for, user, cast.ha).status_code == 403
        assert Api(user).get(path(cast.ha, "queries")).status == 403
        assert DataQuery.objects.visible_to(user).count() == 0


def test_the_lists_take_the_same_queries_however_many(cast, client_for, physician, asked,
                                                      django_assert_max_num_queries):  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as one:
            page_of(client_for, cast.physician_a, cast.ha)
        with CaptureQueriesContext(connection) as other:
            physician.get(path(cast.ha, "queries"))
        return len(one), len(other)

    cost()
    before = cost()
    for _n in range(4):
        body = {"id": new_id(), "text": "Which leg?"}
        assert physician.post(path(cast.ha, "queries"), body).status == 201
    assert cost() == before


def test_an_answer_on_the_page(cast, client_for, asked):
    client, where = (
        client_for(cast.physician_a),
        reverse("query-answer", args=[cast.ha.pk, asked.pk]),
    )
    empty = client.post(where, {"version": asked.version, "note": " "})
    assert empty.status_code == 422
    assert f'id="note-{asked.pk}-error"' in empty.content.decode()
    stale = client.post(where, {"version": asked.version + 1, "note": "She could not move."})
    assert stale.status_code == 412
    assert "She could not move." in stale.content.decode(), "what was typed is kept"
    done = client.post(where, {"version": asked.version, "note": "She could not move."})
    assert done.status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.settled_by) == ("answered", cast.physician_a)
    shown = page_of(client_for, cast.physician_a, cast.ha).content.decode()
    assert "She could not move." in shown


@pytest.fixture
def without_basis(cast, physician):
    """Three visits with leg grades of which nobody said what they stand for."""
    for day in (60, 70, 80):
        visit = {"id": new_id(), "kind": "unscheduled", "date": str(SURGERY + dt.timedelta(day)),
                 "motor": {"right": {"grade": "4"}, "left": {"grade": "4"}}}  # fmt: skip
        assert physician.post(path(cast.ha, "visits"), visit).status == 201
    return DataQuery.objects.filter(patient=cast.ha, rule="basis_missing").open()


BASIS = "What do the leg grades stand for?"


def test_the_same_question_about_several_visits_is_asked_once(cast, client_for, without_basis):
    assert without_basis.count() == 3
    for name in ("patient", "query-list"):
        shown = page_of(client_for, cast.physician_a, cast.ha, name).content.decode()
        assert shown.count(f'<p class="query__question">{BASIS}') <= 1
    assert f'<p class="query__question">{BASIS}' in shown
    for row in without_basis:
        assert reverse("visit-change", args=[cast.ha.pk, row.record]) in shown


def test_one_answer_settles_all_of_them_or_none(cast, client_for, without_basis, physician):
    first, *others = without_basis.order_by("opened_at", "position")
    client = client_for(cast.physician_a)
    address = reverse("query-answer", args=[cast.ha.pk, first.pk])
    sent = {"version": "1", "note": "Weakest muscle in all.",
            "also": [f"{one.pk} 1" for one in others]}  # fmt: skip
    stale = sent | {"also": [f"{others[0].pk} 1", f"{others[1].pk} 7"]}
    assert client.post(address, stale).status_code == 412
    assert without_basis.count() == 3
    assert client.post(address, sent).status_code == 302
    assert without_basis.count() == 0
    settled = DataQuery.objects.filter(rule="basis_missing", patient=cast.ha)
    assert {row.note for row in settled} == {"Weakest muscle in all."}


@pytest.mark.parametrize("also", ["x", "00000000-0000-4000-8000-000000000000 1"])
def test_an_answer_of_what_is_no_query_of_the_patient_is_not_found(cast, client_for, also,
                                                                  without_basis):  # fmt: skip
    address = reverse("query-answer", args=[cast.ha.pk, without_basis[0].pk])
    sent = {"version": "1", "note": "Yes.", "also": [also]}
    assert client_for(cast.physician_a).post(address, sent).status_code == 404
    assert without_basis.count() == 3


def test_one_is_raised_on_the_page_once(cast, client_for):
    client, where = client_for(cast.physician_a), reverse("query-list", args=[cast.ha.pk])
    typed = {"id": new_id(), "text": "Was the right leg meant?"}
    for _time in range(2):
        assert client.post(where, typed).status_code == 302
    assert DataQuery.objects.filter(rule="by_hand").count() == 1
    other = client.post(where, typed | {"text": "Or the left one?"})
    assert other.status_code == 409
    assert "Or the left one?" in other.content.decode()
    assert client.post(where, {"id": new_id(), "text": ""}).status_code == 422


def test_an_answer_of_another_patients_query_is_not_found(cast, client_for, asked):
    where = reverse("query-answer", args=[cast.ji.pk, asked.pk])
    assert client_for(cast.physician_a).post(where, {"note": "x"}).status_code == 404


def test_the_api_lists_raises_and_answers(cast, physician, asked):
    rows = physician.get(path(cast.ha, "queries") + "?state=open").json["results"]
    mine = next(row for row in rows if row["id"] == str(asked.pk))
    assert mine["question"].startswith("Strength of the legs")
    assert (mine["rule"], mine["kind"], mine["part"]) == ("core_missing", "visits", "motor")
    where, note = f"queries/{asked.pk}/answer/", {"note": "She could not move."}
    assert physician.post(where, note).status == 428
    assert physician.post(where, note, if_match='"stale"').status == 412
    assert physician.post(where, {"note": ""}, if_match="*").status == 422
    done = physician.post(where, note, if_match="*", idempotency_key="once")
    again = physician.post(where, note, if_match="*", idempotency_key="once")
    assert (done.status, done.json["state"], done.json["settled_by"]) == (
        201, "answered", "physician_a",
    )  # fmt: skip
    assert again.json == done.json
    assert physician.post(where, note, if_match="*").status == 422
    still = physician.get(path(cast.ha, "queries") + "?state=open").json["results"]
    assert str(asked.pk) not in {row["id"] for row in still}


# --- while entering -----------------------------------------------------------------------------
def check(client, patient, typed, kind="visit"):
    return client.post(reverse(f"{kind}-check", args=[patient.pk]), typed)


def test_a_form_is_asked_before_it_is_saved(cast, client_for):
    client = client_for(cast.physician_a)
    typed = {
        "id": new_id(), "kind": "unscheduled", "date": str(SURGERY + dt.timedelta(days=70)),
        "motor.basis": "gestalt", "motor.right.grade": "5", "bladder.pvr_ml": "90",
        "bladder.method": "indwelling_urethral",
    }  # fmt: skip
    before = DataQuery.objects.count(), cast.ha.visit_set.count()
    answer = check(client, cast.ha, typed)
    asked = {q["field"]: q["text"] for q in answer.json()["questions"]}
    assert answer.json()["refused"] == []
    assert set(asked) == {"motor-right-grade", "bladder-pvr_ml"}
    assert asked["motor-right-grade"].startswith("Grade 5, but 3 on ")
    assert (DataQuery.objects.count(), cast.ha.visit_set.count()) == before
    assert AuditEvent.objects.order_by("-pk")[0].action == "visit.check"


def test_what_is_impossible_is_refused_and_what_is_missing_waits(cast, client_for):
    client = client_for(cast.physician_a)
    assert check(client, cast.ha, {}).json() == {"questions": [], "refused": []}
    wrong = check(client, cast.ha, {"id": new_id(), "pain.back": "eleven"}).json()
    assert [one["field"] for one in wrong["refused"]] == ["pain-back"]


def test_a_correction_is_not_held_against_itself(cast, client_for):
    row = cast.ha.visit_set.order_by("date").last()
    typed = {"id": str(row.pk), "kind": "6wk", "date": str(row.date), "motor.basis": "gestalt",
             "motor.right.grade": "5", "motor.left.grade": "4"}  # fmt: skip
    asked = check(client_for(cast.physician_a), cast.ha, typed).json()["questions"]
    assert [one["text"][:14] for one in asked] == ["Grade 5, but 2"]


def test_a_lab_and_a_dose_are_asked_too(cast, client_for, physician):
    client, day = client_for(cast.physician_a), str(SURGERY)
    lab = {"id": new_id(), "analyte": "crp", "value": "4", "unit": "mg/L", "specimen_at": day}
    assert physician.post(path(cast.ha, "labs"), lab).status == 201
    typed = {"id": new_id(), "analyte": "crp", "value": "40", "unit": "mg/L",
             "specimen_at.date": str(SURGERY + dt.timedelta(days=1))}  # fmt: skip
    (asked,) = check(client, cast.ha, typed, "lab").json()["questions"]
    assert (asked["field"], asked["text"][:8]) == ("value", "40 mg/L,")
    drug = {"id": new_id(), "drug": "ibandronic acid", "start": day}
    assert physician.post(path(cast.ha, "medications"), drug).status == 201
    where = reverse("dose-check", args=[cast.ha.pk, drug["id"]])
    early = {"id": new_id(), "date": str(SURGERY - dt.timedelta(days=1))}
    (asked,) = client.post(where, early).json()["questions"]
    assert asked["field"] == "date"


def test_every_form_names_its_check_and_it_needs_the_token(cast, client_for):
    from django.test import Client

    shown = client_for(cast.physician_a).get(reverse("visit-new", args=[cast.ha.pk]))
    where = reverse("visit-check", args=[cast.ha.pk])
    assert f'data-check="{where}"' in shown.content.decode()
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.physician_a)
    assert client.post(where, {}).status_code == 403


def test_the_index_that_changes_is_said(cast, physician):
    early = {"id": new_id(), "kind": "decompression", "date": str(SURGERY), "time": "01:00"}
    answer = physician.post(path(cast.ha, "procedures"), early)
    assert answer.told == (201, {"/date": "index_changed"})
    later = {"id": new_id(), "kind": "decompression", "date": str(SURGERY + dt.timedelta(days=2))}
    assert physician.post(path(cast.ha, "procedures"), later).told == (201, {})
