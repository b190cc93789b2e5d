"""Files of results, read: encodings, delimiters, headers, dates, and what is refused with why."""

import pytest

from outcomes.lab_files import Unreadable, names, read
from outcomes.lab_files.base import MOST_BYTES, MOST_ROWS
from outcomes.reference import analytes

HEADER = "analyte,value,unit,specimen_at"
CRP = f"{HEADER}\ncrp,12.5,mg/L,2026-03-01"


def the_line(text):
    (line,) = read(text.encode() if isinstance(text, str) else text).lines
    return line


def codes(line):
    return [problem.code for problem in line.problems]


def refused(content):
    with pytest.raises(Unreadable) as raised:
        read(content)
    problem = raised.value.problem
    assert problem.text()  # every value that its template names is there
    return problem.code


# --- which text it is ----------------------------------------------------------------------------
KOREAN = "등록번호,검사명,결과,단위,채혈일시\n00123,혈색소,13.2,g/dL,2026년 3월 1일 오전 8:30"
TEXTS = {
    "UTF-8": (KOREAN.encode(), "utf-8"),
    "UTF-8 with its mark": (b"\xef\xbb\xbf" + KOREAN.encode(), "utf-8"),
    "UTF-16 as Excel saves it": (b"\xff\xfe" + KOREAN.encode("utf-16-le"), "utf-16-le"),
    "UTF-16, big end first": (b"\xfe\xff" + KOREAN.encode("utf-16-be"), "utf-16-be"),
    "CP949 as Korean Windows saves it": (KOREAN.encode("cp949"), "cp949"),
    "EUC-KR": (KOREAN.encode("euc_kr"), "cp949"),
}


@pytest.mark.parametrize(("content", "encoding"), TEXTS.values(), ids=TEXTS)
def test_korean_text_is_read_the_same_in_every_encoding(content, encoding):
    sheet = read(content)
    (line,) = sheet.lines
    assert sheet.encoding == encoding
    assert line.typed["record_number"] == "00123"
    assert line.document == {
        "analyte": "hb", "value": "13.2", "unit": "g/dL", "specimen_at": "2026-03-01T08:30",
    }  # fmt: skip


NOT_TEXT = {
    "Western text that CP949 would take for Korean": f"{HEADER}\ncrp,5,µg/mL,2026-03-01".encode(
        "latin-1"
    ),
    "UTF-16 without its mark": CRP.encode("utf-16-le"),
    "UTF-32": b"\xff\xfe\0\0" + CRP.encode("utf-32-le"),
    "broken UTF-8 of a Korean file": KOREAN.encode()[:-1] + b"\xff\xfe",
    "half a character of UTF-16": b"\xff\xfe" + CRP.encode("utf-16-le")[:-1],
}


@pytest.mark.parametrize("content", NOT_TEXT.values(), ids=NOT_TEXT)
def test_text_that_could_be_read_two_ways_is_refused(content):
    assert refused(content) == "encoding"


def test_a_korean_syllable_outside_of_euc_kr_needs_a_header_that_is_known():
    known = "검사명,결과,단위,채혈일,비고\nCRP,5,mg/L,2026-03-01,똠".encode("cp949")
    assert the_line(known).document["analyte"] == "crp"
    assert refused(f"{HEADER},note\ncrp,5,mg/L,2026-03-01,똠".encode("cp949")) == "encoding"


