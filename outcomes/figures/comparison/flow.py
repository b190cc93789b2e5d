"""Who was followed and who was lost: a flow diagram, and the examinations that are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outcomes.figures.base import Figure, Look, Table, Translate, empty_figure, identity
from outcomes.figures.comparison.canvas import LINE, Canvas, Stroke, lines_of
from outcomes.figures.comparison.people import in_words
from outcomes.figures.comparison.stack import (
    BACKWARDS,
    CROSSED,
    DEAD,
    HATCHED,
    OPEN,
    Bar,
    Part,
    draw_bars,
    draw_key,
)
from outcomes.figures.theme import Size, Theme
from outcomes.rules.text import gettext_noop as _

FLOW_TITLE = _("Who was followed, and who was lost?")
FLOW_HEADERS = (_("Step"), _("People"), _("Not among them, and why"))
MISSING_TITLE = _("Who was examined in each window, and who was not?")
# in the order in which they are drawn, with what fills them
STATES: dict[str, tuple[str, str]] = {
    "examined": (_("examined"), "step-4"),
    "uncertain": (_("no certain outcome"), "step-1"),
    "died": (_("died"), DEAD),
    "missed": (_("not examined in the window after the operation"), HATCHED),
    "lost": (_("lost or transferred"), CROSSED),
    "due_unknown": (_("not known whether due"), BACKWARDS),
    "not_yet_due": (_("not due"), OPEN),
}
PAD = 8  # from the edge of a box to its words, px
DOWN = 26  # from one box to the next, px
INDENT = 42  # on a phone, from the edge to those who are not in a step
ASIDE = 68  # between two steps of the way, with those who leave below, px
BETWEEN = 8  # two windows, px
WIDEST = 250  # a box, px


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`people` is already worded ("42", "about 40"); the others have reasons and people.

    Who is `lost` is in no later step. A `window` looks for everyone of the last step again: who is
    `absent` is missing at this one alone, and may be there at the next.
    """

    words: str
    people: str
    lost: tuple[tuple[str, str], ...] = ()
    absent: tuple[tuple[str, str], ...] = ()
    window: bool = False


