"""When was urine passed, drained or lost? One row a day, by the clock; as reported.

What has no time has no place on the clock and is said in words; a stretch or a day without entries
is shaded, because nothing is known of it.
"""

import datetime as dt
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
    note,
    point_trace,
    wrap,
)
from outcomes.figures.theme import CHART_TYPE, Size, Theme
from outcomes.rules.bladder_diary import BLADDER, DAY_END, Entry, Summary
from outcomes.rules.text import gettext_noop as _

NAME = "bladder_days"
TITLE = _("When was urine passed, drained or lost?")
HEADERS = (_("Date"), _("Time"), _("What"), _("mL"))
KEY = _(
    "Circle: passed urine. Diamond: by catheter. Triangle: leak. Shaded: no entries for eight "
    "hours or more. As reported, not examined."
)
# a phone has no room for the numbers
NUMBERS = _("The number is the volume in mL, a dash where it was not measured.")
WORDS = {"void": _("passed urine"), "catheter": _("by catheter"), "leak": _("leak")}
MARKS = {
    "void": {"symbol": "circle", "size": 9, "token": "right"},
    "catheter": {"symbol": "diamond", "size": 11, "token": "back"},
    "leak": {"symbol": "triangle-down", "size": 11, "token": "left"},
}
HOURS = (0, 6, 12, 18, 24)
ROW_PX, AXIS_PX, LEFT_PX, LINE_PX = 44, 26, 50, 17
HALF, DOWN = 0.42, -0.18  # of a row: its shaded height, and where its marks lie


def bladder_days(
    summary: Summary,
    entries: Sequence[Entry],
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """The days of a summary, the first on top, with the entries that have a time."""
    look = Look(theme, size, t)
    headers = tuple(map(t, HEADERS))
    days = [day.day for day in summary.days]
    told = [e for e in entries if e.kind in BLADDER and e.dated and e.day in days]
    drawn = [e for e in told if e.time is not None]
    if not drawn:
        words = t(_("No entry of these days has a time."))
        return empty_figure(NAME, t(TITLE), words, headers, look)
    key = t(KEY) if look.narrow else f"{t(KEY)} {t(NUMBERS)}"
    head = wrap(key, look.width - 16, CHART_TYPE["small"])
    margin = {"l": LEFT_PX, "r": 26, "t": 10 + LINE_PX * len(head), "b": AXIS_PX}
    layout = base_layout(look, t(TITLE), margin["t"] + AXIS_PX + ROW_PX * len(days), margin)
    rows = {day: -n for n, day in enumerate(days)}
    layout |= {"xaxis": _clock_axis(look), "yaxis": _day_axis(look, rows)}
    layout["shapes"] = list(_shaded(summary, rows, look))
    layout["annotations"] = [
        note(head, 0, 1, yanchor="top", yshift=margin["t"] - 4, xshift=2 - margin["l"],
             font=look.font("small", "muted"))
    ]  # fmt: skip
    return Figure(
        name=NAME,
        title=t(TITLE),
        description=_describe(told, drawn, t),
        plotly={"data": [_points(k, drawn, rows, look) for k in MARKS], "layout": layout},
        table=Table(headers=headers, rows=tuple(_line(e, t) for e in told)),
    )


def _axis(look: Look) -> Json:
    return {
        "zeroline": False, "showline": False, "fixedrange": True, "tickmode": "array",
        "ticks": "", "automargin": False, "tickfont": look.font("small", "muted"),
        "showgrid": True, "gridcolor": look.colour("grid"),
    }  # fmt: skip


def _clock_axis(look: Look) -> Json:
    return _axis(look) | {
        "domain": [0, 1], "anchor": "y", "range": [0, 24], "tickvals": list(HOURS),
        "ticktext": [f"{hour:02}:00" for hour in HOURS], "tickangle": 0,
    }  # fmt: skip


def _day_axis(look: Look, rows: dict[dt.date, int]) -> Json:
    return _axis(look) | {
        "domain": [0, 1], "anchor": "x", "range": [min(rows.values()) - 0.5, 0.5],
        "tickvals": list(rows.values()), "ticktext": [f"{day:%m-%d}" for day in rows],
        "showgrid": False,
    }  # fmt: skip


def _shaded(summary: Summary, rows: dict[dt.date, int], look: Look) -> list[Json]:
    return [
        {
            "type": "rect", "xref": "x", "yref": "y", "x0": start, "x1": end,
            "y0": rows[day.day] - HALF, "y1": rows[day.day] + HALF,
            "fillcolor": look.colour("aside"), "line": {"width": 0}, "layer": "below",
        }
        for day in summary.days
        for start, end in (
            [(0.0, 24.0)] if day.silent else [(_hour(g.start), _hour(g.end)) for g in day.gaps]
        )
    ]  # fmt: skip


def _hour(time: dt.time) -> float:
    return 24.0 if time == DAY_END else time.hour + time.minute / 60


def _points(kind: str, drawn: Sequence[Entry], rows: dict[dt.date, int], look: Look) -> Json:
    of_kind = [e for e in drawn if e.kind == kind]
    mark = MARKS[kind]
    return point_trace(
        [_hour(e.time) for e in of_kind if e.time is not None],
        [rows[e.day] + DOWN for e in of_kind],
        [" ".join(_line(e, look.t)) for e in of_kind],
        {
            "symbol": mark["symbol"], "size": mark["size"],
            "color": look.colour(str(mark["token"])), "line": {"width": 0},
        },
        name=look.t(WORDS[kind]),
        mode="markers" if look.narrow else "markers+text",
        text=[_volume(e) for e in of_kind],
        textposition="top center",
        textfont=look.font("small", "ink"),
    )  # fmt: skip


def _volume(entry: Entry) -> str:
    if entry.volume_ml is not None:
        return str(entry.volume_ml)
    return "" if entry.kind == "leak" else "–"


def _line(entry: Entry, t: Translate) -> tuple[str, ...]:
    time = f"{entry.time:%H:%M}" if entry.time else t(_("time not said"))
    return entry.day.isoformat(), time, t(WORDS[entry.kind]), _volume(entry)


def _describe(told: Sequence[Entry], drawn: Sequence[Entry], t: Translate) -> str:
    counts = {kind: sum(e.kind == kind for e in drawn) for kind in MARKS}
    said = t(_("By the clock: passed urine {void} times, by catheter {catheter}, leaks {leak}."))
    missing = len(told) - len(drawn)
    more = t(_("{n} entries without a time are not drawn.")).format(n=missing) if missing else ""
    return " ".join(part for part in (said.format(**counts), more) if part)
