"""Motor recovery against the worked cases of the literature cohort (CLINICAL.md A5)."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.grades import GRADES, Basis
from outcomes.rules.recovery import (
    FLAG_TEXTS,
    Classification,
    Evidence,
    Flag,
    Legs,
    Sides,
    compare,
    worse_of,
)

GRADE = st.sampled_from(GRADES)
MAYBE = st.none() | GRADE
LEGS = st.builds(Legs, GRADE, GRADE)
MAYBE_LEGS = st.builds(Legs, MAYBE, MAYBE, st.sampled_from(list(Basis)))

IMPROVED, UNCHANGED, WORSE, MIXED, CANNOT_TELL = Classification
LIKELY, POSSIBLE, DESCRIPTIVE = Evidence


def exact(*fractions):
    """Fractions as the nearest floats, which is what an unrounded number is."""
    return Sides(*(None if f is None else float(Fraction(f)) for f in fractions))


A5 = [
    # case, initial, final, change, recovery ratio, worst leg from, to, class, evidence
    ("C1", "2/5", "5/5", (3, 0, 3, 3), (1, None, 1, 1), 2, 5, IMPROVED, LIKELY),
    ("C3", "2/2", "2/2", (0, 0, 0, 0), (0, 0, 0, 0), 2, 2, UNCHANGED, None),
    ("C4", "1/5", "4/5", (3, 0, 3, 3), ("3/4", None, "3/4", "3/4"), 1, 4, IMPROVED, LIKELY),
    ("C5", "1/2", "3/4", (2, 2, 4, 2), ("1/2", "2/3", "4/7", "1/2"), 1, 3, IMPROVED, LIKELY),
    ("C6", "3/5", "4/5", (1, 0, 1, 1), ("1/2", None, "1/2", "1/2"), 3, 4, IMPROVED, POSSIBLE),
    ("C8", "2/4", "3/4", (1, 0, 1, 1), ("1/3", 0, "1/4", "1/3"), 2, 3, IMPROVED, POSSIBLE),
]


@pytest.mark.parametrize(
    ("initial", "final", "change", "ratio", "worst_from", "worst_to", "classification", "evidence"),
    [pytest.param(*row[1:], id=row[0]) for row in A5],
)
def test_the_numeric_cases_of_the_cohort(
    initial, final, change, ratio, worst_from, worst_to, classification, evidence
):
    outcome = compare(Legs(*initial.split("/")), Legs(*final.split("/")))
    assert outcome.change == Sides(*change)
    assert outcome.recovery_ratio == exact(*ratio)
    assert (outcome.worst_leg_initial, outcome.worst_leg_final) == (worst_from, worst_to)
    assert outcome.classification is classification
    assert outcome.evidence is evidence
    assert Flag.BASIS_UNSPECIFIED in outcome.flags


NOTHING = Sides(None, None, None, None)


def test_c2_without_grades_cannot_be_told():
    outcome = compare(Legs(None, None), Legs(None, None))
    assert (outcome.change, outcome.recovery_ratio) == (NOTHING, NOTHING)
    assert (outcome.classification, outcome.evidence) == (CANNOT_TELL, None)
    assert Flag.LEG_MISSING in outcome.flags


def test_c7_improved_in_words_only():
    outcome = compare(Legs("2", "5"), Legs(None, None), described=IMPROVED)
    assert (outcome.change, outcome.recovery_ratio) == (NOTHING, NOTHING)
    assert (outcome.worst_leg_initial, outcome.worst_leg_final) == (2, None)
    assert (outcome.classification, outcome.evidence) == (IMPROVED, DESCRIPTIVE)
    assert Flag.DESCRIBED_IN_WORDS in outcome.flags


def test_words_do_not_overrule_a_leg_with_grades():
    outcome = compare(Legs("2", "5"), Legs("1", None), described=IMPROVED)
    assert (outcome.classification, outcome.evidence) == (CANNOT_TELL, None)
    assert Flag.DESCRIBED_IN_WORDS not in outcome.flags


@pytest.mark.parametrize(
    ("initial", "final", "classification", "evidence"),
    [
        pytest.param(("2", "4"), ("3", "4"), IMPROVED, POSSIBLE, id="one leg up by one"),
        pytest.param(("2", "4"), ("4", "4"), IMPROVED, LIKELY, id="one leg up by two"),
        pytest.param(("2", "3"), ("3", "4"), IMPROVED, POSSIBLE, id="both up by one is still one"),
        pytest.param(("4", "4"), ("4", "3"), WORSE, POSSIBLE, id="one leg down by one"),
        pytest.param(("4", "4"), ("2", "3"), WORSE, LIKELY, id="largest fall decides"),
        pytest.param(("2", "4"), ("3", "3"), MIXED, None, id="one up, one down"),
        pytest.param(("0", "5"), ("5", "4"), MIXED, None, id="a large rise does not hide a fall"),
        pytest.param(("3", "3"), ("3", "3"), UNCHANGED, None, id="none moved"),
        pytest.param(("4-", "4+"), ("4+", "4-"), UNCHANGED, None, id="4-, 4 and 4+ are all 4"),
        pytest.param(("5", "5"), ("5", "5"), UNCHANGED, None, id="at ceiling on both sides"),
        pytest.param((None, "2"), ("3", "4"), CANNOT_TELL, None, id="right missing before"),
        pytest.param(("2", "2"), ("4", None), CANNOT_TELL, None, id="left missing after"),
    ],
)
def test_class_and_strength(initial, final, classification, evidence):
    outcome = compare(Legs(*initial), Legs(*final))
    assert (outcome.classification, outcome.evidence) == (classification, evidence)


def test_one_leg_missing_keeps_the_other_and_no_worst_leg():
    outcome = compare(Legs("2", None), Legs("4", "3"))
    assert outcome.change == Sides(2, None, None, None)
    assert outcome.recovery_ratio == exact("2/3", None, None, None)
    assert (outcome.worst_leg_initial, outcome.worst_leg_final) == (None, 3)
    assert outcome.flags == (Flag.BASIS_UNSPECIFIED, Flag.LEG_MISSING)


def test_at_ceiling_there_is_a_change_but_no_ratio():
    outcome = compare(Legs("5", "5"), Legs("5", "4"))
    assert outcome.change == Sides(0, -1, -1, -1)
    assert outcome.recovery_ratio == NOTHING
    assert {Flag.RIGHT_AT_CEILING, Flag.LEFT_AT_CEILING} <= set(outcome.flags)


@pytest.mark.parametrize(
    ("initial", "ratio", "ceiling"),
    [
        (("4", "5"), (1, None, 1, 1), Flag.LEFT_AT_CEILING),
        (("5", "4"), (None, 1, 1, 1), Flag.RIGHT_AT_CEILING),
    ],
)
def test_one_leg_at_ceiling_leaves_the_other_its_ratio(initial, ratio, ceiling):
    outcome = compare(Legs(*initial), Legs("5", "5"))
    assert outcome.recovery_ratio == exact(*ratio)
    assert outcome.flags == (Flag.BASIS_UNSPECIFIED, ceiling)


def test_a_fall_gives_a_negative_ratio():
    assert compare(Legs("4", "4"), Legs("0", "4")).recovery_ratio == exact(-4, 0, -2, -4)


@pytest.mark.parametrize(
    ("first", "second", "classification", "flag"),
    [
        ("unspecified", "unspecified", IMPROVED, Flag.BASIS_UNSPECIFIED),
        ("unspecified", "gestalt", CANNOT_TELL, Flag.BASIS_DIFFERS),
        ("weakest_key_muscle", "gestalt", CANNOT_TELL, Flag.BASIS_DIFFERS),
        ("gestalt", "gestalt", IMPROVED, None),
    ],
)
def test_across_bases_the_numbers_are_shown_and_the_class_is_open(
    first, second, classification, flag
):
    outcome = compare(Legs("2", "2", first), Legs("4", "4", second))
    assert outcome.change == Sides(2, 2, 4, 2)
    assert outcome.classification is classification
    assert outcome.flags == (() if flag is None else (flag,))


@pytest.mark.parametrize("wrong", [Legs("6", "4"), Legs("4", "x"), Legs(4, "4")])
def test_a_wrong_grade_is_refused(wrong):
    with pytest.raises(ValueError, match="not an MRC grade"):
        compare(Legs("2", "2"), wrong)


def test_every_flag_has_its_words():
    assert set(FLAG_TEXTS) == set(Flag)


# --- properties -----------------------------------------------------------------------------------


def swapped(legs):
    return Legs(legs.left, legs.right, legs.basis)


@given(MAYBE_LEGS, MAYBE_LEGS)
def test_a_swap_of_sides_changes_neither_worst_leg_nor_class(initial, final):
    one, other = compare(initial, final), compare(swapped(initial), swapped(final))
    assert one.worst_leg_initial == other.worst_leg_initial
    assert one.worst_leg_final == other.worst_leg_final
    assert one.change.worst_leg == other.change.worst_leg
    assert one.recovery_ratio.total == other.recovery_ratio.total
    assert (one.classification, one.evidence) == (other.classification, other.evidence)
    assert (one.change.right, one.change.left) == (other.change.left, other.change.right)


@given(MAYBE_LEGS, MAYBE_LEGS)
def test_backwards_in_time_every_change_turns_round(initial, final):
    there, back = compare(initial, final), compare(final, initial)
    for side in ("right", "left", "total", "worst_leg"):
        one, other = getattr(there.change, side), getattr(back.change, side)
        assert (one is None and other is None) or one == -other
    turned = {IMPROVED: WORSE, WORSE: IMPROVED}
    assert back.classification is turned.get(there.classification, there.classification)
    assert back.evidence == there.evidence


@given(MAYBE_LEGS, MAYBE_LEGS)
def test_a_ratio_never_passes_one_and_has_the_sign_of_its_change(initial, final):
    outcome = compare(initial, final)
    for side in ("right", "left", "total", "worst_leg"):
        ratio, change = getattr(outcome.recovery_ratio, side), getattr(outcome.change, side)
        if ratio is not None:
            assert ratio <= 1
            assert (ratio > 0) - (ratio < 0) == (change > 0) - (change < 0)


def test_every_pair_of_examinations_recomputed_independently():
    """All 8^4 pairs with another formulation: fractions, set logic, no shared code."""
    number = dict(zip(GRADES, (0, 1, 2, 3, 4, 4, 4, 5), strict=True))
    for grades in product(GRADES, repeat=4):
        r0, l0, r1, l1 = (number[grade] for grade in grades)
        outcome = compare(Legs(*grades[:2]), Legs(*grades[2:]))
        pairs = [(r0, r1, 5), (l0, l1, 5), (r0 + l0, r1 + l1, 10), (min(r0, l0), min(r1, l1), 5)]
        assert outcome.change == Sides(*(last - first for first, last, _ in pairs))
        assert outcome.recovery_ratio == exact(
            *(None if f == top else 1 - Fraction(top - e, top - f) for f, e, top in pairs)
        )
        signs = {(r1 > r0) - (r1 < r0), (l1 > l0) - (l1 < l0)} - {0}
        expected = {(): UNCHANGED, (1,): IMPROVED, (-1,): WORSE, (-1, 1): MIXED}
        assert outcome.classification is expected[tuple(sorted(signs))]
        strong = len(signs) == 1 and max(abs(r1 - r0), abs(l1 - l0)) > 1
        weak = len(signs) == 1 and not strong
        assert outcome.evidence is (LIKELY if strong else POSSIBLE if weak else None)


# --- two orders of examinations -------------------------------------------------------------------

AFTER = Legs("3", "4")


@pytest.mark.parametrize(
    ("baselines", "worse"),
    [
        pytest.param([("2", "4"), ("3", "4")], ("3", "4"), id="unchanged is worse than improved"),
        pytest.param([("2", "4"), ("4", "4")], ("4", "4"), id="worse is worse than improved"),
        pytest.param([("2", "4"), (None, "4")], (None, "4"), id="an open answer is worse"),
        pytest.param([("4", "4"), (None, "4")], ("4", "4"), id="a certain fall is worst"),
        pytest.param([("1", "4"), ("2", "4")], ("2", "4"), id="the smaller gain"),
        pytest.param([("4", "4"), ("5", "4")], ("5", "4"), id="the larger fall"),
        pytest.param([("4", "3"), ("4", "4")], ("4", "4"), id="mixed is less bad than worse"),
    ],
)
def test_of_two_possible_orders_the_worse_answer_holds_and_is_marked(baselines, worse):
    outcomes = [compare(Legs(*legs), AFTER) for legs in baselines]
    for order in (outcomes, outcomes[::-1]):
        answer = worse_of(order)
        assert answer.change == compare(Legs(*worse), AFTER).change
        assert answer.classification is compare(Legs(*worse), AFTER).classification
        assert answer.flags[-1] is Flag.ORDER_UNKNOWN


def test_of_two_open_answers_the_one_without_numbers_is_worse():
    missing = compare(Legs(None, "4"), AFTER)
    other_basis = compare(Legs("2", "4", Basis.GESTALT), AFTER)
    for order in ([missing, other_basis], [other_basis, missing]):
        assert worse_of(order).change == missing.change


def test_orders_that_agree_are_not_marked():
    outcome = compare(Legs("2", "4"), AFTER)
    assert worse_of([outcome, outcome]) == outcome


def test_without_any_outcome_there_is_no_worse_one():
    with pytest.raises(ValueError, match="empty"):
        worse_of([])
