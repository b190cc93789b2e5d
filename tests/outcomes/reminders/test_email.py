"""Email: what it says, how it ends by one tap, and a server of mail that fails at every step."""

import datetime as dt
import re
import socket
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from outcomes import email
from outcomes.actions import notifications
from outcomes.actions import reminders as actions
from outcomes.delivery import NotSent
from outcomes.models import Notification, ReminderChoice
from patients.documents.base import Refused
from patients.models import AuditEvent, User
from patients.records import Asked
from tests.support.ports import free_port

pytestmark = pytest.mark.django_db

TEXT = notifications.WAITS
ADDRESS = "ha@example.org"


@pytest.fixture
def ha() -> User:
    user = User.objects.create_user("ha", language="en", first_name="Youngsook")
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    ReminderChoice.objects.create(user=user, email=True)
    return user


@pytest.fixture(autouse=True)
def _public(settings: Any) -> None:
    settings.PUBLIC_URL = "https://regain.example.org"
    settings.NOTIFICATION_PROVIDERS = {"email": "outcomes.email.Email"}


def a_test(user: User) -> Notification:
    now = dt.datetime.now(dt.UTC)
    return Notification.objects.create(
        recipient=user, kind=notifications.TEST, slot=f"test:{uuid.uuid4()}", channel="email",
        due_at=now, created_at=now,
    )  # fmt: skip


def deliver() -> None:
    now = dt.datetime.now(dt.UTC)
    notifications.sweep(now)
    for row in notifications.claim(now, 10):
        notifications.deliver(row, now)


def state(row: Notification) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


# --- what it says --------------------------------------------------------------------------------


def test_it_says_only_that_something_waits(ha):
    key = uuid.uuid4()
    email.Email().send(key, ha, TEXT)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([ADDRESS], "Regain: something waits for you")
    assert TEXT in sent.body
    for secret in ("ha@", "Youngsook", "visit", "pill", "injection", "diary", "ha/"):
        assert secret not in sent.subject + sent.body
    links = re.findall(r"https://\S+", sent.body)
    assert links == ["https://regain.example.org/my/", email.stop_link(key)]


def test_the_mail_program_gets_its_button(ha):
    key = uuid.uuid4()
    email.Email().send(key, ha, TEXT)
    head = mail.outbox[0].message()
    assert head["List-Unsubscribe"] == f"<{email.stop_link(key)}>"
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["Message-ID"] == f"<{key}@regain.example.org>"


def test_it_is_in_the_language_of_the_account(ha, monkeypatch):
    spoken = []
    monkeypatch.setattr(
        email, "_", lambda text: spoken.append(email.translation.get_language()) or text
    )
    ha.language = "ko"
    email.Email().send(uuid.uuid4(), ha, TEXT)
    assert set(spoken) == {"ko"}


def test_only_a_confirmed_address_is_written_to(ha):
    EmailAddress.objects.update(verified=False)
    with pytest.raises(NotSent):
        email.Email().send(uuid.uuid4(), ha, TEXT)
    assert mail.outbox == []


# --- one tap -------------------------------------------------------------------------------------


def stop_path(row: Notification) -> str:
    return email.stop_link(row.key).removeprefix("https://regain.example.org")


