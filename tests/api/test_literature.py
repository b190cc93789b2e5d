"""The published cases, and every derived value of CLINICAL.md A5, typed here by hand."""

import pytest

from tests.api.client import Api

pytestmark = pytest.mark.one_database  # what is published is in files

N = None
# id: change (right, left, total, worst leg), recovery ratio (same), class, evidence, walks alone
DERIVED = {
    "C1": ((3, 0, 3, 3), (1.0, N, 1.0, 1.0), "improved", N),
    "C2": ((N, N, N, N), (N, N, N, N), "cannot_tell", False),
    "C3": ((0, 0, 0, 0), (0.0, 0.0, 0.0, 0.0), "unchanged", N),
    "C4": ((3, 0, 3, 3), (3 / 4, N, 3 / 4, 3 / 4), "improved", N),
    "C5": ((2, 2, 4, 2), (1 / 2, 2 / 3, 4 / 7, 1 / 2), "improved", N),
    "C6": ((1, 0, 1, 1), (1 / 2, N, 1 / 2, 1 / 2), "improved", N),
    "C7": ((N, N, N, N), (N, N, N, N), "improved", N),
    "C8": ((1, 0, 1, 1), (1 / 3, 0.0, 1 / 4, 1 / 3), "improved", False),
}
EVIDENCE = {"C1": "likely", "C4": "likely", "C5": "likely", "C6": "possible", "C8": "possible",
            "C7": "descriptive", "C2": None, "C3": None}  # fmt: skip
# id: author, year, age, sex, levels, operated
WHO = {
    "C1": ("Shapiro", 2003, 64, "female", ["L2"], True),
    "C2": ("Teng", 2006, 79, "female", ["L2"], True),
    "C3": ("Chen", 2006, 90, "female", ["T12", "L1"], False),
    "C4": ("Sabuncuoğlu", 2008, 49, "male", ["T12"], True),
    "C5": ("Kulkarni", 2013, 48, "female", ["L1"], True),
    "C6": ("Lin", 2015, 64, "female", ["L2"], True),
    "C7": ("Grelat", 2018, 64, "male", ["L1"], True),
    "C8": ("Baek", 2021, 84, "female", ["L1"], True),
}
# value, lower, upper in hours, status (A4, A5)
INTERVAL = {
    "C1": (12, N, N, "known"),
    "C2": (N, 0, 24, "interval_censored"),
    "C3": (N, N, N, "not_applicable"),
    "C4": (N, N, N, "not_reported"),
    "C5": (N, N, N, "not_reported"),
    "C6": (N, N, N, "not_reported"),
    "C7": (N, N, N, "not_reported"),
    "C8": (56 * 24, 49 * 24, 63 * 24, "approximate"),
}
CELL = {"value", "lower", "upper", "status", "verbatim", "source"}


@pytest.fixture
def cases(physician):
    body = physician.get("literature/").json
    assert body["next"] is None
    return {row["id"]: row for row in body["results"]}


def test_the_eight_cases_in_order(physician):
    rows = physician.get("literature/").json["results"]
    assert [row["id"] for row in rows] == list(DERIVED)


@pytest.mark.parametrize("case", DERIVED)
def test_every_derived_value(cases, case):
    changes, ratios, group, walks = DERIVED[case]
    derived = cases[case]["derived"]
    sides = ("right", "left", "total", "worst_leg")
    assert derived["change"] == dict(zip(sides, changes, strict=True))
    assert derived["recovery_ratio"] == pytest.approx(
        dict(zip(sides, ratios, strict=True)), abs=1e-12
    ), "plain, unrounded"
    assert (derived["classification"], derived["walks_alone"]) == (group, walks)
    assert derived["evidence"] == EVIDENCE[case]


def test_a_null_is_a_null_and_never_a_zero(cases):
    for case, (changes, ratios, _group, _walks) in DERIVED.items():
        derived = cases[case]["derived"]
        for name, expected in (("change", changes), ("recovery_ratio", ratios)):
            for value, given in zip(expected, derived[name].values(), strict=True):
                assert (given is None) == (value is None), (case, name)


@pytest.mark.parametrize("case", WHO)
def test_who_they_are(cases, case):
    row, (author, year, age, sex, levels, operated) = cases[case], WHO[case]
    assert row["author"].startswith(author)
    assert (row["year"], row["age"]["value"], row["sex"]["value"]) == (year, age, sex)
    assert row["levels"]["value"] == levels
    assert row["operated"]["value"] == operated


@pytest.mark.parametrize("case", INTERVAL)
def test_the_interval_has_its_bounds_and_no_midpoint(cases, case):
    cell = cases[case]["interval_hours"]
    assert tuple(cell[name] for name in ("value", "lower", "upper", "status")) == INTERVAL[case]


def test_every_cell_has_its_words_status_and_source(cases):
    for row in cases.values():
        cells = {k: v for k, v in row.items() if isinstance(v, dict) and k != "derived"}
        assert len(cells) > 10
        for name, cell in cells.items():
            assert set(cell) >= CELL, name
            assert cell["status"], name
            assert cell["source"], name
            if cell["status"] == "interval_censored":
                assert cell["value"] is None, name


