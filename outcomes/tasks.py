"""Background work. Each task is safe to repeat and to run twice at once."""

import datetime as dt
import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from outcomes.actions import cohort_jobs, drafts, escalation, lab_imports, notifications
from tracker.wakeup import wake

BATCH = 10
# Longer at a stretch, and other tasks would wait.
STRETCH_SECONDS = 5


@shared_task
def find_due_visits() -> None:
    """Write a notice for every visit falling due."""
    notifications.find_due(timezone.now())


@shared_task
def watch_alerts() -> None:
    """Write a notice for every alert that someone is to be told of by now."""
    escalation.watch(timezone.now())


@shared_task
def forget_drafts() -> None:
    """Remove drafts that were left lying; the page has said when."""
    drafts.forget(before=timezone.now() - dt.timedelta(days=settings.DRAFT_DAYS))


@shared_task
def deliver_due() -> None:
    """Send what is due, for a few seconds; what is left wakes the next."""
    notifications.sweep(timezone.now())
    began = time.monotonic()
    while rows := notifications.claim(timezone.now(), BATCH):
        _deliver(rows)
        if time.monotonic() - began > STRETCH_SECONDS:
            wake(notifications.DELIVER)
            return


def _deliver(rows: list[notifications.Notification]) -> None:
    """The batch, or what can be begun while the claim certainly holds."""
    until = time.monotonic() + settings.NOTIFICATION_LEASE_SECONDS / 2
    for place, row in enumerate(rows):
        if time.monotonic() > until:
            notifications.release(rows[place:])
            return
        notifications.deliver(row, timezone.now())


@shared_task
def import_labs() -> None:
    """Go on with the files of results that wait, for a few seconds; what is left wakes the next."""
    until = time.monotonic() + STRETCH_SECONDS

    def enough() -> bool:
        return time.monotonic() > until

    while batch := lab_imports.claim(timezone.now()):
        lab_imports.work(batch, timezone.now, enough)
        if enough():
            wake(lab_imports.WORK)
            return


@shared_task
def forget_lab_files() -> None:
    """Delete files of results and their rows once they were kept long enough."""
    lab_imports.forget(timezone.now())


@shared_task
def compute_cohort() -> None:
    """Make what comparisons wait for, for a few seconds; what is left wakes the next."""
    until = time.monotonic() + STRETCH_SECONDS
    while job := cohort_jobs.claim(timezone.now()):
        cohort_jobs.work(job, timezone.now)
        if time.monotonic() > until:
            wake(cohort_jobs.WORK)
            return


@shared_task
def forget_computed() -> None:
    """Remove what was computed for comparisons once it was kept long enough."""
    cohort_jobs.forget(timezone.now())
