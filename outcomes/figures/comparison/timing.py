"""How soon was each person decompressed, and how did they fare? One mark a person, no line.

Hours run on a logarithmic axis. A best value is a point, with its bounds as a bar; bounds alone
are an open bar without a point; one bound alone is a bar with an arrow at its open end. Who has no
time, or was not operated, stands in a margin of their own and never on the axis. Deaths are a row
below the lowest grade, and who has no outcome a row apart (CLINICAL.md I).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from outcomes.figures.base import (
    Figure,
    Json,
    Look,
    Origin,
    Table,
    Translate,
    base_layout,
    empty_figure,
    has_bounds,
    identity,
    line_trace,
    note,
    placed,
    plain,
    point_trace,
    vague,
    wrap,
)
from outcomes.figures.comparison import hours
from outcomes.figures.comparison.axes import axis, depth, fitting, lined, shape, ticked
from outcomes.figures.comparison.canvas import LINE, lines_of, wide
from outcomes.figures.comparison.cases import (
    DEAD,
    ORIGINS,
    Case,
    Column,
    describe,
    headers,
    synthetic_words,
    told,
)
from outcomes.figures.comparison.places import COLUMNS, Placed, Places
from outcomes.figures.comparison.scale import Scale
from outcomes.figures.sheet import HATCH, hatch
from outcomes.figures.theme import CHART_TYPE, Size, Theme
from outcomes.rules.text import gettext_noop as _

TITLE = _("How did each person fare, by the time from {since} to decompression?")
AXIS = _("From {since} to decompression (logarithmic)")
SIGN = "≈"
KEYS = {
    "bounds": _("Open bar: somewhere between these bounds, no best value"),
    "open": _("Arrow: only one bound is known"),
    "bar": _("Point with a bar: best value within its bounds"),
    "vague": _("≈ about this time; bounds not reported"),
    "beside": _("People on one spot stand side by side; the table gives each exact time."),
}
THICK = 0.32  # half a bar, of the pitch
ARROW = 5.0  # from the tip of an arrow back, and from its middle out, px
ROW = LINE["small"] + 4  # from one row of the key to the next, px


@dataclass(frozen=True, slots=True)
class Mark:
    """How the people of one origin are drawn. Neither colour is that of a leg."""

    sign: str
    token: str
    symbol: str
    dash: str = "solid"


MARKS = {
    Origin.REGISTRY: Mark("●", "drug", "circle"),
    Origin.SYNTHETIC: Mark("○", "drug", "circle-open", "3px,2px"),
    Origin.PUBLISHED: Mark("◇", "published", "diamond-open"),
}


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
    title, heads = t(TITLE).format(since=since), headers(scale, since, t)
    if not cases:
        return empty_figure("timing", title, t(_("Nobody to show.")), heads, look)
    drawing = _Drawing(cases, scale, since, look)
    return Figure(
        name="timing",
        title=title,
        description=describe(cases, scale, t),
        plotly={"data": list(drawing.traces()), "layout": drawing.layout(title)},
        table=Table(headers=heads, rows=tuple(told(case, scale, t) for case in cases)),
    )


class _Drawing:
    def __init__(self, cases: Sequence[Case], scale: Scale, since: str, look: Look) -> None:
        self.cases, self.scale, self.since, self.look = cases, scale, since, look
        self.places = Places(cases, scale, look)

    # ------------------------------------------------------------ people

    def traces(self) -> Iterator[Json]:
        """Points, points only about right, points with a bar, and open bars, of each origin in
        each column. A bar of no length would be drawn as well, so who has none is apart."""
        for origin, mark in MARKS.items():
            people = [one for one in self.places.people if one.case.origin == origin]
            name = self.look.t(ORIGINS[origin])
            for column in (Column.AXIS, *self.places.margins):
                there = [one for one in people if one.column is column]
                points = [one for one in there if one.x is not None]
                on_axis = points if column is Column.AXIS else []
                about = [one for one in on_axis if vague(one.case.hours)]
                within = [one for one in on_axis if has_bounds(one.case.hours)]
                exact = [one for one in points if one not in about and one not in within]
                bars = [one for one in there if one.x is None]
                if exact:
                    yield self._points(exact, mark, name, column)
                if about:
                    yield self._points(about, mark, name, column) | self._signs(about, mark)
                if within:
                    yield self._points(within, mark, name, column) | self._lengths(within, mark)
                if bars:
                    yield self._lines(bars, mark, name, self._bar, dash=mark.dash)
                open_ended = [one for one in bars if not placed(one.case.hours)]
                if open_ended:
                    yield self._lines(open_ended, mark, name, self._arrow)

    def _points(self, people: Sequence[Placed], mark: Mark, name: str, column: Column) -> Json:
        colour, outlined = self.look.colour(mark.token), mark.symbol.endswith("open")
        return point_trace(
            [self._x(one) for one in people],
            [self.places.y(one) for one in people],
            [self._hover(one.case) for one in people],
            {
                "symbol": mark.symbol,
                "size": self.places.pitch - (2 if outlined else 1.5),
                "color": colour,
                "line": {"color": colour, "width": 1.5 if outlined else 0},
            },
            name=name,
            xaxis=column.value,
            yaxis="y",
        )

    def _x(self, one: Placed) -> float:
        px = one.x or 0
        return self.places.position(px) if one.column is Column.AXIS else round(px, 1)

    def _signs(self, people: Sequence[Placed], mark: Mark) -> Json:
        return {
            "mode": "markers+text",
            "text": [SIGN] * len(people),
            "textposition": "middle right",
            "textfont": self.look.font("small", mark.token),
        }

    def _lengths(self, people: Sequence[Placed], mark: Mark) -> Json:
        """Bars on the logarithmic axis from the best value to its bounds."""

        def reach(one: Placed, bound: float | None) -> float:
            on = one.case.hours
            if bound is None or on.best is None:
                return 0
            return round(abs(hours.position(bound) - hours.position(on.best)), 5)

        bars = {
            "type": "data",
            "symmetric": False,
            "array": [reach(one, one.case.hours.upper) for one in people],
            "arrayminus": [reach(one, one.case.hours.lower) for one in people],
            "color": self.look.colour(mark.token),
            "thickness": 1.5,
            "width": min(3, self.places.pitch / 3),
        }
        return {"error_x": bars}

    def _lines(
        self,
        people: Sequence[Placed],
        mark: Mark,
        name: str,
        shape_of: Callable[[Placed], list[tuple[float, float]]],
        *,
        dash: str = "solid",
    ) -> Json:
        """One line for each of the people, broken between them."""
        x: list[float | None] = []
        y: list[float | None] = []
        hover: list[str] = []
        for one in people:
            line = shape_of(one)
            x += [*(self.places.position(px) for px, _py in line), None]
            y += [*(round(py, 1) for _px, py in line), None]
            hover += [plain(self._hover(one.case))] * len(line) + [""]
        return line_trace(
            x[:-1],
            y[:-1],
            name=f"{name}: {self.look.t(_('bounds only'))}",
            hovertext=hover[:-1],
            hoverinfo="text",
            line={"color": self.look.colour(mark.token), "width": 1.5, "dash": dash},
            xaxis=Column.AXIS.value,
            yaxis="y",
        )

    def _bar(self, one: Placed) -> list[tuple[float, float]]:
        """From bound to bound; the end that is not known stays open, short of its arrow."""
        on, y, half = one.case.hours, self.places.y(one), THICK * self.places.pitch
        left, right, low, high = one.left, one.right, y - half, y + half
        if placed(on):
            return [(left, low), (right, low), (right, high), (left, high), (left, low)]
        shut, end = (right, left) if on.lower is None else (left, right)
        end += ARROW * (1 if end < shut else -1)
        return [(end, high), (shut, high), (shut, low), (end, low)]

    def _arrow(self, one: Placed) -> list[tuple[float, float]]:
        y, leftward = self.places.y(one), one.case.hours.lower is None
        tip, back = (one.left, ARROW) if leftward else (one.right, -ARROW)
        return [(tip + back, y + ARROW), (tip, y), (tip + back, y - ARROW)]

    def _hover(self, case: Case) -> str:
        return ", ".join(part for part in told(case, self.scale, self.look.t) if part)

    # ------------------------------------------------------------ around them

    def layout(self, title: str) -> Json:
        places, look = self.places, self.look
        above, below, ticks = self._above(), self._below(), self._ticks()
        deep = LINE["small"] * max(len(lines) for _at, lines in ticks)
        synthetic = self._synthetic()
        band = max(depth(lines) for lines in (above, *self._column_titles().values())) + 8
        top = band + ROW * len(self._key()) + (depth(synthetic) + 4 if synthetic else 0) + 2
        axis_title = self._axis_title()
        bottom = 20 + deep + depth(axis_title) + (depth(below) + 8 if below else 0)
        tall = round(places.tall)
        margin = {"l": places.left, "r": places.right, "t": top, "b": bottom}
        layout = base_layout(look, title, tall + top + bottom, margin)
        layout |= self._axes(ticks, tall)
        layout["shapes"] = [*self._ground(tall)]
        layout["annotations"] = [*self._head(top, layout["shapes"])]
        say, muted = layout["annotations"].append, look.font("small", "muted")
        say(note(above, 0, 1, yshift=4, xshift=2 - places.left, font=look.font("small")))
        for column, lines in self._column_titles().items():
            middle = sum(places.domain(column)) / 2
            say(note(lines, middle, 1, yshift=4, xanchor="center", align="center", font=muted))
        under = {"yshift": -(12 + deep), "yanchor": "top", "xanchor": "center", "align": "center"}
        say(note(axis_title, places.domain(Column.AXIS)[1] / 2, 0, **under, font=muted))
        if below:
            say(note(below, 0, 0, yshift=2 - bottom, xshift=2 - places.left, font=muted))
        return layout

    def _head(self, top: float, shapes: list[Json]) -> Iterator[Json]:
        """Who is drawn: synthetic people with their swatch, and the sign of each origin."""
        look, left, up = self.look, self.places.left, top - LINE["small"] - 2
        synthetic = self._synthetic()
        if synthetic:
            shapes.append(hatch(look, 2 - left, up + 3))
            at = {"yanchor": "top", "yshift": top - 2, "xshift": HATCH + 10 - left}
            yield note(synthetic, 0, 1, **at, font=look.font("small", "muted"))
            up -= depth(synthetic) + 4
        for row in self._key():
            for x, words, token in row:
                font = look.font("small", token)
                yield note(words, 0, 1, yshift=up, xshift=x + 2 - left, font=font)
            up -= ROW

    def _synthetic(self) -> list[str]:
        words = synthetic_words(self.cases, self.look.t)
        return lines_of(words, self.look.width - HATCH - 20)

    def _key(self) -> list[list[tuple[float, str, str]]]:
        """Rows of (px from the left, words, colour)."""
        rows: list[list[tuple[float, str, str]]] = [[]]
        x = 0.0
        for origin, mark in MARKS.items():
            count = sum(case.origin == origin for case in self.cases)
            if not count:
                continue
            words = f"{mark.sign} {self.look.t(ORIGINS[origin])} (n = {count})"
            if rows[-1] and x + wide(words) > self.look.width - 8:
                rows.append([])
                x = 0.0
            rows[-1].append((x, words, mark.token))
            x += wide(words) + 18
        return rows

    def _above(self) -> list[str]:
        return lines_of(self.scale.title, self.places.left + self.places.axis_px)

    def _column_titles(self) -> dict[Column, list[str]]:
        people, room = self.places.people, self.places.margin_px + 4
        return {
            column: [
                *lines_of(self.look.t(COLUMNS[column]), room),
                f"n = {sum(one.column is column for one in people)}",
            ]
            for column in self.places.margins
        }

    def _below(self) -> list[str]:
        """What the marks mean, as far as they are drawn."""
        people = [one for one in self.places.people if one.column is Column.AXIS]
        spans = [one.case.hours for one in people]
        drawn = {
            "bounds": any(s.best is None and None not in (s.lower, s.upper) for s in spans),
            "open": any(s.best is None and None in (s.lower, s.upper) for s in spans),
            "bar": any(s.best is not None and has_bounds(s) for s in spans),
            "vague": any(vague(s) for s in spans),
            "beside": any(one.moved for one in people),
        }
        room = self.look.width - 16
        return [
            line
            for key, there in drawn.items()
            if there
            for line in lines_of(self.look.t(KEYS[key]), room)
        ]

    def _axis_title(self) -> list[str]:
        words = self.look.t(AXIS).format(since=self.since)
        return lines_of(words, self.places.axis_px + 2 * min(self.places.left, 40))

    def _ticks(self) -> list[tuple[float, Sequence[str]]]:
        """24 h always, then the ends, then the coarse and the fine as they find room."""
        places, room = self.places, 40 if self.look.narrow else 64
        there = {
            value: wrap(self.look.t(words), room, CHART_TYPE["small"])
            for value, words in hours.TICKS
            if places.low <= hours.position(value) <= places.high
        }
        first, *_middle, last = there
        order = dict.fromkeys([hours.DAY, first, last, hours.WEEK, 4 * hours.WEEK, *there])
        return fitting(
            [
                (round(hours.position(value), 5), places.px(value), there[value])
                for value in order
                if value in there
            ]
        )

    def _axes(self, ticks: Sequence[tuple[float, Sequence[str]]], tall: int) -> Json:
        look, places = self.look, self.places
        rows = [(places.middle(row), lines) for row, lines in places.labels.items()]
        on_axis = {"domain": list(places.domain(Column.AXIS)), "anchor": "y"}
        axes = {
            "xaxis": axis(look, **on_axis, range=[places.low, places.high], **ticked(ticks))
            | lined(look)
            | {"fixedrange": False},
            "yaxis": axis(look, anchor="x", range=[0, tall], **ticked(rows)),
        }
        for column in places.margins:
            axes[f"xaxis{column.value[1:]}"] = axis(
                look,
                domain=list(places.domain(column)),
                anchor="y",
                range=[0, places.margin_px],
            )
        return axes

    def _ground(self, tall: int) -> Iterator[Json]:
        """Rows told apart by quiet lines; the margins and those without an outcome by a tint."""
        look, places = self.look, self.places
        aside = (places.edges[places.aside[0]][0], places.edges[places.aside[-1]][1])
        yield shape(look, "rect", 0, 1, *aside, fill="aside", xref="paper")
        low, top = places.edges[DEAD]
        for column in places.margins:
            edges = places.domain(column)
            yield shape(look, "rect", *edges, low, tall, fill="aside", xref="paper")
        named = [row for row, _words in self.scale.ticks]
        every = len(named) > self.scale.high - self.scale.low
        for row in named:
            y = places.edges[row][1] if every else places.middle(row)
            yield shape(look, "line", 0, 1, y, y, line="grid", xref="paper")
        yield shape(look, "line", 0, 1, top, top, line="axis", xref="paper")
        day = round(hours.position(hours.DAY), 5)
        yield shape(look, "line", day, day, 0, tall, line="axis", dash="dot")
