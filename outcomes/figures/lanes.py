"""Lanes of a timeline: states in words on rows of their own, and drugs as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from outcomes.figures.base import (
    DrugCourse,
    Look,
    Translate,
    best,
    bounds,
    extent,
    has_bounds,
    line_trace,
    placed,
    point_trace,
    time_bars,
    vague,
    when_words,
)
from outcomes.figures.series import Point, Style, draw_beside, draw_bounded, draw_line
from outcomes.figures.sheet import Panel, Sheet
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Phase, Span

LANE_PX = 40
LABEL_UP = 6  # px from a lane's middle up to its label
STATE = Style(
    name=_("State"), short=_("State"), token="muted", dash="solid", symbol="diamond", size=9, side=1
)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state in words at one moment, already translated; `hover` is its whole sentence."""

    on: Span
    phase: Phase | None
    words: str
    hover: str


def rows_of(states: Sequence[State]) -> list[str]:
    """The different states, in order of first appearance."""
    return list(dict.fromkeys(state.words for state in states))


def lane_panel(heading: str, count: int) -> Panel:
    """A panel of `count` lanes, the first on top."""
    rows = list(range(count))
    return Panel(
        heading=heading,
        height=LANE_PX * count,
        low=-count + 0.65,
        high=0.65,
        tickvals=[-row for row in rows],
        ticktext=[""] * count,
    )


def draw_states(sheet: Sheet, panel: int, states: Sequence[State], rows: Sequence[str]) -> None:
    """One lane per state, its name above it; a line joins readings that follow on in one lane."""
    for row, words in enumerate(rows):
        _name_lane(sheet, panel, row, words)
    points = [Point(on=s.on, phase=s.phase, y=-rows.index(s.words), hover=s.hover) for s in states]
    timed = sorted((p for p in points if p.on.best is not None), key=lambda p: best(p.on))
    for _y, run in groupby(timed, key=lambda p: p.y):
        draw_line(sheet, panel, list(run), STATE)
    draw_bounded(sheet, panel, points, STATE, tall=0.18)
    draw_beside(sheet, panel, points, STATE)


def _name_lane(sheet: Sheet, panel: int, row: int, words: str) -> None:
    sheet.say(
        words,
        0,
        -row,
        yref=sheet.on(panel)["yaxis"],
        yshift=LABEL_UP,
        xshift=2 - sheet.margin["l"],
        font=sheet.look.font("small", "muted"),
        bgcolor=sheet.look.colour("surface"),
    )


# ---------------------------------------------------------------- drugs


def drug_spans(courses: Sequence[DrugCourse]) -> list[Span]:
    """The moments of the courses that need room on the day axis."""
    spans = [s for c in courses for s in (c.start, c.stop, *c.doses)]
    return [s for s in spans if s is not None and placed(s)]


def undated(course: DrugCourse) -> bool:
    return not drug_spans([course])


def undated_phases(courses: Sequence[DrugCourse]) -> list[Phase | None]:
    return [c.phase for c in courses if undated(c)]


def drug_panel(courses: Sequence[DrugCourse], look: Look) -> Panel:
    return lane_panel(look.t(_("Medication")), len(courses))


def draw_courses(sheet: Sheet, panel: int, courses: Sequence[DrugCourse]) -> None:
    """A bar per course; what is not dated is an open bar in the margin, and says so."""
    for row, course in enumerate(courses):
        words = course_words(course, sheet.look.t)
        _name_lane(sheet, panel, row, words)
        if undated(course):
            _draw_undated(sheet, panel, row, course, words)
            continue
        _draw_bar(sheet, panel, row, course, words)
        _draw_doses(sheet, panel, row, course)


def course_words(course: DrugCourse, t: Translate) -> str:
    """The drug with whatever is missing or special about its dates."""
    if undated(course):
        return t(_("{drug}: dates not reported")).format(drug=course.label)
    single = len(course.doses) == 1
    missing = [
        *([t(_("start not reported"))] if _lacks(course.start) and not course.doses else []),
        *([when_words(d, None, t) for d in course.doses if vague(d)] if single else []),
        *([t(_("ongoing"))] if course.ongoing else []),
        *([t(_("stop not reported"))] if _lacks(course.stop) and _open_end(course) else []),
    ]
    return f"{course.label}: {', '.join(missing)}" if missing else course.label


