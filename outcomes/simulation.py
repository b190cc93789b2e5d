"""Fills a site with made-up patients, through the bulk action."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from outcomes import synthetic
from outcomes.actions import bulk
from patients.access import working
from patients.models import Site, User
from patients.records import Asked
from patients.roles import Role


def run(
    *, site: Site, patients: int, seed: int, as_of: dt.date, by: User | None = None
) -> Iterator[tuple[int, int]]:
    """Enter patients 1 to `patients` of a seed; yields as `bulk.enter` does."""
    surgeons = tuple(working(site, Role.SURGEON).values_list("username", flat=True))
    cases = (
        synthetic.course(seed=seed, number=number, today=as_of, surgeons=surgeons)
        for number in range(1, patients + 1)
    )
    asked = Asked(by=by, at=timezone.now(), reporter="import")
    return bulk.enter(cases, site=site, asked=asked)
