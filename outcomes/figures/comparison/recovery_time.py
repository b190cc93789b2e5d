"""How soon was recovery sustained? Turnbull's staircase, with its gaps left open.

Where the estimate only says that a share lies somewhere within an interval, the interval is a grey
box and nothing is drawn inside it: no midpoint, no slope, no band (CLINICAL.md I).
"""

import math
from collections.abc import Sequence

from outcomes.figures.base import (
    Figure,
    Json,
    Look,
    Table,
    Translate,
    base_layout,
    empty_figure,
    identity,
    line_trace,
    note,
    number,
    plain,
    ticks,
)
from outcomes.figures.comparison.axes import axis, depth, lined, sample, shape
from outcomes.figures.comparison.canvas import LINE, lines_of
from outcomes.figures.theme import Size, Theme
from outcomes.rules.statistics.turnbull import Step
from outcomes.rules.text import gettext_noop as _

TITLE = _("How soon was recovery to grade {grade} or better sustained?")
HEADERS = (_("Group"), _("After day"), _("By day"), _("Share"))
HEADING = _("Share with sustained recovery")
AXIS = _("Days since decompression")
KEY = _("Grey box: this share recovered somewhere in here; when within it is not known.")
ENDS = _("Where a line ends, the share afterwards is not known.")
STYLES = (("drug", "solid"), ("back", "dash"), ("published", "dot"), ("ink", "dashdot"))
PLOT = 250
LEFT, RIGHT = 52, 20
Path = list[tuple[float, float] | None]


