"""`make run`, as one command: healthy, watched over, ended without a trace, data kept."""

import os
import re
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support import redis, serving
from tests.support.ports import free_port
from tests.support.serving import Serving, manage

pytestmark = pytest.mark.serve

STOP_SECONDS = 12
# of a processor, for preparing: about four, where the first start takes 25; wall time would tell
# how busy the machine is
SECOND_START_SECONDS = 12
DEMO_USERS = ("physician", "therapist", "surgeon", "administrator", "patient", "caregiver")


@pytest.fixture(scope="module")
def var(started_before: Path) -> Path:
    return started_before


@pytest.fixture(scope="module")
def running(var: Path) -> Iterator[Serving]:
    started = serving.start(var, free_port())
    try:
        started.wait_for(200)
        yield started
    finally:
        started.stop()


def test_on_an_empty_folder_it_says_what_it_does_and_the_demo_sign_ins(first_start: Path) -> None:
    """That it became well, and ended with 0 when told to, is asserted where it is started."""
    said = (first_start / "serve.log").read_text()
    assert "Bringing the database up to date" in said
    assert "Static files collected." in said
    assert "regain-demo-2026" in said
    assert all(re.search(rf"^  {name}\b", said, re.MULTILINE) for name in DEMO_USERS)


def test_says_its_address_and_keeps_what_was_collected(running: Serving) -> None:
    said = running.wait_to_say("Ctrl-C")
    assert f"Regain is ready: {running.url}/" in said
    assert "Static files collected." not in said


def test_lives_and_is_well(running: Serving) -> None:
    assert running.get("/livez") == (200, {"status": "alive"})
    assert running.get("/healthz") == (200, {"status": "ok", "database": "ok", "background": "ok"})


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_unwell_while_the_background_is_killed_then_well_again(running: Serving, name: str) -> None:
    (victim,) = running.children(f"tracker {name} ")
    os.kill(victim, signal.SIGKILL)
    running.wait_for(503, seconds=10)
    status, answer = running.get("/livez")
    assert (status, answer) == (200, {"status": "alive"})
    running.wait_for(200, seconds=60)
    running.wait_to_say(f"{name} ended (signal 9); starting it again")
    (successor,) = running.children(f"tracker {name} ")
    assert successor != victim


def test_a_killed_web_server_is_started_again(running: Serving) -> None:
    parent, *workers = running.children("gunicorn")
    os.kill(parent, signal.SIGKILL)
    running.wait_for(0, seconds=10)
    running.wait_for(200, seconds=60)
    assert serving.alive([parent, *workers]) == []


def test_a_busy_port_is_named_with_the_way_out(running: Serving, var: Path) -> None:
    refused = manage(var, "serve", PORT=str(running.port))
    assert refused.returncode == 1
    assert f"127.0.0.1:{running.port}" in refused.stderr
    assert "PORT=8001 make run" in refused.stderr


@pytest.mark.parametrize("port", ["70000", "x"])
def test_a_port_that_is_none_is_refused(var: Path, port: str) -> None:
    refused = manage(var, "serve", PORT=port)
    assert refused.returncode == 1
    assert "PORT" in refused.stderr


def test_a_stop_ends_everything_and_a_second_start_keeps_the_data(
    running: Serving, var: Path
) -> None:
    before = counts(var)
    assert before.split()[0] != "0"
    stops_cleanly(running, signal.SIGTERM)
    second = serving.start(var, free_port())
    try:
        second.wait_for(200)
        used = psutil.Process(second.process.pid).cpu_times()
        assert used.user + used.system < SECOND_START_SECONDS
        stops_cleanly(second, signal.SIGINT)
    finally:
        second.stop()
    assert counts(var) == before


def stops_cleanly(served: Serving, number: signal.Signals) -> None:
    processes = [served.process.pid, *served.children()]
    assert len(processes) >= 5
    began = time.monotonic()
    assert served.stop(number) == 0
    assert time.monotonic() - began < STOP_SECONDS
    assert serving.alive(processes) == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", served.port)) != 0


def counts(var: Path, **environment: str) -> str:
    """How many patients, document versions and users there are."""
    return manage(var, "shell", "-v", "0", "-c", COUNTS, **environment).stdout


COUNTS = """
from patients.models import DocumentVersion, Patient, User
print(Patient.objects.count(), DocumentVersion.objects.count(), User.objects.count())
"""


def test_killed_outright_it_leaves_no_orphan(var: Path) -> None:
    second = serving.start(var, free_port())
    second.wait_for(200)
    processes = second.children()
    os.kill(second.process.pid, signal.SIGKILL)
    second.process.wait()
    until = time.monotonic() + STOP_SECONDS
    while serving.alive(processes) and time.monotonic() < until:
        time.sleep(0.2)
    assert serving.alive(processes) == []


def test_a_real_site_gets_no_demo_and_is_told_about_tls(
    migrated: Path, first_start: Path, tmp_path: Path
) -> None:
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    shutil.copytree(first_start / "static", tmp_path / "static")
    shutil.copy(first_start / "static.stamp", tmp_path)
    site = serving.start(tmp_path, free_port(), DEMO="0")
    try:
        site.wait_for(200)
        said = site.wait_to_say("manage.py first_admin")
        assert "X-Forwarded-Proto" in said
        assert "HTTPS=0" in said
        assert "set ALLOWED_HOSTS to the host name" in said
        assert "sign-ins" not in said
        assert counts(tmp_path, DEMO="0") == "0 0 0\n"
        token = manage(tmp_path, "api_token", "physician", DEMO="0")
        assert token.returncode != 0
    finally:
        site.stop()
    foreign = "from patients.models import User; User.objects.create_user('someone')"
    manage(tmp_path, "shell", "-v", "0", "-c", foreign, DEMO="0")
    refused = manage(tmp_path, "serve", PORT=str(free_port()))
    assert refused.returncode == 1
    assert "set DEMO=0" in refused.stderr


@pytest.mark.redis
def test_the_worker_reports_over_redis(var: Path) -> None:
    with redis.server() as broker:
        over_redis = serving.start(var, free_port(), CELERY_BROKER_URL=broker.url)
        try:
            over_redis.wait_for(200)
        finally:
            over_redis.stop()
