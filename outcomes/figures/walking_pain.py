"""Does the patient walk, and how much does it hurt?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from outcomes.figures.about import finished
from outcomes.figures.base import (
    Figure,
    Look,
    Subject,
    Table,
    Translate,
    empty_figure,
    extent,
    identity,
    line_trace,
    origin_words,
    placed,
    when_words,
)
from outcomes.figures.lanes import STATE, State, draw_states, lane_panel, rows_of
from outcomes.figures.series import (
    BACK,
    LEFT,
    RIGHT,
    Point,
    Style,
    draw_beside,
    draw_bounded,
    draw_line,
    label_ends,
)
from outcomes.figures.sheet import Panel, Sheet
from outcomes.figures.theme import Size, Theme
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Phase, Span

TITLE = _("Does the patient walk, and how much does it hurt?")
HEADERS = (
    _("When"),
    _("Walks alone"),
    _("Aid"),
    _("FAC 0–5"),
    _("Pain: back"),
    _("Pain: right leg"),
    _("Pain: left leg"),
)
FAC_PX, PAIN_PX = 120, 150
PAIN: tuple[tuple[Style, str], ...] = ((BACK, "back"), (RIGHT, "right_leg"), (LEFT, "left_leg"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkingPainReading:
    """Walking and pain at one moment; None is not recorded and is never drawn.

    `fac` is the Functional Ambulation Category 0-5; where it can only be bounded, `fac_lower` and
    `fac_upper`. Pain is a numeric rating of 0-10. `aid` is in the reader's language.
    """

    on: Span
    phase: Phase | None = None
    walks_alone: bool | None = None
    aid: str | None = None
    fac: int | None = None
    fac_lower: int | None = None
    fac_upper: int | None = None
    back: int | None = None
    right_leg: int | None = None
    left_leg: int | None = None
    present: Mapping[str, bool] = field(default_factory=dict)
    """Pain said to be present or absent where no number was given, by the fields above."""


Draw = Callable[[Sheet, int], None]


def walking_pain(
    readings: Sequence[WalkingPainReading],
    subject: Subject,
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """Walking in lanes, FAC, and pain of back and legs; only what was recorded gets a panel."""
    look = Look(theme, size, t)
    parts = [p for p in _parts(readings, look) if p]
    if not parts:
        words = t(_("Nothing about walking or pain has been recorded yet."))
        return empty_figure("walking_pain", t(TITLE), words, tuple(map(t, HEADERS)), look)
    aside = [r.phase for r in readings if not placed(r.on)]
    sheet = Sheet(
        look,
        subject,
        [panel for panel, _draw in parts],
        title=t(TITLE),
        spans=[r.on for r in readings],
        aside=aside,
        label_room=52 if look.narrow and aside else 78,
    )
    for index, (_panel, draw) in enumerate(parts):
        draw(sheet, index)
    return Figure(
        name="walking_pain",
        title=t(TITLE),
        description=_describe(readings, subject, t),
        plotly=finished(sheet),
        table=_table(readings, t),
    )


def _parts(readings: Sequence[WalkingPainReading], look: Look) -> list[tuple[Panel, Draw] | None]:
    t = look.t
    alone = _states(readings, lambda r: yes_no(r.walks_alone, t), t)
    aids = _states(readings, lambda r: r.aid or "", t)
    return [
        _lanes(t(_("Walks alone")), alone, [t(_("yes")), t(_("no"))]),
        _lanes(t(_("Walking aid")), aids, rows_of(aids)),
        _fac(readings, look),
        _pain(readings, look),
    ]


def yes_no(answer: bool | None, t: Translate) -> str:
    """Yes, no, or an empty string for not recorded."""
    return "" if answer is None else t(_("yes") if answer else _("no"))


def _states(
    readings: Sequence[WalkingPainReading],
    words: Callable[[WalkingPainReading], str],
    t: Translate,
) -> list[State]:
    return [
        State(on=r.on, phase=r.phase, words=w, hover=f"{w}, {when_words(r.on, r.phase, t)}")
        for r in readings
        if (w := words(r))
    ]


def _lanes(heading: str, states: list[State], rows: list[str]) -> tuple[Panel, Draw] | None:
    if not states:
        return None
    return lane_panel(heading, len(rows)), lambda sheet, i: draw_states(sheet, i, states, rows)


# ---------------------------------------------------------------- FAC


def _fac(readings: Sequence[WalkingPainReading], look: Look) -> tuple[Panel, Draw] | None:
    exact = [r for r in readings if r.fac is not None]
    bounded = [r for r in readings if r.fac is None and None not in (r.fac_lower, r.fac_upper)]
    if not exact and not bounded:
        return None
    panel = Panel(
        heading=look.t(_("Functional Ambulation Category, 0–5 (an order)")),
        height=FAC_PX,
        low=-0.5,
        high=5.7,
        tickvals=list(range(6)),
        ticktext=[str(level) for level in range(6)],
    )
    return panel, lambda sheet, i: _draw_fac(sheet, i, exact, bounded)


def _draw_fac(
    sheet: Sheet,
    index: int,
    exact: Sequence[WalkingPainReading],
    bounded: Sequence[WalkingPainReading],
) -> None:
    t = sheet.look.t
    points = [
        Point(on=r.on, phase=r.phase, y=r.fac, hover=f"FAC {r.fac}, {when_words(r.on, r.phase, t)}")
        for r in exact
        if r.fac is not None
    ]
    draw_line(sheet, index, points, STATE)
    draw_bounded(sheet, index, points, STATE, tall=0.35)
    draw_beside(sheet, index, points, STATE)
    for r in bounded:
        if placed(r.on):
            best = r.on.best
            _draw_fac_bounds(sheet, r, extent(r.on) if best is None else [best], sheet.on(index))
            if best is not None and r.fac_lower is not None:
                sheet.mark(index, r.on, r.fac_lower, "muted")
    loose = [r for r in bounded if not placed(r.on)]
    for r, x in zip(loose, sheet.spread([r.phase for r in loose]), strict=True):
        _draw_fac_bounds(sheet, r, [x], sheet.beside(index))


def _draw_fac_bounds(
    sheet: Sheet, r: WalkingPainReading, x: Sequence[float], axes: dict[str, str]
) -> None:
    """An upright bar at `x` from the lower to the upper category, or a box between two x."""
    if r.fac_lower is None or r.fac_upper is None:
        return
    look = sheet.look
    hover = look.t(_("FAC between {lower} and {upper}, {when}")).format(
        lower=r.fac_lower, upper=r.fac_upper, when=when_words(r.on, r.phase, look.t)
    )
    sheet.data.append(
        line_trace(
            [x[0], x[0], x[-1], x[-1], x[0]],
            [r.fac_lower, r.fac_upper, r.fac_upper, r.fac_lower, r.fac_lower],
            name=look.t(_("FAC within bounds")),
            line={
                "color": look.colour("muted"),
                "dash": "solid",
                "width": 5 if len(x) == 1 else 1.75,
            },
            hovertext=[hover] * 5,
            hoverinfo="text",
            **axes,
        )
    )
    sheet.say(
        f"{r.fac_lower}–{r.fac_upper}",
        x[-1],
        (r.fac_lower + r.fac_upper) / 2,
        xref=axes["xaxis"],
        yref=axes["yaxis"],
        xshift=7,
        yanchor="middle",
        font=look.font("small"),
    )


# ---------------------------------------------------------------- pain


def _pain(readings: Sequence[WalkingPainReading], look: Look) -> tuple[Panel, Draw] | None:
    series = [(style, _pain_points(readings, style, field, look.t)) for style, field in PAIN]
    if not any(points for _style, points in series):
        return None
    panel = Panel(
        heading=look.t(_("Pain, 0 (none) to 10 (worst imaginable)")),
        height=PAIN_PX,
        low=-0.7,
        high=10.7,
        tickvals=[0, 2, 4, 6, 8, 10],
        ticktext=["0", "2", "4", "6", "8", "10"],
    )
    return panel, lambda sheet, i: _draw_pain(sheet, i, series)


def _pain_points(
    readings: Sequence[WalkingPainReading], style: Style, field: str, t: Translate
) -> list[Point]:
    return [
        Point(
            on=r.on,
            phase=r.phase,
            y=score,
            hover=f"{t(style.name)}: {score}, {when_words(r.on, r.phase, t)}",
        )
        for r in readings
        if (score := getattr(r, field)) is not None
    ]


def _draw_pain(sheet: Sheet, index: int, series: Sequence[tuple[Style, Sequence[Point]]]) -> None:
    for style, points in series:
        draw_line(sheet, index, points, style)
        draw_bounded(sheet, index, points, style, tall=0.6)
        draw_beside(sheet, index, points, style)
    label_ends(sheet, index, series, per_px=11.4 / PAIN_PX)


# ---------------------------------------------------------------- words


def _describe(readings: Sequence[WalkingPainReading], subject: Subject, t: Translate) -> str:
    counted = t(
        _("Readings of walking: {walking}; of pain: {pain}; without a reported time: {untimed}.")
    ).format(
        walking=sum(
            r.walks_alone is not None or r.fac is not None or bool(r.aid) for r in readings
        ),
        pain=sum(any(getattr(r, f) is not None for _style, f in PAIN) for r in readings),
        untimed=sum(not placed(r.on) for r in readings),
    )
    origin = origin_words(subject, t)
    return f"{origin}. {counted}" if origin else counted


def _table(readings: Sequence[WalkingPainReading], t: Translate) -> Table:
    missing = t(_("not recorded"))

    def score(r: WalkingPainReading, place: str) -> str:
        value = getattr(r, place)
        if value is not None:
            return str(value)
        if place not in r.present:
            return missing
        return t(_("present, no number")) if r.present[place] else t(_("absent"))

    rows = [
        (
            when_words(r.on, r.phase, t),
            yes_no(r.walks_alone, t) or missing,
            r.aid or missing,
            _fac_words(r, missing),
            score(r, "back"),
            score(r, "right_leg"),
            score(r, "left_leg"),
        )
        for r in readings
    ]
    return Table(headers=tuple(map(t, HEADERS)), rows=tuple(rows))


def _fac_words(r: WalkingPainReading, missing: str) -> str:
    if r.fac is not None:
        return str(r.fac)
    if r.fac_lower is None or r.fac_upper is None:
        return missing
    return f"{r.fac_lower}–{r.fac_upper}"
