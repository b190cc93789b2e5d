"""Where each person stands: a row by outcome, a place by hours, and a lane where others are near.

Everything is in px, counted from the lower left corner. The same people always stand in the same
places, nobody hides another, and a row grows as tall as the people in it need.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

from outcomes.figures.base import Look, extent, has_bounds, vague
from outcomes.figures.comparison import hours
from outcomes.figures.comparison.canvas import LINE, lines_of, wide
from outcomes.figures.comparison.cases import (
    DEAD,
    IN_WORDS,
    NONE,
    WORDED,
    Case,
    Column,
    Row,
    column_of,
    row_of,
)
from outcomes.figures.comparison.people import DIED
from outcomes.figures.comparison.scale import NO_OUTCOME, Scale
from outcomes.rules.text import gettext_noop as _

COLUMNS = {
    Column.UNKNOWN: _("Time not reported"),
    Column.NOT_OPERATED: _("Not operated"),
}
PITCHES = {10.0: 480, 8.0: 600, 6.5: 760, 5.0: math.inf}
"""From one mark to the next, and how tall the rows may grow with it."""
DEEP = 11  # points on one spot above each other before they go sideways
SIDEWAYS = 20  # how far from its hours a point may stand, px
APART = 12  # gap above those without an outcome
LEAST = 3  # height of a row without words and people
EDGE = 12  # from the ends of the axis to the first and the last tick
GAP = 6  # between two columns
SIGN = 11  # room for the sign of what is only about right
NARROW_MARGIN, WIDE_MARGIN = 66, 110  # how wide the margins may grow
NARROW_LABELS, WIDE_LABELS = 56, 150
CROWD = 60  # people for whom a margin grows wider


@dataclass(slots=True)
class Placed:
    """One person: from `left` to `right` of their column, with a mark at `x` unless there is no
    best value; `lane` counts from the middle of the row."""

    case: Case
    column: Column
    row: Row
    left: float = 0
    right: float = 0
    x: float | None = None
    lane: int = 0
    moved: bool = False

    @property
    def long(self) -> bool:
        return self.column is Column.AXIS and (self.x is None or has_bounds(self.case.hours))


def inside_out() -> Iterator[int]:
    """0, 1, -1, 2, -2, …"""
    yield 0
    i = 1
    while True:
        yield i
        yield -i
        i += 1


class Lanes:
    """Which stretches of each lane of one row are taken; nobody is moved across `cut`."""

    def __init__(self, cut: float) -> None:
        self.cut = cut
        self.taken: dict[int, list[tuple[float, float]]] = {}

    def add(self, one: Placed, pitch: float) -> None:
        """In the lane nearest the middle; a mere point goes sideways where the lanes are full."""
        for shift, lane in self._tries(one, pitch):
            left, right = one.left + shift, one.right + shift
            if all(right <= a or b <= left for a, b in self.taken.get(lane, ())):
                one.left, one.right, one.lane = left, right, lane
                one.x = None if one.x is None else one.x + shift
                one.moved = bool(lane or shift)
                self.taken.setdefault(lane, []).append((left, right))
                return

    def _tries(self, one: Placed, pitch: float) -> Iterator[tuple[float, int]]:
        if one.long:
            yield from ((0, lane) for lane in inside_out())
        x, most = one.x or 0, round(SIDEWAYS / pitch)
        steps = [0, *(s for i in range(1, most + 1) for s in (i, -i))]
        shifts = [s * pitch for s in steps if (x + s * pitch > self.cut) == (x > self.cut)]
        for deep in (DEEP * 2**i for i in count()):
            for shift in shifts:
                for lane in islice(inside_out(), deep):
                    yield shift, lane


class Places:
    def __init__(self, cases: Sequence[Case], scale: Scale, look: Look) -> None:
        self.look, self.scale = look, scale
        crowds = {column: sum(column_of(c) is column for c in cases) for column in Column}
        self.margins = [column for column in COLUMNS if crowds[column]]
        # from the bottom to the top
        worded = any(row_of(case, scale) == WORDED for case in cases)
        self.aside: list[Row] = [NONE, WORDED] if worded else [NONE]
        self.rows: list[Row] = [*self.aside, DEAD, *range(scale.low, scale.high + 1)]
        self.labels = self._labels()
        self._measure(max(crowds[column] for column in COLUMNS))
        self._range(cases)
        for self.pitch, most in PITCHES.items():
            self.people = [self._place(case) for case in cases]
            self._arrange()
            if self.tall <= most:
                break

    # ------------------------------------------------------------ across

    def _labels(self) -> dict[Row, list[str]]:
        """The words of the rows; `left` is their room."""
        t = self.look.t
        beside = {NONE: NO_OUTCOME, WORDED: IN_WORDS}
        words: dict[Row, str] = {row: t(beside[str(row)]) for row in self.aside}
        words[DEAD] = t(DIED)
        words |= dict(self.scale.ticks)
        longest = max(wide(word) for text in words.values() for word in text.split())
        most = max(longest, NARROW_LABELS) if self.look.narrow else WIDE_LABELS
        room = min(max(map(wide, words.values())), most, WIDE_LABELS)
        self.left = round(room) + 12
        return {row: lines_of(text, room + 2) for row, text in words.items()}

    def _measure(self, crowd: int) -> None:
        """The axis takes what the margins leave; room for the words of the last tick beside it."""
        self.right = 12 if self.margins else 28
        self.plot_px = self.look.width - self.left - self.right
        self.margin_px = 0.0
        if self.margins:
            words = [word for c in self.margins for word in self.look.t(COLUMNS[c]).split()]
            most = NARROW_MARGIN if self.look.narrow else WIDE_MARGIN
            wanted = max(*map(wide, words), min(crowd, CROWD) * 2.2) + 10
            self.margin_px = min(wanted, most)
        self.axis_px = self.plot_px - len(self.margins) * (self.margin_px + GAP)

    def _range(self, cases: Sequence[Case]) -> None:
        spans = [case.hours for case in cases if column_of(case) is Column.AXIS]
        low, high = map(hours.position, hours.shown_range(spans))
        pad = EDGE / self.axis_px * (high - low)
        # as exact as what is placed on it
        self.low, self.high = round(low - pad, 5), round(high + pad, 5)

    def px(self, value: float) -> float:
        """Of hours on the axis."""
        return (hours.position(value) - self.low) / (self.high - self.low) * self.axis_px

    def position(self, px: float) -> float:
        """On the axis, of px along it."""
        return round(self.low + px / self.axis_px * (self.high - self.low), 5)

    def domain(self, column: Column) -> tuple[float, float]:
        """Fractions of the plot's width."""
        if column is Column.AXIS:
            return 0, round(self.axis_px / self.plot_px, 5)
        end = self.axis_px + (self.margins.index(column) + 1) * (self.margin_px + GAP)
        start = (end - self.margin_px) / self.plot_px
        return round(start, 5), round(min(end / self.plot_px, 1), 5)

    def _place(self, case: Case) -> Placed:
        one = Placed(case, column_of(case), row_of(case, self.scale))
        if one.column is not Column.AXIS:
            return one
        on, half = case.hours, self.pitch / 2
        if on.best is not None:
            one.x = self.px(on.best)
            reach = [self.px(value) for value in extent(on)] if has_bounds(on) else [one.x]
            one.left, one.right = min(reach) - half, max(reach) + half
            one.right += SIGN if vague(on) else 0
            return one
        one.left = 0 if on.lower is None else self.px(on.lower)
        one.right = self.axis_px if on.upper is None else self.px(on.upper)
        one.right = max(one.right, one.left + 4)
        return one

    # ------------------------------------------------------------ down

    def _arrange(self) -> None:
        """Lanes for everyone, and rows as tall as their lanes need."""
        self.edges: dict[Row, tuple[float, float]] = {}
        y = 0.0
        for row in self.rows:
            members = [one for one in self.people if one.row == row]
            self._fill_axis([one for one in members if one.column is Column.AXIS])
            for column in self.margins:
                self._fill_margin([one for one in members if one.column is column])
            words = LINE["small"] * len(self.labels[row]) + 8 if row in self.labels else LEAST
            lanes = max((2 * abs(one.lane) + 1 for one in members), default=0)
            tall = max(words, lanes * self.pitch + 6 if lanes else 0)
            self.edges[row] = y, y + tall
            y += tall + (APART if row == self.aside[-1] else 0)
        self.tall = y

    def _fill_axis(self, members: Sequence[Placed]) -> None:
        """Points first, in the middle; then those with a length, the shortest first."""
        lanes = Lanes(self.px(hours.DAY))
        for one in sorted(members, key=lambda one: (one.long, one.right - one.left, one.left)):
            lanes.add(one, self.pitch)

    def _fill_margin(self, members: Sequence[Placed]) -> None:
        """Side by side over the width of the margin, which has no times."""
        across = max(int((self.margin_px - 8) / self.pitch), 1)
        for start, lane in zip(range(0, len(members), across), inside_out(), strict=False):
            batch = members[start : start + across]
            for i, one in enumerate(batch):
                one.x = self.margin_px / 2 + (i - (len(batch) - 1) / 2) * self.pitch
                one.lane = lane

    def middle(self, row: Row) -> float:
        return round(sum(self.edges[row]) / 2, 1)

    def y(self, one: Placed) -> float:
        return round(self.middle(one.row) + one.lane * self.pitch, 1)
