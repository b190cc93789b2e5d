"""The outbox: what falls due becomes rows, rows are claimed, looked at again, and sent.

Every step is safe to repeat and to run twice at once: a unique constraint keeps one row per notice,
and each change of state is one UPDATE on the state it expects. A crash leaves a row `sending`; the
sweep gives it back. Time is an argument.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import translation

from outcomes import alerting, delivery
from outcomes.models import Notification
from outcomes.reaching import EMAIL, PUSH, reachable
from outcomes.rules.reminders import held_until
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.waiting import Item, Kind
from outcomes.waiting import NEEDS, told, waits_of
from patients import audit
from patients.models import Patient, User
from patients.roles import Permission
from tracker.wakeup import wake

log = logging.getLogger(__name__)

ALERT, TEST = "alert", "test"
# Only that something waits: no name, no date, nothing about health.
WAITS = _("Something waits for you. Open Regain to see it.")
TEXTS = {
    Kind.VISIT: _("A visit is coming up. Open Regain to see it."),
    ALERT: _("An alert waits for an answer. Open Regain to see it."),
    TEST: _("This is the test you asked for. Notices reach you this way."),
}
# What stands on a locked screen or in a mailbox, others may read.
OUTSIDE = (PUSH, EMAIL)
DELIVER = "outcomes.tasks.deliver_due"
PATIENTS_A_PAGE = 200
LONGEST_PAUSE = dt.timedelta(hours=6)
# codes of why a row is not sent, beside those of the reminder rule
NO_LONGER_ACTIVE, NOT_PERMITTED = "recipient_inactive", "recipient_not_permitted"
INTERRUPTED, UNANSWERED, REFUSED = "interrupted", "no_clear_answer", "provider_refused"
UNJUDGED = "cannot_be_judged"


# --- finding ------------------------------------------------------------------------------------


def find_due(now: dt.datetime) -> int:
    """Write a notice for everything falling due and everyone to be told; how many are new."""
    candidates = (
        Patient.objects.filter(entered_in_error=False)
        .exclude(origin="published")
        .select_related("site")
        .order_by("pk")
    )
    written, last = 0, None
    while True:
        rest = candidates if last is None else candidates.filter(pk__gt=last)
        page = list(rest[:PATIENTS_A_PAGE])
        if not page:
            return written
        written += _find_among(page, now)
        last = page[-1].pk


def _find_among(patients: Sequence[Patient], now: dt.datetime) -> int:
    due = {pk: items for pk, waits in waits_of(patients, now).items() if (items := waits.due)}
    concerned = [patient for patient in patients if patient.pk in due]
    if not concerned:
        return 0
    whom = told(concerned)
    reach = reachable({user for by in whom.values() for users in by.values() for user in users})
    wanted = [
        _notice(patient, user_id, item, channel, now)
        for patient in concerned
        for item in due[patient.pk]
        for user_id in whom[item.kind][patient.pk]
        for channel in reach.channels(user_id, item.kind)
    ]
    return _keep(wanted, concerned)


def _notice(
    patient: Patient, recipient_id: int, item: Item, channel: str, now: dt.datetime
) -> Notification:
    return Notification(
        patient=patient,
        recipient_id=recipient_id,
        kind=item.kind,
        slot=item.slot,
        channel=channel,
        due_at=dt.datetime.combine(item.on, item.at, ZoneInfo(patient.site.time_zone)),
        created_at=now,
    )


def _keep(wanted: Sequence[Notification], patients: Sequence[Patient]) -> int:
    """Store those that are new, and revive those that were cancelled and are wanted again."""
    known = {
        _identity(row): row
        for row in Notification.objects.filter(
            patient__in=patients, slot__in={row.slot for row in wanted}
        ).only("patient_id", "recipient_id", "kind", "slot", "channel", "state")
    }
    new = [row for row in wanted if _identity(row) not in known]
    again = [
        known[_identity(row)].pk
        for row in wanted
        if _identity(row) in known and known[_identity(row)].state == "cancelled"
    ]
    if not new and not again:
        return 0
    cancelled = Notification.objects.filter(pk__in=again, state="cancelled")
    with transaction.atomic():
        Notification.objects.bulk_create(new, ignore_conflicts=True)
        stored = Notification.objects.filter(key__in=[row.key for row in new])
        about = [row.patient_id for row in (*stored, *cancelled) if row.patient_id]
        cancelled.update(state="waiting", reason="", attempts=0)
        if about:
            audit.record(by=None, action="notification.write", patient_ids=set(about))
            transaction.on_commit(partial(wake, DELIVER))
    return len(about)


def _identity(row: Notification) -> tuple[Any, ...]:
    return row.patient_id, row.recipient_id, row.kind, row.slot, row.channel


# --- sending ------------------------------------------------------------------------------------


def sweep(now: dt.datetime) -> int:
    """Take back what a worker claimed and left: waiting again, or unknown without a key.

    How many. Whoever was only slow finds the claim gone and marks nothing.
    """
    expired = Notification.objects.filter(state="sending", claimed_at__lte=now - _lease())
    keyed = delivery.keyed_channels()
    given_back = expired.filter(channel__in=keyed).update(state="waiting", **UNCLAIMED)
    unknown = expired.exclude(channel__in=keyed).update(
        state="unknown", reason=INTERRUPTED, **UNCLAIMED
    )
    return given_back + unknown


UNCLAIMED: dict[str, None] = {"claim": None, "claimed_at": None}


def _lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.NOTIFICATION_LEASE_SECONDS)


def claim(now: dt.datetime, limit: int) -> list[Notification]:
    """Up to `limit` notices that are due, for this worker alone until the lease ends."""
    waiting = Notification.objects.filter(state="waiting", due_at__lte=now)
    if not waiting.exists():  # most of the time: then without taking the lock to write
        return []
    mine = uuid.uuid4()
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        first = list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
        Notification.objects.filter(pk__in=first, state="waiting").update(
            state="sending", claim=mine, claimed_at=now, attempts=F("attempts") + 1
        )
    return list(Notification.objects.filter(claim=mine).order_by("due_at", "pk"))


def release(rows: Sequence[Notification]) -> None:
    """Give back what was claimed and not looked at."""
    for row in rows:
        _settle(row, "waiting", attempts=row.attempts - 1)


def deliver(row: Notification, now: dt.datetime) -> None:
    """Look again whether a claimed notice is still wanted, and send it if so."""
    try:
        reason, held = _second_look(row, now)
    except Exception as error:  # one that cannot be judged must not stop the others
        _retry(row, now, error, "failed", UNJUDGED)
        return
    if reason:
        _settle(row, "cancelled", reason)
    elif held:
        _settle(row, "waiting", due_at=held, attempts=row.attempts - 1)
    else:
        _send(row, now)


def _second_look(row: Notification, now: dt.datetime) -> tuple[str, dt.datetime | None]:
    """The code of why it is not wanted any more, or until when quiet hours hold it."""
    if reason := _not_this_way(row):
        return reason, None
    if row.kind == TEST:  # asked for a moment ago, so not held back
        return "", None
    patient: Patient = Patient.objects.select_related("site").get(notifications=row)
    if row.kind == ALERT:  # quiet hours do not hold it back
        reason = alerting.no_longer_wanted(row.slot)
        return reason or _not_for(row.recipient_id, patient, Permission.RECORD_OBSERVATION), None
    kind = Kind(row.kind)
    waits = waits_of([patient], now, [kind])[patient.pk]
    reason = (
        waits.course.obstacle
        or _not_for(row.recipient_id, patient, NEEDS[kind])
        or waits.why_not(kind, row.slot)
    )
    if reason:
        return reason, None
    here = now.astimezone(ZoneInfo(patient.site.time_zone))
    return "", held_until(here, waits.course.policy)


def _not_this_way(row: Notification) -> str:
    if not User.objects.get(pk=row.recipient_id).is_active:
        return NO_LONGER_ACTIVE
    return reachable([row.recipient_id]).obstacle(row.recipient_id, row.kind, row.channel)


def _not_for(recipient_id: int, patient: Patient, permission: Permission) -> str:
    may = Patient.objects.permitted(User.objects.get(pk=recipient_id), permission)
    return "" if may.filter(pk=patient.pk).exists() else NOT_PERMITTED


def _send(row: Notification, now: dt.datetime) -> None:
    """Hand it to its provider; what goes wrong is tried again, or told, but never dropped."""
    honours_key = False
    try:
        provider = delivery.provider(row.channel)
        honours_key = provider.honours_key
        provider.send(row.key, row.recipient, _text(row))
    except delivery.NotSent as error:
        _retry(row, now, error, "failed", REFUSED)
    except Exception as error:
        if honours_key:
            _retry(row, now, error, "unknown", UNANSWERED)
        else:
            _told(row, error)
            _settle(row, "unknown", UNANSWERED)
    else:
        _settle(row, "sent", sent_at=now)


def _text(row: Notification) -> str:
    """In the reader's language; what others may read says no more than that something waits."""
    text = WAITS if row.channel in OUTSIDE and row.kind in set(Kind) else TEXTS.get(row.kind, WAITS)
    with translation.override(row.recipient.language):
        return translation.gettext(text)


def _retry(
    row: Notification, now: dt.datetime, error: Exception, at_last: str, reason: str
) -> None:
    """Later and later, and after the last attempt as `at_last`."""
    _told(row, error)
    if row.attempts >= settings.NOTIFICATION_ATTEMPTS:
        _settle(row, at_last, reason)
    else:
        _settle(row, "waiting", due_at=now + pause(row.attempts))


def pause(attempts: int) -> dt.timedelta:
    """How long to wait after so many attempts: one minute, two, four …"""
    first = dt.timedelta(seconds=settings.NOTIFICATION_PAUSE_SECONDS)
    return min(first * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)


def _told(row: Notification, error: Exception) -> None:
    log.warning("notice %s by %s: %s", row.key, row.channel, type(error).__name__)


def _settle(row: Notification, state: str, reason: str = "", **columns: Any) -> None:
    """Where the row goes from `sending`, if this worker still holds it."""
    held = Notification.objects.filter(pk=row.pk, state="sending", claim=row.claim)
    with transaction.atomic():
        kept = held.update(state=state, reason=reason, **UNCLAIMED, **columns)
        if kept and state != "waiting":
            audit.record(
                by=None,
                action=f"notification.{state}",
                patient_id=row.patient_id,
                record_id=row.key,
            )
