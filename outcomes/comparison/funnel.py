"""What each filter leaves: people, and of how many timing and outcome are known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q

from outcomes.comparison.counting import BAND_COLUMNS, VALUES, margins, no_leg, together
from outcomes.comparison.population import Filters, Population, of_entry
from outcomes.rules import cohort_protected
from outcomes.rules.cohort_protected import GROUPS, Others
from outcomes.rules.cohort_summary import OVER_A_DAY, Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """People; None where too few may be told."""

    people: int | None
    with_timing: int | None
    with_outcome: int | None
    with_both: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """After a filter, and those before it; the first has none. `others` is None where nobody is
    protected or nothing may be told of them."""

    filter: tuple[str, str] | None
    open: Known
    others: Known | None
    withheld: bool


COUNTS = ("people", "with_timing", "with_outcome", "with_both")


def funnel(population: Population, told: Others | None) -> list[Remaining]:
    """One query, and one more for each filter where some people are protected.

    `told` is what the answer says of these: with the last filter no more is said here.
    """
    filters = population.question.filters
    steps = [filters[:n] for n in range(len(filters) + 1)]
    counts = _counts(population, steps)
    remaining = [_remaining(population, step, n, counts) for n, step in enumerate(steps)]
    last = remaining[-1]
    if told is not None and last.others is not None:
        last = replace(last, others=Known(**{name: getattr(told, name) for name in COUNTS}))
    return [*remaining[:-1], last]


def _counts(population: Population, steps: list[Filters]) -> dict[str, int]:
    question = population.question
    timed = Q(**{f"entry__{BAND_COLUMNS[question.exposure]}__in": (Band.DAY, *OVER_A_DAY)})
    found = (Q(dead=True) | Q(dead=False, value__isnull=False)) & Q(no_leg=False)
    known = {
        "people": Q(),
        "with_timing": timed,
        "with_outcome": found,
        "with_both": timed & found,
    }
    rows = population.outcomes(filtered=False).annotate(
        value=VALUES[question.outcome], no_leg=no_leg(question)
    )
    mine = of_entry(population.open)
    sides = {"open": mine} if population.all_openable else {"open": mine, "others": ~mine}
    return rows.aggregate(
        **{
            f"{side}_{n}_{name}": Count(
                "pk", filter=of_entry(population.filters(of=step)) & whose & which
            )
            for side, whose in sides.items()
            for n, step in enumerate(steps)
            for name, which in known.items()
        }
    )


def _remaining(
    population: Population, step: Filters, n: int, counts: Mapping[str, int]
) -> Remaining:
    def known(side: str) -> dict[str, Any]:
        return {name: counts[f"{side}_{n}_{name}"] for name in COUNTS}

    last = step[-1] if step else None
    mine = Known(**known("open"))
    if population.all_openable:
        return Remaining(filter=last, open=mine, others=None, withheld=False)
    found = margins(population, step)
    apart = {band for band, bands in GROUPS.items() if together(found, bands).few}
    told = cohort_protected.totals(population.question, **known("others"), apart=apart)
    if step and (told["people"] is None or together(found).few):
        return Remaining(filter=last, open=mine, others=None, withheld=True)
    return Remaining(filter=last, open=mine, others=Known(**told), withheld=False)
