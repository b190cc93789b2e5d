from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        from outcomes import checks, signals  # noqa: F401

        signals.connect()
        post_migrate.connect(_fill_derived, sender=self)


def _fill_derived(using: str, plan: Any = None, **_more: Any) -> None:
    """Tables that a migration made anew hold nothing until they are worked out."""
    from outcomes.actions import cohort_rows
    from outcomes.models import CohortEntry

    # a migration backwards may have taken them away
    if plan and CohortEntry._meta.db_table in connections[using].introspection.table_names():
        cohort_rows.fill()
