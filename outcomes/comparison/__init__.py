"""The own registry beside the published cases, without names: who counts, and what is said of them.

Only people whose research consent stands on the day of asking count; a withdrawn consent is obeyed
from the next answer on. What may be computed is in `rules.cohort_analysis`; of records that the
reader may not open there are counts as `rules.disclosure` shows them.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from uuid import UUID

from outcomes.comparison import counting
from outcomes.comparison.counting import together
from outcomes.comparison.people import MOST_POINTS, Person, people
from outcomes.comparison.population import Population
from outcomes.rules import cohort_protected
from outcomes.rules.cohort_analysis import Analysis, analyse
from outcomes.rules.cohort_protected import GROUPS, WITHHELD, Coarse, Others
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import Band
from patients.models import User

__all__ = [
    "LIMITS", "MOST_POINTS", "Comparison", "Person", "Population", "answer", "comparison",
    "limits_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The answer to a question for one reader.

    `analysis` is of those whose record the reader may open, and of made-up people; `people` tells
    them one by one, None where they are too many. `others` is None where every record may be
    opened, `others_win` where they are too few for it.
    """

    question: Question
    on: dt.date
    version: str
    """Changes with any change of what is told; of two questions it says nothing in common."""
    analysis: Analysis
    people: list[Person] | None
    others: Others | None
    others_win: Coarse | None
    cells: list[counting.Alike]
    """Of those who may be told of one by one: what `analysis` stands on."""
    ids: list[UUID]
    """Whose records were read one by one, for the audit trail alone."""


def comparison(user: User, question: Question, *, now: dt.datetime) -> Comparison:
    return answer(Population(user, question, now))


def answer(population: Population) -> Comparison:
    """Three queries beside who may open what, whatever the number of people."""
    question = population.question
    counted = counting.count(population)
    analysis = analyse(counted.open, question, whole=population.all_openable)
    told, ids = people(population) if analysis.people <= MOST_POINTS else (None, [])
    others, win = _of_others(population, counted)
    return Comparison(
        question=question,
        on=population.on,
        version=version_of(question, counted, others, win),
        analysis=analysis,
        people=told,
        others=others,
        others_win=win,
        cells=counted.open,
        ids=ids,
    )


def data_version(population: Population, counted: counting.Counted) -> str:
    """As `Comparison.version`, for other views of the same question; one query."""
    return version_of(population.question, counted, *_of_others(population, counted))


def version_of(question: Question, counted: counting.Counted, *told: object) -> str:
    """Twelve hexadecimal digits: of the open all that is kept of them, of others what is told."""
    mine, _others = counted.stamps
    digest = hashlib.sha256(f"{question.address()} {mine} {told}".encode())
    return digest.hexdigest()[:12]


def _of_others(
    population: Population, counted: counting.Counted
) -> tuple[Others | None, Coarse | None]:
    if population.all_openable:
        return None, None
    question, margins = population.question, counting.margins(population)
    if together(margins).few:
        return WITHHELD, None
    apart = {band for band, bands in GROUPS.items() if together(margins, bands).few}
    told = cohort_protected.others(counted.others, question, apart)
    if told.withheld or apart & {Band.DAY, Band.OVER_A_DAY}:
        return told, None
    return told, cohort_protected.win(counted.others, question)


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
REGRESSION = "regression_to_the_mean"


def limits_of(question: Question, *, of_recovery: bool = False) -> tuple[str, ...]:
    """LIMITS, and regression to the mean where people are chosen by how weak they were: by a
    filter, or to see who recovers (CLINICAL.md I: "print that")."""
    return (*LIMITS, REGRESSION) if of_recovery or question.by_grade else LIMITS
