"""What had become of each timing group by each window: counts, there at once."""

from dataclasses import dataclass

from outcomes.comparison.counting import ANALYSED, left_out, standings
from outcomes.comparison.population import Population
from outcomes.rules import cohort_states
from outcomes.rules.cohort_states import GroupStates, OthersStates, Standing
from outcomes.rules.disclosure import tells_apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Of those who may be told of one by one, and of all others: None where there are none to
    protect, `withheld` where the filter sets too few of them apart."""

    open: list[Standing]
    rest: list[Standing] | None
    withheld: bool

    def groups(self, grade: int) -> list[GroupStates]:
        return cohort_states.stand(self.open, ANALYSED, grade)

    def others(self, grade: int) -> list[OthersStates]:
        groups = cohort_states.stand(self.rest or (), ANALYSED, grade)
        return cohort_states.told(groups, withheld=self.withheld)


def recovery(population: Population) -> Recovered:
    """Two queries, whatever the number of people."""
    open, rest = standings(population)
    if population.all_openable:
        return Recovered(open=open, rest=None, withheld=False)
    return Recovered(open=open, rest=rest, withheld=tells_apart(left_out(population)))
