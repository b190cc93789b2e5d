"""`/livez` and `/healthz`: is the process there, and can it do its work?"""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from tracker import broker
from tracker.models import Heartbeat


def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "alive"})


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database and background work are well, else 503 with the reason."""
    checks = _checks()
    well = all(value == "ok" for value in checks.values())
    return JsonResponse(
        {"status": "ok" if well else "unavailable", **checks},
        status=200 if well else 503,
        headers={} if well else {"Retry-After": "5"},
    )


def _checks() -> dict[str, str]:
    try:
        beat = Heartbeat.objects.filter(name="worker").first()
    except DatabaseError as error:
        return {"database": f"cannot be read: {type(error).__name__}", "background": "unknown"}
    return {"database": "ok", "background": _background(beat)}


def _background(beat: Heartbeat | None) -> str:
    if reason := broker.fault():
        return f"broker cannot be reached: {reason}"
    if beat is None:
        return "no worker has reported yet: start the Celery worker with beat"
    age = timezone.now() - beat.at
    if age > timedelta(seconds=settings.HEARTBEAT_STALE_SECONDS):
        return f"last report {int(age.total_seconds())} s ago: restart the Celery worker with beat"
    return "ok"
