"""Entries of the diary as patients and caregivers read them."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import formats
from django.utils.translation import pgettext


@dataclass(frozen=True)
class Line:
    """One entry. `key` is for taking it back: pressed twice, it is taken back once."""

    id: uuid.UUID
    words: str
    time: str
    whose: str
    changeable: bool
    version: int
    address: str
    key: uuid.UUID


@dataclass(frozen=True)
class Day:
    """`heading` is empty where the page itself is about the day."""

    heading: str
    entries: list[Line]


def by_day(lines: Iterable[tuple[dt.date, Line]], *, headings: bool) -> list[Day]:
    """`lines` with their days, the latest first."""
    days = []
    for day, group in groupby(lines, key=lambda one: one[0]):
        heading = formats.date_format(day, _day_format()) if headings else ""
        days.append(Day(heading, [line for _day, line in group]))
    return days


def _day_format() -> str:
    """In the order of the reader's language; the year goes without saying."""
    return pgettext("date format of Django, without the year", "l, j F")
