"""A provider outside the product: it honours keys, counts every attempt, and takes its time.

Each attempt is one line of `raw`, written before the message is accepted under its key, once. Both
are files, so a killed worker takes nothing back.
"""

import os
import random
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

from django.conf import settings

from patients.models import User

# while this file is there, a message accepted is not answered: a kill falls before the mark
HOLD = "hold"
# shorter than the lease, after which another worker takes over anyhow
HELD_SECONDS = 1.5


class Store:
    honours_key = True

    def __init__(self) -> None:
        self.folder = Path(settings.PROVIDER_STORE)
        self.chance = random.Random()

    def send(self, key: UUID, recipient: User, text: str) -> None:
        self._work()
        _append(self.folder / "raw", f"{key}\n")
        accept(self.folder, str(key), f"{recipient.username}\n{text}")
        self._work()
        until = time.monotonic() + HELD_SECONDS
        while (self.folder / HOLD).exists() and time.monotonic() < until:
            time.sleep(0.005)

    def _work(self) -> None:
        time.sleep(self.chance.uniform(0, settings.PROVIDER_LONGEST_SECONDS))


def accept(folder: Path, key: str, message: str) -> None:
    """The first message under a key is kept; another is the same one again."""
    partial = folder / f"partial-{os.getpid()}-{random.random()}"
    partial.write_text(message)
    try:
        os.link(partial, folder / "accepted" / key)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _append(path: Path, line: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)


def attempts(folder: Path) -> Counter[str]:
    """How often each key was sent."""
    raw = folder / "raw"
    return Counter(raw.read_text().split()) if raw.exists() else Counter()


def accepted(folder: Path) -> dict[str, str]:
    """To whom, by key."""
    found = (folder / "accepted").iterdir()
    return {path.name: path.read_text().partition("\n")[0] for path in found}
