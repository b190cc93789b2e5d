"""What holds at the moment of sending (TRUST.md 30): four time zones, a day and a half, everything
there is to be reminded of, by every way; something changes for everyone at some hour.

What may go out and what must is said here once more, apart from the product: 0 wrong of 2,000.
"""

import datetime as dt
import os
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import translation

from outcomes import delivery
from outcomes.actions import notifications
from outcomes.actions.medications import amend_course, give_dose
from outcomes.actions.reminders import stop_email
from outcomes.actions.visits import record_visit
from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.documents.visit import VisitDocument
from outcomes.models import MedicationCourse, Notification, PushSubscription, ReminderChoice
from patients import actions, records
from patients.documents.base import read
from patients.documents.people import (
    ConsentDocument,
    LossToFollowUpDocument,
    PatientDocument,
    TransferDocument,
)
from patients.models import Patient, Proxy, Site, User
from patients.records import Asked
from patients.roles import Role, Scope
from tests.support import reminders as given
from tests.support.cast import TODAY, staff
from tests.support.reminders import Way, local, new

pytestmark = pytest.mark.django_db

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
PATIENTS = 168 if FULL else 28
SEED = int(os.environ.get("FAULT_SEED", "2030"))
ZONES = ("Asia/Seoul", "Asia/Kolkata", "Europe/Berlin", "America/New_York")
# midnight in Seoul: what falls due at night waits for the morning
BEGIN = dt.datetime.combine(TODAY - dt.timedelta(1), dt.time(15), dt.UTC)
HOURS = 36
STEP = dt.timedelta(minutes=30)
# when the quiet hours end or begin, and when the notices of the day go out
CRITICAL = [dt.time(8), dt.time(9), dt.time(19), dt.time(21)]
WAYS = ("page", "push", "email")
KINDS = ("visit", "injection", "pills", "diary")


@dataclass
class Case:
    """A patient and a caregiver, and the change that comes for them."""

    patient: Patient
    carer: User
    change: str
    at: dt.datetime

    def asked(self, world: "World", at: dt.datetime) -> Asked:
        return Asked(by=world.physician, at=at)


@dataclass
class World:
    physician: User
    cases: list[Case]
    ways: dict[str, Way] = field(default_factory=lambda: {way: Way() for way in WAYS})


# --- what changes, and of whom it ends what ------------------------------------------------------
# (who, kinds, ways) that end; "both" is the patient and the caregiver
Ends = tuple[str, tuple[str, ...], tuple[str, ...]]
NOBODY: Ends = ("nobody", (), ())
EVERYTHING: Ends = ("both", KINDS, WAYS)


def amended(**changes: Any) -> Callable[[World, Case, dt.datetime], None]:
    def change(world: World, case: Case, at: dt.datetime) -> None:
        patient = Patient.objects.select_related("site").get(pk=case.patient.pk)
        document = {**patient.document(), "id": str(patient.pk), **changes}
        actions.amend_patient(
            patient=patient,
            document=read(PatientDocument, document),
            reason="told by the family",
            expected=patient.version,
            asked=case.asked(world, at),
        )

    return change


def recorded(shape: Any, **content: Any) -> Callable[[World, Case, dt.datetime], None]:
    def change(world: World, case: Case, at: dt.datetime) -> None:
        day = str(local(at, case.patient).date())
        actions.record(
            patient=case.patient,
            document=new(shape, date=day, **content),
            asked=case.asked(world, at),
        )

    return change


def in_error(world: World, case: Case, at: dt.datetime) -> None:
    row = Patient.objects.get(pk=case.patient.pk)
    asked = case.asked(world, at)
    records.enter_in_error(row, asked=asked, reason="twice", expected=row.version)


def visited(world: World, case: Case, at: dt.datetime) -> None:
    document = new(VisitDocument, kind="3mo", date=str(local(at, case.patient).date()))
    record_visit(patient=case.patient, document=document, asked=case.asked(world, at))


def stopped(drug: str) -> Callable[[World, Case, dt.datetime], None]:
    def change(world: World, case: Case, at: dt.datetime) -> None:
        row = MedicationCourse.objects.select_related("patient__site").get(
            patient=case.patient, drug=drug
        )
        content = {k: v for k, v in row.document().items() if k != "doses"}
        day = str(local(at, case.patient).date())
        content |= {"id": str(row.pk), "start": str(row.start), "stop": day}
        amend_course(
            row=row, document=read(CourseDocument, content), reason="stopped",
            expected=row.version, asked=case.asked(world, at),
        )  # fmt: skip

    return change


def injected(world: World, case: Case, at: dt.datetime) -> None:
    course = MedicationCourse.objects.get(patient=case.patient, drug="ibandronic acid")
    document = new(DoseDocument, date=str(local(at, case.patient).date()))
    give_dose(patient=case.patient, course=course, document=document, asked=case.asked(world, at))


def wrote(kind: str, **content: Any) -> Callable[[World, Case, dt.datetime], None]:
    def change(world: World, case: Case, at: dt.datetime) -> None:
        given.diary(case.patient, case.patient.user, at, kind, **content)

    return change


