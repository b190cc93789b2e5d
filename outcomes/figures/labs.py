"""Are inflammation, blood count and liver within the laboratory's own range?"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes.figures.about import finished
from outcomes.figures.base import (
    DrugCourse,
    Figure,
    Json,
    Look,
    Subject,
    Table,
    Translate,
    empty_figure,
    extent,
    identity,
    number,
    origin_words,
    placed,
    ticks,
    when_words,
    wrap,
)
from outcomes.figures.lanes import (
    course_row,
    draw_courses,
    drug_panel,
    drug_spans,
    undated_phases,
)
from outcomes.figures.series import (
    Point,
    Style,
    draw_beside,
    draw_bounded,
    draw_line,
    draw_points,
    name_values,
)
from outcomes.figures.sheet import Panel, Sheet
from outcomes.figures.theme import CHART_TYPE, Size, Theme
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Phase, Span, Status

TITLE = _("Are the laboratory values within the laboratory's own range?")
HEADERS = (_("Test"), _("When"), _("Result"), _("Unit"), _("Laboratory's range"), _("In words"))
VALUE = Style(
    name=_("Result"), short=_("Result"), token="ink", dash="solid", symbol="diamond", size=8, side=1
)
PANEL_PX = 96
Range = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabReading:
    """One result in the unit of its series.

    `value` is None where the report gives no number; then `interpretation` says what it gave.
    `bound` is "<" or ">" where the value is only a limit; `text` is the result as reported.
    `low` and `high` are the laboratory's own range, None where it has no such limit; `range_text`
    is a range that is not two numbers in this unit, and is never drawn.
    """

    analyte: str
    unit: str
    on: Span
    phase: Phase | None = None
    value: Decimal | None = None
    bound: str = ""
    text: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    range_text: str = ""
    interpretation: str = ""

    @property
    def as_reported(self) -> str:
        return self.text or (f"{self.bound}{self.value}" if self.value is not None else "")


def labs(
    results: Sequence[LabReading],
    courses: Sequence[DrugCourse],
    subject: Subject,
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """One small panel per test and unit, the laboratory's range a light band, drugs beneath."""
    look = Look(theme, size, t)
    if not results:
        words = t(_("No laboratory results have been recorded yet."))
        return empty_figure("labs", t(TITLE), words, tuple(map(t, HEADERS)), look)
    series: dict[tuple[str, str], list[LabReading]] = {}
    for result in results:
        series.setdefault((result.analyte, result.unit), []).append(result)
    panels = [_panel(members, look) for members in series.values()]
    sheet = Sheet(
        look,
        subject,
        panels + ([drug_panel(courses, look)] if courses else []),
        title=t(TITLE),
        spans=[r.on for r in results] + drug_spans(courses),
        aside=[r.phase for r in results if not placed(r.on)] + undated_phases(courses),
        left=44,
        label_room=28,
    )
    for index, members in enumerate(series.values()):
        _draw_ranges(sheet, index, panels[index], members)
        _draw_results(sheet, index, panels[index], members)
    if courses:
        draw_courses(sheet, len(panels), courses)
    return Figure(
        name="labs",
        title=t(TITLE),
        description=_describe(results, subject, t),
        plotly=finished(sheet),
        table=_table(results, courses, t),
    )


# ---------------------------------------------------------------- ranges


def range_words(limits: Range, t: Translate) -> str:
    low, high = limits
    if low is None and high is None:
        return t(_("no range given"))
    if low is None:
        return t(_("up to {high}")).format(high=high)
    if high is None:
        return t(_("from {low}")).format(low=low)
    return f"{low}–{high}"


def _ranges(members: Sequence[LabReading]) -> set[Range]:
    return {(m.low, m.high) for m in members if m.low is not None or m.high is not None}


def _panel(members: Sequence[LabReading], look: Look) -> Panel:
    first, ranges = members[0], _ranges(members)
    named = [range_words(r, look.t) for r in ranges]
    limits = look.t(_("range {limits}")).format(limits=named[0]) if len(named) == 1 else ""
    if len(named) > 1:
        limits = look.t(_("range differs by result"))
    low, high = _y_range(members)
    values = ticks(low, high, 3)
    return Panel(
        heading=", ".join(part for part in (first.analyte, first.unit, limits) if part),
        height=PANEL_PX,
        low=low,
        high=high,
        tickvals=values,
        ticktext=[number(v) for v in values],
    )


def _y_range(members: Sequence[LabReading]) -> tuple[float, float]:
    """Room for every value and limit; more above, where the values are written."""
    numbers = [float(v) for m in members for v in (m.value, m.low, m.high) if v is not None]
    if not numbers:
        return 0.0, 1.0
    low, high = min(numbers), max(numbers)
    length = (high - low) or abs(high) or 1.0
    floor = low - 0.12 * length
    return (max(floor, 0.0) if low >= 0 else floor), high + 0.4 * length


def _draw_ranges(sheet: Sheet, index: int, panel: Panel, members: Sequence[LabReading]) -> None:
    """One band across where all results share a range, else a short band at each result."""
    ranges = _ranges(members)
    if len(ranges) == 1:
        dated = any(placed(m.on) for m in members)
        everywhere = [(sheet.on(index), sheet.range)] if dated else []
        if sheet.phases:
            everywhere.append((sheet.beside(index), (-0.5, len(sheet.phases) - 0.5)))
        for axes, (x0, x1) in everywhere:
            _band(sheet, axes, (x0, x1), next(iter(ranges)), panel)
        return
    half = (sheet.range[1] - sheet.range[0]) * 0.015
    for m in members:
        if m.on.best is not None:
            x = (m.on.best - half, m.on.best + half)
            _band(sheet, sheet.on(index), x, (m.low, m.high), panel)


