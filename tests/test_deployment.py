"""compose.yaml, Dockerfile and .env.example against the product: what they name is there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.support.serving import manage

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = dict(
    re.findall(r"^#? ?([A-Z][A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
)
COMPOSE = (ROOT / "compose.yaml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def test_our_services_run_from_one_image_with_the_same_variables() -> None:
    assert set(OURS) == {"prepare", "web", "worker", "beat"}
    (environment,) = {str(service["environment"]) for service in OURS.values()}
    assert "'DEMO': '0'" in environment


def test_every_variable_given_to_it_is_one_it_reads() -> None:
    assert set(OURS["web"]["environment"]) <= set(EXAMPLE)
    docker = re.findall(r"([A-Z_]+)=", (ROOT / "Dockerfile").read_text().split("WORKDIR")[0])
    assert set(docker) - {"PYTHONUNBUFFERED", "PATH"} <= set(EXAMPLE)


def test_whoever_is_waited_for_is_a_service() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= set(SERVICES)


def test_no_secret_is_written_down() -> None:
    given = OURS["web"]["environment"]
    assert given["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in given["DATABASE_URL"]


def test_the_broker_keeps_what_it_is_given() -> None:
    command = SERVICES["broker"]["command"]
    assert "--appendonly yes" in command
    assert "maxmemory-policy" not in command or "noeviction" in command


def test_every_management_command_named_exists() -> None:
    named = re.findall(r"manage\.py (\w+)", COMPOSE + (ROOT / "Dockerfile").read_text())
    assert {"migrate", "first_admin", "collectstatic"} <= set(named)
    assert set(named) <= set(get_commands())


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_runs_our_app(name: str) -> None:
    command = shlex.split(SERVICES[name]["command"])
    assert command[:4] == ["celery", "-A", "tracker", name]


def test_every_line_of_the_example_can_be_used_as_it_stands(tmp_path: Path) -> None:
    given = {name: value for name, value in EXAMPLE.items() if name != "REGAIN_VAR"}
    checked = manage(tmp_path, "check", **given)
    assert checked.returncode == 0, checked.stderr
