"""Delimited text: CSV with comma, semicolon or bar, and what is pasted from a spreadsheet."""

import csv
import io

from outcomes.lab_files import tables
from outcomes.lab_files.base import Sheet, Unreadable
from outcomes.rules.text import gettext_noop as _

DELIMITERS = (",", ";", "\t", "|")
QUOTES = _("A quotation mark is opened and never closed, near row {row}: close it or remove it.")


def read(text: str, encoding: str) -> Sheet:
    """Raises Unreadable."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        found, ignored = tables.lines(enumerate(rows, start=1))
    except csv.Error:
        raise Unreadable("quotes", QUOTES, row=str(rows.line_num)) from None
    return Sheet("delimited", found, ignored, encoding)


def _delimiter(text: str) -> str:
    """The delimiter under which the header row is understood best: no guess from the values."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def understood(delimiter: str) -> int:
        try:
            return tables.recognised(next(csv.reader([first], delimiter=delimiter), ()))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=understood)
