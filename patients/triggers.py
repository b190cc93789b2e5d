"""What the database itself refuses, on SQLite and PostgreSQL alike.

- a clinical row whose version is not in history, a version that does not follow the last one, a
  row that changes its patient or names another patient's record, and every delete;
- a change or delete of history and of the audit trail;
- on SQLite, a value of another type than the column's (PostgreSQL knows types of its own);
- an index decompression certainly before the cement procedure.

Installed after every migrate, because SQLite rebuilds tables (and drops their triggers) to alter
them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections

HISTORY = "patients_documentversion"
APPEND_ONLY = (HISTORY, "patients_auditevent")
PROCEDURE = "patients_procedure"

_ALWAYS = "1 = 1"


@dataclass(frozen=True)
class Guard:
    """A trigger: refuse `event` on `table` with `message` where `condition` holds."""

    name: str
    table: str
    event: str
    condition: str
    message: str
    moment: str = "BEFORE"
    vendors: tuple[str, ...] = ("sqlite", "postgresql")


def clinical_models() -> list[Any]:
    from patients.models import Record

    found = [m for m in apps.get_models() if issubclass(m, Record) and not m._meta.proxy]
    return sorted(found, key=lambda model: model._meta.db_table)


def guards() -> Iterator[Guard]:
    for model in clinical_models():
        yield from _clinical(model)
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE", "TRUNCATE"):
            yield Guard(f"{table}_{event.lower()}", table, event, _ALWAYS, "append-only")
    message = "the index decompression is before the cement procedure"
    for event in ("INSERT", "UPDATE"):
        name = f"{PROCEDURE}_order_{event.lower()}"
        yield Guard(name, PROCEDURE, event, _OUT_OF_ORDER, message, moment="AFTER")


def _clinical(model: Any) -> Iterator[Guard]:
    table, only = model._meta.db_table, "write through patients.records"
    missing = _unhistoried(model)
    added = f"NEW.version <> 1 OR {missing}"
    changed = f"NEW.id <> OLD.id OR NEW.version <> OLD.version + 1 OR {missing}"
    for event, condition in (("INSERT", added), ("UPDATE", changed)):
        yield Guard(f"{table}_{event.lower()}", table, event, condition, only)
        name, mistyped = f"{table}_types_{event.lower()}", " OR ".join(_mistyped(model))
        message = "a value does not fit its column"
        yield Guard(name, table, event, mistyped, message, vendors=("sqlite",))
    for event in ("DELETE", "TRUNCATE"):
        message = "clinical rows are never deleted"
        yield Guard(f"{table}_{event.lower()}", table, event, _ALWAYS, message)
    if elsewhere := " OR ".join(_another_patients(model)):
        message = "this belongs to another patient"
        yield Guard(f"{table}_patient_insert", table, "INSERT", elsewhere, message)
        moved = f"NEW.patient_id <> OLD.patient_id OR {elsewhere}"
        yield Guard(f"{table}_patient_update", table, "UPDATE", moved, message)


def _unhistoried(model: Any) -> str:
    """The row's version is not in the history of its own table and patient."""
    whose = "patient_id" if any(f.name == "patient" for f in model._meta.fields) else "id"
    return f"""NOT EXISTS (SELECT 1 FROM {HISTORY} h
    WHERE h.record_id = NEW.id AND h.version = NEW.version AND h.position = NEW.position
      AND h."table" = '{model._meta.label_lower}' AND h.patient_id = NEW.{whose})"""


# SQLite keeps any value in any column: 4.5 as an integer, "2026-02-30" as a date. "+0 days" makes
# it count; the fraction of a second stays out, because counting rounds it to milliseconds.
_MISTYPED = {
    "BooleanField": "{value} NOT IN (0, 1)",
    "IntegerField": "typeof({value}) NOT IN ('integer', 'null')",
    "FloatField": "typeof({value}) NOT IN ('real', 'null')",
    "DecimalField": "typeof({value}) NOT IN ('integer', 'real', 'null')",
    "DateField": "{value} IS NOT date({value}, '+0 days')",
    "TimeField": "substr({value}, 1, 8) IS NOT time(substr({value}, 1, 8)) "
    "OR {value} IS NOT NULL AND time({value}) IS NULL",
    "DateTimeField": "substr({value}, 1, 19) IS NOT datetime(substr({value}, 1, 19), '+0 days') "
    "OR {value} IS NOT NULL AND datetime({value}) IS NULL",
    "CharField": "typeof({value}) NOT IN ('text', 'null') OR length({value}) > {length}",
    "TextField": "typeof({value}) NOT IN ('text', 'null')",
}


def _mistyped(model: Any) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if condition := _MISTYPED.get(field.get_internal_type()):
            yield condition.format(value=f"NEW.{field.column}", length=field.max_length)


