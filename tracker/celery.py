"""The Celery app and its beat schedule. The database is the truth; the broker only wakes."""

import contextlib
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init
from django.conf import settings
from kombu.exceptions import OperationalError

from tracker import transport

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

transport.install()
app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

FIND, DELIVER = "outcomes.tasks.find_due_visits", "outcomes.tasks.deliver_due"
WATCH = "outcomes.tasks.watch_alerts"
IMPORT, FORGET = "outcomes.tasks.import_labs", "outcomes.tasks.forget_lab_files"
COMPUTE, FORGET_COMPUTED = "outcomes.tasks.compute_cohort", "outcomes.tasks.forget_computed"


@app.on_after_configure.connect
def plan(sender: Celery, **_signal: Any) -> None:
    """What beat sends, and how often; a task not begun by the next time is dropped."""
    often = {
        "tracker.tasks.heartbeat": 10.0,
        "tracker.tasks.forget_expired": 24 * 3600.0,
        "outcomes.tasks.forget_drafts": 24 * 3600.0,
        FIND: settings.NOTIFICATION_FIND_SECONDS,
        DELIVER: settings.NOTIFICATION_DELIVER_SECONDS,
        WATCH: settings.NOTIFICATION_ALERT_SECONDS,
        IMPORT: settings.LAB_IMPORT_SECONDS,
        FORGET: 24 * 3600.0,
        COMPUTE: settings.COHORT_JOB_SECONDS,
        FORGET_COMPUTED: 3600.0,
    }
    sender.conf.beat_schedule = {
        name: {"task": name, "schedule": seconds, "options": {"expires": seconds}}
        for name, seconds in often.items()
    }


@beat_init.connect
def report_at_once(**_signal: Any) -> None:
    """Healthy as soon as worker and beat are up, and nothing left lying for an interval."""
    # without a broker, beat says so and tries on by itself
    with contextlib.suppress(OperationalError):
        for task in (
            "tracker.tasks.heartbeat", FIND, WATCH, DELIVER, IMPORT, FORGET, COMPUTE,
            FORGET_COMPUTED,
        ):  # fmt: skip
            app.send_task(task, expires=60)
