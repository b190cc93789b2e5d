"""A figure as a file of its own: with its title, what it stands on, and nothing from elsewhere."""

import re
from collections.abc import Sequence
from html import escape

from outcomes.figures import svg
from outcomes.figures.base import Figure, wrap
from outcomes.figures.theme import CHART_TYPE, FONT, PALETTES, WIDTHS, Size

EDGE = 16  # around the sheet, px
TITLE, SMALL = 18, CHART_TYPE["small"]
LEADING = 1.35
_HALO = re.compile(
    r'(<text [^>]*?) stroke="([^"]+)" stroke-width="5" stroke-linejoin="round"'
    r' paint-order="stroke"([^>]*>[^<]*</text>)'
)
SPARE = 1.1  # fonts differ: room for words, over their estimated width


def standalone(figure: Figure, stamp: Sequence[str], *, size: Size = "wide") -> str:
    """The figure on white under its title, the lines of `stamp` below; light colours, in itself.

    An empty figure says in words why there is nothing to draw.
    """
    look = PALETTES["light"]
    wide = WIDTHS[size]
    drawn, tall = _drawing(figure, size)
    title, y = _lines([figure.title], wide, EDGE, TITLE, look["ink"], weight=600)
    y += 8
    drawing = drawn.replace(
        "<svg ", f'<svg x="{EDGE}" y="{y:g}" width="{wide}" height="{tall:g}" ', 1
    )
    below, end = _lines(stamp, wide, y + tall + 10, SMALL, look["muted"])
    width, height = wide + 2 * EDGE, end + EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}"'
        f' width="{width}" height="{height:g}" font-family="{escape(FONT)}">'
        f'<rect width="{width}" height="{height:g}" fill="{look["surface"]}"/>'
        f"{title}{drawing}{below}</svg>"
    )


def portable(figure: Figure, *, size: Size = "wide") -> str:
    """The figure's `<svg>` in what printers and slides understand: words on a halo are written
    twice, for few of them paint a stroke under its letters."""
    drawn = svg.render(figure, size=size).replace(' font-family="system-ui, sans-serif"', "", 1)
    return _HALO.sub(_twice, drawn)


def _twice(found: re.Match[str]) -> str:
    before, stroke, after = found[1], found[2], found[3]
    halo = f'{before} stroke="{stroke}" stroke-width="5" stroke-linejoin="round"'
    return f'{halo} aria-hidden="true"{after}{before}{after}'


def _drawing(figure: Figure, size: Size) -> tuple[str, float]:
    """The figure's own `<svg>`, in the font of the sheet, and how tall it is, px."""
    if figure.empty is None:
        own = portable(figure, size=size)
        return own, figure.plotly["layout"]["height"]
    words, tall = _lines(
        [figure.empty], WIDTHS[size], 0, CHART_TYPE["body"], PALETTES["light"]["ink"], x=0
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{words}</svg>', tall


def _lines(
    words: Sequence[str],
    room: float,
    y: float,
    size: float,
    colour: str,
    weight: int = 400,
    x: float = EDGE,
) -> tuple[str, float]:
    """Wrapped lines from `y` downward, and the y below them."""
    lines = [line for one in words for line in wrap(one, room / SPARE, size)]
    step = size * LEADING
    said = "".join(
        f'<text x="{x:g}" y="{y + step * i + size:g}" font-size="{size}" font-weight="{weight}"'
        f' fill="{colour}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return said, y + step * len(lines)
