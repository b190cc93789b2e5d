"""What PostgreSQL and SQLite say, turned into what to do; a fault in the code stays a fault."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from tracker import checks, faults
from tracker.faults import explain

AT = 'connection failed: connection to server at "10.0.0.1", port 5432 failed: '


def at(monkeypatch: pytest.MonkeyPatch, sqlite: bool, **place: str) -> None:
    here = SimpleNamespace(IS_SQLITE=sqlite, DATABASES={"default": place})
    monkeypatch.setattr(faults, "settings", here)


@pytest.fixture
def postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    place = {"NAME": "regain", "USER": "ines", "PASSWORD": "hush-hush", "PORT": ""}
    at(monkeypatch, sqlite=False, HOST="db.example.org", **place)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (AT + 'FATAL:  password authentication failed for user "ines"', "the password of ines"),
        (AT + "fe_sendauth: no password supplied", "the password of ines"),
        (AT + 'FATAL:  database "regain" does not exist', "createdb --owner ines regain"),
        (AT + 'FATAL:  role "ines" does not exist', "createuser --pwprompt ines"),
        (AT + 'FATAL:  no pg_hba.conf entry for host "x", no encryption', "pg_hba.conf"),
        (AT + "server does not support SSL, but SSL was required", "sslmode"),
        (AT + "Connection refused\n\tIs the server running", "answers at db.example.org:5432"),
        (AT + "timeout expired", "answers at db.example.org:5432"),
        ("connection timeout expired", "answers at db.example.org:5432"),
        ("failed to resolve host 'db': [Errno -2] Name or", "correct HOST and PORT"),
        (AT + "FATAL:  the database system is starting up", "Try again shortly"),
        (AT + "FATAL:  sorry, too many clients already", "Try again shortly"),
        ("permission denied for schema public\nLINE 1", "GRANT ALL ON SCHEMA public TO ines"),
        ("permission denied for table patients_site", "OWNER TO ines"),
        ("cannot execute CREATE TABLE in a read-only transaction", "the primary server"),
        ('invalid sslmode value: "always"', "Correct what follows its ?"),
        ('relation "patients_user" does not exist\nLINE 1', "manage.py migrate"),
        ("could not extend file: No space left on device", "Make room"),
    ],
)
def test_postgresql(postgres: None, said: str, told: str) -> None:
    meaning = explain(DatabaseError(said))
    assert meaning is not None
    assert meaning.startswith("The database cannot be used: ")
    assert told in meaning
    assert "hush" not in meaning


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("unable to open database file", "Make the file and its folder writable"),
        ("attempt to write a readonly database", "Make the file and its folder writable"),
        ("disk I/O error", "Make the file and its folder writable"),
        ("database or disk is full", "Make room"),
        ("file is not a database", "Bring back the last backup"),
        ("database disk image is malformed", "Bring back the last backup"),
        ("database is locked", "another process holds"),
        ("no such table: patients_user", "manage.py migrate"),
    ],
)
def test_sqlite(monkeypatch: pytest.MonkeyPatch, said: str, told: str) -> None:
    at(monkeypatch, sqlite=True, NAME="/srv/regain.sqlite3")
    meaning = explain(DatabaseError(said))
    assert meaning is not None
    assert told in meaning


def test_settings_say_it_themselves() -> None:
    assert explain(ImproperlyConfigured("PORT='x': set it.")) == "PORT='x': set it."


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(DatabaseError('syntax error at or near "SELET"'), id="our SQL"),
        pytest.param(DatabaseError("UNIQUE constraint failed: patients_site.code"), id="a rule"),
        pytest.param(DatabaseError('malformed array literal: "x"'), id="our value"),
        pytest.param(ValueError("password authentication failed"), id="not from a database"),
    ],
)
def test_a_fault_in_the_code_keeps_its_traceback(error: Exception) -> None:
    assert explain(error) is None


def test_every_saying_is_tried_here() -> None:
    """A pattern that no case above needs is a guess."""
    cases = [
        said
        for test in (test_postgresql, test_sqlite)
        for said, _told in test.pytestmark[0].args[1]  # type: ignore[attr-defined]
    ]
    needed = {next(p for p in faults._SAID if re.search(p, said, re.IGNORECASE)) for said in cases}
    assert needed == set(faults._SAID)


@pytest.mark.django_db
def test_our_database_is_not_newer_than_we_are() -> None:
    assert checks.no_newer(databases=["default"]) == []


@pytest.mark.parametrize(
    ("applied", "newer"),
    [
        pytest.param([("patients", "0001_squashed")], False, id="ours"),
        pytest.param([("patients", "0002_old")], False, id="squashed into ours"),
        pytest.param([("another", "0009_x")], False, id="of another product"),
        pytest.param([("patients", "9999_future")], True, id="not ours"),
    ],
)
def test_newer_is_what_has_a_migration_of_our_rooms_that_we_do_not_know(
    monkeypatch: pytest.MonkeyPatch, applied: list[tuple[str, str]], newer: bool
) -> None:
    squashed = SimpleNamespace(replaces=[("patients", "0002_old")])
    loader = SimpleNamespace(
        disk_migrations={("patients", "0001_squashed"): squashed},
        applied_migrations=dict.fromkeys(applied),
    )
    monkeypatch.setattr(checks, "MigrationLoader", lambda _connection: loader)
    found = checks.no_newer(databases=["default"])
    assert [".".join(applied[0]) in error.msg for error in found] == [True] * newer


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "refused"), [(True, []), (False, list(checks.DURABLE))])
def test_a_server_that_forgets_is_for_a_demo_only(
    settings: Any, demo: bool, refused: list[str]
) -> None:
    """The server of the tests keeps nothing."""
    settings.DEMO = demo
    found = checks.durable(databases=["default"])
    assert [error.msg.split("=")[0].split()[-1] for error in found] == refused
