"""Redis goes away or hangs: what clinicians write is kept, the reason is told, all heals itself.

Eight seconds of outage, a minute at full counts: HYPOTHESIS_PROFILE=full.
"""

import datetime as dt
import os
import re
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from django.conf import settings

from tests.support import redis, serving
from tests.support.ports import free_port
from tests.support.serving import Serving

pytestmark = [pytest.mark.serve, pytest.mark.redis]

OUTAGE_SECONDS = 60 if os.environ.get("HYPOTHESIS_PROFILE") == "full" else 8
LONGEST_REQUEST_SECONDS = 2.0
HEALTHY_AGAIN_SECONDS = 20
# beat and worker try again after 2, 4, 6 … seconds; beat sends every ten
WORKING_AGAIN_SECONDS = HEALTHY_AGAIN_SECONDS + 10
PASSWORD = "regain-demo-2026"
YESTERDAY = str(dt.date.today() - dt.timedelta(days=1))


@pytest.fixture(scope="module")
def broker() -> Iterator[redis.Server]:
    with redis.server() as server:
        yield server


@pytest.fixture(scope="module")
def var(started_before: Path) -> Path:
    return started_before


@pytest.fixture(scope="module")
def running(broker: redis.Server, var: Path) -> Iterator[Serving]:
    started = serving.start(var, free_port(), CELERY_BROKER_URL=broker.url)
    try:
        started.wait_for(200)
        yield started
    finally:
        started.stop()


