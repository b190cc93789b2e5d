"""Warning signs over the API: the advice, whom to call, and what became of each report."""

import pytest
from django.utils import timezone

from outcomes.models import Alert
from outcomes.reference import Sign
from patients.models import Site
from tests.api.client import new_id, path
from tests.support.alerts import answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(as_, cast):
    return as_(cast.patient_user)


def report(client, patient, sign):
    now = timezone.now().isoformat()
    document = {"id": new_id(), "kind": "red_flag", "sign": sign, "device_time": now,
                "device_sent_at": now}  # fmt: skip
    sent = client.post(path(patient, "diary"), document)
    assert sent.status == 201
    return sent.json


def told(client, patient):
    answered = client.get(path(patient, "warning-signs"))
    assert answered.status == 200
    return answered.json


def test_every_sign_with_what_to_do_and_whom_to_call(phone, cast):
    Site.objects.filter(pk=cast.seoul.pk).update(phone="02-123-4567", phone_note="Day and night")
    found = {one["sign"]: one for one in told(phone, cast.ha)["signs"]}
    assert list(found) == list(Sign)
    fever = found["fever"]
    assert (fever["label"], fever["first"]) == ("Fever", "Call your clinic now.")
    assert fever["advice"]
    clinic, emergency = fever["calls"]
    assert clinic == {"who": "clinic", "words": "Call your clinic", "number": "02-123-4567",
                      "note": "Day and night"}  # fmt: skip
    assert (emergency["who"], emergency["number"]) == ("emergency", "")
    assert "emergency number" in emergency["words"]


def test_a_report_is_told_then_seen(phone, cast):
    assert told(phone, cast.ha)["reports"] == []
    sent = report(phone, cast.ha, "fever")
    (before,) = told(phone, cast.ha)["reports"]
    assert (before["id"], before["sign"], before["seen_at"]) == (sent["id"], "fever", None)
    assert before["told_at"] == sent["recorded_at"]
    alert = Alert.objects.get(rule="reported_fever")
    answer(alert, cast.physician_a)
    (after,) = told(phone, cast.ha)["reports"]
    assert after["seen_at"]
    assert "Seen at once." not in str(told(phone, cast.ha))


def test_a_report_raises_an_alert_that_says_it_was_not_examined(phone, as_, cast):
    sent = report(phone, cast.ha, "cannot_pass_urine")
    rows = as_(cast.physician_a).rows(path(cast.ha, "alerts") + "?open=true")
    (alert,) = [row for row in rows if row["rule"] == "reported_cannot_pass_urine"]
    assert (alert["level"], alert["reported_by"], alert["record"]) == (
        "emergency", "patient", sent["id"],
    )  # fmt: skip
    assert alert["received_at"]
    assert "examiner" not in alert
    assert phone.get(path(cast.ha, "alerts")).status == 404


def test_the_same_report_again_raises_no_second_alert(phone, cast):
    now = timezone.now().isoformat()
    document = {"id": new_id(), "kind": "red_flag", "sign": "fever", "device_time": now,
                "device_sent_at": now}  # fmt: skip
    first, again = (phone.post(path(cast.ha, "diary"), document) for _time in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    assert Alert.objects.filter(record=document["id"]).count() == 1


def test_an_unknown_parameter_is_refused(phone, cast):
    assert phone.get(path(cast.ha, "warning-signs") + "?sign=fever").status == 400
