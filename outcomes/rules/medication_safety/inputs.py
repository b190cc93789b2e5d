"""The last value of a measurement, and whether it is young enough to be used.

How old it may be is reference data (kind input_age).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes.reference import analytes, medication_limits
from outcomes.reference.records import LimitKind
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.medication_safety.base import Used
from outcomes.rules.medication_safety.dates import days_of
from outcomes.rules.medication_safety.latest import last_of

Worst = Callable[[Iterable[Decimal]], Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """The last value measured; `value` None where there is none that is a number.

    Measured from `on` to `until` (None: open); of those that may be the last, the worst. `fresh`
    says whether it may be used today; `used` shows it with its day even where it may not.
    """

    name: str
    value: Decimal | None = None
    on: dt.date | None = None
    until: dt.date | None = None
    fresh: bool = False
    used: tuple[Used, ...] = ()
    fact: Fact | None = None


def most_days(name: str) -> int:
    """How old a value of this name may be."""
    limits = medication_limits("any")
    row = next(r for r in limits if r.kind is LimitKind.INPUT_AGE and r.condition == (name,))
    assert row.limit is not None  # the checks of the reference data see to it
    return int(row.limit)


def weight(facts: Facts) -> Input:
    return _input(facts, "weight", "kg", _measured(facts.visits, "vitals_weight_kg"), min)


def pvr(facts: Facts) -> Input:
    return _input(facts, "pvr", "mL", _measured(facts.visits, "bladder_pvr_ml"), max)


def lab(facts: Facts, analyte: str, *, worst: Worst, age_as: str = "") -> Input:
    """A laboratory value in its canonical unit; a bound (`<0.5`) or words (HH) are no number."""
    rows = [row for row in facts.labs if row.get("analyte") == analyte]
    told = [(row, None if row.get("comparator") else row.get("canonical")) for row in rows]
    measured = [(row, value) for row, value in told
                if row.get("value") is not None or row.get("interpretation")]  # fmt: skip
    return _input(facts, analyte, analytes()[analyte].unit, measured, worst, age_as=age_as)


Measured = Sequence[tuple[Fact, Decimal | None]]


def _measured(rows: Iterable[Fact], column: str) -> Measured:
    return [(row, Decimal(str(row.get(column)))) for row in rows if row.get(column) is not None]


def _input(
    facts: Facts, name: str, unit: str, measured: Measured, worst: Worst, *, age_as: str = ""
) -> Input:
    latest = last_of([row for row, _value in measured], facts)
    if latest is None:
        return Input(name=name, fact=measured[0][0] if measured else None)
    row, value = _worst([one for one in measured if one[0] in latest.rows], worst)
    first = days_of(row.when, facts.anchors)[0]
    # of whatever day the last one is, it is not older than this
    young = facts.today - latest.since <= dt.timedelta(most_days(age_as or name))
    return Input(
        name=name,
        value=value,
        on=latest.since if first else None,
        until=latest.until,
        fresh=value is not None and first is not None and young,
        used=(Used(name=name, value=_shown(row, value, unit), on=first),),
        fact=row,
    )


def _worst(measured: Measured, worst: Worst) -> tuple[Fact, Decimal | None]:
    """Where the order is not known all are tried, and the worse holds (J); no number: none."""
    numbers = [value for _row, value in measured if value is not None]
    if len(numbers) < len(measured):
        return next(one for one in measured if one[1] is None)
    return next(one for one in measured if one[1] == worst(numbers))


def _shown(row: Fact, value: Decimal | None, unit: str) -> str:
    if value is None and row.get("canonical") is None:
        return str(row.get("interpretation") or row.get("value"))
    number = value if value is not None else Decimal(str(row.get("canonical")))
    whole = number.to_integral_value()
    plain = f"{whole if number == whole else number.normalize():f}"
    return f"{row.get('comparator') or ''}{plain} {unit}"
