"""The history of a patient's documents: every version with the one before it, newest first."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from outcomes.kinds import DOSE, KINDS, PERSON, Kind
from patients.models import DocumentVersion, Patient, User

BY_TABLE: dict[str, Kind] = {kind.model._meta.label_lower: kind for kind in (*KINDS, DOSE, PERSON)}


@dataclass(frozen=True)
class Change:
    """A version of a document; `before` is the one it replaced, None for the first."""

    version: DocumentVersion
    before: DocumentVersion | None

    @property
    def kind(self) -> Kind:
        return BY_TABLE[self.version.table]

    @property
    def put_in_error(self) -> bool:
        return bool(self.version.content["entered_in_error"])


@dataclass(frozen=True)
class Cut:
    """A page of changes; `older` is where the next one starts, None at the end."""

    changes: list[Change]
    older: int | None


def changes(
    patient: Patient,
    user: User,
    *,
    record_id: UUID | None = None,
    before: int | None = None,
    corrections: bool = False,
    size: int = 50,
) -> Cut:
    """What was written of the patient, of those documents that `user` may see.

    `corrections` leaves out first versions.
    """
    versions = DocumentVersion.objects.filter(_visible(patient, user), patient_id=patient.pk)
    if record_id is not None:
        versions = versions.filter(record_id=record_id)
    if corrections:
        versions = versions.filter(version__gt=1)
    if before is not None:
        versions = versions.filter(position__lt=before)
    found = list(versions.select_related("by").order_by("-position")[: size + 1])
    shown, more = found[:size], len(found) > size
    earlier = _earlier(shown)
    return Cut(
        [Change(one, earlier.get((one.record_id, one.version - 1))) for one in shown],
        shown[-1].position if more else None,
    )


def _visible(patient: Patient, user: User) -> Q:
    """Documents entered in error are in the history, like the patient's own details."""
    conditions = [Q(table=BY_TABLE_PERSON, record_id=patient.pk)]
    for table, kind in BY_TABLE.items():
        if table != BY_TABLE_PERSON:
            rows = kind.model.objects.visible_to(user).filter(patient=patient)
            conditions.append(Q(table=table, record_id__in=rows.values("pk")))
    return reduce(or_, conditions)


BY_TABLE_PERSON = PERSON.model._meta.label_lower


def _earlier(versions: list[DocumentVersion]) -> dict[tuple[UUID, int], DocumentVersion]:
    """The version before each, in one query."""
    wanted = [Q(record_id=v.record_id, version=v.version - 1) for v in versions if v.version > 1]
    if not wanted:
        return {}
    rows: Any = DocumentVersion.objects.filter(reduce(or_, wanted))
    return {(row.record_id, row.version): row for row in rows}
