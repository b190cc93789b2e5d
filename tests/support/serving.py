"""The product as a user starts it: `manage.py serve`, in a place of its own."""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
# half a minute on an idle machine
START_SECONDS = 300
VARIABLES = (
    *("DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "HOST", "PORT", "HTTPS", "DEBUG"),
    *("DEMO", "DEMO_PASSWORD", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"),
    *("EMAIL_URL", "EMAIL_FROM", "PUBLIC_URL", "VAPID_PRIVATE_KEY"),
)


@dataclass
class Serving:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON; 0 when nobody answers."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, json.loads(answer.read())
        except OSError:
            return 0, None
        finally:
            asked.close()

    def wait_for(self, status: int, seconds: float = START_SECONDS) -> float:
        """Seconds until /healthz answered with this status."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.get("/healthz")[0] == status:
                return time.monotonic() - began
            assert self.process.poll() is None, self.output()
            time.sleep(0.05)
        raise AssertionError(f"/healthz was not {status} in {seconds} s:\n{self.output()}")

    def wait_to_say(self, text: str, since: int = 0, seconds: float = 30) -> str:
        """All it said since that character, as soon as the text is in it."""
        until = time.monotonic() + seconds
        while text not in self.output()[since:] and time.monotonic() < until:
            time.sleep(0.05)
        said = self.output()[since:]
        assert text in said, said
        return said

    def children(self, word: str = "") -> list[int]:
        """Ids of the processes under it whose command holds a word, eldest first."""
        below = psutil.Process(self.process.pid).children(recursive=True)
        return [child.pid for child in below if word in " ".join(child.cmdline())]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal its process group, as a terminal or an init system does; its exit code."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        return self.process.wait(20)


def start(var: Path, port: int, **environment: str) -> Serving:
    """Start it with its data in `var`; the process leads a group of its own."""
    var.mkdir(parents=True, exist_ok=True)
    log = var / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=clean_environment(var) | {"PORT": str(port)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Serving(process, port, log)


def first_start(place: Path) -> Path:
    """The folder of a product that was started on nothing, as a user does, and stopped when well.

    Whoever asks first for this place starts it; others wait, and get the same. To be copied.
    """
    place.mkdir(parents=True, exist_ok=True)
    made, making = place / "var", place / "making"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(making, ignore_errors=True)
            started = start(making, free_port())
            try:
                started.wait_for(200)
                started.wait_to_say("Ctrl-C")
            finally:
                assert started.stop() == 0
            making.rename(made)
    return made


def manage(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A management command of the product with its data in `var`."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean_environment(var) | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )


def clean_environment(var: Path) -> dict[str, str]:
    """As in a stranger's shell; empty means the default, whatever a .env says."""
    defaults = dict.fromkeys(VARIABLES, "")
    settings = {"DJANGO_SETTINGS_MODULE": "tracker.settings", "REGAIN_VAR": str(var)}
    return os.environ | defaults | settings


def alive(pids: list[int]) -> list[int]:
    """Those still running (a zombie is not)."""
    return [pid for pid in pids if psutil.pid_exists(pid) and _runs(psutil.Process(pid))]


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False
