"""What a file of results is read into."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# more than a laboratory sends of a registry's patients in a year
MOST_ROWS = 20_000
MOST_BYTES = 5_000_000
# as kept of a cell that is not understood
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with, or to be known of, a file or a field of a line.

    `message` is a template for `values`, marked for translation, and says what to do.
    """

    code: str
    message: str
    field: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)

    def text(self, t: Callable[[str], str] = str) -> str:
        return t(self.message).format(**self.values)


class Unreadable(ValueError):
    """A file, or a field of it, that cannot be read one way only."""

    def __init__(self, code: str, message: str, *, field: str = "", **values: str) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, field, values)


@dataclass(slots=True)
class Line:
    """One result as the file has it.

    `typed` holds the text of each recognised field; `document` what was understood of it, in the
    shape of LabDocument without its id; `problems` refuse the line, `notes` do not.
    """

    number: int
    typed: dict[str, str]
    document: dict[str, Any] = dataclasses.field(default_factory=dict)
    corrects: bool = False
    problems: list[Problem] = dataclasses.field(default_factory=list)
    notes: list[Problem] = dataclasses.field(default_factory=list)

    def refuse(self, problem: Problem) -> None:
        self.problems.append(problem)


@dataclass(slots=True)
class Sheet:
    """A file that could be read: its lines, and what it holds beside them.

    `kind` is delimited, workbook or hl7; `encoding` how its text was read.
    """

    kind: str
    lines: list[Line]
    ignored: list[str] = dataclasses.field(default_factory=list)
    encoding: str = ""


def clipped(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