def flow(
    steps: Sequence[Step],
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """Steps across, the windows side by side under them, and under each those who are not in it:
    the shape of a slide. On a phone everything stands downward."""
    look, headers = Look(theme, size, t), tuple(map(t, FLOW_HEADERS))
    if not steps:
        return empty_figure("flow", t(FLOW_TITLE), t(_("Nobody is enrolled.")), headers, look)
    canvas = Canvas(look)
    y = _downward(canvas, steps) if look.narrow else _across(canvas, steps)
    rows = tuple((s.words, s.people, _left(s)) for s in steps)
    table = Table(headers=headers, rows=rows)
    return canvas.figure("flow", t(FLOW_TITLE), _describe(steps), table, y)


def _box(canvas: Canvas, x: float, y: float, wide: float, words: list[str]) -> float:
    """A framed box of people who are not in a step; the y of its lower edge."""
    low = y + LINE["small"] * len(words) + 2 * PAD - 2
    canvas.fill(x, y, x + wide, low, "aside")
    canvas.frame(x, y, x + wide, low, Stroke(canvas.look.t(_("box")), "grid", 1.25))
    canvas.say(words, x + PAD, y + PAD - 1, token="muted")
    return low


def _aside(
    canvas: Canvas, x: float, y: float, wide: float, people: Sequence[tuple[str, str]]
) -> float:
    """Those who are not in a step, each reason with its people; the y below them."""
    room = wide - 2 * PAD
    words = [line for reason, n in people for line in lines_of(f"{reason}: {n}", room)]
    return _box(canvas, x, y, wide, words)


def _people(canvas: Canvas, x: float, y: float, wide: float, step: Step, lines: int = 0) -> float:
    """The box of a step, as tall as `lines` of its words at least; the y of its lower edge."""
    words = lines_of(step.words, wide - 2 * PAD)
    low = y + LINE["small"] * max(len(words), lines) + LINE["body"] + 2 * PAD
    canvas.fill(x, y, x + wide, low, "step-0")
    canvas.frame(x, y, x + wide, low, Stroke(canvas.look.t(_("box")), "axis", 1.25))
    below = canvas.say(words, x + PAD, y + PAD)
    canvas.say(step.people, x + PAD, below, size="body")
    return low


def _arrow(canvas: Canvas, points: Sequence[tuple[float, float]]) -> None:
    """A line with a head at its end, which it reaches straight down or to the right."""
    line = Stroke(canvas.look.t(_("way on")), "axis", 1.5)
    (x0, _y0), (x, y) = points[-2:]
    canvas.line(points, line)
    down = [(x - 4, y - 6), (x, y), (x + 4, y - 6)]
    canvas.line(down if x0 == x else [(x - 6, y - 4), (x, y), (x - 6, y + 4)], line)


# --- across, on a wide page -----------------------------------------------------------------------


def _across(canvas: Canvas, steps: Sequence[Step]) -> float:
    way = [step for step in steps if not step.window]
    found = [step for step in steps if step.window]
    x, low, y = _way(canvas, 1.0, way)
    return _windows(canvas, x, low, y + 14, found) if found else y + 1


def _deepest(steps: Sequence[Step], wide: float) -> int:
    return max((len(lines_of(step.words, wide - 2 * PAD)) for step in steps), default=0)


def _way(canvas: Canvas, y: float, way: Sequence[Step]) -> tuple[float, float, float]:
    """Boxes from left to right; the middle and the lower edge of the last, and the y below all."""
    slots = len(way) + bool(way and way[-1].lost)
    pitch = min((canvas.width - 1 + ASIDE) / max(slots, 1), WIDEST + ASIDE)
    wide, end, low = pitch - ASIDE, y, y
    lines = _deepest(way, wide)
    for i, step in enumerate(way):
        x = i * pitch
        low = _people(canvas, x, y, wide, step, lines)
        middle = (y + low) / 2
        if i < len(way) - 1:
            _arrow(canvas, [(x + wide, middle), (x + pitch, middle)])
        if step.lost:
            out = x + wide + ASIDE / 2
            _arrow(canvas, [(x + wide, middle), (out, middle), (out, low + 12)])
            room = min(pitch - 2 * PAD, 2 * (canvas.width - 1 - out))
            end = max(end, _aside(canvas, out - room / 2, low + 12, room, step.lost))
    return max(len(way) - 1, 0) * pitch + wide / 2, low, max(end, low)


def _windows(canvas: Canvas, x: float, low: float, y: float, found: Sequence[Step]) -> float:
    """Boxes side by side, all from the one step whose box ends at (x, low); the y below them."""
    wide = min((canvas.width - 1 - BETWEEN * (len(found) - 1)) / len(found), WIDEST)
    lefts = [i * (wide + BETWEEN) for i in range(len(found))]
    lines, end = _deepest(found, wide), y
    # straight down where a window is all but under the step
    x = next((left + wide / 2 for left in lefts if abs(left + wide / 2 - x) < PAD), x)
    for left, step in zip(lefts, found, strict=True):
        middle = left + wide / 2
        _arrow(canvas, [(x, low), (x, y), (middle, y), (middle, y + 16)])
        under = _people(canvas, left, y + 16, wide, step, lines)
        end = max(end, under)
        if step.absent:
            end = max(end, _aside(canvas, left, under + 4, wide, step.absent))
    return end + 1


# --- downward, on a phone -------------------------------------------------------------------------


def _downward(canvas: Canvas, steps: Sequence[Step]) -> float:
    y = 1.0
    for i, step in enumerate(steps):
        low = y = _people(canvas, 0, y, canvas.width - 1, step)
        if step.absent:
            y = _aside(canvas, INDENT, low + 4, canvas.width - 1 - INDENT, step.absent)
        y = _way_on(canvas, low, y, step, last=i == len(steps) - 1)
    return y


def _way_on(canvas: Canvas, low: float, y: float, step: Step, *, last: bool) -> float:
    """The line from `low` to the next box, with those who leave beside it from `y` on; the y where
    the next box begins."""
    trunk, end = 14.0, y + DOWN
    if last and not step.lost:
        return y + 1
    if step.lost:
        left = _aside(canvas, INDENT, y + 10, canvas.width - 1 - INDENT, step.lost)
        _arrow(canvas, [(trunk, low), (trunk, (y + 10 + left) / 2), (INDENT, (y + 10 + left) / 2)])
        end = left + 14
    if not last:
        _arrow(canvas, [(trunk, low), (trunk, end)])
    return end


def _left(step: Step) -> str:
    return "; ".join(f"{reason}: {people}" for reason, people in (*step.lost, *step.absent)) or "–"


def _describe(steps: Sequence[Step]) -> str:
    return "; ".join(f"{step.words}: {step.people}" for step in steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """People by STATES at one window; None is suppressed, a state left out is nobody."""

    words: str
    counts: Mapping[str, int | None]


def missingness(
    groups: Sequence[tuple[str, Sequence[Window]]],
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """For each group and window everyone, examined or not, and why not.

    Raises ValueError for a state that is none of STATES: nobody is left out silently.
    """
    look = Look(theme, size, t)
    headers = (t(_("Group")), t(_("Window")), *(t(words) for words, _fill in STATES.values()))
    groups = [(group, windows) for group, windows in groups if windows]
    if not groups:
        words = t(_("Nobody decompressed is counted here."))
        return empty_figure("missingness", t(MISSING_TITLE), words, headers, look)
    unheard = {s for _g, ws in groups for w in ws for s in w.counts} - set(STATES)
    if unheard:
        raise ValueError(f"no such state: {', '.join(sorted(unheard))}")
    canvas = Canvas(look)
    used = {s for _g, ws in groups for w in ws for s, people in w.counts.items() if people != 0}
    key = [(t(words), fill) for state, (words, fill) in STATES.items() if state in used]
    y = draw_key(canvas, 0, key) + 4
    y = draw_bars(canvas, y, [(group, [_window_bar(w, t) for w in ws]) for group, ws in groups])
    rows = [(group, window.words, *_told(window, t)) for group, ws in groups for window in ws]
    table = Table(headers=headers, rows=tuple(rows))
    return canvas.figure("missingness", t(MISSING_TITLE), _say_missing(rows, headers), table, y)


def _window_bar(window: Window, t: Translate) -> Bar:
    parts = [
        Part(words=t(words), people=window.counts.get(state, 0), fill=fill)
        for state, (words, fill) in STATES.items()
    ]
    if all(part.people is None for part in parts):  # nothing is told: once is enough
        parts = parts[:1]
    counts = [part.people for part in parts]
    known = None if None in counts else sum(people for people in counts if people is not None)
    return Bar(label=window.words, parts=parts, end="" if known is None else f"n = {known}")


def _told(window: Window, t: Translate) -> tuple[str, ...]:
    return tuple(in_words(window.counts.get(state, 0), t) for state in STATES)


def _say_missing(rows: Sequence[tuple[str, ...]], headers: Sequence[str]) -> str:
    """The counts in one sentence a window; what nobody is in is left out."""
    return ". ".join(
        f"{group}, {window}: "
        + ", ".join(
            f"{people} {words}"
            for people, words in zip(counts, headers[2:], strict=True)
            if people != "0"
        )
        for group, window, *counts in rows
    )