def _band(sheet: Sheet, axes: Json, x: tuple[float, float], limits: Range, panel: Panel) -> None:
    low, high = limits
    if low is None and high is None:
        return
    base = {"xref": axes["xaxis"], "yref": axes["yaxis"], "x0": x[0], "x1": x[1], "layer": "below"}
    y0 = panel.low if low is None else max(float(low), panel.low)
    y1 = panel.high if high is None else float(high)
    fill = {"fillcolor": sheet.look.colour("band"), "line": {"width": 0}}
    sheet.layout["shapes"].append({"type": "rect", "y0": y0, "y1": y1, **base, **fill})
    edge = {"color": sheet.look.colour("band-edge"), "width": 1, "dash": "solid"}
    for limit in (low, high):
        if limit is not None:
            at = {"type": "line", "y0": float(limit), "y1": float(limit), "line": edge}
            sheet.layout["shapes"].append(at | base)


# ---------------------------------------------------------------- results


def _draw_results(sheet: Sheet, index: int, panel: Panel, members: Sequence[LabReading]) -> None:
    t, tall = sheet.look.t, (panel.high - panel.low) * 0.06
    exact = [m for m in members if m.value is not None and not m.bound]
    draw_line(sheet, index, _points(exact, t), VALUE)
    draw_bounded(sheet, index, _points(exact, t), VALUE, tall=tall)
    draw_beside(sheet, index, _points(exact, t), VALUE, texts=_beside_texts(exact))
    for bound, symbol in (("<", "triangle-down-open"), (">", "triangle-up-open")):
        limited = [m for m in members if m.value is not None and m.bound == bound]
        style = Style(
            name=t(_("Bound only")),
            short="",
            token="ink",
            dash="solid",
            symbol=symbol,
            size=10,
            side=1,
        )
        points = _points(limited, t)
        draw_points(sheet, index, points, style)
        name_values(sheet, index, points, [m.as_reported for m in limited])
        draw_bounded(sheet, index, points, style, tall=tall)
        draw_beside(sheet, index, points, style, texts=_beside_texts(limited))
    name_values(sheet, index, _points(exact, t), [m.as_reported for m in exact])
    _say_words(sheet, index, panel, [m for m in members if m.value is None])


def _points(members: Sequence[LabReading], t: Translate) -> list[Point]:
    return [
        Point(on=m.on, phase=m.phase, y=float(m.value), hover=_hover(m, t))
        for m in members
        if m.value is not None
    ]


def _hover(m: LabReading, t: Translate) -> str:
    shown = f"{m.analyte} {m.as_reported} {m.unit}, {when_words(m.on, m.phase, t)}"
    return f"{shown}, {t(_('range'))} {range_words((m.low, m.high), t)}"


def _beside_texts(members: Sequence[LabReading]) -> list[str]:
    return [m.as_reported for m in members if not placed(m.on)]


def _worded(m: LabReading, t: Translate) -> str:
    """A result in words; with its day where it stands on the axis at no certain place."""
    words = m.interpretation or t(_("no number given"))
    uncertain = placed(m.on) and m.on.status != Status.KNOWN
    return f"{words}, {when_words(m.on, m.phase, t)}" if uncertain else words


def _say_words(sheet: Sheet, index: int, panel: Panel, members: Sequence[LabReading]) -> None:
    """A result without a number stays in words: in its margin column, or at its day."""
    middle = (panel.low + panel.high) / 2
    loose = [m for m in members if not placed(m.on)]
    places = [
        (m, x, sheet.beside(index))
        for m, x in zip(loose, sheet.spread([m.phase for m in loose]), strict=True)
    ]
    places += [(m, min(extent(m.on)), sheet.on(index)) for m in members if placed(m.on)]
    for m, x, axes in places:
        width = sheet.column_px if sheet.phases else 90
        sheet.say(
            wrap(_worded(m, sheet.look.t), width, CHART_TYPE["small"]),
            x,
            middle,
            xref=axes["xaxis"],
            yref=axes["yaxis"],
            xanchor="center" if axes["xaxis"] == "x2" else "left",
            yanchor="middle",
            align="center" if axes["xaxis"] == "x2" else "left",
            font=sheet.look.font("small", "muted"),
        )


# ---------------------------------------------------------------- words


def _describe(results: Sequence[LabReading], subject: Subject, t: Translate) -> str:
    counted = t(
        _("Tests: {tests}; results: {results}; without a reported time: {untimed}.")
    ).format(
        results=len(results),
        tests=len({r.analyte for r in results}),
        untimed=sum(not placed(r.on) for r in results),
    )
    origin = origin_words(subject, t)
    return f"{origin}. {counted}" if origin else counted


def _table(results: Sequence[LabReading], courses: Sequence[DrugCourse], t: Translate) -> Table:
    rows = [
        (
            r.analyte,
            when_words(r.on, r.phase, t),
            r.as_reported or t(_("no number given")),
            r.unit,
            r.range_text or range_words((r.low, r.high), t),
            r.interpretation,
        )
        for r in results
    ]
    rows += [(c.label, course_row(c, t), "", "", "", "") for c in courses]
    return Table(headers=tuple(map(t, HEADERS)), rows=tuple(rows))
