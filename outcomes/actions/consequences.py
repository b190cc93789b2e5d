"""What a clinical write brings about, in its own transaction: what rules find in the course.

Each of `FOLLOWING` gets the patients concerned with their facts, and stores what follows. It must
be safe to repeat: the same facts bring about nothing new.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction

from outcomes.actions import automatic_queries, cohort_rows, drafts, work_list
from outcomes.actions.alerts import raise_alerts
from outcomes.facts import facts_of
from outcomes.rules.facts import Facts
from patients import records
from patients.models import Patient, Record
from patients.records import Asked, Written

Following = Callable[[Sequence[Patient], Mapping[UUID, Facts], Asked], None]
Action = Callable[..., Written]

FOLLOWING: tuple[Following, ...] = (
    raise_alerts, automatic_queries.follow, work_list.keep, cohort_rows.keep,
)  # fmt: skip


def following(write: Action) -> Action:
    """The same action, with its consequences; a replay has had them already."""

    @wraps(write)
    @transaction.atomic
    def whole(**given: Any) -> Written:
        written = write(**given)
        drafts.recorded(key=written.version.operation, by=given["asked"].by)
        if not written.replayed:
            draw([written.version.patient_id], given["asked"])
        return written

    return whole


def draw(patient_ids: Sequence[UUID], asked: Asked) -> None:
    """Look at the patients' courses as they are now, and store what follows."""
    if not FOLLOWING:
        return
    # one at a time per patient, so that of two writes at once the later sees the earlier
    locked = Patient.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    patients = list(locked.filter(pk__in=patient_ids).select_related("site"))
    facts = facts_of(patients, asked.at)
    for follow in FOLLOWING:
        follow(patients, facts, asked)


def _enter_in_error(*, row: Record, asked: Asked, reason: str, expected: int) -> Written:
    return records.enter_in_error(row, asked=asked, reason=reason, expected=expected)


enter_in_error = following(_enter_in_error)
