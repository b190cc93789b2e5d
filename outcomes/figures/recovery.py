"""How has the strength of each leg changed? MRC grade per leg against days since decompression."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from outcomes.figures.about import finished
from outcomes.figures.base import (
    Figure,
    Look,
    Subject,
    Table,
    Translate,
    empty_figure,
    identity,
    origin_words,
    placed,
    when_words,
)
from outcomes.figures.series import (
    LEFT,
    RIGHT,
    Point,
    Style,
    draw_beside,
    draw_bounded,
    draw_line,
    draw_points,
    label_ends,
    last_place,
)
from outcomes.figures.sheet import Event, Panel, Sheet
from outcomes.figures.theme import Size, Theme
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Phase, Span

TITLE = _("How has the strength of each leg changed?")
HEADERS = (_("When"), _("Visit"), _("Right leg"), _("Left leg"), _("Note"))
HEADING = _("MRC grade: only the order has meaning")

# Places on the ordinal axis; only their order means something.
PLACES = {"0": 0, "1": 1, "2": 2, "3": 3, "4-": 3.65, "4": 4, "4+": 4.35, "5": 5}
NOT_TESTABLE = -0.9
GRADE_PX = 44
UNTESTABLE = _("not testable")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegGrade:
    """An MRC grade as written ("4-"), or None with the reason why the leg was not testable."""

    grade: str | None
    not_testable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorReading:
    """One motor examination, `on` in days from day 0; a leg not recorded is None."""

    on: Span
    phase: Phase | None = None
    visit: str = ""
    right: LegGrade | None = None
    left: LegGrade | None = None
    stale_baseline: bool = False
    note: str = ""


def recovery(
    readings: Sequence[MotorReading],
    subject: Subject,
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """MRC grade per leg; only readings with a place in time stand on the day axis."""
    look = Look(theme, size, t)
    readings = [r for r in readings if r.right or r.left]
    if not readings:
        words = t(_("No leg strength has been recorded yet."))
        return empty_figure("recovery", t(TITLE), words, tuple(map(t, HEADERS)), look)
    sheet = _sheet(readings, subject, look)
    legs = [(style, _points(readings, style, t)) for style in (RIGHT, LEFT)]
    for style, points in legs:
        draw_line(sheet, 0, points, style)
        draw_bounded(sheet, 0, points, style, tall=0.24)
        draw_beside(sheet, 0, points, style, texts=_names_beside(points, style, t))
        _draw_not_testable(sheet, readings, style)
    label_ends(sheet, 0, legs, per_px=1 / GRADE_PX)
    return Figure(
        name="recovery",
        title=t(TITLE),
        description=_describe(readings, legs, subject, t),
        plotly=finished(sheet),
        table=_table(readings, t),
    )


def leg_words(leg: LegGrade | None, t: Translate) -> str:
    if leg is None:
        return t(_("not recorded"))
    if leg.grade is None:
        return t(_("not testable: {reason}")).format(reason=leg.not_testable or t(_("no reason")))
    return leg.grade.replace("-", "−")


def _leg(reading: MotorReading, style: Style) -> LegGrade | None:
    return reading.right if style is RIGHT else reading.left


def _sheet(readings: Sequence[MotorReading], subject: Subject, look: Look) -> Sheet:
    legs = [leg for r in readings for leg in (r.right, r.left) if leg]
    untestable = any(leg.grade is None for leg in legs)
    used = {leg.grade for leg in legs}
    grades = [g for g in PLACES if g[1:] == "" or g in used]
    low = NOT_TESTABLE - 0.4 if untestable else -0.4
    aside = [r.phase for r in readings if not placed(r.on)]
    panel = Panel(
        heading=look.t(HEADING),
        height=round(GRADE_PX * (5.4 - low)),
        low=low,
        high=5.4,
        tickvals=[PLACES[g] for g in grades] + [NOT_TESTABLE] * untestable,
        ticktext=[g.replace("-", "−") for g in grades] + [look.t(_("NT"))] * untestable,
    )
    return Sheet(
        look,
        subject,
        [panel],
        title=look.t(TITLE),
        spans=[r.on for r in readings],
        aside=aside,
        events=[
            Event(label=look.t(_("stale baseline")), on=r.on, dash="dot", band=False)
            for r in readings
            if r.stale_baseline and placed(r.on)
        ],
        label_room=52 if look.narrow and aside else 78,
    )


def _points(readings: Sequence[MotorReading], style: Style, t: Translate) -> list[Point]:
    """One point per recorded leg; a leg not testable keeps its moment as a gap."""
    points = []
    for r in readings:
        leg = _leg(r, style)
        if leg:
            gap = leg.grade is None
            y = NOT_TESTABLE if leg.grade is None else PLACES[leg.grade]
            hover = _hover(r, leg, style, t)
            points.append(Point(on=r.on, phase=r.phase, y=y, hover=hover, gap=gap))
    return points


def _hover(reading: MotorReading, leg: LegGrade, style: Style, t: Translate) -> str:
    when = when_words(reading.on, reading.phase, t)
    words = f"{t(style.name)}: {leg_words(leg, t)}, {when}"
    return f"{words}, {reading.visit}" if reading.visit else words


def _names_beside(points: Sequence[Point], style: Style, t: Translate) -> list[str]:
    """The leg's name beside its first point in the margin, where no line end carries it."""
    beside = [p for p in points if not placed(p.on) and not p.gap]
    if last_place(points) or not beside:
        return []
    return [t(style.name)] + [""] * (len(beside) - 1)


