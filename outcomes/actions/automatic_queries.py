"""Data queries that rules open and close, within every clinical write.

`follow` runs under the lock of the patient that `consequences.draw` takes; a person's answer
(`outcomes.actions.queries`) takes the same lock, so the two never cross. The write that brought it
about is the one audited event; what follows of it is in the history of each query, by nobody.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from outcomes.documents.query import QueryDocument
from outcomes.models import DataQuery
from outcomes.rules import queries as rules
from outcomes.rules.facts import Facts
from patients import records
from patients.models import Patient
from patients.records import Asked, Checked

OPEN, CLOSED = "open", "closed_by_data"
# what a change of state writes
COLUMNS = ("state", "value", "against", "note", "opened_at", "settled_at", "settled_by")
REASON = "The data changed."


def follow(patients: Sequence[Patient], facts: Mapping[UUID, Facts], asked: Asked) -> None:
    """Bring the automatic queries of these patients in line with their courses.

    Safe to repeat: the same facts change nothing. A query belongs to the rule, not to who wrote.
    """
    rows = DataQuery.objects.filter(patient__in=[p.pk for p in patients])
    stored = {
        (row.patient_id, row.rule, row.subject): row
        for row in rows.exclude(rule=rules.BY_HAND).select_related("settled_by", "recorded_by")
    }
    automatic = Asked(by=None, at=asked.at)
    new: list[records.New] = []
    changed: list[DataQuery] = []
    for patient in patients:
        for found in rules.find(facts[patient.pk]):
            row = stored.pop((patient.pk, found.rule, found.subject), None)
            if row is None:
                new.append(_opened(patient, found, automatic))
            elif _found_again(row, found, asked):
                changed.append(row)
    changed += [row for row in stored.values() if _gone(row, asked)]
    if new:
        records.save_many(new)
    records.advance_many(changed, asked=automatic, reason=REASON, columns=COLUMNS)


def _opened(patient: Patient, found: rules.Found, asked: Asked) -> records.New:
    document = QueryDocument(
        id=uuid.uuid4(),
        rule=found.rule,
        subject=found.subject,
        state=OPEN,  # type: ignore[arg-type]
        **{k: v for k, v in _about(found).items() if v},
    )
    checked = Checked(columns={"opened_at": asked.at})
    return records.prepare(DataQuery, document, asked=asked, patient=patient, checked=checked)


def _about(found: rules.Found) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "record": UUID(found.record),
        "part": found.part,
        "value": found.value,
        "against": found.against,
    }


def _found_again(row: DataQuery, found: rules.Found, asked: Asked) -> bool:
    """Whether finding it again changes it: it was closed, or it is about another value now."""
    same = (row.value or "", row.against or "") == (found.value, found.against)
    if same and row.state != CLOSED:
        return False
    row.value, row.against = found.value or None, found.against or None
    if row.state != OPEN:
        row.state, row.opened_at = OPEN, asked.at
        row.note = row.settled_at = row.settled_by = None
    return True


def _gone(row: DataQuery, asked: Asked) -> bool:
    """Whether a query that is no longer found has to be closed; an answer went with its value."""
    if row.state == CLOSED:
        return False
    row.state, row.settled_at, row.settled_by = CLOSED, asked.at, None
    return True
