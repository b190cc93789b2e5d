"""No row of the data is without its rule, none without its words."""

import pytest

from outcomes import safety_words
from outcomes.reference import load
from outcomes.rules.medication_safety import findings
from outcomes.rules.medication_safety.warnings import said
from tests.outcomes.rules.medication_safety.cast import (
    CODES,
    ago,
    clearance_of,
    dose,
    drug,
    facts,
    lab,
    visit,
)

ROWS = list(load().medications)
# rows that rules read as numbers of their own, with nothing to say of a patient
NUMBERS = {"input_age", "borderline"}
# said by the date of the next dose (NextDue.rule), for doses that are never too early
BY_NEXT_DUE = {"denosumab-interval"}


def situations():
    """Every drug by every route, in each of a few lives."""
    lives = (
        {"jurisdiction": "US"},
        {"jurisdiction": "EU"},
        {"jurisdiction": "US", **clearance_of(20)},
        {"jurisdiction": "EU", **clearance_of(20)},
        {"background": {"liver_disease_child_pugh": "C"}},
        {"background": {"liver_disease_child_pugh": "B"}},
        {"background": {"cyp2c9_poor_metaboliser": "yes", "liver_disease_child_pugh": "none"}},
    )
    for life in lives:
        for inn in CODES:
            for route in ("oral", "intravenous"):
                for more in ({}, {"start": ago(0), "indication": "acute pain"},
                             {"extended_release": True}):  # fmt: skip
                    young = {"person": {"birth_year": 1990, "sex": "female"}}
                    for who in ({}, young):
                        row = drug(inn, **({"dose": 9999.0, "times_per_day": 24.0, "route": route}
                                           | more))  # fmt: skip
                        yield facts(row, doses=[dose(row, ago(3))], **(life | who))
    inhibited = drug("solifenacin", dose=6.0, times_per_day=1.0), drug("i", atc="J02AC02")
    background = {"liver_disease_child_pugh": "none"}
    weighed = {"visits": [visit(vitals_weight_kg=80.0)], "labs": [lab("creatinine", 1)]}
    yield facts(*inhibited, background=background, **weighed)


@pytest.fixture(scope="module")
def used():
    return {one.rule for known in situations() for one in findings(known)}


@pytest.mark.parametrize("row", ROWS, ids=[row.key for row in ROWS])
def test_every_row_is_used_by_a_rule_or_is_words_alone(row, used):
    words_alone = said(row) or row.kind in NUMBERS or row.key in BY_NEXT_DUE
    assert (row.key in used) != (words_alone and row.key != "crcl-borderline-from"), row.key


def test_every_text_of_the_data_is_marked_for_translation():
    assert set(safety_words.TEXTS) == {row.text for row in ROWS}


def test_every_kind_that_can_be_found_has_a_word():
    shown = {str(row.kind) for row in ROWS if not said(row) and row.kind not in {"input_age"}}
    assert shown <= set(safety_words.KINDS)
