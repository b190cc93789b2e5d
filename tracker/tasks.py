from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from tracker.models import Heartbeat


@shared_task(expires=10)
def heartbeat() -> None:
    """Beat sends it, the worker runs it: a fresh row proves that both live."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task
def forget_expired() -> None:
    call_command("clearsessions")
