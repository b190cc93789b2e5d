"""The page of reminders, without a script: what waits, switches, address, a phone, a test."""

import datetime as dt
import json

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import formats, timezone

from outcomes.actions import notifications
from outcomes.actions.diary_requests import ask_for_diary
from outcomes.models import DiaryRequest, Message, Notification, PushSubscription, ReminderChoice
from outcomes.push import public_key
from patients.models import AuditEvent, Patient, Site, User
from patients.records import Asked
from patients.roles import Role, Scope
from tests.support import reminders as given
from tests.support.cast import TODAY, caregiver, enrol, operate, staff
from tests.support.outbox import deliver_all
from tests.support.reminders import AUTH, P256DH

pytestmark = pytest.mark.django_db

PAGE = "/my/reminders/"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
NOON_IN_SEOUL = dt.datetime.combine(TODAY, dt.time(3), dt.UTC)


@pytest.fixture
def physician():
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    return staff("physician", site, Role.PHYSICIAN)


@pytest.fixture
def ha(physician) -> Patient:
    user = User.objects.create_user("ha", language="en")
    return enrol("A-001", Site.objects.get(), physician, user=user, name="Ha Youngsook")


@pytest.fixture
def browser(ha, client_for) -> Client:
    return client_for(ha.user)


def shown(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, **fields):
    return client.post(PAGE, fields, follow=True)


# --- what waits ----------------------------------------------------------------------------------


def test_what_waits_stands_here_in_words(browser, ha, physician):
    operate(ha, physician)
    given.prescribe(
        ha, physician, NOON_IN_SEOUL, start=str(TODAY - dt.timedelta(1)), **given.CELECOXIB
    )
    ask_for_diary(patient=ha, first=TODAY, last=TODAY, asked=Asked(by=physician, at=NOON_IN_SEOUL))
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(10, 30), dt.UTC), tick=False):
        page = shown(browser)
    assert "A visit at the clinic is due" in page
    assert "Today&#x27;s pills: nothing is written yet." in page
    assert "Today&#x27;s diary: nothing is written yet." in page
    event = AuditEvent.objects.get(action="reminder.view")
    assert (event.by, event.patient_ids) == (ha.user, [str(ha.pk)])


def test_the_last_day_of_a_visit_is_that_of_its_window(browser, ha, physician):
    operate(ha, physician)
    with time_machine.travel(NOON_IN_SEOUL, tick=False):
        page = shown(browser)
    last = formats.date_format(TODAY + dt.timedelta(days=136 - 120), "DATE_FORMAT")
    assert f"A visit at the clinic is due, by {last} at the latest." in page


def test_nothing_waiting_says_so(browser):
    assert "<p>Nothing.</p>" in shown(browser)


def test_of_several_people_each_is_named_and_only_what_one_may_know(physician, ha, client_for):
    other = enrol("A-002", Site.objects.get(), physician, name="Ji Minsu")
    operate(other, physician)
    operate(ha, physician)
    carer = caregiver("carer", ha, physician, Scope.SEE)
    given.actions.link_caregiver(
        patient=other, user=carer, scope=Scope.REPORT, asked=Asked(by=physician, at=NOON_IN_SEOUL)
    )
    page = shown(client_for(carer))
    assert page.index("Ha Youngsook") < page.index("Ji Minsu")
    assert page.count("A visit at the clinic is due") == 1, "who may only report sees no visit"


def test_a_clinician_chooses_the_ways_and_what_the_clinic_does(physician, client_for):
    page = shown(client_for(physician))
    assert "Waiting now" not in page
    assert 'name="on" value="visit"' in page
    assert 'name="on" value="pills"' not in page


def test_as_many_queries_for_many_people_as_for_few(
    physician, client_for, django_assert_max_num_queries
):
    carer = User.objects.create_user("carer")
    for number in range(8):
        patient = enrol(f"A-1{number}", Site.objects.get(), physician)
        operate(patient, physician)
        given.actions.link_caregiver(
            patient=patient, user=carer, scope=Scope.BOTH,
            asked=Asked(by=physician, at=NOON_IN_SEOUL),
        )  # fmt: skip
    client = client_for(carer)
    with django_assert_max_num_queries(34):
        client.get(PAGE)


# --- switches ------------------------------------------------------------------------------------


def test_the_switches_are_saved_as_they_stand(browser, ha):
    given.everything_on(ha.user)
    page = post(
        browser, do="save", shown=["visit", "injection", "pills", "diary", "push", "email"],
        on=["visit", "email"],
    )  # fmt: skip
    assert "Saved." in page.content.decode()
    own = ReminderChoice.objects.get(user=ha.user)
    assert [own.visit, own.injection, own.pills, own.diary, own.push, own.email] == [
        True, False, False, False, False, True,
    ]  # fmt: skip


def test_defaults_are_shown_before_anything_is_chosen(browser):
    page = shown(browser)
    for kind, on in (("visit", True), ("injection", True), ("pills", False), ("diary", True)):
        assert (f'value="{kind}" checked' in page) is on
    assert 'name="on" value="push"' not in page
    assert 'name="on" value="email"' not in page