def proxy(**columns: Any) -> Callable[[World, Case, dt.datetime], None]:
    return lambda world, case, at: Proxy.objects.filter(user=case.carer).update(**columns)


def own(**columns: Any) -> Callable[[World, Case, dt.datetime], None]:
    """A switch of the patient's own."""
    return lambda world, case, at: ReminderChoice.objects.filter(user=case.patient.user).update(
        **columns
    )


def disabled(world: World, case: Case, at: dt.datetime) -> None:
    User.objects.filter(pk=case.patient.user_id).update(is_active=False)


def device_gone(world: World, case: Case, at: dt.datetime) -> None:
    PushSubscription.objects.filter(user=case.patient.user).update(ended_at=at)


def address_gone(world: World, case: Case, at: dt.datetime) -> None:
    EmailAddress.objects.filter(user=case.patient.user).delete()


def unsubscribed(world: World, case: Case, at: dt.datetime) -> None:
    """By the link of an email that came; without one, by the switch."""
    mine = Notification.objects.filter(recipient=case.patient.user, channel="email").first()
    assert mine is None or stop_email(key=mine.key)
    ReminderChoice.objects.filter(user=case.patient.user).update(email=False)


LAST_YEAR = "2025-01-01T00:00Z"
CHANGES: dict[str, tuple[Callable[[World, Case, dt.datetime], None] | None, Ends]] = {
    "nothing": (None, NOBODY),
    "died": (amended(status="died"), EVERYTHING),
    "transferred": (recorded(TransferDocument, to_site="Busan"), EVERYTHING),
    "withdrew": (amended(status="withdrawn"), EVERYTHING),
    "lost": (recorded(LossToFollowUpDocument, reason="moved"), EVERYTHING),
    "consent": (recorded(ConsentDocument, purpose="care", decision="withdrawn"), EVERYTHING),
    "research": (recorded(ConsentDocument, purpose="research", decision="withdrawn"), NOBODY),
    "in error": (in_error, EVERYTHING),
    "visited": (visited, ("both", ("visit",), WAYS)),
    "pills stopped": (stopped("celecoxib"), ("both", ("pills",), WAYS)),
    "injections stopped": (stopped("ibandronic acid"), ("both", ("injection",), WAYS)),
    "injected": (injected, ("both", ("injection",), WAYS)),
    "wrote": (wrote("void"), ("both", ("diary",), WAYS)),
    "took pills": (
        wrote("pills", pills="taken", drug="celecoxib"),
        ("both", ("diary", "pills"), WAYS),
    ),
    "warned": (wrote("red_flag", sign="fever"), NOBODY),
    "revoked": (proxy(revoked_at=LAST_YEAR), ("carer", KINDS, WAYS)),
    "expired": (proxy(until=LAST_YEAR), ("carer", KINDS, WAYS)),
    "only reports": (proxy(scope=Scope.REPORT), ("carer", KINDS[:3], WAYS)),
    "only sees": (proxy(scope=Scope.SEE), ("carer", ("diary",), WAYS)),
    "disabled": (disabled, ("patient", KINDS, WAYS)),
    "no visits": (own(visit=False), ("patient", ("visit",), WAYS)),
    "no injections": (own(injection=False), ("patient", ("injection",), WAYS)),
    "no pills": (own(pills=False), ("patient", ("pills",), WAYS)),
    "no diary": (own(diary=False), ("patient", ("diary",), WAYS)),
    "no push": (own(push=False), ("patient", KINDS, ("push",))),
    "device gone": (device_gone, ("patient", KINDS, ("push",))),
    "unsubscribed": (unsubscribed, ("patient", KINDS, ("email",))),
    "address gone": (address_gone, ("patient", KINDS, ("email",))),
}
# what ends for a day only: the next one asks again
FOR_THE_DAY = {"wrote": ("diary",), "took pills": ("diary", "pills")}


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> World:
    settings.NOTIFICATION_PROVIDERS = dict.fromkeys(WAYS, "none")
    chance = random.Random(SEED)
    sites = [Site.objects.create(code=z.split("/")[1].lower(), name=z, time_zone=z) for z in ZONES]
    physicians = [staff(f"physician-{site.code}", site, Role.PHYSICIAN) for site in sites]
    names = list(CHANGES)
    chance.shuffle(names)
    made = World(physicians[0], [])
    for number in range(PATIENTS):
        site, by = sites[number % len(ZONES)], physicians[number % len(ZONES)]
        user = User.objects.create_user(f"patient-{number}", language="ko" if number % 2 else "en")
        patient = given.operated(
            f"P-{number}", site, by, user=user, day=TODAY - dt.timedelta(days=100)
        )
        last = TODAY - dt.timedelta(days=92)
        start = str(TODAY - dt.timedelta(days=98))
        given.prescribe(patient, by, BEGIN, start=start, **given.CELECOXIB)
        dose = {"id": str(uuid.uuid4()), "date": str(last)}
        given.prescribe(patient, by, BEGIN, start=start, doses=[dose], **given.IBANDRONATE)
        given.ask_for_diary(patient, by, TODAY - dt.timedelta(1), TODAY + dt.timedelta(5))
        carer = given.carer_of(patient, by)
        given.everything_on(user)
        ReminderChoice.objects.create(user=carer, pills=True)
        at = chance.choice([now for now in looks() if local(now, patient).time() in CRITICAL])
        made.cases.append(Case(patient, carer, names[number % len(names)], at))
    monkeypatch.setattr(delivery, "provider", lambda channel: made.ways[channel])
    monkeypatch.setattr(translation, "gettext", lambda text: f"{translation.get_language()}|{text}")
    return made


