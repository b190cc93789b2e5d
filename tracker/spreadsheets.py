"""Tables as CSV that a spreadsheet opens without running anything in it."""

import csv
from collections.abc import Iterable, Sequence
from typing import IO, Any

# what spreadsheets take for a formula or skip over; ASVS 1.2.10
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def safe(value: Any) -> Any:
    """A cell that is text stays text: an apostrophe in front of what could be a formula.

    Numbers stay numbers, also negative ones; None is an empty cell.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    # blanks in front do not stop a spreadsheet
    risky = text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS)
    return f"'{text}" if risky else text


def write(file: IO[str], header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """UTF-8 with a byte order mark, which spreadsheets need to read Korean."""
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow([safe(name) for name in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
