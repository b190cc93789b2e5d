"""Workbooks: what the sheet shows is what is read; what it hides is refused."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from outcomes.lab_files import Unreadable, read
from outcomes.lab_files.workbook import MOST_UNPACKED

HEADER = ("analyte", "value", "unit", "specimen_at")
DAY = dt.date(2026, 3, 1)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(*rows, header=HEADER, formats=()):
    """A sheet of rows under a header; `formats` are number formats by cell."""
    book = Workbook()
    sheet = book.active
    for row in (header, *rows):
        sheet.append(row)
    for cell, form in dict(formats).items():
        sheet[cell].number_format = form
    return saved(book)


def the_line(content):
    (line,) = read(content).lines
    return line


def codes(line):
    return [problem.code for problem in line.problems]


NUMBERS = {
    "a whole number": (5, "General", "5"),
    "a fraction": (12.5, "General", "12.5"),
    "a sum that binary cannot hold": (0.1 + 0.2, "General", "0.3"),
    "a third": (1 / 3, "0.00", "0.33"),
    "a half is rounded up, as shown": (2.675, "0.00", "2.68"),
    "zeros that are shown": (1.5, "0.00", "1.50"),
    "digits that are not shown": (49.67, "0.0", "49.7"),
    "thousands": (1200, "#,##0", "1200"),
    "a small number": (0.00001, "General", "0.00001"),
    "text in a cell": ("<0.5", "@", "<0.5"),
    "digits kept as text": ("5.0", "@", "5.0"),
    "a per cent": (0.05, "0%", "cell_format"),
    "an exponent": (5, "0.00E+00", "cell_format"),
    "a fraction as such": (0.5, "# ?/?", "cell_format"),
    "a unit in the format": (5, '0" mg"', "cell_format"),
    "a yes": (True, "General", "cell_kind"),
}


@pytest.mark.parametrize(("value", "form", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_is_what_the_sheet_shows(value, form, expected):
    line = the_line(workbook(("crp", value, "mg/L", "2026-03-01"), formats={"B2": form}))
    assert expected == (codes(line) or [line.document["value"]])[0]


TIMES = {
    "a date": (DAY, "yyyy-mm-dd", "2026-03-01"),
    "a date shown the American way": (DAY, "mm/dd/yyyy", "2026-03-01"),
    "a date in Korean": (DAY, 'yyyy"년" m"월" d"일"', "2026-03-01"),
    "a date and time": (dt.datetime(2026, 3, 1, 8, 30), "yyyy-mm-dd hh:mm", "2026-03-01T08:30"),
    "midnight that is shown": (dt.datetime(2026, 3, 1), "yyyy-mm-dd hh:mm", "2026-03-01T00:00"),
    "text": ("2026.03.01 오전 8:30", "General", "2026-03-01T08:30"),
    "a number that is no date": (20260301, "General", "2026-03-01"),
    "a date as its serial number": (46082, "General", "date_not_understood"),
}


@pytest.mark.parametrize(("value", "form", "expected"), TIMES.values(), ids=TIMES)
def test_a_date_cell_is_a_date(value, form, expected):
    line = the_line(workbook(("crp", 5, "mg/L", value), formats={"D2": form}))
    assert expected == line.document.get("specimen_at", *codes(line))


def test_a_value_that_became_a_date_is_no_value():
    line = the_line(workbook(("crp", DAY, "mg/L", DAY)))
    assert line.document["value"] == "2026-03-01"  # refused as no number, as it is shown


def test_a_formula_without_a_stored_value_is_refused():
    line = the_line(workbook(("crp", "=1+1", "mg/L", "2026-03-01")))
    assert codes(line) == ["formula"]


def test_a_formula_with_its_stored_value_is_read():
    content = workbook(("crp", 77, "mg/L", "2026-03-01"))
    assert the_line(edited(content, "<v>77</v>", "<f>7*11</f><v>77</v>")).document["value"] == "77"


def test_an_error_in_a_cell_is_refused():
    line = the_line(workbook(("crp", "#DIV/0!", "mg/L", "2026-03-01")))
    assert codes(line) == ["cell_error"]


def test_empty_rows_and_columns_around_the_table_do_not_matter():
    book = Workbook()
    sheet = book.active
    for column, name in enumerate(HEADER, start=2):
        sheet.cell(3, column, name)
    for column, value in enumerate(("crp", 5, "mg/L", DAY), start=2):
        sheet.cell(6, column, value)
    line = the_line(saved(book))
    assert (line.number, line.document["value"]) == (6, "5")


def test_one_sheet_holds_results():
    book = Workbook()
    book.active.append(("About this file",))
    book.create_sheet("Results").append(HEADER)
    book["Results"].append(("crp", 5, "mg/L", DAY))
    assert len(read(saved(book)).lines) == 1
    book.create_sheet("More").append(HEADER)
    assert refused(saved(book)) == "many_sheets"


def test_no_sheet_holds_results():
    assert refused(workbook(("crp", 5), header=("a", "b"))) == "no_header"


def refused(content):
    with pytest.raises(Unreadable) as raised:
        read(content)
    assert raised.value.problem.text()
    return raised.value.problem.code


def edited(content, old, new):
    """The same workbook with something else in its sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as copy:
        for part in package.infolist():
            data = package.read(part)
            if part.filename.endswith("sheet1.xml"):
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            copy.writestr(part.filename, data)
    return out.getvalue()


