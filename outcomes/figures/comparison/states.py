"""What had become of everyone by each window, where some died: states that add up."""

from collections.abc import Sequence

from outcomes.figures.base import Figure, Look, Table, Translate, empty_figure, identity
from outcomes.figures.comparison.canvas import Canvas
from outcomes.figures.comparison.stack import (
    DEAD,
    HATCHED,
    OPEN,
    Bar,
    Part,
    draw_bars,
    draw_key,
)
from outcomes.figures.percents import percent
from outcomes.figures.theme import Size, Theme
from outcomes.rules.statistics.states import Stack, State
from outcomes.rules.text import gettext_noop as _

TITLE = _("How many had recovered to grade {grade} or better?")
GROUP_TITLE = _("{group}: how many had recovered to grade {grade} or better?")
BOUNDS = _(
    "recovered: between {least} and {most} of {due} due; exact 95 % intervals within {interval}"
)
EXACT = _("recovered: {least} of {due} due; exact 95 % interval {interval}")
WORDS: dict[State, tuple[str, str]] = {
    State.DEAD: (_("dead"), DEAD),
    State.NOT_RECOVERED: (_("alive, not recovered"), "step-1"),
    State.RECOVERED: (_("alive and recovered"), "step-4"),
    State.UNKNOWN: (_("not known"), HATCHED),
    State.NOT_YET_DUE: (_("not due"), OPEN),
}


def states(
    stacks: Sequence[tuple[str, Stack]],
    *,
    grade: int,
    group: str = "",
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """One bar a window (its words, its stack). `grade` 0-5 is what counts as recovered."""
    look = Look(theme, size, t)
    title = t(GROUP_TITLE if group else TITLE).format(group=group, grade=grade)
    headers = (t(_("Window")), *(t(words) for words, _fill in WORDS.values()), t(_("Recovered")))
    if not any(sum(stack.counts.values()) for _w, stack in stacks):
        return empty_figure("states", title, t(_("Nobody is in this group.")), headers, look)
    canvas = Canvas(look)
    used = {state for _w, stack in stacks for state, n in stack.counts.items() if n}
    y = draw_key(canvas, 0, [(t(w), fill) for state, (w, fill) in WORDS.items() if state in used])
    y = draw_bars(canvas, y + 4, [("", [_bar(words, stack, t) for words, stack in stacks])])
    rows = tuple(
        (words, *(str(stack.counts[state]) for state in WORDS), recovered_words(stack, t))
        for words, stack in stacks
    )
    said = ". ".join(f"{words}: {recovered_words(stack, t)}" for words, stack in stacks)
    return canvas.figure("states", title, said, Table(headers=headers, rows=rows), y)


def recovered_words(stack: Stack, t: Translate) -> str:
    least, most = stack.recovered
    interval = stack.interval
    if interval is None:
        return t(_("nobody due yet"))
    words = EXACT if least == most else BOUNDS
    return t(words).format(least=least, most=most, due=stack.due, interval=percent(interval))


def _bar(words: str, stack: Stack, t: Translate) -> Bar:
    return Bar(
        label=words,
        parts=[
            Part(words=t(word), people=stack.counts[state], fill=fill)
            for state, (word, fill) in WORDS.items()
        ],
        end=f"n = {sum(stack.counts.values())}",
        below=recovered_words(stack, t),
    )
