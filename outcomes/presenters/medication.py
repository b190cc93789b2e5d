"""The medication card: the drugs, what the rules say of each, and what is due next."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from outcomes.figures.base import Translate
from outcomes.presenters import safety
from outcomes.presenters.history import course_time, dose_words, given_words
from outcomes.record import Record
from outcomes.rules import medication_safety
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety import NextDue
from outcomes.rules.text import gettext_noop as _

# doses in view; those before unfold
RECENT = 3
INJECTED = ("intravenous", "subcutaneous", "intramuscular")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A course; `rules` is None for whoever is shown no findings."""

    pk: Any
    name: str
    dose: str
    time: str
    indication: str
    given: tuple[str, ...]
    given_before: tuple[str, ...]
    injected: bool
    rules: safety.OfDrug | None = None
    due: str = ""
    late: bool = False


def card(record: Record, today: dt.date, facts: Facts | None, t: Translate) -> dict[str, Any]:
    """What the card shows; `facts` is None for patients and caregivers."""
    over = [row for row in record.courses if row.stop and row.stop <= today]
    going = [row for row in record.courses if row not in over]
    context: dict[str, Any] = {
        "drugs": [_drug(row, record, t) for row in going],
        "drugs_before": [_drug(row, record, t) for row in over],
    }
    if facts is None:
        return context
    found = medication_safety.findings(facts)
    due = medication_safety.next_due(facts)
    shown = [_judged(row, record, facts, found, due, t) for row in going]
    uses_clearance = any(f.rule == "crcl-borderline-from" for f in found)
    line = safety.clearance_line(facts, t) if uses_clearance else None
    late = [d for d in _before(over, record, due, t) if d.due]
    return context | {"drugs": shown, "clearance": line, "due_after_stop": late, "judged": True}


def _before(over: list[Any], record: Record, due: list[NextDue], t: Translate) -> list[Drug]:
    """Drugs that were stopped and whose next dose is still awaited (denosumab)."""
    return [_drug(row, record, t, **_due(row, due, t)) for row in over]


def _drug(row: Any, record: Record, t: Translate, **more: Any) -> Drug:
    given = tuple(given_words(dose, record, t) for dose in row.given)
    routes = [row.route, *(dose.route for dose in row.given)]
    return Drug(
        pk=row.pk,
        name=f"{row.drug} ({row.atc})" if row.atc else str(row.drug),
        dose=dose_words(row, t),
        time=course_time(row, record, t),
        indication=row.indication or t(_("indication not recorded")),
        given=given[-RECENT:],
        given_before=given[:-RECENT],
        injected=bool(given) or any(route in INJECTED for route in routes),
        **more,
    )


def _judged(
    row: Any, record: Record, facts: Facts, found: list[Any], due: list[NextDue], t: Translate
) -> Drug:
    inns = {one.drug for one in found if one.courses[0] == str(row.pk)}
    notes = [note.text for inn in inns for note in medication_safety.notes(facts, inn)]
    told = safety.of_course(str(row.pk), found, notes, facts, t)
    return _drug(row, record, t, rules=told, **_due(row, due, t))


def _due(row: Any, due: list[NextDue], t: Translate) -> dict[str, Any]:
    own = next((one for one in due if one.course == str(row.pk)), None)
    if own is None:
        return {}
    return {"due": safety.due_words(own, t), "late": bool(safety.due_mark(own))}
