"""Scales, bounds, drugs and schedule against figures typed apart from the data."""

from decimal import Decimal
from typing import get_args

import pytest

from outcomes.documents import visit
from outcomes.reference import (
    drugs,
    load,
    medication_limits,
    scale,
    schedule,
    sources,
    vital_bounds,
)
from outcomes.rules import grades


def codes(name):
    return tuple(level.code for level in scale(name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mrc", grades.GRADES),
        ("mrc", get_args(visit.Grade)),
        ("key_muscle", grades.KEY_MUSCLES),
        ("ais", tuple("ABCDE")),
        ("fac", tuple("012345")),
        ("wisci", tuple(str(level) for level in range(21))),
        ("nrs", tuple(str(level) for level in range(11))),
        ("sensation", get_args(visit.Sensation)),
        ("bladder_emptying", get_args(visit.EmptyingMethod)),
        ("incontinence", get_args(visit.Frequency)),
        ("anal_tone", ("preserved", "decreased", "absent", "not_tested")),
    ],
)
def test_scales_hold_these_steps_in_order(name, expected):
    assert codes(name) == tuple(expected)


def test_modified_grades_of_4_count_as_4():
    assert {level.code: level.number for level in scale("mrc")} == {
        "0": 0, "1": 1, "2": 2, "3": 3, "4-": 4, "4": 4, "4+": 4, "5": 5,
    }  # fmt: skip


def test_an_unknown_scale_is_an_error():
    with pytest.raises(KeyError):
        scale("mrs")


def test_unconfirmed_walking_levels_say_so():
    assert [int(level.code) for level in scale("wisci") if not level.verified] == [*range(16, 21)]


@pytest.mark.parametrize("table", tuple(load()), ids=lambda table: table.file)
def test_every_row_has_a_source_and_says_whether_it_is_verified(table):
    assert table.rows
    for record in table:
        assert isinstance(record.verified, bool)
        if table.file != "sources.csv":
            assert record.source.split(", ")[0] in sources()


HARD, WARN = "hard", "warn"


@pytest.mark.parametrize(
    ("field", "kind", "inside", "outside"),
    [
        ("t_score", HARD, ("-8", "8"), ("-8.1", "8.1")),
        ("t_score", WARN, ("-5", "3"), ("-5.1", "3.1")),
        ("temperature_c", HARD, ("25", "45"), ("24.9", "45.1")),
        ("temperature_c", WARN, ("35", "37.9"), ("34.9", "38.0")),
        ("systolic", HARD, ("40", "300"), ("39", "301")),
        ("systolic", WARN, ("90", "180"), ("89", "181")),
        ("diastolic", HARD, ("20", "200"), ("19", "201")),
        ("heart_rate", HARD, ("20", "300"), ("19", "301")),
        ("heart_rate", WARN, ("50", "120"), ("49", "121")),
        ("respiratory_rate", HARD, ("3", "80"), ("2", "81")),
        ("respiratory_rate", WARN, ("10", "24"), ("9", "25")),
        ("spo2", HARD, ("30", "100"), ("29", "101")),
        ("spo2", WARN, ("92",), ("91",)),
        ("weight_kg", HARD, ("20", "350"), ("19.9", "350.1")),
        ("weight_kg", WARN, ("35",), ("34.9",)),
        ("height_cm", HARD, ("100", "230"), ("99.9", "230.1")),
        ("height_cm", WARN, ("130",), ("129.9",)),
        ("pvr_ml", HARD, ("0", "3000"), ("-1", "3001")),
        ("pvr_ml", WARN, ("199",), ("200",)),
        ("catheter_volume_ml", WARN, ("500",), ("501",)),
        ("nrs", HARD, ("0", "10"), ("-1", "11", "4.5")),
        ("fac", HARD, ("0", "5"), ("-1", "6", "2.5")),
        ("wisci", HARD, ("0", "20"), ("-1", "21", "0.5")),
        ("mrc", HARD, ("0", "5"), ("-1", "6", "4.5")),
    ],
)
def test_both_sides_of_each_bound(field, kind, inside, outside):
    bounds = [bound for bound in vital_bounds(field) if bound.kind == kind]

    for value in inside:
        assert not any(bound.holds(Decimal(value)) for bound in bounds), value
    for value in outside:
        assert any(bound.holds(Decimal(value)) for bound in bounds), value


@pytest.mark.parametrize(
    ("diastolic", "systolic", "refused"),
    [("119", "120", False), ("120", "120", True), ("121", "120", True), ("120", None, False)],
)
def test_diastolic_pressure_is_below_systolic(diastolic, systolic, refused):
    other = None if systolic is None else Decimal(systolic)
    bounds = [bound for bound in vital_bounds("diastolic") if bound.than]

    assert [bound.holds(Decimal(diastolic), other) for bound in bounds] == [refused]


@pytest.mark.parametrize(
    ("inn", "atc", "rxcui"),
    [
        ("celecoxib", "M01AH01", "140587"),
        ("tramadol", "N02AX02", "10689"),
        ("solifenacin", "G04BD08", "322167"),
        ("ibandronic acid", "M05BA06", "115264"),
    ],
)
def test_drug_codes(inn, atc, rxcui):
    assert (drugs()[inn].atc, drugs()[inn].rxcui) == (atc, rxcui)


@pytest.mark.parametrize(
    ("drug", "condition", "threshold", "limit", "unit"),
    [
        ("celecoxib", (), None, "400", "mg/d"),
        ("celecoxib", ("acute_pain_first_day",), None, "600", "mg/d"),
        ("tramadol", (), None, "400", "mg/d"),
        ("tramadol", ("age_over",), "75", "300", "mg/d"),
        ("tramadol", ("crcl_below",), "30", "200", "mg/d"),
        ("solifenacin", (), None, "10", "mg/d"),
        ("solifenacin", ("crcl_at_most",), "30", "5", "mg/d"),
        ("solifenacin", ("child_pugh_b",), None, "5", "mg/d"),
        ("solifenacin", ("strong_cyp3a4_inhibitor",), None, "5", "mg/d"),
    ],
)
def test_daily_caps(drug, condition, threshold, limit, unit):
    (found,) = [
        row
        for row in medication_limits(drug)
        if row.kind == "max_daily_dose" and row.condition == condition
    ]

    assert found.threshold == (threshold and Decimal(threshold))
    assert (found.limit, found.unit) == (Decimal(limit), unit)


@pytest.mark.parametrize(
    ("kind", "target", "lower", "upper", "half_width"),
    [
        ("pre_op", None, None, None, None),
        ("post_op", None, 0, 7, None),
        ("discharge", None, None, None, None),
        ("2wk", 14, 8, 27, None),
        ("6wk", 42, 28, 63, 14),
        ("3mo", 91, 64, 136, 21),
        ("6mo", 182, 137, 227, 30),
        ("12mo", 365, 304, 456, 60),
        ("24mo", 730, 639, 821, 90),
        ("yearly", 3 * 365, 3 * 365 - 91, 3 * 365 + 91, None),
    ],
)
def test_follow_up_windows(kind, target, lower, upper, half_width):
    (found,) = [planned for planned in schedule() if planned.kind == kind]

    assert (found.target_day, found.lower, found.upper) == (target, lower, upper)
    assert found.half_width == half_width


def test_the_schedule_is_the_kinds_of_a_visit_in_order():
    assert [planned.kind for planned in schedule()] == [
        kind for kind in get_args(visit.Kind) if kind != "unscheduled"
    ]
    assert {planned.kind: planned.stale_after for planned in schedule()}["pre_op"] == 14
