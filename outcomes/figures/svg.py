"""A small SVG of a figure, readable without JavaScript and under a strict style policy.

Draws the part of plotly's vocabulary that the figures of this package use: scatter traces (lines,
markers, text, horizontal error bars), several axes by domain with explicit ranges and ticks, rect,
line and path shapes, annotations. Anything else raises ValueError rather than vanish from a chart.
Colours are presentation attributes plus a class per palette colour (`f-` fill, `s-` stroke), so a
page's style sheet can give the same drawing its dark colours.
"""

import html
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from outcomes.figures.base import Figure, Json
from outcomes.figures.theme import CHART_COLOURS, PALETTES, WIDTHS, Size

DASHES = {"solid": "", "dash": "9 6", "dot": "2 4", "dashdot": "9 4 2 4"}
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
LINE_HEIGHT = 1.3
BASELINE = 0.36  # of the font size, from the middle of a line down to its baseline


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis in pixels: `start`..`end` on the page for `low`..`high` in data."""

    low: float
    high: float
    start: float
    end: float
    spec: Json

    def px(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Plot:
    """The drawing area and its axes, by plotly's short names ("x", "y2")."""

    left: float
    top: float
    width: float
    height: float
    axes: dict[str, Axis]

    def px(self, ref: str, value: float) -> float:
        """Pixel of a value on an axis, or of a fraction of the plot for the "x" or "y" of paper."""
        if ref in self.axes:
            return self.axes[ref].px(value)
        if ref == "paper-x":
            return self.left + value * self.width
        return self.top + (1 - value) * self.height


def render(figure: Figure, *, size: Size = "wide") -> str:
    """The figure as one `<svg>` element, WIDTHS[size] px wide by its own height.

    Raises ValueError where the figure uses what this renderer does not draw.
    """
    layout = figure.plotly["layout"]
    width, height = WIDTHS[size], layout["height"]
    plot = _plot(layout, width, height)
    body = "".join(
        [
            *_shapes(layout, plot, "below"),
            *_grid(figure.plotly, plot),
            *_shapes(layout, plot, "above"),
            *(part for trace in figure.plotly["data"] for part in _trace(trace, plot)),
            *_axis_words(layout, plot),
            *(part for a in layout["annotations"] for part in _annotation(a, plot)),
        ]
    )
    name = f"{figure.name}-{size}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{name}-t" aria-describedby="{name}-d" class="chart chart--{size}"'
        f' font-family="system-ui, sans-serif">'
        f'<title id="{name}-t">{escape(figure.title)}</title>'
        f'<desc id="{name}-d">{escape(figure.description)}</desc>{body}</svg>'
    )


# ---------------------------------------------------------------- geometry


def _plot(layout: Json, width: float, height: float) -> Plot:
    m = layout["margin"]
    w, h = width - m["l"] - m["r"], height - m["t"] - m["b"]
    axes = {}
    for key, spec in layout.items():
        found = re.fullmatch(r"([xy])axis(\d*)", key)
        if not found:
            continue
        low, high = spec["range"]
        d0, d1 = spec.get("domain", (0, 1))
        if found[1] == "x":
            axes[found[1] + found[2]] = Axis(low, high, m["l"] + d0 * w, m["l"] + d1 * w, spec)
        else:
            axis = Axis(low, high, m["t"] + (1 - d0) * h, m["t"] + (1 - d1) * h, spec)
            axes[found[1] + found[2]] = axis
    return Plot(m["l"], m["t"], w, h, axes)


def _ref(item: Json, letter: str) -> str:
    ref = item.get(f"{letter}ref", letter)
    return f"paper-{letter}" if ref == "paper" else ref


def _n(value: float) -> str:
    return f"{round(value, 1) + 0:g}"


# ---------------------------------------------------------------- paint


@cache
def _tokens() -> dict[str, str]:
    return {PALETTES[theme][token]: token for theme in PALETTES for token in CHART_COLOURS}


def _paint(fill: str | None = None, stroke: str | None = None) -> str:
    """Attributes of a fill and a stroke: the colours, and the classes of their palette tokens."""
    painted = [(kind, colour) for kind, colour in (("fill", fill), ("stroke", stroke)) if colour]
    names = [f"{kind[0]}-{_tokens()[colour]}" for kind, colour in painted if colour in _tokens()]
    classes = f' class="{" ".join(names)}"' if names else ""
    return classes + "".join(f' {kind}="{colour}"' for kind, colour in painted)


