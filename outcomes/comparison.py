"""The own registry beside the published cases, person by person and without names.

Only people whose research consent stands on the day of asking count; a withdrawn consent is obeyed
from the next answer on. Nobody is averaged: statistics are another matter (CLINICAL.md I).
"""

import datetime as dt
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from outcomes.models import Visit
from outcomes.readings import Surgery
from outcomes.record import examined, legs_of
from outcomes.rules import schedule, timing, walking
from outcomes.rules.recovery import compare
from outcomes.rules.timing import Picked
from outcomes.rules.values import Span
from patients.access import sites_for
from patients.consent_rules import Purpose
from patients.models import Patient, PatientRecord, Procedure, User
from patients.models.record import civil_date
from patients.roles import Permission

WINDOWS = tuple(w.kind for w in schedule.default_windows() if w.analysis is not None)
ORIGINS = ("registry", "synthetic")
DECADE = 10
OLDEST_BAND = 90
R = TypeVar("R", bound=PatientRecord)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`people` are the consented ones of `followed` people of the user's sites."""

    followed: int
    people: list[Person]
    ids: list[UUID]
    """Whose records were read, for the audit trail alone."""


def comparison(user: User, *, origin: str, window: str, now: dt.datetime) -> Comparison:
    """The people of the sites where `user` may compare; a query more for each further site.

    Consent is asked for the day that it is at the site.
    """
    sites = list(sites_for(user, Permission.COMPARE))
    found = Patient.objects.filter(site__in=sites, origin=origin, entered_in_error=False)
    consented = [
        patient
        for site in sites
        for patient in found.filter(site=site)
        .consented(Purpose.RESEARCH, civil_date(now, site.time_zone))
        .order_by("pk")
    ]
    procedures, visits = _by_patient(Procedure, consented), _by_patient(Visit, consented)
    chosen = next(w for w in schedule.default_windows() if w.kind == window)
    # an order that says nothing about who is who
    shuffled = random.sample(consented, len(consented))
    return Comparison(
        followed=found.count(),
        people=[
            _person(number, one, procedures[one.pk], visits[one.pk], chosen)
            for number, one in enumerate(shuffled, start=1)
        ],
        ids=[patient.pk for patient in consented],
    )


def _by_patient(model: type[R], patients: Iterable[Patient]) -> defaultdict[UUID, list[R]]:
    rows: Any = model.objects.filter(patient__in=[p.pk for p in patients])
    found: defaultdict[UUID, list[R]] = defaultdict(list)
    for row in rows.current().order_by("position"):
        found[row.patient_id].append(row)
    return found


def _person(
    number: int,
    patient: Patient,
    procedures: Sequence[Procedure],
    visits: Sequence[Visit],
    window: schedule.Window,
) -> Person:
    course = Surgery(tuple(procedures))
    exams = [visit for visit in visits if examined(visit)]
    first = timing.first_examination(exams, anchors=course.anchors)
    baseline = timing.baseline(exams, anchors=course.anchors) if course.operated else None
    final = schedule.choose_for_analysis(exams, window, anchors=course.anchors)
    walked = schedule.choose_for_analysis(
        [visit for visit in visits if _walked(visit) is not None], window, anchors=course.anchors
    )
    return Person(
        number=number,
        origin=patient.origin,
        age_band=_age_band(patient, course),
        level=_levels(patient.fracture_level),
        etiology=patient.etiology,
        operated=course.operated,
        hours=course.hours(),
        first_worst_leg=_worst_leg(first),
        baseline_worst_leg=_worst_leg(baseline) if baseline else None,
        final_worst_leg=_worst_leg(final),
        final_day=course.day(final.exam.when) if final.exam else None,
        walks_alone=_walked(walked.exam) if walked.exam else None,
    )


def _worst_leg(picked: Picked[Visit]) -> int | None:
    """Of the one examination picked; several candidates are not chosen between."""
    if picked.exam is None:
        return None
    legs = legs_of(picked.exam)
    return compare(legs, legs).worst_leg_final


def _walked(visit: Visit) -> bool | None:
    return walking.walks_alone(visit.walking_fac, visit.walking_walks_alone)


def _levels(words: str | None) -> str | None:
    """The vertebral levels named, and nothing else of what was typed."""
    named = _LEVEL.findall((words or "").upper())
    return ", ".join(dict.fromkeys(named)) or None


_LEVEL = re.compile(r"(?<![A-Z0-9])(?:T(?:1[0-2]|[1-9])|L[1-5]|S[12])(?![0-9])")


def _age_band(patient: Patient, course: Surgery) -> str | None:
    """Ten years of age at the index decompression, else at the cement; the oldest together."""
    age = patient.age_at_index
    event = course.decompression or course.cement
    born = patient.birth_date.year if patient.birth_date else patient.birth_year
    if age is None and event is not None and event.date is not None and born is not None:
        age = event.date.year - born
    if age is None:
        return None
    if age >= OLDEST_BAND:
        return f"{OLDEST_BAND}+"
    low = age - age % DECADE
    return f"{low}–{low + DECADE - 1}"


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
