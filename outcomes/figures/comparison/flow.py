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
    "uncertain": (_("not certain, or not recorded"), "step-1"),
    "died": (_("died"), DEAD),
    "missed": (_("not examined in the window"), HATCHED),
    "lost": (_("lost to follow-up"), CROSSED),
    "due_unknown": (_("not known whether due"), BACKWARDS),
    "not_yet_due": (_("not yet due"), OPEN),
}
PAD = 8  # from the edge of a box to its words, px
DOWN = 26  # from one box to the next, px
STEP_SHARE = 0.5  # of the width, for the boxes of the steps on a wide page
INDENT = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`people` is already worded ("42", "about 40"); the others have reasons and people.

    Who is `lost` is in no later step. Who is `absent` is missing at this step alone, and may be
    there again at the next.
    """

    words: str
    people: str
    lost: tuple[tuple[str, str], ...] = ()
    absent: tuple[tuple[str, str], ...] = ()


def flow(
    steps: Sequence[Step],
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """Boxes downward; who leaves after a step stands right of the way on, who is absent from it
    right of its own box. On a phone both stand under the box."""
    look, headers = Look(theme, size, t), tuple(map(t, FLOW_HEADERS))
    if not steps:
        return empty_figure("flow", t(FLOW_TITLE), t(_("Nobody is enrolled.")), headers, look)
    canvas, y = Canvas(look), 1.0
    for i, step in enumerate(steps):
        low, y = _step(canvas, y, step)
        y = _way_on(canvas, low, y, step, last=i == len(steps) - 1)
    rows = tuple((s.words, s.people, _left(s)) for s in steps)
    table = Table(headers=headers, rows=rows)
    return canvas.figure("flow", t(FLOW_TITLE), _describe(steps), table, y)


def _step_width(canvas: Canvas) -> float:
    return canvas.width - 1 if canvas.look.narrow else canvas.width * STEP_SHARE


def _box(canvas: Canvas, x: float, y: float, wide: float, words: list[str], token: str) -> float:
    """A framed box around words; the y of its lower edge."""
    low = y + LINE["small"] * len(words) + 2 * PAD - 2
    canvas.fill(x, y, x + wide, low, "aside" if token == "muted" else "surface")
    edge = Stroke(canvas.look.t(_("box")), "grid" if token == "muted" else "axis", 1.25)
    canvas.frame(x, y, x + wide, low, edge)
    canvas.say(words, x + PAD, y + PAD - 1, token=token)
    return low


def _aside(canvas: Canvas, y: float, people: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """A box of those who are not in a step; its left and its lower edge."""
    x = (14.0 if canvas.look.narrow else _step_width(canvas)) + INDENT
    wide = canvas.width - 1 - x
    words = [line for reason, n in people for line in lines_of(f"{reason}: {n}", wide - 2 * PAD)]
    return x, _box(canvas, x, y, wide, words, "muted")


def _step(canvas: Canvas, y: float, step: Step) -> tuple[float, float]:
    """The box of a step with those absent from it; the lower edges of the box and of all."""
    wide = _step_width(canvas)
    room = wide - 2 * PAD
    lines = lines_of(step.words, room)
    low = y + LINE["small"] * len(lines) + LINE["body"] + 2 * PAD
    canvas.fill(0, y, wide, low, "step-0")
    canvas.frame(0, y, wide, low, Stroke(canvas.look.t(_("box")), "axis", 1.25))
    below = canvas.say(lines, PAD, y + PAD)
    canvas.say(step.people, PAD, below, size="body")
    if not step.absent:
        return low, low
    if canvas.look.narrow:
        return low, _aside(canvas, low + 4, step.absent)[1]
    x, end = _aside(canvas, y, step.absent)
    middle = y + PAD + LINE["small"] / 2
    canvas.line([(wide, middle), (x, middle)], Stroke(canvas.look.t(_("box")), "axis", 1.5))
    return low, max(low, end)


def _way_on(canvas: Canvas, low: float, y: float, step: Step, *, last: bool) -> float:
    """The line from `low` to the next box, with those who leave beside it from `y` on; the y where
    the next box begins."""
    line = Stroke(canvas.look.t(_("way on")), "axis", 1.5)
    trunk = 14.0 if canvas.look.narrow else _step_width(canvas) / 2
    if last and not step.lost:
        return y + 1
    end = y + DOWN
    if step.lost:
        x, left = _aside(canvas, y + 10, step.lost)
        middle = (y + 10 + left) / 2
        canvas.line([(trunk, low), (trunk, middle), (x, middle)], line)
        canvas.line([(x - 6, middle - 4), (x, middle), (x - 6, middle + 4)], line)
        end = left + 14
    if last:
        return end
    canvas.line([(trunk, low), (trunk, end)], line)
    canvas.line([(trunk - 4, end - 6), (trunk, end), (trunk + 4, end - 6)], line)
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
