"""What keeps the product from starting, in a sentence that says the fix and holds no secret."""

import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

# what a server or SQLite says: what it means and what to do. {host}, {name}, {user} are ours.
_SAID = {
    r"password authentication failed|no password supplied": (
        "the server refuses the password of {user}. Correct it in DATABASE_URL; characters such as "
        "@ : / # % in it are written as %40 %3A %2F %23 %25."
    ),
    r'database ".*" does not exist': (
        "there is no database {name} on that server. Make it, for example: "
        "createdb --owner {user} {name}"
    ),
    r'role ".*" does not exist': (
        "the server knows no user {user}. Make it, for example: createuser --pwprompt {user}"
    ),
    r"no pg_hba\.conf entry": (
        "the server does not let {user} in from here. Add a line for it to pg_hba.conf, or add "
        "?sslmode=require to DATABASE_URL if it asks for TLS."
    ),
    r"\bSSL\b": (
        "the server and DATABASE_URL do not agree about TLS. Correct sslmode in DATABASE_URL or "
        "the server's certificate."
    ),
    r"permission denied": (
        "{user} may not make or change tables there. Give it the right, for example: "
        "ALTER DATABASE {name} OWNER TO {user}; and, in that database, "
        "GRANT ALL ON SCHEMA public TO {user};"
    ),
    r"starting up|shutting down|too many clients|remaining connection slots": (
        "the server takes no connection just now. Try again shortly."
    ),
    r"read-only transaction": (
        "that server is a read-only copy. Name the primary server in DATABASE_URL."
    ),
    r"invalid .* value|invalid connection option|invalid dsn": (
        "DATABASE_URL holds an option that PostgreSQL does not know. Correct what follows its ?."
    ),
    r"read-?only|unable to open database file|disk I/O error": (
        "{name} cannot be written. Make the file and its folder writable for the user that runs "
        "this and the disk not read-only, or choose another folder with REGAIN_VAR."
    ),
    r"disk is full|No space left": "the disk is full. Make room on it.",
    r"not a database|disk image is malformed": (
        "{name} is damaged or no SQLite database. Bring back the last backup, or choose another "
        "file in DATABASE_URL."
    ),
    r"is locked": "another process holds {name}. Stop it, or wait until it is done.",
    r"no such table|no such column|relation .* does not exist|column .* does not exist": (
        "it is not up to date. Bring it up to date: .venv/bin/python manage.py migrate"
    ),
    r"Connection refused|failed to resolve|timeout|timed out|No route|unreachable|"
    r"No such file|server closed": (
        "no server answers at {host}. Start it, or correct HOST and PORT in DATABASE_URL."
    ),
}


def explain(error: BaseException) -> str | None:
    """What is wrong and how to put it right; None where it is a fault in the code."""
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, DatabaseError):
        return _database(str(error))
    return None


def _database(said: str) -> str | None:
    for pattern, meaning in _SAID.items():
        if re.search(pattern, said, re.IGNORECASE):
            return f"The database cannot be used: {meaning.format(**_place())}"
    return None


def _place() -> dict[str, str]:
    """Names from the settings for a message; the password is none of them."""
    config = settings.DATABASES["default"]
    name = config["NAME"]
    return {
        "name": str(Path(name)) if settings.IS_SQLITE else str(name),
        "user": config.get("USER") or "this user",
        "host": f"{config.get('HOST') or 'localhost'}:{config.get('PORT') or 5432}",
    }
