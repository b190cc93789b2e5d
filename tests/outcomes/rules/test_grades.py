import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.grades import (
    GRADES,
    KEY_MUSCLE,
    KEY_MUSCLES,
    MUSCLE_NAMES,
    Basis,
    BasisMatch,
    Lems,
    arithmetic,
    lems,
    match_basis,
)

MUSCLES = st.fixed_dictionaries({m: st.none() | st.integers(0, 5) for m in KEY_MUSCLES})


def leg(l2=5, l3=5, l4=5, l5=5, s1=5):
    return {"L2": l2, "L3": l3, "L4": l4, "L5": l5, "S1": s1}


@pytest.mark.parametrize(
    ("grade", "number"),
    [("0", 0), ("1", 1), ("2", 2), ("3", 3), ("4-", 4), ("4", 4), ("4+", 4), ("5", 5)],
)
def test_a_grade_counts_as_its_whole_number(grade, number):
    assert arithmetic(grade) == number


def test_every_grade_is_in_the_table_above():
    assert GRADES == ("0", "1", "2", "3", "4-", "4", "4+", "5")


def test_a_missing_grade_stays_missing():
    assert arithmetic(None) is None


@pytest.mark.parametrize(
    "wrong",
    ["6", "-1", "x", "4.5", "3+", "5-", "", " 4", "4 ", "\uff14", "NT", 4, 0, 4.0, True, ["4"]],
    ids=repr,
)
def test_anything_else_is_refused_and_the_grades_are_named(wrong):
    with pytest.raises(ValueError, match=r"0, 1, 2, 3, 4-, 4, 4\+, 5"):
        arithmetic(wrong)


@pytest.mark.parametrize(
    ("right", "left", "expected"),
    [
        pytest.param(leg(), leg(), Lems(total=50, right=25, left=25, missing=()), id="full"),
        pytest.param(
            leg(0, 0, 0, 0, 0),
            leg(0, 0, 0, 0, 0),
            Lems(total=0, right=0, left=0, missing=()),
            id="no power is a score of zero",
        ),
        pytest.param(
            leg(l4=None),
            leg(1, 2, 3, 4, 5),
            Lems(total=None, right=None, left=15, missing=(("right", "L4"),)),
            id="one muscle not testable leaves the total open",
        ),
        pytest.param(
            {},
            {"L2": 3},
            Lems(
                total=None,
                right=None,
                left=None,
                missing=(
                    *(("right", muscle) for muscle in KEY_MUSCLES),
                    *(("left", muscle) for muscle in ("L3", "L4", "L5", "S1")),
                ),
            ),
            id="muscles left out are missing",
        ),
    ],
)
def test_lems(right, left, expected):
    assert lems(right, left) == expected


@pytest.mark.parametrize("wrong", [{"L1": 3}, {"L2": 6}, {"L2": -1}, {"L2": "4"}, {"L2": True}])
def test_lems_refuses_what_is_no_muscle_or_no_grade(wrong):
    with pytest.raises(ValueError, match="L2"):
        lems(wrong, leg())


@given(MUSCLES, MUSCLES)
def test_lems_is_a_total_or_names_what_is_missing(right, left):
    score = lems(right, left)
    assert (score.total is None) == bool(score.missing)
    assert len(score.missing) == [*right.values(), *left.values()].count(None)
    if score.total is not None:
        assert score.total == sum(right.values()) + sum(left.values())
        assert 0 <= score.total <= 50


def test_each_key_muscle_has_a_name():
    assert tuple(MUSCLE_NAMES) == KEY_MUSCLES


@pytest.mark.parametrize(
    ("first", "second", "match"),
    [
        ("unspecified", "unspecified", BasisMatch.UNSPECIFIED),
        ("gestalt", "gestalt", BasisMatch.SAME),
        ("weakest_key_muscle", "weakest_key_muscle", BasisMatch.SAME),
        (KEY_MUSCLE, KEY_MUSCLE, BasisMatch.SAME),
        ("unspecified", "gestalt", BasisMatch.DIFFERENT),
        ("weakest_key_muscle", "unspecified", BasisMatch.DIFFERENT),
        ("weakest_key_muscle", "gestalt", BasisMatch.DIFFERENT),
        (KEY_MUSCLE, "weakest_key_muscle", BasisMatch.DIFFERENT),
    ],
)
def test_which_bases_compare(first, second, match):
    assert match_basis(first, second) is match
    assert match_basis(second, first) is match


@pytest.mark.parametrize("wrong", ["", "average", None])
def test_an_unknown_basis_is_refused(wrong):
    with pytest.raises(ValueError, match="weakest_key_muscle, gestalt, unspecified"):
        match_basis(wrong, Basis.GESTALT)
