"""A patient on one page, for handing over: what matters first, the rest named and not dropped."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from outcomes import words
from outcomes.documents.visit import PARTS
from outcomes.figures.base import Translate, extent
from outcomes.presenters import history, visits
from outcomes.presenters.base import NOT_RECORDED, said, when
from outcomes.presenters.outcome import leg_words
from outcomes.record import Record, examined
from outcomes.rules.course import Followed
from outcomes.rules.text import gettext_noop as _
from patients.models.columns import leaves

# what a page has room for; how many more there are is said
MOST = {"operations": 5, "strength": 5, "drugs": 10, "labs": 10, "complications": 4, "imaging": 2}
AMENDED = _("amended {date}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A fact of the summary; `amended` says when it was last changed, empty if it never was."""

    title: str
    when: str = ""
    words: str = ""
    amended: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The grades of one examination; `role` says why it is shown."""

    when: str
    role: str
    right: str
    left: str
    muscles: str
    amended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines that fit, and how many more the record holds."""

    lines: tuple[Any, ...]
    more: int = 0


def summary(
    record: Record, followed: Followed[Any], today: dt.date, t: Translate
) -> dict[str, Section]:
    """By the name of the section; one that is empty says so on the page."""
    return {
        "operations": _cut("operations", _operations(record, t)),
        "strength": _strength(record, followed, t),
        "background": Section(lines=tuple(_background(record, t))),
        "parts": Section(lines=tuple(_parts(record, t))),
        "drugs": _cut("drugs", list(_drugs(record, today, t))),
        "labs": _cut("labs", list(_labs(record, t))),
        "complications": _cut("complications", _latest(record, record.complications, "kind", t)),
        "imaging": _cut("imaging", _imaging(record, t)),
    }


def _cut(name: str, lines: Sequence[Any]) -> Section:
    return Section(lines=tuple(lines[: MOST[name]]), more=max(0, len(lines) - MOST[name]))


def _amended(row: Any, t: Translate) -> str:
    return t(AMENDED).format(date=row.written_on.isoformat()) if row.amended else ""


def _operations(record: Record, t: Translate) -> list[Line]:
    told = zip(record.procedures, history.operations(record, t), strict=True)
    return [
        Line(
            title=f"{entry.title} ({entry.mark})" if entry.mark else entry.title,
            when=entry.when,
            words="; ".join(f"{f.label}: {f.words}" for f in entry.facts if not f.missing),
            amended=_amended(row, t),
        )
        for row, entry in told
    ]


def _strength(record: Record, followed: Followed[Any], t: Translate) -> Section:
    """The first examination, the baseline, and the latest ones, in the order of time."""
    graded = [visit for visit in record.visits if examined(visit)]
    roles: dict[int, list[str]] = {}
    for exam, role in (
        (followed.first.exam, _("first")),
        (followed.start.exam, _("baseline")),
        (followed.last.exam, _("last")),
    ):
        roles.setdefault(id(exam), []).append(t(role))
    named = [visit for visit in graded if id(visit) in roles]
    room = max(0, MOST["strength"] - len(named))
    others = [visit for visit in graded if visit not in named]
    kept = {id(visit) for visit in (*named, *others[max(0, len(others) - room) :])}
    shown = [visit for visit in graded if id(visit) in kept]
    return Section(
        lines=tuple(
            Strength(
                when=f"{words.words('visit.kind', visit.kind)}, "
                + when(visit.when, record.day(visit.when), t),
                role=", ".join(roles.get(id(visit), ())),
                right=leg_words(visit, "right", t),
                left=leg_words(visit, "left", t),
                muscles=visits.muscles_words(visit, t),
                amended=_amended(visit, t),
            )
            for visit in shown
        ),
        more=len(graded) - len(shown),
    )


SHOWN = [part for part in PARTS if part != "motor"]


def _parts(record: Record, t: Translate) -> Iterator[Line]:
    """Of every part the last that was recorded, and what it leaves out from the visits before."""
    never = []
    for part in SHOWN:
        lines = list(_part(part, record, t))
        yield from lines
        never += [] if lines else [words.name(part)]
    if never:
        yield Line(title=t(_("Never recorded")), words=", ".join(never))


def _part(part: str, record: Record, t: Translate) -> Iterator[Line]:
    """A line for each visit that says something which no later one does, the latest first."""
    told: set[str] = set()
    for visit in record.latest_visits:
        given = _given(visit, part)
        fresh = given - told
        if not fresh:
            continue
        told |= given
        yield Line(
            title=words.name(part),
            when=when(visit.when, record.day(visit.when), t),
            words=visits.part_words(visit, part, t, only=fresh),
            amended=_amended(visit, t),
        )


def _given(visit: Any, part: str) -> set[str]:
    """The columns of a part that say something; how it was entered is none of them."""
    columns = {leaf.column for leaf in leaves(type(visit).SHAPE) if leaf.path[0] == part}
    return {
        column for column in columns - {f"{part}_unchanged"} if getattr(visit, column) is not None
    }


def _drugs(record: Record, today: dt.date, t: Translate) -> Iterator[Line]:
    """What is taken as far as is known: not stopped by today."""
    for row in record.courses:
        stopped = row.stop <= today if row.stop else row.stop_reason is not None
        if not stopped:
            last = [history.given_words(dose, record, t) for dose in row.given[-1:]]
            yield Line(
                title=f"{row.drug} ({row.atc})" if row.atc else str(row.drug),
                when=history.course_time(row, record, t),
                words="; ".join((history.dose_words(row, t), *last)),
                amended=_amended(row, t),
            )


def _labs(record: Record, t: Translate) -> Iterator[Line]:
    """The last result of each analyte; one whose day is not known only where there is no other."""
    dated = [row for row in record.labs if extent(record.day(row.when))]
    last = {row.analyte: row for row in (*record.labs, *dated)}
    for analyte, row in last.items():
        value = f"{row.value} {row.unit}" if row.value is not None else ""
        flag = said(row, "interpretation", t) if row.interpretation else ""
        span = _range(row)
        yield Line(
            title=words.words("analyte", analyte),
            when=when(row.when, record.day(row.when), t),
            words=", ".join(part for part in (value, flag, span) if part) or t(NOT_RECORDED),
            amended=_amended(row, t),
        )


def _range(row: Any) -> str:
    if row.range_low is not None and row.range_high is not None:
        return f"[{row.range_low}–{row.range_high}]"
    return row.range_text or ""


def _background(record: Record, t: Translate) -> Iterator[Line]:
    """What was known before, without the answers that say no."""
    told, _not_asked = history.background(record, t)
    no = {t(words.words("background.asthma", code)) for code in ("no", "unknown")}
    for fact in told:
        if fact.words.lower() not in {word.lower() for word in no}:
            yield Line(title=fact.label, words=fact.words)


def _latest(record: Record, rows: Iterable[Any], column: str, t: Translate) -> list[Line]:
    return [
        Line(
            title=said(row, column, t),
            when=when(row.when, record.day(row.when), t),
            words=row.note or "",
            amended=_amended(row, t),
        )
        for row in reversed(list(rows))
    ]


def _imaging(record: Record, t: Translate) -> list[Line]:
    told = list(zip(record.imaging, history.imaging(record, t), strict=True))
    return [
        Line(
            title=entry.title,
            when=entry.when,
            words="; ".join((*(f"{f.label}: {f.words}" for f in entry.facts), *_some(entry.note))),
            amended=_amended(row, t),
        )
        for row, entry in reversed(told)
    ]


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
