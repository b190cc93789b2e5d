"""What the database itself refuses, on SQLite and PostgreSQL alike.

- a clinical row whose version is not in history, a version that does not follow the last one, and
  every delete;
- a change or delete of history and of the audit trail;
- an index decompression certainly before the cement procedure.

Installed after every migrate, because SQLite rebuilds tables (and drops their triggers) to alter
them.
"""

from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.db import connections

HISTORY = "patients_documentversion"
APPEND_ONLY = (HISTORY, "patients_auditevent")
PROCEDURE = "patients_procedure"

_UNHISTORIED = """NOT EXISTS (SELECT 1 FROM patients_documentversion h
    WHERE h.record_id = NEW.id AND h.version = NEW.version AND h.position = NEW.position)"""


def clinical_tables() -> list[str]:
    from patients.models import Record

    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, Record) and not model._meta.proxy
    )


def guards() -> Iterator[tuple[str, str, str, str, str]]:
    """(name, table, event, condition that refuses, message) of every trigger."""
    for table in clinical_tables():
        yield f"{table}_insert", table, "INSERT", _UNHISTORIED, "write through patients.records"
        yield (
            f"{table}_update",
            table,
            "UPDATE",
            f"NEW.id <> OLD.id OR NEW.version <> OLD.version + 1 OR {_UNHISTORIED}",
            "write through patients.records",
        )
        yield f"{table}_delete", table, "DELETE", "1 = 1", "clinical rows are never deleted"
    for table in APPEND_ONLY:
        yield f"{table}_update", table, "UPDATE", "1 = 1", "append-only"
        yield f"{table}_delete", table, "DELETE", "1 = 1", "append-only"
    for event in ("INSERT", "UPDATE"):
        yield (
            f"{PROCEDURE}_order_{event.lower()}",
            PROCEDURE,
            event,
            _out_of_order(),
            "the index decompression is before the cement procedure",
        )


def _out_of_order() -> str:
    """A decompression with every cement procedure certainly after it; also seen from the cement.

    Cement procedures are compared by the earliest day they can have been, decompressions by the
    latest. Unknown times refuse nothing.
    """
    return f"""NOT NEW.entered_in_error AND (
      (NEW.kind = 'decompression' AND COALESCE(NEW.intended, '') <> 'other'
        AND EXISTS (SELECT 1 FROM {PROCEDURE} c WHERE {_cement("c", "NEW")})
        AND NOT EXISTS (SELECT 1 FROM {PROCEDURE} c WHERE {_cement("c", "NEW")}
          AND {_not_after("c", "NEW")}))
      OR (NEW.kind = 'cement' AND EXISTS (SELECT 1 FROM {PROCEDURE} d
        WHERE d.patient_id = NEW.patient_id AND d.kind = 'decompression'
          AND COALESCE(d.intended, '') <> 'other' AND NOT d.entered_in_error AND d.id <> NEW.id
          AND NOT {_not_after("NEW", "d")}
          AND NOT EXISTS (SELECT 1 FROM {PROCEDURE} c WHERE {_cement("c", "NEW")}
            AND {_not_after("c", "d")}))))"""


def _cement(alias: str, of: str) -> str:
    return (
        f"{alias}.patient_id = {of}.patient_id AND {alias}.kind = 'cement' "
        f"AND {alias}.id <> {of}.id AND NOT {alias}.entered_in_error"
    )


def _not_after(cement: str, surgery: str) -> str:
    earliest = f"COALESCE({cement}.date_lower, {cement}.date)"
    latest = f"COALESCE({surgery}.date_upper, {surgery}.date)"
    return f"(CASE WHEN {earliest} > {latest} THEN 0 ELSE 1 END = 1)"


def install(using: str = "default") -> None:
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name, table, event, condition, message in guards():
            if table in tables and HISTORY in tables:
                for statement in _statements(
                    connection.vendor, name, table, event, condition, message
                ):
                    cursor.execute(statement)


def uninstall(using: str = "default") -> None:
    """For tests that flush a database between them; never in the product."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table, *_rest in guards():
            on = "" if connection.vendor == "sqlite" else f" ON {table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS guard_{name}{on}")


def _statements(
    vendor: str, name: str, table: str, event: str, condition: str, message: str
) -> Iterator[str]:
    if vendor == "sqlite":
        yield f"DROP TRIGGER IF EXISTS guard_{name}"
        yield (
            f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} FOR EACH ROW "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    returned = "OLD" if event == "DELETE" else "NEW"
    yield (
        f"CREATE OR REPLACE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_"
        f"violation'; END IF; RETURN {returned}; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS guard_{name} ON {table}"
    yield (
        f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_{name}()"
    )


def install_after_migrate(sender: AppConfig, using: str, **_kwargs: object) -> None:
    if sender.label in {"patients", "outcomes"}:
        install(using)
