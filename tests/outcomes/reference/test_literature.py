"""The literature cohort against a table typed from the founding report, not from the data."""

import json
from decimal import Decimal

import pytest

from outcomes.reference import (
    DOC_LAYERS,
    Layer,
    additional_cases,
    conflicts,
    literature,
    literature_version,
    loader,
)
from outcomes.rules.cohort import as_api

NOT_IDENTIFIED = "Not identified"
CASES = {case.id: case for case in literature()}

# One row of Table 1 per case: citation, age, sex, level, disease, operation, cement to surgery,
# initial and last power right/left, bladder or bowel.
TABLE_1 = {
    "C1": (
        "Shapiro et al. (2003) [10]", "64", "F", "L2", "OVCF",
        "Laminectomy with durotomy and posterolateral fusion of L1-3",
        "12 h", "2/5", "5/5", NOT_IDENTIFIED,
    ),
    "C2": (
        "Teng et al. (2006) [1]", "79", "F", "L2", "OVCF",
        "Laminectomy with removal of intradural cement",
        "Immediately", NOT_IDENTIFIED, "Could not walk alone",
        "Urinary incontinence, Constipation",
    ),
    "C3": (
        "Chen et al. (2006) [8]", "90", "F", "T12, L1", "OVCF",
        "No surgery", "No surgery", "2/2", "2/2", NOT_IDENTIFIED,
    ),
    "C4": (
        "Sabuncuoğlu et al. (2008) [11]", "49", "M", "T12",
        "Pathologic fracture d/t multiple myeloma", "Laminectomy with durotomy",
        NOT_IDENTIFIED, "1/5", "4/5", NOT_IDENTIFIED,
    ),
    "C5": (
        "Kulkarni et al. (2013) [12]", "48", "F", "L1", "OVCF",
        "1st op: Laminectomy of T12-L1 2nd op: Corpectomy of L1 3rd op: Durotomy",
        NOT_IDENTIFIED, "1/2", "3/4", "Urinary incontinence",
    ),
    "C6": (
        "Lin et al. (2015) [4]", "64", "F", "L2", "OVCF", "Laminectomy with durotomy",
        NOT_IDENTIFIED, "3/5", "4/5", "Preserved anal tone",
    ),
    "C7": (
        "Grelat et al. (2018) [13]", "64", "M", "L1", "Pathologic fracture d/t malignant tumor",
        "Laminectomy with durotomy and posterior short fixation",
        NOT_IDENTIFIED, "2/5", "Minimal improvement", "Decreased anal tone",
    ),
}  # fmt: skip
COLUMNS = (
    [("citation", "")], [("age", "")], [("sex", "")], [("levels", "")], [("etiology", "")],
    [("operated", ""), ("operation", "")], [("interval_hours", "")],
    [("motor_right", "initial"), ("motor_left", "initial")],
    [("motor_right", "last"), ("motor_left", "last")],
    [("bladder", "unspecified"), ("bowel", "unspecified"), ("anal_tone", "unspecified")],
)  # fmt: skip


def api(case_id, **options):
    return as_api(CASES[case_id], **options)


@pytest.mark.parametrize(
    ("case_id", "field", "timepoint", "verbatim"),
    [
        pytest.param(case_id, field, timepoint, text, id=f"{case_id} {timepoint} {field}")
        for case_id, row in TABLE_1.items()
        for names, text in zip(COLUMNS, row, strict=True)
        for field, timepoint in names
    ],
)
def test_every_cell_of_table_1_is_kept_word_for_word(case_id, field, timepoint, verbatim):
    cell = CASES[case_id].cell(field, timepoint, (Layer.DOC_TABLE,))

    assert cell.verbatim == verbatim
    assert cell.source == "Baek 2021, Table 1"
    if verbatim == NOT_IDENTIFIED:
        assert (cell.status, cell.value) == ("not_reported", None)


def test_the_cohort_is_the_seven_reviewed_cases_and_the_present_one():
    assert list(CASES) == [f"C{number}" for number in range(1, 9)]


def test_further_published_cases_stand_apart_and_come_from_abstracts():
    found = {(case.label, case.year) for case in additional_cases()}

    assert found == {
        ("Korean J Spine 2008", 2008),
        ("Chen C-H, about 2015", 2015),
        ("Ma 2022", 2022),
        ("Akgun 2023", 2023),
        ("Liao 2025", 2025),
    }
    assert {cell.layer for case in additional_cases() for cell in case.cells} == {
        "primary_abstract"
    }


