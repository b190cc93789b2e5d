"""What a spreadsheet would run stays text; numbers stay numbers (ASVS 1.2.10)."""

import csv
import io

import pytest

from tracker.spreadsheets import safe, write


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        pytest.param("=1+1", "'=1+1", id="formula"),
        pytest.param("+82 2 123", "'+82 2 123", id="plus"),
        pytest.param("-1+cmd", "'-1+cmd", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\tx", "'\tx", id="tab"),
        pytest.param("\rx", "'\rx", id="carriage return"),
        pytest.param("\0=x", "'\0=x", id="null"),
        pytest.param("  =1", "'  =1", id="blanks in front"),
        pytest.param("4-", "4-", id="a minus inside"),
        pytest.param("한 글", "한 글", id="Korean"),
        pytest.param("", "", id="empty"),
        pytest.param(None, None, id="missing"),
        pytest.param(-3, -3, id="a negative number"),
        pytest.param(-0.5, -0.5, id="a negative fraction"),
    ],
)
def test_a_cell(cell, kept):
    assert safe(cell) == kept


def test_a_table_reads_back_as_it_was_but_for_the_apostrophe():
    file = io.StringIO()
    write(file, ["=a", "b"], [['x, "y"\nz', -1], ["=2", None]])
    text = file.getvalue()
    assert text[0] == "\ufeff"
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows == [["'=a", "b"], ['x, "y"\nz', "-1"], ["'=2", ""]]
