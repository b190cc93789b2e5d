"""A literature cell's text as the value its field holds."""

import re
from collections.abc import Callable

from outcomes.reference.records import CellValue, Kind
from outcomes.reference.tables import decimal, split_list, whole, yes_no

LEVEL = re.compile(r"C[1-7]|T([1-9]|1[0-2])|L[1-5]|S[1-5]", re.ASCII)
GRADE = re.compile(r"[0-5]|4[-+]", re.ASCII)


def typed_value(kind: Kind, text: CellValue) -> CellValue:
    """The cell's value as read from the file, typed; None stays None.

    Raises ValueError saying what the kind of field expects.
    """
    return None if text is None else _READERS[kind](str(text))


def _grade(text: str) -> str:
    if not GRADE.fullmatch(text):
        raise ValueError(f"{text!r} is not a grade: 0, 1, 2, 3, 4-, 4, 4+ or 5")
    return text


def _levels(text: str) -> tuple[str, ...]:
    levels = split_list(text)
    for level in levels:
        if not LEVEL.fullmatch(level):
            raise ValueError(f"{level!r} is not a vertebral level, such as T12 or L1")
    return levels


def _nothing(text: str) -> None:
    raise ValueError(f"{text!r} cannot stand here: a range has bounds and no value")


_READERS: dict[Kind, Callable[[str], CellValue]] = {
    Kind.TEXT: str,
    Kind.CODE: str,
    Kind.CODES: split_list,
    Kind.FLAG: yes_no,
    Kind.WHOLE: whole,
    Kind.NUMBER: decimal,
    Kind.GRADE: _grade,
    Kind.LEVELS: _levels,
    Kind.RANGE: _nothing,
}
