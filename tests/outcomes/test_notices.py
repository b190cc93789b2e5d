"""The page of notices and the list of the API: one's own, and the patient only to whom may see."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from outcomes.models import Message, Notification
from patients.models import AuditEvent, Patient, Proxy, Site, User
from patients.roles import Role, Scope
from tests.api.client import Api
from tests.support.cast import caregiver, enrol, staff

pytestmark = pytest.mark.django_db

TEXT = "A visit is coming up. Open Regain to see it."


@pytest.fixture
def physician():
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    return staff("physician", site, Role.PHYSICIAN)


@pytest.fixture
def ha(physician):
    site, user = Site.objects.get(), User.objects.create_user("ha", language="en")
    return enrol("A-001", site, physician, user=user, name="Ha Youngsook", origin="synthetic")


@pytest.fixture
def carer(ha, physician):
    return caregiver("carer", ha, physician, Scope.SEE)


def send(recipient: User, patient: Patient | None, minutes: int = 0, text: str = TEXT) -> uuid.UUID:
    at, key = timezone.now() - dt.timedelta(minutes=minutes), uuid.uuid4()
    Message.objects.create(key=key, recipient=recipient, text=text, received_at=at)
    Notification.objects.create(
        patient=patient, recipient=recipient, kind="visit", slot=str(key), channel="page", key=key,
        due_at=at, created_at=at, state="sent", sent_at=at,
    )  # fmt: skip
    return key


def page(client_for, user, where="/notices/"):
    return client_for(user).get(where).content.decode()


def test_empty_it_says_so_and_what_to_expect(client_for, physician):
    shown = page(client_for, physician)
    assert "Nothing has been sent to you yet." in shown
    assert "<article" not in shown


def test_everyone_finds_it_in_the_navigation(client_for, physician, carer, ha):
    for user in (physician, User.objects.create_user("nobody")):
        assert '<a href="/notices/"' in client_for(user).get("/", follow=True).content.decode()
    more = client_for(carer).get(f"/my/{ha.pk}/more/").content.decode()
    assert 'href="/notices/"' in more


def test_one_sees_the_own_notices_newest_first(client_for, ha, carer):
    send(carer, ha, 5, "earlier")
    send(carer, ha, 1, "later")
    send(ha.user, ha, 0, "another person's")
    shown = page(client_for, carer)
    assert shown.index("later") < shown.index("earlier")
    assert "another person" not in shown


def test_the_same_thing_of_one_person_is_said_once_with_its_times(client_for, ha, carer, physician):
    other = enrol("A-009", Site.objects.get(), physician, name="Ji Minsu")
    for minutes in (90, 60, 1):
        send(physician, ha, minutes)
    send(physician, other, 30)
    send(physician, ha, 20, "Something else waits.")
    shown = page(client_for, physician)
    assert shown.count("<article") == 3
    assert shown.count(TEXT) == 2
    assert shown.count("and before:") == 1


def test_the_patient_is_linked_and_marked_as_made_up(client_for, ha, carer):
    send(carer, ha)
    shown = page(client_for, carer)
    assert f'href="/patients/{ha.pk}/"' in shown
    assert "Open the record of Ha Youngsook" in shown
    assert "badge--synthetic" in shown
    send(ha.user, ha)
    assert "Open your record" in page(client_for, ha.user)


def test_whoever_may_no_longer_see_keeps_the_notice_and_learns_nothing(client_for, ha, carer):
    send(carer, ha)
    Proxy.objects.update(revoked_at=timezone.now())
    shown = page(client_for, carer)
    assert TEXT in shown
    for secret in (str(ha.pk), "Ha Youngsook", "A-001", "badge--synthetic"):
        assert secret not in shown
    (row,) = Api(carer).rows("notices/")
    assert row["patient"] is None


def test_what_may_not_have_arrived_is_told(client_for, ha, carer):
    for state in ("unknown", "failed", "cancelled"):
        key = send(carer, ha)
        Notification.objects.filter(key=key).update(state=state, sent_at=None)
    assert "2 notices may not have reached you." in page(client_for, carer)
    assert "may not have reached" not in page(client_for, ha.user)


def test_twenty_five_a_page(client_for, ha, carer):
    for minutes in range(26):
        send(carer, ha, minutes, f"notice {minutes}.")
    first, second = page(client_for, carer), page(client_for, carer, "/notices/?page=2")
    assert "notice 24." in first
    assert "notice 25." not in first
    assert "notice 25." in second
    assert "Page 2 of 2" in second


def test_reading_is_audited_with_the_patients_that_were_named(client_for, ha, carer):
    send(carer, ha)
    send(carer, None)
    page(client_for, carer)
    Api(carer).get("notices/")
    for event in AuditEvent.objects.filter(action="notice.list"):
        assert (event.by, event.patient_ids) == (carer, [str(ha.pk)])
    assert AuditEvent.objects.filter(action="notice.list").count() == 2


def test_as_many_queries_for_many_as_for_few(client_for, ha, carer, django_assert_max_num_queries):
    for minutes in range(20):
        send(carer, ha, minutes)
    client = client_for(carer)
    with django_assert_max_num_queries(14):
        client.get("/notices/")


def test_the_list_of_the_api(ha, carer):
    keys = [send(carer, ha, minutes) for minutes in (3, 2, 1)]
    send(ha.user, ha)
    rows = Api(carer).rows("notices/?limit=2")
    assert [row["id"] for row in rows] == [str(key) for key in keys]
    assert rows[0].keys() == {"id", "text", "received_at", "patient"}
    assert (rows[0]["text"], rows[0]["patient"]) == (TEXT, str(ha.pk))
    assert Api(carer).get("notices/?state=sent").status == 400