def recovery_time(
    groups: Sequence[tuple[str, Sequence[Step]]],
    *,
    grade: int,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """Groups (their words, their steps in order of time); at most as many as there are STYLES.

    `grade` 0-5 is what counts as recovered."""
    look, headers = Look(theme, size, t), tuple(map(t, HEADERS))
    title = t(TITLE).format(grade=grade)
    groups = [(words, steps) for words, steps in groups if steps]
    if not groups:
        words = t(_("Nobody was followed for recovery."))
        return empty_figure("recovery_time", title, words, headers, look)
    if len(groups) > len(STYLES):
        raise ValueError(f"{len(groups)} groups cannot be told apart by line; {len(STYLES)} can.")
    rows = tuple(row for words, steps in groups for row in _rows(words, steps, t))
    return Figure(
        name="recovery_time",
        title=title,
        description=". ".join(_said(words, steps, t) for words, steps in groups),
        plotly=_draw(groups, title, look),
        table=Table(headers=headers, rows=rows),
    )


def staircase(steps: Sequence[Step], end: float) -> Path:
    """The certain parts, (day, share) with None where they break; `end` closes a whole curve."""
    path: Path = []
    day = share = 0.0
    for step in steps:
        if step.left > day:
            path += [(day, share), (step.left, share)]
        elif not path and step.left == step.right:
            path.append((day, share))
        if math.isinf(step.right):
            return path
        share = min(share + step.mass, 1)
        if step.left < step.right and path and path[-1] is not None:
            path.append(None)
        if step.left == step.right:
            path.append((step.right, share))
        day = step.right
    return [*path, (day, share), (end, share)] if end > day else path


def boxes(steps: Sequence[Step]) -> list[tuple[float, float, float, float]]:
    """Innermost intervals: first day, last day, share before, share after."""
    found, share = [], 0.0
    for step in steps:
        if step.left < step.right < math.inf:
            found.append((step.left, step.right, share, min(share + step.mass, 1)))
        share += step.mass
    return found


def _draw(groups: Sequence[tuple[str, Sequence[Step]]], title: str, look: Look) -> Json:
    t = look.t
    ends = [d for _w, steps in groups for s in steps for d in (s.left, s.right) if d < math.inf]
    last = max(ends) * 1.04 or 1
    room = look.width - 16
    names = [lines_of(words, room - 42) for words, _steps in groups]
    heading = lines_of(t(HEADING), room)
    keys = [*lines_of(t(KEY), room), *lines_of(t(ENDS), room)]
    top = sum(depth(name) + 4 for name in names) + depth(heading) + 14
    bottom = 30 + LINE["small"] * 2 + depth(keys)
    margin = {"l": LEFT, "r": RIGHT, "t": top, "b": bottom}
    layout = base_layout(look, title, PLOT + top + bottom, margin)
    days = ticks(0, last, max((look.width - LEFT - RIGHT) // 70, 2))
    shares = (0, 0.25, 0.5, 0.75, 1)
    layout["xaxis"] = axis(look, anchor="y", range=[0, last], tickvals=days) | lined(look)
    layout["xaxis"] |= {"ticktext": [number(day) for day in days], "fixedrange": False}
    layout["yaxis"] = axis(look, anchor="x", range=[-0.02, 1.02], tickvals=list(shares))
    layout["yaxis"] |= {"ticktext": [_percent(share) for share in shares]}
    layout["yaxis"] |= {"showgrid": True, "gridcolor": look.colour("grid")}
    data: list[Json] = []
    say = layout["annotations"].append
    up: float = top - 4
    for (words, steps), name, (token, dash) in zip(groups, names, STYLES, strict=False):
        layout["shapes"] += [
            shape(look, "rect", a, b, low, high, fill="grid") for a, b, low, high in boxes(steps)
        ]
        data += _traces(words, steps, last, look, {"color": look.colour(token), "dash": dash})
        layout["shapes"].append(sample(look, 4 - LEFT, up - 9, token=token, dash=dash))
        at = {"yanchor": "top", "yshift": up, "xshift": 44 - LEFT}
        say(note(name, 0, 1, **at, font=look.font("small", "ink")))
        up -= depth(name) + 4
    say(note(heading, 0, 1, yshift=4, xshift=2 - LEFT, font=look.font("small", "muted")))
    under = {"xanchor": "center", "yanchor": "top", "yshift": -28}
    say(note(t(AXIS), 0.5, 0, **under, font=look.font("small", "muted")))
    below = {"yshift": 2 - bottom, "xshift": 2 - LEFT}
    say(note(keys, 0, 0, **below, font=look.font("small", "muted")))
    return {"data": data, "layout": layout}


def _traces(words: str, steps: Sequence[Step], last: float, look: Look, line: Json) -> list[Json]:
    t, traces = look.t, []
    path = staircase(steps, last)
    if path:
        traces.append(
            line_trace(
                [None if p is None else p[0] for p in path],
                [None if p is None else round(p[1], 5) for p in path],
                name=words,
                line=line | {"width": 2.5},
                hovertext=[plain(words)] * len(path),
                hoverinfo="text",
            )
        )
    x: list[float | None] = []
    y: list[float | None] = []
    for a, b, low, high in boxes(steps):
        low, high = round(low, 5), round(high, 5)
        x += [a, b, b, a, a, None]
        y += [low, low, high, high, low, None]
    if x:
        name = f"{words}: {t(_('somewhere in here'))}"
        # not dashed as the group is: an outline of a few px would fall to pieces
        thin = line | {"width": 1, "dash": "solid"}
        traces.append(line_trace(x[:-1], y[:-1], name=name, line=thin))
    return traces


def _percent(share: float) -> str:
    return f"{round(100 * share, 1):g} %"


def _rows(words: str, steps: Sequence[Step], t: Translate) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for step in steps:
        exact = step.left == step.right
        after = "–" if exact else number(step.left)
        by = t(_("not by the last examination")) if math.isinf(step.right) else number(step.right)
        rows.append((words, after, by, _percent(step.mass)))
    return rows


def _said(words: str, steps: Sequence[Step], t: Translate) -> str:
    without = sum(step.mass for step in steps if math.isinf(step.right))
    told = t(_("{group}: {share} had a sustained recovery by the last examination"))
    return told.format(group=words, share=_percent(1 - without))
