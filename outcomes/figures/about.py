"""The mark of a time that is only about right: "≈ day 365", where no bounds can be drawn.

Such a point has a best value and no length of uncertainty, so it gets a sign and words of a fixed
size instead of a bar, and the sheet explains the sign once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from outcomes.figures.base import Json, best, note, number, text_width, vague
from outcomes.figures.sheet import RIGHT_EDGE, SPARE, Mark, Sheet
from outcomes.figures.svg import LINE_HEIGHT
from outcomes.rules.text import gettext_noop as _

SIGN = "≈"
WORDS = _("≈ day {day}")
MARK = 6  # half the size of a marker, px
CLEAR = 10  # from a marker's middle to its label, px: past the name at the end of a line
PLACES: tuple[Json, ...] = (
    {"xanchor": "center", "yanchor": "top", "yshift": -CLEAR},
    {"xanchor": "center", "yanchor": "bottom", "yshift": CLEAR},
    {"xanchor": "left", "yanchor": "middle", "xshift": CLEAR},
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle within a panel, in px from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not beside and self.bottom < other.top and other.bottom < self.top

    def within(self, other: "Box") -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.bottom <= self.bottom and self.top <= other.top


def finished(sheet: Sheet) -> Json:
    """The sheet for plotly, every drawn moment that is only about right marked as such."""
    said: set[tuple[int, float]] = set()
    for mark in dict.fromkeys(m for m in sheet.marks if vague(m.on)):
        day = best(mark.on)
        words = sheet.look.t(WORDS).format(day=number(day))
        texts = [SIGN] if (mark.panel, day) in said else [words, SIGN]
        said.add((mark.panel, day))
        sheet.layout["annotations"].append(_label(sheet, mark, texts))
    return {"data": sheet.data, "layout": sheet.layout}


def _label(sheet: Sheet, mark: Mark, texts: list[str]) -> Json:
    """The first text and place that meet nothing else; else the sign, on the right."""
    taken = [*_words(sheet, mark.panel), *_marks(sheet, mark.panel)]
    room = _room(sheet, mark.panel)
    label: Json = {}
    for label in _tries(sheet, mark, texts):
        box = _box(sheet, mark.panel, label)
        if box.within(room) and not any(box.meets(other) for other in taken):
            return label
    return label


def _tries(sheet: Sheet, mark: Mark, texts: list[str]) -> Iterator[Json]:
    axes = sheet.on(mark.panel)
    refs = {"xref": axes["xaxis"], "yref": axes["yaxis"]}
    font = sheet.look.font("small", mark.token)
    for text in texts:
        for place in PLACES:
            yield note(text, best(mark.on), mark.y, **refs, **place, font=font)
    yield note(SIGN, best(mark.on), mark.y, **refs, **PLACES[-1], font=font)


def _room(sheet: Sheet, panel: int) -> Box:
    edge = 0 if sheet.phases else RIGHT_EDGE
    right = sheet.days_px + sheet.label_room + edge
    return Box(2 - sheet.margin["l"], -2, right, sheet.panels[panel].height + 6)


def _marks(sheet: Sheet, panel: int) -> Iterator[Box]:
    for mark in sheet.marks:
        if mark.panel == panel:
            x, y = sheet.day_px(best(mark.on)), _up(sheet, panel, mark.y)
            yield Box(x - MARK, y - MARK, x + MARK, y + MARK)


def _words(sheet: Sheet, panel: int) -> Iterator[Box]:
    axis = sheet.on(panel)["yaxis"]
    for a in sheet.layout["annotations"]:
        if a["yref"] == axis and a["xref"] != "x2":
            yield _box(sheet, panel, a)


def _box(sheet: Sheet, panel: int, a: Json) -> Box:
    """Where the words of an annotation on the panel's own axis stand."""
    lines, size = a["text"].split("<br>"), a["font"]["size"]
    wide = max(text_width(line, size) for line in lines) * SPARE
    tall = size * LINE_HEIGHT * len(lines)
    x = (sheet.day_px(a["x"]) if a["xref"] == "x" else 0) + a.get("xshift", 0)
    y = _up(sheet, panel, a["y"]) + a.get("yshift", 0)
    left = x - wide * {"left": 0, "center": 0.5, "right": 1}[a["xanchor"]]
    bottom = y - tall * {"bottom": 0, "middle": 0.5, "top": 1}[a["yanchor"]]
    return Box(left, bottom, left + wide, bottom + tall)


def _up(sheet: Sheet, panel: int, y: float) -> float:
    spec = sheet.panels[panel]
    return (y - spec.low) / (spec.high - spec.low) * spec.height
