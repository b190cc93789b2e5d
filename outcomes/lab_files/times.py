"""When a specimen was taken, as files write it: the year first, or refused."""

import datetime as dt
import re

from outcomes.lab_files.base import Unreadable
from outcomes.rules.text import gettext_noop as _

DATES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(\d{4})-(\d{1,2})-(\d{1,2})",
        r"(\d{4})/(\d{1,2})/(\d{1,2})",
        r"(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.?",
        r"(\d{4})년 ?(\d{1,2})월 ?(\d{1,2})일",
        r"(\d{4})(\d{2})(\d{2})",
    )
)
TIME = re.compile(
    r"((?P<half>오전|오후|AM|PM) )?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.\d{1,6})?)?"
    r"( (?P<after>AM|PM))?(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
HL7 = re.compile(
    r"(?P<day>\d{8})((?P<hour>\d{2})(?P<minute>\d{2})((?P<second>\d{2})(\.\d{1,4})?)?)?"
    r"(?P<zone>[+-]\d{4})?",
    re.ASCII,
)
LATER, EARLIER = {"오후", "PM"}, {"오전", "AM"}

MISSING = _("Say when the specimen was taken, for example 2026-03-01 or 2026-03-01 08:30.")
UNCLEAR = _(
    "“{text}” can be read as more than one day: write the year first, for example 2026-03-01."
)
NOT_A_TIME = _(
    "“{text}” is not a date that is understood: write the year first, for example 2026-03-01 or "
    "2026-03-01 08:30."
)
TIME_TWICE = _("The time of day stands in two columns: keep one.")
_MIXED = re.compile(r"\d{1,2}[-/. ]+\d{1,2}[-/. ]+\d{2,4}\.?", re.ASCII)


def specimen(text: str, time: str = "") -> str:
    """ISO date, or date and time (with its offset where given), of a specimen.

    `time` is the time of day where it has a column of its own. Raises Unreadable.
    """
    text, time = text.strip(), time.strip()
    if not text:
        raise Unreadable("no_time", MISSING, field="specimen_at")
    date, rest = _date(text)
    if rest and time:
        raise Unreadable("time_twice", TIME_TWICE, field="specimen_time")
    rest = rest or time
    return f"{date}T{_time(rest, text)}" if rest else date


def day(text: str) -> str:
    """ISO date of a day, with or without a time of day after it. Raises Unreadable."""
    return _date(text.strip())[0]


def _date(text: str) -> tuple[str, str]:
    """The date in front, and the text of the time after it."""
    for pattern in DATES:
        match = pattern.match(text)
        if match and (not text[match.end() :] or text[match.end()] in " T"):
            return _day(*match.groups(), text=text), text[match.end() :].lstrip(" T")
    if _MIXED.match(text):
        raise Unreadable("date_unclear", UNCLEAR, field="specimen_at", text=text)
    raise _not_a_time(text)


def _day(year: str, month: str, day: str, *, text: str) -> str:
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise _not_a_time(text) from None


def _time(text: str, whole: str) -> str:
    match = TIME.fullmatch(text)
    if match is None or (match["half"] and match["after"]):
        raise _not_a_time(whole if text in whole else text)
    hour, half = int(match["hour"]), match["half"] or match["after"]
    if half:
        if not 1 <= hour <= 12:
            raise _not_a_time(text)
        hour = hour % 12 + (12 if half in LATER else 0)
    return _clock(hour, match["minute"], match["second"], match["zone"] or "", text)


def _clock(hour: int, minute: str, second: str | None, zone: str, text: str) -> str:
    """`08:30`, with seconds where they are given and not zero, and its offset."""
    try:
        moment = dt.time(hour, int(minute), int(second or 0))
    except ValueError:
        raise _not_a_time(text) from None
    if zone not in ("", "Z") and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return moment.isoformat("seconds" if moment.second else "minutes") + zone


def hl7(text: str, zone: str) -> str:
    """An HL7 time stamp as ISO text; `zone` is the message's own offset, for one without.

    A stamp that ends before the day says too little. Raises Unreadable.
    """
    match = HL7.fullmatch(text)
    if match is None:
        raise _not_a_time(text)
    day = _day(text[:4], text[4:6], text[6:8], text=text)
    if match["hour"] is None:
        return day
    clock = _clock(
        int(match["hour"]), match["minute"], match["second"], match["zone"] or zone, text
    )
    return f"{day}T{clock}"


def _not_a_time(text: str) -> Unreadable:
    return Unreadable("date_not_understood", NOT_A_TIME, field="specimen_at", text=text)
