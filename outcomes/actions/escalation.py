"""Notices of open alerts: to the people near at once, to those on call when nobody answers.

Rows first, as every notice; safe to repeat and to run twice at once. Time is an argument.
"""

import datetime as dt
from collections.abc import Sequence
from functools import partial

from django.db import transaction

from outcomes import alerting
from outcomes.actions.alerts import escalate
from outcomes.actions.notifications import ALERT, DELIVER
from outcomes.alerting import Due, Stage
from outcomes.models import Alert, Notification
from outcomes.reaching import Reachable, reachable
from patients import audit
from tracker.wakeup import wake

ALERTS_A_PAGE = 200
# a stage that someone was or will be told of has been gone through
HANDLED = ("waiting", "sending", "sent", "unknown")


def watch(now: dt.datetime) -> int:
    """Write a notice for every stage that has come of every open alert; how many are new."""
    written, last = 0, None
    while True:
        rest = alerting.watched()
        page = list((rest if last is None else rest.filter(pk__gt=last))[:ALERTS_A_PAGE])
        if not page:
            return written
        written += _tell(page, now)
        last = page[-1].pk


def _tell(alerts: Sequence[Alert], now: dt.datetime) -> int:
    handled = set(
        Notification.objects.filter(
            kind=ALERT, state__in=HANDLED, patient__in={a.patient_id for a in alerts}
        ).values_list("slot", flat=True)
    )
    coming = [one for one in alerting.due(alerts, now) if one.slot not in handled and one.told]
    if not coming:
        return 0
    with transaction.atomic():
        reach = reachable({user_id for one in coming for user_id in one.told})
        new = [row for one in coming for row in _notices(one, reach, now)]
        Notification.objects.bulk_create(new, ignore_conflicts=True)
        stored = Notification.objects.filter(key__in=[row.key for row in new])
        about = [row.patient_id for row in stored if row.patient_id]
        for alert_id in {o.alert.pk for o in coming if o.stage is not Stage.RAISED}:
            escalate(alert_id=alert_id, at=now)
        if about:
            audit.record(by=None, action="notification.write", patient_ids=set(about))
            transaction.on_commit(partial(wake, DELIVER))
    return len(about)


def _notices(one: Due, reach: Reachable, now: dt.datetime) -> list[Notification]:
    return [
        Notification(
            patient=one.alert.patient,
            recipient_id=user_id,
            kind=ALERT,
            slot=one.slot,
            channel=channel,
            due_at=one.at,
            created_at=now,
        )
        for user_id in one.told
        for channel in reach.channels(user_id, ALERT)
    ]
