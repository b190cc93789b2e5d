"""Which kind of file it is, told by its content."""

from outcomes.lab_files import delimited, encodings, hl7v2, workbook
from outcomes.lab_files.base import MOST_BYTES, Sheet, Unreadable
from outcomes.rules.text import gettext_noop as _

EMPTY = _("There is nothing in it: choose a file or paste the results with their header row.")
TOO_LARGE = _("The file is larger than {most} MB: send it in parts.")
OLD_EXCEL = _("This is an old Excel workbook (.xls): save it as .xlsx or as CSV UTF-8.")
PDF = _("This is a PDF: ask the laboratory for CSV, XLSX or HL7, or type the results.")
SIGNATURES = ((b"\xd0\xcf\x11\xe0", "old_excel", OLD_EXCEL), (b"%PDF", "pdf", PDF))


def read(content: bytes) -> Sheet:
    """The lines of a file of results. Raises Unreadable."""
    refuse_too_large(content)
    if not content.strip():
        raise Unreadable("empty", EMPTY)
    for signature, code, message in SIGNATURES:
        if content.startswith(signature):
            raise Unreadable(code, message)
    if content.startswith(b"PK\x03\x04"):
        return workbook.read(content)
    if hl7v2.looks_like(content):
        return hl7v2.read(content)
    return _text(content)


def refuse_too_large(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", TOO_LARGE, most=str(MOST_BYTES // 1_000_000))


def _text(content: bytes) -> Sheet:
    text, encoding = encodings.decoded(content)
    if not text.strip():
        raise Unreadable("empty", EMPTY)
    as_utf8 = text.encode()
    if hl7v2.looks_like(as_utf8):  # behind a byte order mark
        return hl7v2.read(as_utf8)
    return delimited.read(text, encoding)