def _stroke(line: Json) -> str:
    dash = line.get("dash", "solid")
    dash = DASHES[dash] if dash in DASHES else dash.replace("px", "").replace(",", " ")
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'{_paint(stroke=line["color"])} stroke-width="{_n(line["width"])}"{dashed}'


def _line(x0: float, y0: float, x1: float, y1: float, attributes: str) -> str:
    return f'<path d="M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}"{attributes}/>'


# ---------------------------------------------------------------- text


def _text(
    markup: str,
    x: float,
    middle: float,
    font: Json,
    anchor: str = "start",
    extra: str = "",
    halo: str | None = None,
) -> str:
    """Lines of text, the block centred on `middle`; plotly's escapes and breaks are undone."""
    lines = [html.unescape(line) for line in markup.split("<br>")]
    step = font["size"] * LINE_HEIGHT
    first = middle - step * (len(lines) - 1) / 2 + font["size"] * BASELINE
    paint = _paint(fill=font["color"], stroke=halo)
    at = f' font-size="{font["size"]}"{paint}'
    at += ' stroke-width="5" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    at += f' text-anchor="{anchor}"' if anchor != "start" else ""
    return "".join(
        f'<text x="{_n(x)}" y="{_n(first + i * step)}"{at}{extra}>{escape(line)}</text>'
        for i, line in enumerate(lines)
        if line
    )


def _annotation(a: Json, plot: Plot) -> Iterator[str]:
    if a.get("showarrow"):
        raise ValueError("The SVG renderer draws no arrows.")
    x = plot.px(_ref(a, "x"), a["x"]) + a.get("xshift", 0)
    y = plot.px(_ref(a, "y"), a["y"]) - a.get("yshift", 0)
    # One pixel of padding on each side and the full line height, as plotly has it.
    tall = a["font"]["size"] * LINE_HEIGHT * (1 + a["text"].count("<br>")) + 2
    middle = y + {"top": tall / 2, "middle": 0, "bottom": -tall / 2}[a.get("yanchor", "middle")]
    anchor = ANCHORS[a.get("xanchor", "center")]
    yield _text(a["text"], x, middle, a["font"], anchor, halo=a.get("bgcolor"))


# ---------------------------------------------------------------- axes


def _grid(plotly: Json, plot: Plot) -> Iterator[str]:
    """Horizontal grid lines, one path per axis, across every subplot that uses the axis."""
    for name, axis in plot.axes.items():
        if name[0] != "y" or not axis.spec.get("showgrid") or not axis.spec.get("visible", True):
            continue
        pairs = {t.get("xaxis", "x") for t in plotly["data"] if t.get("yaxis", "y") == name}
        spans = [plot.axes[x] for x in sorted(pairs | {axis.spec["anchor"]})]
        d = "".join(
            f"M{_n(x.start)} {_n(axis.px(v))}H{_n(x.end)}"
            for v in axis.spec["tickvals"]
            for x in spans
        )
        if d:
            yield f'<path d="{d}"{_paint(stroke=axis.spec["gridcolor"])}/>'


def _axis_words(layout: Json, plot: Plot) -> Iterator[str]:
    for name, axis in plot.axes.items():
        if axis.spec.get("visible", True):
            yield from (_x_axis if name[0] == "x" else _y_axis)(axis, plot)


def _x_axis(axis: Axis, plot: Plot) -> Iterator[str]:
    spec, y = axis.spec, plot.axes[axis.spec["anchor"]].start
    font = spec["tickfont"]
    length = spec.get("ticklen", 0)
    d = f"M{_n(axis.start)} {_n(y)}H{_n(axis.end)}" if spec["showline"] else ""
    if spec["ticks"] == "outside":
        d += "".join(f"M{_n(axis.px(v))} {_n(y)}v{length}" for v in spec["tickvals"])
    if d:
        yield f'<path d="{d}"{_paint(stroke=spec["linecolor"])}/>'
    for value, text in zip(spec["tickvals"], spec["ticktext"], strict=True):
        if spec.get("tickangle"):
            yield _turned(text, axis.px(value), y + length + 4, font)
            continue
        lines = 1 + text.count("<br>")
        middle = y + length + 3 + font["size"] * LINE_HEIGHT * lines / 2
        yield _text(text, axis.px(value), middle, font, "middle")
    title = spec.get("title")
    if title:
        rows = 1 + (1 + title["text"].count("<br>")) / 2
        down = y + length + 3 + font["size"] * LINE_HEIGHT * rows + title["standoff"]
        yield _text(title["text"], (axis.start + axis.end) / 2, down, title["font"], "middle")


