"""How much is taken in a day, at once, and how often, as far as it was recorded.

Amounts are in mg; a tablet or a product that combines drugs has no known amount. Nothing is read
out of words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes.rules.medication_safety.base import Used, once
from outcomes.rules.medication_safety.courses import Taken

IN_MG = {"mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """At least `least`, at most `most`; None where that is not known, with what is missing."""

    least: Decimal = Decimal(0)
    most: Decimal | None = None
    missing: tuple[str, ...] = ()
    used: tuple[Used, ...] = ()


def exactly(value: Decimal, *used: Used) -> Amount:
    return Amount(least=value, most=value, used=used)


def daily(taken: Taken) -> Amount:
    """mg a day: the most allowed where it is as needed, else the dose by its times a day."""
    if problem := _unmeasured(taken):
        return Amount(missing=problem)
    most, dose = _mg(taken, "daily_max"), _mg(taken, "dose")
    times = taken.course.get("times_per_day")
    regular = dose * _number(times) if dose is not None and times is not None else None
    known = [value for value in (most, regular) if value is not None]
    if not known:
        return Amount(missing=("dose",) if dose is None else ("times_per_day",))
    value = max(known)
    return exactly(value, Used(name="daily_dose", value=f"{plain(value)} mg", on=taken.start))


def single(taken: Taken) -> Amount:
    """mg at once: the dose of the course and those given in it."""
    if problem := _unmeasured(taken):
        return Amount(missing=problem)
    doses = [mg for one in (taken.course, *taken.doses)
             if (mg := _in_mg(one.get("dose"), one.get("dose_unit"))) is not None]  # fmt: skip
    if not doses:
        return Amount(missing=("dose",))
    value = max(doses)
    return exactly(value, Used(name="dose", value=f"{plain(value)} mg", on=taken.start))


def times(taken: Taken) -> Amount:
    """How often a day."""
    given = taken.course.get("times_per_day")
    if given is None:
        return Amount(missing=("times_per_day",))
    value = _number(given)
    return exactly(value, Used(name="times_per_day", value=plain(value), on=taken.start))


def _unmeasured(taken: Taken) -> tuple[str, ...]:
    if taken.combined:
        return ("content",)
    unit = taken.course.get("dose_unit")
    return ("dose_in_mg",) if unit is not None and unit not in IN_MG else ()


def _mg(taken: Taken, column: str) -> Decimal | None:
    return _in_mg(taken.course.get(column), taken.course.get("dose_unit"))


def _in_mg(value: object, unit: object) -> Decimal | None:
    if value is None or unit not in IN_MG:
        return None
    return _number(value) * IN_MG[str(unit)]


def _number(value: object) -> Decimal:
    return Decimal(str(value))


def plain(value: Decimal) -> str:
    whole = value.to_integral_value()
    return f"{whole if value == whole else value.normalize():f}"


def together(courses: Sequence[Taken], measure: Callable[[Taken], Amount]) -> Amount:
    """All courses of a drug: those whose dates are not known add to the most, not to the least."""
    amounts = [(one, measure(one)) for one in courses]
    certain = sum((a.least for one, a in amounts if one.dated), Decimal(0))
    least = max([certain, *(a.least for _one, a in amounts)])
    mosts = [a.most for _one, a in amounts]
    most = sum((m for m in mosts if m is not None), Decimal(0)) if None not in mosts else None
    return Amount(least=least, most=most, **_joined([a for _one, a in amounts]))


def greatest(courses: Sequence[Taken], measure: Callable[[Taken], Amount]) -> Amount:
    """The greatest among the courses of a drug."""
    amounts = [measure(one) for one in courses]
    mosts = [a.most for a in amounts]
    most = max(m for m in mosts if m is not None) if None not in mosts else None
    return Amount(least=max(a.least for a in amounts), most=most, **_joined(amounts))


def _joined(amounts: Sequence[Amount]) -> dict[str, tuple]:  # type: ignore[type-arg]
    return {
        "missing": once(name for a in amounts for name in a.missing),
        "used": tuple(used for a in amounts for used in a.used),
    }
