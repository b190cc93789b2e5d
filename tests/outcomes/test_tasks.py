"""The background tasks, run twice and run at once; the broker's absence; the beat's plan."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from outcomes import delivery, tasks
from outcomes.actions import notifications
from outcomes.models import Message, Notification
from patients.models import AuditEvent, Patient, Site, User
from patients.roles import Role, Scope
from tests.support.cast import caregiver, enrol, operate, staff
from tests.support.outbox import Kept
from tests.support.ports import free_port
from tracker import wakeup
from tracker.celery import app

WORKERS = 4
NOTICES = 40


@pytest.fixture
def ha(db) -> Patient:
    """On day 120, awake: quiet hours are the other tests' subject."""
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    physician = staff("physician", site, Role.PHYSICIAN)
    ha = enrol("A-001", site, physician, user=User.objects.create_user("ha"))
    operate(ha, physician)
    caregiver("carer", ha, physician, Scope.SEE)
    return ha


@pytest.fixture(autouse=True)
def _no_quiet_hours(monkeypatch):
    monkeypatch.setattr(notifications, "held_until", lambda at, policy: None)


def everything():
    return [
        list(model.objects.order_by("pk").values()) for model in (Notification, Message, AuditEvent)
    ]


@pytest.mark.django_db
def test_each_task_run_twice_changes_nothing(ha):
    tasks.find_due_visits()
    found = everything()
    tasks.find_due_visits()
    assert everything() == found
    tasks.deliver_due()
    sent = everything()
    assert {row.state for row in Notification.objects.all()} == {"sent"}
    assert {m.recipient.username for m in Message.objects.all()} == {"ha", "carer"}
    tasks.deliver_due()
    tasks.find_due_visits()
    assert everything() == sent


def queue(patient: Patient, count: int) -> None:
    past = timezone.now() - dt.timedelta(hours=1)
    Notification.objects.bulk_create(
        Notification(
            patient=patient, recipient=User.objects.get(username="ha"), kind="visit",
            slot="visit:3mo", channel=f"page{n}", due_at=past, created_at=past,
        )
        for n in range(count)
    )  # fmt: skip


class Slow(Kept):
    def send(self, *message) -> None:
        time.sleep(0.005)
        super().send(*message)


def at_once(*works) -> None:
    start = threading.Barrier(len(works))

    def run(work) -> None:
        try:
            start.wait(30)
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_notice_once(ha, monkeypatch):
    provider = Slow()
    monkeypatch.setattr(delivery, "provider", lambda channel: provider)
    queue(ha, NOTICES)
    at_once(*[tasks.deliver_due] * WORKERS)
    assert set(Notification.objects.values_list("state", flat=True)) == {"sent"}
    assert len(provider.sent) == len({key for key, *_ in provider.sent}) == NOTICES
    assert AuditEvent.objects.filter(action="notification.sent").count() == NOTICES


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_each_notice_once(ha):
    at_once(*[tasks.find_due_visits] * WORKERS)
    assert Notification.objects.count() == 2
    written = AuditEvent.objects.filter(action="notification.write")
    assert sum(len(event.patient_ids) for event in written) == 1


@pytest.mark.django_db
def test_a_stretch_ends_and_wakes_the_next(ha, monkeypatch):
    woken = []
    monkeypatch.setattr(tasks, "wake", woken.append)
    monkeypatch.setattr(tasks, "STRETCH_SECONDS", 0)
    monkeypatch.setattr(delivery, "provider", lambda channel: Kept())
    queue(ha, tasks.BATCH + 1)
    tasks.deliver_due()
    assert Notification.objects.filter(state="sent").count() == tasks.BATCH
    assert woken == [notifications.DELIVER]
    tasks.deliver_due()
    assert Notification.objects.filter(state="sent").count() == tasks.BATCH + 1


@pytest.mark.django_db
def test_a_slow_batch_gives_back_what_it_cannot_begin_in_time(ha, monkeypatch, settings):
    settings.NOTIFICATION_LEASE_SECONDS = 0.01
    monkeypatch.setattr(delivery, "provider", lambda channel: Slow())
    queue(ha, 5)
    rows = notifications.claim(timezone.now(), 5)
    tasks._deliver(rows)
    states = list(Notification.objects.values_list("state", flat=True))
    assert 1 <= states.count("sent") < 5
    assert states.count("sent") + states.count("waiting") == 5


# --- the broker is only a wake-up ---------------------------------------------------------------


def test_a_broker_that_is_gone_neither_fails_nor_delays_and_is_told_once(monkeypatch, caplog):
    monkeypatch.setattr(wakeup._Broker, "answers", True)
    monkeypatch.setattr(app.conf, "task_always_eager", False)
    monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{free_port()}/0")
    began = time.monotonic()
    for _ in range(3):
        wakeup.wake(notifications.DELIVER)
    assert time.monotonic() - began < 3
    assert [record.getMessage() for record in caplog.records] == [
        "the broker cannot be reached (OperationalError): beat will do it"
    ]


def test_a_wake_asks_once_and_is_forgotten_when_late(monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda task, **options: sent.append((task, options)))
    wakeup.wake(notifications.DELIVER)
    ((task, options),) = sent
    assert (task, options["retry"], options["expires"]) == (notifications.DELIVER, False, 60)


def test_every_task_that_beat_plans_exists_and_expires(settings):
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] <= entry["schedule"]
    assert {notifications.DELIVER, "outcomes.tasks.find_due_visits"} <= set(app.conf.beat_schedule)


@pytest.mark.django_db
def test_one_notice_that_cannot_be_judged_stops_no_other(ha, settings):
    settings.NOTIFICATION_ATTEMPTS = 1
    queue(ha, 1)
    Notification.objects.update(patient=None)
    tasks.find_due_visits()
    tasks.deliver_due()
    found = Notification.objects.values_list("patient", "state", "reason")
    assert set(found) == {(None, "failed", "cannot_be_judged"), (ha.pk, "sent", "")}
