"""The data files of this folder, each named after its field in `Tables`."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args

from outcomes.reference.records import (
    AlertRule,
    Analyte,
    Bound,
    Case,
    Cell,
    Claim,
    Drug,
    DrugClass,
    DrugName,
    LiteratureField,
    MedicationLimit,
    RedFlag,
    ScaleLevel,
    ScheduledVisit,
    Source,
    ThresholdDefault,
    UnitAlias,
)
from outcomes.reference.tables import Table, read_table

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All data files as read."""

    sources: Table[Source]
    literature_fields: Table[LiteratureField]
    literature_cases: Table[Case]
    literature_cells: Table[Cell]
    claims: Table[Claim]
    scales: Table[ScaleLevel]
    analytes: Table[Analyte]
    units: Table[UnitAlias]
    lab_bounds: Table[Bound]
    vital_bounds: Table[Bound]
    drugs: Table[Drug]
    drug_classes: Table[DrugClass]
    drug_names: Table[DrugName]
    medications: Table[MedicationLimit]
    schedule: Table[ScheduledVisit]
    thresholds: Table[ThresholdDefault]
    alert_rules: Table[AlertRule]
    red_flags: Table[RedFlag]

    def __iter__(self) -> Iterator[Table[Any]]:
        return (getattr(self, table.name) for table in fields(self))


@cache
def read(folder: Path = FOLDER) -> Tables:
    """The files as they are, rows that cannot be read left out."""
    return Tables(
        **{
            table.name: read_table(folder / f"{table.name}.csv", get_args(table.type)[0])
            for table in fields(Tables)
        }
    )
