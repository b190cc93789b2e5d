"""The own registry beside the published cases, person by person and without names.

Only people whose research consent stands on the day of asking count; a withdrawn consent is obeyed
from the next answer on. What may be computed is in `rules.cohort_analysis`.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from outcomes.actions import cohort_rows
from outcomes.rules import schedule
from outcomes.rules.cohort_analysis import DEAD, Alike, Analysis, analyse
from outcomes.rules.cohort_summary import CLOCKS as ANCHORS
from outcomes.rules.cohort_summary import Band
from outcomes.rules.values import Span, Status
from patients.access import sites_for
from patients.consent_rules import Purpose
from patients.models import Patient, User
from patients.models.record import civil_date
from patients.roles import Permission

WINDOWS = tuple(w.kind for w in schedule.default_windows() if w.analysis is not None)
ORIGINS = ("registry", "synthetic")
CLOCKS = tuple(anchor.value for anchor in ANCHORS)
DECADE = 10
OLDEST_BAND = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person, de-identified: no name, number, date or id that leads back to the record.

    `hours` is from cement to index decompression; worst-leg grades are 0-5, None where a leg is
    missing, undecided or not examined; `day` counts from the index decompression.
    """

    number: int
    origin: str
    age_band: str | None
    level: str | None
    etiology: str | None
    operated: bool
    hours: Span
    first_worst_leg: int | None
    baseline_worst_leg: int | None
    final_worst_leg: int | None
    final_day: Span | None
    walks_alone: bool | None
    voids: bool | None
    """Empties the bladder without a catheter."""
    died: bool | None
    """By the end of the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`consented` of `followed` people of the user's sites, counted in `analysis`; one by one only
    those whose record the user may open, and made-up ones: exact hours of few can identify
    (CLINICAL.md I, Privacy)."""

    followed: int
    consented: int
    people: list[Person]
    analysis: Analysis
    ids: list[UUID]
    """Whose records were read, for the audit trail alone."""


def comparison(user: User, *, origin: str, window: str, clock: str, now: dt.datetime) -> Comparison:
    """The people of the sites where `user` may compare; a query more for each further site.

    `clock` is the anchor that the window is counted from. Consent is asked for the day that it is
    at the site.
    """
    sites = list(sites_for(user, Permission.COMPARE))
    found = Patient.objects.filter(site__in=sites, origin=origin, entered_in_error=False)
    consented = [
        patient
        for site in sites
        for patient in found.filter(site=site)
        .consented(Purpose.RESEARCH, civil_date(now, site.time_zone))
        .select_related("site")
        .order_by("pk")
    ]
    rows = cohort_rows.read(consented)
    own = set(Patient.objects.visible_to(user).filter(pk__in=rows).values_list("pk", flat=True))
    shown = [one for one in consented if one.origin == "synthetic" or one.pk in own]
    # an order that says nothing about who is who
    shuffled = random.sample(shown, len(shown))
    return Comparison(
        followed=found.count(),
        consented=len(consented),
        people=[
            _person(number, one, rows[one.pk], (clock, window))
            for number, one in enumerate(shuffled, start=1)
        ],
        analysis=analyse(_alike(rows.values(), (clock, window)), clock=clock, window=window),
        ids=[patient.pk for patient in consented],
    )


Place = tuple[str, str]
"""Clock and window."""


def _alike(rows: Iterable[Mapping[str, Any]], place: Place) -> list[Alike]:
    counted = Counter(
        (row["band"], row["first_worst"], _ending(row["outcomes"][place])) for row in rows
    )
    return [
        Alike(band=Band(band), first=first, outcome=outcome, people=people)
        for (band, first, outcome), people in counted.items()
    ]


def _ending(outcome: Mapping[str, Any]) -> int | None:
    """Where death cannot be told from its date, neither can the outcome."""
    if outcome["dead"] is None:
        return None
    return DEAD if outcome["dead"] else outcome["worst"]


def _person(number: int, patient: Patient, row: Mapping[str, Any], place: Place) -> Person:
    outcome = row["outcomes"][place]
    day = _span(outcome["day"])
    return Person(
        number=number,
        origin=patient.origin,
        age_band=age_band(row["age_from"], row["age_to"]),
        level=row["levels"] or None,
        etiology=patient.etiology,
        operated=row["operated"],
        hours=_span(row["hours"]["cement"]),
        first_worst_leg=row["first_worst"],
        baseline_worst_leg=row["preop_worst"],
        final_worst_leg=outcome["worst"],
        final_day=None if day.lower is None and day.upper is None else day,
        walks_alone=outcome["walks_alone"],
        voids=outcome["voids"],
        died=outcome["dead"],
    )


def _span(stored: Sequence[Any]) -> Span:
    best, lower, upper, status = stored
    return Span(best=best, lower=lower, upper=upper, status=Status(status))


def age_band(low: int | None, high: int | None) -> str | None:
    """Ten years of age, the oldest together; None where the age is not known so well."""
    if low is None or high is None:
        return None
    bands = {min(age - age % DECADE, OLDEST_BAND) for age in (low, high)}
    if len(bands) > 1:
        return None
    start = bands.pop()
    return f"{start}+" if start == OLDEST_BAND else f"{start}–{start + DECADE - 1}"


# what stands on every view of the comparison (CLINICAL.md I, "the box of limits")
LIMITS = (
    "confounding_by_indication",
    "immortal_and_lead_time",
    "late_baselines",
    "referral_selection",
    "unblinded_examiners",
    "missing_follow_up",
    "publication_bias",
)
