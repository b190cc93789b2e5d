"""A drawing without axes: boxes, lines and words in px from the top left corner.

It is as wide as the page gives it and as tall as what is put on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.base import (
    Figure,
    Json,
    Look,
    Table,
    base_layout,
    line_trace,
    note,
    text_width,
    wrap,
)
from outcomes.figures.sheet import SPARE
from outcomes.figures.theme import CHART_TYPE

EDGE = 8  # room around the drawing, px
LINE = {"small": 17, "body": 19}  # from one line of words to the next, px
HATCH_STEP = 6


def lines_of(words: str, room: float, size: str = "small") -> list[str]:
    """Lines of at most `room` px; a single word wider than that is broken."""
    room /= SPARE
    pieces = [p for word in words.split() for p in _broken(word, room, CHART_TYPE[size])]
    return wrap(" ".join(pieces), room, CHART_TYPE[size])


def _broken(word: str, room: float, size: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def wide(words: str, size: str = "small") -> float:
    """Room for one line of words, px."""
    return text_width(words, CHART_TYPE[size]) * SPARE


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line looks and, for who explores the chart, what it is called."""

    name: str
    token: str = "axis"
    width: float = 1
    dash: str = "solid"


class Canvas:
    def __init__(self, look: Look) -> None:
        self.look, self.width = look, look.width - 2 * EDGE
        self.shapes: list[Json] = []
        self.annotations: list[Json] = []
        self.footnotes: dict[str, None] = {}
        """Said once each, under everything else, in the order in which they came up."""
        self._drawn: dict[Stroke, tuple[list[float | None], list[float | None]]] = {}

    def fill(self, x0: float, y0: float, x1: float, y1: float, token: str) -> None:
        self.shapes.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "y",
                "x0": round(x0, 1),
                "y0": round(-y0, 1),
                "x1": round(x1, 1),
                "y1": round(-y1, 1),
                "fillcolor": self.look.colour(token),
                "line": {"width": 0},
                "layer": "below",
            }
        )

    def line(self, points: Sequence[tuple[float, float]], stroke: Stroke) -> None:
        x, y = self._drawn.setdefault(stroke, ([], []))
        x += [*(round(a, 1) for a, _b in points), None]
        y += [*(round(-b, 1) for _a, b in points), None]

    def frame(self, x0: float, y0: float, x1: float, y1: float, stroke: Stroke) -> None:
        self.line([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], stroke)

    def hatch(
        self, x0: float, y0: float, x1: float, y1: float, stroke: Stroke, *, rising: bool = True
    ) -> None:
        """Strokes at 45 degrees, cut off at the edges of the box."""
        tall = y1 - y0
        at = x0 - tall + HATCH_STEP / 2
        while at < x1:
            left, right = max(at, x0), min(at + tall, x1)
            low, high = (
                (left - at, right - at) if not rising else (tall - left + at, at + tall - right)
            )
            self.line([(left, y0 + low), (right, y0 + high)], stroke)
            at += HATCH_STEP

    def say(
        self,
        words: str | Sequence[str],
        x: float,
        y: float,
        *,
        room: float | None = None,
        size: str = "small",
        token: str = "ink",
        side: str = "left",
        halo: bool = False,
    ) -> float:
        """Words hanging from `y`, at `side` of them x; the y below them.

        A `halo` keeps them readable on a pattern.
        """
        ground = {"bgcolor": self.look.colour("surface")} if halo else {}
        if isinstance(words, str):
            words = lines_of(words, room, size) if room is not None else [words]
        self.annotations.append(
            note(
                words,
                round(x, 1),
                round(-y, 1),
                xref="x",
                yref="y",
                xanchor=side,
                yanchor="top",
                align=side,
                font=self.look.font(size, token),
                **ground,
            )
        )
        return y + LINE[size] * len(words)

    def figure(self, name: str, title: str, description: str, table: Table, tall: float) -> Figure:
        for words in self.footnotes:
            tall = self.say(words, 0, tall, room=self.width, token="muted") + 4
        height = round(tall)
        layout = base_layout(
            self.look, title, height + 2 * EDGE, {"l": EDGE, "r": EDGE, "t": EDGE, "b": EDGE}
        )
        bare = {"visible": False, "fixedrange": True, "tickvals": [], "ticktext": []}
        layout |= {
            "xaxis": bare | {"range": [0, self.width], "anchor": "y"},
            "yaxis": bare | {"range": [-height, 0], "anchor": "x"},
            "shapes": self.shapes,
            "annotations": self.annotations,
        }
        return Figure(
            name=name,
            title=title,
            description=description,
            plotly={"data": self._traces(), "layout": layout},
            table=table,
        )

    def _traces(self) -> list[Json]:
        return [
            line_trace(
                x[:-1],
                y[:-1],
                name=stroke.name,
                line={
                    "color": self.look.colour(stroke.token),
                    "width": stroke.width,
                    "dash": stroke.dash,
                },
                cliponaxis=False,
            )
            for stroke, (x, y) in self._drawn.items()
        ]
