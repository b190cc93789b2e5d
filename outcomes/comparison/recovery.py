"""What had become of each timing group by each window: counts, there at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.comparison.counting import ANALYSED, Counted, margins, standings, together
from outcomes.comparison.population import Population
from outcomes.rules import cohort_states
from outcomes.rules.cohort_protected import since_cement
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_states import GRADES, GroupStates, OthersStates, Standing, Timing

MOST_AT_ONCE = 20_000
"""Of more people one window is counted, not all: a page waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Of those who may be told of one by one, and of all others: None where there are none to
    protect, `withheld` the groups in which the filter sets too few of them apart."""

    windows: Sequence[str]
    """Every analysis window, or of many people that of the question."""
    open: list[Standing]
    rest: list[Standing] | None
    withheld: frozenset[Timing]

    def groups(self, grade: int) -> list[GroupStates]:
        return cohort_states.stand(self.open, self.windows, grade)

    def others(self, grade: int) -> list[OthersStates]:
        down_to = [one for one in reversed(GRADES) if one >= grade]
        by_grade = [cohort_states.stand(self.rest or (), self.windows, one) for one in down_to]
        return cohort_states.told(by_grade, withheld=self.withheld)


def recovery(population: Population, counted: Counted) -> Recovered:
    """Two queries."""
    windows = _windows(population.question, sum(cell.people for cell in counted.everyone))
    open, rest = standings(population, windows)
    if population.all_openable:
        return Recovered(windows=windows, open=open, rest=None, withheld=frozenset())
    found = margins(population)
    apart = {timing for timing in Timing if together(found, timing.bands).few}
    if together(found).few or not since_cement(population.question):
        apart = set(Timing)
    return Recovered(windows=windows, open=open, rest=rest, withheld=frozenset(apart))


def _windows(question: Question, people: int) -> Sequence[str]:
    if people <= MOST_AT_ONCE:
        return ANALYSED
    return [Question().window if question.descriptive else question.window]
