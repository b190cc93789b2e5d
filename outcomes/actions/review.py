"""Looking again at courses that nobody writes to: for what was recorded before a rule existed."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from outcomes.actions.consequences import draw
from outcomes.models import Alert, DataQuery
from patients.models import Patient
from patients.records import Asked

PATIENTS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Of one page of patients how many were looked at, and what was found that was not there."""

    patients: int
    alerts: int
    queries: int


def review(at: dt.datetime, *, write: bool = True) -> Iterator[Reviewed]:
    """What the rules of today find in every course, as after a write; again, it finds nothing new.

    One transaction for each page; undone where nothing is to be written.
    """
    last = None
    while True:
        rest = Patient.objects.filter(entered_in_error=False).order_by("pk")
        rest = rest if last is None else rest.filter(pk__gt=last)
        page = list(rest.values_list("pk", flat=True)[:PATIENTS_A_PAGE])
        if not page:
            return
        last = page[-1]
        yield _page(page, at, write)


@transaction.atomic
def _page(patient_ids: Sequence[UUID], at: dt.datetime, write: bool) -> Reviewed:
    alerts, queries = _counts(patient_ids)
    # as for what is entered in bulk: a made-up course brings the answers of its story
    draw(patient_ids, Asked(by=None, at=at, reporter="import"))
    alerts_now, queries_now = _counts(patient_ids)
    transaction.set_rollback(not write)
    return Reviewed(len(patient_ids), alerts_now - alerts, queries_now - queries)


def _counts(patient_ids: Sequence[UUID]) -> tuple[int, int]:
    """How many alerts there are, and how many open queries."""
    alerts = Alert.objects.filter(patient__in=patient_ids)
    return alerts.count(), DataQuery.objects.filter(patient__in=patient_ids).open().count()
