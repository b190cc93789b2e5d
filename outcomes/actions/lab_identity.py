"""What makes two results the same one, and the results that a file may meet.

The same are: patient, analyte, specimen time (to the minute) and quantity in the canonical unit.
A file's result has an id worked out from these, or from the laboratory's own id of the result, so
that importing a file twice, or two people at once, adds nothing.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from outcomes.actions.laboratory import specimen_time
from outcomes.models import LabResult
from outcomes.rules import labs
from patients.models import DocumentVersion

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "regain:laboratory-results")


@dataclass(frozen=True, slots=True)
class Content:
    """When and how much: what two records of one result have in common."""

    date: dt.date
    time: dt.time | None
    comparator: str
    amount: Decimal | None
    """In the canonical unit; None where only an interpretation is known."""

    @property
    def when(self) -> tuple[dt.date, dt.time | None]:
        return self.date, self.time

    @property
    def quantity(self) -> tuple[str, Decimal | None]:
        return self.comparator, self.amount

    def nearly(self, other: "Content") -> bool:
        """The same day and quantity, where one of the two has no time of day."""
        timed = (self.time is None) != (other.time is None)
        return timed and self.date == other.date and self.quantity == other.quantity


def content(columns: Mapping[str, Any]) -> Content | None:
    """From what is known of a result (columns of LabResult); None without a date."""
    if columns["date"] is None:
        return None
    time = columns["time"]
    amount = columns["canonical"]
    return Content(
        date=columns["date"],
        time=time and time.replace(second=0, microsecond=0),
        comparator=columns["comparator"],
        amount=None if amount is None else amount.normalize(),
    )


def record_id(patient_id: UUID, analyte: str, found: Content, result_id: str) -> UUID:
    """The id of a file's result, the same whenever and by whomever it is imported."""
    if result_id:
        return uuid.uuid5(NAMESPACE, f"{patient_id}|{analyte}|id|{result_id}")
    time = found.time.isoformat("minutes") if found.time else ""
    amount = "" if found.amount is None else format(found.amount, "f")
    text = f"{patient_id}|{analyte}|{found.date}|{time}|{found.comparator}{amount}"
    return uuid.uuid5(NAMESPACE, text)


def correction_key(record: UUID, found: Content, unit: str) -> str:
    """Under which one correction of a result is written once."""
    text = f"{record}|corrected|{found.date}|{found.time}|{found.quantity}|{unit}"
    return str(uuid.uuid5(NAMESPACE, text))


@dataclass(slots=True)
class Entry:
    """A result that is recorded, or that an earlier row of the file will record."""

    id: UUID
    now: Content | None
    shown: str
    version: int = 1
    in_error: bool = False
    row: int | None = None
    """The row of the file it comes from, None for one that is recorded."""
    past: set[Content] = field(default_factory=set)


class Book:
    """The results that rows of a file are held against; rows that are accepted join it."""

    def __init__(self) -> None:
        self._of: defaultdict[tuple[UUID, str], list[Entry]] = defaultdict(list)
        self.by_id: dict[UUID, Entry] = {}
        self.corrections: set[str] = set()

    def load(self, patients: Set[UUID], dates: Set[dt.date], ids: Set[UUID]) -> None:
        """Read what is recorded of the patients on these dates, and whatever has one of the ids."""
        mine = LabResult.objects.filter(patient__in=patients, date__in=dates).current()
        taken = LabResult.objects.filter(pk__in=ids)
        amended = []
        for row in (*mine.order_by("position"), *taken):
            if row.pk in self.by_id:
                continue
            entry = Entry(
                row.pk, content(vars(row)), shown(row.value, row.unit), row.version,
                row.entered_in_error,
            )  # fmt: skip
            self.add(row.patient_id, row.analyte, entry)
            amended += [row] if row.version > 1 else []
        self._load_past(amended)

    def add(self, patient_id: UUID, analyte: str, entry: Entry) -> None:
        self.by_id[entry.id] = entry
        if not entry.in_error:
            self._of[patient_id, analyte].append(entry)

    def of(self, patient_id: UUID, analyte: str) -> Sequence[Entry]:
        return self._of[patient_id, analyte]

    def _load_past(self, rows: Sequence[LabResult]) -> None:
        """What amended results said before, and under which keys they were corrected."""
        zones = {row.pk: row.time_zone for row in rows}
        for version in DocumentVersion.objects.filter(record_id__in=zones):
            said = _said(version.content["document"], zones[version.record_id])
            if said is not None:
                self.by_id[version.record_id].past.add(said)
            self.corrections.add(version.operation)


def _said(document: Mapping[str, Any], zone: str) -> Content | None:
    """The content of an earlier version, by today's tables."""
    none = {"comparator": "", "canonical": None}
    columns = specimen_time(document.get("specimen_at"), zone) | none
    if document.get("value") is not None:
        try:
            found = labs.canonical(document["analyte"], document["value"], document["unit"])
        except labs.LabRefused:  # the tables have changed since
            return None
        columns |= {"comparator": found.comparator, "canonical": found.limit}
    return content(columns)


def shown(value: str | None, unit: str | None) -> str:
    return " ".join(part for part in (value, unit) if part) or "–"
