"""Rows kept beside the record because whole courses are too slow to read: kept on every write, and
worked out anew for everyone at any time, with what differed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from patients.models import Patient

PATIENTS_A_PAGE = 200
Stored = Mapping[UUID, Any]
"""By patient, something that is equal where nothing differs."""


def rebuild(
    fresh: Callable[[Sequence[Patient]], Stored],
    kept: Callable[[Sequence[Patient]], Stored],
    write: Callable[[Sequence[Patient], Stored], None] | None,
) -> Iterator[tuple[int, list[Patient]]]:
    """Every patient, a page at a time; yields how many were looked at, and who was kept wrongly.

    Without `write` nothing is changed.
    """
    last = None
    while True:
        rest = Patient.objects.filter(entered_in_error=False).order_by("pk")
        rest = rest if last is None else rest.filter(pk__gt=last)
        page = list(rest.values_list("pk", flat=True)[:PATIENTS_A_PAGE])
        if not page:
            return
        last = page[-1]
        yield len(page), _page(page, fresh, kept, write)


@transaction.atomic
def _page(
    page: Sequence[UUID],
    fresh: Callable[[Sequence[Patient]], Stored],
    kept: Callable[[Sequence[Patient]], Stored],
    write: Callable[[Sequence[Patient], Stored], None] | None,
) -> list[Patient]:
    # locked as a write does, so that what is written meanwhile is not overwritten
    locked = Patient.objects.select_for_update(of=("self",), no_key=True)
    patients = list(locked.filter(pk__in=page).select_related("site").order_by("pk"))
    right, stored = fresh(patients), kept(patients)
    wrong = [patient for patient in patients if stored.get(patient.pk) != right[patient.pk]]
    if write and wrong:
        write(wrong, {patient.pk: right[patient.pk] for patient in wrong})
    return wrong
