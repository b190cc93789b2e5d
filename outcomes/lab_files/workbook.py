"""An XLSX workbook: text, number and date cells as the sheet shows them."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl import load_workbook

from outcomes.lab_files import hiding, tables
from outcomes.lab_files.base import MOST_ROWS, Problem, Sheet, Unreadable
from outcomes.rules.text import gettext_noop as _

# unpacked; a sheet of 20,000 rows has about 15 MB
MOST_UNPACKED = 60_000_000
MOST_COLUMNS = 60
TOO_LARGE = _("The workbook unpacks to more than {most} MB: save only the results, in parts.")
BROKEN = _("The workbook cannot be opened: save it anew as .xlsx, without a password, or as CSV.")
NO_SHEET = _(
    "No sheet has a header row that is recognised. Write one as the first row, with at least: "
    "analyte, value, unit, specimen_at."
)
MANY_SHEETS = _("More than one sheet holds results: {sheets}. Keep one of them.")
NO_STORED_VALUE = _(
    "This cell is a formula whose result is not stored: open the workbook, save it, or paste the "
    "values."
)
ERROR = _("This cell shows an error ({error}): correct it in the workbook.")
NOT_PLAIN = _("This cell is {shown}: write it as text or as a plain number.")
FORMAT = _(
    "The number format “{format}” may show another number than the cell holds: format the cell as "
    "text or as a plain number."
)
HIDDEN_SHEET = _("The sheet “{sheet}” holds results and is hidden: show it or delete it.")
HIDDEN_ROW = _("This is a hidden row: show it or delete it.")
HIDDEN_COLUMN = _("This cell is in a hidden column: show the column or delete it.")
PLAIN_FORMAT = re.compile(r"(#,##)?0(\.(0+))?( ?_-| ?_\))?")


def read(content: bytes) -> Sheet:
    """Raises Unreadable."""
    _refuse_bombs(content)
    try:
        values, formulas = (_opened(content, stored) for stored in (True, False))
        name = _the_sheet(values)
        rows = _rows(values[name], formulas[name])
        found, ignored = tables.lines(rows)
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged workbook makes the library raise
        raise Unreadable("workbook", BROKEN) from error
    return Sheet("workbook", found, ignored)


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked = sum(part.file_size for part in package.infolist())
    except zipfile.BadZipFile:
        raise Unreadable("workbook", BROKEN) from None
    if unpacked > MOST_UNPACKED:
        raise Unreadable("too_large", TOO_LARGE, most=str(MOST_UNPACKED // 1_000_000))


def _opened(content: bytes, stored: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
        return load_workbook(io.BytesIO(content), read_only=True, data_only=stored)


def _the_sheet(book: Any) -> str:
    """The one sheet whose first row with text is a header that is known."""
    sheets = [sheet for sheet in book.worksheets if _has_header(sheet)]
    known = [str(sheet.title) for sheet in sheets]
    if not known:
        raise Unreadable("no_header", NO_SHEET)
    for sheet in sheets:
        if sheet.sheet_state != "visible":
            raise Unreadable("hidden_sheet", HIDDEN_SHEET, sheet=str(sheet.title))
    if len(known) > 1:
        raise Unreadable("many_sheets", MANY_SHEETS, sheets=", ".join(known))
    return known[0]


def _has_header(sheet: Any) -> bool:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    for row in sheet.iter_rows(max_row=50, max_col=MOST_COLUMNS, values_only=True):
        cells = [str(value) for value in row if value is not None]
        if cells:
            return tables.recognised(cells) > 1
    return False


def _rows(values: Any, formulas: Any) -> Iterator[tuple[int, Sequence[str]]]:
    """Each row with its number; the same sheet is read twice, for what is stored and what typed."""
    for sheet in (values, formulas):
        sheet.reset_dimensions()
    # one more than may be, so that too many are seen as such
    most = {"max_row": MOST_ROWS + 1000, "max_col": MOST_COLUMNS}
    both = zip(values.iter_rows(**most), formulas.iter_rows(**most), strict=True)
    hidden = hiding.of(values)
    for number, (stored, typed) in enumerate(both, start=1):
        cells = tuple(_cell(a, b) for a, b in zip(stored, typed, strict=True))
        yield number, _shown(number, cells, hidden)


def _shown(number: int, cells: Sequence[str], hidden: hiding.Hidden) -> Sequence[str]:
    """The cells of a row; what the sheet hides is refused with what to do."""
    if number in hidden.rows:
        return tuple(_refused(cell, "hidden_row", HIDDEN_ROW) if cell else "" for cell in cells)
    return tuple(
        _refused(cell, "hidden_column", HIDDEN_COLUMN) if cell and place in hidden.columns else cell
        for place, cell in enumerate(cells, start=1)
    )


def _cell(stored: Any, typed: Any) -> str:
    value = stored.value
    if value is None:
        if typed.value is None:
            return ""
        return _refused(str(typed.value), "formula", NO_STORED_VALUE)
    if stored.data_type == "e":
        return _refused(str(value), "cell_error", ERROR, error=str(value))
    if isinstance(value, bool):
        return _refused(str(value).upper(), "cell_kind", NOT_PLAIN, shown=str(value).upper())
    if isinstance(value, int | float):
        return _number(value, stored.number_format)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return _time(value, stored.number_format)
    return str(value)


def _number(value: float, shown_as: str) -> str:
    """The digits that the sheet shows: 15 at most are meant, the rest is the binary's."""
    exact = Decimal(f"{value:.15g}")
    form = shown_as.split(";")[0]
    if form in ("General", "@"):
        return format(exact, "f")
    match = PLAIN_FORMAT.fullmatch(form)
    if match is None:
        text = format(exact, "f")
        return _refused(text, "cell_format", FORMAT, format=shown_as[:40])
    places = Decimal(1).scaleb(-len(match[3] or ""))
    return format(exact.quantize(places, ROUND_HALF_UP), "f")


def _time(value: dt.datetime | dt.date | dt.time, shown_as: str) -> str:
    """A date cell as the sheet shows it: with its time of day where the format has one."""
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    timed = isinstance(value, dt.datetime) and re.search(r"[hs]", _bare(shown_as))
    if not timed:
        return f"{value:%Y-%m-%d}"
    return value.isoformat(" ", "seconds")  # type: ignore[call-arg]


def _bare(form: str) -> str:
    """A number format without its quoted texts and its locale."""
    return re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", form).lower()


def _refused(text: str, code: str, message: str, **values: str) -> str:
    return tables.Cell.refused(text, Problem(code, message, "", values))
