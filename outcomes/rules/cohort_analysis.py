"""What the registry can say of outcome against timing, and no more (CLINICAL.md I, J).

One analysis was locked before there were data: the worse leg's grade at twelve months, decompressed
within 24 hours of the cement against later, among people of the same first grade. It alone has a p.
Below the preset number in a group there are counts and exact shares only. Published cases never
enter it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import BEFORE_OPERATION, NOT_OPERATED, OVER_A_DAY, Band
from outcomes.rules.statistics.proportions import (
    Count,
    Difference,
    Interval,
    difference,
    exact_interval,
)
from outcomes.rules.statistics.wins import (
    Stratum,
    WinProbability,
    van_elteren,
    win_probability,
)

# CLINICAL.md I and the default of the comparison: people with exposure and outcome in each group
PRESET = 10
# below every grade: death takes the worst rank
DEAD = -1
NOT_YET_DUE, DUE_UNKNOWN, NOT_RECORDED = "not_yet_due", "due_unknown", "not_recorded"
# died on a day that does not tell whether by the end of the window
DEATH_UNKNOWN = "death_unknown"
# asked of the leg that was weaker at first, where both were graded alike
NO_WEAKER_LEG = "no_weaker_leg"
NONE_POSSIBLE = (NOT_OPERATED, BEFORE_OPERATION, NO_WEAKER_LEG)
"""Why there can be no such outcome, however well somebody is followed."""
NOT_MISSING = (NOT_YET_DUE, *NONE_POSSIBLE)
"""Without an outcome, of which nothing is missing: no bounds stand for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """So many `people` with the same timing, first grade and outcome; None where not known.

    `first` is the first grade of the worse leg, 0-5; `outcome` is on the scale of the question,
    DEAD for the dead. `why` says why there is no outcome: NOT_YET_DUE, DUE_UNKNOWN, NOT_RECORDED
    (examined, but not for this), DEATH_UNKNOWN, NO_WEAKER_LEG, or as `AtWindow.absence`.
    """

    band: Band
    first: int | None
    outcome: int | None
    people: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of those with an outcome ended at `grade` or better, with the exact interval.

    `if_missing` is the share if everyone whose outcome is missing had ended below, and at it.
    """

    grade: int
    count: Count
    interval: Interval | None
    if_missing: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People decompressed within a day of the cement, or later."""

    people: int
    with_outcome: int
    dead: int
    missing: int
    """Without an outcome though it was due, or followed no longer."""
    none_possible: int
    """Of whom there can be no such outcome."""
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """`win` is the chance that of two people of the same first grade, the one decompressed within
    a day ended better; with its range if everyone without an outcome had ended best or worst.

    Those of unknown first grade are in no stratum (`without_first`). `p` only for the primary
    analysis. `win` and `p` are None while fewer than `preset` of a group are in pairs, and there
    are no `differences` while a group is smaller.
    """

    primary: bool
    preset: int
    people: int
    with_timing: int
    with_outcome: int
    with_both: int
    without_first: int
    early: Group
    later: Group
    win: WinProbability | None
    win_if_missing: Interval | None
    p: float | None
    in_pairs: tuple[int, int]
    """Of each group, who has an outcome and a first grade that the other group has too."""
    differences: tuple[Difference | None, ...]
    """Of the shares, early less later, for each grade."""

    @property
    def compared(self) -> bool:
        """Whether the groups were: then every share has a difference or says it has none."""
        return bool(self.differences)


