"""What a comparison has computed in the worker: of those who may be told of one by one."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from outcomes.comparison.counting import BAND_COLUMNS, VALUES, no_leg, outcome_of
from outcomes.comparison.people import span
from outcomes.comparison.population import Population, of_entry
from outcomes.models import CohortJob
from outcomes.rules import cohort_computed
from outcomes.rules.cohort_analysis import PRESET, Alike, analyse
from outcomes.rules.cohort_computed import Computed, Followed
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_states import GRADES
from outcomes.rules.cohort_summary import LAST, Band
from outcomes.rules.statistics.turnbull import Step

DESCRIPTIVE, TOO_FEW = "descriptive", "too_few"
AT_ONCE = 2000


def refused(cells: Sequence[Alike], question: Question) -> str:
    """Why nothing is computed: DESCRIPTIVE, TOO_FEW with timing and outcome, or not at all."""
    if question.descriptive:
        return DESCRIPTIVE
    found = analyse(cells, question)
    return TOO_FEW if min(found.early.with_outcome, found.later.with_outcome) < PRESET else ""


def handle(
    job: CohortJob, population: Population, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """See `actions.cohort_jobs.HANDLERS`."""
    steps = 3 + len(GRADES)
    people = list(followed(population))
    progress(1, steps)
    tau = cohort_computed.tau(people)
    progress(2, steps)
    bounds = cohort_computed.bounds(people)
    recovery = []
    for done, one in enumerate(cohort_computed.recovery_times(people), start=4):
        progress(done, steps)
        recovery.append(one)
    return {"result": as_json(Computed(people=len(people), tau=tau, bounds=bounds,
                                       recovery=recovery))}  # fmt: skip


def followed(population: Population) -> Iterator[Followed]:
    """Those who were operated on and may be told of one by one; two queries."""
    question = population.question
    column = f"entry__{BAND_COLUMNS[question.exposure]}"
    died = set(
        population.courses().filter(window=LAST, dead=True).values_list("entry_id", flat=True)
    )
    rows = (
        population.outcomes()
        .filter(of_entry(population.open), entry__operated=True)
        .annotate(value=VALUES[question.outcome], no_leg=no_leg(question))
        .values("entry_id", column, "entry__hours", "entry__preop_worst", "entry__recovery",
                "dead", "no_leg", "value")
        .order_by("entry_id")
    )  # fmt: skip
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield Followed(
            band=Band(row[column]),
            hours=span(row["entry__hours"][question.exposure]),
            before=row["entry__preop_worst"],
            recovery=row["entry__recovery"],
            outcome=outcome_of(row),
            died=row["entry_id"] in died,
        )


def as_json(found: Computed) -> dict[str, Any]:
    """An event that was not seen by the last examination has no right end."""
    told = asdict(found)
    for one in told["recovery"]:
        for curve in one["curves"]:
            for step in curve["steps"]:
                step["right"] = None if math.isinf(step["right"]) else step["right"]
    return told


def steps_of(told: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The steps of a curve, as `as_json` wrote them."""
    return [
        Step(one["left"], math.inf if one["right"] is None else one["right"], one["mass"])
        for one in told
    ]
