"""A table of results, one a row, under a header: from delimited text or a workbook."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from openpyxl.utils import get_column_letter

from outcomes.lab_files import names, ranges, times
from outcomes.lab_files.base import MOST_ROWS, Line, Problem, Unreadable, clipped
from outcomes.rules.text import gettext_noop as _

NO_HEADER = _(
    "No header row is recognised. Write one as the first row, with at least: analyte, value, unit, "
    "specimen_at."
)
NEEDED_MISSING = _(
    "A column is missing: {missing}. Name it so in the header row; recognised so far: {found}."
)
TWICE = _("Two columns are both understood as {meant}: “{first}” and “{second}”. Keep one.")
WHOSE = _(
    "The column “{column}” seems to say whose result it is and is not understood. Rename it to "
    "record_number, study_number, patient_name, birth_date or sex, or remove it."
)
WHICH_TIME = _(
    "“{column}” may be the day of the specimen or another day, as there is “{other}” too: rename "
    "the column of the specimen to specimen_at."
)
UNNAMED = _(
    "Column {column} has no name in the header row, and row {row} holds something in it: name the "
    "column, or remove it."
)
TOO_MANY = _("The file has more than {most} rows: send it in parts.")
NO_ROWS = _("There is no result under the header row.")
CELLS = _(
    "The row has {cells} cells and the header {columns}: a comma inside a value needs quotation "
    "marks, and decimals are written with a point."
)
CONTROL = _("This cell holds characters that cannot be seen: type it anew.")

# problems of cells that are said once, of their row
OF_ROW = {"hidden_row"}


class Cell(str):
    """The text of a cell; `problem` says why it may not be used."""

    problem: Problem | None = None

    @classmethod
    def refused(cls, text: str, problem: Problem) -> "Cell":
        cell = cls(text)
        cell.problem = problem
        return cell


Row = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class Header:
    """Which column holds which field; `ignored` are the names of the others."""

    columns: dict[int, str]
    width: int
    ignored: list[str]
    unnamed: frozenset[int]
    """The places of its empty cells."""


def recognised(cells: Sequence[str]) -> int:
    """How many cells of a row are known as headers."""
    fields = (names.headers().get(names.header(cell)) for cell in cells)
    return sum(field is not None and field not in names.PERSONAL for field in fields)


def header_of(cells: Sequence[str]) -> Header:
    """The columns of a header row. Raises Unreadable."""
    columns: dict[int, str] = {}
    for place, cell in enumerate(cells):
        field = names.headers().get(names.header(cell))
        if field is not None:
            _require_once(field, place, columns, cells)
            columns[place] = field
    columns |= _bare_times(cells, columns)
    ignored = [name for place, cell in enumerate(cells) if place not in columns
               for name in _left_out(cell)]  # fmt: skip
    _require_needed(set(columns.values()))
    unnamed = frozenset(place for place, cell in enumerate(cells) if not _said(cell))
    return Header(columns, len(cells), ignored, unnamed)


def _require_once(field: str, place: int, columns: Mapping[int, str], cells: Sequence[str]) -> None:
    first = next((cells[p] for p, f in columns.items() if f == field), None)
    if first is not None:
        raise Unreadable(
            "column_twice", TWICE, meant=field, first=clipped(first), second=clipped(cells[place])
        )


def _bare_times(cells: Sequence[str], known: Mapping[int, str]) -> dict[int, str]:
    """A "date" (and "time") that can only be the specimen's. Raises Unreadable where it may not be.

    Where the file says when the specimen was taken, a bare date is another day.
    """
    if "specimen_at" in known.values():
        return {}
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        if field := names.BARE.get(names.header(cell)):
            _require_once(field, place, found, cells)
            found[place] = field
    others = [cell for place, cell in enumerate(cells) if place not in (*found, *known)]
    other = next((cell for cell in others if names.speaks_of_time(cell)), None)
    if "specimen_at" in found.values() and other is not None:
        date = next(cells[place] for place, field in found.items() if field == "specimen_at")
        raise Unreadable(
            "column_which_time", WHICH_TIME, column=clipped(date), other=clipped(other)
        )
    return found


def _left_out(cell: str) -> list[str]:
    """The name of a column that is not understood. Raises Unreadable where it may say whose."""
    name = clipped(cell.strip())
    if names.may_identify(name):
        raise Unreadable("column_whose", WHOSE, column=name)
    return [name] if name else []


def _require_needed(found: set[str]) -> None:
    if not found:
        raise Unreadable("no_header", NO_HEADER)
    needed = {name: name in found for name in ("value", "unit", "specimen_at")}
    needed["analyte"] = bool(found & {"analyte", "loinc"})
    missing = sorted(name for name, there in needed.items() if not there)
    if missing:
        raise Unreadable(
            "column_missing", NEEDED_MISSING,
            missing=", ".join(missing), found=", ".join(sorted(found)),
        )  # fmt: skip


def lines(rows: Iterable[Row]) -> tuple[list[Line], list[str]]:
    """The lines of a table whose first row with text is the header, and the columns ignored.

    Each row comes with its number, as a spreadsheet counts. Raises Unreadable.
    """
    filled = ((number, cells) for number, cells in rows if any(_said(cell) for cell in cells))
    first = next(filled, None)
    header = header_of(_all_shown(first[1]) if first else ())
    found = [
        _line(number, _named(number, cells, header), header)
        for number, cells in islice(filled, MOST_ROWS + 1)
    ]
    if len(found) > MOST_ROWS:
        raise Unreadable("too_many_rows", TOO_MANY, most=f"{MOST_ROWS:,}")
    if not found:
        raise Unreadable("no_rows", NO_ROWS)
    return found, header.ignored


def _named(number: int, cells: Sequence[str], header: Header) -> Sequence[str]:
    """The cells of a row. Raises Unreadable where one says something under no name."""
    for place in sorted(header.unnamed):
        if place < len(cells) and _said(cells[place]):
            column = get_column_letter(place + 1)
            raise Unreadable("column_unnamed", UNNAMED, column=column, row=str(number))
    return cells


def _all_shown(cells: Sequence[str]) -> Sequence[str]:
    """The cells of the header row. Raises Unreadable where the row is hidden."""
    for cell in cells:
        problem = getattr(cell, "problem", None)
        if problem is not None and problem.code in OF_ROW:
            raise Unreadable(problem.code, problem.message)
    return cells


def _said(cell: str) -> bool:
    return bool(cell.strip()) or getattr(cell, "problem", None) is not None


def _line(number: int, cells: Sequence[str], header: Header) -> Line:
    typed = {field: cells[place] for place, field in header.columns.items() if place < len(cells)}
    line = Line(number, {field: clipped(text.strip()) for field, text in typed.items()})
    line.problems += dict.fromkeys(_cells_refused(typed))
    beyond = [cell for cell in cells[header.width :] if cell.strip()]
    if beyond:
        values = {"cells": str(len(cells)), "columns": str(header.width)}
        line.refuse(Problem("cells", CELLS, "", values))
    else:
        understand(line, {field: text.strip() for field, text in typed.items()})
    return line


def _cells_refused(typed: dict[str, str]) -> Iterator[Problem]:
    for field, cell in typed.items():
        problem = getattr(cell, "problem", None)
        if problem is not None:
            about = "" if problem.code in OF_ROW else field
            yield Problem(problem.code, problem.message, about, problem.values)
        elif not cell.strip().isprintable():
            yield Problem("control", CONTROL, field)


def understand(line: Line, typed: dict[str, str]) -> None:
    """Fill the document of a line from the text of its fields, or say what is wrong."""
    document = line.document
    refused = {problem.field for problem in line.problems}
    for field, read in (("analyte", _analyte), ("specimen_at", _specimen)):
        if field in refused:
            continue
        try:
            document[field] = read(typed)
        except Unreadable as unreadable:
            line.refuse(unreadable.problem)
    for field in ("value", "unit", "laboratory"):
        if typed.get(field):
            document[field] = typed[field]
    if flag := ranges.flag(typed.get("interpretation", ""), line.notes):
        document["interpretation"] = flag
    if bounds := _range(typed):
        document["range"] = bounds


def _analyte(typed: dict[str, str]) -> str:
    return names.analyte(typed.get("analyte", ""), typed.get("loinc", ""))


def _specimen(typed: dict[str, str]) -> str:
    return times.specimen(typed.get("specimen_at", ""), typed.get("specimen_time", ""))


def _range(typed: dict[str, str]) -> dict[str, str]:
    bounds = {
        name: typed[f"range_{name}"] for name in ("low", "high") if typed.get(f"range_{name}")
    }
    return bounds or ranges.in_words(typed.get("range", ""))
