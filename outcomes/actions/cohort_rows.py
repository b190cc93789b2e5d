"""Keeping what the comparison reads: one row per patient and one per window and clock."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone

from outcomes.actions import derived
from outcomes.facts import facts_of
from outcomes.following import holds
from outcomes.models import CohortConsent, CohortEntry, CohortOutcome
from outcomes.rules.cohort_summary import AtWindow, Ending, Summary, summarise
from outcomes.rules.cohort_traits import age_band
from outcomes.rules.facts import Facts
from outcomes.rules.values import Span
from patients.consent_rules import Purpose, intervals
from patients.models import Consent, LossToFollowUp, Patient, Transfer
from patients.records import Asked

BANDS = {"band": "cement"} | {
    f"band_{start}": start for start in ("first_deficit", "presentation", "decision")
}
"""By column, the event from which the hours to the incision are counted."""
TRAITS = (
    "etiology", "technique", "durotomy", "fixation", "cement_removal",
    "residual_cement", "compartment", "cord_compression", "complication", "reoperation",
)  # fmt: skip
ENTRY = (
    "site_id", "origin", "operated", *BANDS, "hours", "levels", "age_band",
    "first_worst", "equal_at_first", "preop_worst", "preop_stale", *TRAITS, "recovery", "consent",
    "stamp",
)  # fmt: skip
FOUND = (
    "worst", "right", "left", "weaker", "lems", "walks_alone", "voids", "dead",
    "sustained", "sustainable", "absence", "closes", "day",
)  # fmt: skip
PLACE = ("clock", "window")
Periods = list[list[Any]]
"""[from, until] as ISO dates, until None where it stands on and on."""
Row = dict[str, Any]
"""The columns of an entry, and `outcomes`: those of each outcome."""


def keep(patients: Sequence[Patient], facts: Mapping[UUID, Facts], asked: Asked) -> None:
    """What follows every clinical write (see `consequences`)."""
    rows = _rows(patients, facts)
    stamps = dict(CohortEntry.objects.filter(pk__in=rows).values_list("pk", "stamp"))
    changed = {pk: row for pk, row in rows.items() if stamps.get(pk) != row["stamp"]}
    _write([patient for patient in patients if patient.pk in changed], changed)
    if gone := [patient.pk for patient in patients if patient.entered_in_error]:
        CohortEntry.objects.filter(pk__in=gone).delete()


def rebuild(*, write: bool = True) -> Iterator[tuple[int, list[Patient]]]:
    """See `derived.rebuild`."""
    return derived.rebuild(_fresh, _kept, _write if write else None)


def fill() -> None:
    """Work out those that have none yet, as after the tables were made anew."""
    if Patient.objects.filter(entered_in_error=False, cohort_entry=None).exists():
        for _page in rebuild():
            pass


def stored(summary: Summary) -> Row:
    """What is kept of a summary."""
    return {
        "operated": summary.operated,
        **{column: summary.band(start).value for column, start in BANDS.items()},
        "hours": {start: _span(hours) for start, hours in summary.hours.items()},
        "levels": summary.levels,
        "age_band": age_band(summary.age) or "",
        "first_worst": summary.first_worst,
        "equal_at_first": summary.equal_at_first,
        "preop_worst": summary.preop_worst,
        "preop_stale": summary.preop_stale.value,
        **{name: summary.traits[name] or "" for name in TRAITS},
        "recovery": summary.recovery,
        "outcomes": {(one.clock, one.window): _found(one) for one in summary.outcomes},
    }


def _rows(patients: Sequence[Patient], facts: Mapping[UUID, Facts]) -> dict[UUID, Row]:
    standing = [patient for patient in patients if not patient.entered_in_error]
    endings, consents = _endings(standing, facts), _consents(standing)
    return {
        one.pk: _stamped(
            stored(summarise(facts[one.pk], endings[one.pk]))
            | {"site_id": one.site_id, "origin": one.origin or "registry"}
            | {"consent": consents[one.pk]}
        )
        for one in standing
    }


def _stamped(row: Row) -> Row:
    told = row | {"outcomes": sorted(map(_plain, row["outcomes"].items()))}
    digest = hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS, default=str)).digest()
    # few enough bits that the sum over millions of people fits into 64
    return row | {"stamp": int.from_bytes(digest[:5])}


def _plain(outcome: tuple[tuple[str, str], Row]) -> list[Any]:
    place, columns = outcome
    return [*place, orjson.dumps(columns, option=orjson.OPT_SORT_KEYS).decode()]


def _consents(patients: Sequence[Patient]) -> dict[UUID, Periods]:
    """Research consent; who has withdrawn from being followed has none, whatever was recorded."""
    rows = Consent.objects.filter(patient__in=patients, purpose=Purpose.RESEARCH).current()
    decisions = defaultdict(list)
    for row in rows:
        decisions[row.patient_id].append(row.as_decision())
    return {
        one.pk: [
            [since.isoformat(), until and until.isoformat()]
            for since, until in intervals(decisions[one.pk], Purpose.RESEARCH)
            if one.status != "withdrawn"
        ]
        for one in patients
    }


def _endings(
    patients: Sequence[Patient], facts: Mapping[UUID, Facts]
) -> defaultdict[UUID, list[Ending]]:
    """How following ended, in the order of recording; a status that says so has no day."""
    transfers = Transfer.objects.filter(patient__in=patients).current()
    losses = LossToFollowUp.objects.filter(patient__in=patients).current()
    rows: list[tuple[Any, str]] = [(row, "transferred") for row in transfers]
    for row in losses:
        own = facts[row.patient_id]
        if holds(row, own.visits, own.anchors):
            rows.append((row, f"lost_{row.reason}"))
    found: defaultdict[UUID, list[Ending]] = defaultdict(list)
    for row, reason in sorted(rows, key=lambda one: one[0].position):
        found[row.patient_id].append(Ending(reason, row.when))
    return found


def _fresh(patients: Sequence[Patient]) -> dict[UUID, Row]:
    return _rows(patients, facts_of(patients, timezone.now()))


def _kept(patients: Sequence[Patient]) -> dict[UUID, Row]:
    outcomes: defaultdict[UUID, dict[Any, Any]] = defaultdict(dict)
    rows = CohortOutcome.objects.filter(entry__in=[one.pk for one in patients])
    for row in rows.values("entry_id", *PLACE, *FOUND):
        place = tuple(row.pop(name) for name in PLACE)
        outcomes[row.pop("entry_id")][place] = row
    entries = CohortEntry.objects.filter(patient__in=patients).values("patient_id", *ENTRY)
    consents = _kept_consents(patients)
    return {
        entry["patient_id"]: {name: entry[name] for name in ENTRY}
        | {"outcomes": outcomes[entry["patient_id"]]}
        for entry in entries
        # the rows that are searched must say what the entry says
        if consents[entry["patient_id"]] == entry["consent"]
    }


def _kept_consents(patients: Sequence[Patient]) -> Mapping[UUID, Periods]:
    found: defaultdict[UUID, Periods] = defaultdict(list)
    rows = CohortConsent.objects.filter(entry__in=[one.pk for one in patients])
    for pk, since, until in rows.order_by("since").values_list("entry_id", "since", "until"):
        found[pk].append([since.isoformat(), until and until.isoformat()])
    return found


def _write(patients: Sequence[Patient], found: Mapping[UUID, Row]) -> None:
    if not patients:
        return
    entries = {p.pk: {k: v for k, v in found[p.pk].items() if k in ENTRY} for p in patients}
    CohortEntry.objects.bulk_create(
        [CohortEntry(patient_id=pk, **columns) for pk, columns in entries.items()],
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=ENTRY,
    )
    CohortOutcome.objects.bulk_create(
        [
            CohortOutcome(entry_id=p.pk, **dict(zip(PLACE, place, strict=True)), **columns)
            for p in patients
            for place, columns in found[p.pk]["outcomes"].items()
        ],
        update_conflicts=True,
        unique_fields=["entry", *PLACE],
        update_fields=FOUND,
    )
    _write_consents({pk: row["consent"] for pk, row in entries.items()})


def _write_consents(consents: Mapping[UUID, Periods]) -> None:
    CohortConsent.objects.filter(entry__in=consents).delete()
    CohortConsent.objects.bulk_create(
        CohortConsent(entry_id=pk, since=since, until=until)
        for pk, told in consents.items()
        for since, until in told
    )


def _found(one: AtWindow) -> Row:
    return {name: getattr(one, name) for name in FOUND} | {"day": _span(one.day)}


def _span(span: Span) -> list[Any]:
    return [span.best, span.lower, span.upper, span.status.value]