def _draw_not_testable(sheet: Sheet, readings: Sequence[MotorReading], style: Style) -> None:
    """Crosses on a row below the grades, never at 0, with the reason beside them where few."""
    t = sheet.look.t
    cross = replace(style, symbol="x-thin-open", size=10, name=f"{t(style.name)}: {t(UNTESTABLE)}")
    pairs = [(r, leg) for r in readings if (leg := _leg(r, style)) and leg.grade is None]
    y = NOT_TESTABLE + 0.2 * style.side
    points = [
        Point(on=r.on, phase=r.phase, y=y, hover=_hover(r, leg, style, t)) for r, leg in pairs
    ]
    reasons = [leg.not_testable for r, leg in pairs if r.on.best is not None]
    few = len(reasons) <= 2
    draw_points(sheet, 0, points, cross, texts=reasons if few else (), position="middle right")
    draw_bounded(sheet, 0, points, cross, tall=0.24)
    draw_beside(sheet, 0, points, cross)


def _describe(
    readings: Sequence[MotorReading],
    legs: Sequence[tuple[Style, Sequence[Point]]],
    subject: Subject,
    t: Translate,
) -> str:
    timed = sum(placed(r.on) for r in readings)
    words = [
        origin_words(subject, t),
        t(_("Examinations on the day axis: {timed}; without a reported time: {untimed}.")).format(
            timed=timed, untimed=len(readings) - timed
        ),
        *(_course_words(readings, style, t) for style, _points_ in legs),
    ]
    return " ".join(w if w.endswith(".") else f"{w}." for w in words if w)


def _course_words(readings: Sequence[MotorReading], style: Style, t: Translate) -> str:
    told = [
        (r.on.best, leg.grade, when_words(r.on, r.phase, t))
        for r in readings
        if (leg := _leg(r, style)) and leg.grade and r.on.best is not None
    ]
    if not told:
        return t(_("{leg}: no grade with a time.")).format(leg=t(style.name))
    (_day, first, start), (_day, last, end) = min(told), max(told)
    return t(_("{leg}: grade {first} ({start}), then {last} ({end}).")).format(
        leg=t(style.name), first=first, start=start, last=last, end=end
    )


def _table(readings: Sequence[MotorReading], t: Translate) -> Table:
    rows = [
        (
            when_words(r.on, r.phase, t),
            r.visit,
            leg_words(r.right, t),
            leg_words(r.left, t),
            "; ".join(w for w in (t(_("stale baseline")) if r.stale_baseline else "", r.note) if w),
        )
        for r in readings
    ]
    return Table(headers=tuple(map(t, HEADERS)), rows=tuple(rows))
