"""What the figures with axes share: bare axes, shapes on them, and words around them in px."""

from collections.abc import Sequence

from outcomes.figures.base import Json, Look, plain
from outcomes.figures.comparison.canvas import LINE, wide


def axis(look: Look, **more: object) -> Json:
    return {
        "domain": [0, 1],
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "automargin": False,
        "tickmode": "array",
        "ticks": "",
        "tickvals": [],
        "ticktext": [],
        "tickangle": 0,
        "tickfont": look.font("small", "muted"),
        "fixedrange": True,
        **more,
    }


def lined(look: Look) -> Json:
    """What makes an axis a drawn line with ticks outside."""
    return {
        "showline": True,
        "linecolor": look.colour("axis"),
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": look.colour("axis"),
    }


def ticked(places: Sequence[tuple[float, Sequence[str]]]) -> Json:
    """Ticks with their lines of words."""
    return {
        "tickvals": [place for place, _lines in places],
        "ticktext": [plain(*lines) for _place, lines in places],
    }


def fitting(
    places: Sequence[tuple[float, float, Sequence[str]]],
) -> list[tuple[float, Sequence[str]]]:
    """Of (value, px, lines), in order of rank, those whose words do not meet; in order of value."""
    kept: list[tuple[float, float, Sequence[str]]] = []
    for value, px, lines in places:
        half = max(map(wide, lines)) / 2 + 3
        if all(abs(px - at) >= half + max(map(wide, words)) / 2 + 3 for _v, at, words in kept):
            kept.append((value, px, lines))
    return sorted((value, lines) for value, _px, lines in kept)


def shape(
    look: Look,
    kind: str,
    x0: float,
    x1: float,
    y0: float,
    y1: float,
    *,
    fill: str = "",
    line: str = "",
    dash: str = "solid",
    xref: str = "x",
) -> Json:
    """A rect or a line below the data, on the axes unless told otherwise."""
    edge: Json = {"width": 0}
    if line:
        edge = {"color": look.colour(line), "width": 1, "dash": dash}
    base: Json = {"type": kind, "xref": xref, "yref": "y", "layer": "below"}
    base |= {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": edge}
    return base | ({"fillcolor": look.colour(fill)} if fill else {})


def sample(look: Look, x: float, y: float, *, token: str, dash: str, width: float = 2.25) -> Json:
    """A short piece of line for the key, px from the plot's top left corner, up positive."""
    return {
        "type": "path",
        "path": f"M{x:g},{y:g}L{x + 30:g},{y:g}",
        "xref": "paper",
        "yref": "paper",
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "xanchor": 0,
        "yanchor": 1,
        "line": {"color": look.colour(token), "width": width, "dash": dash},
    }


def depth(lines: Sequence[str]) -> int:
    return LINE["small"] * len(lines)