# --- what a sheet hides ---------------------------------------------------------------------------
def hiding(hide, *rows):
    book = Workbook()
    for row in (HEADER, *(rows or [("crp", 5, "mg/L", "2026-03-01"), ("hb", 9, "g/dL", DAY)])):
        book.active.append(row)
    hide(book.active)
    return saved(book)


def hide_row(sheet, number=2):
    sheet.row_dimensions[number].hidden = True


def hide_column(sheet):
    sheet.column_dimensions["C"].hidden = True


def hide_columns(sheet):
    sheet.column_dimensions.group("B", "C", hidden=True)


def hide_beside(sheet):
    sheet["F1"], sheet["F2"] = "remark", "x"
    sheet.column_dimensions["F"].hidden = True
    hide_row(sheet, 7)


def hide_all_unless_said(sheet):
    sheet.sheet_format.zeroHeight = True


HIDDEN = {
    "a row": (hide_row, [["hidden_row"], []]),
    "all rows": (hide_all_unless_said, "hidden_row"),
    "the header": (lambda sheet: hide_row(sheet, 1), "hidden_row"),
    "a column": (hide_column, [["hidden_column"]] * 2),
    "several columns": (hide_columns, [["hidden_column"] * 2] * 2),
    "what is not read": (hide_beside, [[], []]),
}


@pytest.mark.parametrize(("hide", "expected"), HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden_is_never_read_silently(hide, expected):
    content = hiding(hide)
    if isinstance(expected, str):
        assert refused(content) == expected
    else:
        assert [codes(line) for line in read(content).lines] == expected


def test_a_row_of_no_height_is_hidden():
    content = hiding(lambda sheet: None)
    content = edited(content, '<row r="2"', '<row ht="0" customHeight="1" r="2"')
    assert [codes(line) for line in read(content).lines] == [["hidden_row"], []]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_refused(state):
    book = Workbook()
    book.active.append(("About this file",))
    book.create_sheet("Results").append(HEADER)
    book["Results"].append(("crp", 5, "mg/L", DAY))
    book["Results"].sheet_state = state
    assert refused(saved(book)) == "hidden_sheet"


def test_what_unpacks_to_far_more_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"\0" * (MOST_UNPACKED + 1))
    assert len(out.getvalue()) < 100_000
    assert refused(out.getvalue()) == "too_large"


def test_entities_that_grow_are_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    content = workbook(("crp", 5, "mg/L", "2026-03-01"))
    content = edited(content, "<v>5</v>", "<v>&j;</v>")
    assert refused(edited(content, "<worksheet", f"{bomb}]><worksheet")) == "workbook"