def _lacks(span: Span | None) -> bool:
    return not placed(span)


def _open_end(course: DrugCourse) -> bool:
    return not course.ongoing and not course.doses


def _draw_bar(sheet: Sheet, panel: int, row: int, course: DrugCourse, words: str) -> None:
    """Thick where certainly taken, thin out to the bounds; a lone end is a mark, not a bar."""
    start, stop = course.start, course.stop
    look, y = sheet.look, -row
    for on in (start, stop):
        if on is not None and on.best is not None:
            sheet.mark(panel, on, y, "drug")
    end = _stop_of(course, sheet)
    if start is None or end is None or not placed(start):
        _draw_lone_end(sheet, panel, row, start if placed(start) else stop, words)
        return
    sure = [start.best if start.best is not None else bounds(start)[1], end[0]]
    for (low, high), width in (((min(extent(start)), end[1]), 2), (sure, 10)):
        if low < high:
            sheet.data.append(
                line_trace(
                    [low, high],
                    [y, y],
                    name=course.label,
                    line={"color": look.colour("drug"), "width": width, "dash": "solid"},
                    hovertext=[words, words],
                    hoverinfo="text",
                    **sheet.on(panel),
                )
            )


def _stop_of(course: DrugCourse, sheet: Sheet) -> tuple[float, float] | None:
    """The certain and the latest day of stopping; the end of the axis while it goes on."""
    if course.ongoing:
        return sheet.range[1], sheet.range[1]
    if course.stop is None or not placed(course.stop):
        return None
    stop = course.stop
    return best(stop) if stop.best is not None else bounds(stop)[0], max(extent(stop))


def _draw_lone_end(sheet: Sheet, panel: int, row: int, span: Span | None, words: str) -> None:
    if span is None or not placed(span):
        return
    point = Point(on=span, phase=None, y=-row, hover=words)
    draw_line(sheet, panel, [point], DRUG_END)
    draw_bounded(sheet, panel, [point], DRUG_END, tall=0.18)


DRUG_END = Style(
    name=_("Drug"), short=_("Drug"), token="drug", dash="solid", symbol="square", size=9, side=1
)


def _draw_doses(sheet: Sheet, panel: int, row: int, course: DrugCourse) -> None:
    look = sheet.look
    exact = [d for d in course.doses if d.best is not None]
    for dose in exact:
        sheet.mark(panel, dose, -row, "drug")
    if exact:
        sheet.data.append(
            point_trace(
                [best(d) for d in exact],
                [-row] * len(exact),
                [f"{course.label}, {when_words(d, None, look.t)}" for d in exact],
                {"symbol": "diamond", "size": 10, "color": look.colour("drug")}
                | {"line": {"width": 0, "color": look.colour("drug")}},
                name=course.label,
                **sheet.on(panel),
            )
            | (
                {"error_x": time_bars(exact, look.colour("drug"))}
                if any(map(has_bounds, exact))
                else {}
            )
        )
    bounded = [
        Point(on=d, phase=None, y=-row, hover=course.label) for d in course.doses if d.best is None
    ]
    draw_bounded(sheet, panel, bounded, DRUG_END, tall=0.18)


def _draw_undated(sheet: Sheet, panel: int, row: int, course: DrugCourse, words: str) -> None:
    column, half = sheet.column(course.phase), 0.36
    x = [column - half, column + half, column + half, column - half, column - half]
    y = [-row - 0.12, -row - 0.12, -row + 0.12, -row + 0.12, -row - 0.12]
    sheet.data.append(
        line_trace(
            x,
            y,
            name=words,
            line={"color": sheet.look.colour("drug"), "width": 1.75, "dash": "solid"},
            hovertext=[words] * 5,
            hoverinfo="text",
            **sheet.beside(panel),
        )
    )


def course_row(course: DrugCourse, t: Translate) -> str:
    """When the course ran, in words, for the table."""
    if course.doses:
        return "; ".join(when_words(d, None, t) for d in course.doses)
    start = when_words(course.start, None, t) if course.start else t(_("start not reported"))
    if course.ongoing:
        stop = t(_("ongoing"))
    else:
        stop = when_words(course.stop, None, t) if course.stop else t(_("stop not reported"))
    return t(_("{start} to {stop}")).format(start=start, stop=stop)
