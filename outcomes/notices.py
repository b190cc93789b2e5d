"""What reached a person: their messages, each with the patient whose record they may open."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from outcomes import words
from outcomes.models import Message, Notification
from patients.models import Patient, User


@dataclass(frozen=True)
class Notice:
    """`patient` only where the reader may open the record today."""

    message: Message
    patient: Patient | None
    before: tuple[dt.datetime, ...] = ()
    """When the same was said of the same patient before, the latest first."""

    @property
    def origin(self) -> str:
        """Where the patient's record comes from, in words."""
        return words.words("origin", self.patient.origin) if self.patient else ""


def messages_of(user: User) -> QuerySet[Message]:
    """Newest first."""
    return Message.objects.filter(recipient=user).order_by("-received_at", "key")


def notices(messages: Sequence[Message], user: User) -> list[Notice]:
    """Two queries, however many messages."""
    sent = Notification.objects.filter(key__in=[m.key for m in messages], patient__isnull=False)
    about: dict[UUID, UUID] = dict(sent.values_list("key", "patient_id"))
    seen = Patient.objects.visible_to(user).select_related("site").filter(pk__in=about.values())
    visible = {patient.pk: patient for patient in seen}
    whom = {key: visible.get(patient_id) for key, patient_id in about.items()}
    return [Notice(message=message, patient=whom.get(message.key)) for message in messages]


def once(found: Sequence[Notice]) -> list[Notice]:
    """Each thing said of each patient once, at its latest; of nobody in particular as it came."""
    latest: dict[tuple[UUID, ...] | tuple[UUID, str], Notice] = {}
    for notice in found:
        message = notice.message
        key = (notice.patient.pk, message.text) if notice.patient else (message.key,)
        first = latest.get(key)
        if first is None:
            latest[key] = notice
        else:
            latest[key] = replace(first, before=(*first.before, message.received_at))
    return list(latest.values())


def doubtful(user: User) -> int:
    """How many notices to this person may never have arrived, and are not sent again."""
    return Notification.objects.filter(recipient=user, state__in=("unknown", "failed")).count()
