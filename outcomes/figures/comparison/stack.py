"""Horizontal bars made of parts, with every count written on its part."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.base import text_width
from outcomes.figures.comparison.canvas import LINE, Canvas, Stroke, lines_of, wide
from outcomes.figures.comparison.people import SHORT, short
from outcomes.figures.theme import CHART_TYPE
from outcomes.rules.text import gettext_noop as _

BAR = 26  # height of a bar, px
SWATCH = 14
GAP = 2  # between two parts, px
STEPS = 6
DEAD, HATCHED, BACKWARDS, CROSSED, OPEN = "back", "hatched", "backwards", "crossed", "open"
PATTERNS = (HATCHED, BACKWARDS, CROSSED, OPEN)
WIDENED = _("Narrow parts are drawn wide enough for their number.")
NOT_TO_SCALE = _("{sign}: confidential, not told and not drawn to scale.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`people` is None where suppressed; `fill` a palette colour or a pattern."""

    words: str
    people: int | None
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    label: str
    parts: Sequence[Part]
    end: str = ""
    """What stands right of the bar."""
    below: str = ""
    spelled: bool = False
    """Are the words of the parts repeated under them?"""


def step(rank: int, of: int) -> str:
    """The tint of a place in an order, the lowest palest; a single one is the strongest."""
    return f"step-{STEPS - 1 if of < 2 else round(rank / (of - 1) * (STEPS - 1))}"


def ink_on(fill: str) -> str:
    return "surface" if fill in (DEAD, "step-3", "step-4", "step-5") else "ink"


def paint(canvas: Canvas, fill: str, x0: float, y0: float, x1: float, y1: float) -> None:
    if fill not in PATTERNS:
        canvas.fill(x0, y0, x1, y1, fill)
        return
    t = canvas.look.t
    lines = Stroke(t(_("hatching")), "trail", 1.25)
    if fill in (HATCHED, CROSSED):
        canvas.hatch(x0, y0, x1, y1, lines)
    if fill in (BACKWARDS, CROSSED):
        canvas.hatch(x0, y0, x1, y1, lines, rising=False)
    canvas.frame(x0, y0, x1, y1, Stroke(t(_("outline")), "axis"))


def draw_key(canvas: Canvas, y: float, entries: Sequence[tuple[str, str]]) -> float:
    """Swatch and words of each (words, fill), as many in a row as fit; the y below them."""
    x = 0.0
    for words, fill in entries:
        room = canvas.width - SWATCH - 6
        lines = lines_of(words, room)
        need = SWATCH + 6 + max(wide(line) for line in lines)
        if x and x + need > canvas.width:
            x, y = 0.0, y + LINE["small"] + 4
        paint(canvas, fill, x, y + 2, x + SWATCH, y + 2 + SWATCH)
        y = canvas.say(lines, x + SWATCH + 6, y) - LINE["small"]
        x += need + 16
    return y + LINE["small"] + 6 if entries else y


def draw_bars(canvas: Canvas, y: float, groups: Sequence[tuple[str, Sequence[Bar]]]) -> float:
    """Bars one below the other under the words of their group, all aligned; the y below them."""
    bars = [bar for _heading, members in groups for bar in members]
    column = _column(canvas, bars)
    end = max((wide(bar.end) for bar in bars), default=0)
    room = canvas.width - column - (end + 8 if end else 0)
    for heading, members in groups:
        if heading:
            y = canvas.say(lines_of(heading, canvas.width, "body"), 0, y, size="body") + 3
        for bar in members:
            y = _bar(canvas, y, bar, column, room)
        y += 6
    if any(part.people is None for bar in bars for part in bar.parts):
        canvas.footnotes[canvas.look.t(NOT_TO_SCALE).format(sign=SHORT)] = None
    return y


def _column(canvas: Canvas, bars: Sequence[Bar]) -> float:
    """Room left of the bars for their labels; none where they have to stand above."""
    need = max((wide(bar.label) for bar in bars), default=0)
    return need + 10 if need <= (200 if not canvas.look.narrow else 96) else 0


def _bar(canvas: Canvas, y: float, bar: Bar, column: float, room: float) -> float:
    if column:
        canvas.say(bar.label, 0, y + (BAR - LINE["small"]) / 2)
    elif bar.label:
        y = canvas.say(bar.label, 0, y, room=canvas.width) + 2
    parts = [part for part in bar.parts if part.people != 0]
    widths, widened = widths_of(parts, room)
    if widened:
        canvas.footnotes[canvas.look.t(WIDENED)] = None
    places, x = [], column
    for part, width in zip(parts, widths, strict=True):
        _part(canvas, part, x, y, x + width)
        places.append((x, x + width))
        x += width
    if bar.end:
        canvas.say(bar.end, max(x, column) + 8, y + (BAR - LINE["small"]) / 2)
    y += BAR + 2
    if bar.spelled and parts:
        y = _spell(canvas, y, parts, places, column)
    if bar.below:
        y = canvas.say(bar.below, column, y, room=canvas.width - column, token="muted")
    return y + 8


def _part(canvas: Canvas, part: Part, x0: float, y: float, x1: float) -> None:
    fill = OPEN if part.people is None else part.fill
    paint(canvas, fill, x0, y, x1 - GAP, y + BAR)
    canvas.say(
        short(part.people),
        (x0 + x1 - GAP) / 2,
        y + (BAR - LINE["small"]) / 2,
        side="center",
        token=ink_on(fill),
        halo=fill in PATTERNS,
    )


def widths_of(parts: Sequence[Part], room: float) -> tuple[list[float], bool]:
    """Widths in px that fill `room`, and whether any part is wider than its share.

    A part is never narrower than its number; a suppressed one has the width of its sign alone.
    """
    least = [text_width(short(part.people), CHART_TYPE["small"]) + 9 for part in parts]
    fixed = {i for i, part in enumerate(parts) if part.people is None}
    suppressed = len(fixed)
    while True:
        left = room - sum(least[i] for i in fixed)
        people = sum(part.people or 0 for i, part in enumerate(parts) if i not in fixed)
        tight = {
            i
            for i, part in enumerate(parts)
            if i not in fixed and left * (part.people or 0) / people < least[i]
        }
        if not tight:
            break
        fixed |= tight
    widths = [
        least[i] if i in fixed else left * (part.people or 0) / people
        for i, part in enumerate(parts)
    ]
    return widths, len(fixed) > suppressed


def _spell(
    canvas: Canvas,
    y: float,
    parts: Sequence[Part],
    places: Sequence[tuple[float, float]],
    column: float,
) -> float:
    """The words of each part under it, or where they find no room, of all in one sentence."""
    if all(wide(part.words) <= b - a for part, (a, b) in zip(parts, places, strict=True)):
        for part, (a, b) in zip(parts, places, strict=True):
            canvas.say(part.words, (a + b - GAP) / 2, y, side="center", token="muted")
        return y + LINE["small"]
    room = canvas.width - column
    lines = [""]
    for part in parts:
        told = f"{part.words}: {short(part.people)}"
        longer = f"{lines[-1]} · {told}" if lines[-1] else told
        if lines[-1] and wide(longer) > room:
            lines.append(told)
        else:
            lines[-1] = longer
    return canvas.say(lines, column, y, token="muted")