class Clinic:
    """A program with a token and a person in a browser, both of the demo's physician."""

    def __init__(self, running: Serving, var: Path):
        self.url = running.url
        self.program, self.browser = requests.Session(), requests.Session()
        token = serving.manage(var, "api_token", "physician").stdout.strip()
        self.program.headers["Authorization"] = f"Bearer {token}"
        listed = self.program.get(f"{self.url}/api/v1/patients/", timeout=10).json()["results"]
        self.patient = next(row["id"] for row in listed if row["origin"] == "synthetic")
        self.sign_in(self.browser)
        self.kept: list[str] = []
        self.slowest = 0.0

    def close(self) -> None:
        self.program.close()
        self.browser.close()

    def write_through_the_api(self) -> None:
        body = {"id": str(uuid.uuid4()), "date": YESTERDAY, "kind": "unscheduled"}
        answer = self._timed(
            self.program, "POST", f"/api/v1/patients/{self.patient}/visits/", json=body
        )
        assert answer.status_code == 201, answer.text
        self.kept.append(body["id"])

    def write_on_the_page(self) -> None:
        path = f"/patients/{self.patient}/visits/new/"
        form = self._timed(self.browser, "GET", path)
        sent = {
            "csrfmiddlewaretoken": hidden(form.text, "csrfmiddlewaretoken"),
            "id": hidden(form.text, "id"),
            "patient": hidden(form.text, "patient"),
            "date": YESTERDAY,
            "kind": "unscheduled",
        }
        answer = self._timed(self.browser, "POST", path, data=sent)
        assert answer.status_code == 302, answer.text
        self.kept.append(sent["id"])

    def sign_in(self, browser: requests.Session) -> None:
        path = "/account/login/"
        form = browser.get(self.url + path, timeout=10)
        token = hidden(form.text, "csrfmiddlewaretoken")
        sent = {"csrfmiddlewaretoken": token, "login": "physician", "password": PASSWORD}
        answer = browser.post(self.url + path, data=sent, timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.text

    def sign_in_anew(self) -> None:
        with requests.Session() as browser:
            self.sign_in(browser)

    def stored(self) -> set[str]:
        """The ids of the patient's visits, through the API, page by page."""
        found: set[str] = set()
        address = f"{self.url}/api/v1/patients/{self.patient}/visits/"
        while address:
            page = self.program.get(address, timeout=10).json()
            found |= {row["id"] for row in page["results"]}
            address = page["next"]
        return found

    def _timed(
        self, by: requests.Session, method: str, path: str, **sent: object
    ) -> requests.Response:
        began = time.monotonic()
        answer = by.request(method, self.url + path, timeout=10, allow_redirects=False, **sent)
        self.slowest = max(self.slowest, time.monotonic() - began)
        return answer


def hidden(page: str, name: str) -> str:
    (control,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)[:1]
    value = re.search(r'value="([^"]+)"', control)
    assert value, control
    return value[1]


@pytest.fixture
def clinic(running: Serving, var: Path) -> Iterator[Clinic]:
    made = Clinic(running, var)
    yield made
    made.close()


@pytest.mark.parametrize("how", ["killed", "hung"])
def test_writes_are_kept_while_the_broker_is_gone(
    broker: redis.Server, running: Serving, clinic: Clinic, var: Path, how: str
) -> None:
    background = running.children("tracker worker ") + running.children("tracker beat ")
    said = len(running.output())
    (broker.kill if how == "killed" else broker.hang)()
    try:
        told_after = outage(running, clinic)
    finally:
        (broker.start if how == "killed" else broker.resume)()
    back = dt.datetime.now(dt.UTC)
    assert "/healthz" not in running.output()[said:], "a line for every probe"
    assert told_after < settings.HEARTBEAT_STALE_SECONDS
    assert running.wait_for(200) < HEALTHY_AGAIN_SECONDS
    assert until_heartbeat_after(back, var) < WORKING_AGAIN_SECONDS
    assert clinic.slowest < LONGEST_REQUEST_SECONDS
    assert len(clinic.kept) >= OUTAGE_SECONDS / 2
    assert set(clinic.kept) <= clinic.stored()
    assert running.children("tracker worker ") + running.children("tracker beat ") == background
    # it looks every five seconds
    told = running.wait_to_say("All is well again.", said)
    assert "Not healthy: background: broker cannot be reached" in told
    assert "Message Error" not in told, "a stack for each entry that beat could not send"


def outage(running: Serving, clinic: Clinic) -> float:
    """Work on for as long as it lasts; seconds until /healthz told the reason."""
    began, told_after = time.monotonic(), float("inf")
    while time.monotonic() - began < OUTAGE_SECONDS:
        clinic.write_through_the_api()
        clinic.write_on_the_page()
        clinic.sign_in_anew()
        status, answer = running.get("/healthz")
        if status == 503 and "broker cannot be reached" in answer["background"]:
            told_after = min(told_after, time.monotonic() - began)
        time.sleep(0.5)
    return told_after


def until_heartbeat_after(moment: dt.datetime, var: Path) -> float:
    """Seconds until beat and worker have done their work once more."""
    began = time.monotonic()
    with closing(sqlite3.connect(var / "regain.sqlite3")) as database:
        while time.monotonic() - began < 2 * WORKING_AGAIN_SECONDS:
            row = database.execute("SELECT at FROM tracker_heartbeat").fetchone()
            if row and dt.datetime.fromisoformat(row[0]).replace(tzinfo=dt.UTC) > moment:
                return time.monotonic() - began
            time.sleep(0.1)
    raise AssertionError("no heartbeat since the broker is back")


def test_a_broker_that_forgot_everything_still_works(
    broker: redis.Server, running: Serving, var: Path
) -> None:
    broker.flush()
    assert until_heartbeat_after(dt.datetime.now(dt.UTC), var) < WORKING_AGAIN_SECONDS
    assert running.get("/healthz")[0] == 200


FLOOD = """
from tracker.tasks import heartbeat
for _ in range(200):
    heartbeat.apply_async(expires=60)
"""


def test_a_busy_worker_lives_through_the_loss(
    broker: redis.Server, running: Serving, var: Path
) -> None:
    """It loses the broker in the middle of tasks whose end it can no longer report."""
    worker = running.children("tracker worker ")
    for _ in range(2):
        sent = serving.manage(var, "shell", "-v", "0", "-c", FLOOD, CELERY_BROKER_URL=broker.url)
        assert sent.returncode == 0, sent.stderr
        broker.kill()
        time.sleep(1)
        broker.start()
        until_heartbeat_after(dt.datetime.now(dt.UTC), var)
    assert running.children("tracker worker ") == worker, running.output()[-3000:]
    assert "Unrecoverable" not in running.output()


def test_it_starts_without_its_broker_and_says_so(var: Path) -> None:
    port = free_port()
    address = f"redis://:hush-hush@127.0.0.1:{port}/0"
    started = serving.start(var, free_port(), CELERY_BROKER_URL=address)
    try:
        started.wait_for(503)
        assert "broker cannot be reached" in started.get("/healthz")[1]["background"]
        said = started.output()
        assert "Warning: broker cannot be reached: no answer; start the Redis server" in said
        assert "Starting without it" in said
        started.wait_to_say("Trying again")
        # longer, so that the worker and beat have each said something
        time.sleep(3)
        assert "Traceback" not in started.output()
        assert "hush" not in started.output()
    finally:
        started.stop()


def test_a_broker_that_throws_work_away_is_warned_of(var: Path) -> None:
    with redis.server() as evicting:
        evicting.configure("maxmemory-policy", "allkeys-lru")
        started = serving.start(var, free_port(), CELERY_BROKER_URL=evicting.url)
        try:
            started.wait_for(200)
            said = started.output()
            assert "redis-cli CONFIG SET maxmemory-policy noeviction" in said
        finally:
            started.stop()
