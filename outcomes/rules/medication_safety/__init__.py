"""Medication safety: every line of CLINICAL.md F as a rule over the facts of a patient.

The numbers and the words are reference data (outcomes/reference/medications.csv and
drug_classes.csv). Record-keeping warnings: decision support, not diagnosis, and never a dose.
"""

from collections.abc import Iterator, Sequence

from outcomes.reference import medication_limits
from outcomes.reference.records import LimitKind, MedicationLimit
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety import caps, due, meetings, names, warnings
from outcomes.rules.medication_safety.base import SECTION, SafetyFinding, Used
from outcomes.rules.medication_safety.clearance import Clearance, clearance
from outcomes.rules.medication_safety.courses import Taken, taken
from outcomes.rules.medication_safety.due import NextDue, next_due, repeated
from outcomes.rules.medication_safety.warnings import borderline_range
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer

__all__ = [
    "Clearance",
    "NextDue",
    "SafetyFinding",
    "Used",
    "borderline_range",
    "clearance",
    "findings",
    "next_due",
    "notes",
    "repeated",
]

WITHOUT_RULES = "no_rules"
"""The code of the finding of a drug for which no rule was asked."""
NO_RULES = _(
    "Nothing was checked for this drug: no rules are known for it. That does not mean that it is "
    "safe."
)
NO_NAME = _(
    "Nothing was checked for this drug: it is not a name we know. Check the spelling or give the "
    "ATC code."
)
NEAR_NAME = _(
    "Nothing was checked for this drug: it is not a name we know. Did you mean {names}? Check the "
    "spelling or give the ATC code."
)


def findings(facts: Facts) -> list[SafetyFinding]:
    """Of every drug that is taken, what each of its rules answers."""
    current = taken(facts)
    by_drug: dict[str, list[Taken]] = {}
    for course in current:
        for inn in course.drugs:
            by_drug.setdefault(inn, []).append(course)
    found = [one for inn, courses in by_drug.items() for one in _of_drug(facts, inn, courses)]
    return found + [_unknown(course) for course in current if not course.drugs]


def _of_drug(facts: Facts, inn: str, courses: Sequence[Taken]) -> Iterator[SafetyFinding]:
    rows = rows_for(facts, inn)
    for check in (caps.daily, caps.single, caps.interval):
        yield from check(facts, courses, rows)
    for course in courses:
        for row in rows:
            yield from _of_course(facts, course, row)
        yield from due.due_findings(facts, course, inn)
    if any(name.startswith("crcl") for row in rows for name in row.condition):
        yield from warnings.borderline(facts, courses[0], inn)


def _of_course(facts: Facts, course: Taken, row: MedicationLimit) -> Iterator[SafetyFinding]:
    if row.other and row.kind in (LimitKind.INTERACTION, LimitKind.CONTRAINDICATION):
        yield from meetings.together(facts, course, row)
    else:
        for check in (warnings.conditional, warnings.monitored, warnings.assessed):
            yield from check(facts, course, row)


def rows_for(facts: Facts, inn: str) -> tuple[MedicationLimit, ...]:
    """The rows of the label that holds at the site; with none set all of them, so the stricter."""
    labels = ("", facts.jurisdiction)
    rows = medication_limits(inn)
    return tuple(row for row in rows if not facts.jurisdiction or row.jurisdiction in labels)


def notes(facts: Facts, inn: str) -> list[MedicationLimit]:
    """What the data say of a drug in words, with nothing to check."""
    return [row for row in rows_for(facts, inn) if warnings.said(row)]


def _unknown(course: Taken) -> SafetyFinding:
    near = names.alike(course.name)
    unclear = names.unclear(course.name, course.atc)
    return SafetyFinding(
        answer=Answer.CANNOT_TELL,
        reason=(NEAR_NAME if near else NO_NAME) if unclear else NO_RULES,
        values={"names": ", ".join(near)} if unclear and near else {},
        reference=SECTION,
        missing=("rules", "atc") if unclear else ("rules",),
        drug=course.name,
        rule=WITHOUT_RULES,
        kind=LimitKind.CAUTION,
        courses=(course.id,),
    )
