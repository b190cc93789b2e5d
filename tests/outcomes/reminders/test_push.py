"""Push: encrypted for one browser, signed by us, only to push services, and never asked twice."""

import datetime as dt
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from py_vapid import Vapid02

from outcomes import push
from outcomes.actions import notifications
from outcomes.actions.reminders import allow_push, end_push
from outcomes.delivery import NotSent
from outcomes.models import Notification, PushSubscription, ReminderChoice
from patients.documents.base import Refused
from patients.models import AuditEvent, User
from patients.records import Asked
from tests.support.push import PushService
from tests.support.reminders import AUTH, NOW, P256DH

pytestmark = pytest.mark.django_db

SERVICE = "https://updates.push.services.mozilla.com/wpush/v2/abc"


@pytest.fixture
def ha() -> User:
    return User.objects.create_user("ha", language="ko")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """On this machine, which the product would never ask: here it may."""
    monkeypatch.setattr(push, "refusal", lambda endpoint: "")
    monkeypatch.setattr(push, "private", lambda endpoint: "")
    started = PushService()
    yield started
    started.stop()


def subscribed(user: User, service: PushService, path: str = "/one") -> PushSubscription:
    endpoint = service.origin + path
    return PushSubscription.objects.create(
        user=user, endpoint=endpoint, created_at=NOW, **service.keys
    )


def send(user: User, text: str = "Something waits for you.") -> None:
    push.Push().send(uuid.uuid4(), user, text)


def test_only_the_browser_reads_it_and_it_comes_from_us(ha, service):
    subscribed(ha, service)
    send(ha, "무언가 기다리고 있습니다.")
    ((path, headers, body),) = service.received
    assert path == "/one"
    assert service.read(body) == {"text": "무언가 기다리고 있습니다.", "language": "ko"}
    assert headers["content-encoding"] == "aes128gcm"
    assert "기다".encode() not in body
    assert headers["ttl"] == str(24 * 60 * 60)
    assert Vapid02.verify(headers["authorization"])
    assert f"k={push.public_key()}" in headers["authorization"]


def test_every_message_is_as_long_as_any_other(ha, service):
    subscribed(ha, service)
    for text in ("a", "무언가 기다리고 있습니다. Regain을 여세요.", notifications.WAITS):
        send(ha, text)
    lengths = {len(push.payload(text, "ko")) for text in ("a", "무언가", notifications.WAITS)}
    assert lengths == {push.LENGTH}


def test_on_every_browser_of_the_person_and_on_no_other(ha, service):
    for path in ("/phone", "/tablet"):
        subscribed(ha, service, path)
    ended = subscribed(ha, service, "/old")
    PushSubscription.objects.filter(pk=ended.pk).update(ended_at=NOW)
    subscribed(User.objects.create_user("carer"), service, "/carer")
    send(ha)
    assert {path for path, *_ in service.received} == {"/phone", "/tablet"}


@pytest.mark.parametrize("status", push.GONE)
def test_a_browser_that_is_gone_ends_its_subscription(ha, service, status):
    service.answers["/one"] = status
    row = subscribed(ha, service)
    with pytest.raises(NotSent):
        send(ha)
    row.refresh_from_db()
    assert row.ended_at is not None
    with pytest.raises(NotSent):
        send(ha)
    assert len(service.received) == 1


@pytest.mark.parametrize("status", [301, 307, 400, 403, 413, 429, 500, 503])
def test_a_service_that_refuses_is_asked_again_later(ha, service, status):
    service.answers["/one"] = status
    row = subscribed(ha, service)
    with pytest.raises(NotSent):
        send(ha)
    row.refresh_from_db()
    assert row.ended_at is None
    assert [path for path, *_ in service.received] == ["/one"], "no redirect is followed"


def test_one_browser_that_is_gone_keeps_no_other_from_it(ha, service):
    service.answers["/old"] = 410
    for path in ("/old", "/new"):
        subscribed(ha, service, path)
    send(ha)
    assert PushSubscription.objects.get(ended_at=None).endpoint.endswith("/new")


