"""How did the published cases fare? First to last grade per case, without a time axis.

Table 1 of the founding report gives no follow-up times, so a place on a time axis would be an
invention. The worst leg is the primary outcome: it is the same whichever way the table's doubtful
"x/5" notation is read (CLINICAL.md, A and A5). No mean, no regression, no interval: the cases are
no sample.
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
    empty_figure,
    identity,
    line_trace,
    note,
    plain,
    point_trace,
    wrap,
)
from outcomes.figures.series import LEFT, RIGHT, Style, marker, stroke
from outcomes.figures.sheet import SPARE
from outcomes.figures.theme import CHART_TYPE, Size, Theme
from outcomes.rules.text import gettext_noop as _

TITLE = _("How did the published cases fare?")
HEADERS = (_("Case"), _("Worst leg"), _("Right leg"), _("Left leg"), _("Sides"), _("In words"))
HEADING = _("MRC grade, first to last. Follow-up times are not reported: no time axis.")
KEY = _("Broad: worst leg. Thin: right leg solid, left leg dashed.")
SIDES = {
    "": _("no grades to place on a side"),
    "high": _("sides stated"),
    "medium": _("sides as tabulated"),
    "low": _("sides uncertain"),
}
HALF = 0.27  # from a case's middle to its first and its last grade, in case columns
LOW, ABOVE, HIGH = -0.4, 5.4, 7.4  # ABOVE: where the words over a column begin
ROW_PX, NARROW_ROW_PX, TOP_PX = 220, 190, 54
WORDS_PX = 44  # a row without a grade: words over names, and no axis
NARROW_PER_ROW, WIDE_PER_ROW = 3, 8
LINE_PX = 17


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCase:
    """One case of the literature. Grades are MRC 0-5 or None; `words` hold what has no number.

    `laterality_confidence` is high, medium or low, empty without grades; low means that right and
    left may be a misreading, and only the worst leg stands. `in_words` names the grades that the
    source has in words alone, such as "right_final".
    """

    id: str
    label: str
    right_initial: int | None = None
    left_initial: int | None = None
    right_final: int | None = None
    left_final: int | None = None
    laterality_confidence: str = "high"
    words: str = ""
    in_words: frozenset[str] = frozenset()

    @property
    def worst_initial(self) -> int | None:
        return worst(self.right_initial, self.left_initial)

    @property
    def worst_final(self) -> int | None:
        return worst(self.right_final, self.left_final)

    def is_in_words(self, leg: str, end: str) -> bool:
        """Whether the grade of right, left or worst is told in words alone; of either for worst."""
        legs = ("right", "left") if leg == "worst" else (leg,)
        return any(f"{one}_{end}" in self.in_words for one in legs)


def worst(right: int | None, left: int | None) -> int | None:
    """The lower grade of two legs; None where one is missing (CLINICAL.md J)."""
    return None if right is None or left is None else min(right, left)


def published_cases(
    cases: Sequence[PublishedCase],
    *,
    in_view: str | None = None,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """One column per case, first grade left and last grade right; `in_view` is the id to mark."""
    look = Look(theme, size, t)
    if not cases:
        words = t(_("No published cases are loaded."))
        return empty_figure("published_cases", t(TITLE), words, tuple(map(t, HEADERS)), look)
    strip = _Strip(cases, in_view, look)
    return Figure(
        name="published_cases",
        title=t(TITLE),
        description=_describe(cases, t),
        plotly={"data": strip.data, "layout": strip.layout},
        table=_table(cases, t),
    )


class _Strip:
    """The columns, in rows of eight on a wide page and of three on a phone."""

    def __init__(self, cases: Sequence[PublishedCase], in_view: str | None, look: Look) -> None:
        self.look = look
        self.data: list[Json] = []
        per_row = NARROW_PER_ROW if look.narrow else min(len(cases), WIDE_PER_ROW)
        self.rows = [cases[i : i + per_row] for i in range(0, len(cases), per_row)]
        self.per_row = per_row
        self.plot_px = look.width - 36
        row_px = NARROW_ROW_PX if look.narrow else ROW_PX
        self.heights = [row_px if _graded(row) else WORDS_PX for row in self.rows]
        self.gap_px = 13 + LINE_PX * max(len(self._case_lines(case)) for case in cases)
        top = TOP_PX + LINE_PX * max(len(self._head_lines()) - 2, 0)
        margin = {"l": 28, "r": 8, "t": top, "b": self.gap_px}
        self.inner = sum(self.heights) + self.gap_px * (len(self.rows) - 1)
        height = self.inner + margin["t"] + margin["b"]
        self.layout = base_layout(look, look.t(TITLE), height, margin)
        self._head(margin)
        for row, members in enumerate(self.rows):
            self._row_axes(row, members)
            for column, case in enumerate(members):
                self._case(row, column, case, case.id == in_view)

    def _head_lines(self) -> list[str]:
        look, room = self.look, self.look.width - 16
        words = (look.t(HEADING), look.t(KEY))
        return [line for text in words for line in wrap(text, room, CHART_TYPE["small"])]

    def _head(self, margin: Json) -> None:
        look, up = self.look, margin["t"] - 4
        self.layout["annotations"].append(
            note(
                self._head_lines(),
                0,
                1,
                yanchor="top",
                yshift=up,
                xshift=2 - margin["l"],
                font=look.font("small", "muted"),
            )
        )

    def _axes(self, row: int) -> Json:
        number = str(row + 1) if row else ""
        return {"xaxis": f"x{number}", "yaxis": f"y{number}"}

    def _row_axes(self, row: int, members: Sequence[PublishedCase]) -> None:
        look, number = self.look, str(row + 1) if row else ""
        above = sum(self.heights[:row]) + row * self.gap_px
        top, graded = 1 - above / self.inner, _graded(members)
        common = {
            "zeroline": False,
            "showline": False,
            "fixedrange": True,
            "tickmode": "array",
            "ticks": "",
            "automargin": False,
            "tickfont": look.font("small", "muted"),
        }
        self.layout[f"xaxis{number}"] = common | {
            "domain": [0, 1],
            "anchor": f"y{number}",
            "range": [-0.5, self.per_row - 0.5],
            "tickvals": list(range(len(members))),
            "ticktext": [plain(*self._case_lines(case)) for case in members],
            "tickangle": 0,
            "showgrid": False,
        }
        self.layout[f"yaxis{number}"] = common | {
            "domain": [round(max(top - self.heights[row] / self.inner, 0), 5), round(top, 5)],
            "anchor": f"x{number}",
            "range": [LOW if graded else ABOVE, HIGH],
            "tickvals": list(range(6)) if graded else [],
            "ticktext": [str(grade) for grade in range(6)] if graded else [],
            "showgrid": graded,
            "gridcolor": look.colour("grid"),
        }

    def _case_lines(self, case: PublishedCase) -> list[str]:
        column = (self.plot_px / self.per_row - 6) / SPARE
        lines = [case.id, *wrap(case.label, column, CHART_TYPE["small"])]
        if case.laterality_confidence == "low":
            lines += wrap(self.look.t(SIDES["low"]), column, CHART_TYPE["small"])
        return lines

    def _case(self, row: int, column: int, case: PublishedCase, marked: bool) -> None:
        if marked:
            self._mark(row, column)
        self._worst(row, column, case)
        for leg, style in (("right", RIGHT), ("left", LEFT)):
            self._leg(row, column, case, leg, style, marked)
        self._say(row, column, case, marked)

    def _mark(self, row: int, column: int) -> None:
        axes = self._axes(row)
        self.layout["shapes"].append(
            {
                "type": "rect",
                "xref": axes["xaxis"],
                "yref": axes["yaxis"],
                "x0": column - 0.48,
                "x1": column + 0.48,
                "y0": LOW,
                "y1": HIGH,
                "fillcolor": self.look.colour("aside"),
                "line": {"width": 0},
                "layer": "below",
            }
        )

    def _worst(self, row: int, column: int, case: PublishedCase) -> None:
        if case.worst_initial is None or case.worst_final is None:
            return
        self.data.append(
            line_trace(
                [column - HALF, column + HALF],
                [case.worst_initial, case.worst_final],
                name=f"{case.id}: {self.look.t(_('worst leg'))}",
                line={"color": self.look.colour("trail"), "width": 8, "dash": "solid"},
                **self._axes(row),
            )
        )

    def _leg(
        self,
        row: int,
        column: int,
        case: PublishedCase,
        leg: str,
        style: Style,
        marked: bool,
    ) -> None:
        """A leg's slope; a point alone where only one grade is reported; nothing for neither."""
        look = self.look
        first, last = getattr(case, f"{leg}_initial"), getattr(case, f"{leg}_final")
        ends = [(column - HALF, first), (column + HALF, last)]
        told = [(x, grade) for x, grade in ends if grade is not None]
        if not told:
            return
        trace = point_trace(
            [x for x, _grade in told],
            [grade for _x, grade in told],
            [f"{case.id} {case.label}, {look.t(style.name)}: {leg_words(case, leg, look.t)}"]
            * len(told),
            _grey(marker(style, look), look, marked) | {"size": style.size - 2},
            name=f"{case.id}: {look.t(style.name)}",
            **self._axes(row),
        )
        if len(told) == 2:
            line = _grey(stroke(style, look), look, marked) | {"width": 1.5}
            trace |= {"mode": "lines+markers", "line": line}
        self.data.append(trace)

    def _say(self, row: int, column: int, case: PublishedCase, marked: bool) -> None:
        """The worst leg's grades above the column, or what the report says in words."""
        axes, look = self._axes(row), self.look
        refs = {"xref": axes["xaxis"], "yref": axes["yaxis"], "xanchor": "center"}
        token = "ink" if marked else "muted"
        if case.worst_initial is not None and case.worst_final is not None:
            text = f"{case.worst_initial} → {case.worst_final}"
            self.layout["annotations"].append(
                note(text, column, ABOVE, **refs, font=look.font("body", token))
            )
            return
        width = (self.plot_px / self.per_row - 8) / SPARE
        lines = wrap(case.words or look.t(_("not reported")), width, CHART_TYPE["small"])
        self.layout["annotations"].append(
            note(
                lines,
                column,
                ABOVE,
                **refs,
                align="center",
                font=look.font("small", token),
            )
        )


