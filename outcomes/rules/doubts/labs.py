"""A result many times the last one: a unit or a decimal point (CLINICAL.md J, Units).

Asked in both directions, of the same analyte in its canonical unit, and only where it is certain:
`<0.5` is a bound, never a number. A zero is no number of times anything and never asks.
"""

from collections.abc import Iterator
from decimal import Decimal

from outcomes.rules.doubts.base import Doubt
from outcomes.rules.labs import LabQuantity
from outcomes.rules.text import gettext_noop as _

MESSAGE = _(
    "{value} {unit}, but {before} {unit} on {date}: {times} times apart or more. Check the unit "
    "and the decimal point."
)


def many_times(
    now: LabQuantity, last: LabQuantity | None, date: str, times: Decimal
) -> Iterator[Doubt]:
    """One question where the two are certainly `times` apart; none without a last result."""
    if last is None or not (apart(now, last, times) or apart(last, now, times)):
        return
    values = {
        "value": told(now),
        "before": told(last),
        "unit": now.unit,
        "date": date,
        "times": f"{times:f}",
    }
    yield Doubt(path=("value",), code="lab_many_times", message=MESSAGE, values=values)


def apart(greater: LabQuantity, smaller: LabQuantity, times: Decimal) -> bool:
    """Whether one is certainly `times` the other: at its least, against the other at its most."""
    if greater.comparator[:1] == "<" or smaller.comparator[:1] == ">":
        return False
    return smaller.limit > 0 and greater.limit >= times * smaller.limit


def told(quantity: LabQuantity) -> str:
    """As it reads, without the zeros that a column adds."""
    plain = f"{quantity.limit:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{quantity.comparator}{plain}"
