"""`/livez` and `/healthz`: what they say, and that they ask nobody for a sign-in."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from tracker import tasks
from tracker.models import Heartbeat

STALE = dt.timedelta(seconds=settings.HEARTBEAT_STALE_SECONDS)
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("age", "status"),
    [
        pytest.param(dt.timedelta(0), 200, id="just now"),
        pytest.param(STALE, 200, id="on the boundary"),
        pytest.param(STALE + dt.timedelta(seconds=1), 503, id="a second too old"),
        pytest.param(None, 503, id="never"),
    ],
)
def test_health_follows_the_last_heartbeat(db: None, age: dt.timedelta | None, status: int) -> None:
    if age is not None:
        Heartbeat.objects.create(name="worker", at=NOW - age)
    with time_machine.travel(NOW, tick=False):
        answer = Client().get("/healthz")
    assert answer.status_code == status
    assert (answer.json()["background"] == "ok") is (status == 200)


def test_unwell_says_what_to_do_and_when_to_ask_again(db: None) -> None:
    answer = Client().get("/healthz")
    assert "start the Celery worker" in answer.json()["background"]
    assert answer["Retry-After"] == "5"


def test_a_database_that_cannot_be_read_is_the_reason(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(Heartbeat.objects, "filter", broken)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "cannot be read: DatabaseError"


def test_alive_without_a_database() -> None:
    assert Client().get("/livez").json() == {"status": "alive"}


@pytest.mark.parametrize("path", ["/livez", "/healthz"])
def test_a_probe_without_tls_is_not_sent_elsewhere(db: None, path: str, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(path).status_code != 301
    assert Client().get("/account/login/").status_code == 301


def test_a_heartbeat_is_one_row_however_often_it_runs(db: None) -> None:
    for _ in range(3):
        tasks.heartbeat.delay()
    assert Heartbeat.objects.count() == 1
    assert timezone.now() - Heartbeat.objects.get().at < dt.timedelta(seconds=5)
