"""The diary in words: what was reported, by whom, about when; and the summary of some days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from outcomes import words
from outcomes.documents.diary import DiaryDocument
from outcomes.figures.base import Translate
from outcomes.models import DiaryEntry
from outcomes.presenters.base import word
from outcomes.presenters.history import Entry
from outcomes.rules import bladder_diary
from outcomes.rules.bladder_diary import Gap, Summary, Volumes
from outcomes.rules.text import gettext_noop as _
from patients.documents.base import read
from patients.models import DocumentVersion
from patients.models.columns import attname, flatten

PAINS = ("pain_back", "pain_right_leg", "pain_left_leg")
MARKS: Mapping[tuple[str, str | None], str] = {
    ("patient", None): _("Reported by the patient"),
    ("caregiver", None): _("Reported by a caregiver"),
    ("clinician", "patient"): _("Told to the clinic by the patient"),
    ("clinician", "caregiver"): _("Told to the clinic by a caregiver"),
    ("clinician", None): _("Entered by the clinic; who told it was not said"),
    ("import", None): _("Imported"),
}
NEW_PAIN: Mapping[bool | None, str] = {
    True: _("new pain since"), False: _("no new pain"), None: _("new pain not said"),
}  # fmt: skip
HURT: Mapping[bool | None, str] = {
    True: _("hurt"), False: _("not hurt"), None: _("hurt or not was not said"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry: about when, what, in whose words, and whose word it is."""

    id: UUID
    kind: str
    when: str
    what: str
    words: str
    mark: str
    by: str
    corrected: bool
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLines:
    day: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """A day, or all of them together."""

    label: str
    voids: str
    catheters: str
    leaks: str
    gaps: str
    silent: bool = False


def line(row: DiaryEntry, t: Translate) -> Line:
    return Line(
        id=row.pk,
        kind=row.kind,
        when=_when(row, t),
        what=what(row, t),
        words=row.words or "" if row.kind != "note" else "",
        mark=mark(row, t),
        by=str(row.recorded_by.get_full_name() or row.recorded_by) if row.recorded_by else "",
        corrected=row.amended,
        day=row.date.isoformat(),
    )


def event(row: DiaryEntry, t: Translate) -> Entry:
    """The entry among other events of the course, marked as reported."""
    told = line(row, t)
    return Entry(title=told.what, when=f"{told.day}, {told.when}", note=told.words, mark=told.mark)


