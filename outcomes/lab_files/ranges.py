"""The laboratory's own range and flag, as files write them."""

import re
from typing import Any

from outcomes.lab_files.base import Problem
from outcomes.rules.text import gettext_noop as _

BOUNDS = re.compile(r"(\d+(?:\.\d+)?) ?[-–~] ?(\d+(?:\.\d+)?)", re.ASCII)
FLAGS = {
    "N": "N", "L": "L", "H": "H", "LL": "LL", "HH": "HH", "A": "A",
    "NORMAL": "N", "LOW": "L", "HIGH": "H", "정상": "N", "낮음": "L", "높음": "H",
}  # fmt: skip

NO_SUCH_FLAG = _("The flag “{flag}” is not taken over: N, L, H, LL, HH and A are known.")


def in_words(text: str) -> dict[str, Any]:
    """A range as its two numbers, or in the laboratory's words: nothing where there is none."""
    text = text.strip()
    if not text:
        return {}
    match = BOUNDS.fullmatch(text)
    return {"low": match[1], "high": match[2]} if match else {"text": text}


def flag(text: str, notes: list[Problem]) -> str | None:
    """The code of a flag; one that is not known is said, and the result stands without it."""
    text = text.strip()
    if not text:
        return None
    found = FLAGS.get(text.upper())
    if found is None:
        notes.append(Problem("flag_unknown", NO_SUCH_FLAG, "interpretation", {"flag": text[:40]}))
    return found
