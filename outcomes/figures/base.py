"""What every figure takes and gives: who it is about, how it looks, what comes back."""

import html
import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from outcomes.figures.theme import CHART_TYPE, FONT, PALETTES, WIDTHS, Size, Theme
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Anchor, Phase, Span, Status

Json = dict[str, Any]
Translate = Callable[[str], str]


def identity(text: str) -> str:
    return text


class Origin(StrEnum):
    REGISTRY = "registry"
    SYNTHETIC = "synthetic"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose course is drawn: its origin, the event of day 0, and where the cement lies.

    `cement` is in days from `day_zero`; None when it is not known, or is day 0 itself.
    `citation` names the publication of a published case.
    """

    origin: Origin = Origin.REGISTRY
    day_zero: Anchor = Anchor.INDEX_DECOMPRESSION
    cement: Span | None = None
    citation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugCourse:
    """One course of a drug; an unknown start or stop is None and is never drawn as a date.

    `doses` are single administrations (an injection), in days from day 0.
    """

    label: str
    start: Span | None = None
    stop: Span | None = None
    ongoing: bool = False
    doses: tuple[Span, ...] = ()
    phase: Phase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The chart's data in words: header cells and rows of text."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart and its data. `title` is the question; `empty` says why nothing is drawn."""

    name: str
    title: str
    description: str
    plotly: Json
    table: Table
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Theme, size and language of one drawing."""

    theme: Theme = "light"
    size: Size = "wide"
    t: Translate = field(default=identity)

    def colour(self, token: str) -> str:
        return PALETTES[self.theme][token]

    def font(self, size: str = "body", token: str = "ink") -> Json:
        return {"size": CHART_TYPE[size], "color": self.colour(token)}

    @property
    def narrow(self) -> bool:
        return self.size == "narrow"

    @property
    def width(self) -> int:
        return WIDTHS[self.size]


# ---------------------------------------------------------------- words

PHASE_ORDER = (
    Phase.BEFORE_CEMENT,
    Phase.PRE_OP,
    Phase.POST_OP,
    Phase.DISCHARGE,
    Phase.FOLLOW_UP,
    None,
)
PHASE_WORDS: dict[Phase | None, str] = {
    Phase.BEFORE_CEMENT: _("before cement"),
    Phase.PRE_OP: _("pre-op"),
    Phase.POST_OP: _("post-op"),
    Phase.DISCHARGE: _("discharge"),
    Phase.FOLLOW_UP: _("follow-up"),
    None: _("not stated"),
}


def number(value: float) -> str:
    """A number without needless zeros, with a true minus sign: -28.0 gives "−28"."""
    return f"{value:g}".replace("-", "−")


def placed(span: Span | None) -> bool:
    """Has the moment a place on a time axis: a best value, or bounds on both sides?"""
    if span is None:
        return False
    return span.best is not None or (span.lower is not None and span.upper is not None)


def has_bounds(span: Span) -> bool:
    return placed(span) and None not in (span.lower, span.upper) and span.lower != span.upper


def vague(span: Span) -> bool:
    """Is the best value only about right, without the bounds that could be drawn?"""
    return span.best is not None and span.status != Status.KNOWN and not has_bounds(span)


def best(span: Span) -> float:
    """The best value of a moment that has one; ValueError otherwise, never a midpoint."""
    if span.best is None:
        raise ValueError("This moment has no best value: draw its bounds instead.")
    return span.best


def bounds(span: Span) -> tuple[float, float]:
    """Lower and upper bound of a moment that has both; ValueError otherwise."""
    if span.lower is None or span.upper is None:
        raise ValueError("This moment has no bounds on both sides.")
    return span.lower, span.upper


def extent(span: Span) -> list[float]:
    return [v for v in (span.lower, span.best, span.upper) if v is not None]


def when_words(span: Span | None, phase: Phase | None, t: Translate) -> str:
    """The moment in words, as the table shows it; says so when it is not reported."""
    words = _day_words(span, t)
    if placed(span):
        return words
    return f"{words} ({t(PHASE_WORDS[phase])})" if phase else words


def _day_words(span: Span | None, t: Translate) -> str:
    if span is None or not extent(span):
        return t(_("time not reported"))
    if span.best is not None and has_bounds(span):
        return t(_("about day {best} (between {lower} and {upper})")).format(
            best=number(span.best), lower=number(bounds(span)[0]), upper=number(bounds(span)[1])
        )
    if span.best is not None:
        word = _("about day {day}") if vague(span) else _("day {day}")
        return t(word).format(day=number(span.best))
    return _bound_words(span, t)


def _bound_words(span: Span, t: Translate) -> str:
    if span.lower is None and span.upper is not None:
        return t(_("day {day} or before")).format(day=number(span.upper))
    if span.upper is None and span.lower is not None:
        return t(_("day {day} or after")).format(day=number(span.lower))
    lower, upper = bounds(span)
    return t(_("between day {lower} and {upper}")).format(lower=number(lower), upper=number(upper))


def text_width(text: str, size: float) -> float:
    """Estimated width in pixels of one line; wide (Korean) glyphs count as one em."""
    ems = sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.56 for c in text)
    return ems * size


def wrap(text: str, width: float, size: float) -> list[str]:
    """Lines of at most `width` pixels where the words allow it."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