def mark(row: DiaryEntry, t: Translate) -> str:
    """Whose word it is, never to be taken for an examination."""
    found = MARKS.get((row.reporter, row.on_behalf)) or MARKS.get((row.reporter, None))
    return t(found) if found else words.words("reporter", row.reporter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an entry said at one version; `at` is when that was written, at the site."""

    at: str
    by: str
    what: str
    words: str
    reason: str
    in_error: bool


def version(found: DocumentVersion, zone: str, t: Translate) -> Version:
    document = read(DiaryDocument, found.content["document"])
    given = flatten(document.model_dump(exclude_unset=True))
    row = DiaryEntry(**{attname(DiaryEntry, name): value for name, value in given.items()})
    return Version(
        at=f"{found.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}",
        by=str(found.by.get_full_name() or found.by) if found.by else "",
        what=what(row, t),
        words=row.words or "" if row.kind != "note" else "",
        reason=found.reason,
        in_error=bool(found.content["entered_in_error"]),
    )


def _when(row: DiaryEntry, t: Translate) -> str:
    if row.time_basis != "corrected":
        return t(_("time not known; received {at}")).format(at=f"{row.date}")
    if row.local_time is None:
        return t(_("time not said"))
    return t(_("about {time}")).format(time=f"{row.local_time:%H:%M}")


def what(row: DiaryEntry, t: Translate) -> str:
    """The entry in one line."""
    name = words.words("diary.kind", row.kind)
    said = ", ".join(part for part in _parts(row, t) if part)
    return f"{name}: {said}" if said else name


def _parts(row: DiaryEntry, t: Translate) -> list[str]:
    parts = {
        "void": _volume_parts,
        "leak": _volume_parts,
        "catheter": _volume_parts,
        "pain": _pain_parts,
        "pills": _pill_parts,
        "fall": _fall_parts,
    }
    if row.kind in parts:
        return parts[row.kind](row, t)
    columns = {"walking": "walked", "mood": "mood", "red_flag": "sign"}
    if row.kind in columns:
        column = columns[row.kind]
        return [word(f"diary.{column}", getattr(row, column))]
    return [row.words or ""]


def _volume_parts(row: DiaryEntry, t: Translate) -> list[str]:
    found = [word("diary.leak_amount", row.leak_amount)] if row.leak_amount else []
    if row.volume_ml is not None:
        found.append(f"{row.volume_ml} {words.unit('volume_ml')}")
    elif row.kind != "leak":
        found.append(t(_("not measured")))
    if row.urgency is not None:
        found.append(t(_("urgency {n} of 4")).format(n=row.urgency))
    return found


def _pain_parts(row: DiaryEntry, t: Translate) -> list[str]:
    given = [(name, getattr(row, name)) for name in PAINS]
    return [f"{words.name(f'diary.{name}')} {n}/10" for name, n in given if n is not None]


def _pill_parts(row: DiaryEntry, t: Translate) -> list[str]:
    drug = row.course.drug if row.course else row.drug or ""
    why = word("diary.pills_skipped_why", row.pills_skipped_why) if row.pills_skipped_why else ""
    return [drug, word("diary.pills", row.pills), why]


def _fall_parts(row: DiaryEntry, t: Translate) -> list[str]:
    return [t(HURT[row.fall_injured]), t(NEW_PAIN[row.fall_new_pain])]


def by_day(rows: Iterable[DiaryEntry], t: Translate) -> tuple[DayLines, ...]:
    """Rows in the order of time, grouped by civil day, the latest day first."""
    days = [
        DayLines(day=day.isoformat(), lines=tuple(line(row, t) for row in of_day))
        for day, of_day in groupby(rows, key=lambda row: row.date)
    ]
    return tuple(reversed(days))


def entry(row: DiaryEntry) -> bladder_diary.Entry:
    """A row as the rules of the bladder diary see it."""
    return bladder_diary.Entry(
        kind=row.kind,
        day=row.date,
        time=row.local_time,
        dated=row.time_basis == "corrected",
        volume_ml=row.volume_ml,
        leak_amount=row.leak_amount,
    )


def rows(found: Summary, t: Translate) -> tuple[SummaryRow, ...]:
    """Each day, and all of them together where there are several."""
    days = tuple(_day(day, t) for day in found.days)
    if len(days) < 2:
        return days
    silent = len(found.silent_days)
    gaps = t(_("{n} of {all} days without entries")).format(n=silent, all=len(found.days))
    return (
        *days,
        SummaryRow(
            label=t(_("All days")),
            voids=volumes(found.voids, t),
            catheters=volumes(found.catheters, t),
            leaks=leaks(found.leaks, t),
            gaps=gaps if silent else "",
        ),
    )


def _day(day: bladder_diary.Day, t: Translate) -> SummaryRow:
    label = day.day.isoformat()
    if day.silent:
        return SummaryRow(
            label=label, voids="", catheters="", leaks="", silent=True,
            gaps=t(_("No entries: nothing is known of this day.")),
        )  # fmt: skip
    gaps = ", ".join(_gap(gap) for gap in day.gaps)
    untimed = t(_("{n} without a time")).format(n=day.untimed) if day.untimed else ""
    return SummaryRow(
        label=label,
        voids=volumes(day.voids, t),
        catheters=volumes(day.catheters, t),
        leaks=leaks(day.leaks, t),
        gaps="; ".join(part for part in (gaps, untimed) if part),
    )


def _gap(gap: Gap) -> str:
    end = "24:00" if gap.end == bladder_diary.DAY_END else f"{gap.end:%H:%M}"
    return f"{gap.start:%H:%M}–{end}"


def volumes(found: Volumes, t: Translate) -> str:
    """How often, from the least to the most; a total only where every volume was measured."""
    if not found.times:
        return t(_("none reported"))
    if found.least is None or found.most is None:
        return t(_("{n}, none measured")).format(n=found.times)
    span = f"{found.least}" if found.least == found.most else f"{found.least}–{found.most}"
    if found.total is not None:
        told = t(_("{n}: {span} mL, together {total} mL"))
        return told.format(n=found.times, span=span, total=found.total)
    told = t(_("{n}, of them {measured} measured: {span} mL; no total"))
    return told.format(n=found.times, measured=found.measured, span=span)


def leaks(found: Mapping[str | None, int], t: Translate) -> str:
    if not found:
        return t(_("none reported"))
    unsaid = t(_("amount not said"))
    return ", ".join(
        f"{n} × {word('diary.leak_amount', amount) if amount else unsaid}"
        for amount, n in found.items()
    )


def notes(found: Summary, t: Translate) -> list[str]:
    """What the table cannot show, and what it does not say."""
    said = []
    if found.large:
        told = t(_("Catheter volumes above {limit} mL: {n}, the largest {most} mL."))
        said.append(told.format(limit=found.large_ml, n=found.large, most=found.catheters.most))
    elif found.largest is not None:
        told = t(_("Largest single volume: {most} mL."))
        said.append(told.format(most=found.largest))
    if not found.enough:
        told = t(_("Entries on {n} of {all} days: a bladder diary wants three days with entries."))
        said.append(told.format(n=found.days_with_entries, all=len(found.days)))
    if found.undated:
        told = t(_("{n} entries have no known time and are not counted: see below."))
        said.append(told.format(n=found.undated))
    said.append(t(_("As reported, not examined. No entry does not mean that nothing happened.")))
    return said


def one_line(found: Summary, t: Translate) -> str:
    """The bladder diary of some days in one sentence, for handing over."""
    told = t(
        _(
            "Bladder diary {first} to {last}, as reported, entries on {n} of {all} days: passed "
            "urine {voids}; by catheter {catheters}; leaks {leaks}."
        )
    )
    return told.format(
        first=found.days[0].day,
        last=found.days[-1].day,
        n=found.days_with_entries,
        all=len(found.days),
        voids=volumes(found.voids, t),
        catheters=volumes(found.catheters, t),
        leaks=leaks(found.leaks, t),
    )
