"""A wrong row is told with its file, its line and a reason; everything wrong is told at once."""

import csv
import shutil

import pytest

from outcomes.reference import ReferenceInvalid, ReferenceProblem, loader, problems
from outcomes.reference.files import FOLDER


@pytest.fixture
def folder(tmp_path):
    for path in FOLDER.glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path, content):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(content)


def edit(path, where, change):
    """Change the first row that has these values; returns its line."""
    content = rows(path)
    header = content[0]
    for line, row in enumerate(content[1:], start=2):
        if all(row[header.index(column)] == text for column, text in where.items()):
            for column, text in change.items():
                row[header.index(column)] = text
            write(path, content)
            return line
    raise AssertionError(f"no row {where} in {path.name}")


def edit_text(path, edit):
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_the_shipped_data_has_no_problem():
    assert problems() == []


AGE = {"case": "C1", "field": "age"}
C2_HOURS = {"case": "C2", "field": "interval_hours"}
C8_HOURS = {"case": "C8", "field": "interval_hours"}
C4_HOURS = {"case": "C4", "field": "interval_hours"}
RIGHT = {"case": "C1", "field": "motor_right", "timepoint": "initial"}
X2_SEX = {"case": "X2", "field": "sex"}
CELLS, CASES, FIELDS = "literature_cells.csv", "literature_cases.csv", "literature_fields.csv"


