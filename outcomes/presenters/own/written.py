"""What the clinic has written: operations, scans, medicines and the notes of visits, as recorded.

What is written is quoted and not put into other words: only its author could do that.
"""

from dataclasses import dataclass
from typing import Any

from outcomes import words
from outcomes.figures.base import Translate
from outcomes.presenters import history
from outcomes.presenters.own.base import date, told_when
from outcomes.record import Record
from outcomes.rules.text import gettext_noop as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing: its name, when it was, what is recorded of it, and the author's own words."""

    name: str
    when: str = ""
    facts: tuple[str, ...] = ()
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Things of one kind, the latest first; `nothing` says so where there are none."""

    name: str
    heading: str
    items: tuple[Item, ...]
    nothing: str


def chapters(record: Record, t: Translate) -> tuple[Chapter, ...]:
    """Of the records that the reader may see."""
    return (
        Chapter(name="visits", heading=t(_("Visits")), items=_visits(record, t),
                nothing=t(_("No visit is recorded here yet."))),
        Chapter(name="scans", heading=t(_("Scans")), items=_scans(record, t),
                nothing=t(_("There is no scan to show here yet."))),
        Chapter(name="operations", heading=t(_("Operations")), items=_operations(record, t),
                nothing=t(_("No operation is recorded here."))),
        Chapter(name="medicines", heading=t(_("Medicines")), items=_medicines(record, t),
                nothing=t(_("No medicine is recorded here."))),
    )  # fmt: skip


def _visits(record: Record, t: Translate) -> tuple[Item, ...]:
    return tuple(
        Item(
            name=words.words("visit.kind", visit.kind),
            when=told_when(visit, record, t),
            quote=visit.note or "",
        )
        for visit in record.latest_visits
    )


def _scans(record: Record, t: Translate) -> tuple[Item, ...]:
    pairs = zip(record.imaging, history.imaging(record, t), strict=True)
    found = [
        Item(
            name=entry.title,
            when=told_when(row, record, t),
            facts=tuple(f"{fact.label}: {fact.words}" for fact in entry.facts),
            quote=entry.note,
        )
        for row, entry in pairs
    ]
    return tuple(reversed(found))


def _operations(record: Record, t: Translate) -> tuple[Item, ...]:
    pairs = zip(record.procedures, history.operations(record, t), strict=True)
    found = [Item(name=entry.title, when=told_when(row, record, t)) for row, entry in pairs]
    return tuple(reversed(found))


def _medicines(record: Record, t: Translate) -> tuple[Item, ...]:
    return tuple(
        Item(name=history.course_label(row, t), when=_taken(row, record, t))
        for row in reversed(record.courses)
    )


def _taken(row: Any, record: Record, t: Translate) -> str:
    start = t(_("from {when}")).format(when=told_when(row, record, t))
    if row.stop is not None:
        return t(_("{start}, until {stop}")).format(start=start, stop=date(row.stop))
    stopped = row.stop_reason is not None
    return t(_("{start}, stopped, day not known")).format(start=start) if stopped else start