def test_quiet_hours_are_told(browser):
    assert "Nothing is sent between 9 p.m. and 8 a.m." in shown(browser)


def test_an_unknown_button_is_told(browser):
    answer = browser.post(PAGE, {"do": "nonsense"})
    assert answer.status_code == 422
    assert "Choose one of the buttons." in answer.content.decode()


def test_a_test_arrives(browser, ha):
    page = post(browser, do="test").content.decode()
    deliver_all(timezone.now())
    assert "A test is on its way: to your notices here." in page
    assert Message.objects.get(recipient=ha.user).text.startswith("This is the test")
    again = post(browser, do="test")
    assert again.status_code == 422
    assert "Wait a minute" in again.content.decode()


# --- email ---------------------------------------------------------------------------------------


def test_an_address_is_asked_for_and_a_wrong_one_stays_to_be_corrected(browser, ha):
    page = post(browser, do="address", address="ha@")
    assert page.status_code == 422
    assert 'value="ha@"' in page.content.decode()
    assert 'aria-describedby="address-error"' in page.content.decode()
    page = post(browser, do="address", address="ha@example.org").content.decode()
    assert "An email is on its way to ha@example.org." in page
    assert len(mail.outbox) == 1
    EmailAddress.objects.create(user=ha.user, email="ha@example.org", verified=True)
    assert 'name="on" value="email"' in shown(browser)


def test_a_site_that_sends_no_email_offers_none(browser, settings):
    settings.NOTIFICATION_PROVIDERS = {"page": "outcomes.delivery.Page"}
    page = shown(browser)
    assert 'type="email"' not in page
    assert "By email" not in page


# --- a phone -------------------------------------------------------------------------------------


def allow(client: Client, **changes):
    body = {"endpoint": ENDPOINT, "keys": {"p256dh": P256DH, "auth": AUTH}} | changes
    return client.post(f"{PAGE}push/", json.dumps(body), content_type="application/json")


def test_a_browser_allows_notices(browser, ha):
    assert f'data-key="{public_key()}"' in shown(browser)
    assert allow(browser).json() == {"on": True}
    assert PushSubscription.objects.get().user == ha.user
    assert 'value="push" checked' in shown(browser)
    post(browser, do="end-push")
    assert PushSubscription.objects.get().ended_at is not None


@pytest.mark.parametrize(
    "changes",
    [{"endpoint": "https://10.0.0.1/"}, {"endpoint": 5}, {"endpoint": None}, {"keys": {}},
     {"keys": None}, {"keys": {"p256dh": 1, "auth": AUTH}}],
)  # fmt: skip
def test_what_is_no_subscription_is_refused_in_words(browser, changes):
    answer = allow(browser, **changes)
    assert answer.status_code == 422
    assert "choose email" in answer.json()["problem"]
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "1", "{", '"x"', "null"])
def test_nor_is_what_is_no_object(browser, body):
    answer = browser.post(f"{PAGE}push/", body, content_type="application/json")
    assert answer.status_code == 422


def test_a_write_from_another_page_is_refused(ha):
    outside = Client(enforce_csrf_checks=True)
    outside.force_login(ha.user)
    assert allow(outside).status_code == 403
    assert outside.post(PAGE, {"do": "save"}).status_code == 403


def test_signing_out_ends_the_notices_of_this_browser_alone(browser, ha, client_for):
    allow(browser)
    allow(client_for(ha.user), endpoint=ENDPOINT + "2")
    browser.post("/account/logout/")
    assert PushSubscription.objects.get(ended_at=None).endpoint == ENDPOINT + "2"


# --- the clinic asks for a diary ------------------------------------------------------------------


def test_the_clinic_asks_for_a_diary_and_no_longer(ha, physician, client_for):
    client = client_for(physician)
    where = f"/patients/{ha.pk}/diary/request/"
    assert "Ask for a diary" in client.get(f"/patients/{ha.pk}/").content.decode()
    last = TODAY + dt.timedelta(days=2)
    page = client.post(where, {"first": str(TODAY), "last": str(last)}, follow=True)
    assert f"Asked for from {TODAY} to {last} by physician." in page.content.decode()
    client.post(where, {"do": "end"})
    assert DiaryRequest.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"first": "", "last": ""}, "first"), ({"first": str(TODAY), "last": "soon"}, "last"),
     ({"first": str(TODAY), "last": "2020-01-01"}, "last")],
)  # fmt: skip
def test_wrong_days_are_told_beside_the_field(ha, physician, client_for, typed, field):
    where = f"/patients/{ha.pk}/diary/request/"
    answer = client_for(physician).post(where, typed)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.content.decode()
    assert f'value="{typed[field]}"' in answer.content.decode()


def test_nothing_is_lost_of_the_old_outbox(ha):
    """A notice of a kind that nobody knows any more is told, not dropped."""
    now = dt.datetime.now(dt.UTC)
    Notification.objects.create(
        patient=ha, recipient=ha.user, kind="gone", slot="x", channel="page", due_at=now,
        created_at=now, attempts=99,
    )  # fmt: skip
    deliver_all(now)
    assert Notification.objects.get().reason == notifications.UNJUDGED
