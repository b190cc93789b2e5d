"""Warning bounds of vital signs and volumes (CLINICAL reference F, outcomes/reference)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from outcomes.reference import Bound, Severity, vital_bounds

DEFAULTS: Mapping[str, Decimal] = MappingProxyType({})

# values of a visit, and the field of the bounds table that watches each
WATCHED = {
    ("vitals", "temperature_c"): "temperature_c",
    ("vitals", "systolic_lying"): "systolic",
    ("vitals", "systolic_standing"): "systolic",
    ("vitals", "heart_rate"): "heart_rate",
    ("vitals", "respiratory_rate"): "respiratory_rate",
    ("vitals", "spo2"): "spo2",
    ("vitals", "weight_kg"): "weight_kg",
    ("vitals", "height_cm"): "height_cm",
    ("bladder", "pvr_ml"): "pvr_ml",
    ("bladder", "catheter_volume_max_ml"): "catheter_volume_ml",
}


def at_site(bound: Bound, own: Mapping[str, Decimal]) -> Bound:
    """The bound with the site's own limit; hard bounds are everyone's."""
    if bound.kind is not Severity.WARN or bound.key not in own:
        return bound
    return replace(bound, limit=own[bound.key])


def warned(field: str, value: float | None, own: Mapping[str, Decimal] = DEFAULTS) -> list[str]:
    """The warning bounds a value crosses, as text with its unit ("≥ 200 mL"); none for None.

    `own` holds a site's own limits by the key of their bound.
    """
    if value is None:
        return []
    exact = Decimal(str(value))
    watching = [at_site(b, own) for b in vital_bounds(field) if b.kind is Severity.WARN]
    return [f"{b.op} {b.limit:f} {b.unit}" for b in watching if b.holds(exact)]
