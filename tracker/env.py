"""Typed readers for environment variables; each error says how to fix it."""

import base64
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_BROKER_FIX = (
    "write it as redis://:PASSWORD@HOST:6379/0 (rediss:// with TLS; Valkey too), or leave it out "
    "to keep the queue in REGAIN_VAR."
)
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def read_file(path: Path) -> None:
    """Take variables from a file of NAME=value lines, where the environment does not give them."""
    if path.exists():
        environ.Env.read_env(path)


def text(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def boolean(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in _TRUE | _FALSE:
        return value in _TRUE
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no: set it to 1 or 0.")


def integer(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not a whole number: set it to one, for example {default}."
        ) from None


def listing(name: str, default: str) -> list[str]:
    """The parts of a comma-separated value, without spaces and empty ones."""
    return [part for raw in text(name, default).split(",") if (part := raw.strip())]


def folder(name: str, default: Path) -> Path:
    """An absolute path of a folder that is there and can be written."""
    path = Path(text(name, str(default))).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
        writable = os.access(path, os.W_OK)
        reason = "it is read-only for this user"
    except OSError as error:
        writable, reason = False, error.strerror or type(error).__name__
    if not writable:
        raise ImproperlyConfigured(
            f"{name}: the folder {path} cannot be written ({reason}). Make it writable for the "
            f"user that runs this, or choose another, for example {name}=$HOME/regain."
        )
    return path


def database(name: str, default: str) -> dict[str, Any]:
    """A Django DATABASES entry from a URL such as postgres://user:password@host:5432/name."""
    url = text(name, default)
    try:
        config = environ.Env.db_url_config(url)
    except Exception:
        raise ImproperlyConfigured(
            f"{name} cannot be read: write it as postgres://USER:PASSWORD@HOST:5432/NAME "
            "or sqlite:////absolute/path.sqlite3. Characters such as @ : / # % in a password are "
            "written as %40 %3A %2F %23 %25."
        ) from None  # the cause may quote the password
    if config.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise ImproperlyConfigured(
            f"{name} names a database this product does not run on: use postgres:// or sqlite://."
        )
    return dict(config)


def email(name: str, default: str) -> dict[str, Any]:
    """Django's EMAIL_… settings from a URL such as smtp+tls://user:password@host:587."""
    try:
        config = environ.Env.email_url_config(text(name, default))
    except Exception:
        config = {}
    backend = str(config.get("EMAIL_BACKEND", ""))
    if not backend or ("smtp" in backend and not config["EMAIL_HOST"]):
        raise ImproperlyConfigured(
            f"{name} cannot be read: write it as smtp+tls://USER:PASSWORD@HOST:587, "
            "smtp+ssl://USER:PASSWORD@HOST:465 or filemail:////absolute/folder. Characters such as "
            "@ : / # % in a password are written as %40 %3A %2F %23 %25."
        ) from None  # the cause may quote the password
    return {key: value for key, value in config.items() if value is not None}


def broker(name: str, default: str) -> str:
    """The URL of a Redis or Valkey server, or filesystem:// for the folder of the default."""
    url = text(name, default)
    try:
        parts = urlsplit(url)
        # reading a port that is no number raises
        complete = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        raise ImproperlyConfigured(f"{name} cannot be read: {_BROKER_FIX}") from None
    if parts.scheme not in {"redis", "rediss", "filesystem"}:
        raise ImproperlyConfigured(
            f"{name} names a broker this product does not run on: {_BROKER_FIX}"
        )
    number = parts.path.strip("/")
    if parts.scheme != "filesystem" and not (complete and (number or "0").isdecimal()):
        raise ImproperlyConfigured(f"{name} cannot be read: {_BROKER_FIX}")
    return url


def secret(name: str, kept_in: Path) -> str:
    """A secret from the environment, else one made once and kept in a file only we can read."""
    if value := text(name, ""):
        if len(value) < 50:
            raise ImproperlyConfigured(f"{name} is too short: use at least 50 random characters.")
        return value
    return _kept(kept_in, lambda: secrets.token_urlsafe(64))


def private_key(name: str, kept_in: Path) -> str:
    """A private key of the curve P-256, 32 bytes in URL-safe base64; else one made once and kept.

    Whoever loses it loses every browser that allowed notices.
    """
    value = text(name, "").rstrip("=")
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{43}", value):
        raise ImproperlyConfigured(
            f"{name} cannot be read: give 32 bytes in URL-safe base64 (43 characters), or leave it "
            "out to have one made."
        )
    return value or _kept(kept_in, _new_private_key)


# of the curve P-256 (FIPS 186-5): a private key is a number from 1 to one less
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _new_private_key() -> str:
    number = secrets.randbelow(_ORDER - 1) + 1
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _kept(kept_in: Path, made: Callable[[], str]) -> str:
    """What the file says; the first to ask writes it, and only we can read it."""
    try:
        return kept_in.read_text().strip()
    except FileNotFoundError:
        kept_in.parent.mkdir(parents=True, exist_ok=True)
    value = made()
    try:
        with open(os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
    except FileExistsError:
        return kept_in.read_text().strip()
    return value
