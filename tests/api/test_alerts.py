"""Alerts in the API: listed, read, acknowledged once; to the patient they are not there."""

import datetime as dt

import pytest

from api import examples
from outcomes.reference import alert_rules
from patients.roles import Role
from tests.api.client import in_parallel, new_id, path
from tests.support.cast import SURGERY, staff

pytestmark = pytest.mark.django_db


def visit(day, right, **more):
    return {
        "id": new_id(), "kind": "unscheduled", "mode": "in_person",
        "date": str(SURGERY + dt.timedelta(days=day)),
        "motor": {"basis": "gestalt", "right": {"grade": right}, "left": {"grade": "4"}}, **more,
    }  # fmt: skip


@pytest.fixture
def alert(physician, ha):
    physician.post(path(ha, "visits"), visit(60, "2", examiner="Dr Kim"))
    [found] = physician.rows(path(ha, "alerts"))
    return found


NOTE = next(iter(examples.ACKNOWLEDGEMENTS.values()))


def test_an_alert_holds_everything_that_was_found(alert, ha):
    expected = {
        "rule": "motor_fall", "level": "emergency", "answer": "yes", "missing": [],
        "value_before": "3", "value_now": "2", "examiner": "Dr Kim",
        "title": "Muscle grade fell", "source": alert_rules()["motor_fall"].source,
        "acknowledged_by": None, "patient": str(ha.pk), "column": "motor_right_grade",
    }  # fmt: skip
    assert {name: alert[name] for name in expected} == expected
    assert alert["when_before"] < alert["when_now"]
    assert alert["advice"]


def test_what_cannot_be_told_says_what_is_missing(physician, ha):
    document = visit(60, "3")
    document["motor"]["right"] = {"not_testable": "pain"}
    physician.post(path(ha, "visits"), document)
    [alert] = physician.rows(path(ha, "alerts"))
    assert (alert["answer"], alert["missing"]) == ("cannot_tell", ["motor_right_grade"])


def test_the_list_can_hold_open_ones_only(physician, ha, alert):
    where = path(ha, "alerts")
    assert [len(physician.rows(f"{where}?open={x}")) for x in ("true", "false")] == [1, 0]
    physician.post(f"alerts/{alert['id']}/acknowledgement/", NOTE)
    assert [len(physician.rows(f"{where}?open={x}")) for x in ("true", "false")] == [0, 1]
    assert len(physician.rows(where)) == 1
    assert physician.get(f"{where}?open=perhaps").status == 400


def test_acknowledging_answers_with_the_alert(physician, ha, alert):
    answer = physician.post(f"alerts/{alert['id']}/acknowledgement/", NOTE)
    assert answer.status == 201
    assert answer.json["acknowledged_by"] == "physician_a"
    assert answer.json["acknowledgement_note"] == NOTE["note"]
    read = physician.get(f"alerts/{alert['id']}/")
    assert read.etag == answer.etag
    assert read.json["acknowledged_at"] == answer.json["acknowledged_at"]


def test_twice_is_a_replay_by_key_and_without(physician, alert):
    where = f"alerts/{alert['id']}/acknowledgement/"
    first = physician.post(where, NOTE, idempotency_key="one")
    for headers in ({"idempotency_key": "one"}, {}):
        again = physician.post(where, NOTE, **headers)
        assert (again.status, again.json) == (201, first.json)
        assert again.raw.headers["Idempotent-Replayed"] == "true"
    assert physician.get(f"alerts/{alert['id']}/").json["version"] == 2


def test_the_second_person_is_told_who_was_first(cast, as_, physician, alert):
    where = f"alerts/{alert['id']}/acknowledgement/"
    physician.post(where, NOTE)
    answer = as_(cast.therapist_a).post(where, {"note": "me too"})
    assert answer.status == 409
    assert answer.json["code"] == "already_acknowledged"
    assert answer.json["acknowledged_by"] == "physician_a"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, {"/note": "missing"}),
        ({"note": ""}, {"/note": "string_too_short"}),
        ({"note": None}, {"/note": "null"}),
        ({"note": "x", "by": "me"}, {"/by": "extra_forbidden"}),
    ],
)
def test_a_note_is_needed(physician, alert, body, told):
    assert physician.post(f"alerts/{alert['id']}/acknowledgement/", body).told == (422, told)


def test_to_patient_and_caregivers_there_is_none(cast, as_, alert):
    for user in (cast.patient_user, cast.sees, cast.sees_and_reports):
        client, nobody = as_(user), as_(user)
        for hidden, absent in (
            (path(cast.ha, "alerts"), path(new_id(), "alerts")),
            (f"alerts/{alert['id']}/", f"alerts/{new_id()}/"),
        ):
            assert client.get(hidden).seen == nobody.get(absent).seen
            assert client.get(hidden).status == 404
        assert client.post(f"alerts/{alert['id']}/acknowledgement/", NOTE).status == 404


@pytest.mark.django_db(transaction=True)
def test_of_twelve_people_at_once_one_wins_and_the_others_are_told(cast, as_, physician, ha):
    physician.post(path(ha, "visits"), visit(60, "2"))
    [alert] = physician.rows(path(ha, "alerts"))
    users = [staff(f"physician_{n}", cast.seoul, Role.PHYSICIAN) for n in range(12)]
    clients = [as_(user) for user in users]
    where = f"alerts/{alert['id']}/acknowledgement/"
    answers = in_parallel(len(users), lambda n: clients[n].post(where, {"note": f"by {n}"}))
    assert sorted(a.status for a in answers) == [201] + [409] * 11
    winner = next(a.json["acknowledged_by"] for a in answers if a.status == 201)
    assert {a.json["acknowledged_by"] for a in answers} == {winner}


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_make_one_alert_for_a_measurement(physician, ha):
    document = visit(60, "2")
    others = [visit(60 + n, "2", note=f"{n}") for n in range(1, 5)]
    in_parallel(6, lambda n: physician.post(path(ha, "visits"), [document, document, *others][n]))
    falls = [a for a in physician.rows(path(ha, "alerts")) if a["rule"] == "motor_fall"]
    assert len({a["measurement"] for a in falls}) == len(falls) >= 1