def test_one_post_without_a_sign_in_stops_it_at_once(ha):
    first, second = a_test(ha), a_test(ha)
    answer = Client(enforce_csrf_checks=True).post(
        stop_path(first), "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert answer.status_code == 200
    deliver()
    assert state(second) == ("cancelled", "channel_off")
    assert mail.outbox == []
    event = AuditEvent.objects.get(action="reminder.stop_email")
    assert (event.by, event.about) == (None, ha)


def test_looking_at_the_link_stops_nothing_and_shows_one_button(ha):
    row = a_test(ha)
    shown = Client().get(stop_path(row)).content.decode()
    assert shown.count('<button type="submit"') == 1
    assert ReminderChoice.objects.get().email


def test_the_link_says_nothing_of_anybody(ha):
    row, other = a_test(ha), a_test(User.objects.create_user("carer"))
    client = Client()
    pages = {client.get(stop_path(one)).content for one in (row, other)}
    stopped = {client.post(stop_path(one)).content for one in (row, other, row)}
    assert (len(pages), len(stopped)) == (1, 1)
    for secret in (b"ha@", b"Youngsook", str(ha.pk).encode() + b"<", b"carer"):
        assert not any(secret in content for content in pages | stopped)
    assert str(ha.pk) not in stop_path(row).replace(str(row.key), "").split(":")[0]


@pytest.mark.parametrize("change", ["other", "unsigned", "another notice", "another way"])
def test_a_link_that_was_never_sent_stops_nothing(ha, change):
    row = a_test(ha)
    path = stop_path(row)
    if change == "other":
        path = path.replace(str(row.key), str(uuid.uuid4()))
    elif change == "unsigned":
        path = path.partition(":")[0] + "/"
    elif change == "another notice":
        Notification.objects.all().delete()
    else:
        Notification.objects.update(channel="page")
    assert Client().post(path).status_code == 404
    assert ReminderChoice.objects.get().email


def test_stopping_again_changes_nothing(ha):
    row = a_test(ha)
    for _again in range(2):
        assert Client().post(stop_path(row)).status_code == 200
    assert AuditEvent.objects.filter(action="reminder.stop_email").count() == 1


# --- an address is one's own ----------------------------------------------------------------------


@pytest.fixture
def new_person() -> User:
    return User.objects.create_user("ji", language="en")


def ask(user: User, typed: str) -> str:
    asked = Asked(by=user, at=dt.datetime.now(dt.UTC))
    actions.ask_address(user=user, typed=typed, asked=asked)
    (link,) = re.findall(r"https://\S+", mail.outbox[-1].body)
    return link.removeprefix("https://regain.example.org")


def test_an_address_is_used_once_its_owner_said_so(new_person):
    link = ask(new_person, " Ji@Example.org ")
    assert mail.outbox[0].to == ["ji@example.org"]
    assert not EmailAddress.objects.exists()
    client = Client()
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.exists()
    assert client.post(link).status_code == 200
    own = EmailAddress.objects.get(user=new_person)
    assert (own.email, own.verified, own.primary) == ("ji@example.org", True, True)
    assert ReminderChoice.objects.get(user=new_person).email


def test_another_address_takes_the_place_of_the_first(ha):
    Client().post(ask(ha, "other@example.org"))
    email.Email().send(uuid.uuid4(), ha, TEXT)
    assert mail.outbox[-1].to == ["other@example.org"]


def test_an_address_of_somebody_else_stays_theirs(ha, new_person):
    assert Client().post(ask(new_person, ADDRESS)).status_code == 409
    assert EmailAddress.objects.get().user == ha


def test_a_link_ends_after_a_day_and_with_the_sign_in(new_person, monkeypatch):
    link = ask(new_person, "ji@example.org")
    User.objects.filter(pk=new_person.pk).update(is_active=False)
    assert Client().post(link).status_code == 404
    User.objects.filter(pk=new_person.pk).update(is_active=True)
    monkeypatch.setattr(actions, "CONFIRM_SECONDS", -1)
    assert Client().post(link).status_code == 404
    assert Client().post(link.replace("ji", "x")[:-3] + "/").status_code == 404
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize("typed", ["", "ji", "ji@", "@example.org", "a b@example.org", "a\n@b.org"])
def test_what_is_no_address_is_told(new_person, typed):
    with pytest.raises(Refused) as told:
        ask(new_person, typed)
    assert told.value.problems[0]["path"] == ("address",)
    assert mail.outbox == []


def test_nobody_writes_to_strangers_through_us(new_person):
    for number in range(5):
        ask(new_person, f"stranger{number}@example.org")
    with pytest.raises(Refused) as told:
        ask(new_person, "stranger5@example.org")
    assert told.value.problems[0]["code"] == "too_many"
    assert len(mail.outbox) == 5


# --- a server of mail that fails ------------------------------------------------------------------


class Server(SMTP):
    """Fails where it is told to."""

    failing, kept = "", 0

    def _drop(self) -> None:
        assert self.transport is not None
        self.transport.abort()

    async def smtp_MAIL(self, arg: Any) -> None:
        if Server.failing == "sender refused":
            await self.push("550 no")
        else:
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: Any) -> None:
        if Server.failing == "recipient refused":
            await self.push("550 no such user")
        elif Server.failing == "full":
            await self.push("452 try later")
        else:
            await super().smtp_RCPT(arg)


class Keeper:
    async def handle_DATA(self, server: Server, session: Any, envelope: Any) -> str:
        if Server.failing == "message refused":
            return "554 no"
        Server.kept += 1
        if Server.failing == "dropped after DATA":
            server._drop()
        return "250 kept"


class Running(Controller):
    def factory(self) -> Server:
        return Server(self.handler, enable_SMTPUTF8=True)


@pytest.fixture
def server(settings: Any) -> Iterator[type[Server]]:
    Server.failing, Server.kept = "", 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 3
    settings.NOTIFICATION_PAUSE_SECONDS = 0
    running = Running(Keeper(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    running.start()
    yield Server
    running.stop()


def test_a_server_that_works_takes_it_once(ha, server):
    row = a_test(ha)
    deliver()
    deliver()
    assert (state(row), server.kept) == (("sent", ""), 1)


def test_a_connection_dropped_after_the_message_is_unknown_and_never_sent_again(ha, server):
    server.failing = "dropped after DATA"
    row = a_test(ha)
    deliver()
    assert (state(row), server.kept) == (("unknown", "no_clear_answer"), 1)
    server.failing = ""
    deliver()
    assert (state(row), server.kept) == (("unknown", "no_clear_answer"), 1)


@pytest.mark.parametrize(
    "failing", ["sender refused", "recipient refused", "full", "message refused"]
)
def test_a_clear_refusal_is_tried_again(ha, server, failing):
    server.failing = failing
    row = a_test(ha)
    deliver()
    assert (state(row), server.kept) == (("waiting", ""), 0)
    server.failing = ""
    deliver()
    assert (state(row), server.kept) == (("sent", ""), 1)


def test_no_server_at_all_is_tried_again(ha, server, settings):
    right, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    row = a_test(ha)
    deliver()
    assert state(row) == ("waiting", "")
    settings.EMAIL_PORT = right
    deliver()
    assert state(row) == ("sent", "")


def test_a_server_that_says_nothing_is_tried_again_within_the_lease(ha, server, settings):
    settings.EMAIL_TIMEOUT = 1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        row = a_test(ha)
        began = dt.datetime.now(dt.UTC)
        deliver()
        took = dt.datetime.now(dt.UTC) - began
    assert state(row) == ("waiting", "")
    assert took < dt.timedelta(seconds=settings.NOTIFICATION_LEASE_SECONDS / 2)


def test_an_address_that_cannot_be_written_to_is_told_at_once(new_person, server):
    server.failing = "recipient refused"
    with pytest.raises(Refused) as told:
        ask(new_person, "ji@example.org")
    assert told.value.problems[0]["code"] == "not_sent"