WHOLE = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n\t", "empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "empty"),
    "a PDF": (b"%PDF-1.7\n", "pdf"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "old_excel"),
    "a damaged workbook": (b"PK\x03\x04 and nothing more", "workbook"),
    "no header": (b"crp,5,mg/L,2026-03-01", "no_header"),
    "a header alone": (HEADER.encode(), "no_rows"),
    "without units": (b"analyte,value,specimen_at\ncrp,5,2026-03-01", "column_missing"),
    "with a date of the report only": (
        "검사명,결과,단위,보고일\ncrp,5,mg/L,2026-03-01".encode(), "column_missing"),
    "two columns of values": (f"{HEADER},결과\ncrp,5,mg/L,2026-03-01,6".encode(), "column_twice"),
    "an open quotation mark": (f'{HEADER}\n"crp,5,mg/L,2026-03-01'.encode(), "quotes"),
    "too many rows": (HEADER.encode() + b"\ncrp,5,mg/L,2026-03-01" * (MOST_ROWS + 1),
                      "too_many_rows"),
    "too many bytes": (b" " * (MOST_BYTES + 1), "too_large"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code"), WHOLE.values(), ids=WHOLE)
def test_a_file_that_cannot_be_used_says_what_to_do(content, code):
    assert refused(content) == code


# --- delimiters and headers ----------------------------------------------------------------------
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_delimiter_is_told_by_the_header(delimiter, end):
    text = CRP.replace(",", delimiter).replace("\n", end)
    assert the_line(text).document == {
        "analyte": "crp", "value": "12.5", "unit": "mg/L", "specimen_at": "2026-03-01",
    }  # fmt: skip


def test_rows_are_counted_as_a_spreadsheet_does():
    sheet = read(f"\n{HEADER}\n\ncrp,5,mg/L,2026-03-01\n,,,\ncrp,6,mg/L,2026-03-02\n".encode())
    assert [line.number for line in sheet.lines] == [4, 6]


def test_a_column_that_is_not_known_is_named_and_left_out():
    sheet = read(f"{HEADER},Ward,비고\ncrp,5,mg/L,2026-03-01,Ha,x".encode())
    assert sheet.ignored == ["Ward", "비고"]
    assert "Ha" not in str(sheet.lines[0])


WHOSE = {
    "Patient ID": "patient_number", "PatientID": "patient_number", "환자번호": "patient_number",
    "MRN": "record_number", "M.R.N.": "record_number", "Hospital Number": "record_number",
    "Chart No.": "record_number", "등록 번호": "record_number", "병록번호": "record_number",
    "name": "patient_name", "Patient name": "patient_name", "성명": "patient_name",
    "이름": "patient_name", "DOB": "birth_date", "Birth-date": "birth_date",
    "생년월일": "birth_date", "Sex": "sex", "성별": "sex",
}  # fmt: skip


@pytest.mark.parametrize(("column", "field"), WHOSE.items(), ids=WHOSE)
def test_a_column_that_says_whose_it_is_is_read(column, field):
    (line,) = read(f"{HEADER},{column}\ncrp,5,mg/L,2026-03-01,x".encode()).lines
    assert line.typed[field] == "x"


@pytest.mark.parametrize(
    "column", ["Patient", "ID", "patientRef", "Surname", "Mother's name", "주민번호", "성별/나이"]
)
def test_a_column_that_may_say_whose_it_is_is_never_left_out(column):
    with pytest.raises(Unreadable) as raised:
        read(f"{HEADER},{column}\ncrp,5,mg/L,2026-03-01,x".encode())
    assert raised.value.problem.code == "column_whose"
    assert column in raised.value.problem.text()


OF_NOBODY = ("Specimen ID", "SpecimenID", "Accession", "Accession ID", "Order ID", "order_name",
             "Device name", "Test ID", "Lab name", "barcode id", "검체 ID", "장비이름")  # fmt: skip


@pytest.mark.parametrize("column", OF_NOBODY)
def test_a_column_of_a_thing_is_left_out(column):
    sheet = read(f"{HEADER},{column}\ncrp,5,mg/L,2026-03-01,x".encode())
    assert sheet.ignored == [column]


@pytest.mark.parametrize(
    "column", ["Specimen name", "Sample name", "Ordering physician name", "Latest name", "Own ID",
               "Device of patient", "Order MRN"],
)  # fmt: skip
def test_a_name_or_number_that_may_be_a_persons_is_refused(column):
    assert refused(f"{HEADER},{column}\ncrp,5,mg/L,2026-03-01,x".encode()) == "column_whose"


RANGES = {
    "two columns": ("ref_low,ref_high", "12.0,16.0", {"low": "12.0", "high": "16.0"}),
    "other names of them": ("LLN,ULN", "12.0,16.0", {"low": "12.0", "high": "16.0"}),
    "one column": ("range", "12.0-16.0", {"low": "12.0", "high": "16.0"}),
    "one column, otherwise called": ("Ref range", "12.0 - 16.0", {"low": "12.0", "high": "16.0"}),
    "the lower limit alone": ("ref_low,ref_high", "12.0,", {"low": "12.0"}),
    "in words": ("range", "below 5", {"text": "below 5"}),
}


@pytest.mark.parametrize(("columns", "cells", "expected"), RANGES.values(), ids=RANGES)
def test_the_range_of_the_laboratory_is_read(columns, cells, expected):
    line = the_line(f"{HEADER},{columns}\nhb,13,g/dL,2026-03-01,{cells}")
    assert line.document["range"] == expected


PLAIN = "analyte,value,unit"
BARE = {
    "a date alone": ("date", "2026-03-01", "2026-03-01"),
    "a date and a time": ("Date,Time", "2026-03-01,08:30", "2026-03-01T08:30"),
    "collected": ("Collected", "2026-03-01", "2026-03-01"),
    "in Korean": ("날짜", "2026-03-01", "2026-03-01"),
    "beside the date of birth": ("date,DOB", "2026-03-01,1947-03-01", "2026-03-01"),
    "beside the day of the specimen": ("date,specimen_at", "2026-03-05,2026-03-01", "2026-03-01"),
}


@pytest.mark.parametrize(("columns", "cells", "expected"), BARE.values(), ids=BARE)
def test_a_date_that_can_only_be_the_specimens_is_read(columns, cells, expected):
    assert the_line(f"{PLAIN},{columns}\ncrp,5,mg/L,{cells}").document["specimen_at"] == expected


@pytest.mark.parametrize(
    "other", ["Report date", "Received", "Ordered at", "결과일자", "Result time"]
)
def test_a_date_beside_another_is_refused_with_the_reason(other):
    content = f"{PLAIN},date,{other}\ncrp,5,mg/L,2026-03-01,2026-03-02".encode()
    with pytest.raises(Unreadable) as raised:
        read(content)
    assert raised.value.problem.code == "column_which_time"
    assert other in raised.value.problem.text()
    assert "specimen_at" in raised.value.problem.text()


def test_two_bare_dates_are_refused():
    assert (
        refused(f"{PLAIN},date,날짜\ncrp,5,mg/L,2026-03-01,2026-03-02".encode()) == "column_twice"
    )


def test_a_cell_under_no_name_is_refused_with_its_place():
    with pytest.raises(Unreadable) as raised:
        read(f"{PLAIN},,specimen_at\ncrp,5,mg/L,,2026-03-01\ncrp,6,mg/L,x,2026-03-01".encode())
    assert raised.value.problem.code == "column_unnamed"
    assert raised.value.problem.values == {"column": "D", "row": "3"}
    assert "x" not in raised.value.problem.values.values()


def test_an_empty_column_without_a_name_is_left_out():
    assert the_line(f"{PLAIN},,specimen_at\ncrp,5,mg/L,,2026-03-01").problems == []


@pytest.mark.parametrize("header", ["Specimen_At", " specimen  at ", "SPECIMEN-AT", "채혈일시"])
def test_a_header_is_known_however_it_is_spaced(header):
    text = CRP.replace("specimen_at", header)
    assert the_line(text).document["specimen_at"] == "2026-03-01"


def test_every_alias_leads_to_a_field_and_no_alias_to_two():
    rows = list(names._rows("headers.csv"))
    assert len({names.header(row["alias"]) for row in rows}) == len(rows)
    assert {row["analyte"] for row in names._rows("analytes.csv")} <= set(analytes())


def test_no_name_of_an_analyte_means_two():
    rows = list(names._rows("analytes.csv"))
    own = {names.plain(name): one.code for one in analytes().values()
           for name in (one.code, one.name)}  # fmt: skip
    for row in rows:
        assert own.get(names.plain(row["alias"]), row["analyte"]) == row["analyte"]
    assert len({names.plain(row["alias"]) for row in rows}) == len(rows)


# --- one row -------------------------------------------------------------------------------------
ANALYTES = {
    "its code": ("crp", "", "crp"),
    "its name": ("C-reactive protein", "", "crp"),
    "a Korean name": ("혈색소", "", "hb"),
    "its LOINC code": ("", "1988-5", "crp"),
    "a LOINC code as its name": ("2160-0", "", "creatinine"),
    "both": ("CRP", "30522-7", "crp"),
    "an analyte that is not known": ("sodium", "", "lab_analyte_unknown"),
    "a LOINC code that is not known": ("", "2951-2", "lab_analyte_unknown"),
    "another formula of eGFR": ("", "33914-3", "lab_analyte_unknown"),
    "two that disagree": ("crp", "2160-0", "analytes_differ"),
    "neither": ("", "", "lab_analyte_missing"),
}


@pytest.mark.parametrize(("name", "loinc", "expected"), ANALYTES.values(), ids=ANALYTES)
def test_an_analyte_is_in_the_table_or_refused(name, loinc, expected):
    line = the_line(f"{HEADER},loinc\n{name},5,mg/L,2026-03-01,{loinc}")
    assert expected == line.document.get("analyte", *codes(line))


DATES = {
    "2026-03-01": "2026-03-01",
    "2026-3-1": "2026-03-01",
    "2026/03/01": "2026-03-01",
    "20260301": "2026-03-01",
    "2026.03.01": "2026-03-01",
    "2026. 3. 1.": "2026-03-01",
    "2026년 3월 1일": "2026-03-01",
    "2026년3월1일": "2026-03-01",
    "2028-02-29": "2028-02-29",
    "2026-03-01 08:30": "2026-03-01T08:30",
    "2026-03-01T08:30": "2026-03-01T08:30",
    "2026-03-01T08:30:00Z": "2026-03-01T08:30Z",
    "2026-03-01 08:30:15+09:00": "2026-03-01T08:30:15+09:00",
    "2026-03-01 08:30+0900": "2026-03-01T08:30+09:00",
    "2026.03.01 오후 2:30": "2026-03-01T14:30",
    "2026-03-01 오전 12:05": "2026-03-01T00:05",
    "2026-03-01 12:05 PM": "2026-03-01T12:05",
    "03/04/2026": "date_unclear",
    "13/04/2026": "date_unclear",
    "3.4.2026": "date_unclear",
    "01-03-26": "date_unclear",
    "2026-02-29": "date_not_understood",
    "2026-13-01": "date_not_understood",
    "2026-03": "date_not_understood",
    "2026-03-01 25:00": "date_not_understood",
    "2026-03-01 오후 14:30": "date_not_understood",
    "2026-03-01 morning": "date_not_understood",
    "1 March 2026": "date_not_understood",
    "46082": "date_not_understood",
    "２０２６-03-01": "date_not_understood",
    "": "no_time",
}


@pytest.mark.parametrize(("text", "expected"), DATES.items(), ids=[d or "none" for d in DATES])
def test_a_specimen_has_a_day_that_can_be_read_one_way_only(text, expected):
    line = the_line(f"{HEADER}\ncrp,5,mg/L,{text}")
    assert expected == line.document.get("specimen_at", *codes(line))


TIMES = {
    "a time of its own": ("2026-03-01", "08:30", "2026-03-01T08:30"),
    "none": ("2026-03-01", "", "2026-03-01"),
    "in both": ("2026-03-01 08:30", "08:30", "time_twice"),
    "not a time": ("2026-03-01", "0830", "date_not_understood"),
}


@pytest.mark.parametrize(("date", "time", "expected"), TIMES.values(), ids=TIMES)
def test_the_time_of_day_may_have_a_column(date, time, expected):
    line = the_line(f"{HEADER},specimen_time\ncrp,5,mg/L,{date},{time}")
    assert expected == line.document.get("specimen_at", *codes(line))


def test_a_comma_decimal_without_quotation_marks_is_a_cell_too_many():
    line = the_line(f"{HEADER}\ncrp,1,5,mg/L,2026-03-01")
    assert (codes(line), line.document) == (["cells"], {})


def test_cells_at_the_end_may_be_left_out():
    assert codes(the_line(f"{HEADER},flag\ncrp,5,mg/L,2026-03-01")) == []


def test_characters_that_cannot_be_seen_are_refused():
    assert codes(the_line(f"{HEADER}\ncrp,5\u200b,mg/L,2026-03-01")) == ["control"]


RANGES = {
    "0-5": {"low": "0", "high": "5"},
    "0.5 ~ 1.5": {"low": "0.5", "high": "1.5"},
    "<5": {"text": "<5"},
    "": None,
}


@pytest.mark.parametrize(("text", "expected"), RANGES.items(), ids=[r or "none" for r in RANGES])
def test_a_range_is_two_numbers_or_the_laboratory_s_words(text, expected):
    line = the_line(f"{HEADER},참고치\ncrp,5,mg/L,2026-03-01,{text}")
    assert line.document.get("range") == expected


@pytest.mark.parametrize(
    ("flag", "expected", "noted"),
    [("h", "H", []), ("정상", "N", []), ("", None, []), ("critical", None, ["flag_unknown"])],
)
def test_a_flag_that_is_not_known_is_said(flag, expected, noted):
    line = the_line(f"{HEADER},flag\ncrp,5,mg/L,2026-03-01,{flag}")
    assert line.document.get("interpretation") == expected
    assert [note.code for note in line.notes] == noted