@pytest.mark.parametrize(
    ("file", "where", "change", "reason"),
    [
        pytest.param(CELLS, AGE, {"status": "sure"}, "status: 'sure' is none of", id="status"),
        pytest.param(CELLS, AGE, {"layer": "DOC"}, "layer: 'DOC' is none of", id="layer"),
        pytest.param(CELLS, AGE, {"case": "C9"}, "case: 'C9' is unknown", id="unknown case"),
        pytest.param(CELLS, AGE, {"field": "agee"}, "field: 'agee' is not", id="unknown field"),
        pytest.param(CELLS, AGE, {"value": ""}, "value: is empty", id="known without value"),
        pytest.param(CELLS, AGE, {"value": "64.5"}, "not a whole number", id="half a year"),
        pytest.param(CELLS, AGE, {"unit": "mo"}, "unit: 'mo', but age is in 'a'", id="unit"),
        pytest.param(CELLS, AGE, {"verbatim": ""}, "verbatim: is empty", id="no quotation"),
        pytest.param(CELLS, AGE, {"source": ""}, "source: is empty", id="no source"),
        pytest.param(CELLS, AGE, {"source": "Miller 1999"}, "not in sources.csv", id="new source"),
        pytest.param(CELLS, AGE, {"verified": "maybe"}, "neither yes nor no", id="verified"),
        pytest.param(CELLS, AGE, {"item": "a"}, "item: 'a' is not a whole number", id="item"),
        pytest.param(CELLS, AGE, {"timepoint": "last"}, "timepoint: 'last'", id="time point"),
        pytest.param(CELLS, AGE, {"verbatim": "64 "}, "verbatim: has blanks", id="blank at end"),
        pytest.param(
            CELLS, AGE, {"status": "conflict"}, "note: is empty, but a conflict", id="conflict"
        ),
        pytest.param(
            CELLS, AGE, {"status": "not_reported"}, "goes with neither", id="value not reported"
        ),
        pytest.param(
            CELLS, AGE, {"status": "not_applicable"}, "goes with neither", id="value not applicable"
        ),
        pytest.param(
            CELLS, AGE, {"status": "interval_censored"}, "a bound and no value", id="interval value"
        ),
        pytest.param(
            CELLS, C2_HOURS, {"lower": "", "upper": ""}, "needs a bound", id="interval unbounded"
        ),
        pytest.param(
            CELLS, C2_HOURS, {"lower": "25"}, "lower: 25 is above upper 24", id="bounds crossed"
        ),
        pytest.param(
            CELLS, C2_HOURS, {"upper": "2,4"}, "'2,4' is not a decimal", id="decimal comma"
        ),
        pytest.param(
            CELLS, C2_HOURS, {"upper": "NaN"}, "'NaN' is not a decimal", id="not a number"
        ),
        pytest.param(
            CELLS, C8_HOURS, {"value": "1513"}, "outside its bounds 1176 to 1512", id="above bounds"
        ),
        pytest.param(
            CELLS, C8_HOURS, {"value": "1175"}, "outside its bounds 1176 to 1512", id="below bounds"
        ),
        pytest.param(
            CELLS, C4_HOURS, {"lower": "1", "unit": "h"}, "goes with neither", id="bound alone"
        ),
        pytest.param(CELLS, RIGHT, {"value": "6"}, "'6' is not a grade", id="grade 6"),
        pytest.param(CELLS, RIGHT, {"value": "4.5"}, "'4.5' is not a grade", id="grade 4.5"),
        pytest.param(CELLS, RIGHT, {"value": "x"}, "'x' is not a grade", id="grade x"),
        pytest.param(CELLS, X2_SEX, {"value": "F"}, "'F' is none of female, male", id="code"),
        pytest.param(
            CELLS, {"case": "C3", "field": "levels"}, {"value": "T12;T13"},
            "'T13' is not a vertebral level", id="level",
        ),
        pytest.param(
            CELLS, {"case": "C3", "field": "levels"}, {"value": "T12;"}, "is not a list", id="list"
        ),
        pytest.param(
            CELLS, {"case": "C8", "field": "esr_range"}, {"upper": ""},
            "a range needs lower and upper", id="open range",
        ),
        pytest.param(
            CELLS, {"case": "C8", "field": "esr_range"}, {"value": "10"},
            "a range has bounds and no value", id="range with value",
        ),
        pytest.param(
            CELLS, X2_SEX, {"layer": "DOC_text"}, "does not go with the source", id="layer, source"
        ),
        pytest.param(
            CELLS, {"case": "C1", "field": "laminectomy"}, {"value": "true"},
            "'true' is neither yes nor no", id="flag",
        ),
        pytest.param(
            "thresholds.csv", {"key": "grade_jump"}, {"value": "6"},
            "value: 6 is outside its bounds 1 to 5", id="threshold outside",
        ),
        pytest.param(
            "thresholds.csv", {"key": "grade_jump"}, {"value": "1.5"},
            "value: 1.5 is not whole", id="threshold of half a grade",
        ),
        pytest.param(
            "thresholds.csv", {"key": "grade_jump"}, {"key": "Grade jump"},
            "key: 'Grade jump' is not a name", id="threshold's name",
        ),
        pytest.param(
            "thresholds.csv", {"key": "grade_jump"}, {"key": "quiet_from_hour"},
            "the same key as on line", id="threshold twice",
        ),
        pytest.param(
            "thresholds.csv", {"key": "grade_jump"}, {"does": ""}, "does: is empty",
            id="threshold without words",
        ),
        pytest.param(
            "thresholds.csv", {"key": "grade_jump"}, {"source": "Miller 1999"},
            "not in sources.csv", id="threshold's source",
        ),
        pytest.param(
            "vital_bounds.csv", {"field": "pvr_ml", "kind": "hard", "op": ">"}, {"kind": "warn"},
            "kind: a warning needs hard bounds on both sides", id="warning without hard bounds",
        ),
        pytest.param(CASES, {"id": "C1"}, {"year": ""}, "year: is empty", id="no year"),
        pytest.param(CASES, {"id": "C1"}, {"author": ""}, "author: is empty", id="no author"),
        pytest.param(
            CASES, {"id": "C1"}, {"laterality_confidence": "good"}, "'good' is none of", id="sides"
        ),
        pytest.param(CASES, {"id": "C2"}, {"id": "C1"}, "same id as on line 2", id="case twice"),
        pytest.param(
            "claims.csv", {"number": "4", "role": "resolution"},
            {"role": "claim", "layer": "DOC_text", "topic": ""},
            "needs one resolution", id="conflict unresolved",
        ),
        pytest.param(
            "claims.csv", {"number": "4", "role": "resolution"}, {"topic": ""},
            "topic: a resolution has one", id="conflict without topic",
        ),
        pytest.param(
            "claims.csv", {"number": "4", "role": "claim"}, {"topic": "Time"},
            "topic: a resolution has one", id="topic told twice",
        ),
        pytest.param(
            "claims.csv", {"number": "1", "role": "claim"}, {"layer": ""},
            "layer: is empty", id="claim without layer",
        ),
        pytest.param(
            "claims.csv", {"number": "1", "role": "claim"}, {"cases": "C1;C77"},
            "cases: 'C77' is unknown", id="claim on an unknown case",
        ),
        pytest.param(
            "claims.csv", {"number": "5", "role": "resolution"}, {"number": "99"},
            "number: 99 resolves no claim", id="resolution of nothing",
        ),
        pytest.param(
            "scales.csv", {"scale": "mrc", "code": "4+"}, {"code": "4"},
            "the same scale, code", id="grade twice",
        ),
        pytest.param(
            "scales.csv", {"scale": "mrc", "code": "4+"}, {"verified": "yes"},
            "verified: cannot be yes", id="verified by an unverified source",
        ),
        pytest.param(
            "analytes.csv", {"code": "crp"}, {"loinc": "1988-6"},
            "'1988-6' is not a LOINC code", id="LOINC check digit",
        ),
        pytest.param(
            "analytes.csv", {"code": "crp"}, {"loinc": "CRP"}, "is not a LOINC code", id="LOINC"
        ),
        pytest.param(
            "analytes.csv", {"code": "esr"}, {"unit": "mm/s"},
            "unit: 'mm/s' is not in units.csv", id="canonical unit without alias",
        ),
        pytest.param(
            "units.csv", {"analyte": "esr", "alias": "mm/hr"}, {"analyte": "platelets"},
            "analyte: 'platelets' is not in analytes.csv", id="unknown analyte",
        ),
        pytest.param(
            "units.csv", {"analyte": "hb", "alias": "g/l"}, {"factor": "0.2"},
            "factor: g/L has another one above", id="two factors of one unit",
        ),
        pytest.param(
            "units.csv", {"analyte": "crp", "alias": "mg/l"}, {"factor": "10"},
            "the canonical unit is not converted", id="canonical unit converted",
        ),
        pytest.param(
            "units.csv", {"analyte": "crp", "alias": "mg/dl"}, {"divisor": "0"},
            "factor and divisor must be above 0", id="division by nothing",
        ),
        pytest.param(
            "units.csv", {"analyte": "crp", "alias": "mg/dl"}, {"factor": "1e1"},
            "'1e1' is not a decimal number", id="exponent",
        ),
        pytest.param(
            "units.csv", {"analyte": "crp", "alias": "mg/dl"}, {"alias": "mg/dL"},
            "the same analyte, alias as on line", id="alias twice",
        ),
        pytest.param(
            "lab_bounds.csv", {"field": "esr", "kind": "warn"}, {"field": "rbc"},
            "field: 'rbc' is not in analytes.csv", id="bound of an unknown analyte",
        ),
        pytest.param(
            "lab_bounds.csv", {"field": "hb", "kind": "warn"}, {"unit": "g/L"},
            "unit: must be 'g/dL'", id="bound in another unit",
        ),
        pytest.param(
            "lab_bounds.csv", {"field": "hb", "kind": "warn"}, {"limit": ""},
            "limit: a comparison needs one limit", id="bound without limit",
        ),
        pytest.param(
            "lab_bounds.csv", {"field": "hb", "kind": "ask_unit"}, {"suggest": ""},
            "suggest: ask_unit, and only that", id="question without unit",
        ),
        pytest.param(
            "lab_bounds.csv", {"field": "hb", "kind": "ask_unit"}, {"suggest": "kg"},
            "suggest: 'kg' is not in units.csv", id="question about an unknown unit",
        ),
        pytest.param(
            "lab_bounds.csv", {"field": "hb", "kind": "ask_unit"}, {"upto": "25"},
            "upto: must be above the limit", id="empty question",
        ),
        pytest.param(
            "lab_bounds.csv", {"field": "hb", "kind": "warn"}, {"op": "=<"},
            "op: '=<' is none of", id="operator",
        ),
        pytest.param(
            "vital_bounds.csv", {"field": "diastolic", "than": "systolic"}, {"than": "sbp"},
            "than: 'sbp' is no field here", id="compared with an unknown field",
        ),
        pytest.param(
            "drugs.csv", {"inn": "tramadol"}, {"atc": "N02AX2"},
            "atc: 'N02AX2' is not an ATC code", id="ATC syntax",
        ),
        pytest.param(
            "drugs.csv", {"inn": "tramadol"}, {"rxcui": "RX1"}, "'RX1' is not a number", id="RxCUI"
        ),
        pytest.param(
            "drugs.csv", {"inn": "tramadol"}, {"rxcui_confidence": ""},
            "rxcui_confidence: goes with an rxcui", id="RxCUI without confidence",
        ),
        pytest.param(
            "medications.csv", {"key": "tramadol-max"}, {"drug": "tramadole"},
            "drug: 'tramadole' is not in drugs.csv", id="unknown drug",
        ),
        pytest.param(
            "medications.csv", {"key": "tramadol-max"}, {"route": "rectal"},
            "route: 'rectal' is none of oral", id="route",
        ),
        pytest.param(
            "medications.csv", {"key": "tramadol-max"}, {"kind": "maximum"},
            "kind: 'maximum' is none of", id="kind of limit",
        ),
        pytest.param(
            "medications.csv", {"key": "tramadol-max"}, {"unit": ""},
            "max_daily_dose needs a limit and its unit", id="dose without unit",
        ),
        pytest.param(
            "medications.csv", {"key": "tramadol-max-age"}, {"condition": ""},
            "threshold: needs the condition", id="threshold of nothing",
        ),
        pytest.param(
            "schedule.csv", {"kind": "6wk"}, {"lower": "27"},
            "lower: overlaps the window of 2wk", id="overlapping windows",
        ),
        pytest.param(
            "schedule.csv", {"kind": "6wk"}, {"target_day": "64"},
            "target_day: 64 is outside its window", id="target outside",
        ),
        pytest.param(
            "schedule.csv", {"kind": "6wk"}, {"half_width": "15"},
            "half_width: the analysis window leaves", id="analysis outside",
        ),
        pytest.param(
            "schedule.csv", {"kind": "6wk"}, {"upper": ""},
            "lower: a window needs both bounds", id="half a window",
        ),
        pytest.param(
            "schedule.csv", {"kind": "6wk"}, {"lower": "64"},
            "lower: 64 is above upper 63", id="window reversed",
        ),
        pytest.param(
            "schedule.csv", {"kind": "yearly"}, {"repeats_every": "182"},
            "the window overlaps its own repetition", id="repetition overlaps",
        ),
        pytest.param(
            "schedule.csv", {"kind": "6wk"}, {"core": ""}, "core: is empty", id="no core parts"
        ),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_with_file_line_and_reason(folder, file, where, change, reason):
    line = edit(folder / file, where, change)

    found = [p for p in problems(folder) if (p.file, p.line) == (file, line)]

    assert any(reason in problem.reason for problem in found), problems(folder)


def test_a_missing_core_cell_is_told_at_its_case(folder):
    content = rows(folder / CELLS)
    write(folder / CELLS, [row for row in content if row[:2] != ["C6", "levels"]])

    assert problems(folder) == [ReferenceProblem(CASES, 7, "C6 has no cell for levels")]


def test_an_analyte_needs_a_hard_bound_on_both_sides(folder):
    content = rows(folder / "lab_bounds.csv")
    write(folder / "lab_bounds.csv", [row for row in content if row[:3] != ["esr", "hard", ">"]])

    (problem,) = problems(folder)

    assert (problem.file, problem.line) == ("analytes.csv", 2)
    assert "hard bound on both sides" in problem.reason


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        pytest.param(lambda text: text + "2wk,14\n", 12, "2 columns, the header 11", id="columns"),
        pytest.param(lambda text: text + "\n", 12, "0 columns, the header 11", id="empty line"),
        pytest.param(lambda text: text.replace("kind", "Kind", 1), 1, "header must", id="header"),
        pytest.param(lambda text: text + '"2wk\n', 12, "cannot be read", id="open quotation"),
        pytest.param(lambda text: "", 1, "header must", id="empty file"),
    ],
)
def test_a_broken_file_is_told_with_its_line(folder, change, line, reason):
    edit_text(folder / "schedule.csv", change)

    (problem,) = problems(folder)

    assert (problem.file, problem.line) == ("schedule.csv", line)
    assert reason in problem.reason


