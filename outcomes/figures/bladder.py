"""How does the bladder empty, and on which drug was that seen?"""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.about import finished
from outcomes.figures.base import (
    DrugCourse,
    Figure,
    Look,
    Subject,
    Table,
    Translate,
    empty_figure,
    identity,
    number,
    origin_words,
    placed,
    ticks,
    when_words,
)
from outcomes.figures.lanes import (
    State,
    course_row,
    draw_courses,
    draw_states,
    drug_panel,
    drug_spans,
    lane_panel,
    rows_of,
    undated_phases,
)
from outcomes.figures.series import (
    Point,
    Style,
    draw_beside,
    draw_bounded,
    draw_points,
    name_values,
)
from outcomes.figures.sheet import Panel, Sheet
from outcomes.figures.theme import Size, Theme
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Phase, Span

TITLE = _("How does the bladder empty, and on which drug?")
HEADERS = (
    _("When"),
    _("Emptying"),
    _("Incontinence"),
    _("Post-void residual"),
    _("Drugs then"),
    _("In words"),
)
LANES = (
    ("emptying", _("Emptying")),
    ("incontinence", _("Incontinence")),
    ("words", _("Reported in words only")),
)
PVR = Style(
    name=_("Post-void residual"),
    short=_("PVR"),
    token="ink",
    dash="solid",
    symbol="diamond",
    size=9,
    side=1,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BladderReading:
    """What was seen at one moment; all texts are already in the reader's language.

    `pvr_ml` is millilitres, None where not measured or not applicable (then `pvr_words` says so).
    `drugs` names what the patient took when it was measured. `words` is a report without a method
    or a number.
    """

    on: Span
    phase: Phase | None = None
    emptying: str | None = None
    incontinence: str | None = None
    pvr_ml: int | None = None
    pvr_method: str = ""
    pvr_words: str = ""
    drugs: str = ""
    words: str | None = None


Residual = tuple[BladderReading, int]


def bladder(
    readings: Sequence[BladderReading],
    courses: Sequence[DrugCourse],
    subject: Subject,
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """Lanes per state, post-void residual in mL, and the drugs as bars beneath."""
    look = Look(theme, size, t)
    lanes = [(h, s) for field, h in LANES if (s := _states(readings, field, t))]
    residuals = [(r, r.pvr_ml) for r in readings if r.pvr_ml is not None]
    if not lanes and not residuals and not courses:
        words = t(_("Nothing about the bladder has been recorded yet."))
        return empty_figure("bladder", t(TITLE), words, tuple(map(t, HEADERS)), look)
    panels = [lane_panel(t(heading), len(rows_of(states))) for heading, states in lanes]
    panels += [_pvr_panel(residuals, look)] if residuals else []
    panels += [drug_panel(courses, look)] if courses else []
    sheet = Sheet(
        look,
        subject,
        panels,
        title=t(TITLE),
        spans=[r.on for r in readings] + drug_spans(courses),
        aside=[r.phase for r in readings if not placed(r.on)] + undated_phases(courses),
        label_room=28,
    )
    for panel, (_heading, states) in enumerate(lanes):
        draw_states(sheet, panel, states, rows_of(states))
    if residuals:
        _draw_pvr(sheet, len(lanes), residuals)
    if courses:
        draw_courses(sheet, len(panels) - 1, courses)
    return Figure(
        name="bladder",
        title=t(TITLE),
        description=_describe(readings, courses, subject, t),
        plotly=finished(sheet),
        table=_table(readings, courses, t),
    )


def _states(readings: Sequence[BladderReading], field: str, t: Translate) -> list[State]:
    return [
        State(
            on=r.on,
            phase=r.phase,
            words=words,
            hover=", ".join(w for w in (words, when_words(r.on, r.phase, t), r.drugs) if w),
        )
        for r in readings
        if (words := getattr(r, field))
    ]


def _pvr_panel(residuals: Sequence[Residual], look: Look) -> Panel:
    high = max(*(ml for _r, ml in residuals), 100)
    values = ticks(0, high, 3)
    return Panel(
        heading=look.t(_("Post-void residual, mL")),
        height=110,
        low=0,
        high=high * 1.35,
        tickvals=values,
        ticktext=[number(v) for v in values],
    )


def _draw_pvr(sheet: Sheet, panel: int, residuals: Sequence[Residual]) -> None:
    t = sheet.look.t
    points = [Point(on=r.on, phase=r.phase, y=ml, hover=_pvr_hover(r, t)) for r, ml in residuals]
    draw_points(sheet, panel, points, PVR)
    name_values(sheet, panel, points, [f"{ml} {r.pvr_method}".strip() for r, ml in residuals])
    draw_bounded(sheet, panel, points, PVR, tall=sheet.panels[panel].high * 0.05)
    beside = [str(ml) for r, ml in residuals if not placed(r.on)]
    draw_beside(sheet, panel, points, PVR, texts=beside)


def _pvr_words(reading: BladderReading, t: Translate) -> str:
    if reading.pvr_ml is None:
        return reading.pvr_words or t(_("not recorded"))
    return ", ".join(w for w in (f"{reading.pvr_ml} mL", reading.pvr_method) if w)


def _pvr_hover(reading: BladderReading, t: Translate) -> str:
    parts = (_pvr_words(reading, t), when_words(reading.on, reading.phase, t), reading.drugs)
    return ", ".join(part for part in parts if part)


def _describe(
    readings: Sequence[BladderReading],
    courses: Sequence[DrugCourse],
    subject: Subject,
    t: Translate,
) -> str:
    counted = t(
        _("Bladder readings: {readings}; with a post-void residual: {residuals}; drugs: {drugs}.")
    ).format(
        readings=len(readings),
        residuals=sum(r.pvr_ml is not None for r in readings),
        drugs=len(courses),
    )
    origin = origin_words(subject, t)
    return f"{origin}. {counted}" if origin else counted


def _table(
    readings: Sequence[BladderReading], courses: Sequence[DrugCourse], t: Translate
) -> Table:
    missing = t(_("not recorded"))
    rows = [
        (
            when_words(r.on, r.phase, t),
            r.emptying or missing,
            r.incontinence or missing,
            _pvr_words(r, t),
            r.drugs,
            r.words or "",
        )
        for r in readings
    ]
    rows += [(course_row(c, t), "", "", "", c.label, "") for c in courses]
    return Table(headers=tuple(map(t, HEADERS)), rows=tuple(rows))