@pytest.mark.parametrize(
    ("case_id", "author", "year", "cite_table", "cite_text", "laterality"),
    [
        ("C1", "Shapiro", 2003, 10, 12, "low"),
        ("C2", "Teng", 2006, 1, 1, None),
        ("C3", "Chen", 2006, 8, 10, "high"),
        ("C4", "Sabuncuoğlu", 2008, 11, 13, "low"),
        ("C5", "Kulkarni", 2013, 12, 14, "medium"),
        ("C6", "Lin", 2015, 4, 6, "low"),
        ("C7", "Grelat", 2018, 13, 15, "low"),
        ("C8", "Baek", 2021, None, None, "high"),
    ],
)
def test_who_when_and_both_citation_numbers(
    case_id, author, year, cite_table, cite_text, laterality
):
    row = api(case_id)

    assert (row["author"], row["year"]) == (author, year)
    assert (row["cite_table"], row["cite_text"]) == (cite_table, cite_text)
    assert row["laterality_confidence"] == laterality


@pytest.mark.parametrize(
    ("case_id", "age", "sex", "levels", "etiology", "operated"),
    [
        ("C1", 64, "female", ["L2"], "ovcf", True),
        ("C2", 79, "female", ["L2"], "ovcf", True),
        ("C3", 90, "female", ["T12", "L1"], "ovcf", False),
        ("C4", 49, "male", ["T12"], "pathologic_fracture_multiple_myeloma", True),
        ("C5", 48, "female", ["L1"], "ovcf", True),
        ("C6", 64, "female", ["L2"], "ovcf", True),
        ("C7", 64, "male", ["L1"], "pathologic_fracture_malignant_tumor", True),
        ("C8", 84, "female", ["L1"], "ovcf", True),
    ],
)
def test_values_of_the_api_row(case_id, age, sex, levels, etiology, operated):
    row = api(case_id)

    assert row["age"]["value"] == age
    assert row["sex"]["value"] == sex
    assert row["levels"]["value"] == levels
    assert row["etiology"]["value"] == etiology
    assert row["operated"]["value"] is operated


@pytest.mark.parametrize(
    ("case_id", "value", "lower", "upper", "status"),
    [
        ("C1", 12, None, None, "known"),
        ("C2", None, 0, 24, "interval_censored"),
        ("C3", None, None, None, "not_applicable"),
        ("C4", None, None, None, "not_reported"),
        ("C5", None, None, None, "not_reported"),
        ("C6", None, None, None, "not_reported"),
        ("C7", None, None, None, "not_reported"),
        ("C8", 56 * 24, 49 * 24, 63 * 24, "approximate"),
    ],
)
def test_hours_from_cement_to_decompression(case_id, value, lower, upper, status):
    cell = api(case_id)["interval_hours"]

    assert (cell["value"], cell["lower"], cell["upper"]) == (value, lower, upper)
    assert cell["status"] == status


YES, NO, NOT_STATED = True, False, None


@pytest.mark.parametrize(
    ("case_id", "laminectomy", "durotomy", "fixation", "cement_removal"),
    [
        ("C1", YES, YES, NOT_STATED, YES),
        ("C2", YES, NOT_STATED, NOT_STATED, YES),
        ("C3", NO, NO, NO, NO),
        ("C4", YES, YES, NOT_STATED, NOT_STATED),
        ("C5", YES, YES, NOT_STATED, NOT_STATED),
        ("C6", YES, YES, NOT_STATED, NOT_STATED),
        ("C7", YES, YES, YES, NOT_STATED),
        ("C8", YES, YES, YES, YES),
    ],
)
def test_each_step_of_the_operation_is_yes_no_or_not_stated(
    case_id, laminectomy, durotomy, fixation, cement_removal
):
    row = api(case_id)
    steps = ("laminectomy", "durotomy", "fixation", "cement_removal")

    assert [row[step]["value"] for step in steps] == [
        laminectomy, durotomy, fixation, cement_removal,
    ]  # fmt: skip
    for step in steps:
        assert (row[step]["value"] is None) == (row[step]["status"] == "not_reported")


def test_three_operations_of_one_case_are_three_stages():
    stages = [
        (cell["item"], cell["value"], cell["verbatim"])
        for cell in api("C5")["further"]
        if cell["field"] == "operation_stage"
    ]

    assert stages == [
        (1, ["laminectomy"], "1st op: Laminectomy of T12-L1"),
        (2, ["corpectomy"], "2nd op: Corpectomy of L1"),
        (3, ["durotomy"], "3rd op: Durotomy"),
    ]