def test_nobody_listening_has_certainly_not_taken_it(ha, service):
    subscribed(ha, service)
    service.stop()
    with pytest.raises(NotSent):
        send(ha)


# --- through the outbox --------------------------------------------------------------------------


@pytest.fixture
def outbox(ha, settings) -> Any:
    """A notice to try the way out, by push alone."""
    settings.NOTIFICATION_PROVIDERS = {"push": "outcomes.push.Push"}
    ReminderChoice.objects.create(user=ha, push=True)

    def write() -> Notification:
        now = dt.datetime.now(dt.UTC)
        return Notification.objects.create(
            recipient=ha, kind=notifications.TEST, slot=f"test:{uuid.uuid4()}", channel="push",
            due_at=now, created_at=now,
        )  # fmt: skip

    return write


def deliver() -> None:
    now = dt.datetime.now(dt.UTC)
    notifications.sweep(now)
    for row in notifications.claim(now, 10):
        notifications.deliver(row, now)


def test_a_reply_that_never_came_is_unknown_and_not_sent_again(ha, service, outbox):
    service.answers["/one"] = "hang up"
    subscribed(ha, service)
    row = outbox()
    deliver()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("unknown", "no_clear_answer")
    service.answers.clear()
    deliver()
    assert len(service.received) == 1


def test_one_that_was_taken_is_sent_though_another_gave_no_answer(ha, service, outbox):
    service.answers["/one"] = "hang up"
    subscribed(ha, service)
    subscribed(ha, service, "/two")
    row = outbox()
    deliver()
    row.refresh_from_db()
    assert row.state == "sent"


def test_a_worker_killed_in_between_leaves_it_unknown(ha, service, outbox):
    subscribed(ha, service)
    row = outbox()
    notifications.claim(dt.datetime.now(dt.UTC), 10)
    notifications.sweep(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2))
    row.refresh_from_db()
    assert (row.state, row.reason) == ("unknown", "interrupted")
    deliver()
    assert service.received == []


def test_the_last_browser_gone_cancels_it(ha, service, outbox, settings):
    settings.NOTIFICATION_PAUSE_SECONDS = 0
    service.answers["/one"] = 410
    subscribed(ha, service)
    row = outbox()
    deliver()
    deliver()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "no_device")


# --- what a browser may name ---------------------------------------------------------------------

NO_SERVICE = {
    "http": "http://updates.push.services.mozilla.com/x",
    "another scheme": "file:///etc/passwd",
    "our own machine": "https://127.0.0.1/x",
    "our own machine by name": "https://localhost/x",
    "the metadata of a cloud": "https://169.254.169.254/latest/meta-data",
    "a network of our own": "https://10.0.0.1/x",
    "IPv6": "https://[::1]/x",
    "IPv6 that holds IPv4": "https://[::ffff:127.0.0.1]/x",
    "another port": "https://updates.push.services.mozilla.com:8443/x",
    "a port that is none": "https://updates.push.services.mozilla.com:x/y",
    "a name before the host": "https://updates.push.services.mozilla.com@evil.example/x",
    "a password": "https://a:b@updates.push.services.mozilla.com/x",
    "an ending that only looks like it": "https://evilpush.services.mozilla.com/x",
    "a host that begins like it": "https://fcm.googleapis.com.evil.example/x",
    "somebody else": "https://example.org/x",
    "nothing": "",
    "no address": "https://",
    "a broken address": "https://[/x",
    "a line break at the end": "https://fcm.googleapis.com/x\n",
    "a NUL, which no database keeps": "https://fcm.googleapis.com/\x00",
    "half a letter": "https://fcm.googleapis.com/\ud800",
    "a letter that only looks like it": "https://fcm.g\u043eogleapis.com/x",
}  # fmt: skip


