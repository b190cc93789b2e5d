"""HL7 v2 ORU^R01: each OBX is a line; MSH, PID and OBR say whose and when.

Several messages may follow one another, with or without MLLP framing. OBX-3 is a LOINC code or the
analyte's own code; the specimen's time is OBX-14, else OBR-7, in the message's zone (MSH-7) unless
it has its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import hl7

from outcomes.lab_files import names, ranges, times
from outcomes.lab_files.base import MOST_ROWS, Line, Problem, Sheet, Unreadable, clipped
from outcomes.lab_files.encodings import hl7_decoded
from outcomes.lab_files.tables import CONTROL, NO_ROWS, TOO_MANY
from outcomes.rules.text import gettext_noop as _

START = re.compile(rb"[\s\x0b]*(MSH|FHS|BHS)[|^~&!#]")
MESSAGES = re.compile(rb"(?:^|(?<=[\r\n\x0b\x1c]))(?=MSH[^A-Za-z0-9\s])")
FRAMING = re.compile(rb"[\x0b\x1c]")
USED = {"MSH", "PID", "OBR", "OBX"}
# segments that say nothing about a result
SILENT = {"EVN", "SFT", "FHS", "BHS", "BTS", "FTS", "NTE", "SPM", "PD1", "PV1", "PV2", "ORC", "TQ1"}
ESCAPED = re.compile(r"\\([^\\]*)\\")
READ_ESCAPES = re.compile(r"[FSTRE]|X([0-9A-Fa-f]{2})+")
TEXTS = {"NM", "ST", "TX", "FT"}
COMPARATORS = {"<", ">", "<=", ">="}

BROKEN = _("The message cannot be read as HL7 v2: check its segments and separators.")
NOT_ORU = _("The message is a {type}, not ORU^R01: only results are read.")
NO_WHO = _("The result stands before any PID segment: it is not known whose it is.")
MANY_NUMBERS = _("PID-3 holds several numbers and none of them alone is marked MR: mark one.")
ESCAPE = _("The escape sequence \\{escape}\\ in OBX-{field} is not read: send plain text.")
TYPE = _("OBX-2 is {type}: a number is sent as NM, SN or ST.")
STRUCTURED = _("OBX-5 “{text}” is not one number or one bound: send a single value.")
REPEATED = _("OBX-5 holds several values: send each in an OBX of its own.")
NOT_FINAL = _("The result is not final yet (OBX-11 is {status}): send it again once it is.")
WITHDRAWN = _(
    "The laboratory withdrew this result (OBX-11 is {status}). Nothing is changed by the import: "
    "if it is recorded, mark it as entered in error."
)
NO_RESULT = _("The laboratory has no result (OBX-11 is X): there is nothing to import.")
NO_STATUS = _("OBX-11 does not say whether the result is final: send F, or C for a correction.")


def looks_like(content: bytes) -> bool:
    return START.match(content) is not None


def read(content: bytes) -> Sheet:
    """Raises Unreadable where no message can be read; a wrong line is refused alone."""
    lines: list[Line] = []
    ignored: dict[str, None] = {}
    for raw in MESSAGES.split(content):
        text = FRAMING.sub(b"", raw).strip()
        if text.startswith(b"MSH"):
            lines += _message(text, len(lines), ignored)
        if len(lines) > MOST_ROWS:
            raise Unreadable("too_many_rows", TOO_MANY, most=f"{MOST_ROWS:,}")
    if not lines:
        raise Unreadable("no_rows", NO_ROWS)
    return Sheet("hl7", lines, list(ignored))


@dataclass
class Place:
    """What the segments so far say of the results that follow."""

    zone: str = ""
    patient: str | None = None
    patient_problem: Problem | None = None
    person: dict[str, str] = field(default_factory=dict)
    """Name, birth date and sex as PID has them."""
    order: str = ""
    taken: str = ""
    laboratory: str = ""
    ignored: dict[str, None] = field(default_factory=dict)


def _message(content: bytes, before: int, ignored: dict[str, None]) -> Iterator[Line]:
    segments = _segments(content)
    head = segments[0]
    kind = f"{_part(head, 9, 1)}^{_part(head, 9, 2)}"
    if kind != "ORU^R01":
        refused = Line(before + 1, {})
        refused.refuse(Problem("hl7_type", NOT_ORU, "", {"type": clipped(kind)}))
        yield refused
        return
    place = Place(zone=_zone(_part(head, 7)), laboratory=_part(head, 4))
    number = before
    for segment in segments[1:]:
        name = str(segment[0][0])
        if name == "OBX":
            number += 1
            yield _result(segment, number, place)
        else:
            _follow(name, segment, place, ignored)


def _segments(content: bytes) -> list[Any]:
    """The segments of one message. Raises Unreadable."""
    lines = [line for line in re.split(rb"[\r\n]+", content) if line.strip()]
    fields = lines[0][3:].split(lines[0][3:4])
    charset = fields[17].decode("ascii", "replace") if len(fields) > 17 else ""
    text = hl7_decoded(b"\r".join(lines), charset.split("~")[0].strip())
    try:
        return list(hl7.parse(text))
    except Exception as error:  # the library raises what it happens to stumble over
        raise Unreadable("hl7", BROKEN) from error


def _follow(name: str, segment: Any, place: Place, ignored: dict[str, None]) -> None:
    if name == "PID":
        place.order = place.taken = ""
        place.patient, place.patient_problem = "", None
        place.person = _person(segment)
        try:
            place.patient = _number(segment)
        except Unreadable as unreadable:
            place.patient_problem = unreadable.problem
    elif name == "OBR":
        place.order, place.taken = _part(segment, 3), _part(segment, 7)
    elif name not in SILENT:
        ignored[name] = None


def _number(segment: Any) -> str:
    """The one record number of PID-3: that marked MR, where there are several."""
    count = len(segment[3]) if len(segment) > 3 else 0
    found = [(_part(segment, 3, 1, n), _part(segment, 3, 5, n)) for n in range(1, count + 1)]
    numbers = [number for number, _kind in found if number]
    marked = [number for number, kind in found if number and kind == "MR"]
    if len(numbers) > 1 and len(marked) != 1:
        raise Unreadable("hl7_many_numbers", MANY_NUMBERS, field="patient_number")
    return (marked or numbers or [""])[0]


def _person(segment: Any) -> dict[str, str]:
    """PID-5, 7 and 8: the words of each name (family, given, further), birth date and sex."""
    count = len(segment[5]) if len(segment) > 5 else 0
    spelled = (
        " ".join(filter(None, (_part(segment, 5, part, n) for part in (1, 2, 3))))
        for n in range(1, count + 1)
    )
    return {
        "patient_name": "~".join(filter(None, spelled)),
        "birth_date": _part(segment, 7),
        "sex": _part(segment, 8),
    }


def _part(segment: Any, field: int, component: int = 1, repetition: int = 1) -> str:
    """A component as text, its escapes read; empty where there is none."""
    try:
        found = segment.extract_field(1, field, repetition, component)
    except (IndexError, KeyError):
        return ""
    return str(found).strip().replace('""', "")


def _result(segment: Any, number: int, place: Place) -> Line:
    code, name = _part(segment, 3, 1), _part(segment, 3, 2)
    system = _part(segment, 3, 3)
    typed = {
        "patient_number": place.patient or "",
        **place.person,
        "loinc" if system == "LN" else "analyte": code,
        "value": _raw(segment, 5),
        "unit": _part(segment, 6),
        "specimen_at": _part(segment, 14) or place.taken,
        "range": _raw(segment, 7),
        "interpretation": _part(segment, 8),
        "result_id": _result_id(segment, place),
    }
    if name and system == "LN":
        typed["name"] = name
    line = Line(number, {key: clipped(text) for key, text in typed.items() if text})
    line.problems += _refusals(segment, place)
    _understand(line, segment, typed, place)
    return line


def _raw(segment: Any, field: int) -> str:
    return str(segment[field]).strip() if len(segment) > field else ""


def _result_id(segment: Any, place: Place) -> str:
    """The laboratory's own id of the result: OBX-21, else its order, code and sub-id."""
    if own := _part(segment, 21):
        return own
    if not place.order:
        return ""
    return "/".join((place.order, _part(segment, 3, 1), _part(segment, 4)))


