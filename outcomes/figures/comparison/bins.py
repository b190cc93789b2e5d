"""How many people of each timing band had each outcome? Counts in a grid, for many people.

Each cell wears the tint of its share of the band; what is suppressed is hatched and says so.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outcomes.figures.base import Figure, Look, Table, Translate, empty_figure, identity, wrap
from outcomes.figures.comparison.canvas import LINE, Canvas, Stroke, lines_of, wide
from outcomes.figures.comparison.people import DIED, SHORT, SUPPRESSED, in_words, short
from outcomes.figures.comparison.scale import NO_OUTCOME, Scale
from outcomes.figures.comparison.stack import HATCHED, OPEN, draw_key, paint
from outcomes.figures.theme import CHART_TYPE, Size, Theme
from outcomes.rules.cohort_summary import Band
from outcomes.rules.text import gettext_noop as _

TITLE = _("How many people fared how, by the time from {since} to decompression?")
BANDS: dict[Band, str] = {
    Band.DAY: _("24 h or less"),
    Band.WEEK: _("more than 24 h to 7 days"),
    Band.LATER: _("more than 7 days"),
    Band.OVER_A_DAY: _("more than 24 h, not known closer"),
    Band.UNCLASSIFIABLE: _("astride 24 h: cannot be classified"),
    Band.UNKNOWN: _("time not reported"),
    Band.NOT_OPERATED: _("not operated"),
}
SHARES: tuple[tuple[float, str, str], ...] = (
    (0.1, OPEN, _("under 10 %")),
    (0.25, "step-0", _("10 to 25 %")),
    (0.5, "step-1", _("25 to 50 %")),
    (math.inf, "step-2", _("50 % and more")),
)
"""Share below which, tint, words; of the band's people with an outcome."""
TINTS = _("Tint: share of those of the same row whose outcome is known")
NO_TINT = _("No tint: not all counts of the row are told")
MOST_VALUES = 11  # a longer scale is counted between its ticks
CELL = 34  # height, px
LABEL = 216  # room for the words of a band, px


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """People of one band with one outcome. `band` is a Band value; `people` None is suppressed.

    A dead person's value does not count; `value` None is no outcome.
    """

    band: str
    value: int | None
    dead: bool
    people: int | None


@dataclass(frozen=True, slots=True)
class _Group:
    """One column: its words, a shorter sign for them, and the cells that count in it."""

    words: str
    sign: str
    low: int | None = None
    high: int | None = None
    dead: bool = False

    def holds(self, cell: Cell) -> bool:
        if self.dead or cell.dead:
            return self.dead and cell.dead
        if cell.value is None or self.low is None or self.high is None:
            return cell.value is None and self.low is None
        return self.low <= cell.value <= self.high


