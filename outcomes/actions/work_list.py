"""Keeping what the work list reads: one row per patient, the same as from the whole course."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from outcomes.following import followed_of
from outcomes.models import FollowUp
from outcomes.rules.facts import Facts
from outcomes.rules.worklist import Followed
from patients.models import Patient
from patients.records import Asked

COLUMNS = (
    "operated", "zero_from", "zero_to", "visits", "lost", "attempts", "attempted_on",
)  # fmt: skip
PATIENTS_A_PAGE = 200


def keep(patients: Sequence[Patient], facts: Mapping[UUID, Facts], asked: Asked) -> None:
    """What follows every clinical write (see `consequences`)."""
    FollowUp.objects.bulk_create(
        [FollowUp(patient_id=pk, **columns(one)) for pk, one in followed_of(patients).items()],
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=COLUMNS,
    )


def columns(followed: Followed) -> dict[str, Any]:
    """As it is stored."""
    own = {name: getattr(followed, name) for name in COLUMNS}
    visits = [[v.kind, v.day.lower, v.day.upper] for v in followed.visits]
    return own | {"visits": visits}


def rebuild(*, write: bool = True) -> Iterator[tuple[int, list[Patient]]]:
    """Work out every patient anew; yields how many were looked at, and who was kept wrongly."""
    last = None
    while True:
        rest = Patient.objects.filter(entered_in_error=False).order_by("pk")
        rest = rest if last is None else rest.filter(pk__gt=last)
        page = list(rest.select_related("site")[:PATIENTS_A_PAGE])
        if not page:
            return
        last = page[-1].pk
        yield len(page), _rebuild_page(page, write)


@transaction.atomic
def _rebuild_page(page: Sequence[Patient], write: bool) -> list[Patient]:
    # locked as a write does, so that what is written meanwhile is not overwritten
    locked = Patient.objects.select_for_update(of=("self",), no_key=True)
    patients = list(locked.filter(pk__in=[p.pk for p in page]).order_by("pk"))
    fresh = followed_of(patients)
    rows = FollowUp.objects.filter(patient__in=patients).values("patient_id", *COLUMNS)
    kept = {row.pop("patient_id"): row for row in rows}
    wrong = [p for p in patients if kept.get(p.pk) != columns(fresh[p.pk])]
    if write and wrong:
        FollowUp.objects.filter(patient__in=wrong).delete()
        FollowUp.objects.bulk_create(FollowUp(patient=p, **columns(fresh[p.pk])) for p in wrong)
    return wrong
