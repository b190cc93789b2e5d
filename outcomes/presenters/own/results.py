"""What do the results say? Each against the laboratory's own range, in words; nothing else."""

from typing import Any

from outcomes import plain_words
from outcomes.charts import analyte_label
from outcomes.figures import phone
from outcomes.figures.base import Subject, Table, Translate
from outcomes.figures.series import Style
from outcomes.presenters.own.base import Told, Topic, told_when
from outcomes.presenters.own.legs import described
from outcomes.record import Record
from outcomes.reference import analytes
from outcomes.rules import plainly
from outcomes.rules.plainly import Range
from outcomes.rules.text import gettext_noop as _
from outcomes.words import words as name_of

SHORT = _("Results")
QUESTION = _("What do the results of the laboratory say?")
RESULT = Style(
    name=_("Result"), short=_("Result"), token="back", dash="dot", symbol="circle", size=12, side=1
)
SYMBOLS = {
    Range.WITHIN: "circle",
    Range.ABOVE: "triangle-up",
    Range.BELOW: "triangle-down",
    Range.OUTSIDE: "diamond",
    Range.NOT_GIVEN: "square-open",
    Range.CANNOT_TELL: "square-open",
}
KEYS = {
    "circle": _("Filled circle: within the laboratory's range."),
    "triangle-up": _("Triangle pointing up: above it."),
    "triangle-down": _("Triangle pointing down: below it."),
    "diamond": _("Diamond: outside it."),
    "square-open": _("Open square: no range was given, or it cannot be told."),
}
MEANING = _("What a result means for you is for your team to say: ask them.")


def results(record: Record, subject: Subject, t: Translate) -> Topic:
    """Of the results that the reader may see: discussed, shared, or waited for long enough."""
    order = list(analytes())
    rows = sorted(record.labs, key=lambda row: order.index(row.analyte))
    if not rows:
        none = t(_("There are no results of the laboratory to show here yet."))
        return Topic(name="results", question=t(QUESTION), short=t(SHORT), lacking=none)
    newest = {row.analyte: row for row in rows if _dated(row, record)}
    shown = {row.analyte: row for row in rows} | newest
    symbols = {SYMBOLS[where(row)] for row in rows}
    return Topic(
        name="results",
        question=t(QUESTION), short=t(SHORT),
        now=tuple(
            Told(about=name_of("lab.analyte", code), words=result_words(row, t),
                 when=told_when(row, record, t))
            for code, row in shown.items()
        ),
        lacking=t(MEANING),
        figure=_picture(rows, record, subject, t),
        key=tuple(t(words) for symbol, words in KEYS.items() if symbol in symbols),
    )  # fmt: skip


def _dated(row: Any, record: Record) -> bool:
    return record.day(row.when).best is not None


def where(row: Any) -> Range:
    return plainly.within(row.value, row.range_low, row.range_high, row.interpretation)


def result_words(row: Any, t: Translate) -> str:
    """The value with its unit as reported, where it lies, and the range that says so."""
    value = f"{row.value} {row.unit}" if row.value is not None else row.verbatim
    value = value or t(_("no number reported"))
    told = plain_words.plain("range_plain", where(row))
    limits = _limits(row, t)
    return f"{value}: {told} ({limits})" if limits else f"{value}: {told}"


def _limits(row: Any, t: Translate) -> str:
    if row.range_text:
        return str(row.range_text)
    low, high = row.range_low, row.range_high
    unit = f" {row.unit}" if row.unit else ""
    if low is not None and high is not None:
        return t(_("{low} to {high}")).format(low=low, high=f"{high}{unit}")
    if low is not None:
        return t(_("from {low}")).format(low=f"{low}{unit}")
    return t(_("up to {high}")).format(high=f"{high}{unit}") if high is not None else ""


def _picture(rows: list[Any], record: Record, subject: Subject, t: Translate) -> phone.Figure:
    codes = list(dict.fromkeys(row.analyte for row in reversed(rows)))
    steps = [phone.Step(at=at, words=analyte_label(code, t)) for at, code in enumerate(codes)]
    dots = [
        phone.Dot(
            on=record.day(row.when),
            at=codes.index(row.analyte),
            words=f"{told_when(row, record, t)}: {result_words(row, t)}",
            symbol=SYMBOLS[where(row)],
        )
        for row in rows
    ]
    table = Table(
        headers=(t(_("When")), t(_("What")), t(RESULT.name)),
        rows=tuple(
            (
                told_when(row, record, t),
                name_of("lab.analyte", row.analyte),
                result_words(row, t),
            )
            for row in rows
        ),
    )
    line = phone.Line(style=RESULT, dots=dots, joined=False, named=False)
    return phone.picture(
        "own-results", t(QUESTION), [line], steps, subject, t=t, table=table,
        description=described(table),
    )  # fmt: skip
