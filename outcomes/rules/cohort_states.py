"""What had become of the people of each timing group by each window, where recovery is sustained.

Recovery is that of the worse leg, to a grade it was below before the operation: whoever was there
already, or may have been, is counted beside (CLINICAL.md I, J).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from outcomes.rules.cohort_analysis import NOT_YET_DUE
from outcomes.rules.cohort_summary import BEFORE_OPERATION, OVER_A_DAY, Band
from outcomes.rules.disclosure import shown_row, tells_apart
from outcomes.rules.grades import MAX_GRADE
from outcomes.rules.statistics.states import Stack, State
from outcomes.rules.values import Answer

GRADES = tuple(range(1, MAX_GRADE + 1))
STALE = (Answer.YES.value, Answer.CANNOT_TELL.value)
# a leg that moves against gravity
AGAINST_GRAVITY = 3


class Timing(StrEnum):
    """The groups that are told apart; nobody else is in either."""

    EARLY = "early"
    """Within a day."""
    LATER = "later"

    @property
    def bands(self) -> tuple[Band, ...]:
        return (Band.DAY,) if self is Timing.EARLY else OVER_A_DAY


class Excluded(StrEnum):
    """Why somebody with a known timing says nothing of recovery to a grade."""

    ALREADY_THERE = "already_there"
    BASELINE_UNKNOWN = "baseline_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """So many `people` of whom one window found the same; `before` is the grade of the worse leg
    before the operation, the rest as `AtWindow`, and `why` as `Alike`."""

    window: str
    band: Band
    before: int | None
    dead: bool | None
    worst: int | None
    sustained: int | None
    sustainable: int | None
    why: str
    people: int
    stale: str = Answer.NO.value
    """Whether that examination before the operation was too old to be a fresh baseline."""


def excluded(before: int | None, grade: int) -> Excluded | None:
    if before is None:
        return Excluded.BASELINE_UNKNOWN
    return Excluded.ALREADY_THERE if before >= grade else None


def state(one: Standing, grade: int) -> State:
    """Death dominates; an examination whose lasting is not known yet is not known. Recovery after
    the operation is not due while there was none."""
    if one.dead:
        return State.DEAD
    if one.dead is None:
        return State.UNKNOWN
    if one.sustained is not None and one.sustained >= grade:
        return State.RECOVERED
    if any(found is not None and found < grade for found in (one.worst, one.sustainable)):
        return State.NOT_RECOVERED
    return State.NOT_YET_DUE if one.why in (NOT_YET_DUE, BEFORE_OPERATION) else State.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStates:
    """A stack for each window, in order of time, of the people below the grade at first."""

    timing: Timing
    excluded: dict[Excluded, int]
    stacks: dict[str, Stack]
    stale: int = 0
    """Of the people in the stacks, those whose baseline is stale, or may be (CLINICAL.md G)."""


def stand(cells: Sequence[Standing], windows: Sequence[str], grade: int) -> list[GroupStates]:
    return [_group(timing, cells, windows, grade) for timing in Timing]


def _group(
    timing: Timing, cells: Sequence[Standing], windows: Sequence[str], grade: int
) -> GroupStates:
    found: dict[str, Counter[State]] = {window: Counter() for window in windows}
    out: Counter[Excluded] = Counter()
    stale = 0
    for one in cells:
        if one.band not in timing.bands:
            continue
        if why := excluded(one.before, grade):
            # everyone is in every window once
            out[why] += one.people if one.window == windows[0] else 0
        else:
            found[one.window][state(one, grade)] += one.people
            stale += one.people if one.window == windows[0] and one.stale in STALE else 0
    return GroupStates(
        timing=timing,
        excluded={why: out[why] for why in Excluded},
        stacks={window: Stack({s: n[s] for s in State}) for window, n in found.items()},
        stale=stale,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersStates:
    """Counts as `disclosure` shows them, None for too few to tell; no `stacks` where nothing is
    told: so few of the group are excluded that the rest would tell of them."""

    timing: Timing
    stacks: dict[str, dict[State, int | None]] | None


def told(
    by_grade: Sequence[Sequence[GroupStates]], *, withheld: Collection[Timing]
) -> list[OthersStates]:
    """Of people one may not open, those of the last of some grades; nothing of groups `withheld`.

    `by_grade` is from the highest grade down, so that each holds a part of those before: between
    any two that are told stand enough people, or nobody.
    """
    return [
        OthersStates(
            timing=downwards[-1].timing,
            stacks={window: _shown(stack) for window, stack in downwards[-1].stacks.items()}
            if downwards[-1].timing not in withheld and _apart(downwards)
            else None,
        )
        for downwards in zip(*by_grade, strict=True)
    ]


def near_a_grade(people: Iterable[Sequence[Any]], grade: int) -> bool:
    """Whether those below a grade before the operation are but a few more than those of one grade
    at that time, or at first, which a filter asks for.

    `people` of a group by their grade before the operation, at first, and how many they are.
    """
    below = [one for one in people if excluded(one[0], grade) is None]
    everyone = sum(one[-1] for one in below)
    beside = [
        everyone - sum(one[-1] for one in below if one[at] == value)
        for at in (0, 1)
        for value in range(MAX_GRADE + 1)
    ]
    return tells_apart([], beside)


def _apart(downwards: Sequence[GroupStates]) -> bool:
    """Whether the last is told beside those before it that are told."""
    least = _people(downwards[0]) + sum(downwards[0].excluded.values())
    is_told = False
    for group in downwards:
        is_told = not tells_apart([], [least - _people(group)])
        least = _people(group) if is_told else least
    return is_told


def _people(group: GroupStates) -> int:
    """Everyone is in every window once."""
    return next((sum(stack.counts.values()) for stack in group.stacks.values()), 0)


def _shown(stack: Stack) -> dict[State, int | None]:
    return dict(zip(State, shown_row([stack.counts[one] for one in State]), strict=True))
