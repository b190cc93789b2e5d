import pytest

from outcomes.rules.walking import walks_alone


@pytest.mark.parametrize(
    ("fac", "stated", "expected"),
    [
        pytest.param(0, None, False, id="FAC 0 cannot walk"),
        pytest.param(3, None, False, id="FAC 3 needs supervision"),
        pytest.param(4, None, True, id="FAC 4 is independent on level ground"),
        pytest.param(5, None, True, id="FAC 5 is independent anywhere"),
        pytest.param(None, True, True, id="stated that the patient walks alone"),
        pytest.param(None, False, False, id="stated that the patient could not walk alone"),
        pytest.param(None, None, None, id="nothing known"),
        pytest.param(3, True, False, id="an examined FAC rules over a statement"),
        pytest.param(0, True, False, id="FAC 0 is a value, not a missing one"),
    ],
)
def test_walks_alone(fac, stated, expected):
    assert walks_alone(fac, stated) is expected


@pytest.mark.parametrize("wrong", [-1, 6, 3.0, "4", True])
def test_a_number_that_is_no_fac_is_refused(wrong):
    with pytest.raises(ValueError, match="from 0 to 5"):
        walks_alone(wrong, None)