def test_nothing_wrong_goes_out_and_nothing_right_stays(world: World) -> None:
    live(world)
    sent = {
        (way, key): (at, who, text)
        for way, provider in world.ways.items()
        for at, key, who, text in provider.sent
    }
    rows = {
        (row.channel, row.key): row
        for row in Notification.objects.select_related("recipient", "patient__site")
    }
    cases = {case.patient.pk: case for case in world.cases}
    wrong = [
        complaint
        for place, (at, _who, text) in sent.items()
        if (complaint := whats_wrong(rows[place], cases[rows[place].patient_id], at, text))
    ]
    missing = [
        f"{case.change}: {what}"
        for case in world.cases
        for what in must_have_gone_out(case)
        if what not in told(case, rows, sent)
    ]
    print(f"\n{len(rows)} notices, {len(sent)} sent, {len(wrong)} wrong, {len(missing)} missing")
    assert (wrong, missing) == ([], [])
    once = {(row.recipient_id, row.patient_id, row.slot, row.channel) for row in rows.values()}
    assert len(once) == len(rows), "twice the same"
    assert sum(len(provider.sent) for provider in world.ways.values()) == len(sent)
    assert len(rows) >= (2000 if FULL else 300)
    assert {row.state for row in rows.values()} <= {"sent", "cancelled", "waiting"}


def live(world: World) -> None:
    """Half an hour at a time: what is found, what changes, what is sent."""
    now = BEGIN
    while now < BEGIN + dt.timedelta(hours=HOURS):
        for provider in world.ways.values():
            provider.now = now
        # written first, so that it changes between the row and the sending
        notifications.find_due(now)
        for case in world.cases:
            change = CHANGES[case.change][0]
            if case.at == now and change is not None:
                change(world, case, now)
        while rows := notifications.claim(now, 50):
            for row in rows:
                notifications.deliver(row, now)
        now += STEP


def whats_wrong(row: Notification, case: Case, at: dt.datetime, text: str) -> str:
    """Why this should not have gone out then; the rules once more, in other words."""
    clock = local(at, case.patient)
    who = "patient" if row.recipient_id == case.patient.user_id else "carer"
    about = f"{case.change} at {case.at}: {row.kind} to {who} by {row.channel} at {clock}"
    if not 8 <= clock.hour < 21:
        return f"in the quiet hours: {about}"
    if row.kind in ("pills", "diary") and clock.hour < {"pills": 9, "diary": 19}[row.kind]:
        return f"before its hour: {about}"
    if row.kind in ("pills", "diary") and row.slot != f"{row.kind}:{clock.date()}":
        return f"of another day: {about}"
    if case.at <= at and ended(case, who, row.kind, row.channel, clock.date()):
        return f"ended before: {about}"
    language, _bar, words = text.partition("|")
    if language != row.recipient.language:
        return f"in {language}: {about}"
    if row.channel != "page" and words != notifications.WAITS:
        return f"says too much: {about}"
    return ""


def ended(case: Case, who: str, kind: str, way: str, day: dt.date) -> bool:
    whom, kinds, ways = CHANGES[case.change][1]
    if kind in FOR_THE_DAY.get(case.change, ()) and day != local(case.at, case.patient).date():
        return False
    return whom in ("both", who) and kind in kinds and way in ways


def must_have_gone_out(case: Case) -> Iterator[tuple[str, str, str]]:
    """Whom of what, by which way: what was due and allowed at some look of these two days."""
    for who in ("patient", "carer"):
        for kind in KINDS:
            for way in WAYS if who == "patient" else WAYS[:1]:
                if any(right(case, who, kind, way, at) for at in looks()):
                    yield who, kind, way


def looks() -> Iterator[dt.datetime]:
    for step in range(HOURS * 2):
        yield BEGIN + STEP * step


def right(case: Case, who: str, kind: str, way: str, at: dt.datetime) -> bool:
    clock = local(at, case.patient)
    first = {"pills": 9, "diary": 19}.get(kind, 9)
    # an evening notice that was held is of another day; the others are told by day
    if not first <= clock.hour < 21:
        return False
    return case.at > at or not ended(case, who, kind, way, clock.date())


def told(case: Case, rows: Any, sent: Any) -> set[tuple[str, str, str]]:
    return {
        (
            "patient" if row.recipient_id == case.patient.user_id else "carer",
            row.kind,
            row.channel,
        )
        for place, row in rows.items()
        if place in sent and row.patient_id == case.patient.pk
    }
