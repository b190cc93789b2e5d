"""When the next dose of an injection or a monthly tablet is due (CLINICAL.md F, ibandronate and
"Bone sequence").

Counted in calendar months from the last dose, with the bounds that an uncertain day leaves; nothing
earlier is right, and denosumab is urgent once seven months have passed.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from outcomes.reference import drugs, medication_limits
from outcomes.reference.records import LimitKind, MedicationLimit
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.medication_safety.base import SECTION, SafetyFinding, Used, known, unknown
from outcomes.rules.medication_safety.courses import Taken, of
from outcomes.rules.medication_safety.dates import Days, days_of, months_later
from outcomes.rules.medication_safety.warnings import finding
from outcomes.rules.values import Answer

EVERY = (LimitKind.MIN_INTERVAL, LimitKind.DUE_EVERY)
# agents that take over after denosumab
AFTERWARDS = ("M05BA", "M05BB", "M05BX", "H05AA")


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDue:
    """The next dose of a course, due on a day between `earliest` and `latest` (None: not known).

    `overdue` and `urgent` hold today; `last` is the dose counted from, None where none is recorded.
    """

    drug: str
    course: str
    months: int
    last: Fact | None = None
    last_on: Days = (None, None)
    earliest: dt.date | None = None
    latest: dt.date | None = None
    overdue: Answer = Answer.CANNOT_TELL
    urgent: Answer = Answer.NOT_APPLICABLE
    missing: tuple[str, ...] = ()
    rule: str = ""
    reference: str = SECTION


def next_due(facts: Facts) -> list[NextDue]:
    """Of every course with doses to repeat, what is due next; what is due first comes first."""
    found = [due for course in facts.drugs for due in _due(of(course, facts), facts)]
    return sorted(found, key=lambda due: (due.latest or dt.date.max, due.drug))


def repeated() -> tuple[str, ...]:
    """The drugs whose doses are repeated after months."""
    return tuple(
        inn for inn in drugs()
        if any(row.kind in EVERY and row.unit == "mo" for row in medication_limits(inn))
    )  # fmt: skip


def _due(taken: Taken, facts: Facts) -> Iterator[NextDue]:
    row = _interval(taken)
    if row is None or row.limit is None or not _goes_on(taken, facts):
        return
    months = int(row.limit)
    last = _last(taken, facts)
    told = NextDue(
        drug=row.drug, course=taken.id, months=months, rule=row.key,
        reference=f"{SECTION}; {row.source}", last=last, missing=("last_dose",),
        urgent=_urgent(row.drug, None, None, facts.today),
    )  # fmt: skip
    if last is None:
        yield told
        return
    first, latest = days_of(last.when, facts.anchors)
    due = tuple(months_later(day, months) if day else None for day in (first, latest))
    yield NextDue(
        drug=row.drug,
        course=taken.id,
        months=months,
        last=last,
        last_on=(first, latest),
        earliest=due[0],
        latest=due[1],
        overdue=_passed(due[0], due[1], facts.today),
        urgent=_urgent(row.drug, first, latest, facts.today),
        missing=() if first and latest else ("last_dose_date",),
        rule=row.key,
        reference=told.reference,
    )


def _interval(taken: Taken) -> MedicationLimit | None:
    """How often it is given, by the route where the drug has several."""
    rows = [
        row
        for inn in taken.drugs
        for row in medication_limits(inn)
        if row.kind in EVERY and row.unit == "mo"
    ]
    alone = [r for r in rows if r.route == taken.route or len(drugs()[r.drug].routes) == 1]
    if alone or taken.route:
        return next(iter(alone), None)
    # an injection that does not say its route is not a tablet
    return next((row for row in rows if taken.doses), None)


def _goes_on(taken: Taken, facts: Facts) -> bool:
    """A course that was stopped needs nothing more, except that denosumab needs a successor."""
    stop = taken.course.get("stop")
    if stop is None or stop > facts.today:
        return True
    return "denosumab" in taken.drugs and not _succeeded(taken, facts)


def _succeeded(taken: Taken, facts: Facts) -> bool:
    return any(
        other.get("start") is not None
        and taken.start is not None
        and taken.start < other.get("start") <= facts.today
        and str(other.get("atc") or "").startswith(AFTERWARDS)
        for other in facts.drugs
        if other.id != taken.id
    )


def _last(taken: Taken, facts: Facts) -> Fact | None:
    """The dose given last; doses are in the order of time, those without a day at the end."""
    dated = [dose for dose in taken.doses if days_of(dose.when, facts.anchors)[1] is not None]
    if dated:
        return max(dated, key=lambda dose: days_of(dose.when, facts.anchors)[1] or dt.date.min)
    return taken.doses[-1] if taken.doses else None


def _passed(earliest: dt.date | None, latest: dt.date | None, today: dt.date) -> Answer:
    if latest is not None and latest < today:
        return Answer.YES
    return Answer.NO if earliest is not None and earliest >= today else Answer.CANNOT_TELL


def _urgent(drug: str, first: dt.date | None, last: dt.date | None, today: dt.date) -> Answer:
    row = next((r for r in medication_limits(drug) if r.kind is LimitKind.OVERDUE), None)
    if row is None or row.limit is None:
        return Answer.NOT_APPLICABLE
    ends = [months_later(day, int(row.limit)) if day else None for day in (first, last)]
    return _passed(ends[0], ends[1], today)


def due_findings(facts: Facts, taken: Taken, inn: str) -> Iterator[SafetyFinding]:
    """Carries its next-due date; doses given too early; denosumab given too late."""
    for due in _due(taken, facts):
        if due.drug != inn:
            continue
        rows = {row.key: row for row in medication_limits(due.drug)}
        yield from _early(facts, taken, rows[due.rule])
        for row in rows.values():
            if row.kind is LimitKind.OVERDUE or row.other == "next_due":
                yield _as_finding(row, taken, due)


def _as_finding(row: MedicationLimit, taken: Taken, due: NextDue) -> SafetyFinding:
    used = tuple(Used(name="last_dose", value=day.isoformat(), on=day)
                 for day in dict.fromkeys(due.last_on) if day)  # fmt: skip
    used += tuple(Used(name="next_dose", value=day.isoformat(), on=day)
                  for day in dict.fromkeys((due.earliest, due.latest)) if day)  # fmt: skip
    answer = due.urgent if row.kind is LimitKind.OVERDUE else due.overdue
    if answer is Answer.CANNOT_TELL:
        return finding(row, taken, unknown(*(due.missing or ("last_dose_date",)), used=used))
    return finding(row, taken, known(answer is Answer.YES, *used))


def _early(facts: Facts, taken: Taken, row: MedicationLimit) -> Iterator[SafetyFinding]:
    """Whether two doses were given closer together than the label allows."""
    if row.kind is not LimitKind.MIN_INTERVAL or row.limit is None:
        return
    spans = [days_of(dose.when, facts.anchors) for dose in taken.doses]
    given = sorted((first, last) for first, last in spans if first and last)
    undated = len(given) < len(taken.doses) and len(taken.doses) > 1
    answer = unknown("last_dose_date") if undated else known(False)
    for (_first, before), (after, _last_day) in pairwise(given):
        told = tuple(Used(name="given", value=d.isoformat(), on=d) for d in (before, after))
        if after < months_later(before, int(row.limit)):
            answer = known(True, *told)
    yield finding(row, taken, answer)
