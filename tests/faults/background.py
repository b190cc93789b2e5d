"""Worker and beat as in life, two of each, in a place of their own, killed and started again."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import provider
from tests.support.ports import free_port
from tests.support.serving import ROOT, START_SECONDS, clean_environment

CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "tracker"]
WORKER = [
    *[*CELERY, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"],
    *["--without-gossip", "--without-mingle"],
]
BEAT = [*CELERY, "beat", "--loglevel", "WARNING", "--schedule"]


# how long the provider takes at most, before and after it accepts: longer where few are sent, so
# that a kill surely falls between
PROVIDER_SECONDS = "0.008" if os.environ.get("HYPOTHESIS_PROFILE") == "full" else "0.03"


def environment(place: Path, broker: str = "filesystem://localhost") -> dict[str, str]:
    return clean_environment(place) | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "CELERY_BROKER_URL": broker,
        "PROVIDER_STORE": str(place / "provider"),
        "PROVIDER_LONGEST_SECONDS": PROVIDER_SECONDS,
    }


def run(place: Path, *arguments: str) -> str:
    """A module or command of the product with its data in `place`; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(place),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=10 * START_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Background:
    """What a supervisor would look after; whoever ends is started again."""

    place: Path
    broker: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0

    @property
    def commands(self) -> dict[str, list[str]]:
        return {
            "worker-1": [*WORKER, "--hostname", "one@%h"],
            "worker-2": [*WORKER, "--hostname", "two@%h"],
            "beat-1": [*BEAT, str(self.place / "schedule-1")],
            "beat-2": [*BEAT, str(self.place / "schedule-2")],
        }

    def tend(self) -> None:
        for name, command in self.commands.items():
            if name not in self.running or self.running[name].poll() is not None:
                with (self.place / f"{name}.log").open("ab") as log:
                    self.running[name] = subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=environment(self.place, self.broker),
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )

    def kill(self, name: str) -> None:
        _kill(self.running[name])
        self.kills += 1

    def stop(self) -> None:
        for process in self.running.values():
            _kill(process)

    def logs(self) -> str:
        return "\n".join(
            f"{path.name}: {path.read_text(errors='replace')[-2000:]}"
            for path in sorted(self.place.glob("*.log"))
        )

    # --- what came of it ------------------------------------------------------------------------

    @property
    def store(self) -> Path:
        return self.place / "provider"

    def taken(self) -> int:
        """How many messages the provider has accepted."""
        return sum(1 for _ in os.scandir(self.store / "accepted"))

    def repeated(self) -> int:
        """How many messages were sent more than once under their key: crashes before the mark."""
        return sum(times > 1 for times in provider.attempts(self.store).values())

    def outbox(self) -> dict[str, tuple[str, str]]:
        """By key: the state, and whom, to whom and of what."""
        with contextlib.closing(sqlite3.connect(self.place / "regain.sqlite3")) as database:
            rows = database.execute(
                "SELECT n.key, n.state, n.patient_id, u.username, n.slot"
                " FROM outcomes_notification n JOIN patients_user u ON u.id = n.recipient_id"
            )
            return {
                _dashed(key): (state, f"{_dashed(patient)} {who} {slot}")
                for key, state, patient, who, slot in rows
            }


def _dashed(number: str) -> str:
    return "-".join((number[:8], number[8:12], number[12:16], number[16:20], number[20:]))


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


@dataclass
class Redis:
    """A server of our own that keeps nothing on the disk."""

    program: str
    place: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *[self.program, "--port", str(self.port), "--bind", "127.0.0.1"],
                *["--save", "", "--appendonly", "no", "--dir", str(self.place)],
            ],
            stdout=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def flush(self) -> None:
        import redis

        with contextlib.closing(redis.Redis(port=self.port)) as client:
            client.flushall()


def ticks(seconds: float, limit: float) -> Iterator[None]:
    """Now and then, until so many seconds have passed."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        yield
        time.sleep(seconds)
