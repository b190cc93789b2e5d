"""HL7 v2 messages typed by hand: whose, what, when, how much, and what is refused."""

import pytest

from outcomes.lab_files import Unreadable, read

MSH = "MSH|^~\\&|LIS|Seoul Lab|REGAIN||20260301100000+0900||ORU^R01^ORU_R01|77|P|2.5.1"
PID = "PID|1||12345678^^^H^MR||Ha^Na"
OBR = "OBR|1|O1|A77|CRP^C-reactive protein|||20260301083000"
OBX = "OBX|1|NM|1988-5^CRP^LN||12.5|mg/L|0-5|H|||F"


def message(*segments, end="\r"):
    return end.join(segments).encode()


def the_line(*segments, **how):
    (line,) = read(message(*segments, **how)).lines
    return line


def codes(line):
    return [problem.code for problem in line.problems]


def obx(kind="NM", code="1988-5^CRP^LN", value="12.5", unit="mg/L", more="0-5|H|||F"):
    return f"OBX|1|{kind}|{code}||{value}|{unit}|{more}"


def test_a_result_is_read_whole():
    line = the_line(MSH, PID, OBR, OBX)
    assert line.problems == []
    assert line.typed["patient_number"] == "12345678"
    assert line.document == {
        "analyte": "crp", "value": "12.5", "unit": "mg/L", "laboratory": "Seoul Lab",
        "specimen_at": "2026-03-01T08:30+09:00", "interpretation": "H",
        "range": {"low": "0", "high": "5"},
    }  # fmt: skip


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_segments_end_as_files_have_it(end):
    assert the_line(MSH, PID, OBR, OBX, "", end=end).problems == []


def test_several_messages_with_and_without_framing():
    one = message(MSH, PID, OBR, OBX)
    other = one.replace(b"12345678", b"87654321")
    for content in (one + b"\r" + other, b"\x0b" + one + b"\r\x1c\r\x0b" + other + b"\r\x1c\r"):
        sheet = read(content)
        assert [line.typed["patient_number"] for line in sheet.lines] == ["12345678", "87654321"]
        assert [line.number for line in sheet.lines] == [1, 2]


def test_a_batch_with_its_own_header():
    content = message("FHS|^~\\&|LIS", "BHS|^~\\&|LIS", MSH, PID, OBR, OBX, "BTS|1", "FTS|1")
    assert [codes(line) for line in read(content).lines] == [[]]


def test_several_patients_in_one_message():
    other = PID.replace("12345678", "87654321")
    sheet = read(message(MSH, PID, OBR, OBX, other, OBR, OBX))
    assert [line.typed["patient_number"] for line in sheet.lines] == ["12345678", "87654321"]


def test_the_time_of_one_patient_is_never_that_of_the_next():
    other = PID.replace("12345678", "87654321")
    _first, second = read(message(MSH, PID, OBR, OBX, other, OBX)).lines
    assert codes(second) == ["no_time"]


NUMBERS = {
    "one": ("1^^^H^MR", "1", []),
    "one without its kind": ("1", "1", []),
    "one of several is the record number": ("9^^^S^SS~1^^^H^MR", "1", []),
    "several and none is marked": ("9~1", "", ["hl7_many_numbers"]),
    "several are marked": ("9^^^A^MR~1^^^H^MR", "", ["hl7_many_numbers"]),
    "none": ("", "", []),
}


@pytest.mark.parametrize(("field", "number", "problems"), NUMBERS.values(), ids=NUMBERS)
def test_whose_it_is(field, number, problems):
    line = the_line(MSH, f"PID|1||{field}||Ha", OBR, OBX)
    assert (line.typed.get("patient_number", ""), codes(line)) == (number, problems)


def test_a_result_before_any_patient_is_nobody_s():
    assert codes(the_line(MSH, OBR, OBX)) == ["hl7_no_patient"]


VALUES = {
    "a number": ("NM", "12.5", "12.5"),
    "a bound": ("SN", "<^0.5", "<0.5"),
    "at most": ("SN", "<=^0.5", "<=0.5"),
    "a structured number": ("SN", "^12.5", "12.5"),
    "equals": ("SN", "=^12.5", "12.5"),
    "text that is a number": ("ST", "12.5", "12.5"),
    "text that is a bound": ("ST", "<0.5", "<0.5"),
    "an escaped comparator": ("ST", "\\T\\lt", "&lt"),
    "a range of values": ("SN", "^10^-^20", "hl7_structured"),
    "a ratio": ("SN", "^1^:^128", "hl7_structured"),
    "an unknown comparator": ("SN", "~^5", "hl7_repeated"),
    "several values": ("NM", "12.5~13", "hl7_repeated"),
    "text in parts": ("ST", "12^5", "hl7_structured"),
    "a code": ("CWE", "260385009^Negative^SCT", "hl7_kind"),
    "no kind": ("", "12.5", "hl7_kind"),
    "an escape that would vanish": ("ST", "1\\.br\\5", "hl7_escape"),
    "one of the sender's own": ("ST", "1\\Zx\\5", "hl7_escape"),
    "none": ("NM", "", ""),
    "deleted": ("NM", '""', ""),
}