def _graded(cases: Sequence[PublishedCase]) -> bool:
    return any(
        grade is not None
        for one in cases
        for grade in (one.right_initial, one.left_initial, one.right_final, one.left_final)
    )


def _grey(mark: Json, look: Look, marked: bool) -> Json:
    """Published cases are grey; the case in view keeps the colours of its legs."""
    if marked:
        return mark
    grey = {"color": look.colour("published")}
    return mark | grey | ({"line": mark["line"] | grey} if "line" in mark else {})


def leg_words(case: PublishedCase, leg: str, t: Translate) -> str:
    """First → last of right, left or worst, as the case's row has it."""
    ends = [
        t(_("in words only") if case.is_in_words(leg, end) else _("not reported"))
        if (grade := getattr(case, f"{leg}_{end}")) is None
        else str(grade)
        for end in ("initial", "final")
    ]
    return ends[0] if ends[0] == ends[1] == t(_("not reported")) else " → ".join(ends)


def _describe(cases: Sequence[PublishedCase], t: Translate) -> str:
    graded = sum(c.worst_initial is not None and c.worst_final is not None for c in cases)
    worded = sum(c.is_in_words("worst", "final") for c in cases)
    return t(
        _(
            "Worst-leg grade from first to last examination, one column per case: {graded} cases "
            "with both grades, {worded} in words only, {missing} not reported. Their follow-up "
            "times are not reported."
        )
    ).format(graded=graded, worded=worded, missing=len(cases) - graded - worded)


def _table(cases: Sequence[PublishedCase], t: Translate) -> Table:
    rows = [
        (
            f"{c.id} {c.label}",
            *(leg_words(c, leg, t) for leg in ("worst", "right", "left")),
            t(SIDES[c.laterality_confidence]),
            c.words,
        )
        for c in cases
    ]
    return Table(headers=tuple(map(t, HEADERS)), rows=tuple(rows))
