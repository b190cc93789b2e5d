"""A small picture for patients: few words in large type, the same marks as in every other chart.

Steps in words stand at the left, time runs to the right in weeks, months or years from the
operation, and what has no known time stands in a margin of its own. Nothing is joined across it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.base import (
    Figure,
    Json,
    Look,
    Subject,
    Table,
    Translate,
    base_layout,
    best,
    bounds,
    extent,
    identity,
    line_trace,
    note,
    number,
    padded,
    placed,
    plain,
    point_trace,
    text_width,
    tick_step,
    time_bars,
    wrap,
)
from outcomes.figures.series import Style, apart, marker, stroke
from outcomes.figures.theme import WIDTHS, Theme
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Anchor, Span

TYPE = 15  # px: 14 and more remain where a phone shows the picture a little smaller
STEP_PX = 34  # from one step to the next
GAP = 8  # between words and what they stand beside
ASIDE_PX = 84  # the margin for what has no known time
TOP, BOTTOM, EDGE = 26, 52, 12
LEAST_DAYS = 14  # a single moment still gets an axis
WEEK, MONTH, YEAR = 7, 30.4375, 365.25
UNITS = (
    (13 * WEEK, WEEK, _("Weeks after the operation"), _("Weeks after the cement")),
    (36 * MONTH, MONTH, _("Months after the operation"), _("Months after the cement")),
    (float("inf"), YEAR, _("Years after the operation"), _("Years after the cement")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A place on the upright axis, in words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One value at one moment, in days from day 0, with the sentence that tells it.

    Without a value (`at` is None) the line is not drawn across the moment.
    """

    on: Span
    at: float | None
    words: str
    symbol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing followed over time; `joined` where it makes sense to draw from dot to dot."""

    style: Style
    dots: Sequence[Dot]
    joined: bool = True
    named: bool = True


def picture(
    name: str,
    title: str,
    lines: Sequence[Line],
    steps: Sequence[Step],
    subject: Subject,
    *,
    description: str,
    table: Table,
    theme: Theme = "light",
    t: Translate = identity,
    step_px: int = STEP_PX,
) -> Figure:
    """The picture of `lines`, whose `title` is the question that it answers."""
    drawing = _Drawing(lines, steps, subject, Look(theme, "narrow", t), title, step_px)
    return Figure(
        name=name, title=title, description=description, plotly=drawing.plotly(), table=table
    )


class _Drawing:
    def __init__(
        self,
        lines: Sequence[Line],
        steps: Sequence[Step],
        subject: Subject,
        look: Look,
        title: str,
        step_px: int,
    ) -> None:
        self.lines, self.steps, self.subject, self.look = lines, steps, subject, look
        spans = [dot.on for line in lines for dot in line.dots if dot.at is not None]
        self.days = [day for span in spans if placed(span) for day in extent(span)]
        self.aside = any(not placed(span) for span in spans)
        self.step_px = step_px
        self._measure(title)
        self.data: list[Json] = []

    def _measure(self, title: str) -> None:
        look = self.look
        low, high = self.steps[0].at, self.steps[-1].at
        self.low, self.high = low - 0.5, high + 0.5
        left = max(text_width(step.words, TYPE) for step in self.steps) + GAP + 4
        named = [line for line in self.lines if line.named]
        names = [text_width(look.t(line.style.short), TYPE) for line in named]
        room = max(names, default=0) + 2 * GAP if self.days else 0
        self.width = WIDTHS["narrow"] - left - EDGE
        self.aside_px = (ASIDE_PX if self.days else self.width) if self.aside else 0
        self.days_px = self.width - self.aside_px - room
        tall = round((self.high - self.low) * self.step_px)
        bottom = BOTTOM if self.days else EDGE
        top = TOP + (TYPE + 4 if self.aside else 0)
        margin = {"l": round(left), "r": EDGE, "t": top, "b": bottom}
        self.layout = base_layout(look, title, tall + top + bottom, margin)
        self.range = padded([*self.days, 0], 0.05, LEAST_DAYS / 2) if self.days else (0.0, 1.0)

    def plotly(self) -> Json:
        """Axes, marks and words, as plotly reads them."""
        self._axes()
        for line in self.lines:
            self._draw(line)
        if self.days:
            self._operation()
            self._names()
        if self.aside:
            self._margin()
        return {"data": self.data, "layout": self.layout}

    # ------------------------------------------------------------ axes

    def _axis(self, **more: object) -> Json:
        look = self.look
        base = {"showgrid": False, "zeroline": False, "automargin": False, "tickmode": "array"}
        font = {"size": TYPE, "color": look.colour("muted")}
        return (
            base | {"linecolor": look.colour("axis"), "tickfont": font, "fixedrange": True} | more
        )

    def _axes(self) -> None:
        look = self.look
        if self.days:
            self.layout["xaxis"] = self._day_axis()
        if self.aside:
            self.layout["xaxis2"] = self._axis(
                domain=[round(1 - self.aside_px / self.width, 5), 1],
                anchor="y", range=[-0.5, 0.5], tickvals=[], ticktext=[], ticks="", showline=False,
            )  # fmt: skip
        self.layout["yaxis"] = self._axis(
            domain=[0, 1],
            anchor="x" if self.days else "x2",
            range=[self.low, self.high],
            tickvals=[step.at for step in self.steps],
            ticktext=[plain(step.words) for step in self.steps],
            tickfont={"size": TYPE, "color": look.colour("ink")},
            showgrid=True,
            gridcolor=look.colour("grid"),
            showline=False,
            ticks="",
        )

    def _day_axis(self) -> Json:
        low, high = self.range
        most = max(abs(day) for day in self.days)
        _limit, unit, after, since = next(row for row in UNITS if most <= row[0])
        step = max(tick_step(high / unit, 4), 1)
        values = [i * step for i in range(int(high / unit / step) + 1)]
        operated = self.subject.day_zero is Anchor.INDEX_DECOMPRESSION
        title = {"text": plain(self.look.t(after if operated else since)), "standoff": 4}
        return self._axis(
            domain=[0, round(self.days_px / self.width, 5)],
            anchor="y",
            range=[low, high],
            tickvals=[value * unit for value in values],
            ticktext=[number(value) for value in values],
            ticks="outside",
            ticklen=4,
            tickcolor=self.look.colour("axis"),
            showline=True,
            title=title | {"font": {"size": TYPE, "color": self.look.colour("muted")}},
        )

    # ------------------------------------------------------------ marks

    def _draw(self, line: Line) -> None:
        timed = sorted((d for d in line.dots if d.on.best is not None), key=lambda d: best(d.on))
        if timed:
            self._timed(line, timed)
        shown = [dot for dot in line.dots if dot.at is not None]
        for dot in shown:
            if dot.on.best is None and placed(dot.on):
                self._bounded(line, dot)
        untimed = [dot for dot in shown if not placed(dot.on)]
        if untimed:
            self._untimed(line, untimed)

    def _timed(self, line: Line, dots: Sequence[Dot]) -> None:
        colour = self.look.colour(line.style.token)
        xs, ys = [best(dot.on) for dot in dots], [dot.at for dot in dots]
        if line.joined and len(dots) > 1:
            self.data.append(line_trace(xs, ys, xaxis="x", yaxis="y",
                                        line=stroke(line.style, self.look)))  # fmt: skip
        seen = [dot for dot in dots if dot.at is not None]
        for symbol in dict.fromkeys(dot.symbol for dot in seen):
            own = [dot for dot in seen if dot.symbol == symbol]
            trace = self._points([best(dot.on) for dot in own], own, line, symbol)
            trace |= {"xaxis": "x", "yaxis": "y"}
            trace["error_x"] = time_bars([dot.on for dot in own], colour)
            self.data.append(trace)

    def _points(self, x: list[float], dots: Sequence[Dot], line: Line, symbol: str) -> Json:
        look = marker(line.style, self.look)
        if symbol:
            width = 2 if symbol.endswith("open") else 0
            look |= {"symbol": symbol, "line": look["line"] | {"width": width}}
        name = self.look.t(line.style.name)
        return point_trace(x, [d.at for d in dots], [d.words for d in dots], look, name=name)

    def _bounded(self, line: Line, dot: Dot) -> None:
        """An open bar from bound to bound: somewhere in it, and nowhere is likelier."""
        low, high = bounds(dot.on)
        rise = 0.18 * line.style.side
        at = dot.at or 0
        near, far = at + rise / 3, at + rise
        self.data.append(
            line_trace([low, high, high, low, low], [near, near, far, far, near], xaxis="x",
                       yaxis="y", line=stroke(line.style, self.look) | {"width": 1.75})
        )  # fmt: skip

    def _untimed(self, line: Line, dots: Sequence[Dot]) -> None:
        places = [0.7 * ((i + 0.5) / len(dots) - 0.5) for i in range(len(dots))]
        for symbol in dict.fromkeys(dot.symbol for dot in dots):
            own = [(x, d) for x, d in zip(places, dots, strict=True) if d.symbol == symbol]
            trace = self._points([x for x, _dot in own], [d for _x, d in own], line, symbol)
            self.data.append(trace | {"xaxis": "x2", "yaxis": "y"})

    # ------------------------------------------------------------ words

    def _say(self, text: str, x: float, y: float, token: str = "muted", **more: object) -> None:
        font = {"size": TYPE, "color": self.look.colour(token)}
        self.layout["annotations"].append(note(text, x, y, font=font, **more))

    def _operation(self) -> None:
        operated = self.subject.day_zero is Anchor.INDEX_DECOMPRESSION
        words = self.look.t(_("operation") if operated else _("cement"))
        self.layout["shapes"].append(
            {"type": "line", "xref": "x", "yref": "paper", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
             "layer": "below",
             "line": {"color": self.look.colour("muted"), "width": 1.25, "dash": "solid"}}
        )  # fmt: skip
        low, high = self.range
        far = -low / (high - low) * self.days_px + text_width(words, TYPE) > self.width
        self._say(words, 0, 1, xref="x", yshift=4, xanchor="right" if far else "left", xshift=-2)

    def _names(self) -> None:
        ends = []
        for line in self.lines:
            days = [
                (max(extent(d.on)), d.at) for d in line.dots if placed(d.on) and d.at is not None
            ]
            if line.named and days:
                ends.append((line.style, *max(days)))
        ends.sort(key=lambda end: -end[2])
        lifts = apart([y * self.step_px for _style, _x, y in ends], TYPE + 3)
        for (style, x, y), lift in zip(ends, lifts, strict=True):
            self._say(self.look.t(style.short), x, y, style.token, xref="x", yref="y",
                      xshift=10, yshift=lift, yanchor="middle")  # fmt: skip

    def _margin(self) -> None:
        left = round(1 - self.aside_px / self.width, 5)
        self.layout["shapes"].append(
            {"type": "rect", "xref": "paper", "yref": "paper", "x0": left, "x1": 1, "y0": 0,
             "y1": 1, "layer": "below", "line": {"width": 0},
             "fillcolor": self.look.colour("aside")}
        )  # fmt: skip
        words = wrap(self.look.t(_("time not known")), self.aside_px - 4, TYPE)
        self.layout["annotations"].append(
            note(words, left, 1, yshift=4, xshift=2,
                 font={"size": TYPE, "color": self.look.colour("muted")})
        )  # fmt: skip
