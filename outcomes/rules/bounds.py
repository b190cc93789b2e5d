"""Warning bounds of vital signs and volumes (CLINICAL reference F, outcomes/reference)."""

from decimal import Decimal

from outcomes.reference import Severity, vital_bounds


def warned(field: str, value: float | None) -> list[str]:
    """The warning bounds a value crosses, as text with its unit ("≥ 200 mL"); none for None."""
    if value is None:
        return []
    exact = Decimal(str(value))
    return [
        f"{bound.op} {bound.limit} {bound.unit}"
        for bound in vital_bounds(field)
        if bound.kind is Severity.WARN and bound.holds(exact)
    ]
