"""What may be said of people whose records the reader may not open: few, rounded counts.

Everything is made from counts as `disclosure` shows them; one estimate over them, without the
reader's own, is told to a twentieth, and only where enough stand behind it. Timing is told
since the cement alone, as within a day or later: bands by another start, and finer ones, nearly
coincide with these, and both would tell of the few between them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outcomes.rules.cohort_analysis import DEAD, Alike, analyse
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import OVER_A_DAY, Band
from outcomes.rules.disclosure import (
    ESTIMATE_STEP,
    coarse,
    settles,
    shown,
    shown_part,
    shown_row,
)
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
    """Counts as `disclosure` shows them, None for too few to tell, they or the rest.

    `withheld`: they, or those whom the filter leaves out, are so few that nothing is told at all.
    """

    withheld: bool
    people: int | None = None
    with_timing: int | None = None
    with_outcome: int | None = None
    with_both: int | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coarse:
    """The win probability of people one may not open, among those of the first grades `firsts`, to
    the nearest twentieth. No p: the locked analysis is of the whole registry."""

    firsts: tuple[int, ...]
    win: float
    interval: Interval
    if_missing: Interval | None


WITHHELD = Others(withheld=True)
GROUPS: Mapping[Band, Sequence[Band]] = {
    Band.DAY: (Band.DAY,),
    Band.OVER_A_DAY: OVER_A_DAY,
    Band.NOT_OPERATED: (Band.NOT_OPERATED,),
}
"""The groups of bands that have cells, by the band they are told as."""
TIMED = (Band.DAY, *OVER_A_DAY)
# in a stratum of so many in each group one person moves the win probability by no more than the
# step that it is rounded to
FEWEST_IN_STRATUM = round(1 / ESTIMATE_STEP)
Totals = dict[str, Any]
"""Counts as shown, by name."""


def others(cells: Sequence[Alike], question: Question, apart: Collection[Band] = ()) -> Others:
    """`apart` are the GROUPS in which the filter leaves out too few."""
    timed = [cell for cell in cells if cell.band in TIMED]
    told, both = ([c for c in some if c.outcome is not None] for some in (cells, timed))
    counts = totals(
        question,
        people=people_of(cells),
        with_timing=people_of(timed),
        with_outcome=people_of(told),
        with_both=people_of(both),
        apart=apart,
    )
    if counts["people"] is None:
        return WITHHELD
    if not since_cement(question):
        return Others(withheld=False, **counts)
    rows = {
        band: []
        if band in apart
        else _row(band, [cell for cell in cells if cell.band in bands], question)
        for band, bands in GROUPS.items()
    }
    told_cells = tuple(cell for row in rows.values() for cell in row)
    return Others(withheld=False, cells=told_cells, **_safe(counts, rows))


def since_cement(question: Question) -> bool:
    return question.exposure == Question().exposure


def totals(
    question: Question,
    *,
    people: int,
    with_timing: int,
    with_outcome: int,
    with_both: int,
    apart: Collection[Band] = (),
) -> Totals:
    """Each as `disclosure` shows it beside what it is a part of; nothing of timing where a filter
    leaves out too few of a timing group."""
    timing = shown_part(with_timing, people)
    both = shown_part(with_both, with_timing) and shown_part(with_both, with_outcome)
    tells_timing = since_cement(question) and not {Band.DAY, Band.OVER_A_DAY} & set(apart)
    return {
        "people": shown(people),
        "with_timing": timing if tells_timing else None,
        "with_outcome": shown_part(with_outcome, people),
        "with_both": both if tells_timing else None,
    }


def win(cells: Sequence[Alike], question: Question) -> Coarse | None:
    """Of these people alone: in pairs with the reader's own, what is known of those would tell.

    A first grade counts where enough people of it stand in both groups, and the others of it are
    in no pair. None where there is none.
    """
    if not since_cement(question):
        return None
    firsts = _firsts(cells)
    found = analyse([cell for cell in cells if cell.first in firsts], question)
    # without spread every pair was won by one group
    if found.win is None or found.win.interval is None:
        return None
    return Coarse(
        firsts=firsts,
        win=coarse(found.win.value),
        interval=_coarse(found.win.interval),
        if_missing=found.win_if_missing and _coarse(found.win_if_missing),
    )


def _firsts(cells: Sequence[Alike]) -> tuple[int, ...]:
    def enough(first: int, bands: Collection[Band]) -> bool:
        told = (c for c in cells if c.first == first and c.band in bands)
        return people_of(c for c in told if c.outcome is not None) >= FEWEST_IN_STRATUM

    known = sorted({cell.first for cell in cells if cell.first is not None})
    return tuple(f for f in known if enough(f, (Band.DAY,)) and enough(f, OVER_A_DAY))


def people_of(cells: Iterable[Alike]) -> int:
    return sum(cell.people for cell in cells)


def _safe(counts: Totals, rows: Mapping[Band, Sequence[Cell]]) -> Totals:
    """Without a total that would settle the cells it is the sum of."""

    def parts(bands: Iterable[Band], *, outcome: bool) -> list[int | None]:
        """Bands without cells are one part that is not told."""
        return [
            people
            for band in bands
            for people in (
                [c.people for c in rows[band] if not outcome or c.step is not None] or [None]
            )
        ]

    timed = (Band.DAY, Band.OVER_A_DAY)
    of = {
        "people": [*parts(GROUPS, outcome=False), None],
        "with_timing": parts(timed, outcome=False),
        "with_outcome": [*parts(GROUPS, outcome=True), None],
        "with_both": parts(timed, outcome=True),
    }
    return {name: None if settles(told, of[name]) else told for name, told in counts.items()}


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


def _coarse(interval: Interval) -> Interval:
    return Interval(coarse(interval.lower), coarse(interval.upper))
