"""Derived outcomes of the published cases against the table of the clinical reference (A5)."""

from statistics import median

import pytest

from outcomes.reference import Layer, additional_cases, literature
from outcomes.rules.cohort import as_api, derived

CASES = {case.id: case for case in (*literature(), *additional_cases())}

# Change right, left, total, worst leg; recovery ratio likewise; worst leg first and last; class;
# evidence; walks alone at the last examination.
A5 = {
    "C1": ((3, 0, 3, 3), (1.0, None, 1.0, 1.0), (2, 5), "improved", "likely", None),
    "C2": ((None,) * 4, (None,) * 4, (None, None), "cannot_tell", None, False),
    "C3": ((0, 0, 0, 0), (0, 0, 0, 0), (2, 2), "unchanged", None, None),
    "C4": ((3, 0, 3, 3), (3 / 4, None, 3 / 4, 3 / 4), (1, 4), "improved", "likely", None),
    "C5": ((2, 2, 4, 2), (2 / 4, 2 / 3, 4 / 7, 2 / 4), (1, 3), "improved", "likely", None),
    "C6": ((1, 0, 1, 1), (1 / 2, None, 1 / 2, 1 / 2), (3, 4), "improved", "possible", None),
    "C7": ((None,) * 4, (None,) * 4, (2, None), "improved", "descriptive", None),
    "C8": ((1, 0, 1, 1), (1 / 3, 0, 1 / 4, 1 / 3), (2, 3), "improved", "possible", False),
}
SIDES = ("right", "left", "total", "worst_leg")


@pytest.mark.parametrize("case_id", A5)
def test_derived_outcomes_as_tabulated(case_id):
    change, ratio, worst, classification, evidence, walks = A5[case_id]
    outcome = derived(CASES[case_id])

    assert tuple(getattr(outcome.change, side) for side in SIDES) == change
    assert tuple(getattr(outcome.recovery_ratio, side) for side in SIDES) == ratio
    assert (outcome.worst_leg_initial, outcome.worst_leg_final) == worst
    assert outcome.classification == classification
    assert outcome.evidence == evidence
    assert outcome.walks_alone is walks


@pytest.mark.parametrize("case_id", A5)
def test_the_api_row_carries_the_derived_outcomes_unrounded(case_id):
    change, ratio, _worst, classification, evidence, walks = A5[case_id]

    assert as_api(CASES[case_id])["derived"] == {
        "change": dict(zip(SIDES, change, strict=True)),
        "recovery_ratio": dict(zip(SIDES, ratio, strict=True)),
        "classification": classification,
        "evidence": evidence,
        "walks_alone": walks,
    }


def test_totals_of_the_cohort():
    outcomes = [derived(CASES[case_id]) for case_id in A5]
    classes = [outcome.classification for outcome in outcomes]
    improved = [outcome for outcome in outcomes if outcome.classification == "improved"]

    assert {name: classes.count(name) for name in set(classes)} == {
        "improved": 6,
        "unchanged": 1,
        "cannot_tell": 1,
    }
    assert sum(outcome.change.total is not None for outcome in improved) == 5


def test_medians_of_the_operated_cases_with_grades():
    operated = [
        derived(CASES[case_id])
        for case_id in A5
        if CASES[case_id].cell("operated").value and A5[case_id][0][2] is not None
    ]

    assert len(operated) == 5
    assert median(outcome.change.total for outcome in operated) == 3
    assert median(outcome.recovery_ratio.total for outcome in operated) == pytest.approx(4 / 7)
    assert median(outcome.change.worst_leg for outcome in operated) == 2
    assert median(outcome.recovery_ratio.worst_leg for outcome in operated) == 0.5


@pytest.mark.parametrize(
    ("case_id", "classification", "walks"),
    [
        pytest.param("X1", "cannot_tell", None, id="weakness persisted, no direction"),
        pytest.param("X2", "unchanged", False, id="no improvement, cannot walk alone"),
        pytest.param("X3", "cannot_tell", None, id="values not retrieved"),
        pytest.param("X4", "improved", None, id="improved, grades not retrieved"),
        pytest.param("X5", "improved", None, id="near-complete recovery in words"),
    ],
)
def test_further_cases_need_their_layer(case_id, classification, walks):
    case = CASES[case_id]
    enriched = derived(case, layers=tuple(Layer))

    assert derived(case).classification == "cannot_tell"
    assert derived(case).walks_alone is None
    assert (enriched.classification, enriched.walks_alone) == (classification, walks)
    assert enriched.change.total is None
