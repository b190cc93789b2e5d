"""What cannot start says why and what to do: in a sentence, without a traceback or a secret."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.serving import manage

pytestmark = pytest.mark.serve

SECRET = "hush-hush"


def told(refused: subprocess.CompletedProcess[str]) -> str:
    """What it said, having refused with a sentence only."""
    assert refused.returncode == 1
    said = refused.stdout + refused.stderr
    assert "Traceback" not in said
    assert SECRET not in said
    return refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("DATABASE_URL", f"postgres://u:{SECRET}@h:port/x", "write it as postgres://USER"),
        ("DATABASE_URL", f"postgres://u:{SECRET}/x@h/regain", "written as %40"),
        ("DATABASE_URL", f"mysql://u:{SECRET}@h/x", "use postgres:// or sqlite://"),
        ("CELERY_BROKER_URL", f"redis://:{SECRET}@h:port/0", "write it as redis://"),
        ("CELERY_BROKER_URL", f"redis://:{SECRET}@h:6379/zero", "write it as redis://"),
        ("CELERY_BROKER_URL", f"amqp://u:{SECRET}@h", "write it as redis://"),
        ("SECRET_KEY", SECRET, "at least 50 random characters"),
        ("REGAIN_VAR", "/proc/regain", "choose another, for example REGAIN_VAR=$HOME/regain"),
        ("HTTPS", "perhaps", "set it to 1 or 0"),
    ],
)
def test_a_variable_that_cannot_be_used(tmp_path: Path, name: str, value: str, fix: str) -> None:
    said = told(manage(tmp_path, "serve", PORT=str(free_port()), **{name: value}))
    assert said.startswith(name)
    assert fix in said


def test_no_real_site_with_tracebacks_in_the_browser(tmp_path: Path) -> None:
    said = told(manage(tmp_path, "serve", DEMO="0", DEBUG="1"))
    assert "leave DEBUG out" in said


@pytest.mark.parametrize(
    "command", [["serve"], ["migrate"], ["api_token", "x"], ["check", "--database", "default"]]
)
def test_no_server_answers(tmp_path: Path, command: list[str]) -> None:
    port = free_port()
    url = f"postgres://u:{SECRET}@127.0.0.1:{port}/regain"
    said = told(manage(tmp_path, *command, DATABASE_URL=url, PORT=str(free_port())))
    assert f"no server answers at 127.0.0.1:{port}. Start it" in said


@pytest.mark.parametrize(
    ("path", "fix"),
    [
        ("/proc/regain/regain.sqlite3", "Make the file and its folder writable"),
        (__file__, "Bring back the last backup"),
    ],
)
def test_a_file_that_is_no_database(tmp_path: Path, path: str, fix: str) -> None:
    url = f"sqlite:///{path}"
    said = told(manage(tmp_path, "serve", DATABASE_URL=url, PORT=str(free_port())))
    assert f"The database cannot be used: {path}" in said
    assert fix in said


def test_a_database_that_a_newer_version_has_changed(migrated: Path, tmp_path: Path) -> None:
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    record = (
        "from django.db import connection\n"
        "from django.db.migrations.recorder import MigrationRecorder\n"
        "MigrationRecorder(connection).record_applied('outcomes', '9999_future')"
    )
    manage(tmp_path, "shell", "-v", "0", "-c", record, DEMO="0")
    for command in (["serve"], ["migrate"]):
        said = told(manage(tmp_path, *command, DEMO="0", PORT=str(free_port())))
        assert "newer version of Regain has changed this database (outcomes.9999_future)" in said
        assert "Start that version, or bring back the backup" in said


def test_a_demo_becomes_no_real_site(started_before: Path) -> None:
    """Its passwords are known to everyone."""
    said = told(manage(started_before, "serve", DEMO="0", PORT=str(free_port())))
    assert "holds the demo" in said
    assert "REGAIN_VAR=$HOME/regain" in said
