"""Signing in, failing to and signing out leave one event each; nothing typed is kept."""

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import AuditEvent

pytestmark = pytest.mark.django_db

PASSWORD = "a quiet river stone"
LOGIN = reverse("account_login")


@pytest.fixture
def physician(cast):
    cast.physician_a.set_password(PASSWORD)
    cast.physician_a.save()
    return cast.physician_a


def events_of(act):
    last = AuditEvent.objects.order_by("pk").last().pk
    act()
    events = AuditEvent.objects.filter(pk__gt=last).order_by("pk")
    return [(event.action, event.by and event.by.username) for event in events]


def test_signing_in_and_out(physician):
    client = Client()
    sent = {"login": "physician_a", "password": PASSWORD}
    assert events_of(lambda: client.post(LOGIN, sent)) == [("sign_in.done", "physician_a")]
    out = events_of(lambda: client.post(reverse("account_logout")))
    assert out == [("sign_in.out", "physician_a")]
    assert events_of(lambda: client.post(reverse("account_logout"))) == [], "nobody was signed in"


@pytest.mark.parametrize(
    ("sent", "whose"),
    [
        pytest.param({"login": "physician_a", "password": "wrong"}, "physician_a", id="password"),
        pytest.param({"login": "PHYSICIAN_A", "password": "wrong"}, "physician_a", id="case"),
        pytest.param({"login": "canary-name", "password": "canary-pass"}, None, id="nobody known"),
        pytest.param({"login": "disabled_a", "password": PASSWORD}, "disabled_a", id="disabled"),
    ],
)
def test_failing_to_sign_in(cast, physician, sent, whose):
    cast.disabled_physician_a.set_password(PASSWORD)
    cast.disabled_physician_a.save()
    assert events_of(lambda: Client().post(LOGIN, sent)) == [("sign_in.failed", whose)]
    assert "canary" not in str(list(AuditEvent.objects.values_list()))


def test_without_an_event_nobody_gets_in(physician, monkeypatch):
    def fail(**_facts):
        raise RuntimeError

    monkeypatch.setattr("patients.audit.record", fail)
    client = Client(raise_request_exception=False)
    answer = client.post(LOGIN, {"login": "physician_a", "password": PASSWORD})
    assert answer.status_code == 500
    monkeypatch.undo()
    assert client.get("/patients/").status_code == 302
