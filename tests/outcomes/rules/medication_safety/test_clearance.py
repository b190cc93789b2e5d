"""Creatinine clearance against hand-worked values, the age of its inputs, and its properties."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.labs import canonical
from outcomes.rules.medication_safety.clearance import ages, clearance, cockcroft_gault
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Moment
from tests.outcomes.rules.medication_safety.cast import TODAY, ago, facts, lab, visit

HAND_WORKED = {
    # CLINICAL.md F: (140 - 84) x 45 x 0.85 / 72
    "the example of CLINICAL.md": (84, "45", "1.0", "female", "29.75"),
    "a man of the same": (84, "45", "1.0", "male", "35"),
    "young and heavy": (40, "72", "1", "male", "100"),
    "twice the creatinine, half": (40, "72", "2", "male", "50"),
    "a woman of sixty": (60, "60", "0.8", "female", "70.83"),
}


@pytest.mark.parametrize(("age", "kg", "mg", "sex", "expected"), HAND_WORKED.values(),
                         ids=HAND_WORKED)  # fmt: skip
def test_hand_worked(age, kg, mg, sex, expected):
    value = cockcroft_gault(age=age, weight_kg=Decimal(kg), creatinine=Decimal(mg), sex=sex)
    assert value.quantize(Decimal("0.01")) == Decimal(expected).quantize(Decimal("0.01"))


@given(
    age=st.integers(18, 110),
    kg=st.decimals(30, 150, places=1),
    mg=st.decimals("0.2", 10, places=2),
    sex=st.sampled_from(["female", "male"]),
)
def test_older_lighter_or_more_creatinine_is_less_clearance(age, kg, mg, sex):
    value = cockcroft_gault(age=age, weight_kg=kg, creatinine=mg, sex=sex)
    assert value > 0
    assert cockcroft_gault(age=age + 1, weight_kg=kg, creatinine=mg, sex=sex) < value
    assert cockcroft_gault(age=age, weight_kg=kg - 1, creatinine=mg, sex=sex) < value
    assert cockcroft_gault(age=age, weight_kg=kg, creatinine=mg + 1, sex=sex) < value
    woman, man = (
        cockcroft_gault(age=age, weight_kg=kg, creatinine=mg, sex=s) for s in ("female", "male")
    )
    assert woman / man == pytest.approx(Decimal("0.85"))


WEIGHT, CREATININE = visit(ago(90), vitals_weight_kg=45.0), lab("creatinine", "1.0", ago(30))


def known(**differs):
    return clearance(facts(**({"visits": [WEIGHT], "labs": [CREATININE]} | differs)))


def test_the_example_with_the_oldest_inputs_that_may_be_used():
    found = known()
    assert found.lower == found.upper == Decimal("29.75")
    assert {used.name: used.on for used in found.used} == {
        "age": None, "weight": ago(90), "creatinine": ago(30),
    }  # fmt: skip


LACKING = {
    "a weight of 91 days": ({"visits": [visit(ago(91), vitals_weight_kg=45.0)]}, ("weight",)),
    "no weight": ({"visits": []}, ("weight",)),
    "a weight without a day": (
        {"visits": [visit(None, vitals_weight_kg=45.0)]}, ("weight",),
    ),
    "a creatinine of 31 days": ({"labs": [lab("creatinine", "1.0", ago(31))]}, ("creatinine",)),
    "no creatinine": ({"labs": []}, ("creatinine",)),
    "a creatinine that is a bound": (
        {"labs": [lab("creatinine", "0.5", comparator="<")]},
        ("creatinine",),
    ),
    "no age": ({"person": {"sex": "female"}}, ("age",)),
    "no sex": ({"person": {"birth_date": dt.date(1942, 1, 1)}}, ("sex",)),
    "sex not known": (
        {"person": {"birth_date": dt.date(1942, 1, 1), "sex": "unknown"}}, ("sex",),
    ),
    "nothing": ({"person": {}, "visits": [], "labs": []},
                ("age", "sex", "weight", "creatinine")),
}  # fmt: skip


@pytest.mark.parametrize(("differs", "missing"), LACKING.values(), ids=LACKING)
def test_without_an_input_it_cannot_be_checked(differs, missing):
    found = known(**differs)
    assert (found.lower, found.upper, found.missing) == (None, None, missing)


def test_what_is_too_old_is_shown_with_its_day():
    found = known(visits=[visit(ago(91), vitals_weight_kg=45.0)])
    assert [(u.value, u.on) for u in found.used if u.name == "weight"] == [("45 kg", ago(91))]


def test_creatinine_in_micromoles_is_kept_in_milligrams():
    quantity = canonical("creatinine", "88.4", "µmol/L")
    assert quantity.limit == 1
    row = lab("creatinine", "88.4", unit="µmol/L", canonical=quantity.limit)
    assert known(labs=[row]).lower == Decimal("29.75")


def test_of_two_on_one_day_without_times_the_worse_holds():
    both = [lab("creatinine", "1.0"), lab("creatinine", "2.0")]
    assert known(labs=both).lower == known(labs=both[::-1]).lower == Decimal("29.75") / 2


AGES = {
    "born on this day": ({"birth_date": dt.date(1951, 6, 15)}, (75, 75)),
    "born tomorrow": ({"birth_date": dt.date(1951, 6, 16)}, (74, 74)),
    "only the year": ({"birth_year": 1951}, (74, 75)),
    "age at an operation without a date": ({"age_at_index": 84}, (84, None)),
    "nothing": ({}, None),
}


@pytest.mark.parametrize(("person", "expected"), AGES.values(), ids=AGES)
def test_age_with_its_bounds(person, expected):
    found = ages(facts(person=person))
    assert expected == (found and (found.least, found.most))


def test_age_at_the_index_grows_with_the_years_since():
    anchors = Anchors(decompression=Moment(date=TODAY.replace(year=2024)))
    found = ages(facts(person={"age_at_index": 74}, anchors=anchors))
    assert (found.least, found.most) == (76, 77)


def test_an_age_within_bounds_gives_a_clearance_within_bounds():
    found = known(person={"birth_year": 1942, "sex": "female"})
    assert found.upper > found.lower
    assert found.below(found.lower).answer == "no"
    assert found.below(found.upper).answer == "cannot_tell"
    assert found.below(found.upper + 1).answer == "yes"
    assert found.at_most(found.lower).missing == ("age",)
