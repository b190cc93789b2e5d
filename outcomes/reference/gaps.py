"""What the data files do not say of a published case: no error, but worth knowing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from outcomes.reference.files import Tables
from outcomes.reference.records import Case, Cell, LiteratureField
from patients.moments import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Of one case, in words: core facts without a cell, cells without a quotation, unverified."""

    case: Case
    no_cell: tuple[str, ...]
    no_words: tuple[str, ...]
    unverified: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.no_cell or self.no_words or self.unverified)


def gaps(tables: Tables) -> list[Gaps]:
    """Of every case in the order of the file, also where nothing is missing."""
    fields = {field.field: field for field in tables.literature_fields}
    return [
        _gaps(case, [c for c in tables.literature_cells if c.case == case.id], fields)
        for case in tables.literature_cases
    ]


def _gaps(case: Case, cells: list[Cell], fields: dict[str, LiteratureField]) -> Gaps:
    stated = {(cell.field, cell.timepoint) for cell in cells}
    quotable = [cell for cell in cells if cell.status is not Status.NOT_REPORTED]
    unverified = [] if case.verified else ["the case itself"]
    return Gaps(
        case=case,
        no_cell=tuple(_no_cell(stated, fields.values())),
        no_words=tuple(_name(c, fields) for c in quotable if not c.verbatim),
        unverified=(*unverified, *(_name(c, fields) for c in cells if not c.verified)),
    )


def _no_cell(stated: set[tuple[str, str]], fields: Iterable[LiteratureField]) -> Iterator[str]:
    for field in fields:
        for timepoint in field.core_timepoints:
            if (field.field, timepoint) not in stated:
                yield _with_time(field.label, timepoint)


def _name(cell: Cell, fields: dict[str, LiteratureField]) -> str:
    known = fields.get(cell.field)
    label = _with_time(known.label if known else cell.field, cell.timepoint)
    return f"{label} {cell.item}" if cell.item else label


def _with_time(label: str, timepoint: str) -> str:
    return f"{label} ({timepoint.replace('_', ' ')})" if timepoint else label
