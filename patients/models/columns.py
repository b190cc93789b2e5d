"""From a document's shape to a table's columns and constraints, so that each fact is said once.

A leaf of the document becomes a nullable column named by its path (`motor.right.grade` is
`motor_right_grade`); its choices and bounds become CHECK constraints that both databases keep.
"""

import datetime as dt
import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from django.db import models
from django.db.models import Q
from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Leaf:
    """One column: its path in the document, Python type, choices and bounds."""

    path: tuple[str, ...]
    type: Any
    choices: tuple[str, ...] = ()
    least: Any = None
    most: Any = None
    above: Any = None
    min_length: int | None = None
    max_length: int | None = None
    required: bool = False

    @cached_property
    def column(self) -> str:
        return "_".join(self.path).lower()


# the id is the primary key; lists are rows of their own
_NOT_COLUMNS = {"id"}


@cache
def leaves(shape: type[BaseModel]) -> tuple[Leaf, ...]:
    return tuple(_leaves(shape, ()))


def _leaves(shape: type[BaseModel], path: tuple[str, ...]) -> Iterator[Leaf]:
    for name, field in shape.model_fields.items():
        if not path and name in _NOT_COLUMNS:
            continue
        yield from _field_leaves((*path, name), field.annotation, list(field.metadata), field)


def _field_leaves(
    path: tuple[str, ...], annotation: Any, metadata: list[Any], field: FieldInfo | None
) -> Iterator[Leaf]:
    annotation, metadata = _unwrap(annotation, metadata)
    origin = get_origin(annotation)
    if origin is list:
        return
    if origin in (Union, types.UnionType):
        for member in get_args(annotation):
            if member is not type(None):
                yield from _field_leaves(path, member, metadata, field)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _leaves(annotation, path)
    else:
        required = len(path) == 1 and field is not None and field.is_required()
        yield _leaf(path, annotation, metadata, required)


