"""How soon was each person decompressed, and how did they fare? One mark a person, no line.

Hours run on a logarithmic axis. A best value is a point, with its bounds as a bar; bounds alone
are an open bar without a point; one bound alone is a bar with an arrow at its open end. Who has no
time, or was not operated, stands in a margin of their own and never on the axis. Deaths are a row
below the lowest grade, and who has no outcome a row apart (CLINICAL.md I).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from outcomes.figures.base import (
    Figure,
    Json,
    Look,
    Origin,
    Table,
    Translate,
    base_layout,
    empty_figure,
    extent,
    has_bounds,
    identity,
    line_trace,
    note,
    plain,
    point_trace,
    vague,
    wrap,
)
from outcomes.figures.comparison import hours
from outcomes.figures.comparison.bins import Cell, timing_bins
from outcomes.figures.comparison.canvas import LINE, lines_of, wide
from outcomes.figures.comparison.people import DIED
from outcomes.figures.comparison.scale import NO_OUTCOME, Scale
from outcomes.figures.sheet import HATCH, hatch
from outcomes.figures.theme import CHART_TYPE, Size, Theme
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Span

__all__ = ["Case", "Cell", "Scale", "timing", "timing_bins"]

TITLE = _("How did each person fare, by the time from {since} to decompression?")
SYNTHETIC = _("Synthetic data: not real people")
PITCHES = {10: 480, 8: 600, 6.5: 760}  # px from one mark to the next, and how tall that may grow
SMALLEST_PITCH = 5.0
DEEP = 7  # marks on one spot above each other before they go sideways
APART = 12  # gap above those without an outcome, px
ARROW = 0.5  # of the pitch


class Column(StrEnum):
    AXIS = "x"
    UNKNOWN = "x2"
    NOT_OPERATED = "x3"


COLUMNS = {
    Column.UNKNOWN: _("Time not reported"),
    Column.NOT_OPERATED: _("Not operated"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`hours` up to the incision. Who died counts as dead whatever was found; where `dead` is None
    it is not known whether they lived, and there is no outcome."""

    name: str
    hours: Span
    operated: bool
    value: int | None
    dead: bool | None
    origin: Origin
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """How the people of one origin are drawn."""

    words: str
    sign: str
    token: str
    symbol: str
    fine: str = "solid"


MARKS = {
    Origin.REGISTRY: Mark(_("Registry"), "●", "drug", "circle"),
    Origin.SYNTHETIC: Mark(_("Synthetic person"), "○", "drug", "circle-open", "3px,2px"),
    Origin.PUBLISHED: Mark(_("Published case"), "◇", "published", "diamond-open"),
}
KEYS = {
    "bounds": _("Open bar: somewhere between these bounds, no best value"),
    "open": _("Arrow: only one bound is known"),
    "bar": _("Point with a bar: best value within its bounds"),
    "vague": _("≈ about this time; bounds not reported"),
    "beside": _("People on one spot stand side by side; the table gives each exact time."),
}

Row = int | str
DEAD, NONE = "dead", "none"


@dataclass(slots=True)
class Placed:
    """One person on the sheet: where, in px from the left of the column, and in which lane."""

    case: Case
    column: Column
    row: Row
    left: float = 0
    right: float = 0
    x: float | None = None
    lane: int = 0


