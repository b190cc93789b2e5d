"""Who cares for a patient: how a caregiver's access ends, or its last day changes."""

import datetime as dt

from django.db import transaction

from patients import audit
from patients.documents.base import Refused
from patients.invitations import end_of, past
from patients.models import Proxy
from patients.records import Asked


@transaction.atomic
def revoke(*, proxy: Proxy, asked: Asked) -> None:
    """End a caregiver's access at once; ending it again changes nothing."""
    if Proxy.objects.filter(pk=proxy.pk, revoked_at=None).update(revoked_at=asked.at):
        audit.record(
            by=asked.by, action="proxy.revoke", patient_id=proxy.patient_id, about=proxy.user
        )


@transaction.atomic
def limit(*, proxy: Proxy, last_day: dt.date | None, asked: Asked) -> None:
    """Say until when the access holds; None for no end. One that was revoked stays so."""
    if problems := past(last_day, proxy.patient, asked):
        raise Refused(problems)
    until = end_of(last_day, proxy.patient)
    if Proxy.objects.filter(pk=proxy.pk, revoked_at=None).update(until=until):
        audit.record(
            by=asked.by, action="proxy.limit", patient_id=proxy.patient_id, about=proxy.user
        )
