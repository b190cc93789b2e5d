"""What had become of each timing group by each window: counts, there at once."""

from dataclasses import dataclass

from outcomes.comparison.counting import ANALYSED, margins, standings, together
from outcomes.comparison.population import Population
from outcomes.rules import cohort_states
from outcomes.rules.cohort_protected import since_cement
from outcomes.rules.cohort_states import GRADES, GroupStates, OthersStates, Standing, Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Of those who may be told of one by one, and of all others: None where there are none to
    protect, `withheld` the groups in which the filter sets too few of them apart."""

    open: list[Standing]
    rest: list[Standing] | None
    withheld: frozenset[Timing]

    def groups(self, grade: int) -> list[GroupStates]:
        return cohort_states.stand(self.open, ANALYSED, grade)

    def others(self, grade: int) -> list[OthersStates]:
        down_to = [one for one in reversed(GRADES) if one >= grade]
        by_grade = [cohort_states.stand(self.rest or (), ANALYSED, one) for one in down_to]
        return cohort_states.told(by_grade, withheld=self.withheld)


def recovery(population: Population) -> Recovered:
    """Two queries, whatever the number of people."""
    open, rest = standings(population)
    if population.all_openable:
        return Recovered(open=open, rest=None, withheld=frozenset())
    found = margins(population)
    apart = {timing for timing in Timing if together(found, timing.bands).few}
    if together(found).few or not since_cement(population.question):
        apart = set(Timing)
    return Recovered(open=open, rest=rest, withheld=frozenset(apart))