def _refusals(segment: Any, place: Place) -> Iterator[Problem]:
    if place.patient is None and place.patient_problem is None:
        yield Problem("hl7_no_patient", NO_WHO, "patient_number")
    if place.patient_problem:
        yield place.patient_problem
    yield from _status(_part(segment, 11).upper())
    for number, name in ((3, "analyte"), (5, "value"), (6, "unit"), (7, "range")):
        for escape in ESCAPED.findall(_raw(segment, number)):
            if not READ_ESCAPES.fullmatch(escape):
                values = {"escape": escape[:20], "field": str(number)}
                yield Problem("hl7_escape", ESCAPE, name, values)


def _status(status: str) -> Iterator[Problem]:
    values = {"status": status}
    if not status:
        yield Problem("hl7_no_status", NO_STATUS)
    elif status in {"D", "W"}:
        yield Problem("hl7_withdrawn", WITHDRAWN, "", values)
    elif status == "X":
        yield Problem("hl7_no_result", NO_RESULT, "value")
    elif status not in {"F", "C"}:
        yield Problem("hl7_not_final", NOT_FINAL, "", values)


def _understand(line: Line, segment: Any, typed: dict[str, str], place: Place) -> None:
    document = line.document
    line.corrects = _part(segment, 11).upper() == "C"
    for key, read in (
        ("analyte", lambda: names.analyte(typed.get("analyte", ""), typed.get("loinc", ""))),
        ("specimen_at", lambda: _taken(typed["specimen_at"], place)),
        ("value", lambda: _value(segment)),
    ):
        try:
            if (found := read()) != "":
                document[key] = found
        except Unreadable as unreadable:
            line.refuse(unreadable.problem)
    if flag := ranges.flag(typed["interpretation"], line.notes):
        document["interpretation"] = flag
    if bounds := ranges.in_words(_part(segment, 7)):
        document["range"] = bounds
    document |= {"unit": typed["unit"]} if typed["unit"] else {}
    document |= {"laboratory": place.laboratory} if place.laboratory else {}
    texts = [typed["unit"], place.laboratory, _part(segment, 7), document.get("value", "")]
    if not all(text.isprintable() for text in texts):
        line.refuse(Problem("control", CONTROL, "value"))


