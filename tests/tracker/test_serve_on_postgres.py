"""`make run` with DATABASE_URL on PostgreSQL: a demo, and a real site from nothing to a sign-in."""

import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests
from psycopg import sql

from tests import postgres
from tests.support import redis, serving
from tests.support.ports import free_port
from tests.support.serving import Serving, manage

pytestmark = [pytest.mark.postgres, pytest.mark.serve]
PASSWORD = "seven quiet rivers"
DATABASE_PASSWORD = "hush#@/:%hush"
QUOTED = "hush%23%40%2F%3A%25hush"
FIRST_ADMIN = (
    *("first_admin", "--password-stdin", "--site-name", "St. Mary", "--site-code", "mary"),
    *("--time-zone", "Europe/Lisbon", "--username", "ines"),
)


@pytest.fixture
def database() -> Iterator[str]:
    server = os.environ["TEST_DATABASE_URL"]
    # of its own for each test: they run side by side
    own = f"regain_{uuid.uuid4().hex[:12]}"
    name = sql.Identifier(own)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield server.rsplit("/", 1)[0] + f"/{own}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_starts_with_the_demo_in_place(database: str, tmp_path: Path) -> None:
    started = serving.start(tmp_path, free_port(), DATABASE_URL=database)
    try:
        started.wait_for(200)
        with psycopg.connect(database) as connection:
            published = "SELECT count(*) FROM patients_patient WHERE origin = 'published'"
            assert connection.execute(published).fetchone() == (1,)
    finally:
        assert started.stop() == 0
    assert not (tmp_path / "regain.sqlite3").exists()


def test_a_server_that_forgets_is_no_place_for_a_real_site(database: str, tmp_path: Path) -> None:
    for command in ("serve", "migrate"):
        refused = manage(tmp_path, command, DATABASE_URL=database, DEMO="0", PORT=str(free_port()))
        assert refused.returncode == 1
        assert "fsync=off, so a power cut would lose" in refused.stderr
        assert "Set synchronous_commit=on in its postgresql.conf" in refused.stderr
        assert "Traceback" not in refused.stderr
    with psycopg.connect(database) as connection:
        made = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert made.fetchone() == (0,), "refused, and changed all the same"


@pytest.fixture(scope="module")
def hospital() -> Iterator[str]:
    """A durable server that asks for a password: the address of its database, without the user."""
    folder = postgres.binaries()
    assert folder is not None
    with (
        postgres.server(folder, durable=True) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        connection.execute(
            sql.SQL("CREATE ROLE regain LOGIN PASSWORD {}").format(DATABASE_PASSWORD)
        )
        connection.execute("CREATE ROLE weak LOGIN PASSWORD 'weak'")
        connection.execute("CREATE DATABASE regain OWNER regain")
        (rules,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        Path(rules).write_text(
            "host all postgres 127.0.0.1/32 trust\nhost regain all 127.0.0.1/32 scram-sha-256\n"
            "host all regain 127.0.0.1/32 scram-sha-256\n"
        )
        connection.execute("SELECT pg_reload_conf()")
        address = url.split("@")[1].split("/")[0]
        _until_asks_for_password(f"postgres://weak@{address}/regain")
        yield f"@{address}/regain"


def _until_asks_for_password(url: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return
        time.sleep(0.05)
    raise AssertionError("the server does not ask for a password")


@pytest.mark.parametrize(
    ("user", "path", "fix"),
    [
        (
            "regain:wrong-hush",
            "/regain",
            "refuses the password of regain. Correct it in DATABASE_U",
        ),
        (f"regain:{QUOTED}", "/nope", "createdb --owner regain nope"),
        ("nobody:hush", "/regain", "the password of nobody"),
        ("weak:weak", "/postgres", "pg_hba.conf"),
        ("weak:weak", "/regain", "GRANT ALL ON SCHEMA public TO weak"),
        (f"regain:{QUOTED}", "/regain?sslmode=require", "Correct sslmode"),
        (f"regain:{QUOTED}", "/regain?sslmode=always", "what follows its ?"),
    ],
)
def test_each_fault_says_its_fix(
    hospital: str, tmp_path: Path, user: str, path: str, fix: str
) -> None:
    url = f"postgres://{user}{re.sub('/regain$', path, hospital)}"
    refused = manage(tmp_path, "serve", DATABASE_URL=url, DEMO="0", PORT=str(free_port()))
    assert refused.returncode == 1
    assert fix in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "hush" not in refused.stdout + refused.stderr


@pytest.mark.redis
def test_a_real_site_from_nothing_to_a_sign_in(hospital: str, tmp_path: Path) -> None:
    url = f"postgres://regain:{QUOTED}{hospital}"
    with redis.server() as broker:
        port = free_port()
        variables = {
            "DATABASE_URL": url,
            "CELERY_BROKER_URL": broker.url,
            "DEMO": "0",
            "HTTPS": "0",
            "PORT": str(port),
        }
        site = serving.start(tmp_path, port, **variables)
        try:
            site.wait_for(200)
            _until(site, "Nobody can sign in yet")
            assert sign_in(site, "ines") == 200, "nobody is there yet"
            made = first_admin(tmp_path, variables)
            assert f"Sign in at {site.url}/account/login/" in made.stdout
            assert sign_in(site, "ines") == 302
            again = first_admin(tmp_path, variables)
            assert again.returncode == 1
            assert "administrator already" in again.stderr
            assert "hush" not in site.output() + made.stdout + again.stderr
        finally:
            assert site.stop() == 0
    with psycopg.connect(url) as connection:
        events = connection.execute("SELECT action FROM patients_auditevent").fetchall()
        assert ("site.open",) in events
    assert not (tmp_path / "regain.sqlite3").exists()
    assert not list((tmp_path).glob("broker/*")), "the queue is on Redis"


def first_admin(var: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *FIRST_ADMIN],
        cwd=serving.ROOT,
        env=serving.clean_environment(var) | variables,
        input=PASSWORD + "\n",
        capture_output=True,
        text=True,
        timeout=60,
    )


def sign_in(site: Serving, username: str) -> int:
    """302 where it leads on, 200 where the form comes back."""
    with requests.Session() as browser:
        path = site.url + "/account/login/"
        form = browser.get(path, timeout=10).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token
        sent = {"csrfmiddlewaretoken": token[1], "login": username, "password": PASSWORD}
        return browser.post(path, data=sent, timeout=10, allow_redirects=False).status_code


def _until(site: Serving, text: str) -> None:
    until = time.monotonic() + 30
    while text not in site.output() and time.monotonic() < until:
        time.sleep(0.1)
    assert text in site.output()
