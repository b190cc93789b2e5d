"""People as the comparison keeps them, without a course behind them: quick and made to measure."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from outcomes.actions.cohort_rows import BANDS, TRAITS
from outcomes.models import CohortConsent, CohortEntry, CohortOutcome
from outcomes.rules.cohort_summary import CLOCKS, STARTS, Band, windows
from patients.models import Patient, Site, User
from tests.support.cast import enrol

HOURS = {Band.DAY: 12.0, Band.WEEK: 72.0, Band.LATER: 400.0}
UNKNOWN = [None, None, None, "not_reported"]


def person(
    number: int,
    site: Site,
    by: User,
    *,
    band: Band = Band.DAY,
    worst: int | None = 3,
    first: int | None = 2,
    origin: str = "registry",
    consent: bool = True,
    outcome: dict[str, Any] | None = None,
    **entry: Any,
) -> Patient:
    """A patient enrolled, with the rows that the comparison reads; the same outcome everywhere."""
    patient = enrol(f"P-{site.code}-{number}", site, by, origin=origin, birth_year=1950)
    known = HOURS.get(band)
    exact = UNKNOWN if known is None else [known, known, known, "known"]
    kept = CohortEntry.objects.create(
        patient=patient, site=site, origin=origin, operated=band is not Band.NOT_OPERATED,
        hours=dict.fromkeys(STARTS, exact), first_worst=first, stamp=number + 1,
        **{column: band.value for column in BANDS},
        **{"levels": "", "preop_stale": "no", **dict.fromkeys(TRAITS, "")} | entry,
    )  # fmt: skip
    if consent:
        CohortConsent.objects.create(entry=kept, since=dt.date(2020, 1, 1))
    found = {"worst": worst, "right": worst, "left": worst, "dead": False} | (outcome or {})
    found |= {"absence": "" if found["worst"] is not None else "missed"}
    CohortOutcome.objects.bulk_create(
        CohortOutcome(entry=kept, clock=clock.value, window=window, day=UNKNOWN, **found)
        for clock in CLOCKS
        for window in windows()
    )
    return patient


def people(
    site: Site, by: User, wanted: Iterable[dict[str, Any]], *, start: int = 0
) -> list[Patient]:
    return [person(n, site, by, **more) for n, more in enumerate(wanted, start=start)]