def _taken(text: str, place: Place) -> str:
    if not text:
        raise Unreadable("no_time", times.MISSING, field="specimen_at")
    return times.hl7(text, place.zone)


def _zone(stamp: str) -> str:
    """The offset of MSH-7, which holds for stamps of the message that have none."""
    match = re.search(r"[+-]\d{4}$", stamp)
    return match[0] if match else ""


def _value(segment: Any) -> str:
    """The text of a single number or bound. Raises Unreadable."""
    kind, raw = _part(segment, 2).upper(), _raw(segment, 5)
    if not raw or raw == '""':
        return ""
    if len(segment[5]) > 1:
        raise Unreadable("hl7_repeated", REPEATED, field="value")
    if kind == "SN":
        return _structured(segment, raw)
    if kind not in TEXTS:
        raise Unreadable("hl7_kind", TYPE, field="value", type=kind[:20] or "–")
    if _part(segment, 5, 2):
        raise Unreadable("hl7_structured", STRUCTURED, field="value", text=clipped(raw))
    return _part(segment, 5)


def _structured(segment: Any, raw: str) -> str:
    """A structured numeric: a comparator and a number; no ratio, no range."""
    comparator, number, separator, more = (_part(segment, 5, n) for n in range(1, 5))
    if separator or more or not number or (comparator not in COMPARATORS | {"", "="}):
        raise Unreadable("hl7_structured", STRUCTURED, field="value", text=clipped(raw))
    return f"{comparator.replace('=', '') if comparator == '=' else comparator}{number}"
