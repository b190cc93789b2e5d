"""A timeline sheet: stacked panels that share one day axis, and a margin for unknown times.

The margin (`x2`) has one column per phase and no days. A moment is drawn on the day axis (`x`) only
when it has a best value or both bounds. Every axis has an explicit range and explicit ticks, so
that a renderer needs no knowledge of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outcomes.figures.base import (
    PHASE_ORDER,
    PHASE_WORDS,
    Json,
    Look,
    Origin,
    Subject,
    base_layout,
    best,
    bounds,
    extent,
    has_bounds,
    note,
    number,
    origin_words,
    padded,
    placed,
    plain,
    text_width,
    ticks,
    vague,
    wrap,
)
from outcomes.figures.theme import CHART_TYPE
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Anchor, Phase, Span, Status

ROW = 18  # height of one label row above the panels, px
HEADING = 36  # room above each panel for its heading, px
LIFT = 4  # from the first panel up to the lowest label, px
OWN_HEADING = 28  # room for the first heading, above the labels of the events
NARROW_COLUMN, WIDE_COLUMN, NARROWEST_ASIDE = 52, 92, 92  # widths in the margin panel, px
RIGHT_EDGE = 12
HATCH = 30  # width of the hatched swatch that marks synthetic data, px
LEAST_DAYS, DAYS_PER_MOMENT, DAYS_SHARE = 100, 24, 0.54  # width of the day axis, px and share
SPARE = 1.08  # fonts differ: room for words, over their estimated width
VAGUE_KEY = _("≈ about this day; bounds not reported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One row of the sheet: its heading, height in px, y range and tick labels."""

    heading: str
    height: int
    low: float
    high: float
    tickvals: Sequence[float] = ()
    ticktext: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A vertical line with a label above the panels; its bounds are a light band."""

    label: str
    on: Span
    dash: str = "solid"
    band: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLabel:
    """The words of an event: its line's place, which way they run, and their width, all in px."""

    event: Event
    lines: list[str]
    at: float
    flip: bool
    wide: float

    def covers(self, x: float) -> bool:
        """Would a line at `x` that reaches as high run through the words?"""
        way = self.at - x if self.flip else x - self.at
        return 0 < way < self.wide


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something drawn at a best time, at `y` of its panel."""

    panel: int
    on: Span
    y: float
    token: str


def subject_events(subject: Subject, look: Look) -> list[Event]:
    """Day 0 and, where it has a place, the cement."""
    zero = Span(best=0, lower=None, upper=None, status=Status.KNOWN)
    if subject.day_zero == Anchor.CEMENT:
        return [Event(label=look.t(_("cement (not operated)")), on=zero)]
    events = [Event(label=look.t(_("decompression")), on=zero)]
    if subject.cement is not None and placed(subject.cement):
        events.insert(0, Event(label=look.t(_("cement")), on=subject.cement, dash="dash"))
    return events


class Sheet:
    """Builds the layout of a timeline figure; figures add traces to `data`."""

    def __init__(
        self,
        look: Look,
        subject: Subject,
        panels: Sequence[Panel],
        *,
        title: str,
        spans: Iterable[Span],
        aside: Iterable[Phase | None] = (),
        events: Sequence[Event] = (),
        label_room: int = 16,
        left: int = 38,
    ) -> None:
        self.look, self.subject, self.panels = look, subject, panels
        self.data: list[Json] = []
        self.marks: list[Mark] = []
        spans = [s for s in spans if placed(s)]
        self.has_days = bool(spans)
        self.phases = [p for p in PHASE_ORDER if p in set(aside)]
        self.events = [*subject_events(subject, look), *events] if self.has_days else []
        self.vague = any(vague(s) for s in spans)
        self.range = self._day_range(spans)
        self._measure(left, label_room, len({s.best for s in spans}))
        self.layout = base_layout(look, title, self._height(), self.margin)
        self._axes()
        self._decorate()

    # ------------------------------------------------------------ where things go

    def on(self, panel: int) -> Json:
        return {"xaxis": "x", "yaxis": f"y{panel + 1 if panel else ''}"}

    def beside(self, panel: int) -> Json:
        return {"xaxis": "x2", "yaxis": f"y{panel + 1 if panel else ''}"}

    def column(self, phase: Phase | None) -> int:
        return self.phases.index(phase)

    def spread(self, phases: Sequence[Phase | None]) -> list[float]:
        """Places in the margin: one per entry, side by side within the column of its phase."""
        seen: dict[Phase | None, int] = {}
        result = []
        for phase in phases:
            rank, count = seen.get(phase, 0), phases.count(phase)
            seen[phase] = rank + 1
            result.append(self.column(phase) + 0.6 * ((rank + 0.5) / count - 0.5))
        return result

    def day_px(self, day: float) -> float:
        low, high = self.range
        return (day - low) / (high - low) * self.days_px

    @property
    def column_px(self) -> float:
        return self.aside_px / max(len(self.phases), 1)

    def mark(self, panel: int, on: Span, y: float, token: str) -> None:
        """Remember what is drawn where, so that what is only about right can be marked."""
        self.marks.append(Mark(panel=panel, on=on, y=y, token=token))

    def say(self, lines: str | Sequence[str], x: float, y: float, **more: object) -> None:
        self.layout["annotations"].append(note(lines, x, y, **more))

    # ------------------------------------------------------------ measuring

    def _day_range(self, spans: Sequence[Span]) -> tuple[float, float]:
        if not self.has_days:
            return (0.0, 1.0)
        days = [d for s in [*spans, *(e.on for e in self.events)] for d in extent(s)]
        return padded(days, 0.04, 1)

    def _measure(self, left: int, label_room: int, moments: int) -> None:
        """The day axis and the margin share the width by what each has to show."""
        self.left, self.plot_px = left, self.look.width - left - RIGHT_EDGE
        self.label_room = label_room
        if self.has_days:
            column = NARROW_COLUMN if self.look.narrow else WIDE_COLUMN
            wanted = max(column * len(self.phases), NARROWEST_ASIDE) if self.phases else 0
            days = max(LEAST_DAYS, DAYS_PER_MOMENT * moments)
            days = round(min(days, self.plot_px * DAYS_SHARE - label_room))
            self.aside_px = float(min(wanted, self.plot_px - label_room - days))
            self.days_px = self.plot_px - self.aside_px - label_room
        else:
            self.days_px, self.aside_px = 0.0, float(self.plot_px)
        self.labels = self._event_labels()
        self.margin = {"l": left, "r": RIGHT_EDGE, "t": self._top(), "b": self._bottom()}

    def _top(self) -> int:
        origin = ROW + 4 if origin_words(self.subject, self.look.t) else 0
        heading = OWN_HEADING if self.has_days else HEADING
        return origin + heading + self._label_rows() * ROW + 4

    def _label_rows(self) -> int:
        """Rows above the first panel: event labels, beside or above the margin's title."""
        events, title = self._event_rows(), len(self._aside_title())
        aside = self.plot_px - self.aside_px
        meet = any(not label.flip and label.at + label.wide > aside for label in self.labels)
        return events + title if meet else max(events, title)

    def _event_rows(self) -> int:
        return sum(len(label.lines) for label in self.labels)

    def _event_labels(self) -> list[EventLabel]:
        """From the top row down, in the order in which fewer lines run through the words."""
        events = sorted(self.events, key=lambda e: min(extent(e.on)))
        labels = [self._event_label(event) for event in events]
        rightward = [label for label in labels if not label.flip]
        leftward = [label for label in reversed(labels) if label.flip]
        return min(rightward + leftward, leftward + rightward, key=_crossings)

    def _event_label(self, event: Event) -> EventLabel:
        """Words right of the line, else left of it, else wrapped on the side with more room."""
        words = f"{event.label}, {self._event_day(event.on)}"
        at = self.day_px(best(event.on) if event.on.best is not None else bounds(event.on)[0])
        right, left = self.plot_px + RIGHT_EDGE - at - 7, at + self.left - 7
        wide = text_width(words, CHART_TYPE["small"]) * SPARE
        flip = wide > right and (wide <= left or left > right)
        lines = wrap(words, (left if flip else right) / SPARE, CHART_TYPE["small"])
        wide = max(text_width(line, CHART_TYPE["small"]) for line in lines) * SPARE + 5
        return EventLabel(event=event, lines=lines, at=at, flip=flip, wide=wide)

    def _aside_title(self) -> list[str]:
        if not self.phases:
            return []
        words = _("Time not reported")
        if not self.has_days and self.phases != [None]:
            words = _("Time not reported: grouped by phase, in no order within one")
        return wrap(self.look.t(words), self.aside_px / SPARE, CHART_TYPE["small"])

    def _bottom(self) -> int:
        turned = max(self._phase_widths()) + 16 if self._turned() else 0
        days = 31 + 17 * len(self._day_title()) if self.has_days else 34
        key = self._vague_key()
        return max(turned, days) + (ROW * len(key) + 6 if key else 0)

    def _vague_key(self) -> list[str]:
        words = self.look.t(VAGUE_KEY) if self.vague else ""
        return wrap(words, (self.look.width - 16) / SPARE, CHART_TYPE["small"])

    def _phase_words(self) -> list[str]:
        if self.phases == [None]:
            return [""]
        return [self.look.t(PHASE_WORDS[p]) for p in self.phases]

    def _phase_widths(self) -> list[int]:
        return [round(text_width(w, CHART_TYPE["small"])) for w in self._phase_words()]

    def _turned(self) -> bool:
        """Do the phases need upright labels because their columns are too narrow?"""
        return bool(self.phases) and max(self._phase_widths()) > self.column_px - 2

    def _height(self) -> int:
        inner = sum(p.height for p in self.panels) + HEADING * (len(self.panels) - 1)
        self.inner_px = inner
        return inner + self.margin["t"] + self.margin["b"]

    def domain(self, panel: int) -> list[float]:
        above = sum(p.height + HEADING for p in self.panels[:panel])
        top = 1 - above / self.inner_px
        return [round(max(top - self.panels[panel].height / self.inner_px, 0), 5), round(top, 5)]

    # ------------------------------------------------------------ axes

    def _axes(self) -> None:
        last = len(self.panels)
        bottom = f"y{last if last > 1 else ''}"
        if self.has_days:
            self.layout["xaxis"] = self._day_axis(bottom)
        if self.phases:
            self.layout["xaxis2"] = self._phase_axis(bottom)
        for i, panel in enumerate(self.panels):
            self.layout[f"yaxis{i + 1 if i else ''}"] = self._y_axis(i, panel)

    def _axis(self, **more: object) -> Json:
        look = self.look
        return {
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": look.colour("axis"),
            "tickfont": look.font("small", "muted"),
            "automargin": False,
            "tickmode": "array",
            **more,
        }

    def _day_axis(self, bottom: str) -> Json:
        low, high = self.range
        values = ticks(low, high, max(int(self.days_px / 70), 2))
        return self._axis(
            domain=[0, round(self.days_px / self.plot_px, 5)],
            anchor=bottom,
            range=[low, high],
            tickvals=values,
            ticktext=[number(v) for v in values],
            ticks="outside",
            ticklen=4,
            tickcolor=self.look.colour("axis"),
            title={"text": plain(*self._day_title()), "font": self.look.font("small", "muted")}
            | {"standoff": 6},
        )

    def _day_title(self) -> list[str]:
        cement = self.subject.day_zero == Anchor.CEMENT
        words = self.look.t(_("Days since cement") if cement else _("Days since decompression"))
        room = min(self.left + self.days_px / 2, self.days_px / 2 + self.label_room) * 2
        return wrap(words, room / SPARE, CHART_TYPE["small"])

    def _phase_axis(self, bottom: str) -> Json:
        return self._axis(
            domain=[round(1 - self.aside_px / self.plot_px, 5), 1],
            anchor=bottom,
            range=[-0.5, len(self.phases) - 0.5],
            tickvals=list(range(len(self.phases))),
            ticktext=[plain(w) for w in self._phase_words()],
            tickangle=-90 if self._turned() else 0,
            fixedrange=True,
            showline=False,
            ticks="",
        )

    def _y_axis(self, index: int, panel: Panel) -> Json:
        return self._axis(
            domain=self.domain(index),
            anchor="x" if self.has_days else "x2",
            range=[panel.low, panel.high],
            tickvals=list(panel.tickvals),
            ticktext=list(panel.ticktext),
            showgrid=True,
            gridcolor=self.look.colour("grid"),
            showline=False,
            ticks="",
            fixedrange=True,
        )

    # ------------------------------------------------------------ furniture

    def _decorate(self) -> None:
        for i, panel in enumerate(self.panels):
            self.say(
                panel.heading,
                0,
                self.domain(i)[1],
                yshift=6 + (0 if i or not self.has_days else self._label_rows() * ROW + LIFT),
                xshift=2 - self.margin["l"],
                font=self.look.font("small", "ink"),
                bgcolor=self.look.colour("surface"),
            )
        up = self._label_rows() * ROW + LIFT
        for label in self.labels:
            up -= len(label.lines) * ROW
            self._draw_event(label, up)
        if self.phases:
            self._draw_aside()
        if self.vague:
            self._explain_vague()
        self._name_origin()

    def _draw_event(self, label: EventLabel, up: float) -> None:
        """A line and its bounds through every panel but not through the headings between them."""
        event, look = label.event, self.look
        on = event.on
        for i in range(len(self.panels)):
            bottom, top = self.domain(i)
            if event.band and has_bounds(on):
                self._shape("rect", *bounds(on), bottom, top, fill="grid")
            if on.best is not None:
                top += 0 if i else (up + ROW * len(label.lines) - 4) / self.inner_px
                self._shape("line", on.best, on.best, bottom, top, line="muted", dash=event.dash)
        self.say(
            label.lines,
            best(on) if on.best is not None else bounds(on)[0],
            1,
            xref="x",
            yshift=up,
            xshift=-5 if label.flip else 5,
            xanchor="right" if label.flip else "left",
            align="right" if label.flip else "left",
            font=look.font("small", "muted"),
        )

    def _explain_vague(self) -> None:
        self.say(
            self._vague_key(),
            0,
            0,
            yshift=2 - self.margin["b"],
            xshift=2 - self.margin["l"],
            font=self.look.font("small", "muted"),
        )

    def _event_day(self, on: Span) -> str:
        t = self.look.t
        if on.best is None:
            return t(_("day {lower} to {upper}")).format(
                lower=number(bounds(on)[0]), upper=number(bounds(on)[1])
            )
        about = has_bounds(on) or vague(on)
        word = _("about day {day}") if about else _("day {day}")
        return t(word).format(day=number(on.best))

    def _shape(
        self,
        kind: str,
        x0: float,
        x1: float,
        y0: float,
        y1: float,
        *,
        fill: str = "",
        line: str = "",
        dash: str = "solid",
        xref: str = "x",
    ) -> None:
        colour = self.look.colour
        shape: Json = {"type": kind, "xref": xref, "yref": "paper", "layer": "below"}
        shape |= {"x0": x0, "x1": x1, "y0": y0, "y1": y1}
        shape["line"] = (
            {"color": colour(line), "width": 1.25, "dash": dash} if line else {"width": 0}
        )
        if fill:
            shape["fillcolor"] = colour(fill)
        self.layout["shapes"].append(shape)

    def _draw_aside(self) -> None:
        left = 1 - self.aside_px / self.plot_px
        if self.has_days:
            self._shape("rect", left, 1, 0, 1, fill="aside", xref="paper")
        self.say(
            self._aside_title(),
            left,
            1,
            yshift=LIFT if self.has_days else HEADING - 8,
            xshift=4 if self.has_days else 2 - self.margin["l"],
            font=self.look.font("small", "muted"),
        )

    def _name_origin(self) -> None:
        words = origin_words(self.subject, self.look.t)
        if not words:
            return
        hatched = self.subject.origin == Origin.SYNTHETIC
        up = self.margin["t"] - ROW - 2
        start = 2 - self.margin["l"]
        if hatched:
            self.layout["shapes"].append(hatch(self.look, start, up + 2))
        self.say(
            words,
            0,
            1,
            yshift=up,
            xshift=start + (HATCH + 8 if hatched else 0),
            font=self.look.font("small", "muted"),
        )


def _crossings(labels: Sequence[EventLabel]) -> int:
    """How many lines of higher labels run through the words of lower ones."""
    return sum(lower.covers(higher.at) for i, lower in enumerate(labels) for higher in labels[:i])


def hatch(look: Look, x: float, y: float) -> Json:
    """A small hatched swatch, `x` and `y` in px from the plot's top left corner."""
    strokes = "".join(f"M{x + i},{y}L{x + i + 6},{y + 11}" for i in range(0, HATCH - 5, 6))
    return {
        "type": "path",
        "path": strokes,
        "xref": "paper",
        "yref": "paper",
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "xanchor": 0,
        "yanchor": 1,
        "line": {"color": look.colour("muted"), "width": 1.5, "dash": "solid"},
    }
