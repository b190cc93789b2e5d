"""A number and its unit stay on one line."""

import pytest

from outcomes.templatetags.units import unbroken


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("exact 95 % interval 3–9 %.", "exact 95~% interval 3–9~%."),
        ("more than 24 h after cement", "more than 24~h after cement"),
        ("시멘트 시술 후 24 h의", "시멘트 시술 후 24~h의"),
        ("of 3 had 2 hands, a % of many", "of 3 had 2 hands, a % of many"),
    ],
)
def test_no_line_ends_between_them(words, kept):
    assert unbroken(words) == kept.replace("~", "\N{NO-BREAK SPACE}")
