"""What the patient does not see yet, because the clinic wants to discuss it first, until when.

The rule itself is in `patients.querysets`: hidden until it is shared, at most 14 days from when it
was recorded, fewer where the site says so (DESIGN.md section 3). No kind of record is hidden by
itself, however it was entered: of each a person decides, and can undo it with one tap [POLICY].
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from outcomes.kinds import KINDS, Kind
from outcomes.record import Record
from outcomes.thresholds import site_thresholds
from patients.models import Site

SHAREABLE: tuple[Kind, ...] = tuple(k for k in KINDS if "discuss_first" in k.shape.model_fields)
"""The kinds of which a document can be kept for discussing first."""
DAYS = "discuss_first_days"


@dataclass(frozen=True)
class Hidden:
    """A record that the patient does not see before `until`, a date at the site."""

    kind: Kind
    row: Any
    until: dt.date


def hidden(record: Record) -> list[Hidden]:
    """Of one patient what the reader sees and the patient does not yet; a query a kind."""
    wait = waits(record.patient.site)
    return [
        Hidden(kind, row, _until(row, wait)) for kind in SHAREABLE for row in _rows(kind, record)
    ]


def _rows(kind: Kind, record: Record) -> Any:
    every = kind.model.objects
    rows = every.all() if record.whole else every.visible_to(record.user)
    return rows.filter(patient=record.patient).current().to_discuss().order_by("position")


def hidden_until(row: Any, wait: dt.timedelta, now: dt.datetime | None = None) -> dt.date | None:
    """Until which date the patient does not see a record; None where they see it."""
    waits_still = row.recorded_at + wait > (now or timezone.now())
    marked = getattr(row, "discuss_first", None) and not row.entered_in_error
    return _until(row, wait) if marked and waits_still else None


def _until(row: Any, wait: dt.timedelta) -> dt.date:
    """The day on which it is shared by itself, at the site where it was recorded."""
    return (row.recorded_at + wait).astimezone(ZoneInfo(row.time_zone)).date()


def waits(site: Site) -> dt.timedelta:
    """How long a record can be hidden at a site."""
    return dt.timedelta(days=int(site_thresholds(site)[DAYS]))
