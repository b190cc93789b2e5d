"""Which rows and columns a sheet of a workbook hides.

A workbook that is read row by row keeps nothing of them, so they are read from the sheet's XML.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

# one more than a sheet has
COLUMNS = 16_385


@dataclass(frozen=True, slots=True)
class Hidden:
    """Numbers of rows and columns, from 1."""

    rows: set[int]
    columns: set[int]


def of(sheet: Any) -> Hidden:
    """What a read-only sheet hides: by itself, by a filter, or by a height or width of nothing."""
    hidden = Hidden(set(), set())
    unless_said, number = False, 0
    with sheet._get_source() as source:
        for _event, element in iterparse(source):
            kind, said = element.tag.removeprefix(f"{{{SHEET_MAIN_NS}}}"), element.attrib
            if kind == "sheetFormatPr":
                unless_said = _true(said.get("zeroHeight", ""))
            elif kind == "col" and _hides(said, "width"):
                last = min(int(said["max"]), COLUMNS)
                hidden.columns.update(range(int(said["min"]), last + 1))
            elif kind == "row":
                number = int(said.get("r", number + 1))
                if _hides(said, "ht") or (unless_said and "hidden" not in said):
                    hidden.rows.add(number)
                element.clear()
    return hidden


def _hides(said: Mapping[str, str], size: str) -> bool:
    return _true(said.get("hidden", "")) or float(said.get(size, 1)) == 0


def _true(text: str) -> bool:
    return text in ("1", "true")