def _another_patients(model: Any) -> Iterator[str]:
    """Conditions under which a row names a record of another patient."""
    from patients.models import PatientRecord

    if not issubclass(model, PatientRecord):
        return
    yield "1 = 0"
    for field in model._meta.concrete_fields:
        if field.is_relation and issubclass(field.related_model, PatientRecord):
            yield (
                f"EXISTS (SELECT 1 FROM {field.related_model._meta.db_table} other WHERE "
                f"other.id = NEW.{field.column} AND other.patient_id <> NEW.patient_id)"
            )


def _of_patient(alias: str, kind: str) -> str:
    return (
        f"{alias}.patient_id = NEW.patient_id AND {alias}.kind = '{kind}' "
        f"AND NOT {alias}.entered_in_error"
    )


# A cement procedure certainly after a decompression: by the earliest day it can have been and the
# latest of the other, by the time on the same day, or by a day count from the other. Unknown times
# refuse nothing (NULL is not true in a CASE).
_NOT_AFTER = """(CASE
    WHEN COALESCE(c.date_lower, c.date) > COALESCE(d.date_upper, d.date) THEN 0
    WHEN c.date = d.date AND c.time > d.time AND c.time_zone = d.time_zone
      AND COALESCE(c.date_lower, c.date_upper, d.date_lower, d.date_upper) IS NULL THEN 0
    WHEN c.timing_anchor = 'index_decompression'
      AND COALESCE(c.timing_lower, c.timing_day) > 0 THEN 0
    WHEN d.timing_anchor = 'cement' AND COALESCE(d.timing_upper, d.timing_day) < 0 THEN 0
    ELSE 1 END = 1)"""

# Looked at after the write, so it holds for every order in which the two are entered or amended:
# a decompression of the patient that every cement procedure certainly follows.
_OUT_OF_ORDER = f"""NOT NEW.entered_in_error AND EXISTS (
    SELECT 1 FROM {PROCEDURE} d WHERE {_of_patient("d", "decompression")}
      AND COALESCE(d.intended, '') <> 'other'
      AND EXISTS (SELECT 1 FROM {PROCEDURE} c WHERE {_of_patient("c", "cement")})
      AND NOT EXISTS (SELECT 1 FROM {PROCEDURE} c
        WHERE {_of_patient("c", "cement")} AND {_NOT_AFTER}))"""


def install(using: str = "default") -> None:
    """Guards of what is there: a table that is migrated half way gets its own with the rest."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    statements = _sqlite if connection.vendor == "sqlite" else _postgres
    with connection.cursor() as cursor:
        columns = {
            table: _columns(cursor, table) for table in tables & {guard.table for guard in guards()}
        }
        for guard in guards():
            named = set(re.findall(r"\bNEW\.(\w+)", guard.condition))
            known = HISTORY in tables and named <= columns.get(guard.table, set())
            if known and guard.table in tables and connection.vendor in guard.vendors:
                for statement in statements(guard):
                    cursor.execute(statement)


def _columns(cursor: Any, table: str) -> set[str]:
    """Names alone: Django's description of a table reads its whole definition, slowly on SQLite."""
    cursor.execute(f"SELECT * FROM {table} WHERE 1 = 0")
    return {column[0] for column in cursor.description}


def uninstall(using: str = "default") -> None:
    """For tests that flush a database between them; never in the product."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for guard in guards():
            on = "" if connection.vendor == "sqlite" else f" ON {guard.table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS guard_{guard.name}{on}")


def _sqlite(guard: Guard) -> Iterator[str]:
    if guard.event == "TRUNCATE":  # SQLite has none
        return
    yield f"DROP TRIGGER IF EXISTS guard_{guard.name}"
    yield (
        f"CREATE TRIGGER guard_{guard.name} {guard.moment} {guard.event} ON {guard.table} "
        f"FOR EACH ROW WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
    )


def _postgres(guard: Guard) -> Iterator[str]:
    each, returned = {"TRUNCATE": ("STATEMENT", "NULL"), "DELETE": ("ROW", "OLD")}.get(
        guard.event, ("ROW", "NEW")
    )
    yield (
        f"CREATE OR REPLACE FUNCTION guard_{guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {guard.condition} THEN RAISE EXCEPTION '{guard.message}' USING ERRCODE = "
        f"'integrity_constraint_violation'; END IF; RETURN {returned}; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS guard_{guard.name} ON {guard.table}"
    yield (
        f"CREATE TRIGGER guard_{guard.name} {guard.moment} {guard.event} ON {guard.table} "
        f"FOR EACH {each} EXECUTE FUNCTION guard_{guard.name}()"
    )


def install_after_migrate(sender: AppConfig, using: str, **_kwargs: object) -> None:
    if sender.label in {"patients", "outcomes"}:
        install(using)
