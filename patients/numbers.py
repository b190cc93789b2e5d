"""Telephone numbers that people are told to call. Plain Python: no Django."""

import re

from patients.text import gettext_noop as _

SHAPE = re.compile(r"\+?[0-9 ()./-]*", re.ASCII)
# the longest international number (E.164); the shortest emergency numbers have two digits
LEAST, MOST = 3, 15
LEAST_EMERGENCY = 2
OFFERED = ("119", "112", "911")
"""Emergency numbers that a form offers, with `WHERE` they hold; none is ever taken by itself."""
WHERE = _("For example 119 in Korea, 112 in Europe, 911 in North America.")

LETTERS = _("Write the number with digits, blanks and + - ( ) only.")
LENGTH = _("Write a number of {least} to {most} digits.")
TRUNK = _("Leave out the (0) after the country code: nobody can dial it.")


def problem(number: str, least: int = LEAST) -> tuple[str, str, dict[str, int]] | None:
    """Code, message and values of what is wrong with a number; None where it can be dialled."""
    if not SHAPE.fullmatch(number):
        return "phone", LETTERS, {}
    if number.startswith("+") and "(0)" in number:
        return "trunk", TRUNK, {}
    if not least <= len(re.sub(r"\D", "", number)) <= MOST:
        return "digits", LENGTH, {"least": least, "most": MOST}
    return None


def dialled(number: str) -> str:
    """What a telephone dials: digits, with a + before a country code; empty for no number."""
    digits = re.sub(r"\D", "", number)
    return f"+{digits}" if number.startswith("+") else digits
