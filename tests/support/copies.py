"""Rows once made by actions, written again as they were: the database's guards look at them too."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED
from django.db.models.sql import InsertQuery

from patients.models import DocumentVersion, Site

Made = TypeVar("Made")
Statement = tuple[str, Any]


class Once(Generic[Made]):
    """Calls `make` in the first test of a process; in later ones, writes its rows again.

    Where something was written before, or a commit has consequences, it is made anew.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._kept: tuple[Made, list[Statement]] | None = None

    def __call__(self) -> Made:
        if not connection.in_atomic_block or _written():
            return self._make()
        if self._kept is None:
            empty = [model for model in _tables() if not model._base_manager.exists()]
            made = self._make()
            self._kept = copy.deepcopy(made), [one for model in empty for one in _rows(model)]
            return made
        made, statements = self._kept
        with connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
        return copy.deepcopy(made)


def _written() -> bool:
    return Site.objects.exists() or get_user_model().objects.exists()


def _tables() -> list[type[models.Model]]:
    """The history first: the guards look there for what is written to the others."""
    found = [m for m in apps.get_models(include_auto_created=True) if not m._meta.proxy]
    return sorted(found, key=lambda model: model is not DocumentVersion)


def _rows(model: type[models.Model]) -> Iterator[Statement]:
    rows = list(model._base_manager.order_by("pk"))
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and field.db_default is NOT_PROVIDED
    ]
    size = max(connection.ops.bulk_batch_size(fields, rows), 1) if rows else 1
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        query.insert_values(fields, rows[start : start + size], raw=True)
        yield from query.get_compiler(connection=connection).as_sql()