def timing(
    cases: Sequence[Case],
    *,
    scale: Scale,
    since: str,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """`since` names the event the hours start from. Raises ValueError for a value off the scale."""
    look = Look(theme, size, t)
    title = t(TITLE).format(since=since)
    headers = (
        t(_("Person")),
        t(_("From {since} to decompression")).format(since=since),
        t(_("How exact")),
        scale.title,
        t(_("Origin")),
        t(_("Remarks")),
    )
    if not cases:
        return empty_figure("timing", title, t(_("Nobody to show.")), headers, look)
    sheet = _Sheet(cases, scale, since, look)
    return Figure(
        name="timing",
        title=title,
        description=_describe(cases, t),
        plotly={"data": sheet.data, "layout": sheet.layout(title)},
        table=Table(headers=headers, rows=tuple(_told(case, scale, t) for case in cases)),
    )


def row_of(case: Case, scale: Scale) -> Row:
    if case.dead:
        return DEAD
    if case.dead is None or case.value is None:
        return NONE
    if not scale.low <= case.value <= scale.high:
        raise ValueError(f"{case.value} is not on the scale {scale.low} to {scale.high}")
    return case.value


def column_of(case: Case) -> Column:
    if not case.operated:
        return Column.NOT_OPERATED
    return Column.AXIS if extent(case.hours) else Column.UNKNOWN


# ---------------------------------------------------------------- places


def inside_out() -> Iterable[int]:
    """0, 1, -1, 2, -2, …"""
    yield 0
    i = 1
    while True:
        yield i
        yield -i
        i += 1


class _Lanes:
    """Which stretches of each lane of one row are taken, in px."""

    def __init__(self) -> None:
        self.taken: dict[int, list[tuple[float, float]]] = {}

    def free(self, lane: int, left: float, right: float) -> bool:
        return all(right <= a or b <= left for a, b in self.taken.get(lane, ()))

    def take(self, one: Placed, lane: int, shift: float) -> None:
        one.lane, one.left, one.right = lane, one.left + shift, one.right + shift
        if one.x is not None:
            one.x += shift
        self.taken.setdefault(lane, []).append((one.left, one.right))

    def place(self, one: Placed, pitch: float, *, movable: bool) -> None:
        """In the lane nearest the middle; a mere point goes sideways where the lanes are full."""
        if not movable:
            self.take(one, next(n for n in inside_out() if self.free(n, one.left, one.right)), 0)
            return
        for i in inside_out():
            shift = i * pitch
            for lane in range(DEEP):
                lane = lane // 2 + 1 if lane % 2 else -(lane // 2)
                if self.free(lane, one.left + shift, one.right + shift):
                    self.take(one, lane, shift)
                    return


class _Sheet:
    def __init__(self, cases: Sequence[Case], scale: Scale, since: str, look: Look) -> None:
        self.look, self.scale, self.since = look, scale, since
        self.cases = cases
        self.columns = [
            c for c in Column if c is Column.AXIS or any(column_of(x) is c for x in cases)
        ]
        self._measure()
        for self.pitch, most in [*PITCHES.items(), (SMALLEST_PITCH, math.inf)]:
            self.placed = [self._placed(case) for case in cases]
            self._arrange()
            if self.tall <= most:
                break
        self.data = self._traces()

    # ------------------------------------------------------------ across

    def _measure(self) -> None:
        look = self.look
        words = [text for _value, text in self.scale.ticks] + [look.t(DIED), look.t(NO_OUTCOME)]
        longest = max(wide(word) for text in words for word in text.split())
        room = max(longest, 56) if look.narrow else 150
        self.left = round(min(max(map(wide, words)), room, 150)) + 12
        crowded = any(column_of(x) is not Column.AXIS for x in self.cases)
        self.right = 12 if crowded else 28  # room for the words of the last tick
        self.plot_px = look.width - self.left - self.right
        self.margin_px = 0.0
        if len(self.columns) > 1:
            need = max(max(map(wide, look.t(COLUMNS[c]).split())) for c in self.columns[1:]) + 10
            crowd = max(sum(column_of(x) is c for x in self.cases) for c in self.columns[1:])
            self.margin_px = min(max(need, min(crowd, 60) * 2.2), 66 if look.narrow else 110)
            self.margin_px = max(self.margin_px, min(need, 66))
        self.axis_px = self.plot_px - len(self.columns[1:]) * (self.margin_px + 6)
        span = hours.shown_range([x.hours for x in self.cases if column_of(x) is Column.AXIS])
        self.low, self.high = (hours.position(value) for value in span)
        pad = 8 / self.axis_px * (self.high - self.low)
        self.low, self.high = self.low - pad, self.high + pad

    def px(self, value: float) -> float:
        return (hours.position(value) - self.low) / (self.high - self.low) * self.axis_px

    def value(self, px: float) -> float:
        return self.low + px / self.axis_px * (self.high - self.low)

    def _placed(self, case: Case) -> Placed:
        one = Placed(case, column_of(case), row_of(case, self.scale))
        half = self.pitch / 2
        if one.column is not Column.AXIS:
            return one
        on = case.hours
        if on.best is not None:
            one.x = self.px(on.best)
            reach = [self.px(v) for v in extent(on)] if has_bounds(on) else [one.x]
            one.left, one.right = min(reach) - half, max(reach) + half
            one.right += 11 if vague(on) else 0
            return one
        one.left = 0 if on.lower is None else self.px(on.lower)
        one.right = self.axis_px if on.upper is None else self.px(on.upper)
        one.left, one.right = one.left - 1, max(one.right, one.left + 4) + 1
        return one

    # ------------------------------------------------------------ down

    @cached_property
    def rows(self) -> list[Row]:
        """From the bottom to the top."""
        return [NONE, DEAD, *range(self.scale.low, self.scale.high + 1)]

    @cached_property
    def labels(self) -> dict[Row, list[str]]:
        t = self.look.t
        words: dict[Row, str] = {NONE: t(NO_OUTCOME), DEAD: t(DIED)}
        words |= dict(self.scale.ticks)
        return {row: lines_of(text, self.left - 10) for row, text in words.items()}

    def _arrange(self) -> None:
        """Lanes for everyone, and rows as tall as their lanes need."""
        deepest: dict[Row, int] = {}
        for row in self.rows:
            members = [one for one in self.placed if one.row == row]
            self._arrange_axis([one for one in members if one.column is Column.AXIS])
            for column in self.columns[1:]:
                self._arrange_margin([one for one in members if one.column is column])
            deepest[row] = max((abs(one.lane) for one in members), default=-1)
        self.middles: dict[Row, float] = {}
        self.edges: dict[Row, tuple[float, float]] = {}
        y = 0.0
        for row in self.rows:
            words = LINE["small"] * len(self.labels.get(row, ())) + 8
            tall = max(words if row in self.labels else 3, (2 * deepest[row] + 1) * self.pitch + 6)
            if deepest[row] < 0 and row not in self.labels:
                tall = 3
            self.edges[row] = y, y + tall
            self.middles[row] = y + tall / 2
            y += tall + (APART if row == NONE else 0)
        self.tall = y

    def _arrange_axis(self, members: Sequence[Placed]) -> None:
        """Points first, in the middle; then those with a length."""
        lanes = _Lanes()
        long = [one for one in members if one.x is None or len(set(extent(one.case.hours))) > 1]
        points = [one for one in members if one not in long]
        for one in sorted(points, key=lambda one: one.left):
            lanes.place(one, self.pitch, movable=True)
        for one in sorted(long, key=lambda one: (one.right - one.left, one.left)):
            lanes.place(one, self.pitch, movable=False)

    def _arrange_margin(self, members: Sequence[Placed]) -> None:
        """Side by side over the width of the margin, which has no times."""
        across = max(int((self.margin_px - 8) / self.pitch), 1)
        lanes = inside_out()
        for start in range(0, len(members), across):
            lane = next(iter(lanes))
            batch = members[start : start + across]
            for i, one in enumerate(batch):
                one.x = self.margin_px / 2 + (i - (len(batch) - 1) / 2) * self.pitch
                one.lane = lane

    def y(self, one: Placed) -> float:
        return round(self.middles[one.row] + one.lane * self.pitch, 1)

    # ------------------------------------------------------------ marks

    def _traces(self) -> list[Json]:
        traces: list[Json] = []
        for origin, mark in MARKS.items():
            members = [one for one in self.placed if one.case.origin == origin]
            for column in self.columns:
                there = [one for one in members if one.column is column]
                points = [one for one in there if one.x is not None]
                about = [one for one in points if column is Column.AXIS and vague(one.case.hours)]
                exact = [one for one in points if one not in about]
                bars = [one for one in there if one.x is None]
                traces += [self._points(exact, mark, column)] if exact else []
                traces += [self._points(about, mark, column, sign="≈")] if about else []
                traces += [self._bars(bars, mark)] if bars else []
        return traces

    def _points(
        self, members: Sequence[Placed], mark: Mark, column: Column, *, sign: str = ""
    ) -> Json:
        look, on_axis = self.look, column is Column.AXIS
        colour = look.colour(mark.token)
        size = self.pitch - 1.5 if mark.symbol == "circle" else self.pitch - 2
        trace = point_trace(
            [round(self.value(one.x or 0) if on_axis else one.x or 0, 5) for one in members],
            [self.y(one) for one in members],
            [self._hover(one.case) for one in members],
            {"symbol": mark.symbol, "size": size, "color": colour}
            | {"line": {"color": colour, "width": 1.5 if "open" in mark.symbol else 0}},
            name=look.t(mark.words),
            xaxis=column.value,
            yaxis="y",
        )
        if sign:
            text = {"text": [sign] * len(members), "textposition": "middle right"}
            trace |= {"mode": "markers+text", "textfont": look.font("small", mark.token), **text}
        if on_axis and any(has_bounds(one.case.hours) for one in members):
            trace["error_x"] = self._lengths(members, colour)
        return trace

    def _lengths(self, members: Sequence[Placed], colour: str) -> Json:
        def reach(one: Placed, side: float | None) -> float:
            on = one.case.hours
            if not has_bounds(on) or side is None or on.best is None:
                return 0
            return round(abs(hours.position(side) - hours.position(on.best)), 5)

        return {
            "type": "data",
            "symmetric": False,
            "array": [reach(one, one.case.hours.upper) for one in members],
            "arrayminus": [reach(one, one.case.hours.lower) for one in members],
            "color": colour,
            "thickness": 1.5,
            "width": min(3, self.pitch / 3),
        }

    def _bars(self, members: Sequence[Placed], mark: Mark) -> Json:
        """Open bars; the end that is not known is left open and wears an arrow."""
        x: list[float | None] = []
        y: list[float | None] = []
        hover: list[str] = []
        for one in members:
            outline = self._outline(one)
            x += [*(None if p is None else round(self.value(p[0]), 5) for p in outline), None]
            y += [*(None if p is None else round(p[1], 1) for p in outline), None]
            hover += [plain(self._hover(one.case))] * len(outline) + [""]
        line = {"color": self.look.colour(mark.token), "width": 1.5, "dash": mark.fine}
        return line_trace(
            x[:-1],
            y[:-1],
            name=f"{self.look.t(mark.words)}: {self.look.t(_('bounds only'))}",
            hovertext=hover[:-1],
            hoverinfo="text",
            line=line,
            xaxis="x",
            yaxis="y",
        )

    def _outline(self, one: Placed) -> list[tuple[float, float] | None]:
        on, y = one.case.hours, self.y(one)
        r = self.pitch * 0.32
        left, right, tip_px = one.left + 1, one.right - 1, self.pitch * ARROW
        if on.lower is not None and on.upper is not None:
            return [(left, y - r), (right, y - r), (right, y + r), (left, y + r), (left, y - r)]
        if on.upper is None:
            path = [(right, y + r), (left, y + r), (left, y - r), (right, y - r)]
            tip = [(right - tip_px, y + tip_px), (right, y), (right - tip_px, y - tip_px)]
        else:
            path = [(left, y + r), (right, y + r), (right, y - r), (left, y - r)]
            tip = [(left + tip_px, y + tip_px), (left, y), (left + tip_px, y - tip_px)]
        if on.lower is None and on.upper is None:
            return []
        return [*path, None, *tip]

    def _hover(self, case: Case) -> str:
        return ", ".join(part for part in _told(case, self.scale, self.look.t) if part)

    # ------------------------------------------------------------ furniture

    def layout(self, title: str) -> Json:
        look = self.look
        head = self._head()
        columns = [(c, self._column_title(c)) for c in self.columns[1:]]
        titles = max([len(lines) for _c, lines in columns], default=0)
        above = lines_of(self.scale.title, self.axis_px + self.left)
        synthetic = any(case.origin == Origin.SYNTHETIC for case in self.cases)
        band = LINE["small"] * max(titles, len(above)) + 8
        top = band + (LINE["small"] + 4) * (len(head) + synthetic) + 2
        ticks, axis_title = self._ticks(), self._axis_title()
        deep = max(len(lines) for _at, lines in ticks)
        keys = self._keys()
        bottom = 20 + LINE["small"] * (deep + len(axis_title))
        room = bottom + (LINE["small"] * len(keys) + 8 if keys else 0)
        margin = {"l": self.left, "r": self.right, "t": top, "b": room}
        height = round(self.tall) + top + room
        self.inner = height - top - room
        layout = base_layout(look, title, height, margin)
        layout |= self._axes(ticks)
        layout["shapes"] = [
            *self._ground(),
            *([hatch(look, 2 - self.left, top - 16)] if synthetic else []),
        ]
        say = layout["annotations"].append
        up = top - LINE["small"] - 2
        if synthetic:
            say(
                note(
                    look.t(SYNTHETIC),
                    0,
                    1,
                    yshift=up,
                    xshift=HATCH + 10 - self.left,
                    font=look.font("small", "muted"),
                )
            )
            up -= LINE["small"] + 4
        for row in head:
            for x, words, token in row:
                say(
                    note(
                        words,
                        0,
                        1,
                        yshift=up,
                        xshift=x + 2 - self.left,
                        font=look.font("small", token),
                    )
                )
            up -= LINE["small"] + 4
        say(note(above, 0, 1, yshift=4, xshift=2 - self.left, font=look.font("small", "ink")))
        for column, lines in columns:
            start, end = self._domain(column)
            say(
                note(
                    lines,
                    (start + end) / 2,
                    1,
                    yshift=4,
                    xanchor="center",
                    align="center",
                    font=look.font("small", "muted"),
                )
            )
        say(
            note(
                axis_title,
                self._domain(Column.AXIS)[1] / 2,
                0,
                yshift=-(12 + LINE["small"] * deep),
                xanchor="center",
                yanchor="top",
                align="center",
                font=look.font("small", "muted"),
            )
        )
        if keys:
            say(
                note(
                    keys,
                    0,
                    0,
                    yshift=2 - room,
                    xshift=2 - self.left,
                    font=look.font("small", "muted"),
                )
            )
        return layout

    def _head(self) -> list[list[tuple[float, str, str]]]:
        """The sign of each origin with its words, in rows: place, words, colour."""
        rows: list[list[tuple[float, str, str]]] = [[]]
        x = 0.0
        for origin, mark in MARKS.items():
            count = sum(case.origin == origin for case in self.cases)
            if not count:
                continue
            words = f"{mark.sign} {self.look.t(mark.words)} (n = {count})"
            if rows[-1] and x + wide(words) > self.look.width - 8:
                rows.append([])
                x = 0.0
            rows[-1].append((x, words, mark.token))
            x += wide(words) + 18
        return rows

    def _keys(self) -> list[str]:
        """What the marks drawn mean, as far as they are drawn."""
        on_axis = [one for one in self.placed if one.column is Column.AXIS]
        spans = [one.case.hours for one in on_axis]
        used = {
            "bounds": any(s.best is None and None not in (s.lower, s.upper) for s in spans),
            "open": any(s.best is None and None in (s.lower, s.upper) for s in spans),
            "bar": any(s.best is not None and has_bounds(s) for s in spans),
            "vague": any(vague(s) for s in spans),
            "beside": any(one.lane or one.x != self._own_place(one) for one in on_axis),
        }
        room = self.look.width - 16
        return [
            line
            for key, there in used.items()
            if there
            for line in lines_of(self.look.t(KEYS[key]), room)
        ]

    def _own_place(self, one: Placed) -> float | None:
        return None if one.case.hours.best is None else self.px(one.case.hours.best)

    def _column_title(self, column: Column) -> list[str]:
        count = sum(one.column is column for one in self.placed)
        return [*lines_of(self.look.t(COLUMNS[column]), self.margin_px + 4), f"n = {count}"]

    def _domain(self, column: Column) -> tuple[float, float]:
        if column is Column.AXIS:
            return 0, round(self.axis_px / self.plot_px, 5)
        index = self.columns.index(column)
        end = self.axis_px + index * (self.margin_px + 6)
        return round((end - self.margin_px) / self.plot_px, 5), round(min(end / self.plot_px, 1), 5)

    def _ticks(self) -> list[tuple[float, list[str]]]:
        """24 h always; then from the coarse to the fine, as many as find room."""
        room = 40 if self.look.narrow else 64
        there = [
            (value, wrap(self.look.t(words), room, CHART_TYPE["small"]))
            for value, words in hours.TICKS
            if self.low <= hours.position(value) <= self.high
        ]
        order = [hours.DAY, there[0][0], there[-1][0], hours.WEEK, 4 * hours.WEEK]
        rank = {value: i for i, value in enumerate(dict.fromkeys(order))}
        kept: list[tuple[float, list[str]]] = []
        for value, lines in sorted(there, key=lambda tick: (rank.get(tick[0], 99), tick[0])):
            half = max(map(wide, lines)) / 2 + 3
            if all(
                abs(self.px(value) - self.px(other)) >= half + max(map(wide, words)) / 2 + 3
                for other, words in kept
            ):
                kept.append((value, lines))
        return sorted(kept)

    def _axis_title(self) -> list[str]:
        words = self.look.t(_("From {since} to decompression (logarithmic)"))
        return lines_of(words.format(since=self.since), self.axis_px + 2 * min(self.left, 40))

    def _axes(self, ticks: Sequence[tuple[float, list[str]]]) -> Json:
        look = self.look
        common: Json = {
            "showgrid": False,
            "zeroline": False,
            "showline": False,
            "automargin": False,
            "tickmode": "array",
            "ticks": "",
            "tickfont": look.font("small", "muted"),
            "fixedrange": True,
        }
        axes: Json = {
            "xaxis": common
            | {
                "domain": list(self._domain(Column.AXIS)),
                "anchor": "y",
                "range": [self.low, self.high],
                "tickvals": [round(hours.position(value), 5) for value, _lines in ticks],
                "ticktext": [plain(*lines) for _value, lines in ticks],
                "showline": True,
                "linecolor": look.colour("axis"),
                "ticks": "outside",
                "ticklen": 4,
                "tickcolor": look.colour("axis"),
                "tickangle": 0,
                "fixedrange": False,
            },
            "yaxis": common
            | {
                "domain": [0, 1],
                "anchor": "x",
                "range": [0, self.inner],
                "tickvals": [round(self.middles[row], 1) for row in self.labels],
                "ticktext": [plain(*lines) for lines in self.labels.values()],
            },
        }
        for column in self.columns[1:]:
            axes[f"xaxis{column.value[1:]}"] = common | {
                "domain": list(self._domain(column)),
                "anchor": "y",
                "range": [0, self.margin_px],
                "tickvals": [],
                "ticktext": [],
            }
        return axes

    def _ground(self) -> list[Json]:
        """Rows told apart by quiet lines, the margins and the row without outcome by a tint."""
        shapes = [self._shape("rect", 0, 1, *self.edges[NONE], fill="aside")]
        low, high = self.edges[DEAD][0], self.tall
        for column in self.columns[1:]:
            shapes.append(self._shape("rect", *self._domain(column), low, high, fill="aside"))
        labelled = [row for row in self.rows if row in self.labels and row not in (NONE, DEAD)]
        fine = len(labelled) < self.scale.high - self.scale.low + 1
        for row in labelled:
            y = self.middles[row] if fine else self.edges[row][1]
            shapes.append(self._shape("line", 0, 1, y, y, line="grid"))
        top = self.edges[DEAD][1]
        shapes.append(self._shape("line", 0, 1, top, top, line="axis"))
        day = hours.position(hours.DAY)
        quiet = self._shape("line", day, day, 0, self.inner, line="axis", dash="dot")
        return [*shapes, quiet | {"xref": "x"}]

    def _shape(
        self,
        kind: str,
        x0: float,
        x1: float,
        y0: float,
        y1: float,
        *,
        fill: str = "",
        line: str = "",
        dash: str = "solid",
    ) -> Json:
        colour = self.look.colour
        shape: Json = {"type": kind, "xref": "paper", "yref": "y", "layer": "below"}
        shape |= {"x0": x0, "x1": x1, "y0": round(y0, 1), "y1": round(y1, 1)}
        shape["line"] = {"color": colour(line), "width": 1, "dash": dash} if line else {"width": 0}
        return shape | ({"fillcolor": colour(fill)} if fill else {})


# ---------------------------------------------------------------- words


def outcome_words(case: Case, scale: Scale, t: Translate) -> str:
    if case.dead:
        return t(DIED)
    if case.dead is None:
        return t(_("not known whether alive"))
    return t(_("no outcome recorded")) if case.value is None else scale.words(case.value)


def _told(case: Case, scale: Scale, t: Translate) -> tuple[str, ...]:
    told = (hours.in_words(case.hours, t), hours.how_known(case.hours, t))
    if not case.operated:
        told = (t(_("not operated")), "")
    return (case.name, *told, outcome_words(case, scale, t), t(MARKS[case.origin].words), case.note)


def _describe(cases: Sequence[Case], t: Translate) -> str:
    there = [column_of(case) for case in cases]
    words = t(
        _(
            "One mark for each of {n} people: {timed} with a time or its bounds, {unknown} whose "
            "time is not reported, {not_operated} not operated; {dead} died, {none} without a "
            "recorded outcome."
        )
    ).format(
        n=len(cases),
        timed=there.count(Column.AXIS),
        unknown=there.count(Column.UNKNOWN),
        not_operated=there.count(Column.NOT_OPERATED),
        dead=sum(bool(case.dead) for case in cases),
        none=sum(not case.dead and (case.dead is None or case.value is None) for case in cases),
    )
    synthetic = any(case.origin == Origin.SYNTHETIC for case in cases)
    return f"{words} {t(SYNTHETIC)}." if synthetic else words
