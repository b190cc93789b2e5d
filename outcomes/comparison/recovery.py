"""What had become of each timing group by each window: counts, there at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from outcomes.comparison.counting import (
    ANALYSED,
    Counted,
    Margins,
    grades_of_others,
    margins_by_grade,
    standings,
)
from outcomes.comparison.population import Population
from outcomes.rules import cohort_states
from outcomes.rules.cohort_protected import since_cement
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_states import GRADES, GroupStates, OthersStates, Standing, Timing
from outcomes.rules.cohort_summary import Band

MOST_AT_ONCE = 20_000
"""Of more people one window is counted, not all: a page waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Of those who may be told of one by one, and of all others: None where there are none to
    protect, `withheld` by grade the groups in which another choice has too few people more or
    less."""

    windows: Sequence[str]
    """Every analysis window, or of many people that of the question."""
    open: list[Standing]
    rest: list[Standing] | None
    withheld: Mapping[int, Collection[Timing]]

    def groups(self, grade: int) -> list[GroupStates]:
        return cohort_states.stand(self.open, self.windows, grade)

    def others(self, grade: int) -> list[OthersStates]:
        down_to = [one for one in reversed(GRADES) if one >= grade]
        by_grade = [cohort_states.stand(self.rest or (), self.windows, one) for one in down_to]
        return cohort_states.told(by_grade, withheld=self.withheld[grade])


def recovery(population: Population, counted: Counted) -> Recovered:
    """Four queries at most."""
    windows = _windows(population.question, sum(cell.people for cell in counted.everyone))
    open, rest = standings(population, windows)
    if population.all_openable:
        return Recovered(windows=windows, open=open, rest=None, withheld=dict.fromkeys(GRADES, ()))
    return Recovered(windows=windows, open=open, rest=rest, withheld=_withheld(population))


def _withheld(population: Population) -> dict[int, set[Timing]]:
    margins = margins_by_grade(population)
    if _sum(margins, tuple(Band)).few or not since_cement(population.question):
        return {grade: set(Timing) for grade in GRADES}
    people = grades_of_others(population)
    return {
        grade: {
            timing
            for timing in Timing
            if _sum(margins, timing.bands).few
            or _sum(margins, timing.bands, below=grade).few
            or cohort_states.near_a_grade(
                [one for band, *one in people if band in timing.bands], grade
            )
        }
        for grade in GRADES
    }


def _sum(
    margins: Mapping[tuple[Band, int | None], Margins],
    bands: Collection[Band],
    below: int | None = None,
) -> Margins:
    """Of people in any of some bands; of those below a grade before the operation alone."""
    found = (
        one
        for (band, before), one in margins.items()
        if band in bands and (below is None or (before is not None and before < below))
    )
    return sum(found, Margins())


def _windows(question: Question, people: int) -> Sequence[str]:
    if people <= MOST_AT_ONCE:
        return ANALYSED
    return [Question().window if question.descriptive else question.window]
