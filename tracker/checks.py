"""What `migrate`, and so `serve`, refuses to work with: checks of the database it is given."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader

# With these off, PostgreSQL says that a write is kept before it is (TRUST: a write acknowledged
# is a write kept). synchronous_commit has more values; any other waits for the disk.
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def durable(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """On a real site, PostgreSQL loses nothing in a power cut."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if settings.DEMO or connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            for name in DURABLE:
                cursor.execute(f"SHOW {name}")
                if cursor.fetchone() == ("off",):
                    found.append(_not_durable(name))
    return found


def _not_durable(name: str) -> Error:
    return Error(
        f"The PostgreSQL server has {name}=off, so a power cut would lose acknowledged writes.",
        hint=f"Set {name}=on in its postgresql.conf and reload it (or DEMO=1 for a demo).",
        id="regain.E001",
    )


def no_newer(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """The database holds no migration that this version does not have."""
    return [error for alias in databases or () for error in _newer(alias)]


def _newer(alias: str) -> list[CheckMessage]:
    loader = MigrationLoader(connections[alias])
    known = set(loader.disk_migrations)
    known |= {one for migration in loader.disk_migrations.values() for one in migration.replaces}
    labels = {config.label for config in apps.get_app_configs()}
    unknown = sorted(one for one in set(loader.applied_migrations) - known if one[0] in labels)
    if not unknown:
        return []
    names = ", ".join(".".join(one) for one in unknown)
    return [
        Error(
            f"A newer version of Regain has changed this database ({names}).",
            hint="Start that version, or bring back the backup made before it first ran.",
            id="regain.E002",
        )
    ]
