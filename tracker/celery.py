"""The Celery app and its beat schedule. The database is the truth; the broker only wakes."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "heartbeat": {"task": "tracker.tasks.heartbeat", "schedule": 10.0},
    "forget-expired": {"task": "tracker.tasks.forget_expired", "schedule": 24 * 3600.0},
}
