"""Creatinine clearance by Cockcroft and Gault, with the bounds that an inexact age leaves.

CLINICAL.md F: (140 - age) x weight in kg x (0.85 if female) / (72 x creatinine in mg/dL), with a
weight at most 90 and a creatinine at most 30 days old; otherwise it cannot be checked.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety.base import Holds, Used, known, unknown
from outcomes.rules.medication_safety.dates import days_of
from outcomes.rules.medication_safety.inputs import lab, weight

Test = Callable[[Decimal], bool]
OLDEST = 125
FACTOR = {"female": Decimal("0.85"), "male": Decimal(1)}


def cockcroft_gault(*, age: int, weight_kg: Decimal, creatinine: Decimal, sex: str) -> Decimal:
    """mL/min, unrounded; creatinine in mg/dL, sex female or male."""
    return (140 - age) * weight_kg * FACTOR[sex] / (72 * creatinine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """Age today in whole years: at least, and at most (None: open)."""

    least: int
    most: int | None
    used: Used


def ages(facts: Facts) -> Ages | None:
    """None where nothing of it was recorded."""
    person, today = facts.person, facts.today
    if (born := person.get("birth_date")) is not None:
        age = _years(born, today)
        return _ages(age, age)
    if (year := person.get("birth_year")) is not None:
        at_most = today.year - year
        all_had_it = (today.month, today.day) == (12, 31)
        return _ages(max(at_most - (not all_had_it), 0), max(at_most, 0))
    if (then := person.get("age_at_index")) is not None:
        return _ages_since_index(then, facts)
    return None


def _ages_since_index(then: int, facts: Facts) -> Ages:
    index = facts.anchors.decompression or facts.anchors.cement
    first, last = days_of(index, facts.anchors) if index else (None, None)
    least = then + (max(_years(last, facts.today), 0) if last else 0)
    return _ages(least, then + _years(first, facts.today) + 1 if first else None)


def _ages(least: int, most: int | None) -> Ages:
    told = f"{least}" if least == most else f"{least}–{most}" if most else f"≥ {least}"
    return Ages(least=least, most=most, used=Used(name="age", value=told))


def _years(start: dt.date, end: dt.date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """mL/min, between `lower` and `upper` (equal where the age is exact); None: cannot check."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    missing: tuple[str, ...] = ()
    used: tuple[Used, ...] = ()

    def below(self, limit: Decimal) -> Holds:
        return self._holds(lambda value: value < limit)

    def at_most(self, limit: Decimal) -> Holds:
        return self._holds(lambda value: value <= limit)

    def between(self, low: Decimal, high: Decimal) -> Holds:
        """Both ends included, unrounded (J)."""
        if self.lower is None or self.upper is None:
            return unknown(*self.missing, used=self.used)
        if self.upper < low or self.lower > high:
            return known(False, *self.used)
        inside = low <= self.lower and self.upper <= high
        return known(True, *self.used) if inside else unknown("age", used=self.used)

    def _holds(self, test: Test) -> Holds:
        if self.lower is None or self.upper is None:
            return unknown(*self.missing, used=self.used)
        low, high = test(self.lower), test(self.upper)
        if low == high:
            return known(low, *self.used)
        return unknown("age", used=self.used)


def clearance(facts: Facts) -> Clearance:
    old, kilos, creatinine = ages(facts), weight(facts), lab(facts, "creatinine", worst=max)
    sex = facts.person.get("sex")
    used = (*((old.used,) if old else ()), *kilos.used, *creatinine.used)
    missing = tuple(
        name
        for name, there in (
            ("age", old is not None),
            ("sex", sex in FACTOR),
            ("weight", kilos.fresh),
            ("creatinine", creatinine.fresh),
        )
        if not there
    )
    if missing or old is None or kilos.value is None or creatinine.value is None:
        return Clearance(missing=missing, used=used)
    oldest = OLDEST if old.most is None else old.most
    upper, lower = (
        cockcroft_gault(age=age, weight_kg=kilos.value, creatinine=creatinine.value, sex=str(sex))
        for age in (old.least, oldest)
    )
    return Clearance(lower=lower, upper=upper, used=used)