def _unwrap(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        metadata = metadata + more
    flat: list[Any] = []
    for item in metadata:
        flat.extend(item.metadata if isinstance(item, FieldInfo) else [item])
    return annotation, flat


def _leaf(path: tuple[str, ...], annotation: Any, metadata: list[Any], required: bool) -> Leaf:
    bounds: dict[str, Any] = {}
    for item in metadata:
        for kind, key, attribute in (
            (Ge, "least", "ge"),
            (Le, "most", "le"),
            (Gt, "above", "gt"),
            (MinLen, "min_length", "min_length"),
            (MaxLen, "max_length", "max_length"),
        ):
            if isinstance(item, kind):
                bounds[key] = getattr(item, attribute)
        if isinstance(item, Lt):
            raise TypeError(f"{path}: say the bound with le")
    if get_origin(annotation) is Literal:
        choices = get_args(annotation)
        return Leaf(path, str, choices, required=required, max_length=40)
    return Leaf(path, annotation, required=required, **bounds)


class NumberField(models.FloatField):
    """A float that is a number: SQLite would keep NaN as NULL, that is, as not recorded."""

    def get_prep_value(self, value: Any) -> Any:
        number = super().get_prep_value(value)
        if isinstance(number, float) and not math.isfinite(number):
            raise ValueError(f"{self.name}: {number} is not a number")
        return number


class WholeField(models.IntegerField):
    """An integer that was one: Django would keep 4.5 as 4."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, float) and not value.is_integer():
            raise ValueError(f"{self.name}: {value} is not a whole number")
        return super().get_prep_value(value)


_FIELDS: dict[type, type["models.Field[Any, Any]"]] = {
    bool: models.BooleanField,
    int: WholeField,
    float: NumberField,
    dt.date: models.DateField,
    dt.time: models.TimeField,
    dt.datetime: models.DateTimeField,
    UUID: models.UUIDField,
}
# longer texts are not worth a limit in the table
_SHORT_TEXT = 200


def _model_field(leaf: Leaf) -> "models.Field[Any, Any]":
    optional: dict[str, Any] = {"null": not leaf.required, "blank": not leaf.required}
    if leaf.type in _FIELDS:
        return _FIELDS[leaf.type](**optional)
    if leaf.type is not str:
        raise TypeError(f"{'.'.join(leaf.path)}: no column for {leaf.type}")
    if leaf.max_length and leaf.max_length <= _SHORT_TEXT:
        return models.CharField(max_length=leaf.max_length, **optional)
    return models.TextField(**optional)


def fields_of(shape: type[BaseModel], *, but: tuple[str, ...] = ()) -> type[models.Model]:
    """An abstract model with a column for every leaf of `shape`, `but` the ones named."""
    columns = {leaf.column: _model_field(leaf) for leaf in leaves(shape) if leaf.column not in but}
    meta = type("Meta", (), {"abstract": True})
    name = f"{shape.__name__}Columns"
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **columns})


def constraints_of(shape: type[BaseModel], name: str) -> list[models.CheckConstraint]:
    """CHECK constraints for choices, bounds, and "either findings or a reason" of each part."""
    checks = [
        models.CheckConstraint(condition=condition, name=f"{name}_{leaf.column}")
        for leaf in leaves(shape)
        if (condition := _condition(leaf)) is not None
    ]
    return checks + list(_either_or(shape, name)) + list(_ordered(shape, name))


def _condition(leaf: Leaf) -> Q | None:
    column = leaf.column
    condition: Q | None = None
    if leaf.choices:
        condition = Q(**{f"{column}__in": leaf.choices})
    for bound, lookup in ((leaf.least, "gte"), (leaf.most, "lte"), (leaf.above, "gt")):
        if bound is not None:
            limit = Q(**{f"{column}__{lookup}": bound})
            condition = limit if condition is None else condition & limit
    if leaf.min_length:
        # neither a value nor missing
        condition = ~Q(**{column: ""})
    if condition is None or leaf.required:
        return condition
    return condition | Q(**{f"{column}__isnull": True})


def _either_or(shape: type[BaseModel], name: str) -> Iterator[models.CheckConstraint]:
    columns = [leaf.column for leaf in leaves(shape)]
    for leaf in leaves(shape):
        if leaf.path[-1] not in {"not_done", "not_testable"}:
            continue
        stem = "_".join(leaf.path[:-1]).lower()
        # "_".join: of a muscle, the grade is the stem itself
        others = [
            c for c in columns if (c == stem or c.startswith(stem + "_")) and c != leaf.column
        ]
        if others:
            empty = Q(**{f"{c}__isnull": True for c in others})
            yield models.CheckConstraint(
                condition=Q(**{f"{leaf.column}__isnull": True}) | empty,
                name=f"{name}_{stem}_or_reason",
            )


def _ordered(shape: type[BaseModel], name: str) -> Iterator[models.CheckConstraint]:
    columns = {leaf.column for leaf in leaves(shape)}
    triples = [
        ("date_lower", "date", "date_upper"),
        ("timing_lower", "timing_day", "timing_upper"),
    ]
    for low, middle, high in triples:
        if {low, high} <= columns:
            for first, second in ((low, middle), (middle, high), (low, high)):
                yield models.CheckConstraint(
                    condition=Q(**{f"{first}__isnull": True})
                    | Q(**{f"{second}__isnull": True})
                    | Q(**{f"{first}__lte": models.F(second)}),
                    name=f"{name}_{first}_before_{second}",
                )
    if {"date", "time"} <= columns:
        yield models.CheckConstraint(
            condition=Q(time__isnull=True) | Q(date__isnull=False), name=f"{name}_time_has_date"
        )
    if "timing_status" in columns:
        yield _timing(columns, name)


def _timing(columns: set[str], name: str) -> models.CheckConstraint:
    """A date or a timing, never both, never neither; a day only with its anchor."""
    civil = [c for c in ("date", "date_lower", "date_upper") if c in columns]
    days = ["timing_day", "timing_lower", "timing_upper"]
    no_civil = Q(**{f"{c}__isnull": True for c in civil})
    no_days = Q(**{f"{d}__isnull": True for d in days})
    relative = Q(timing_status__isnull=False) & (no_days | Q(timing_anchor__isnull=False))
    said = (
        Q(timing_status="known", timing_day__isnull=False)
        | Q(timing_status="approximate", timing_day__isnull=False)
        | (Q(timing_status="interval_censored", timing_day__isnull=True) & ~no_days)
        | (Q(timing_status__in=["not_reported", "descriptive_only"]) & no_days)
    )
    words = ("timing_status", "timing_anchor", "timing_phase", "timing_verbatim")
    absent = Q(**{f"{c}__isnull": True for c in words}) & no_days
    if civil:
        absent &= ~no_civil
    return models.CheckConstraint(
        condition=(no_civil & relative & said) | absent, name=f"{name}_timing_consistent"
    )


def flatten(document: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """A validated document (python values) as columns, less what is null."""
    columns: dict[str, Any] = {}
    for key, value in document.items():
        if not path and key in _NOT_COLUMNS:
            continue
        if isinstance(value, Mapping):
            columns |= flatten(value, (*path, key))
        elif value is not None and not isinstance(value, list):
            columns["_".join((*path, key)).lower()] = value
    return columns


def nest(shape: type[BaseModel], row: models.Model) -> dict[str, Any]:
    """The document a row holds: only what was recorded, nested as it was written."""
    document: dict[str, Any] = {}
    for leaf in leaves(shape):
        value = getattr(row, attname(type(row), leaf.column))
        if value is not None:
            _put(document, leaf.path, value)
    return document


@cache
def attname(model: type[models.Model], column: str) -> str:
    """The attribute that holds a column's plain value (of a foreign key, the id)."""
    return str(model._meta.get_field(column).attname)  # type: ignore[union-attr]


def _put(document: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        document = document.setdefault(key, {})
    document[path[-1]] = value