# ---------------------------------------------------------------- axes


def tick_step(span: float, count: int) -> float:
    """The smallest step of 1, 2 or 5 times a power of ten giving at most `count` intervals."""
    raw = max(span, 1e-9) / count
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= raw - 1e-12)


def ticks(low: float, high: float, count: int) -> list[float]:
    step = tick_step(high - low, count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def padded(values: Iterable[float], share: float, least: float) -> tuple[float, float]:
    """Range of the values with `share` of its length, and at least `least`, on each side."""
    values = list(values)
    low, high = min(values), max(values)
    pad = max((high - low) * share, least)
    return low - pad, high + pad


# ---------------------------------------------------------------- marks


def line_trace(x: Sequence[float | None], y: Sequence[float | None], **more: Any) -> Json:
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y), **more} | {
        "showlegend": False,
        "hoverinfo": more.get("hoverinfo", "skip"),
    }


def point_trace(
    x: Sequence[float], y: Sequence[float | None], hover: Sequence[str], marker: Json, **more: Any
) -> Json:
    """Points whose hover text is the sentence given, and nothing else."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(x),
        "y": list(y),
        "hovertext": [plain(line) for line in hover],
        "hoverinfo": "text",
        "marker": marker,
        "cliponaxis": False,
        "showlegend": False,
        **more,
    }


def time_bars(spans: Sequence[Span], colour: str) -> Json:
    """Horizontal bars from the lower to the upper bound of points with a best value."""

    def length(span: Span, side: int) -> float:
        return abs(bounds(span)[side] - best(span)) if has_bounds(span) else 0

    return {
        "type": "data",
        "symmetric": False,
        "array": [length(s, 1) for s in spans],
        "arrayminus": [length(s, 0) for s in spans],
        "color": colour,
        "thickness": 1.5,
        "width": 4,
    }


def plain(*lines: str) -> str:
    """Text for plotly, which reads markup: what people typed is escaped, lines are joined."""
    return "<br>".join(html.escape(line, quote=False) for line in lines)


def note(lines: str | Sequence[str], x: float, y: float, **more: Any) -> Json:
    """An annotation without an arrow; anchored left and bottom unless told otherwise."""
    text = plain(lines) if isinstance(lines, str) else plain(*lines)
    base = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return {"text": text, "x": x, "y": y, "showarrow": False, "align": "left"} | base | more


# ---------------------------------------------------------------- layout


def base_layout(look: Look, title: str, height: int, margin: Json) -> Json:
    return {
        "title": {
            "text": plain(*wrap(title, look.width - 40, CHART_TYPE["body"])),
            "x": 0.01,
            "xanchor": "left",
            "yref": "container",
            "automargin": True,
            "font": look.font("body"),
        },
        "height": height,
        "margin": margin | {"pad": 0, "autoexpand": False},
        "paper_bgcolor": look.colour("surface"),
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, **look.font("small")},
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": look.colour("surface"),
            "bordercolor": look.colour("axis"),
            "font": look.font("body"),
            "align": "left",
        },
        "dragmode": False,
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": look.colour("muted"),
            "activecolor": look.colour("link"),
        },
        "showlegend": False,
        "shapes": [],
        "annotations": [],
    }


def empty_figure(name: str, title: str, words: str, headers: tuple[str, ...], look: Look) -> Figure:
    """A figure that says in words why there is nothing to draw."""
    layout = base_layout(look, title, 120, {"l": 16, "r": 16, "t": 16, "b": 16})
    blank = {"visible": False, "range": [0, 1], "fixedrange": True}
    layout |= {"xaxis": blank, "yaxis": dict(blank)}
    lines = wrap(words, look.width - 40, CHART_TYPE["body"])
    layout["annotations"] = [note(lines, 0, 0.5, yanchor="middle", font=look.font("body", "muted"))]
    return Figure(
        name=name,
        title=title,
        description=words,
        plotly={"data": [], "layout": layout},
        table=Table(headers=headers, rows=()),
        empty=words,
    )


def origin_words(subject: Subject, t: Translate) -> str:
    if subject.origin == Origin.SYNTHETIC:
        return t(_("Synthetic data: not a real person"))
    if subject.origin == Origin.PUBLISHED:
        return t(_("Published case: {citation}")).format(citation=subject.citation).rstrip(": ")
    return ""
