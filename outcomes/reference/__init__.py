"""Reference data: the literature cohort, scales, analytes, units, medications, schedule.

One CSV file per kind of datum, one row per datum, each with its source and whether it is
verified, so that a clinician can edit it and a mistake has a file, a line and a reason.
"""

from outcomes.reference.loader import (
    Conflict,
    LiteratureCase,
    ReferenceInvalid,
    additional_cases,
    analytes,
    conflicts,
    drug_classes,
    drugs,
    lab_bounds,
    literature,
    literature_fields,
    literature_version,
    load,
    medication_limits,
    problems,
    scale,
    schedule,
    sources,
    thresholds,
    units,
    vital_bounds,
)
from outcomes.reference.records import (
    DOC_LAYERS,
    Bound,
    Cell,
    Layer,
    Severity,
    ThresholdDefault,
    UnitAlias,
)
from outcomes.reference.tables import ReferenceProblem

__all__ = [
    "DOC_LAYERS",
    "Bound",
    "Cell",
    "Conflict",
    "Layer",
    "LiteratureCase",
    "ReferenceInvalid",
    "ReferenceProblem",
    "Severity",
    "ThresholdDefault",
    "UnitAlias",
    "additional_cases",
    "analytes",
    "conflicts",
    "drug_classes",
    "drugs",
    "lab_bounds",
    "literature",
    "literature_fields",
    "literature_version",
    "load",
    "medication_limits",
    "problems",
    "scale",
    "schedule",
    "sources",
    "thresholds",
    "units",
    "vital_bounds",
]