@pytest.mark.parametrize("endpoint", NO_SERVICE.values(), ids=NO_SERVICE)
def test_only_push_services_of_browsers_are_asked(ha, endpoint):
    assert push.refusal(endpoint)
    with pytest.raises(Refused):
        allow(ha, endpoint)
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        SERVICE,
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
        "https://web.push.apple.com/abc",
        "https://FCM.googleapis.com:443/fcm/send/abc",
    ],
)
def test_those_of_the_usual_browsers_are(endpoint):
    assert push.refusal(endpoint) == ""


@pytest.mark.parametrize(
    ("found", "inside"),
    [
        (["127.0.0.1"], True),
        (["10.1.2.3"], True),
        (["192.168.0.1"], True),
        (["169.254.169.254"], True),
        (["::1"], True),
        (["fd00::1"], True),
        (["142.250.1.1", "10.0.0.1"], True),
        (["142.250.1.1"], False),
        (["2a00:1450:4001::1"], False),
        ([], False),
    ],
)
def test_a_name_that_leads_inside_is_not_asked(ha, monkeypatch, found, inside):
    def resolve(host: Any, port: int, **_more: Any) -> Any:
        if not found:
            raise socket.gaierror
        return [(None, None, None, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert bool(push.private(SERVICE)) is inside
    if inside:
        PushSubscription.objects.create(
            user=ha, endpoint=SERVICE, p256dh=P256DH, auth=AUTH, created_at=NOW
        )
        with pytest.raises(NotSent):
            send(ha)


BAD_KEYS = {
    "no point of the curve": ("B" + "A" * 86, AUTH),
    "too short": (P256DH[:-4], AUTH),
    "no base64": ("!" * 87, AUTH),
    "no secret": (P256DH, ""),
    "a short secret": (P256DH, AUTH[:-4]),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("p256dh", "auth"), BAD_KEYS.values(), ids=BAD_KEYS)
def test_keys_that_cannot_encrypt_are_refused(ha, p256dh, auth):
    with pytest.raises(Refused):
        allow(ha, SERVICE, p256dh, auth)


# --- allowing and ending -------------------------------------------------------------------------


def allow(user: User, endpoint: str = SERVICE, p256dh: str = P256DH, auth: str = AUTH):
    return allow_push(
        user=user, endpoint=endpoint, p256dh=p256dh, auth=auth, asked=Asked(by=user, at=NOW)
    )


def test_allowing_switches_push_on_and_once_more_changes_nothing(ha):
    first = allow(ha)
    assert ReminderChoice.objects.get(user=ha).push
    ReminderChoice.objects.update(push=False)
    assert allow(ha).pk == first.pk
    assert not ReminderChoice.objects.get(user=ha).push
    assert AuditEvent.objects.filter(action="reminder.allow_push", by=ha).count() == 1


def test_a_browser_that_two_people_share_shows_the_notices_of_the_last(ha):
    carer = User.objects.create_user("carer")
    allow(ha)
    allow(carer)
    assert PushSubscription.objects.get(ended_at=None).user == carer


def test_of_many_browsers_the_latest_stay(ha):
    for number in range(push.MOST_BROWSERS + 2):
        allow(ha, f"{SERVICE}{number}")
    live = PushSubscription.objects.filter(ended_at=None)
    assert sorted(live.values_list("endpoint", flat=True)) == [
        f"{SERVICE}{number}" for number in (2, 3, 4)
    ]


def test_ending_ends_all_or_one(ha):
    first, second = allow(ha), allow(ha, f"{SERVICE}2")
    asked = Asked(by=ha, at=NOW)
    end_push(user=ha, only=first.pk, asked=asked)
    assert PushSubscription.objects.get(ended_at=None).pk == second.pk
    end_push(user=ha, asked=asked)
    end_push(user=ha, asked=asked)
    assert not PushSubscription.objects.filter(ended_at=None).exists()
    assert AuditEvent.objects.filter(action="reminder.end_push").count() == 2


def test_the_web_process_imports_no_push_library():
    code = (
        "import django, sys; django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "import outcomes.pages.phone.reminders;"
        "print([m for m in ('pywebpush', 'aiohttp') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr
