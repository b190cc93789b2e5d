"""One person of the comparison: how soon decompressed, what became of them, and both in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from outcomes.figures.base import Origin, Translate, extent
from outcomes.figures.comparison import hours
from outcomes.figures.comparison.people import DIED
from outcomes.figures.comparison.scale import Scale
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Span, Status

SYNTHETIC = _("Synthetic data: not real people")
PARTLY_SYNTHETIC = _("Open circles and dashed bars: synthetic data, not real people")
ORIGINS = {
    Origin.REGISTRY: _("Registry"),
    Origin.SYNTHETIC: _("Synthetic person"),
    Origin.PUBLISHED: _("Published case"),
}
DEAD, WORDED, NONE = "dead", "worded", "none"
Row = int | str
"""A value of the scale, DEAD, WORDED for an outcome in words alone, or NONE for no outcome."""
IN_WORDS = _("in words only")


class Column(StrEnum):
    """Where a person stands, by plotly's name of the axis."""

    AXIS = "x"
    UNKNOWN = "x2"
    NOT_OPERATED = "x3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`hours` up to the incision. Who died counts as dead whatever was found; where `dead` is None
    it is not known whether they lived, and there is no outcome. `in_words`: where there is no
    value, words tell of the outcome."""

    name: str
    hours: Span
    operated: bool
    value: int | None
    dead: bool | None
    origin: Origin
    note: str = ""
    in_words: bool = False


def row_of(case: Case, scale: Scale) -> Row:
    """Raises ValueError for a value that is not on the scale."""
    if case.dead:
        return DEAD
    if case.dead is None or case.value is None:
        return WORDED if case.in_words and case.dead is not None else NONE
    if not scale.low <= case.value <= scale.high:
        raise ValueError(f"{case.value} is not on the scale {scale.low} to {scale.high}")
    return case.value


def column_of(case: Case) -> Column:
    if not case.operated:
        return Column.NOT_OPERATED
    # times that contradict each other are no place
    known = extent(case.hours) and case.hours.status is not Status.CONFLICT
    return Column.AXIS if known else Column.UNKNOWN


def headers(scale: Scale, since: str, t: Translate) -> tuple[str, ...]:
    return (
        t(_("Patient")),
        t(_("From {since} to decompression")).format(since=since),
        t(_("How exact")),
        scale.title,
        t(_("Origin")),
        t(_("Remarks")),
    )


def told(case: Case, scale: Scale, t: Translate) -> tuple[str, ...]:
    """The row of the table."""
    when = (hours.in_words(case.hours, t), hours.how_known(case.hours, t))
    if not case.operated:
        when = (t(_("not operated")), "")
    return (case.name, *when, outcome(case, scale, t), t(ORIGINS[case.origin]), case.note)


def outcome(case: Case, scale: Scale, t: Translate) -> str:
    if case.dead:
        return t(DIED)
    if case.dead is None:
        return t(_("not known whether alive"))
    if case.value is None:
        return t(IN_WORDS if case.in_words else _("no outcome recorded"))
    return scale.words(case.value)


def describe(cases: Sequence[Case], scale: Scale, t: Translate) -> str:
    columns = [column_of(case) for case in cases]
    rows = [row_of(case, scale) for case in cases]
    words = t(
        _(
            "One mark for each person (n = {n}): {timed} with a time or its bounds, {unknown} "
            "whose time is not reported, {not_operated} not operated; {dead} died, {none} without "
            "a recorded outcome."
        )
    ).format(
        n=len(cases),
        timed=columns.count(Column.AXIS),
        unknown=columns.count(Column.UNKNOWN),
        not_operated=columns.count(Column.NOT_OPERATED),
        dead=rows.count(DEAD),
        none=rows.count(NONE),
    )
    if worded := rows.count(WORDED):
        words = f"{words} {t(_('Outcome in words only: {n}.')).format(n=worded)}"
    synthetic = synthetic_words(cases, t)
    return f"{words} {synthetic}." if synthetic else words


def synthetic_words(cases: Sequence[Case], t: Translate) -> str:
    """Which of the people are synthetic; empty for none."""
    origins = {case.origin for case in cases}
    if Origin.SYNTHETIC not in origins:
        return ""
    return t(SYNTHETIC if len(origins) == 1 else PARTLY_SYNTHETIC)