@pytest.mark.parametrize(
    ("analyte", "pre_op", "post_op", "low", "high", "unit"),
    [
        ("esr", "27", "63", "0", "20", "mm/h"),
        ("crp", "1.84", "49.67", "0.1", "5.0", "mg/L"),
        ("hb", "11.0", "9.4", "12.0", "16.0", "g/dL"),
        ("alt", "43", "225", "5", "40", "U/L"),
    ],
)
def test_laboratory_values_of_the_present_case(analyte, pre_op, post_op, low, high, unit):
    case, bounds = CASES["C8"], (Decimal(low), Decimal(high))
    discharge, own_range = case.cell(analyte, "discharge"), case.cell(f"{analyte}_range")

    assert case.cell(analyte, "pre_op").value == Decimal(pre_op)
    assert case.cell(analyte, "post_op").value == Decimal(post_op)
    assert (discharge.value, discharge.status) == (None, "interval_censored")
    assert (discharge.lower, discharge.upper) == bounds
    assert (own_range.lower, own_range.upper, own_range.unit) == (*bounds, unit)
    assert case.cell("labs_interpretation", "discharge").value == "N"


@pytest.mark.parametrize(
    ("field", "timepoint", "value"),
    [
        ("t_score_lumbar", "", Decimal("-3.1")),
        ("t_score_femur_neck", "", Decimal("-2.0")),
        ("comorbidities", "", ("hypertension", "asthma", "breast_cancer_cured")),
        ("walking_aid", "before_cement", "cane"),
        ("neurological_deficit", "before_cement", False),
        ("sensation_left", "initial", "reduced"),
        ("sensation_right", "initial", None),
        ("cement_levels", "", ("T10", "T11", "T12", "L1", "L2")),
        ("fixation_levels", "", ("T10", "T11", "T12", "L1", "L2", "L3")),
        ("laminectomy_levels", "", ("T12", "L1", "L2")),
        ("transfer_days", "", Decimal("21")),
        ("motor_right", "initial", "2"),
        ("motor_left", "initial", "4"),
        ("motor_right", "last", "3"),
        ("motor_left", "last", "4"),
        ("bladder", "unspecified", "dysfunction_type_unknown"),
        ("bowel", "unspecified", None),
        ("residual_cement", "post_op", False),
        ("follow_up_months", "", Decimal("12")),
    ],
)
def test_what_the_report_says_of_the_present_case(field, timepoint, value):
    assert CASES["C8"].cell(field, timepoint).value == value


def test_the_present_case_took_four_drugs_without_a_dose():
    drugs = [cell for cell in CASES["C8"].cells if cell.field == "drug"]

    assert [cell.value for cell in drugs] == [
        "celecoxib", "tramadol", "solifenacin", "ibandronic acid",
    ]  # fmt: skip
    assert all(cell.note.startswith("No dose") for cell in drugs)


def test_bladder_and_bowel_have_no_time_point_in_the_table():
    cell = CASES["C2"].cell("bladder", "unspecified")

    assert (cell.value, cell.timepoint) == ("urinary_incontinence", "unspecified")


def test_enrichment_is_opt_in_and_marked():
    shown = api("C5")["interval_hours"]
    enriched = api("C5", layers=tuple(Layer))["interval_hours"]

    assert (shown["status"], shown["layer"]) == ("not_reported", "DOC_table")
    assert (enriched["lower"], enriched["upper"]) == (360, None)
    assert (enriched["layer"], enriched["source"]) == (
        "primary_abstract",
        "Kulkarni 2013, abstract",
    )


@pytest.mark.parametrize("case", literature(), ids=lambda case: case.id)
def test_every_cell_of_the_default_layers_is_in_the_api_row_once(case):
    row = as_api(case)
    core = [cell for cell in row.values() if isinstance(cell, dict) and "verbatim" in cell]
    told = sorted((cell["verbatim"], cell["note"]) for cell in core + row["further"])

    assert told == sorted((c.verbatim, c.note) for c in case.cells if c.layer in DOC_LAYERS)


def test_every_api_row_is_json_with_the_same_keys():
    rows = [as_api(case) for case in (*literature(), *additional_cases())]

    assert len({tuple(row) for row in rows}) == 1
    assert json.loads(json.dumps(rows)) == rows


def test_conflicts_are_told_side_by_side():
    told = {conflict.number: conflict for conflict in conflicts()}

    assert sorted(told) == list(range(1, 19))
    assert {claim.layer for claim in told[8].claims} == {"DOC_table", "primary_abstract"}
    assert told[8].resolution.source == "policy"
    assert told[12].claims[0].verbatim != told[12].claims[1].verbatim


def test_the_version_changes_with_the_content(tmp_path, monkeypatch):
    for name in ("literature_cases", "literature_cells", "literature_fields", "claims"):
        text = (loader.FOLDER / f"{name}.csv").read_text(encoding="utf-8")
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    before = literature_version()
    monkeypatch.setattr(loader, "FOLDER", tmp_path)

    assert literature_version() == before
    cells = tmp_path / "literature_cells.csv"
    cells.write_text(cells.read_text(encoding="utf-8").replace("12 h", "13 h"), encoding="utf-8")
    assert literature_version() != before
