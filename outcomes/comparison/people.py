"""People told of one by one, without names: made-up ones, and those whose record one may open."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from outcomes.comparison.counting import VALUES, no_leg, outcome_of
from outcomes.comparison.population import Population, of_entry
from outcomes.rules.cohort_summary import Band, band_of
from outcomes.rules.values import Span, Status

MOST_POINTS = 500
"""Above so many people there are bins, not points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person, de-identified: no name, number, date or id that leads back to the record.

    `hours` is from the event asked for to the incision; worst-leg grades are 0-5, None where a
    leg is missing, undecided or not examined; `outcome` is on the scale of the question, None for
    the dead, who rank below it; `day` counts from the anchor of the clock. `number` is drawn anew
    for every answer.
    """

    number: int
    origin: str
    age_band: str | None
    level: str | None
    etiology: str | None
    operated: bool
    band: str
    hours: Span
    first_worst_leg: int | None
    baseline_worst_leg: int | None
    outcome: int | None
    final_worst_leg: int | None
    final_day: Span | None
    walks_alone: bool | None
    voids: bool | None
    """Empties the bladder without a catheter."""
    died: bool | None
    """By the end of the window."""
    no_weaker_leg: bool = False
    """Asked of the leg that was weaker at first, where neither was: no outcome, dead or alive."""


COLUMNS = (
    "entry_id", "entry__origin", "entry__age_band", "entry__levels", "entry__etiology",
    "entry__operated", "entry__hours", "entry__first_worst", "entry__preop_worst",
    "worst", "day", "walks_alone", "voids", "dead",
)  # fmt: skip


def people(population: Population) -> tuple[list[Person], list[UUID]]:
    """In an order that says nothing of who is who; and whose records were read, for the audit."""
    question = population.question
    rows: Sequence[dict[str, Any]] = list(
        population.outcomes()
        .filter(of_entry(population.open))
        .annotate(value=VALUES[question.outcome], no_leg=no_leg(question))
        .values(*COLUMNS, "value", "no_leg")
    )
    shuffled = random.sample(rows, len(rows))
    told = [_person(number, row, question.exposure) for number, row in enumerate(shuffled, start=1)]
    return told, [row["entry_id"] for row in rows]


def _person(number: int, row: dict[str, Any], exposure: str) -> Person:
    day, hours = span(row["day"]), span(row["entry__hours"][exposure])
    return Person(
        number=number,
        origin=row["entry__origin"],
        age_band=row["entry__age_band"] or None,
        level=row["entry__levels"] or None,
        etiology=row["entry__etiology"] or None,
        operated=row["entry__operated"],
        band=band(row, hours),
        hours=hours,
        first_worst_leg=row["entry__first_worst"],
        baseline_worst_leg=row["entry__preop_worst"],
        outcome=None if row["dead"] else outcome_of(row),
        final_worst_leg=row["worst"],
        final_day=None if day.lower is None and day.upper is None else day,
        walks_alone=row["walks_alone"],
        voids=row["voids"],
        died=row["dead"],
        no_weaker_leg=row["no_leg"],
    )


def band(row: Mapping[str, Any], hours: Span) -> str:
    return (band_of(hours) if row["entry__operated"] else Band.NOT_OPERATED).value


def span(stored: Sequence[Any]) -> Span:
    best, lower, upper, status = stored
    return Span(best=best, lower=lower, upper=upper, status=Status(status))
