"""What follows from the cells of a published case: recovery, class, walking.

Computed by the same rule as a patient's recovery and never typed in. Source: CLINICAL.md A4 and
A5; leg grades of the founding report have an unspecified basis (B). Side-specific and total
values carry the case's `laterality_confidence`; the worst leg stands under either reading (A5).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from outcomes.reference import (
    DOC_LAYERS,
    Cell,
    Layer,
    LiteratureCase,
    literature_fields,
)
from outcomes.rules.recovery import Classification, Legs, Outcome, compare

Layers = Sequence[Layer]

INITIAL = "initial"
LAST = "last"
UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Outcome):
    """Last against initial examination of a case; `walks_alone` is None when not stated."""

    walks_alone: bool | None


def derived(case: LiteratureCase, *, layers: Layers = DOC_LAYERS) -> Derived:
    """Outcome of a case from the cells of these layers; None where a cell reports no value."""
    direction = _value(case.cell("direction", LAST, layers))
    outcome = compare(
        _legs(case, INITIAL, layers),
        _legs(case, LAST, layers),
        described=Classification(direction) if direction else None,
    )
    return Derived(
        **{part.name: getattr(outcome, part.name) for part in fields(Outcome)},
        walks_alone=_value(case.cell("walks_alone", LAST, layers)),
    )


def as_api(case: LiteratureCase, *, layers: Layers = DOC_LAYERS) -> dict[str, Any]:
    """A case as one row of the literature API: plain JSON data.

    Core facts are cells under their own names (`initial_motor_right`, …; null where none of the
    layers has a cell), every other cell of the layers is in `further` with its field, time point
    and item. `derived` holds unrounded numbers or null.
    """
    core = _core_cells(case, layers)
    chosen = {id(cell) for cell in core.values()}
    return {
        "id": case.id,
        "author": case.author,
        "year": case.year,
        "label": case.label,
        "cite_table": case.cite_table,
        "cite_text": case.cite_text,
        "laterality_confidence": case.laterality_confidence,
        "layer": case.layer,
        "source": case.source,
        "verified": case.verified,
        "note": case.note,
        **{name: cell and _cell(cell) for name, cell in core.items()},
        "further": [
            further(cell) for cell in case.cells if cell.layer in layers and id(cell) not in chosen
        ],
        "derived": _derived(derived(case, layers=layers)),
    }


def _legs(case: LiteratureCase, timepoint: str, layers: Layers) -> Legs:
    return Legs(
        right=_value(case.cell("motor_right", timepoint, layers)),
        left=_value(case.cell("motor_left", timepoint, layers)),
    )


def _value(cell: Cell | None) -> Any:
    return None if cell is None else cell.value


def _core_cells(case: LiteratureCase, layers: Layers) -> dict[str, Cell | None]:
    return {
        _name(field.field, timepoint): case.cell(field.field, timepoint, layers)
        for field in literature_fields()
        for timepoint in field.core_timepoints
    }


def _name(field: str, timepoint: str) -> str:
    return field if timepoint in ("", UNSPECIFIED) else f"{timepoint}_{field}"


def further(cell: Cell) -> dict[str, Any]:
    """A cell with what it is about, for where no name says so."""
    return {"field": cell.field, "timepoint": cell.timepoint, "item": cell.item, **_cell(cell)}


def _cell(cell: Cell) -> dict[str, Any]:
    value = list(cell.value) if isinstance(cell.value, tuple) else cell.value
    return {
        "value": _plain(value),
        "unit": cell.unit,
        "lower": _plain(cell.lower),
        "upper": _plain(cell.upper),
        "status": cell.status,
        "verbatim": cell.verbatim,
        "source": cell.source,
        "layer": cell.layer,
        "note": cell.note,
        "verified": cell.verified,
    }


def _plain(value: Any) -> Any:
    """A Decimal as a JSON number; anything else as it is."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _derived(outcome: Derived) -> dict[str, Any]:
    return {
        "change": asdict(outcome.change),
        "recovery_ratio": asdict(outcome.recovery_ratio),
        "classification": outcome.classification,
        "evidence": outcome.evidence,
        "walks_alone": outcome.walks_alone,
    }
