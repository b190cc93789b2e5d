"""The Celery app and its beat schedule. The database is the truth; the broker only wakes."""

import contextlib
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init
from kombu.exceptions import OperationalError

from tracker import transport

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

transport.install()
app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "heartbeat": {"task": "tracker.tasks.heartbeat", "schedule": 10.0},
    "forget-expired": {"task": "tracker.tasks.forget_expired", "schedule": 24 * 3600.0},
}


@beat_init.connect
def report_at_once(**_signal: Any) -> None:
    """Healthy as soon as worker and beat are up, not one interval later."""
    # without a broker, beat says so and tries on by itself
    with contextlib.suppress(OperationalError):
        app.send_task("tracker.tasks.heartbeat", expires=60)
