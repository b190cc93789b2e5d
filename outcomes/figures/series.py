"""How one series of readings is drawn: the two legs, and points with uncertain times."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.base import (
    Json,
    Look,
    best,
    bounds,
    extent,
    line_trace,
    placed,
    plain,
    point_trace,
    text_width,
    time_bars,
)
from outcomes.figures.sheet import Sheet
from outcomes.figures.theme import CHART_TYPE
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Phase, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One look for one thing, the same in every chart."""

    name: str
    short: str
    token: str
    dash: str
    symbol: str
    size: int
    side: int  # +1 draws bars just above the value, -1 just below


LABEL_RISE = 15  # px from a point up to the middle of its label
LABEL_TALL = 18

RIGHT = Style(
    name=_("Right leg"),
    short=_("Right"),
    token="right",
    dash="solid",
    symbol="circle",
    size=9,
    side=1,
)
LEFT = Style(
    name=_("Left leg"),
    short=_("Left"),
    token="left",
    dash="dash",
    symbol="square-open",
    size=12,
    side=-1,
)
BACK = Style(
    name=_("Back"), short=_("Back"), token="back", dash="dot", symbol="diamond", size=10, side=1
)


def marker(style: Style, look: Look) -> Json:
    colour = look.colour(style.token)
    return {
        "symbol": style.symbol,
        "size": style.size,
        "color": colour,
        "line": {"color": colour, "width": 2 if style.symbol.endswith("open") else 0},
    }


