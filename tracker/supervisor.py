"""Keeps child processes running until a signal ends them. Plain Python; `serve` uses it.

Each child leads its own session, so that whatever it leaves behind can be ended with it, and a
terminal's Ctrl-C reaches only us; on Linux a child is ended even when we are killed outright.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

TICK_SECONDS = 0.2
GRACE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0
# A child that lived this long was well; its next failure counts as the first.
WELL_SECONDS = 60.0
PR_SET_PDEATHSIG = 1


def pause(failures: int) -> float:
    """Seconds to wait before the next start: 1, 2, 4 … after so many failures in a row."""
    return min(LONGEST_PAUSE_SECONDS, 2.0 ** (failures - 1))


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    due: float = 0.0

    def start(self, cwd: Path) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        self.started = time.monotonic()

    def ended(self) -> int | None:
        """Exit code of a child that is no longer there, once; negative for a signal."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.sweep()
        self.process = None
        lived = time.monotonic() - self.started
        self.failures = 1 if lived > WELL_SECONDS else self.failures + 1
        self.due = time.monotonic() + pause(self.failures)
        return code

    def sweep(self) -> None:
        """End what is left of the child's process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Runs commands side by side and starts each again when it ends by itself."""

    def __init__(
        self,
        commands: dict[str, list[str]],
        *,
        cwd: Path,
        say: Callable[[str], None],
        ended: Callable[[str], None],
    ):
        self.children = [Child(name, command) for name, command in commands.items()]
        self.cwd, self.say, self.on_end = cwd, say, ended
        self.stopping = False

    def run(self, each_tick: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT; then everything is ended, within GRACE_SECONDS."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        try:
            while not self.stopping:
                self._tend()
                each_tick()
                time.sleep(TICK_SECONDS)
        finally:
            self._stop()

    def _end(self, *_signal: object) -> None:
        # a plain flag: an Event's lock may be held by the very code that the signal interrupts
        self.stopping = True

    def _tend(self) -> None:
        for child in self.children:
            if (code := child.ended()) is not None:
                how = f"signal {-code}" if code < 0 else f"exit code {code}"
                again = f"starting it again in {pause(child.failures):.0f} s"
                self.say(f"{child.name} ended ({how}); {again}.")
                self.on_end(child.name)
            if child.process is None and time.monotonic() >= child.due:
                child.start(self.cwd)

    def _stop(self) -> None:
        self.say("Stopping.")
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        _wait(running, GRACE_SECONDS)
        for child in self.children:
            child.sweep()
        _wait(running, GRACE_SECONDS)


def _wait(processes: Iterable[subprocess.Popen[bytes]], seconds: float) -> None:
    until = time.monotonic() + seconds
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