def test_a_file_saved_by_a_spreadsheet_is_read_as_well(folder):
    path = folder / "schedule.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert problems(folder) == []


def test_a_missing_file_is_told(folder):
    (folder / "schedule.csv").unlink()

    assert problems(folder) == [ReferenceProblem("schedule.csv", 0, "the file is missing")]


def test_a_file_in_another_encoding_is_told(folder):
    path = folder / "drugs.csv"
    path.write_bytes(
        path.read_text(encoding="utf-8").replace("celecoxib", "cèlecoxib").encode("latin-1")
    )

    assert "drugs.csv:0: the file is not UTF-8" in str(problems(folder)[0])


def test_everything_wrong_is_told_at_once_in_order(folder):
    places = [
        (CELLS, edit(folder / CELLS, AGE, {"status": "sure"})),
        (CELLS, edit(folder / CELLS, RIGHT, {"value": "6"})),
        ("drugs.csv", edit(folder / "drugs.csv", {"inn": "tramadol"}, {"atc": "x"})),
        ("schedule.csv", edit(folder / "schedule.csv", {"kind": "6wk"}, {"lower": "27"})),
    ]
    found = problems(folder)

    assert {(p.file, p.line) for p in found} >= set(places)
    assert found == sorted(found)
    assert str(found[-1]).startswith("schedule.csv:")


def test_two_faults_of_one_row_are_both_told(folder):
    line = edit(folder / CELLS, AGE, {"status": "sure", "verified": "maybe"})
    found = [p.reason for p in problems(folder) if (p.file, p.line) == (CELLS, line)]

    assert [reason.split(":")[0] for reason in sorted(found)] == ["status", "verified"]


def test_wrong_data_is_not_used(folder, monkeypatch):
    edit(folder / "drugs.csv", {"inn": "tramadol"}, {"atc": "x"})
    found = problems(folder)
    monkeypatch.setattr(loader, "problems", lambda: found)
    loader.load.cache_clear()

    with pytest.raises(ReferenceInvalid, match=r"drugs\.csv:3: atc: 'x' is not an ATC code"):
        loader.load()
    loader.load.cache_clear()
