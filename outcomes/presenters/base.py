"""Codes, columns and times as words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from outcomes import words
from outcomes.figures.base import Translate, extent, number, when_words
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Moment, Span
from patients.models.columns import Leaf, leaves

NOT_RECORDED = _("not recorded")


def word(path: str, code: Any) -> str:
    """The answer to a field ("visit.kind") in words, as it stands within a sentence."""
    return small(words.words(path, code))


def small(text: str) -> str:
    """In lower case at the start, unless that is a name or an abbreviation (MRI, L1, FAC)."""
    first, _space, rest = text.partition(" ")
    is_word = first[1:].islower() and not rest[:1].isupper()
    return text[:1].lower() + text[1:] if is_word else text


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def said(row: Any, column: str, t: Translate) -> str:
    """A column of a row in words; missing is "not recorded"."""
    value = getattr(row, column)
    if value is None or value == "":
        return t(NOT_RECORDED)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    leaf = _leaves(row.SHAPE)[column]
    return word(_path(row, column), value) if leaf.choices or leaf.type is bool else str(value)


def label(row: Any, column: str) -> str:
    return words.name(_path(row, column))


def unit(row: Any, column: str) -> str:
    return words.unit(_path(row, column))


def _path(row: Any, column: str) -> str:
    return ".".join((row._meta.model_name, *_leaves(row.SHAPE)[column].path))


@cache
def _leaves(shape: type[BaseModel]) -> dict[str, Leaf]:
    return {leaf.column: leaf for leaf in leaves(shape)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what is known of it; `missing` where nothing is."""

    label: str
    words: str
    missing: bool = False


def facts(row: Any, columns: Iterable[str], t: Translate) -> list[Fact]:
    return [
        Fact(
            label=label(row, column),
            words=said(row, column, t),
            missing=getattr(row, column) in (None, ""),
        )
        for column in columns
    ]


def when(moment: Moment, day: Span, t: Translate) -> str:
    """The date with its day, or the day with its bounds, and the source's own words."""
    told = date_words(moment, t)
    counted = when_words(day, moment.phase, t)
    if not told:
        told = counted
    elif extent(day):
        told = f"{told} ({counted})"
    if moment.verbatim:
        told = t(_("{when}, reported as “{words}”")).format(when=told, words=moment.verbatim)
    return told


def date_words(moment: Moment, t: Translate) -> str:
    """The civil date with its time or bounds; empty where there is none."""
    low, high = moment.date_lower, moment.date_upper
    if moment.date is None:
        return _bounded_date(low, high, t)
    told = moment.date.isoformat()
    if moment.time is not None:
        return f"{told} {moment.time:%H:%M}"
    if low is None and high is None:
        return told
    return t(_("about {date}, {bounds}")).format(date=told, bounds=_bounded_date(low, high, t))


def _bounded_date(low: dt.date | None, high: dt.date | None, t: Translate) -> str:
    if low is not None and high is not None:
        return t(_("between {low} and {high}")).format(low=low, high=high)
    if low is not None:
        return t(_("{day} or after")).format(day=low)
    return t(_("{day} or before")).format(day=high) if high is not None else ""