@pytest.mark.parametrize(("kind", "value", "expected"), VALUES.values(), ids=VALUES)
def test_how_much(kind, value, expected):
    line = the_line(MSH, PID, OBR, obx(kind=kind, value=value))
    assert expected == (codes(line) or [line.document.get("value", "")])[0]


TIMES = {
    "of the order": ("20260301083000", "", "2026-03-01T08:30+09:00"),
    "its own": ("20260301083000", "202603010915", "2026-03-01T09:15+09:00"),
    "with its zone": ("20260301083000+0100", "", "2026-03-01T08:30+01:00"),
    "with fractions": ("20260301083015.1234", "", "2026-03-01T08:30:15+09:00"),
    "a day": ("20260301", "", "2026-03-01"),
    "a month": ("202603", "", "date_not_understood"),
    "an hour": ("2026030108", "", "date_not_understood"),
    "no such day": ("20260230", "", "date_not_understood"),
    "none": ("", "", "no_time"),
}


@pytest.mark.parametrize(("order", "own", "expected"), TIMES.values(), ids=TIMES)
def test_when(order, own, expected):
    line = the_line(MSH, PID, f"OBR|1||A77|CRP|||{order}", f"{OBX}|||{own}")
    assert expected == line.document.get("specimen_at", *codes(line))


def test_without_a_zone_it_is_the_site_s():
    line = the_line(MSH.replace("+0900", ""), PID, OBR, OBX)
    assert line.document["specimen_at"] == "2026-03-01T08:30"


STATUS = {
    "F": ([], False),
    "C": ([], True),
    "P": (["hl7_not_final"], False),
    "R": (["hl7_not_final"], False),
    "D": (["hl7_withdrawn"], False),
    "W": (["hl7_withdrawn"], False),
    "X": (["hl7_no_result"], False),
    "": (["hl7_no_status"], False),
}


@pytest.mark.parametrize(("status", "expected"), STATUS.items(), ids=[s or "none" for s in STATUS])
def test_only_final_results_and_corrections(status, expected):
    line = the_line(MSH, PID, OBR, obx(more=f"0-5|H|||{status}"))
    assert (codes(line), line.corrects) == expected


CODES = {
    "LOINC": ("1988-5^CRP^LN", "crp"),
    "our code": ("hb^Hb^L", "hb"),
    "our code alone": ("esr", "esr"),
    "a LOINC code without its system": ("2160-0", "creatinine"),
    "a local code": ("L3041^CRP^L", "lab_analyte_unknown"),
    "an unknown LOINC code": ("2951-2^Sodium^LN", "lab_analyte_unknown"),
    "none": ("", "lab_analyte_missing"),
}


@pytest.mark.parametrize(("code", "expected"), CODES.values(), ids=CODES)
def test_which_analyte(code, expected):
    line = the_line(MSH, PID, OBR, obx(code=code))
    assert expected == line.document.get("analyte", *codes(line))


def test_the_laboratory_s_own_id_of_a_result():
    assert the_line(MSH, PID, OBR, OBX).typed["result_id"] == "A77/1988-5/"
    assert "result_id" not in the_line(MSH, PID, "OBR|1|||CRP|||20260301", OBX).typed


def with_charset(charset):
    return MSH + "|" * 6 + charset


CHARSETS = {
    "UTF-8": ("UNICODE UTF-8", "utf-8"),
    "Korean": ("KS X 1001", "cp949"),
    "none, and certainly UTF-8": ("", "utf-8"),
    "none, and Korean": ("", "euc_kr"),
}


@pytest.mark.parametrize(("charset", "encoding"), CHARSETS.values(), ids=CHARSETS)
def test_the_characters_are_those_of_the_message(charset, encoding):
    head = with_charset(charset).replace("Seoul Lab", "서울검사실")
    content = "\r".join((head, PID, OBR, OBX)).encode(encoding)
    (line,) = read(content).lines
    assert line.document["laboratory"] == "서울검사실"


def test_a_latin_micro_sign():
    text = "\r".join((with_charset("8859/1"), PID, OBR, obx(unit="µg/mL")))
    (line,) = read(text.encode("latin-1")).lines
    assert line.document["unit"] == "µg/mL"


WHOLE = {
    "characters nobody reads here": (with_charset("ISO IR87"), "hl7_charset"),
    "not what it says": (with_charset("ASCII").replace("Seoul", "서울"), "hl7_charset"),
}


@pytest.mark.parametrize(("head", "code"), WHOLE.values(), ids=WHOLE)
def test_what_is_written_in_another_way_is_refused(head, code):
    with pytest.raises(Unreadable) as raised:
        read(message(head, PID, OBR, OBX))
    assert raised.value.problem.code == code
    assert raised.value.problem.text()


def test_another_kind_of_message_is_refused_and_the_rest_is_read():
    admission = message(MSH.replace("ORU^R01^ORU_R01", "ADT^A01"), PID)
    lines = read(admission + b"\r" + message(MSH, PID, OBR, OBX)).lines
    assert [codes(line) for line in lines] == [["hl7_type"], []]


def test_segments_that_are_not_known_are_named():
    sheet = read(message(MSH, PID, "ZZZ|1", OBR, "NTE|1||haemolytic", OBX))
    assert sheet.ignored == ["ZZZ"]


def test_a_file_without_results():
    with pytest.raises(Unreadable) as raised:
        read(message(MSH, PID, OBR))
    assert raised.value.problem.code == "no_rows"
