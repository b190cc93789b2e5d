"""The documents of one patient as they are written down, each with an id of its own."""

import datetime as dt
import uuid
from typing import Any

NAMESPACE = uuid.UUID("5c6f2a52-6a3e-5f0e-9a55-2b1f6d1f3c11")


class Notes:
    """Collects documents in the order in which they must be entered; ids follow from names."""

    def __init__(self, seed: int, number: int) -> None:
        self._prefix = f"{seed}-{number}"
        self.documents: list[dict[str, Any]] = []

    def id(self, name: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self._prefix}/{name}"))

    def add(self, path: str, name: str, /, **document: Any) -> None:
        self.documents.append({"kind": path, "document": {"id": self.id(name), **document}})


def on(day: dt.date) -> dict[str, str]:
    return {"date": day.isoformat()}


def at(moment: dt.datetime) -> dict[str, str]:
    return {"date": moment.date().isoformat(), "time": moment.time().isoformat("minutes")}
