"""Doses against their limits: of the limits that hold the lowest counts (CLINICAL.md F, J).

A dose within every limit that may hold is within them, though an input is missing; above one that
may hold and within the rest nobody can tell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from outcomes.reference.records import LimitKind, MedicationLimit
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety import amounts
from outcomes.rules.medication_safety.amounts import Amount
from outcomes.rules.medication_safety.base import SECTION, Holds, SafetyFinding, all_of, once
from outcomes.rules.medication_safety.conditions import holds
from outcomes.rules.medication_safety.courses import Taken
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer

ABOVE = _("{amount} {unit} is above the limit of {limit} {unit}.")
WITHIN = _("{amount} {unit} is within every limit that may hold.")
CANNOT = _("The limits: {limits}")
HOURS_A_DAY = 24
Courses, Rows = Sequence[Taken], Sequence[MedicationLimit]
# a limit that stands in place of the plain one while its condition holds
RELIEF = "acute_pain_first_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    limit: Decimal
    row: MedicationLimit
    holds: Holds


def daily(
    facts: Facts, courses: Sequence[Taken], rows: Sequence[MedicationLimit]
) -> list[SafetyFinding]:
    """The dose a day of a drug, all its courses together."""
    plain = [row for row in rows if row.kind is LimitKind.MAX_DAILY_DOSE]
    factors = [row for row in rows if row.kind is LimitKind.DOSE_FACTOR]
    caps = _relieved(_caps(facts, courses, plain))
    caps += [_halved(cap, f, facts, courses) for cap in caps for f in factors]
    return _finding(courses, caps, amounts.together(courses, amounts.daily), "mg/d")


def single(
    facts: Facts, courses: Sequence[Taken], rows: Sequence[MedicationLimit]
) -> list[SafetyFinding]:
    """The dose at once."""
    kinds = (LimitKind.MAX_SINGLE_DOSE, LimitKind.USUAL_SINGLE_DOSE)
    caps = _caps(facts, courses, [row for row in rows if row.kind in kinds])
    return _finding(courses, caps, amounts.greatest(courses, amounts.single), "mg")


def interval(
    facts: Facts, courses: Sequence[Taken], rows: Sequence[MedicationLimit]
) -> list[SafetyFinding]:
    """How often a day, from the hours between two doses."""
    hourly = [r for r in rows if r.kind is LimitKind.MIN_INTERVAL and r.unit == "h"]
    caps = [
        Cap(limit=HOURS_A_DAY / cap.limit, row=cap.row, holds=cap.holds)
        for cap in _caps(facts, courses, hourly)
    ]
    return _finding(courses, caps, amounts.greatest(courses, amounts.times), "a day")


def _caps(facts: Facts, courses: Sequence[Taken], rows: Iterable[MedicationLimit]) -> list[Cap]:
    return [
        Cap(limit=row.limit, row=row, holds=_any(facts, courses, row))
        for row in rows
        if row.limit is not None
    ]


def _any(facts: Facts, courses: Sequence[Taken], row: MedicationLimit) -> Holds:
    """Whether it holds for one of the courses: the stricter counts."""
    found = [holds(facts, one, row) for one in courses]
    order = (Answer.YES, Answer.CANNOT_TELL, Answer.NO)
    return min(found, key=lambda one: order.index(one.answer))


def _relieved(caps: list[Cap]) -> list[Cap]:
    """The plain limit gives way to the one for the first day of acute pain, where that holds."""
    relief = next((cap for cap in caps if RELIEF in cap.row.condition), None)
    if relief is None or relief.holds.answer is Answer.NO:
        return [cap for cap in caps if cap is not relief]
    certain = Cap(limit=relief.limit, row=relief.row, holds=Holds(answer=Answer.YES))
    if relief.holds.answer is Answer.YES:
        return [certain]
    others = [cap for cap in caps if cap is not relief]
    return [certain, *(Cap(limit=c.limit, row=c.row, holds=relief.holds) for c in others)]


def _halved(cap: Cap, row: MedicationLimit, facts: Facts, courses: Sequence[Taken]) -> Cap:
    assert row.limit is not None
    both = all_of([cap.holds, _any(facts, courses, row)])
    return Cap(limit=cap.limit * row.limit, row=row, holds=both)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The answer, the limit it stands on, and the amount it is about."""

    answer: Answer
    reason: str
    cap: Cap
    amount: Decimal | None = None


def _decide(amount: Amount, possible: Sequence[Cap]) -> Decided:
    """`possible` are the limits that hold or may hold, the lowest first."""
    lowest = possible[0]
    certain = next((c for c in possible if c.holds.answer is Answer.YES), None)
    if certain and amount.least > certain.limit:
        return Decided(answer=Answer.YES, reason=ABOVE, cap=certain, amount=amount.least)
    if amount.most is not None and amount.most <= lowest.limit:
        return Decided(answer=Answer.NO, reason=WITHIN, cap=lowest, amount=amount.most)
    return Decided(answer=Answer.CANNOT_TELL, reason=CANNOT, cap=certain or lowest)


def _lowest(caps: Iterable[Cap]) -> list[Cap]:
    """The lowest limit that certainly holds and those below it that may, the lowest first."""
    ordered = sorted(caps, key=lambda c: c.limit)
    certain = next((c for c in ordered if c.holds.answer is Answer.YES), None)
    open_ = {
        (c.limit, c.holds.missing): c
        for c in reversed(ordered)
        if c.holds.answer is Answer.CANNOT_TELL and (certain is None or c.limit < certain.limit)
    }
    return [*reversed(open_.values()), *([certain] if certain else [])]


def _finding(
    courses: Sequence[Taken], caps: Iterable[Cap], amount: Amount, unit: str
) -> list[SafetyFinding]:
    possible = _lowest(caps)
    if not possible:
        return []
    decided = _decide(amount, possible)
    row, shown = decided.cap.row, decided.amount
    found = SafetyFinding(
        answer=decided.answer,
        reason=decided.reason,
        reference=f"{SECTION}; {row.source}",
        drug=row.drug,
        rule=row.key,
        kind=row.kind,
        courses=tuple(one.id for one in courses),
        values={
            "amount": amounts.plain(shown) if shown is not None else "",
            "limit": amounts.plain(decided.cap.limit),
            "unit": unit,
            "limits": once(c.row.text for c in possible),
        },
        used=tuple(dict.fromkeys([*amount.used, *(u for c in possible for u in c.holds.used)])),
        jurisdiction=row.jurisdiction,
        verified=row.verified,
    )
    return [_with_missing(found, amount, possible)]


def _with_missing(found: SafetyFinding, amount: Amount, possible: Sequence[Cap]) -> SafetyFinding:
    """What could change the answer; of a dose within every limit, what was not needed."""
    open_ = [c for c in possible if c.holds.answer is Answer.CANNOT_TELL]
    if found.answer is Answer.NO:
        return replace(found, not_needed=once(n for c in open_ for n in c.holds.missing))
    if found.answer is Answer.YES:
        return found
    deciding = [c for c in open_ if amount.most is None or amount.most > c.limit]
    missing = once([*amount.missing, *(n for c in deciding for n in c.holds.missing)])
    # every amount and limit is known, so it is whether the courses are taken together
    return replace(found, missing=missing or ("dates",))
