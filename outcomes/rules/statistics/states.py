"""What had become of each person by a window: states that add up, with the bounds of the unknown.

Where people died, "recovered" is no event that the others merely wait for: everyone is in exactly
one state at each window (CLINICAL.md I, J).
"""

from dataclasses import dataclass
from enum import StrEnum

from outcomes.rules.statistics.proportions import Count, Interval, exact_interval


class State(StrEnum):
    RECOVERED = "recovered"
    """At the grade asked for, and still there."""
    NOT_RECOVERED = "not_recovered"
    DEAD = "dead"
    UNKNOWN = "unknown"
    """The window has passed without an examination, or what it found may not have lasted."""
    NOT_YET_DUE = "not_yet_due"
    """The window has not passed, or had before the operation."""


@dataclass(frozen=True, slots=True)
class Stack:
    counts: dict[State, int]
    """Every state, those with nobody too."""

    @property
    def due(self) -> int:
        """People whose window has come."""
        return sum(self.counts.values()) - self.counts[State.NOT_YET_DUE]

    @property
    def recovered(self) -> tuple[int, int]:
        """Of those due: if none of the unknown had recovered, and if all of them had."""
        least = self.counts[State.RECOVERED]
        return least, least + self.counts[State.UNKNOWN]

    @property
    def interval(self) -> Interval | None:
        """Exact interval of the share of those due: from the lower end if none of the unknown had
        recovered to the upper end if all of them had. None where nobody is due."""
        least, most = (exact_interval(Count(k, self.due)) for k in self.recovered)
        return least and most and Interval(least.lower, most.upper)
