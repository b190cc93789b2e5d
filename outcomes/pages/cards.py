"""A figure as a page shows it: drawn for each width on the server, its data beside."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from outcomes.figures import svg
from outcomes.figures.base import Figure
from outcomes.figures.theme import Size

SIZES: tuple[Size, ...] = ("narrow", "wide")


@dataclass(frozen=True, slots=True)
class Card:
    """A chart as the page shows it: the drawing for each width, none where it is empty.

    `source` is the address of its data for exploring it, empty where that is not offered.
    """

    figure: Figure
    drawings: tuple[SafeString, ...]
    source: str = ""


def card(draw: Callable[[Size], Figure], source: str = "") -> Card:
    """The card of what `draw` draws for a width; its data are those of the wide one."""
    figures = {size: draw(size) for size in SIZES}
    wide = figures["wide"]
    drawn = () if wide.empty else tuple(svg.render(one, size=s) for s, one in figures.items())
    # The renderer escapes every text it is given.
    return Card(wide, tuple(mark_safe(one) for one in drawn), source)
