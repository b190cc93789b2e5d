"""Laboratory values: every unit pair against a table typed apart from the data; refusals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.reference import analytes, load, units
from outcomes.rules.labs import LabRefused, canonical, warnings

MICRO_SIGN, GREEK_MU = "\u00b5", "\u03bc"

# Canonical units for one reported unit, from molar masses and prefixes, to the digits known.
CONVERSIONS = {
    ("esr", "mm/h"): 1, ("esr", "mm/hr"): 1, ("esr", "mm/hour"): 1,
    ("crp", "mg/L"): 1, ("crp", "mg/l"): 1, ("crp", "mg/dL"): 10, ("crp", "mg/dl"): 10,
    ("crp", "ug/mL"): 1, ("crp", "ug/ml"): 1,
    ("crp", f"{MICRO_SIGN}g/mL"): 1, ("crp", f"{MICRO_SIGN}g/ml"): 1,
    ("crp", f"{GREEK_MU}g/mL"): 1, ("crp", f"{GREEK_MU}g/ml"): 1,
    ("hb", "g/dL"): 1, ("hb", "g/dl"): 1, ("hb", "g/dℓ"): 1,
    ("hb", "g/L"): 0.1, ("hb", "g/l"): 0.1,
    ("hb", "mmol/L"): 1.61134, ("hb", "mmol/l"): 1.61134,
    ("alt", "U/L"): 1, ("alt", "U/l"): 1, ("alt", "IU/L"): 1, ("alt", "IU/l"): 1,
    ("alt", "[IU]/L"): 1,
    ("creatinine", "mg/dL"): 1, ("creatinine", "mg/dl"): 1,
    ("creatinine", "umol/L"): 0.0113122, ("creatinine", "umol/l"): 0.0113122,
    ("creatinine", f"{MICRO_SIGN}mol/L"): 0.0113122,
    ("creatinine", f"{MICRO_SIGN}mol/l"): 0.0113122,
    ("creatinine", f"{GREEK_MU}mol/L"): 0.0113122,
    ("creatinine", f"{GREEK_MU}mol/l"): 0.0113122,
    ("egfr", "mL/min/{1.73_m2}"): 1, ("egfr", "mL/min/1.73m2"): 1,
    ("egfr", "mL/min/1.73 m2"): 1, ("egfr", "mL/min/1.73m²"): 1, ("egfr", "mL/min/1.73 m²"): 1,
    ("egfr", "ml/min/1.73m2"): 1, ("egfr", "ml/min/1.73 m2"): 1,
    ("egfr", "ml/min/1.73m²"): 1, ("egfr", "ml/min/1.73 m²"): 1,
    ("calcium", "mg/dL"): 1, ("calcium", "mg/dl"): 1,
    ("calcium", "mmol/L"): 4.00802, ("calcium", "mmol/l"): 4.00802,
    ("albumin", "g/dL"): 1, ("albumin", "g/dl"): 1, ("albumin", "g/dℓ"): 1,
    ("albumin", "g/L"): 0.1, ("albumin", "g/l"): 0.1,
    ("ionised_calcium", "mmol/L"): 1, ("ionised_calcium", "mmol/l"): 1,
    ("ionised_calcium", "mg/dL"): 0.2495, ("ionised_calcium", "mg/dl"): 0.2495,
    ("vitamin_d", "ng/mL"): 1, ("vitamin_d", "ng/ml"): 1,
    ("vitamin_d", "ug/L"): 1, ("vitamin_d", "ug/l"): 1,
    ("vitamin_d", f"{MICRO_SIGN}g/L"): 1, ("vitamin_d", f"{MICRO_SIGN}g/l"): 1,
    ("vitamin_d", f"{GREEK_MU}g/L"): 1, ("vitamin_d", f"{GREEK_MU}g/l"): 1,
    ("vitamin_d", "nmol/L"): 0.400641, ("vitamin_d", "nmol/l"): 0.400641,
}  # fmt: skip
# A value in the canonical unit that is possible for the analyte.
POSSIBLE = {
    "esr": 27, "crp": 20, "hb": 11, "alt": 43, "creatinine": 2, "egfr": 60, "calcium": 9,
    "albumin": 4, "ionised_calcium": 1.2, "vitamin_d": 30,
}  # fmt: skip
CANONICAL = {
    "esr": "mm/h", "crp": "mg/L", "hb": "g/dL", "alt": "U/L", "creatinine": "mg/dL",
    "egfr": "mL/min/{1.73_m2}", "calcium": "mg/dL", "albumin": "g/dL",
    "ionised_calcium": "mmol/L", "vitamin_d": "ng/mL",
}  # fmt: skip


def refusal(analyte, value, unit):
    with pytest.raises(LabRefused) as refused:
        canonical(analyte, value, unit)
    return refused.value


def test_the_table_of_units_holds_these_pairs_and_no_other():
    assert {(u.analyte, u.alias) for u in load().units} == set(CONVERSIONS)
    assert {code: analyte.unit for code, analyte in analytes().items()} == CANONICAL


@pytest.mark.parametrize(("analyte", "unit"), CONVERSIONS)
def test_every_unit_pair(analyte, unit):
    reported = f"{POSSIBLE[analyte] / CONVERSIONS[analyte, unit]:.4f}"
    found = canonical(analyte, reported, unit)

    assert found.unit == CANONICAL[analyte]
    assert float(found.value) == pytest.approx(POSSIBLE[analyte], rel=1e-4)


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "expected"),
    [
        pytest.param("hb", "11.0", "g/dℓ", "11.0", id="the report's own haemoglobin"),
        pytest.param("hb", "110", "g/L", "11.0", id="grams per litre"),
        pytest.param("crp", "1.84", "mg/L", "1.84", id="own digits kept"),
        pytest.param("crp", "0.184", "mg/dL", "1.840", id="ten times as many mg/L"),
        pytest.param("creatinine", "88.4", "umol/L", "1", id="exact division"),
        pytest.param("creatinine", "100", "umol/L", "1.13122", id="endless division rounded"),
        pytest.param("esr", "  27 ", "\tmm/hr ", "27", id="blanks trimmed"),
        pytest.param("esr", "0", "mm/h", "0", id="zero is a value"),
    ],
)
def test_exact_values(analyte, value, unit, expected):
    found = canonical(analyte, value, unit).value

    assert str(found) == expected


@pytest.mark.parametrize(
    ("value", "comparator", "limit"),
    [
        ("<0.5", "<", "5.0"),
        ("< 0.5", "<", "5.0"),
        ("<=0.5", "<=", "5.0"),
        ("≤0.5", "<=", "5.0"),
        (">20", ">", "200"),
        ("≥20", ">=", "200"),
    ],
)
def test_a_comparator_gives_a_bound_and_never_a_number(value, comparator, limit):
    found = canonical("crp", value, "mg/dL")

    assert found.value is None
    assert (found.comparator, found.limit) == (comparator, Decimal(limit))


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "code"),
    [
        pytest.param("crp", "", "mg/L", "lab_value_missing", id="no value"),
        pytest.param("crp", "   ", "mg/L", "lab_value_missing", id="blank value"),
        pytest.param("crp", "１２", "mg/L", "lab_value_not_a_number", id="full-width digits"),
        pytest.param("crp", "١٢", "mg/L", "lab_value_not_a_number", id="Arabic digits"),
        pytest.param("crp", "1e2", "mg/L", "lab_value_not_a_number", id="exponent"),
        pytest.param("crp", "1,5", "mg/L", "lab_value_not_a_number", id="decimal comma"),
        pytest.param("crp", "1 000", "mg/L", "lab_value_not_a_number", id="blank inside"),
        pytest.param("crp", "1_000", "mg/L", "lab_value_not_a_number", id="underscore"),
        pytest.param("crp", "NaN", "mg/L", "lab_value_not_a_number", id="not a number"),
        pytest.param("crp", "inf", "mg/L", "lab_value_not_a_number", id="infinity"),
        pytest.param("crp", "-1", "mg/L", "lab_value_not_a_number", id="negative"),
        pytest.param("crp", "+1", "mg/L", "lab_value_not_a_number", id="plus sign"),
        pytest.param("crp", ".5", "mg/L", "lab_value_not_a_number", id="no leading digit"),
        pytest.param("crp", "5.", "mg/L", "lab_value_not_a_number", id="no decimals after point"),
        pytest.param("crp", "12 mg/L", "mg/L", "lab_value_not_a_number", id="unit in the value"),
        pytest.param("crp", "<", "mg/L", "lab_value_not_a_number", id="comparator alone"),
        pytest.param("crp", "1\n", "mg/L\n2", "lab_unit_unknown", id="line break in the unit"),
        pytest.param("crp", "1", "", "lab_unit_missing", id="no unit"),
        pytest.param("crp", "1", " ", "lab_unit_missing", id="blank unit"),
        pytest.param("crp", "1", "MG/L", "lab_unit_unknown", id="other case"),
        pytest.param("crp", "1", "g/L", "lab_unit_unknown", id="unit of another analyte"),
        pytest.param("esr", "1", "mg/L", "lab_unit_unknown", id="unit of another kind"),
        pytest.param("platelets", "1", "mg/L", "lab_analyte_unknown", id="unknown analyte"),
        pytest.param("CRP", "1", "mg/L", "lab_analyte_unknown", id="analyte in capitals"),
    ],
)
def test_refused_with_a_stable_code_and_words(analyte, value, unit, code):
    refused = refusal(analyte, value, unit)

    assert refused.code == code
    assert refused.text() == str(refused)
    assert "{" not in str(refused)


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [
        pytest.param("130", "g/dL", "is the unit g/L?", id="grams per litre typed as g/dL"),
        pytest.param("250", "g/dL", "is the unit g/L?", id="highest asked"),
        pytest.param("250.1", "g/dL", "check the number and the unit", id="beyond the question"),
        pytest.param("1.9", "g/dL", "check the number and the unit", id="too low"),
        pytest.param("130", "", "Is 130 in g/L?", id="no unit, large number"),
        pytest.param("13", "", "one of g/dL, g/L, mmol/L.", id="no unit, usual number"),
    ],
)
def test_haemoglobin_is_asked_about_and_never_converted(value, unit, says):
    assert says in str(refusal("hb", value, unit))


@pytest.mark.parametrize(
    ("value", "asks"), [("19.9", False), ("20", True), ("88", True)], ids=["19.9", "20", "88"]
)
def test_creatinine_without_a_unit_is_asked_about_from_20(value, asks):
    refused = refusal("creatinine", value, "")

    assert refused.code == "lab_unit_missing"
    assert (f"Is {value} in umol/L?" in str(refused)) is asks


def test_a_message_is_translated_before_it_is_filled_in():
    refused = refusal("crp", "1,5", "mg/L")

    assert refused.text(t=lambda _message: "«{value}»") == "«1,5»"


# analyte: the last possible and the first impossible value on either side (None: no such side
# can be typed), the last usual and the first unusual one.
BOUNDS = {
    "esr": ("0", None, "200", "200.1"),
    "crp": ("0", None, "1000", "1000.1"),
    "hb": ("2", "1.9", "25", "25.1"),
    "alt": ("0", None, "20000", "20000.1"),
    "creatinine": ("0.01", "0", "30", "30.1"),
    "calcium": ("3", "2.9", "25", "25.1"),
    "vitamin_d": ("0", None, "400", "400.1"),
}
WARNED = [
    ("esr", "100", "100.1"),
    ("crp", "200", "200.1"),
    ("hb", "8", "7.9"),
    ("hb", "18", "18.1"),
    ("alt", "120", "120.1"),
    ("calcium", "8.5", "8.4"),
    ("calcium", "10.5", "10.6"),
    ("vitamin_d", "20", "19.9"),
    ("vitamin_d", "100", "100.1"),
]


@pytest.mark.parametrize("analyte", BOUNDS)
def test_possible_and_impossible_values(analyte):
    low, below, high, above = BOUNDS[analyte]
    unit = CANONICAL[analyte]

    assert canonical(analyte, low, unit).value == Decimal(low)
    assert canonical(analyte, high, unit).value == Decimal(high)
    assert refusal(analyte, above, unit).code == "lab_value_impossible"
    if below is not None:
        assert refusal(analyte, below, unit).code == "lab_value_impossible"


@pytest.mark.parametrize(("analyte", "usual", "unusual"), WARNED)
def test_unusual_values_warn_and_are_kept(analyte, usual, unusual):
    unit = CANONICAL[analyte]
    warned = warnings(analyte, canonical(analyte, unusual, unit))

    assert warnings(analyte, canonical(analyte, usual, unit)) == ()
    assert [warning.code for warning in warned] == ["lab_value_unusual"]
    assert unusual in warned[0].message.format(**warned[0].values)


@pytest.mark.parametrize(
    ("analyte", "value", "possible"),
    [
        pytest.param("esr", ">200", False, id="all above the highest"),
        pytest.param("esr", ">=200", True, id="may be the highest"),
        pytest.param("esr", ">199", True, id="may be below the highest"),
        pytest.param("esr", "<300", True, id="may be anything possible"),
        pytest.param("esr", "<0", False, id="below nothing"),
        pytest.param("esr", "<=0", True, id="may be nothing"),
        pytest.param("creatinine", "<=0", False, id="nothing is impossible"),
        pytest.param("creatinine", "<0.1", True, id="below the limit of detection"),
    ],
)
def test_a_bound_is_refused_only_where_nothing_possible_is_left(analyte, value, possible):
    unit = CANONICAL[analyte]
    if possible:
        assert canonical(analyte, value, unit).value is None
    else:
        assert refusal(analyte, value, unit).code == "lab_value_impossible"


@pytest.mark.parametrize(("value", "count"), [(">200", 1), (">150", 0), ("<300", 0)])
def test_a_bound_warns_only_where_it_is_certain(value, count):
    assert len(warnings("crp", canonical("crp", value, "mg/L"))) == count


@given(st.sampled_from(sorted(CANONICAL)), st.text(max_size=12))
def test_no_unit_outside_the_table_passes(analyte, unit):
    if unit.strip() in units(analyte):
        return
    assert refusal(analyte, str(POSSIBLE[analyte]), unit).code in (
        "lab_unit_missing",
        "lab_unit_unknown",
    )


@given(st.text(alphabet="0123456789.,eE+-_ <>=≤≥０１٣naifNI", max_size=8))
def test_what_passes_is_plain_digits(value):
    try:
        found = canonical("crp", value, "mg/L")
    except LabRefused:
        return
    digits = value.strip().lstrip("<>=≤≥ ")
    assert set(digits) <= set("0123456789.")
    assert found.limit == Decimal(digits)
    assert (found.value is None) == (value.strip()[0] in "<>≤≥")


@given(st.sampled_from(sorted(CONVERSIONS)), st.integers(min_value=50, max_value=100))
def test_every_amount_of_a_unit_is_converted_alike(pair, percent):
    analyte, unit = pair
    amount = POSSIBLE[analyte] * percent / 100
    found = canonical(analyte, f"{amount / CONVERSIONS[pair]:.6f}", unit)

    assert float(found.value) == pytest.approx(amount, rel=1e-4)
