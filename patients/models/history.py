"""Every version of every clinical document, append-only, with its place in the order of changes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class CurrentTransaction(models.Func):
    """The writing transaction's id on PostgreSQL (never reused), 0 on SQLite, which has one writer.

    A reader that keeps below `pg_snapshot_xmin` cannot pass over a row committed late.
    """

    template = "0"
    arity = 0
    output_field = models.BigIntegerField()  # type: ignore[assignment]

    def as_postgresql(
        self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self.as_sql(
            compiler, connection, template="(pg_current_xact_id()::text::bigint)", **context
        )


class DocumentVersion(models.Model):
    """What a record said at one version: written by the same action, never changed.

    `position` is the change position: on SQLite commits keep its order; on PostgreSQL it is read
    together with `transaction`. `operation` is the idempotency key of the write, `fingerprint` the
    hash of what was asked for.
    """

    position = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    table = models.CharField(max_length=60)
    record_id = models.UUIDField()
    version = models.PositiveIntegerField()
    patient_id = models.UUIDField(db_index=True)
    content = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    hash = models.CharField(max_length=64)
    operation = models.CharField(max_length=100, unique=True)
    fingerprint = models.CharField(max_length=64)
    warnings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_id", "version"], name="history_version_once"),
            models.CheckConstraint(
                condition=models.Q(version=1) | ~models.Q(reason=""), name="history_amend_reason"
            ),
        ]
        indexes = [models.Index(fields=["transaction", "position"], name="history_change_order")]

    def __str__(self) -> str:
        return f"{self.table} {self.record_id} v{self.version}"
