"""What names its author goes through in no other's session."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outcomes.models import DiaryEntry
from tests.support.cast import Cast

pytestmark = pytest.mark.django_db


def send(client: Client, cast: Cast, token: str, user: str):
    now = timezone.now().isoformat()
    body = {"id": str(uuid.uuid4()), "kind": "void", "device_time": now, "device_sent_at": now}
    headers = {"X-CSRFToken": token} | ({"X-Regain-User": user} if user else {})
    where = f"/api/v1/patients/{cast.ha.pk}/diary/"
    return client.post(where, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("named", "status"), [("own", 201), ("", 201), ("another", 401), ("nobody", 401)]
)
def test_a_session_of_another_is_none(cast: Cast, named: str, status: int) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.patient_user)
    pass_ = client.get(reverse("phone-session")).json()
    assert pass_["user"] == str(cast.patient_user.pk)
    users = {"own": pass_["user"], "another": str(cast.sees.pk), "nobody": "0", "": ""}
    assert send(client, cast, pass_["token"], users[named]).status_code == status
    assert DiaryEntry.objects.count() == (status == 201)


def test_without_its_token_nothing_goes_through(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.patient_user)
    assert send(client, cast, "", str(cast.patient_user.pk)).status_code == 403


def test_nobody_is_told_as_nobody(client: Client) -> None:
    assert client.get(reverse("phone-session")).json() == {"user": None}