def analyse(
    cells: Sequence[Alike], question: Question, preset: int = PRESET, *, whole: bool = True
) -> Analysis:
    """`cells` hold the outcome that the question asks for; of what is for description only, the
    last examination, nothing but counts.

    Not `whole` are cells of a part of the registry, as of those whose records one reader may open:
    the one analysis that was locked is not of them, else there were as many as there are readers.
    """
    primary = question.primary and whole
    early, later = _of(cells, (Band.DAY,)), _of(cells, OVER_A_DAY)
    both = [_group(group, question) for group in (early, later)]
    enough = not question.descriptive and min(g.with_outcome for g in both) >= preset
    strata = _strata(early, later, lambda cell, _early: cell.outcome)
    sizes = [stratum.sizes for stratum in strata if stratum.weight]
    in_pairs = sum(first for first, _second in sizes), sum(second for _first, second in sizes)
    in_strata = enough and min(in_pairs) >= preset
    timed = [*early, *later]
    return Analysis(
        primary=primary,
        preset=preset,
        people=_people(cells),
        with_timing=_people(timed),
        with_outcome=_people(cell for cell in cells if cell.outcome is not None),
        with_both=sum(group.with_outcome for group in both),
        without_first=_people(c for c in timed if c.outcome is not None and c.first is None),
        early=both[0],
        later=both[1],
        win=win_probability(strata) if in_strata else None,
        win_if_missing=_if_missing(early, later, question.scale.high) if in_strata else None,
        p=van_elteren(strata) if in_strata and primary else None,
        in_pairs=in_pairs,
        differences=_differences(*both) if enough else (),
    )


def _of(cells: Iterable[Alike], bands: Sequence[Band]) -> list[Alike]:
    return [cell for cell in cells if cell.band in bands]


def _people(cells: Iterable[Alike]) -> int:
    return sum(cell.people for cell in cells)


def _group(cells: Sequence[Alike], question: Question) -> Group:
    told = [cell for cell in cells if cell.outcome is not None]
    without = [cell for cell in cells if cell.outcome is None]
    missing = _people(cell for cell in without if cell.why not in NOT_MISSING)
    return Group(
        people=_people(cells),
        with_outcome=_people(told),
        dead=_people(cell for cell in told if cell.outcome == DEAD),
        missing=missing,
        none_possible=_people(cell for cell in without if cell.why in NONE_POSSIBLE),
        shares=tuple(_share(told, cut, missing, question) for cut in question.scale.cuts),
    )


def _share(told: Sequence[Alike], grade: int, missing: int, question: Question) -> Share:
    reached = _people(c for c in told if c.outcome is not None and c.outcome >= grade)
    count = Count(reached, _people(told))
    everyone = count.n + missing
    bare = question.descriptive or not everyone
    return Share(
        grade=grade,
        count=count,
        interval=None if question.descriptive else exact_interval(count),
        if_missing=None if bare else Interval(reached / everyone, (reached + missing) / everyone),
    )


def _differences(early: Group, later: Group) -> tuple[Difference | None, ...]:
    pairs = zip(early.shares, later.shares, strict=True)
    return tuple(difference(one.count, other.count) for one, other in pairs)


Ending = Callable[[Alike, bool], int | None]


def _strata(early: Sequence[Alike], later: Sequence[Alike], ending: Ending) -> list[Stratum]:
    """By first grade; who has none, or no ending, is in no stratum."""
    counted: dict[tuple[int, bool], Counter[float]] = {}
    for is_early, cells in ((True, early), (False, later)):
        for cell in cells:
            outcome = ending(cell, is_early)
            if cell.first is not None and outcome is not None:
                place = counted.setdefault((cell.first, is_early), Counter())
                place[outcome] += cell.people
    firsts = sorted({first for first, _is_early in counted})
    nobody: Counter[float] = Counter()
    return [
        Stratum(counted.get((first, True), nobody), counted.get((first, False), nobody))
        for first in firsts
    ]


def _if_missing(early: Sequence[Alike], later: Sequence[Alike], best: int) -> Interval | None:
    """The win probability if those whose outcome is missing had all ended as suits one group least:
    its own dead, the other's at the `best`."""

    def worst_for(losing: bool) -> Ending:
        def ending(cell: Alike, is_early: bool) -> int | None:
            if cell.outcome is not None or cell.why in NOT_MISSING:
                return cell.outcome
            return DEAD if is_early is losing else best

        return ending

    found = [win_probability(_strata(early, later, worst_for(side))) for side in (True, False)]
    if found[0] is None or found[1] is None:
        return None
    return Interval(found[0].value, found[1].value)
