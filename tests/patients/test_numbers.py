"""Telephone numbers: what can be dialled, and what is refused with what to do."""

import pytest

from patients.numbers import LEAST_EMERGENCY, OFFERED, dialled, problem


@pytest.mark.parametrize(
    ("number", "dial"),
    [
        ("119", "119"),
        ("02-123-4567", "021234567"),
        ("+82 2 123-4567", "+8221234567"),
        ("(030) 123/456", "030123456"),
        ("030.123.456", "030123456"),
        ("+1 202 555 0100", "+12025550100"),
        ("", ""),
    ],
)
def test_what_a_telephone_dials(number, dial):
    assert dialled(number) == dial
    assert not number or problem(number) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("call me", "phone"),
        ("02-123-4567 ext 3", "phone"),
        ("02+123", "phone"),
        ("#99", "phone"),
        ("٠٢١٢٣", "phone"),
        ("123\n456", "phone"),
        ("+49 (0)30 123456", "trunk"),
        ("12", "digits"),
        ("-", "digits"),
        ("1234567890123456", "digits"),
    ],
)
def test_what_is_refused(number, code):
    found = problem(number)
    assert found
    assert found[0] == code


def test_an_emergency_number_may_have_two_digits():
    assert problem("15", LEAST_EMERGENCY) is None
    assert problem("1", LEAST_EMERGENCY)


def test_what_is_offered_can_be_dialled():
    assert all(problem(number, LEAST_EMERGENCY) is None for number in OFFERED)
