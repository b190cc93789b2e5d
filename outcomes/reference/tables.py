"""Reads a CSV file into records, and says of each row that is wrong: file, line and reason."""

import csv
import re
import types
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from outcomes.reference.records import CellValue

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")

DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
WHOLE = re.compile(r"-?\d+", re.ASCII)
LIST_SEPARATOR = ";"


@dataclass(frozen=True, slots=True, order=True)
class ReferenceProblem:
    """What is wrong in a data file; line 1 is the header, line 0 the file itself."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class Row(NamedTuple, Generic[Record]):
    line: int
    record: Record


@dataclass(frozen=True, slots=True)
class Table(Generic[Record]):
    """A data file as read: the rows that could be read, and what is wrong with the others."""

    file: str
    rows: tuple[Row[Record], ...]
    problems: tuple[ReferenceProblem, ...]

    def __iter__(self) -> Iterator[Record]:
        return (row.record for row in self.rows)

    def problem(self, row: Row[Record], reason: str) -> ReferenceProblem:
        return ReferenceProblem(self.file, row.line, reason)


def read_table(path: Path, record: type[Record]) -> Table[Record]:
    """Read one file (UTF-8, header = the record's fields, a row per line); raises nothing."""
    try:
        # -sig: spreadsheets put a byte order mark before the header.
        lines = path.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")
    except FileNotFoundError:
        return _broken(path, 0, "the file is missing")
    except UnicodeDecodeError as error:
        return _broken(path, 0, f"the file is not UTF-8 text ({error.reason})")
    header = ",".join(column.name for column in fields(record))
    if lines[0] != header:
        return _broken(path, 1, f"the header must read {header}")
    return _read_rows(path.name, lines[1:], record)


def _broken(path: Path, line: int, reason: str) -> Table[Any]:
    return Table(path.name, (), (ReferenceProblem(path.name, line, reason),))


def _read_rows(file: str, lines: list[str], record: type[Record]) -> Table[Record]:
    rows, problems = [], []
    for number, line in enumerate(lines, start=2):
        content, reasons = _parse(record, line)
        problems += [ReferenceProblem(file, number, reason) for reason in reasons]
        if not reasons:
            rows.append(Row(number, record(**content)))
    return Table(file, tuple(rows), tuple(problems))


def _parse(record: type[Record], line: str) -> tuple[dict[str, Any], list[str]]:
    try:
        texts = next(csv.reader([line], strict=True))
    except csv.Error as error:
        return {}, [f"the row cannot be read ({error})"]
    columns = fields(record)
    if len(texts) != len(columns):
        return {}, [f"the row has {len(texts)} columns, the header {len(columns)}"]
    return _convert_all(record, dict(zip(columns, texts, strict=True)))


def _convert_all(
    record: type[Record], texts: dict[Field[Any], str]
) -> tuple[dict[str, Any], list[str]]:
    hints, reasons = get_type_hints(record), []
    content: dict[str, Any] = {}
    for column, text in texts.items():
        if not text and column.default is not MISSING:
            continue
        try:
            content[column.name] = _value(hints[column.name], text)
        except ValueError as error:
            reasons.append(f"{column.name}: {error}")
    return content, reasons


def _value(hint: Any, text: str) -> Any:
    if not text:
        raise ValueError("is empty")
    if text != text.strip():
        raise ValueError("has blanks at the start or the end")
    return convert(hint, text)


def convert(hint: Any, text: str) -> Any:
    """The text of one column as its type; ValueError says what was expected."""
    if hint is str or hint == CellValue:
        return text
    if get_origin(hint) is tuple:
        return split_list(text)
    if get_origin(hint) in (Union, types.UnionType):
        return convert(get_args(hint)[0], text)
    if issubclass(hint, StrEnum):
        return _choice(hint, text)
    return _PLAIN[hint](text)


def split_list(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(LIST_SEPARATOR))
    if not all(parts) or any(part != part.strip() for part in parts):
        raise ValueError(f"{text!r} is not a list: put one {LIST_SEPARATOR!r} between its parts")
    return parts


def whole(text: str) -> int:
    if not WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def decimal(text: str) -> Decimal:
    if not DECIMAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a decimal number: digits, with a point for decimals")
    return Decimal(text)


def yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"{text!r} is neither yes nor no")
    return text == "yes"


def _choice(choices: type[StrEnum], text: str) -> StrEnum:
    try:
        return choices(text)
    except ValueError:
        raise ValueError(f"{text!r} is none of {', '.join(choices)}") from None


_PLAIN = {int: whole, Decimal: decimal, bool: yes_no}
