"""Keeping what the work list reads: one row per patient, the same as from the whole course."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from outcomes.actions import derived
from outcomes.following import followed_of
from outcomes.models import FollowUp
from outcomes.rules.facts import Facts
from outcomes.rules.worklist import Followed
from patients.models import Patient
from patients.records import Asked

COLUMNS = (
    "operated", "zero_from", "zero_to", "visits", "lost", "attempts", "attempted_on",
)  # fmt: skip


def keep(patients: Sequence[Patient], facts: Mapping[UUID, Facts], asked: Asked) -> None:
    """What follows every clinical write (see `consequences`)."""
    _write(patients, _fresh(patients))


def columns(followed: Followed) -> dict[str, Any]:
    """As it is stored."""
    own = {name: getattr(followed, name) for name in COLUMNS}
    visits = [[v.kind, v.day.lower, v.day.upper] for v in followed.visits]
    return own | {"visits": visits}


def rebuild(*, write: bool = True) -> Iterator[tuple[int, list[Patient]]]:
    """See `derived.rebuild`."""
    return derived.rebuild(_fresh, _kept, _write if write else None)


def _fresh(patients: Sequence[Patient]) -> dict[UUID, dict[str, Any]]:
    return {pk: columns(one) for pk, one in followed_of(patients).items()}


def _kept(patients: Sequence[Patient]) -> dict[UUID, dict[str, Any]]:
    rows = FollowUp.objects.filter(patient__in=patients).values("patient_id", *COLUMNS)
    return {row.pop("patient_id"): row for row in rows}


def _write(patients: Sequence[Patient], found: Mapping[UUID, Any]) -> None:
    FollowUp.objects.bulk_create(
        [FollowUp(patient=patient, **found[patient.pk]) for patient in patients],
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=COLUMNS,
    )
