"""What the records say now that an alert stands on: once one of them was amended or withdrawn, and
whether it is from before the operation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from outcomes.facts import columns
from outcomes.models import Alert, LabResult, MedicationCourse, MedicationDose, Visit
from outcomes.readings import Surgery
from outcomes.rules.moments import moment_text
from outcomes.rules.spans import nothing
from outcomes.rules.timing import is_before_anchor
from outcomes.rules.values import Anchor, Answer, Status
from patients.models.record import Record

# where the rules look; nothing else is the value of an alert
TABLES: tuple[Any, ...] = (Visit, LabResult, MedicationDose, MedicationCourse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """One record as it is now."""

    columns: Mapping[str, Any]
    when: str
    """As an alert keeps it; empty where it has no date."""
    withdrawn: bool
    """Entered in error, so it says nothing."""
    amended: bool
    """Since the alert was raised."""


Standing = Mapping[UUID, tuple[Stands, ...]]
"""By alert, its records in the order of their time; those without a date last."""


def standing(alerts: Iterable[Alert]) -> Standing:
    """Of each alert whose basis has changed; none of the few queries where no basis has."""
    changed = [alert for alert in alerts if alert.basis_changed]
    rows = _rows({record for alert in changed for record, _version in _stands_on(alert)})
    found = {}
    for alert in changed:
        told = (_stands(rows[pk], version) for pk, version in _stands_on(alert) if pk in rows)
        found[alert.pk] = tuple(sorted(told, key=lambda one: (not one.when, one.when)))
    return found


def before_surgery(alerts: Iterable[Alert], course: Surgery) -> set[UUID]:
    """The alerts of what was certainly found before the operation; a few queries, however many."""
    found = list(alerts)
    if not course.operated:
        return set()
    rows = _rows({alert.record for alert in found})
    return {
        alert.pk for alert in found
        if (row := rows.get(alert.record)) and is_before_anchor(
            row.when, Anchor.INDEX_DECOMPRESSION, anchors=course.anchors) is Answer.YES
    }  # fmt: skip


def _stands_on(alert: Alert) -> list[tuple[UUID, int]]:
    before = (alert.record_before, alert.record_before_version)
    now = (alert.record, alert.record_version)
    return [one for one in (before, now) if one[0] is not None]


def _rows(wanted: set[UUID]) -> dict[UUID, Record]:
    if not wanted:
        return {}
    return {row.pk: row for row in chain(*(t.objects.filter(pk__in=wanted) for t in TABLES))}


def _stands(row: Record, raised_on: int) -> Stands:
    return Stands(
        columns=columns(row),
        when=moment_text(row.when, nothing(Status.NOT_REPORTED)),
        withdrawn=row.entered_in_error,
        amended=row.version != raised_on,
    )
