"""Rows once made by actions, written again as they were: the database's guards look at them too."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.db.models import Count, Max
from django.db.models.fields import NOT_PROVIDED
from django.db.models.sql import InsertQuery

from patients.models import DocumentVersion, Site

Made = TypeVar("Made")
Rows = dict[type[models.Model], dict[Any, models.Model]]
Statement = tuple[str, Any]


class Once(Generic[Made]):
    """Calls `make` in the first test of a process; in later ones, writes its rows again.

    It is made anew where something else was there before, where a commit has consequences, and if
    it changes rows instead of adding some.
    """

    def __init__(self, make: Callable[..., Made]) -> None:
        self._make = make
        self._kept: tuple[Any, Made, list[Statement]] | None = None

    def __call__(self, *given: Any) -> Made:
        if not connection.in_atomic_block:
            return self._make(*given)
        there = _there()
        if self._kept is None:
            before = _rows()
            made = self._make(*given)
            if statements := list(_added(before, _rows())):
                self._kept = there, copy.deepcopy(made), statements
            return made
        expected, made, statements = self._kept
        if there != expected:
            return self._make(*given)
        with connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
        return copy.deepcopy(made)


def _there() -> list[Any]:
    """What tells one state of the database from another, as far as tests prepare it."""
    return [
        model._base_manager.aggregate(Count("pk"), Max("pk"))
        for model in (Site, get_user_model(), DocumentVersion)
    ]


def _rows() -> Rows:
    """The history first: the guards look there for what is written to the others."""
    found = [m for m in apps.get_models(include_auto_created=True) if not m._meta.proxy]
    found.sort(key=lambda model: model is not DocumentVersion)
    return {model: {row.pk: row for row in model._base_manager.order_by("pk")} for model in found}


def _added(before: Rows, after: Rows) -> Iterator[Statement]:
    """What writes the rows that are new; nothing if others are not as they were."""
    if any(
        pk not in after[model] or _values(row) != _values(after[model][pk])
        for model, rows in before.items()
        for pk, row in rows.items()
    ):
        return
    for model, rows in after.items():
        yield from _inserts(model, [row for pk, row in rows.items() if pk not in before[model]])


def _values(row: models.Model) -> list[Any]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def _inserts(model: type[models.Model], rows: list[models.Model]) -> Iterator[Statement]:
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and field.db_default is NOT_PROVIDED
    ]
    size = max(connection.ops.bulk_batch_size(fields, rows), 1)
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        query.insert_values(fields, rows[start : start + size], raw=True)
        yield from query.get_compiler(connection=connection).as_sql()