def _turned(text: str, x: float, y: float, font: Json) -> str:
    """A tick label reading upwards, ending at the axis."""
    turn = f' transform="rotate(-90 {_n(x)} {_n(y)})"'
    return _text(text, x, y, font, "end", turn)


def _y_axis(axis: Axis, plot: Plot) -> Iterator[str]:
    spec, x = axis.spec, plot.axes[axis.spec["anchor"]].start
    if spec["showline"]:
        yield _line(x, axis.start, x, axis.end, _paint(stroke=spec["linecolor"]))
    for value, text in zip(spec["tickvals"], spec["ticktext"], strict=True):
        yield _text(text, x - 6, axis.px(value), spec["tickfont"], "end")


# ---------------------------------------------------------------- shapes


def _shapes(layout: Json, plot: Plot, layer: str) -> Iterator[str]:
    for shape in layout["shapes"]:
        if shape.get("layer", "above") == layer:
            yield SHAPES[shape["type"]](shape, plot)


def _corners(shape: Json, plot: Plot) -> tuple[float, float, float, float]:
    x, y = _ref(shape, "x"), _ref(shape, "y")
    return (
        plot.px(x, shape["x0"]),
        plot.px(y, shape["y0"]),
        plot.px(x, shape["x1"]),
        plot.px(y, shape["y1"]),
    )


def _rect(shape: Json, plot: Plot) -> str:
    x0, y0, x1, y1 = _corners(shape, plot)
    box = f'x="{_n(min(x0, x1))}" y="{_n(min(y0, y1))}" width="{_n(abs(x1 - x0))}"'
    fill = _paint(fill=shape["fillcolor"])
    return f'<rect {box} height="{_n(abs(y1 - y0))}"{fill}/>'


def _straight(shape: Json, plot: Plot) -> str:
    return _line(*_corners(shape, plot), _stroke(shape["line"]))


def _path(shape: Json, plot: Plot) -> str:
    """A path in pixels from its anchor; upwards is positive, as in plotly."""
    x, y = plot.px("paper-x", shape["xanchor"]), plot.px("paper-y", shape["yanchor"])

    def place(found: re.Match[str]) -> str:
        return f"{found[1]}{_n(x + float(found[2]))} {_n(y - float(found[3]))}"

    d = re.sub(r"([ML])(-?[\d.]+),(-?[\d.]+)", place, shape["path"])
    return f'<path d="{d}"{_stroke(shape["line"])}/>'


SHAPES: dict[str, Callable[[Json, Plot], str]] = {"rect": _rect, "line": _straight, "path": _path}


# ---------------------------------------------------------------- traces


def _trace(trace: Json, plot: Plot) -> Iterator[str]:
    if trace["type"] != "scatter":
        raise ValueError(f"The SVG renderer draws no {trace['type']} traces.")
    x, y = plot.axes[trace.get("xaxis", "x")], plot.axes[trace.get("yaxis", "y")]
    points = [
        None if px is None or py is None else (x.px(px), y.px(py))
        for px, py in zip(trace["x"], trace["y"], strict=True)
    ]
    parts = trace["mode"].split("+")
    yield "<g>"
    if "lines" in parts:
        yield _polyline(points, trace["line"])
    if "error_x" in trace:
        yield _error_bars(trace, x, points)
    if "markers" in parts:
        yield from _markers(trace, points)
    if "text" in parts:
        yield from _labels(trace, points)
    yield "</g>"


def _polyline(points: list[tuple[float, float] | None], line: Json) -> str:
    d, pen_up = "", True
    for point in points:
        if point is not None:
            d += f"{'M' if pen_up else 'L'}{_n(point[0])} {_n(point[1])}"
        pen_up = point is None
    return f'<path d="{d}" fill="none"{_stroke(line)}/>' if d else ""


