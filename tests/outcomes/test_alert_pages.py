"""Alerts on the patient's page and on their own: seen, answered, hidden from the patient."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse

from outcomes.actions.alerts import acknowledge
from outcomes.kinds import BY_PATH
from outcomes.models import Alert, Visit
from patients.documents.base import read
from patients.models import AuditEvent
from tests.outcomes.actions.test_alerts import amended, examined, motor_of, note
from tests.support.cast import SURGERY, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def fall(cast):
    visit = examined(cast.ha, cast.physician_a, 60, "2", examiner="Dr Kim")
    return Alert.objects.get(patient=cast.ha, record=visit.pk)


def shown(client, name, *arguments):
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def page(client, cast):
    return shown(client, "patient", cast.ha.pk)


def card(text):
    return text[text.index('class="alerts"') : text.index('class="clocks"')]


def answered(client, alert, **sent):
    return client.post(reverse("alert-acknowledge", args=[alert.patient_id, alert.pk]), sent)


def test_the_card_says_what_changed_and_what_to_do(cast, fall, client_for):
    told = card(page(client_for(cast.physician_a), cast))
    for words in (
        "1 open alert", "Emergency", "Muscle grade fell", "Right leg: MRC grade",
        "Contact the surgical team now.", "Examined by Dr Kim", fall.when_before, fall.when_now,
        "<strong>3</strong>", "<strong>2</strong>", "not reviewed by a clinician",
        "Decision support, not diagnosis",
    ):  # fmt: skip
        assert words in told, words


def test_without_an_open_alert_there_is_no_card(cast, fall, client_for):
    client = client_for(cast.physician_a)
    assert answered(client, fall, note="Re-examined.").status_code == 302
    assert 'class="alerts"' not in page(client, cast)


def test_an_urgent_one_calls_nobody(cast, client_for):
    examined(cast.ha, cast.physician_a, 60, "3", "3")
    assert "Contact the surgical team now." not in card(page(client_for(cast.physician_a), cast))


def test_what_cannot_be_compared_says_what_is_missing(cast, client_for):
    document = {
        "id": str(uuid.uuid4()), "kind": "unscheduled",
        "date": str(SURGERY + dt.timedelta(days=60)),
        "motor": {"basis": "gestalt", "right": {"not_testable": "pain"}},
    }  # fmt: skip
    visits = BY_PATH["visits"]
    visits.record(
        patient=cast.ha, document=read(visits.shape, document), asked=now(cast.physician_a)
    )
    told = card(page(client_for(cast.physician_a), cast))
    assert "Ask: re-examine" in told
    assert "not testable: pain" in told
    assert "missing or not comparable: Right leg: MRC grade" in told


def test_it_is_answered_where_it_was_seen(cast, fall, client_for):
    client = client_for(cast.physician_a)
    here = reverse("patient", args=[cast.ha.pk])
    assert answered(client, fall, note="seen", next=here).url == here
    there = answered(client, fall, note="seen", next="https://elsewhere.example/")
    assert there.url == here


def test_answered_after_a_refusal_it_leads_to_a_page(cast, fall, client_for):
    client = client_for(cast.physician_a)
    refused = answered(client, fall, note="")
    assert refused.status_code == 422
    here = re.search(r'name="next" value="([^"]*)"', refused.content.decode())[1]
    assert client.get(answered(client, fall, note="seen", next=here).url).status_code == 200


def test_all_alerts_with_their_answers(cast, fall, client_for):
    client = client_for(cast.therapist_a)
    amended(Visit.objects.get(pk=fall.record), cast.physician_a, motor=motor_of("3"))
    answered(client, fall, note="Typed wrong, 3 as before.")
    told = shown(client, "alert-list", cast.ha.pk)
    assert "Acknowledged by therapist_a" in told
    assert "Typed wrong, 3 as before." in told
    assert "Basis changed" in told
    assert AuditEvent.objects.filter(action="alert.list", by=cast.therapist_a).exists()


def test_without_a_note_it_is_not_answered(cast, fall, client_for):
    answer = answered(client_for(cast.physician_a), fall, note="  ")
    assert answer.status_code == 422
    assert "Say in a few words what was done" in answer.content.decode()
    fall.refresh_from_db()
    assert fall.acknowledged_at is None


def test_who_comes_second_is_told_and_keeps_the_words(cast, fall, client_for):
    answered(client_for(cast.physician_a), fall, note="first")
    answer = answered(client_for(cast.therapist_a), fall, note="my own words")
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "physician_a has acknowledged this already" in told
    assert "my own words" in told


def test_the_patient_sees_none_of_it(cast, fall, client_for):
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    client = client_for(cast.patient_user)
    told = page(client, cast).lower()
    assert 'class="alerts"' not in told
    assert reverse("alert-list", args=[cast.ha.pk]) not in told
    assert client.get(reverse("alert-list", args=[cast.ha.pk])).status_code == 404
    assert "alert" not in shown(client, "patient-access", cast.ha.pk).lower().replace(
        'role="alert"', ""
    )
    assert "Acknowledged an alert" in shown(
        client_for(cast.physician_a), "patient-access", cast.ha.pk
    )


def test_nothing_typed_becomes_markup(cast, fall, client_for):
    client = client_for(cast.physician_a)
    answered(client, fall, note="<script>alert(1)</script>")
    assert "<script>alert(1)" not in shown(client, "alert-list", cast.ha.pk)
