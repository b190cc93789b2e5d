"""Low calcium, on ionised calcium or corrected for albumin (CLINICAL.md F, and J "Alerts").

Corrected calcium = calcium + 0.8 x (4.0 - albumin in g/dL), in mg/dL [unverified]. The limit is
the lower one of the laboratory's own range.
"""

from decimal import Decimal

from outcomes.reference import units
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.medication_safety.base import Holds, Used, any_of, known, unknown
from outcomes.rules.medication_safety.bladder import after_change
from outcomes.rules.medication_safety.courses import Taken
from outcomes.rules.medication_safety.inputs import Input, lab
from outcomes.rules.values import Answer

PER_ALBUMIN, NORMAL_ALBUMIN = Decimal("0.8"), Decimal("4.0")


def corrected(calcium: Decimal, albumin: Decimal) -> Decimal:
    """mg/dL, of calcium in mg/dL and albumin in g/dL."""
    return calcium + PER_ALBUMIN * (NORMAL_ALBUMIN - albumin)


def low(facts: Facts, taken: Taken) -> Holds:
    """Whether calcium is low: the later of ionised and total; order not known, the worse (J).

    Of the same day the ionised value says more than a total that is not known to be low.
    """
    ionised = lab(facts, "ionised_calcium", worst=min, age_as="calcium")
    total = lab(facts, "calcium", worst=min)
    if ionised.fact is None or _after(total, ionised):
        return _by_total(total, taken, facts)
    by_ionised = _by_ionised(ionised, taken, facts)
    if total.fact is None or _after(ionised, total):
        return by_ionised
    by_total = _by_total(total, taken, facts)
    one_day = ionised.on == ionised.until == total.on == total.until
    told = by_ionised.answer is not Answer.CANNOT_TELL
    if one_day and told and by_total.answer is not Answer.YES:
        return by_ionised
    return any_of([by_ionised, by_total])


def _after(one: Input, other: Input) -> bool:
    """Whether the one is certainly later than the other."""
    if one.on is None or other.until is None or one.fact is None or other.fact is None:
        return False
    times = (one.fact.when.time, other.fact.when.time)
    if one.on == one.until == other.on == other.until and None not in times:
        return str(times[0]) > str(times[1])
    return one.on > other.until


def _by_ionised(ionised: Input, taken: Taken, facts: Facts) -> Holds:
    if not ionised.fresh or ionised.value is None:
        return unknown("calcium", used=ionised.used)
    return _held(ionised.value, ionised, taken, facts, ionised.used)


def _by_total(total: Input, taken: Taken, facts: Facts) -> Holds:
    if not total.fresh or total.value is None:
        return unknown("calcium", used=total.used)
    albumin = lab(facts, "albumin", worst=max, age_as="calcium")
    if not albumin.fresh or albumin.value is None:
        return unknown("albumin", used=(*total.used, *albumin.used))
    value = corrected(total.value, albumin.value)
    shown = Used(name="corrected_calcium", value=f"{value.normalize():f} mg/dL", on=total.on)
    return _held(value, total, taken, facts, (*total.used, *albumin.used, shown))


def _held(
    value: Decimal, found: Input, taken: Taken, facts: Facts, used: tuple[Used, ...]
) -> Holds:
    limit = lower_limit(found.fact) if found.fact else None
    if limit is None:
        return unknown("calcium_range", used=used)
    used = (*used, Used(name="calcium_range", value=f"≥ {limit.normalize():f}", on=found.on))
    if value < limit:
        # low before the drug was given is low when it was given
        return known(True, *used)
    if after_change(found, taken, facts):
        return known(False, *used)
    return unknown("calcium" if taken.start is not None else "start", used=used)


def lower_limit(row: Fact) -> Decimal | None:
    """The laboratory's lower limit in the canonical unit; None where it gave none."""
    given = row.get("range_low")
    if given is None:
        return None
    alias = units(str(row.get("analyte")))[str(row.get("unit")).strip()]
    return Decimal(str(given)) * alias.factor / alias.divisor