def _error_bars(trace: Json, x: Axis, points: list[tuple[float, float] | None]) -> str:
    bars, scale = trace["error_x"], (x.end - x.start) / (x.high - x.low)
    cap, d = bars["width"], ""
    for point, more, less in zip(points, bars["array"], bars["arrayminus"], strict=True):
        if point is None or not (more or less):
            continue
        left, right = point[0] - less * scale, point[0] + more * scale
        d += f"M{_n(left)} {_n(point[1])}H{_n(right)}"
        d += "".join(f"M{_n(end)} {_n(point[1] - cap)}v{2 * cap}" for end in (left, right))
    paint = _stroke({"color": bars["color"], "width": bars["thickness"]})
    return f'<path d="{d}"{paint}/>' if d else ""


def _markers(trace: Json, points: list[tuple[float, float] | None]) -> Iterator[str]:
    marker = trace["marker"]
    hovers = trace.get("hovertext") or [""] * len(points)
    for point, hover in zip(points, hovers, strict=True):
        if point is None:
            continue
        said = html.unescape(hover.replace("<br>", ", "))
        title = f"<title>{escape(said)}</title>" if said else ""
        yield f"<path{_marker_path(marker, *point)}>{title}</path>"


def _marker_path(marker: Json, x: float, y: float) -> str:
    shape = marker["symbol"].removesuffix("-open")
    r = marker["size"] / 2
    if shape not in SYMBOLS:
        raise ValueError(f"The SVG renderer draws no {marker['symbol']} markers.")
    outlined = marker["symbol"].endswith("-open")
    d = f' d="M{_n(x)} {_n(y)}{SYMBOLS[shape](r)}"'
    if outlined:
        line = marker["line"] | {"color": marker["color"]}
        return f'{d} fill="none"{_stroke(line)}'
    return f"{d}{_paint(fill=marker['color'])}"


def _circle(r: float) -> str:
    return f"m{_n(-r)} 0a{_n(r)} {_n(r)} 0 1 0 {_n(2 * r)} 0a{_n(r)} {_n(r)} 0 1 0 {_n(-2 * r)} 0"


def _square(r: float) -> str:
    return f"m{_n(-r)} {_n(-r)}h{_n(2 * r)}v{_n(2 * r)}h{_n(-2 * r)}z"


def _diamond(r: float) -> str:
    k = 1.3 * r
    return f"m0 {_n(-k)}l{_n(k)} {_n(k)}l{_n(-k)} {_n(k)}l{_n(-k)} {_n(-k)}z"


def _triangle(r: float, way: int) -> str:
    """Pointing up (1) or down (-1), as wide as plotly's."""
    w = 2 * r / math.sqrt(3)
    return f"m0 {_n(-r * way)}l{_n(w)} {_n(1.5 * r * way)}h{_n(-2 * w)}z"


def _cross(r: float) -> str:
    return f"m{_n(-r)} {_n(-r)}l{_n(2 * r)} {_n(2 * r)}m0 {_n(-2 * r)}l{_n(-2 * r)} {_n(2 * r)}"


SYMBOLS: dict[str, Callable[[float], str]] = {
    "circle": _circle,
    "square": _square,
    "diamond": _diamond,
    "triangle-up": lambda r: _triangle(r, 1),
    "triangle-down": lambda r: _triangle(r, -1),
    "x-thin": _cross,
}


def _labels(trace: Json, points: list[tuple[float, float] | None]) -> Iterator[str]:
    vertical, horizontal = trace.get("textposition", "middle center").split()
    font = trace["textfont"]
    away = (trace["marker"]["size"] / 2 if "markers" in trace["mode"] else 0) + 3
    for point, text in zip(points, trace["text"], strict=True):
        if point is None or not text:
            continue
        half = font["size"] * LINE_HEIGHT * (1 + text.count("<br>")) / 2
        middle = point[1] + {"top": -half - away + 2, "middle": 0, "bottom": half + away}[vertical]
        x = point[0] + {"left": -away, "center": 0, "right": away}[horizontal]
        # plotly names the side the text stands on, SVG the end it hangs from.
        anchor = {"left": "end", "center": "middle", "right": "start"}[horizontal]
        yield _text(text, x, middle, font, anchor)
