"""One day of a paper diary as the clinic types it: lines of one form to documents of the diary.

The lines and their fields are in the order of the printed diary. A line without anything in it is
no entry; nothing that was left out is filled in.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from outcomes.documents.diary import DiaryDocument
from outcomes.rules.text import gettext_noop as _
from patients.documents.base import Refused, read

BLADDER_LINES, PILL_LINES, FALL_LINES = 12, 5, 2
# names of the form's fields, by which alone a draft keeps them
NAMES = r"day|on_behalf|[bpf]\d{1,2}\.[a-z_]{1,20}"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "b": ("time", "kind", "volume_ml", "leak_amount", "words"),
    "p": ("drug", "pills", "pills_skipped_why"),
    "f": ("time", "fall_injured", "fall_new_pain", "words"),
}
LINES = {"b": BLADDER_LINES, "p": PILL_LINES, "f": FALL_LINES}
KIND = {"p": "pills", "f": "fall"}
YES_NO = {"yes": True, "no": False}
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")
_WHOLE = re.compile(r"\d{1,6}")
COURSE = "course:"


@dataclass(frozen=True, slots=True)
class Lines:
    """What was typed: documents by the name of their line ("b3"), and what is wrong, by field."""

    documents: dict[str, DiaryDocument]
    problems: list[dict[str, Any]]


def lines() -> Iterator[str]:
    """The name of every line of the form, in order."""
    for letter, count in LINES.items():
        yield from (f"{letter}{n}" for n in range(1, count + 1))


def read_lines(
    typed: Mapping[str, str], *, key: str, zone: str, now: dt.datetime, courses: Mapping[str, str]
) -> Lines:
    """`courses` are the ids of the patient's drugs by name: a name among them is that course."""
    found = Lines({}, [])
    day = _day(typed, zone, now, found)
    if typed.get("on_behalf", "") not in ("patient", "caregiver"):
        _wrong(found, "on_behalf", "missing", _("Say who kept the diary."))
    for line in lines():
        given = {f: v for f in FIELDS[line[0]] if (v := typed.get(f"{line}.{f}", "").strip())}
        if given and not _only_named(given, courses):
            _line(line, given, typed, found, key=key, day=day, zone=zone, now=now, courses=courses)
    if not found.documents and not found.problems:
        _wrong(found, "b1.time", "nothing_said", _("Write at least one line."))
    return found


def _only_named(given: Mapping[str, str], courses: Mapping[str, str]) -> bool:
    """The form itself names the patient's drugs: the name alone says nothing of the day."""
    return set(given) == {"drug"} and given["drug"].casefold() in courses


def _line(
    line: str,
    given: dict[str, str],
    typed: Mapping[str, str],
    found: Lines,
    *,
    key: str,
    day: dt.date | None,
    zone: str,
    now: dt.datetime,
    courses: Mapping[str, str],
) -> None:
    before = len(found.problems)
    document: dict[str, Any] = {
        "id": str(uuid.uuid5(uuid.UUID(key), line)),
        "kind": KIND.get(line[0]) or given.pop("kind", ""),
        "on_behalf": typed.get("on_behalf", ""),
        "device_sent_at": now.isoformat(),
        **_time(line, given.pop("time", ""), day, zone, found),
        **_values(line, given, found, courses),
    }
    if not document["kind"]:
        _wrong(found, f"{line}.kind", "missing", _("Choose what it was."))
    if day is None or len(found.problems) > before or not document["on_behalf"]:
        return
    try:
        found.documents[line] = read(DiaryDocument, document)
    except Refused as refused:
        found.problems.extend(on_line(line, problem) for problem in refused.problems)


def on_line(line: str, problem: dict[str, Any]) -> dict[str, Any]:
    """A problem of a line's document at the field of the form where it can be put right."""
    field = str(problem["path"][0]) if problem["path"] else ""
    field = {"device_time": "time", "course": "drug"}.get(field, field)
    if field not in FIELDS[line[0]]:
        field = FIELDS[line[0]][0]
    return {**problem, "path": (f"{line}.{field}",)}


def _day(typed: Mapping[str, str], zone: str, now: dt.datetime, found: Lines) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(typed.get("day", "").strip())
    except ValueError:
        _wrong(found, "day", "date", _("Give the day, for example 2026-03-01."))
        return None
    if day > now.astimezone(ZoneInfo(zone)).date():
        _wrong(found, "day", "future", _("This day is in the future: check it."))
        return None
    if day.year < 1902:
        _wrong(found, "day", "date", _("Check the year."))
        return None
    return day


def _time(line: str, text: str, day: dt.date | None, zone: str, found: Lines) -> dict[str, Any]:
    """The moment by the clock of the site; without a time, the day alone."""
    clock = _CLOCK.fullmatch(text)
    if text and not clock:
        message = _("Write the time as hours and minutes, for example 14:05.")
        _wrong(found, f"{line}.time", "time", message)
        return {}
    time = dt.time(int(clock[1]), int(clock[2])) if clock else dt.time(0)
    at = dt.datetime.combine(day or dt.date(2000, 1, 1), time, ZoneInfo(zone))
    return {"device_time": at.isoformat(), **({} if clock else {"day_only": True})}


def _values(
    line: str, given: Mapping[str, str], found: Lines, courses: Mapping[str, str]
) -> dict[str, Any]:
    values: dict[str, Any] = dict(given)
    if volume := given.get("volume_ml"):
        if _WHOLE.fullmatch(volume):
            values["volume_ml"] = int(volume)
        else:
            message = _("Write the volume as a whole number of mL, for example 250.")
            _wrong(found, f"{line}.volume_ml", "number", message)
    for name in ("fall_injured", "fall_new_pain"):
        if name in given:
            values[name] = YES_NO.get(given[name], given[name])
    if (drug := given.get("drug", "").casefold()) in courses:
        del values["drug"]
        values["course"] = courses[drug]
    return values


def _wrong(found: Lines, field: str, code: str, message: str) -> None:
    found.problems.append({"path": (field,), "code": code, "message": message, "values": {}})