def test_cases_known_from_abstracts_are_asked_for(physician, cases):
    rows = physician.get("literature/?additional=1").json["results"]
    assert len(rows) > len(cases)
    assert rows[: len(cases)] == list(cases.values())
    assert physician.get("literature/?additional=0").json["results"] == list(cases.values())
    assert physician.get("literature/?additional=2").status == 400


COUNTS = {
    "cases": 8,
    "outcomes": [
        {"classification": "improved", "in_words": False, "cases": 5, "not_operated": 0},
        {"classification": "improved", "in_words": True, "cases": 1, "not_operated": 0},
        {"classification": "unchanged", "in_words": False, "cases": 1, "not_operated": 1},
        {"classification": "worse", "in_words": False, "cases": 0, "not_operated": 0},
        {"classification": "cannot_tell", "in_words": False, "cases": 1, "not_operated": 0},
    ],
    "evidence": {"likely": 3, "possible": 2, "descriptive": 1},
    "timing": {
        "known": 1, "approximate": 1, "interval_censored": 1, "descriptive_only": 0,
        "not_reported": 4, "not_applicable": 1, "conflict": 0,
    },
    "with_timing": 3,
    "with_outcome": 7,
    "with_grades": 6,
    "with_timing_and_outcome": 2,
    "walks_alone": 0,
    "walks_not_alone": 2,
    "walking_not_stated": 6,
}  # fmt: skip


def test_the_counts_are_of_people(physician):
    assert physician.get("literature/").json["counts"] == COUNTS


def test_abstracts_are_asked_for_and_named(physician, cases):
    report = physician.get("literature/").json
    asked = physician.get("literature/?layers=abstracts").json
    assert physician.get("literature/?layers=doc").json == report
    assert physician.get("literature/?layers=everything").status == 400
    assert report["layers"] == ["DOC_table", "DOC_text"]
    assert asked["layers"] == ["DOC_table", "DOC_text", "primary_abstract"]

    rows = {row["id"]: row for row in asked["results"]}
    assert list(rows) == [*DERIVED, "X1", "X2", "X3", "X4", "X5"]
    assert asked["counts"]["cases"] == 13
    assert {layer for row in cases.values() for layer in layers_of(row)} == set(report["layers"])
    assert {layer for row in rows.values() for layer in layers_of(row)} == set(asked["layers"])
    added = rows["C5"]["interval_hours"]
    assert (added["value"], added["lower"], added["upper"]) == (N, 360, N)
    assert added["layer"] == "primary_abstract"


def layers_of(row):
    core = [cell for cell in row.values() if isinstance(cell, dict) and "layer" in cell]
    return {cell["layer"] for cell in core + row["further"]}


def test_conflicts_are_told_with_every_side(physician, cases):
    told = {one["number"]: one for one in physician.get("literature/").json["conflicts"]}
    texts = {number: [side["text"] for side in one["claims"]] for number, one in told.items()}
    assert any("left leg, L2 to L4" in text for text in texts[2])
    assert any("no laminectomy before them" in text for text in texts[8])
    assert told[3]["claims"][0]["verbatim"].startswith("improvements in neurological deficits")
    assert "only in 7 cases" in told[15]["claims"][0]["verbatim"]
    for one in told.values():
        assert one["cases"]
        assert one["topic"]
        assert one["resolution"]
        assert all(side["source"] and side["layer"] for side in one["claims"])

    assert all(row["conflicts"] == [] for row in cases.values()), "the report with itself"
    rows = physician.get("literature/?layers=abstracts").json["results"]
    differing = {row["id"]: row["conflicts"] for row in rows if row["conflicts"]}
    assert set(differing) == {"C1", "C5", "C7"}
    (hours,) = differing["C1"]
    assert [(cell["field"], cell["value"], cell["verbatim"]) for cell in hours][::2] == [
        ("interval_hours", 12, "12 h"),
        ("interval_hours", N, "immediate"),
    ]


STATISTICS = {"mean", "median", "average", "interval", "ci", "p", "p_value", "percentile", "slope",
              "sd", "iqr", "quartiles", "regression", "share", "percent", "proportion"}  # fmt: skip


@pytest.mark.parametrize("query", ["", "?layers=abstracts", "?additional=1"])
def test_no_statistic_is_made_of_published_cases(physician, query):
    def names(value):
        if isinstance(value, dict):
            yield from value
        for inner in value.values() if isinstance(value, dict) else value:
            if isinstance(inner, dict | list):
                yield from names(inner)

    found = set(names(physician.get(f"literature/{query}").json))
    assert len(found) > 50
    assert found & STATISTICS == set()


def test_whoever_is_signed_in_may_read_what_is_published(cast):
    for user in (cast.administrator_a, cast.patient_user, cast.reports, cast.physician_b):
        assert Api(user).get("literature/").status == 200
    assert Api(None).get("literature/").status == 401