def timing_bins(
    cells: Sequence[Cell],
    *,
    scale: Scale,
    since: str,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """Bands downward, outcomes from the worst to the best; a cell not given is nobody.

    Raises ValueError for a cell that has no place: nobody is left out silently.
    """
    look = Look(theme, size, t)
    title = t(TITLE).format(since=since)
    columns = _columns(scale, t)
    headers = (
        t(_("From {since} to decompression")).format(since=since),
        *(c.words for c in columns),
    )
    for cell in cells:
        if cell.band not in list(BANDS) or not any(column.holds(cell) for column in columns):
            raise ValueError(f"no place for {cell}")
    bands = [band for band in BANDS if any(c.band == band and c.people != 0 for c in cells)]
    if not bands:
        return empty_figure("timing_bins", title, t(_("Nobody to show.")), headers, look)
    counts = _counts(bands, columns, cells)
    canvas = Canvas(look)
    y = canvas.say(scale.title, 0, 0, room=canvas.width) + 4
    grid = _Grid(canvas, columns)
    y = grid.draw(y, _counts(bands, grid.columns, cells))
    rows = tuple((t(BANDS[band]), *(in_words(n, t) for n in counts[band])) for band in bands)
    table = Table(headers=headers, rows=rows)
    return canvas.figure("timing_bins", title, _describe(columns, counts, t), table, y)


def _columns(scale: Scale, t: Translate) -> list[_Group]:
    values = list(range(scale.low, scale.high + 1))
    if len(values) <= MOST_VALUES:
        graded = [_Group(scale.words(v), str(v), v, v) for v in values]
    else:
        starts = [v for v, _words in scale.ticks]
        ends = [v - 1 for v in starts[1:]] + [scale.high]
        graded = [
            _Group(words, words, a, b)
            for a, b in zip(starts, ends, strict=True)
            for words in [str(a) if a == b else f"{a}–{b}"]
        ]
    none = t(NO_OUTCOME)
    return [_Group(t(DIED), t(DIED), dead=True), *graded, _Group(none, none)]


def _least(words: str) -> float:
    """Room for a column under these words, px."""
    return max(wide(word) for word in [*words.split(), "0000"]) + 4


def _fitting(columns: Sequence[_Group], room: float) -> list[_Group]:
    """Neighbouring values together, as few as can be, where single ones find no room."""
    died, *graded, none = columns
    found = list(columns)
    for many in range(2, len(graded) + 1):
        if sum(_least(column.sign) for column in found) <= room:
            break
        parts = [graded[i : i + many] for i in range(0, len(graded), many)]
        found = [died, *map(_together, parts), none]
    return found


def _together(columns: Sequence[_Group]) -> _Group:
    first, last = columns[0], columns[-1]
    if first is last:
        return first
    words = f"{first.low}–{last.high}"
    return _Group(words, words, first.low, last.high)


def _counts(
    bands: Sequence[Band], columns: Sequence[_Group], cells: Sequence[Cell]
) -> dict[Band, list[int | None]]:
    return {
        band: [
            _count(c.people for c in cells if c.band == band and column.holds(c))
            for column in columns
        ]
        for band in bands
    }


def _count(people: Iterable[int | None]) -> int | None:
    """Their sum; suppressed if any of them is."""
    told = list(people)
    return None if None in told else sum(n for n in told if n is not None)


class _Grid:
    def __init__(self, canvas: Canvas, columns: Sequence[_Group]) -> None:
        self.canvas, self.t = canvas, canvas.look.t
        self.left = 0 if canvas.look.narrow else LABEL
        room = canvas.width - self.left
        self.columns = list(columns)
        self.signs = [column.words for column in columns]
        if sum(map(_least, self.signs)) > room:
            self.columns = _fitting(columns, room)
            self.signs = [column.sign for column in self.columns]
            shortened = [c for c in self.columns if c.sign != c.words]
            if shortened:
                told = " · ".join(
                    c.words if c.words.startswith(c.sign) else f"{c.sign}: {c.words}"
                    for c in shortened
                )
                canvas.footnotes[told] = None
        least = [_least(sign) for sign in self.signs]
        spare = (room - sum(least)) / len(least)
        self.widths = [width + spare for width in least]

    def places(self) -> list[tuple[float, float]]:
        x, places = float(self.left), []
        for width in self.widths:
            places.append((x, x + width - 2))
            x += width
        return places

    def draw(self, y: float, counts: dict[Band, list[int | None]]) -> float:
        y = self._head(y)
        for band, numbers in counts.items():
            y = self._band(y, band, numbers)
        of = [self._of(numbers) for numbers in counts.values()]
        y += 6
        if any(of):
            y = self.canvas.say(self.t(TINTS), 0, y, room=self.canvas.width, token="muted") + 3
            y = draw_key(self.canvas, y, [(self.t(words), fill) for _below, fill, words in SHARES])
        if None in of:
            self.canvas.footnotes[self.t(NO_TINT)] = None
        if any(None in numbers for numbers in counts.values()):
            self.canvas.footnotes[self.t(SUPPRESSED).format(sign=SHORT)] = None
        return y + 4

    def _of(self, numbers: Sequence[int | None]) -> int | None:
        """Whom the tints of a row are shares of: all with an outcome, if all are told."""
        found = numbers[:-1]  # the last column is of those without an outcome
        return None if None in found else sum(n for n in found if n is not None)

    def _head(self, y: float) -> float:
        lines = [
            wrap(sign, width, CHART_TYPE["small"])
            for sign, width in zip(self.signs, self.widths, strict=True)
        ]
        deep = max(map(len, lines))
        for words, (a, b) in zip(lines, self.places(), strict=True):
            top = y + LINE["small"] * (deep - len(words))
            self.canvas.say(words, (a + b) / 2, top, side="center", token="muted")
        return y + LINE["small"] * deep + 4

    def _band(self, y: float, band: Band, numbers: Sequence[int | None]) -> float:
        known = [n for n in numbers if n is not None]
        words = self.t(BANDS[band])
        if len(known) == len(numbers):
            words = f"{words}, n = {sum(known)}"
        tall = CELL
        if self.left:
            lines = lines_of(words, self.left - 8)
            tall = max(CELL, LINE["small"] * len(lines))
            self.canvas.say(lines, 0, y + (tall - LINE["small"] * len(lines)) / 2)
        else:
            y = self.canvas.say(words, 0, y, room=self.canvas.width) + 2
        of = self._of(numbers)
        fills = [*(self._fill(people, of) for people in numbers[:-1]), "aside"]
        for people, fill, (a, b) in zip(numbers, fills, self.places(), strict=True):
            self._cell(a, b, y, y + tall, people, fill)
        return y + tall + (4 if self.left else 8)

    def _fill(self, people: int | None, of: int | None) -> str:
        """The tint of a cell; OPEN for none."""
        if not people or not of:
            return OPEN
        return next(fill for below, fill, _words in SHARES if people / of < below)

    def _cell(
        self, x0: float, x1: float, y0: float, y1: float, people: int | None, fill: str
    ) -> None:
        if people is None:
            paint(self.canvas, HATCHED, x0, y0, x1, y1)
        elif people or fill != OPEN:
            paint(self.canvas, fill, x0, y0, x1, y1)
        self.canvas.frame(x0, y0, x1, y1, Stroke(self.t(_("outline")), "grid"))
        self.canvas.say(
            short(people),
            (x0 + x1) / 2,
            (y0 + y1 - LINE["small"]) / 2,
            side="center",
            token="muted" if people == 0 else "ink",
            halo=people is None,
        )


def _describe(columns: Sequence[_Group], counts: dict[Band, list[int | None]], t: Translate) -> str:
    return ". ".join(
        f"{t(BANDS[band])}: "
        + ", ".join(
            f"{column.words} {in_words(people, t)}"
            for column, people in zip(columns, numbers, strict=True)
            if people != 0
        )
        for band, numbers in counts.items()
    )
