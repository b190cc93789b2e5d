"""What may be said of people whose records the reader may not open: few, rounded counts.

Everything is made from counts as `disclosure` shows them; estimates over everyone together are
told to a twentieth, and only where enough of the others stand behind both groups.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outcomes.rules.cohort_analysis import DEAD, Alike, Analysis, analyse
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import OVER_A_DAY, Band
from outcomes.rules.disclosure import MOST_HIDDEN, coarse, shown, shown_row
from outcomes.rules.statistics.proportions import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """People of a band who ended in a step of the scale: its lower end, DEAD, or None without an
    outcome. None `people` are too few to tell."""

    band: Band
    step: int | None
    people: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Counts as `disclosure` shows them, None for too few to tell.

    `withheld`: the filter leaves out so few people that nothing is told at all.
    """

    withheld: bool
    people: int | None = None
    with_timing: int | None = None
    with_outcome: int | None = None
    with_both: int | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coarse:
    """Of everyone together, the reader's own and all others: to the nearest twentieth; `p` of the
    locked analysis to two places."""

    win: float
    interval: Interval | None
    strata: int
    if_missing: Interval | None
    p: float | None


WITHHELD = Others(withheld=True)


def others(cells: Sequence[Alike], question: Question) -> Others:
    timed = [cell for cell in cells if cell.band in (Band.DAY, *OVER_A_DAY)]
    told = [cell for cell in cells if cell.outcome is not None]
    both = [cell for cell in timed if cell.outcome is not None]
    return Others(
        withheld=False,
        people=shown(people_of(cells)),
        with_timing=shown(people_of(timed)),
        with_outcome=shown(people_of(told)),
        with_both=shown(people_of(both)),
        cells=tuple(
            cell
            for band in Band
            for cell in _row(band, [cell for cell in cells if cell.band is band], question)
        ),
    )


def everyone(
    own: Sequence[Alike], rest: Sequence[Alike], question: Question, preset: int
) -> Coarse | None:
    """None where too few of the others stand behind either group: it would be about them."""
    of_rest = analyse(rest, question, preset)
    if min(of_rest.early.with_outcome, of_rest.later.with_outcome) <= MOST_HIDDEN:
        return None
    found: Analysis = analyse([*own, *rest], question, preset)
    if found.win is None:
        return None
    return Coarse(
        win=coarse(found.win.value),
        interval=_coarse(found.win.interval),
        strata=found.win.strata,
        if_missing=_coarse(found.win_if_missing),
        p=None if found.p is None else round(found.p, 2),
    )


def people_of(cells: Iterable[Alike]) -> int:
    return sum(cell.people for cell in cells)


def _row(band: Band, cells: Sequence[Alike], question: Question) -> list[Cell]:
    """The steps of one band; a band with too few people in all has none."""
    if shown(people_of(cells)) is None:
        return []
    scale = question.scale
    steps = (None, DEAD, scale.low, *scale.cuts)
    counts = [people_of(c for c in cells if _step(c, question) == step) for step in steps]
    return [
        Cell(band=band, step=step, people=people)
        for step, people in zip(steps, shown_row(counts), strict=True)
    ]


def _step(cell: Alike, question: Question) -> int | None:
    if cell.outcome is None or cell.outcome == DEAD:
        return cell.outcome
    return question.scale.step(cell.outcome)


def _coarse(interval: Interval | None) -> Interval | None:
    return interval and Interval(coarse(interval.lower), coarse(interval.upper))
