"""What an invitation is made of and what becomes of it. Plain Python: no Django, no clock."""

import datetime as dt
import unicodedata
from enum import StrEnum

# [POLICY] issue 5: a typed code without 0, O, 1, I, L; one use, one day, five wrong birth years
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
LIFETIME = dt.timedelta(hours=24)
MOST_WRONG = 5


class State(StrEnum):
    WAITING = "waiting"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    LOCKED = "locked"
    """After too many wrong birth years."""


def state(
    *,
    at: dt.datetime,
    expires_at: dt.datetime,
    used_at: dt.datetime | None,
    revoked_at: dt.datetime | None,
    wrong_tries: int,
) -> State:
    """What an invitation is at a moment; only one that waits opens anything."""
    ends = {
        State.USED: used_at is not None,
        State.REVOKED: revoked_at is not None,
        State.LOCKED: wrong_tries >= MOST_WRONG,
        State.EXPIRED: at >= expires_at,
    }
    return next((name for name, holds in ends.items() if holds), State.WAITING)


def grouped(code: str) -> str:
    """ABCD-EFGH, as it is read aloud."""
    return f"{code[:4]}-{code[4:]}"


def as_typed(text: str) -> str:
    """A code as it was made, however it was typed: small or full-width letters, blanks, dashes."""
    wide = unicodedata.normalize("NFKC", text[:100]).upper()
    return "".join(letter for letter in wide if letter in ALPHABET)


def year(text: str) -> int | None:
    """A year of four digits, None for anything else."""
    plain = unicodedata.normalize("NFKC", text[:100]).strip()
    return int(plain) if len(plain) == 4 and plain.isascii() and plain.isdigit() else None


def birth_year(birth_date: dt.date | None, birth_year: int | None) -> int | None:
    """What a typed year is held against. An age alone leaves two years open, so it is none."""
    return birth_date.year if birth_date else birth_year
