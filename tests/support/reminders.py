"""People who are reminded of everything there is, by every way, and what changes for them."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress

from outcomes.actions import medications, surgery
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.medication import CourseDocument
from outcomes.kinds import DIARY
from outcomes.models import DiaryRequest, PushSubscription, ReminderChoice
from patients import actions
from patients.documents.base import read
from patients.documents.surgery import ProcedureDocument
from patients.models import Patient, Site, User
from patients.records import Asked
from patients.roles import Scope
from tests.support.cast import enrol

CELECOXIB = {"drug": "celecoxib", "route": "oral", "times_per_day": 2.0}
IBANDRONATE = {"drug": "ibandronic acid", "route": "intravenous"}
# a point of P-256 and sixteen bytes, as a browser makes them
P256DH = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
AUTH = "tBHItJI5svbpez7KI4CCXg"


@dataclass
class Way:
    """One provider for every channel: what it was given, and when by the clock of the test."""

    honours_key: bool = True
    now: dt.datetime | None = None
    sent: list[tuple[dt.datetime | None, UUID, str, str]] = field(default_factory=list)

    def send(self, key: UUID, recipient: User, text: str) -> None:
        self.sent.append((self.now, key, recipient.username, text))


def new(shape: Any, **content: Any) -> Any:
    return read(shape, {"id": str(uuid.uuid4()), **content})


def operated(number: str, site: Site, by: User, *, user: User, day: dt.date) -> Patient:
    """Whose decompression was on a day."""
    patient = enrol(number, site, by, user=user)
    document = new(ProcedureDocument, kind="decompression", date=str(day))
    surgery.record_procedure(patient=patient, document=document, asked=asked_by(by, day))
    return patient


def asked_by(by: User, on: dt.date | dt.datetime) -> Asked:
    at = on if isinstance(on, dt.datetime) else dt.datetime.combine(on, dt.time(12), dt.UTC)
    return Asked(by=by, at=at)


def prescribe(patient: Patient, by: User, at: dt.datetime, **content: Any) -> None:
    document = new(CourseDocument, **content)
    medications.prescribe(patient=patient, document=document, asked=Asked(by=by, at=at))


def carer_of(patient: Patient, by: User, scope: Scope = Scope.BOTH) -> User:
    user = User.objects.create_user(f"carer-{patient.study_number}")
    actions.link_caregiver(patient=patient, user=user, scope=scope, asked=asked_by(by, NOW))
    return user


NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def everything_on(user: User) -> None:
    """Every kind, by page, push and email."""
    ReminderChoice.objects.create(user=user, pills=True, push=True, email=True)
    browser(user)
    EmailAddress.objects.create(
        user=user, email=f"{user.username}@example.org", verified=True, primary=True
    )


def browser(user: User, endpoint: str = "") -> PushSubscription:
    return PushSubscription.objects.create(
        user=user, created_at=NOW, p256dh=P256DH, auth=AUTH,
        endpoint=endpoint or f"https://updates.push.services.mozilla.com/wpush/v2/{user.pk}",
    )  # fmt: skip


def ask_for_diary(patient: Patient, by: User, first: dt.date, last: dt.date) -> None:
    DiaryRequest.objects.create(patient=patient, first=first, last=last, by=by, at=NOW)


def diary(patient: Patient, by: User, at: dt.datetime, kind: str = "void", **content: Any) -> None:
    """One entry of the diary, made and sent at the same moment."""
    document = new(DiaryDocument, kind=kind, device_time=at, device_sent_at=at, **content)
    DIARY.record(patient=patient, document=document, asked=Asked(by=by, at=at, reporter="patient"))


def local(at: dt.datetime, patient: Patient) -> dt.datetime:
    return at.astimezone(ZoneInfo(patient.site.time_zone))
