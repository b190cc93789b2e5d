"""Prepare the database and static files, then run web, worker and beat until stopped.

Settings come from the environment: PORT, HOST, DATABASE_URL, CELERY_BROKER_URL, DEMO,
DEMO_PASSWORD and the rest of .env.example.
"""

import hashlib
import http.client
import json
import os
import re
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from tracker import broker, env
from tracker.models import Heartbeat
from tracker.supervisor import Supervisor

# upward, so by name only
DEMO_PEOPLE, DEMO_PASSWORD = "outcomes.demo.NAMES", "outcomes.demo.password"
DEMO_SITE = "outcomes.demo.SITE_CODE"
# Shipped by packages, never served: compressing them would take longer than all the rest.
UNUSED_STATIC = ["redoc", "rest_framework"]
# Longer than this without a healthy answer at the start, the reason is told.
PATIENCE_TICKS = 100
# Later, this often we ask ourselves whether all is well.
ASK_TICKS = 25
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


class Command(BaseCommand):
    help = __doc__
    # `migrate` runs them all, those of the database too
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        self.host, self.port = env.text("HOST", "127.0.0.1"), env.integer("PORT", 8000)
        refuse_busy_port(self.host, self.port)
        self._prepare()
        self.waited, self.ready, self.told = 0, False, ""
        self.say("Starting the web server, the background worker and its scheduler …")
        supervisor = Supervisor(
            commands(self.host, self.port), cwd=settings.BASE_DIR, say=self.say, ended=forget
        )
        supervisor.run(self._watch)

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _prepare(self) -> None:
        self.say("Bringing the database up to date …")
        # as from a shell, with the checks: a database that they refuse is not touched
        call_command("migrate", verbosity=0, interactive=False, skip_checks=False)
        if not settings.DEMO:
            refuse_demo_database()
        with ThreadPoolExecutor(max_workers=1) as beside:
            # compressing needs no interpreter: another core does it while people are made
            collected = beside.submit(collect_static)
            if settings.DEMO:
                call_command("demo", stdout=self.stdout)
        if collected.result():
            self.say("Static files collected.")
        for doubt in filter(None, (broker_doubt(), broker.warning())):
            self.say(f"Warning: {doubt}")
        Heartbeat.objects.all().delete()
        self.welcome = welcome(f"http://{address(self.host, self.port)}/")
        connection.close()

    def _watch(self) -> None:
        """Announce the first healthy answer; say what is missing until then and later on."""
        self.waited += 1
        if self.ready and self.waited % ASK_TICKS:
            return
        status, reason = health(self.host, self.port)
        if status == 200 and not self.ready:
            self.ready, self.told = True, ""
            self.say(self.welcome)
        elif status == 200 and self.told:
            self.told = ""
            self.say("All is well again.")
        elif status != 200 and (self.ready or self.waited % PATIENCE_TICKS == 0):
            self._tell(reason)

    def _tell(self, reason: str) -> None:
        """Once for each reason: an age in it counts on."""
        same = re.sub(r"\d+", "", reason)
        if same != self.told:
            self.told = same
            self.say(f"Not healthy{'' if self.ready else ' yet'}: {reason}")


def address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def refuse_busy_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot listen on {address(host, port)} ({error}). Stop what uses that port, or "
                f"choose another, for example: PORT=8001 make run"
            ) from error


def refuse_demo_database() -> None:
    """A real site does not open with sign-ins whose password everyone knows."""
    people = import_string(DEMO_PEOPLE)
    sites = apps.get_model("patients", "Site").objects.filter(code=import_string(DEMO_SITE))
    users = get_user_model().objects.filter(username__in=people)
    if sites.exists() and users.count() == len(people):
        raise CommandError(
            "This database holds the demo, whose passwords are known to everyone. Give the real "
            "site its own: another folder (REGAIN_VAR=$HOME/regain) or another DATABASE_URL."
        )


