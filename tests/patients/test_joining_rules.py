"""What an invitation is made of, and its states on both sides of each boundary."""

import datetime as dt

import pytest

from patients import joining_rules as rules
from patients.joining_rules import State

AT = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
FRESH = {
    "expires_at": AT + rules.LIFETIME,
    "used_at": None,
    "revoked_at": None,
    "wrong_tries": 0,
}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, State.WAITING, id="as it was made"),
        pytest.param({"expires_at": AT + SECOND}, State.WAITING, id="a second before its end"),
        pytest.param({"expires_at": AT}, State.EXPIRED, id="at its end"),
        pytest.param({"wrong_tries": 4}, State.WAITING, id="four wrong years"),
        pytest.param({"wrong_tries": 5}, State.LOCKED, id="five wrong years"),
        pytest.param({"used_at": AT - SECOND}, State.USED, id="used"),
        pytest.param({"revoked_at": AT - SECOND}, State.REVOKED, id="taken back"),
        pytest.param({"wrong_tries": 5, "expires_at": AT}, State.LOCKED, id="locked, then expired"),
        pytest.param({"used_at": AT, "expires_at": AT}, State.USED, id="used, then expired"),
    ],
)
def test_state(facts, expected):
    assert rules.state(at=AT, **(FRESH | facts)) == expected


def test_the_code_has_no_letter_that_looks_like_a_digit():
    assert not set("0O1IL") & set(rules.ALPHABET)
    assert len(set(rules.ALPHABET)) == len(rules.ALPHABET) == 31
    assert dt.timedelta(hours=24) == rules.LIFETIME


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCD-EFGH", "ABCDEFGH"),
        (" abcd efgh ", "ABCDEFGH"),
        ("abcd\u2013efgh", "ABCDEFGH"),
        ("ＡＢＣＤ２３４５", "ABCD2345"),
        ("AB\x00CD", "ABCD"),
        ("", ""),
    ],
)
def test_a_code_is_read_however_it_was_typed(typed, code):
    assert rules.as_typed(typed) == code


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1947", 1947),
        (" 1947 ", 1947),
        ("１９４７", 1947),
        ("47", None),
        ("19470", None),
        ("194a", None),
        ("", None),
        ("-947", None),
        ("१९४७", None),
    ],
)
def test_a_year_is_four_digits(typed, year):
    assert rules.year(typed) == year


def test_the_birth_year_is_that_of_the_date_or_the_year_and_never_guessed_from_an_age():
    assert rules.birth_year(dt.date(1947, 12, 31), None) == 1947
    assert rules.birth_year(None, 1939) == 1939
    assert rules.birth_year(None, None) is None
