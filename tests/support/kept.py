"""Kept rows of the comparison made at random, so that many worlds cost little."""

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from outcomes.actions.cohort_rows import BANDS, TRAITS
from outcomes.models import CohortConsent, CohortEntry, CohortOutcome
from outcomes.rules.cohort_summary import CLOCKS, MISSED, STARTS, Band, windows
from outcomes.rules.cohort_traits import AGE_BANDS
from patients import records
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.models import Patient, Site, User

UNSAID = [None, None, None, "not_reported"]
ABSENCES = (
    MISSED, MISSED, "undecided", "transferred", "lost_unreachable", "lost_declined",
    "before_operation",
)  # fmt: skip


@dataclass
class Kept:
    """The columns of one person, as they are in the tables."""

    pk: uuid.UUID
    entry: dict[str, Any]
    outcomes: list[dict[str, Any]]
    consents: list[tuple[dt.date, dt.date | None]] = field(default_factory=list)

    def consents_on(self, day: dt.date) -> bool:
        return any(a <= day and (b is None or day < b) for a, b in self.consents)

    def at(self, window: str, clock: str = "index_decompression") -> dict[str, Any]:
        return next(o for o in self.outcomes if (o["window"], o["clock"]) == (window, clock))


def person(site: Site, today: dt.date, rng: random.Random, **entry: Any) -> Kept:
    """Somebody at random; `entry` are columns that are given."""
    band = rng.choice(list(Band))
    columns: dict[str, Any] = {
        "site": site,
        "origin": "registry",
        **{column: band.value for column in BANDS},
        "hours": {start: UNSAID for start in STARTS},
        "levels": "L1",
        "age_band": rng.choice(("", *AGE_BANDS[6:8])),
        "first_worst": rng.choice((None, 1, 2)),
        "preop_worst": None,
        "preop_stale": "no",
        **dict.fromkeys(TRAITS, ""),
        "etiology": rng.choice(("", "osteoporotic_fracture", "pathologic_fracture")),
        "stamp": rng.getrandbits(40),
        **entry,
    }
    columns.setdefault("operated", columns["band"] != Band.NOT_OPERATED)
    since = today - dt.timedelta(days=rng.randrange(-5, 900))
    until = rng.choice((None, None, since + dt.timedelta(days=rng.randrange(1, 900))))
    consents: list[tuple[dt.date, dt.date | None]] = [] if rng.random() < 0.2 else [(since, until)]
    if until and rng.random() < 0.5:
        consents.append((until + dt.timedelta(days=30), None))
    outcomes = [
        outcome(clock.value, window, today, rng) for clock in CLOCKS for window in windows()
    ]
    return Kept(uuid.uuid4(), columns, outcomes, consents)


def outcome(clock: str, window: str, today: dt.date, rng: random.Random) -> dict[str, Any]:
    dead = rng.choice((False, False, False, False, True, None))
    examined = rng.random() < 0.5
    right, left = (rng.choice((None, 1, 2, 3, 4, 5)) if examined else None for _leg in "rl")
    day = rng.randrange(30, 800)
    return {
        "clock": clock,
        "window": window,
        "right": right,
        "left": left,
        "worst": None if None in (right, left) else min(right, left),
        "dead": dead,
        "absence": "" if examined else "died" if dead else rng.choice(ABSENCES),
        "closes": rng.choice((None, today, today - dt.timedelta(days=rng.randrange(-300, 300)))),
        "day": [day, day, day, "known"] if examined else UNSAID,
    }


def keep(people: list[Kept], by: User) -> None:
    """Write them, as people of whom nothing else is known."""
    records.save_many([_patient(one, by) for one in people])
    CohortEntry.objects.bulk_create(CohortEntry(patient_id=one.pk, **one.entry) for one in people)
    CohortOutcome.objects.bulk_create(
        CohortOutcome(entry_id=one.pk, **row) for one in people for row in one.outcomes
    )
    CohortConsent.objects.bulk_create(
        CohortConsent(entry_id=one.pk, since=since, until=until)
        for one in people
        for since, until in one.consents
    )


def _patient(one: Kept, by: User) -> records.New:
    document = read(
        PatientDocument,
        {"id": str(one.pk), "study_number": str(one.pk)[:20], "origin": one.entry["origin"]},
    )
    asked = records.Asked(by=by, at=timezone.now())
    site, checked = one.entry["site"], records.Checked()
    return records.prepare(Patient, document, asked=asked, checked=checked, site=site, user=None)
