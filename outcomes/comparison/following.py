"""Who was followed: a few grouped queries, whatever the number of people."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from outcomes.comparison import counting, data_version
from outcomes.comparison.population import Population
from outcomes.models import CohortEntry
from outcomes.rules import cohort_following
from outcomes.rules.cohort_analysis import Analysis, analyse
from outcomes.rules.cohort_following import GROUPS, Flow
from outcomes.rules.cohort_protected import since_cement
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import Band
from outcomes.rules.disclosure import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """`open` is of made-up people, or of those whose record the reader may open, exactly, and
    `analysis` what the comparison says of the same; `others` is of everyone else, None where
    there is nobody else or, `withheld`, where nothing is told of them."""

    question: Question
    on: dt.date
    version: str
    open: Flow
    analysis: Analysis
    others: Flow | None
    withheld: bool


def following(population: Population) -> Following:
    """Four queries at most beside who may open what."""
    question = population.question
    enrolled = _enrolled(population)
    found = counting.by_window(population, population.courses())
    asked = found[question.window]
    mine, rest = (
        cohort_following.flow(*enrolled[side], {
            window: counted.open if side else counted.others for window, counted in found.items()
        })
        for side in (True, False)
    )  # fmt: skip
    margins = counting.margins(population)
    protects = not population.all_openable
    # as the comparison: what a filter leaves out would tell that somebody is left
    withheld = protects and (
        counting.together(margins).few
        or not since_cement(question)
        or shown(rest.steps.counted or 0) is None
    )
    groups = {**GROUPS, Band.NOT_OPERATED.value: (Band.NOT_OPERATED,)}
    apart = {group for group, bands in groups.items() if counting.together(margins, bands).few}
    return Following(
        question=question,
        on=population.on,
        version=data_version(population, asked),
        open=mine,
        analysis=analyse(asked.open, question, whole=population.all_openable),
        others=cohort_following.protected(rest, apart) if protects and not withheld else None,
        withheld=withheld,
    )


def _enrolled(population: Population) -> dict[bool, tuple[int, int]]:
    """Of the open and of all others, how many there are and how many consent to research."""
    rows = (
        CohortEntry.objects.filter(population.origin)
        .annotate(mine=counting.flag(population.open))
        .values("mine")
        .annotate(
            enrolled=Count("pk", distinct=True),
            consented=Count("pk", distinct=True, filter=population.consented),
        )
        .order_by()
    )
    found = {True: (0, 0), False: (0, 0)}
    for row in rows:
        found[bool(row["mine"])] = row["enrolled"], row["consented"]
    return found
