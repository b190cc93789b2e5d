"""Entries of the diary as patients and caregivers read them."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outcomes import words

AMOUNTS = ("volume_ml",)
PAINS = ("pain_back", "pain_right_leg", "pain_left_leg")
CODED = ("leak_amount", "walked", "pills", "pills_skipped_why", "mood", "sign")
FALLS = {
    "fall_injured": (gettext_lazy("hurt"), gettext_lazy("not hurt")),
    "fall_new_pain": (gettext_lazy("new pain"), gettext_lazy("no new pain")),
}


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


def entry_words(row: Any) -> str:
    """What was said, in one line: "Passed urine, 200 mL"."""
    parts = [_kind(row)]
    parts += [_("{amount} mL").format(amount=row.volume_ml)] if row.volume_ml is not None else []
    for name in PAINS:
        if getattr(row, name) is not None:
            parts.append(f"{words.name(name)} {getattr(row, name)}")
    parts += [words.words(name, getattr(row, name)) for name in CODED if getattr(row, name)]
    for name, (yes, no) in FALLS.items():
        if getattr(row, name) is not None:
            parts.append(str(yes if getattr(row, name) else no))
    parts += [row.words] if row.words else []
    return ", ".join(parts)


def _kind(row: Any) -> str:
    if row.kind == "pills":
        drug = row.course.drug if row.course_id else row.drug
        return str(drug or words.words("kind", "pills"))
    return words.words("kind", row.kind)


def by_day(lines: Iterable[tuple[dt.date, Line]], *, headings: bool) -> list[Day]:
    """`lines` with their days, the latest first."""
    days = []
    for day, group in groupby(lines, key=lambda one: one[0]):
        heading = formats.date_format(day, "l, j F") if headings else ""
        days.append(Day(heading, [line for _day, line in group]))
    return days