def broker_doubt() -> str:
    reason = broker.fault()
    return reason and (
        f"broker cannot be reached: {reason}. Starting without it: records can be read and "
        "written, background work waits until it is there."
    )


def commands(host: str, port: int) -> dict[str, list[str]]:
    """What runs side by side. Beat is its own process: embedded, its end would go unseen."""
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    celery = [*python, "celery", "--quiet", "-A", "tracker"]
    return {
        "web": [
            *[*python, "gunicorn", "tracker.wsgi", "--bind", address(host, port)],
            *["--worker-class", "gthread", "--workers", "2", "--threads", "4"],
            *["--preload", "--graceful-timeout", "3", "--log-level", "warning"],
        ],
        "worker": [
            *[*celery, "worker", "--pool", "threads", "--concurrency", "2"],
            *["--without-gossip", "--without-mingle", "--loglevel", "WARNING"],
        ],
        "beat": [
            *[*celery, "beat", "--loglevel", "WARNING"],
            *["--schedule", str(settings.VAR_DIR / "beat-schedule")],
        ],
    }


def forget(name: str) -> None:
    """Without worker or beat nothing is well until they report again."""
    if name == "web":
        return
    try:
        Heartbeat.objects.all().delete()
    except DatabaseError:
        pass  # then /healthz cannot read it either, and says so
    finally:
        connection.close()


def collect_static() -> bool:
    """Collect the static files if they are not those collected last; says whether it did."""
    stamp = settings.VAR_DIR / "static.stamp"
    found = static_fingerprint()
    if stamp.exists() and stamp.read_text() == found:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=UNUSED_STATIC)
    stamp.write_text(found)
    return True


def static_fingerprint() -> str:
    digest = hashlib.sha256(repr(settings.STORAGES).encode())
    for finder in get_finders():
        for name, storage in finder.list(UNUSED_STATIC):
            stat = os.stat(storage.path(name))
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def health(host: str, port: int) -> tuple[int, str]:
    """Status and reason of our own /healthz; 0 when nobody answers."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    asked = http.client.HTTPConnection(reachable, port, timeout=2)
    name = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    try:
        asked.request("GET", "/healthz", headers={"Host": name})
        answer = asked.getresponse()
        return answer.status, _reason(answer.read())
    except (OSError, http.client.HTTPException):
        return 0, "the web server does not answer"
    finally:
        asked.close()


def _reason(body: bytes) -> str:
    try:
        checks: dict[str, str] = json.loads(body)
    except ValueError:
        return "the answer cannot be read"
    faults = {name: value for name, value in checks.items() if name != "status" and value != "ok"}
    return "; ".join(f"{name}: {value}" for name, value in faults.items())


def welcome(url: str) -> str:
    if settings.DEMO:
        return f"\nRegain is ready: {url}\n\n{sign_ins()}\n\nStop with Ctrl-C."
    where = "" if settings.HTTPS else " (without TLS: for this machine only)"
    return "\n".join([f"\nRegain is ready: {url}{where}", *real_site_notes()])


def real_site_notes() -> list[str]:
    """What a real site still needs, as far as it can be seen from here."""
    notes = []
    if settings.HTTPS:
        notes.append(
            "A TLS proxy that sets X-Forwarded-Proto belongs in front of it. To try it on this "
            "machine without TLS, stop it and set HTTPS=0."
        )
        if set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
            notes.append(
                "It answers to localhost only: set ALLOWED_HOSTS to the host name of the site."
            )
    if not get_user_model().objects.exists():
        notes.append(
            "Nobody can sign in yet. Make the site and its administrator, with the same variables "
            "set: .venv/bin/python manage.py first_admin"
        )
    return notes


def sign_ins() -> str:
    people = import_string(DEMO_PEOPLE)
    lines = [f"  {name:<15}{' '.join(person)}" for name, person in people.items()]
    password = import_string(DEMO_PASSWORD)()
    return "\n".join([f"Demo sign-ins, each with the password {password}", *lines])