def stroke(style: Style, look: Look) -> Json:
    return {"color": look.colour(style.token), "width": 2.25, "dash": style.dash}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value at one moment; a `gap` breaks the line here, as for a leg not testable."""

    on: Span
    phase: Phase | None
    y: float
    hover: str
    gap: bool = False


def draw_line(sheet: Sheet, panel: int, points: Sequence[Point], style: Style) -> None:
    """Points with a best time joined in order of time; bounds as bars; a gap breaks the line."""
    points = sorted((p for p in points if p.on.best is not None), key=lambda p: best(p.on))
    if all(p.gap for p in points):
        return
    trace = point_trace(
        [best(p.on) for p in points],
        [None if p.gap else p.y for p in points],
        [p.hover for p in points],
        marker(style, sheet.look),
        name=sheet.look.t(style.name),
        **sheet.on(panel),
    )
    _remember(sheet, panel, points, style)
    trace |= {"mode": "lines+markers", "line": stroke(style, sheet.look), "connectgaps": False}
    if any(len(extent(p.on)) > 1 for p in points):
        trace["error_x"] = time_bars([p.on for p in points], sheet.look.colour(style.token))
    sheet.data.append(trace)


def draw_points(
    sheet: Sheet,
    panel: int,
    points: Sequence[Point],
    style: Style,
    *,
    texts: Sequence[str] = (),
    position: str = "top center",
) -> None:
    """Points with a best time, bounds as bars, no line; `texts` beside them, one for each."""
    points = [p for p in points if p.on.best is not None and not p.gap]
    if not points:
        return
    _remember(sheet, panel, points, style)
    look = sheet.look
    trace = point_trace(
        [best(p.on) for p in points],
        [p.y for p in points],
        [p.hover for p in points],
        marker(style, look),
        name=look.t(style.name),
        error_x=time_bars([p.on for p in points], look.colour(style.token)),
        **sheet.on(panel),
    )
    sheet.data.append(trace | (text_beside(texts, look, position) if texts else {}))


def _remember(sheet: Sheet, panel: int, points: Sequence[Point], style: Style) -> None:
    for p in points:
        if not p.gap:
            sheet.mark(panel, p.on, p.y, style.token)


def draw_bounded(
    sheet: Sheet, panel: int, points: Sequence[Point], style: Style, tall: float
) -> None:
    """An open bar from bound to bound, `tall` in y units, for points without a best time."""
    points = [p for p in points if p.on.best is None and placed(p.on) and not p.gap]
    if not points:
        return
    fine = {} if style.dash == "solid" else {"dash": "3px,2px"}  # readable on a short bar
    x: list[float | None] = []
    y: list[float | None] = []
    hover: list[str] = []
    for p in points:
        near, far = p.y + style.side * tall * 0.15, p.y + style.side * tall
        low, high = bounds(p.on)
        x += [low, high, high, low, low, None]
        y += [near, near, far, far, near, None]
        hover += [p.hover] * 5 + [""]
    sheet.data.append(
        line_trace(x, y, hovertext=hover, hoverinfo="text", **sheet.on(panel))
        | {
            "name": f"{sheet.look.t(style.name)}: {sheet.look.t(_('day within bounds'))}",
            "line": stroke(style, sheet.look) | {"width": 1.75} | fine,
        }
    )


def draw_beside(
    sheet: Sheet,
    panel: int,
    points: Sequence[Point],
    style: Style,
    *,
    texts: Sequence[str] = (),
) -> None:
    """Points whose time is not known, in the margin and without a line between them."""
    points = [p for p in points if not placed(p.on) and not p.gap]
    if not points:
        return
    trace = point_trace(
        sheet.spread([p.phase for p in points]),
        [p.y for p in points],
        [p.hover for p in points],
        marker(style, sheet.look),
        name=f"{sheet.look.t(style.name)}: {sheet.look.t(_('time not reported'))}",
        **sheet.beside(panel),
    )
    if texts:
        trace |= text_beside(texts, sheet.look)
    sheet.data.append(trace)


def text_beside(texts: Sequence[str], look: Look, position: str = "top center") -> Json:
    return {
        "mode": "markers+text",
        "text": [plain(text) for text in texts],
        "textposition": position,
        "textfont": look.font("small"),
    }


def last_place(points: Sequence[Point]) -> tuple[float, float] | None:
    """Where the series ends on the day axis, right of the last point's or open bar's bounds."""
    ends = [(max(extent(p.on)), p.y) for p in points if placed(p.on) and not p.gap]
    return max(ends, key=lambda end: end[0], default=None)


def label_ends(
    sheet: Sheet, panel: int, series: Sequence[tuple[Style, Sequence[Point]]], *, per_px: float
) -> None:
    """The name of each series in words at its end; names that would collide move apart.

    `per_px` is y units per pixel, to know which names are too close.
    """
    line = CHART_TYPE["body"] + 3
    ends = [(style, *end) for style, points in series if (end := last_place(points))]
    ends.sort(key=lambda e: -e[2])
    lifts = apart([y / per_px for _s, _x, y in ends], line)
    short = sheet.look.narrow and sheet.phases
    for (style, x, y), lift in zip(ends, lifts, strict=True):
        axes = sheet.on(panel)
        sheet.say(
            sheet.look.t(style.short if short else style.name),
            x,
            y,
            xref=axes["xaxis"],
            yref=axes["yaxis"],
            xshift=10,
            yshift=lift,
            yanchor="middle",
            font=sheet.look.font("body", style.token),
        )


def name_values(sheet: Sheet, panel: int, points: Sequence[Point], texts: Sequence[str]) -> None:
    """Texts above the points that have a best time, as many as find room.

    The last comes first, then the extremes, then on a wide page the others; all are in the table.
    """
    spec = sheet.panels[panel]
    scale = spec.height / (spec.high - spec.low)
    timed = [(p, text) for p, text in zip(points, texts, strict=True) if p.on.best is not None]
    timed.sort(key=lambda pair: (best(pair[0].on), pair[0].y))
    if not timed:
        return
    ranked = [timed[-1], max(timed, key=_value), min(timed, key=_value)]
    ranked += [] if sheet.look.narrow else timed
    marks = [(sheet.day_px(best(p.on)), p.y * scale) for p, _text in timed]
    taken: list[tuple[float, float, float]] = []
    for point, text in ranked:
        x, y = sheet.day_px(best(point.on)), point.y * scale + LABEL_RISE
        half = text_width(text, CHART_TYPE["small"]) / 2 + 2
        on_mark = any(abs(x - a) < half + 3 and abs(y - b) < 11 for a, b in marks)
        on_label = any(abs(x - a) < half + b and abs(y - c) < LABEL_TALL for a, b, c in taken)
        if on_mark or on_label:
            continue
        taken.append((x, half, y))
        axes = sheet.on(panel)
        sheet.say(
            text,
            best(point.on),
            point.y,
            xref=axes["xaxis"],
            yref=axes["yaxis"],
            xanchor="center",
            yshift=6,
            font=sheet.look.font("small"),
        )


def _value(pair: tuple[Point, str]) -> float:
    return pair[0].y


def apart(pixels: Sequence[float], line: float) -> list[float]:
    """Vertical shifts that keep labels at least `line` apart; `pixels` fall from first to last."""
    places: list[float] = []
    for wanted in pixels:
        places.append(min(wanted, places[-1] - line) if places else wanted)
    surplus = sum(w - p for w, p in zip(pixels, places, strict=True)) / max(len(places), 1)
    return [round(p + surplus - w, 1) for w, p in zip(pixels, places, strict=True)]
