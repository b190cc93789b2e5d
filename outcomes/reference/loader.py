"""Reads the data files once and answers in typed, frozen records.

Every accessor raises `ReferenceInvalid` when any row of any file is wrong: half a reference is
none. `problems()` lists what is wrong without raising.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

from outcomes.reference.cells import typed_value
from outcomes.reference.checks import check
from outcomes.reference.files import FOLDER, Tables, read
from outcomes.reference.records import (
    DOC_LAYERS,
    AlertRule,
    Analyte,
    Bound,
    Case,
    Cell,
    Claim,
    Drug,
    DrugClass,
    DrugName,
    Layer,
    LiteratureField,
    MedicationLimit,
    RedFlag,
    Role,
    ScaleLevel,
    ScheduledVisit,
    Severity,
    Sign,
    Source,
    ThresholdDefault,
    UnitAlias,
)
from outcomes.reference.tables import ReferenceProblem
from patients.moments import Status


class ReferenceInvalid(Exception):
    """The reference data cannot be used; its text lists each problem on a line."""

    def __init__(self, found: Sequence[ReferenceProblem]) -> None:
        super().__init__("\n".join(map(str, found)))
        self.problems = tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteratureCase(Case):
    """A published case with its cells in the order of the file, every layer."""

    cells: tuple[Cell, ...]

    def cell(
        self, field: str, timepoint: str = "", layers: Sequence[Layer] = DOC_LAYERS
    ) -> Cell | None:
        """The first layer's cell that reports something, else the first there is, else None."""
        found = [
            cell
            for layer in layers
            for cell in self.cells
            if (cell.layer, cell.field, cell.timepoint) == (layer, field, timepoint)
            and cell.item is None
        ]
        reported = [cell for cell in found if cell.status is not Status.NOT_REPORTED]
        return next(iter(reported or found), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Claims that contradict each other, side by side, and what this product does about it."""

    number: int
    claims: tuple[Claim, ...]
    resolution: Claim


def problems(folder: Path = FOLDER) -> list[ReferenceProblem]:
    """Everything that is wrong in the data files, in the order of file and line."""
    tables = read(folder)
    return sorted([p for table in tables for p in table.problems] + list(check(tables)))


@cache
def load() -> Tables:
    """All reference data, each table iterable over its records."""
    found = problems()
    if found:
        raise ReferenceInvalid(found)
    return read()


def literature() -> tuple[LiteratureCase, ...]:
    """The cases the founding report reviews and its own, C1 to C8."""
    return tuple(case for case in _cases() if case.layer in DOC_LAYERS)


def additional_cases() -> tuple[LiteratureCase, ...]:
    """Further published cases, known from abstracts only."""
    return tuple(case for case in _cases() if case.layer not in DOC_LAYERS)


@cache
def _cases() -> tuple[LiteratureCase, ...]:
    kinds = {field.field: field.kind for field in load().literature_fields}
    cells = [
        replace(cell, value=typed_value(kinds[cell.field], cell.value))
        for cell in load().literature_cells
    ]
    return tuple(
        LiteratureCase(
            **{column.name: getattr(case, column.name) for column in fields(case)},
            cells=tuple(cell for cell in cells if cell.case == case.id),
        )
        for case in load().literature_cases
    )


def literature_version() -> str:
    """Twelve hex digits that change with the content of any literature file."""
    names = ("literature_cases", "literature_cells", "literature_fields", "claims")
    texts = [(FOLDER / f"{name}.csv").read_text(encoding="utf-8") for name in names]
    return hashlib.sha256("\f".join(texts).encode()).hexdigest()[:12]


def literature_fields() -> tuple[LiteratureField, ...]:
    return tuple(load().literature_fields)


@cache
def conflicts() -> tuple[Conflict, ...]:
    """Where sources disagree with each other or with themselves, by number."""
    claims = tuple(load().claims)
    return tuple(
        Conflict(
            number=resolution.number,
            claims=tuple(
                c for c in claims if c.number == resolution.number and c.role is Role.CLAIM
            ),
            resolution=resolution,
        )
        for resolution in claims
        if resolution.role is Role.RESOLUTION
    )


def sources() -> dict[str, Source]:
    return {source.key: source for source in load().sources}


def scale(name: str) -> tuple[ScaleLevel, ...]:
    """The steps of a scale in order; raises KeyError when there is no such scale."""
    levels = tuple(level for level in load().scales if level.scale == name)
    if not levels:
        raise KeyError(name)
    return levels


@cache
def analytes() -> dict[str, Analyte]:
    return {analyte.code: analyte for analyte in load().analytes}


@cache
def units(analyte: str) -> dict[str, UnitAlias]:
    """The units an analyte may be reported in, by the text as typed; empty when unknown."""
    return {unit.alias: unit for unit in load().units if unit.analyte == analyte}


@cache
def lab_bounds(analyte: str) -> tuple[Bound, ...]:
    """Bounds in the analyte's canonical unit."""
    return tuple(bound for bound in load().lab_bounds if bound.field == analyte)


@cache
def vital_bounds(field: str) -> tuple[Bound, ...]:
    """Bounds of a measurement that is not a laboratory result."""
    return tuple(bound for bound in load().vital_bounds if bound.field == field)


@cache
def drugs() -> dict[str, Drug]:
    return {drug.inn: drug for drug in load().drugs}


@cache
def drug_classes() -> tuple[DrugClass, ...]:
    """Classes of drugs, and the products that contain a drug, by the beginning of their code."""
    return tuple(load().drug_classes)


@cache
def drug_names() -> tuple[DrugName, ...]:
    """Common names of drugs that matter to others, with their codes."""
    return tuple(load().drug_names)


@cache
def medication_limits(drug: str) -> tuple[MedicationLimit, ...]:
    """The limits and cautions of a drug by its INN; "any" gives those of every rule."""
    return tuple(limit for limit in load().medications if limit.drug == drug)


@cache
def alert_rules() -> dict[str, AlertRule]:
    return {rule.rule: rule for rule in load().alert_rules}


@cache
def red_flags() -> dict[Sign, RedFlag]:
    """The warning signs that are reported, in the order in which they are asked."""
    return {flag.sign: flag for flag in load().red_flags}


def schedule() -> tuple[ScheduledVisit, ...]:
    """Planned visits in the order of time."""
    return tuple(load().schedule)


@cache
def thresholds() -> dict[str, ThresholdDefault]:
    """Every number that a site may replace, by key: those of their own file, then the bounds."""
    found = {threshold.key: threshold for threshold in load().thresholds}
    for table in (load().vital_bounds, load().lab_bounds):
        found |= {b.key: _replaceable(b, table) for b in table if b.kind is Severity.WARN}
    return found


def _replaceable(bound: Bound, table: Iterable[Bound]) -> ThresholdDefault:
    """A warning bound as a threshold: a site's own lies within the hard bounds of the field."""
    hard = {
        b.op[0]: b.limit
        for b in table
        if b.field == bound.field and b.kind is Severity.HARD and b.limit is not None
    }
    assert bound.limit is not None  # the checks see to it
    return ThresholdDefault(
        key=bound.key,
        value=bound.limit,
        unit=bound.unit,
        lower=hard["<"],
        upper=hard[">"],
        does="",
        source=bound.source,
        verified=bound.verified,
        note=bound.note,
    )
