"""How does this course lie among people alike? One person's worst leg before counts of others.

Others are thin lines where they may be shown one by one, and counts for each grade at each window
otherwise. No mean, no band, no percentile, and nothing that says how it will go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.base import (
    Figure,
    Json,
    Look,
    Table,
    Translate,
    base_layout,
    best,
    bounds,
    empty_figure,
    extent,
    has_bounds,
    identity,
    line_trace,
    note,
    number,
    placed,
    point_trace,
    vague,
    when_words,
)
from outcomes.figures.comparison.axes import axis, depth, lined, sample, shape, ticked
from outcomes.figures.comparison.canvas import LINE, lines_of, wide
from outcomes.figures.comparison.people import DIED, SHORT, SUPPRESSED, in_words, short
from outcomes.figures.theme import Size, Theme
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Span

TITLE = _("How does this course lie among people alike?")
HEADING = _("Worst leg, MRC grade")
OWN = _("This person")
OTHERS = _("One other person each")
COUNTS = _("Numbers: people alike with that grade, or dead, at the window")
DEATHS = _("Numbers: of these people, those dead by the window")
AXIS = _("Day 0, dotted: decompression. The windows after it are evenly spaced, not to scale")
SPACED = _("Windows after decompression, evenly spaced, not to scale")
UNDER = (_("day"), _("examined"), _("of"))
UNTIMED = _("Not drawn, time not reported: {n} of this person's examinations")
GRADES = range(6)
DEAD_ROW = -1.2
ROW = 46  # px from grade to grade
LIFT = 0.36  # of a row, from a grade up to the numbers of the others
RIGHT = 26
OFFSET = 0.04  # between the lines of two others, in grades, so that none hides another
BUBBLE = 22
DOT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """People alike at one window. `counts` by grade 0-5; None is suppressed.

    `examined` of `of` people have a grade; `day` is the window's target.
    """

    window: str
    day: int
    counts: tuple[int | None, int | None, int | None, int | None, int | None, int | None]
    dead: int | None
    examined: int | None
    of: int | None


Own = Sequence[tuple[Span, int | None]]
Lines = Sequence[Sequence[tuple[float, int]]]


def comparables(
    own: Own,
    others: Sequence[Spread],
    lines: Lines = (),
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """`own` and `lines` in days from the decompression. An own grade of None breaks the line."""
    look = Look(theme, size, t)
    headers = (
        t(_("Who")),
        t(_("When")),
        *(t(_("grade {n}")).format(n=grade) for grade in GRADES),
        t(DIED),
        t(_("Examined")),
    )
    if not others:
        words = t(_("No people alike can be shown."))
        return empty_figure("comparables", t(TITLE), words, headers, look)
    table = Table(headers=headers, rows=(*_own_rows(own, t), *(_row(s, t) for s in others)))
    return Figure(
        name="comparables",
        title=t(TITLE),
        description=". ".join(f"{spread.window}: {_examined(spread, t)}" for spread in others),
        plotly=_Course(own, others, lines, look).plotly,
        table=table,
    )


class Days:
    """The day axis: windows one apart, straight between them, and the days before and after."""

    def __init__(self, windows: Sequence[int], days: Sequence[float]) -> None:
        nodes: list[float] = sorted(set(windows))
        if min(days) < nodes[0]:
            nodes.insert(0, min(days))
        if max(days) > nodes[-1]:
            nodes.append(max(days))
        self.nodes = nodes

    def place(self, day: float) -> float:
        after = next((i for i, node in enumerate(self.nodes) if day <= node), len(self.nodes) - 1)
        if after == 0:
            return 0
        low, high = self.nodes[after - 1], self.nodes[after]
        return round(after - 1 + (day - low) / (high - low), 5)


class _Course:
    def __init__(self, own: Own, others: Sequence[Spread], lines: Lines, look: Look) -> None:
        self.own, self.others, self.lines, self.look = own, others, lines, look
        days = [float(spread.day) for spread in others]
        days += [day for span, _grade in own if placed(span) for day in extent(span)]
        days += [day for line in lines for day, _grade in line]
        self.days = Days([spread.day for spread in others], days)
        pad = max(len(self.days.nodes) * 0.05, 0.2)
        self.low, self.high = -pad, len(self.days.nodes) - 1 + pad
        self.left = round(max(wide(look.t(words)) for words in (*UNDER, DIED))) + 14
        self.plotly: Json = {"data": [], "layout": {}}
        self._layout()
        self.plotly["data"] = [*self._thin(), *self._bubbles(), *self._strong()]

    # ------------------------------------------------------------ the others

    @property
    def zero(self) -> float | None:
        """Where the decompression stands; None where everything is after it."""
        return self.days.place(0) if self.days.nodes[0] <= 0 else None

    @property
    def numbered(self) -> bool:
        """Is there a number of people in the drawing?"""
        return not self.lines or any(spread.dead != 0 for spread in self.others)

    def _thin(self) -> list[Json]:
        """A line each, with its examinations as small points: one alone is no line."""
        if not self.lines:
            return []
        look = self.look
        colour, name = look.colour("trail"), look.t(OTHERS)
        x: list[float | None] = []
        y: list[float | None] = []
        hover = []
        for i, line in enumerate(self.lines):
            lift = OFFSET * (i % 7 - 3)
            x += [*(self.days.place(day) for day, _grade in line), None]
            y += [*(round(grade + lift, 2) for _day, grade in line), None]
            hover += [self._said(day, grade) for day, grade in line]
        dot = {"symbol": "circle", "size": DOT, "color": colour, "line": {"width": 0}}
        stroke = {"color": colour, "width": 1, "dash": "solid"}
        points = [(a, b) for a, b in zip(x, y, strict=True) if a is not None]
        return [
            line_trace(x[:-1], y[:-1], name=name, line=stroke),
            point_trace(
                [a for a, _b in points],
                [b for _a, b in points],
                hover,
                dot,
                name=look.t(_("Their examinations")),
            ),
        ]

    def _said(self, day: float, grade: int) -> str:
        when = self.look.t(_("day {n}")).format(n=number(day))
        return f"{when}: {self.look.t(_('grade {n}')).format(n=grade)}"

    def _bubbles(self) -> list[Json]:
        """The number of people with each grade, just above its line; beside single lines only of
        those who died."""
        look = self.look
        x, y, text, hover = [], [], [], []
        for spread in self.others:
            grades = () if self.lines else tuple(zip(GRADES, spread.counts, strict=True))
            for row, people in (*grades, (DEAD_ROW, spread.dead)):
                if people == 0:
                    continue
                x.append(self.days.place(spread.day))
                y.append(row + LIFT)
                text.append(short(people))
                what = look.t(DIED) if row == DEAD_ROW else look.t(_("grade {n}")).format(n=row)
                hover.append(f"{spread.window}, {what}: {in_words(people, look.t)}")
        if not x:
            return []
        colour = look.colour("grid")
        marker = {"symbol": "circle", "size": BUBBLE, "color": colour, "line": {"width": 0}}
        name = look.t(DIED if self.lines else _("People alike"))
        trace = point_trace(x, y, hover, marker, name=name)
        words = {"text": text, "textposition": "middle center", "textfont": look.font("small")}
        return [trace | {"mode": "markers+text"} | words]

    # ------------------------------------------------------------ this person

    def _strong(self) -> list[Json]:
        look, t = self.look, self.look.t
        colour = look.colour("ink")
        line = {"color": colour, "width": 3, "dash": "solid"}
        timed = sorted(
            ((span.best, span, grade) for span, grade in self.own if span.best is not None),
            key=lambda one: one[0],
        )
        traces: list[Json] = []
        graded = [(span, grade) for _day, span, grade in timed if grade is not None]
        if graded:
            x = [self.days.place(day) for day, _span, _grade in timed]
            y = [grade for _day, _span, grade in timed]
            traces.append(line_trace(x, y, name=t(OWN), line=line, connectgaps=False))
        # a bar of no length would be drawn as well, so days with bounds are apart
        exact = [(span, grade) for span, grade in graded if not has_bounds(span)]
        within = [(span, grade) for span, grade in graded if has_bounds(span)]
        if exact:
            traces.append(self._points(exact, colour))
        if within:
            traces.append(self._points(within, colour) | {"error_x": self._lengths(within, colour)})
        bounded = [(s, g) for s, g in self.own if s.best is None and placed(s) and g is not None]
        return traces + ([self._open(bounded, line)] if bounded else [])

    def _hover(self, span: Span, grade: int) -> str:
        words = self.look.t(_("grade {n}")).format(n=grade)
        return f"{self.look.t(OWN)}, {when_words(span, None, self.look.t)}: {words}"

    def _points(self, graded: Sequence[tuple[Span, int]], colour: str) -> Json:
        return point_trace(
            [self.days.place(best(span)) for span, _grade in graded],
            [grade for _span, grade in graded],
            [self._hover(span, grade) for span, grade in graded],
            {"symbol": "circle", "size": 9, "color": colour, "line": {"width": 0}},
            name=self.look.t(OWN),
        )

    def _lengths(self, within: Sequence[tuple[Span, int]], colour: str) -> Json:
        def reach(span: Span, side: int) -> float:
            return abs(self.days.place(bounds(span)[side]) - self.days.place(best(span)))

        return {
            "type": "data",
            "symmetric": False,
            "array": [reach(span, 1) for span, _grade in within],
            "arrayminus": [reach(span, 0) for span, _grade in within],
            "color": colour,
            "thickness": 1.5,
            "width": 4,
        }

    def _open(self, bounded: Sequence[tuple[Span, int | None]], line: Json) -> Json:
        """Open bars from bound to bound for examinations without a best time."""
        x: list[float | None] = []
        y: list[float | None] = []
        for span, grade in bounded:
            low, high = (self.days.place(day) for day in bounds(span))
            near, far = (grade or 0) - 0.1, (grade or 0) + 0.1
            x += [low, high, high, low, low, None]
            y += [near, near, far, far, near, None]
        name = f"{self.look.t(OWN)}: {self.look.t(_('day within bounds'))}"
        return line_trace(x[:-1], y[:-1], name=name, line=line | {"width": 1.75})

    # ------------------------------------------------------------ around it

    def _layout(self) -> None:
        look, t = self.look, self.look.t
        room = look.width - 16
        heading = lines_of(t(HEADING), room)
        counts = lines_of(t(DEATHS if self.lines else COUNTS), room) if self.numbered else []
        samples = [(OWN, "ink", 3.0)] + ([(OTHERS, "trail", 1.0)] if self.lines else [])
        top = depth(counts) + len(samples) * (LINE["small"] + 3) + depth(heading) + 26
        ticks = self._ticks()
        title = lines_of(t(SPACED if self.zero is None else AXIS), room)
        notes = self._notes(room)
        bottom = 18 + LINE["small"] * len(UNDER) + depth(title) + (depth(notes) + 6 if notes else 0)
        inner = round(ROW * (5.7 - DEAD_ROW + 0.4))
        margin = {"l": self.left, "r": RIGHT, "t": top, "b": bottom}
        layout = base_layout(look, t(TITLE), inner + top + bottom, margin)
        rows = [(DEAD_ROW, [t(DIED)]), *((float(grade), [str(grade)]) for grade in GRADES)]
        layout["xaxis"] = axis(look, anchor="y", range=[self.low, self.high], **ticked(ticks))
        layout["xaxis"] |= lined(look) | {"fixedrange": False}
        layout["yaxis"] = axis(look, anchor="x", range=[DEAD_ROW - 0.4, 5.7], **ticked(rows))
        layout["yaxis"] |= {"showgrid": True, "gridcolor": look.colour("grid")}
        if self.zero is not None:
            ends = (self.zero, self.zero, DEAD_ROW - 0.4, 5.7)
            layout["shapes"].append(shape(look, "line", *ends, line="axis", dash="dot"))
        muted = look.font("small", "muted")
        say = layout["annotations"].append
        up: float = top - 4
        for words, token, width in samples:
            layout["shapes"].append(
                sample(look, 4 - self.left, up - 9, token=token, dash="solid", width=width)
            )
            say(
                note(
                    t(words),
                    0,
                    1,
                    yanchor="top",
                    yshift=up,
                    xshift=44 - self.left,
                    font=look.font("small"),
                )
            )
            up -= LINE["small"] + 3
        if counts:
            say(note(counts, 0, 1, yanchor="top", yshift=up, xshift=2 - self.left, font=muted))
        say(note(heading, 0, 1, yshift=6, xshift=2 - self.left, font=look.font("small")))
        rows_under = {"xanchor": "right", "yanchor": "top", "yshift": -6, "xshift": -6}
        say(note([t(words) for words in UNDER], 0, 0, **rows_under, align="right", font=muted))
        down = -(12 + LINE["small"] * len(UNDER))
        say(note(title, 0, 0, yanchor="top", yshift=down, xshift=2 - self.left, font=muted))
        if notes:
            say(note(notes, 0, 0, yshift=2 - bottom, xshift=2 - self.left, font=muted))
        self.plotly["layout"] = layout

    def _ticks(self) -> list[tuple[float, Sequence[str]]]:
        """Each window's day and, as the rows of UNDER say, who was examined in it."""
        ticks: list[tuple[float, Sequence[str]]] = [
            (self.days.place(s.day), [str(s.day), short(s.examined), short(s.of)])
            for s in self.others
        ]
        return ticks if self.zero is None else [(self.zero, ["0"]), *ticks]

    def _notes(self, room: float) -> list[str]:
        t = self.look.t
        untimed = sum(not placed(span) for span, _grade in self.own)
        notes = [t(UNTIMED).format(n=untimed)] if untimed else []
        if any(vague(span) for span, _grade in self.own):
            notes.append(t(_("Some of this person's days are only about right: see the table.")))
        counts = [n for s in self.others for n in (*s.counts, s.dead, s.examined, s.of)]
        if None in counts:
            notes.append(t(SUPPRESSED).format(sign=SHORT))
        return [line for words in notes for line in lines_of(words, room)]


def _examined(spread: Spread, t: Translate) -> str:
    return t(_("{examined} examined of {of}")).format(
        examined=in_words(spread.examined, t), of=in_words(spread.of, t)
    )


def _own_rows(own: Own, t: Translate) -> list[tuple[str, ...]]:
    rows = []
    for span, grade in own:
        marks = ["✓" if grade == g else "" for g in GRADES]
        found = "" if grade is not None else t(_("not graded"))
        rows.append((t(OWN), when_words(span, None, t), *marks, "", found))
    return rows


def _row(spread: Spread, t: Translate) -> tuple[str, ...]:
    counts = [in_words(people, t) for people in (*spread.counts, spread.dead)]
    return (t(_("People alike")), spread.window, *counts, _examined(spread, t))
