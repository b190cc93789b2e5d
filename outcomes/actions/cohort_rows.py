"""Keeping what the comparison reads: one row per patient and one per window and clock."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from outcomes.actions import derived
from outcomes.facts import facts_of
from outcomes.models import CohortEntry, CohortOutcome
from outcomes.rules.cohort_summary import AtWindow, Summary, summarise
from outcomes.rules.facts import Facts
from outcomes.rules.values import Span
from patients.models import Patient
from patients.records import Asked

ENTRY = (
    "operated", "band", "hours", "levels", "age_from", "age_to",
    "first_worst", "preop_worst", "preop_stale",
)  # fmt: skip
FOUND = ("worst", "right", "left", "lems", "walks_alone", "voids", "dead", "day")
PLACE = ("clock", "window")


def keep(patients: Sequence[Patient], facts: Mapping[UUID, Facts], asked: Asked) -> None:
    """What follows every clinical write (see `consequences`)."""
    _write(patients, {pk: stored(summarise(one)) for pk, one in facts.items()})


def stored(summary: Summary) -> dict[str, Any]:
    """The columns of the entry, and `outcomes`: those of each outcome."""
    low, high = summary.age or (None, None)
    return {
        "operated": summary.operated,
        "band": summary.band.value,
        "hours": {start: _span(hours) for start, hours in summary.hours.items()},
        "levels": summary.levels,
        "age_from": low,
        "age_to": high,
        "first_worst": summary.first_worst,
        "preop_worst": summary.preop_worst,
        "preop_stale": summary.preop_stale.value,
        "outcomes": {(one.clock, one.window): _found(one) for one in summary.outcomes},
    }


def rebuild(*, write: bool = True) -> Iterator[tuple[int, list[Patient]]]:
    """See `derived.rebuild`."""
    return derived.rebuild(_fresh, _kept, _write if write else None)


def read(patients: Sequence[Patient]) -> dict[UUID, dict[str, Any]]:
    """Of each patient (with its site) what is kept; worked out where nothing is kept yet."""
    kept = _kept(patients)
    return kept | _fresh([patient for patient in patients if patient.pk not in kept])


def _fresh(patients: Sequence[Patient]) -> dict[UUID, dict[str, Any]]:
    facts = facts_of(patients, timezone.now())
    return {pk: stored(summarise(one)) for pk, one in facts.items()}


def _kept(patients: Sequence[Patient]) -> dict[UUID, dict[str, Any]]:
    outcomes: defaultdict[UUID, dict[Any, Any]] = defaultdict(dict)
    rows = CohortOutcome.objects.filter(patient__in=patients)
    for row in rows.values("patient_id", *PLACE, *FOUND):
        place = tuple(row.pop(name) for name in PLACE)
        outcomes[row.pop("patient_id")][place] = row
    entries = CohortEntry.objects.filter(patient__in=patients).values("patient_id", *ENTRY)
    return {
        entry["patient_id"]: {name: entry[name] for name in ENTRY}
        | {"outcomes": outcomes[entry["patient_id"]]}
        for entry in entries
    }


def _write(patients: Sequence[Patient], found: Mapping[UUID, Any]) -> None:
    entries = {p.pk: {k: v for k, v in found[p.pk].items() if k in ENTRY} for p in patients}
    CohortEntry.objects.bulk_create(
        [CohortEntry(patient_id=pk, **columns) for pk, columns in entries.items()],
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=ENTRY,
    )
    CohortOutcome.objects.bulk_create(
        [
            CohortOutcome(patient=p, **dict(zip(PLACE, place, strict=True)), **columns)
            for p in patients
            for place, columns in found[p.pk]["outcomes"].items()
        ],
        update_conflicts=True,
        unique_fields=["patient", *PLACE],
        update_fields=FOUND,
    )


def _found(one: AtWindow) -> dict[str, Any]:
    return {name: getattr(one, name) for name in FOUND} | {"day": _span(one.day)}


def _span(span: Span) -> list[Any]:
    return [span.best, span.lower, span.upper, span.status.value]
