"""Warning signs that were reported, as those who may report see them: told, and seen.

They do not see alerts: of the clinic's answer only that someone has seen the report, and when.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Min

from outcomes.models import Alert, DiaryEntry
from patients.models import Patient, User

SHOWN = dt.timedelta(days=14)
"""How long a report stays on the page; the entries keep all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A warning sign that reached the clinic; `seen_at` is None while nobody has acknowledged it.

    `happened_at` is approximate. Moments are aware; `zone` is the site's when it was recorded.
    """

    id: UUID
    sign: str
    happened_at: dt.datetime
    told_at: dt.datetime
    seen_at: dt.datetime | None
    zone: str


def reports(user: User, patient: Patient, now: dt.datetime) -> list[Report]:
    """The latest first; whoever may only report sees what they reported. Two queries."""
    rows = DiaryEntry.objects.visible_to(user).filter(patient=patient, kind="red_flag").current()
    rows = rows.filter(recorded_at__gte=now - SHOWN)
    entries = list(rows.order_by("-recorded_at", "-position"))
    seen = _seen(entries)
    return [
        Report(
            id=row.pk,
            sign=str(row.sign),
            happened_at=row.occurred_at,
            told_at=row.recorded_at,
            seen_at=seen.get(row.pk),
            zone=row.time_zone,
        )
        for row in entries
    ]


def _seen(entries: Sequence[DiaryEntry]) -> dict[UUID, dt.datetime]:
    """When someone first acknowledged an alert of each report."""
    found = Alert.objects.current().filter(
        record__in=[row.pk for row in entries], acknowledged_at__isnull=False
    )
    pairs = found.values_list("record").annotate(first=Min("acknowledged_at"))
    return dict(pairs.order_by())
