"""What holds of patients, as it is read at every write: rows of a table in the order of recording.

Where the reader may see all of a record. What depends on who asks is read by `querysets`.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from patients.models import PatientRecord, User

Authors = dict[Any, User]


def current(
    model: type[PatientRecord],
    patients: Iterable[UUID],
    columns: tuple[str, ...] = (),
    **only: Any,
) -> defaultdict[UUID, list[Any]]:
    """By patient id what was not entered in error, in the order of recording; one query.

    `columns` names those to read, all if left out; `only` narrows it, as `filter` does.
    """
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    ids = list(dict.fromkeys(patients))
    if not ids:
        return found
    sql, narrowed = _statement(model, len(ids), columns, tuple(only.items()))
    whose = model._meta.get_field("patient")
    named = [whose.get_db_prep_value(id, connection) for id in ids]  # type: ignore[union-attr]
    for row in model._default_manager.raw(sql, (*named, *narrowed)):
        found[row.patient_id].append(row)
    return found


@lru_cache(maxsize=512)
def _statement(
    model: type[PatientRecord],
    people: int,
    columns: tuple[str, ...],
    only: tuple[tuple[str, Any], ...],
) -> tuple[str, tuple[Any, ...]]:
    """The statement for so many patients, and its values after their ids.

    To put it together takes Django several times longer than the database takes to answer.
    """
    someone = [UUID(int=number) for number in range(people)]
    rows = model._default_manager.filter(patient__in=someone).filter(**dict(only))
    rows = rows.filter(entered_in_error=False).order_by("position")
    if columns:
        rows = rows.only(*columns)
    sql, values = rows.query.sql_with_params()
    return sql, values[people:]


def with_authors(rows: Iterable[Any], known: Authors) -> list[Any]:
    """The rows, each with who recorded it; one query for those who are not `known` yet."""
    found = list(rows)
    if unknown := {row.recorded_by_id for row in found} - {None, *known}:
        known |= User.objects.in_bulk(unknown)
    for row in found:
        if row.recorded_by_id is not None:
            row.recorded_by = known[row.recorded_by_id]
    return found
