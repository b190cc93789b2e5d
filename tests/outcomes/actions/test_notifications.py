"""The outbox: who is told of what, looked at again at sending, taken back after a crash."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from outcomes import delivery
from outcomes.actions import notifications, surgery
from outcomes.models import Message, Notification
from patients import actions, records
from patients.documents.base import read
from patients.documents.people import (
    ConsentDocument,
    LossToFollowUpDocument,
    PatientDocument,
    TransferDocument,
)
from patients.documents.surgery import ProcedureDocument
from patients.models import AuditEvent, Membership, Patient, Proxy, Site, User
from patients.records import Asked
from patients.roles import Role, Scope
from tests.support.cast import SURGERY, TODAY, caregiver, enrol, operate, staff, visit
from tests.support.outbox import BREAKS, REFUSES, Kept, deliver_all, states

pytestmark = pytest.mark.django_db

SEOUL = ZoneInfo("Asia/Seoul")
NOON = dt.datetime.combine(TODAY, dt.time(12), SEOUL)
"""Day 120 of Ha: the three months' window (84 to 136) is due, nothing else."""
SLOT = "visit:3mo"


@dataclass
class World:
    site: Site
    physician: User
    surgeon: User
    ha: Patient
    carer: User
    provider: Kept = field(default_factory=Kept)

    def asked(self):
        return Asked(by=self.physician, at=NOON)

    def record(self, shape, **document):
        document = {"id": str(uuid.uuid4()), **document}
        actions.record(patient=self.ha, document=read(shape, document), asked=self.asked())

    def amend(self, **changes):
        patient = Patient.objects.select_related("site").get(pk=self.ha.pk)
        document = {**patient.document(), "id": str(patient.pk), **changes}
        actions.amend_patient(
            patient=patient,
            document=read(PatientDocument, document),
            reason="told by the family",
            expected=patient.version,
            asked=self.asked(),
        )

    def nobody_of_the_family(self):
        User.objects.filter(username="ha").update(is_active=False)
        Proxy.objects.update(revoked_at=NOON)


@pytest.fixture
def world(db, monkeypatch):
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    physician = staff("physician", site, Role.PHYSICIAN)
    surgeon = staff("surgeon", site, Role.SURGEON)
    user = User.objects.create_user("ha")
    ha = enrol("A-001", site, physician, user=user, name="Ha", birth_year=1947)
    operate(ha, physician, operator=surgeon)
    made = World(site, physician, surgeon, ha, caregiver("carer", ha, physician, Scope.SEE))
    monkeypatch.setattr(delivery, "provider", lambda channel: made.provider)
    return made


def find(now=NOON):
    return notifications.find_due(now)


# --- who is told of what ------------------------------------------------------------------------


def test_the_patient_and_the_caregivers_who_may_see_are_told(world):
    caregiver("both", world.ha, world.physician, Scope.BOTH)
    caregiver("reports", world.ha, world.physician, Scope.REPORT)
    caregiver("revoked", world.ha, world.physician, Scope.BOTH, revoked_at=NOON)
    caregiver("expired", world.ha, world.physician, Scope.BOTH, until=NOON - dt.timedelta(days=1))
    assert find() == 3
    rows = Notification.objects.all()
    assert {row.recipient.username for row in rows} == {"ha", "carer", "both"}
    reminded_on = dt.datetime.combine(SURGERY + dt.timedelta(days=84), dt.time(9), SEOUL)
    for row in rows:
        assert (row.slot, row.state, row.due_at) == (SLOT, "waiting", reminded_on)


def test_where_there_is_no_family_the_clinicians_near_are_told(world):
    world.nobody_of_the_family()
    staff("colleague", world.site, Role.PHYSICIAN)
    find()
    assert set(states()) == {"physician", "surgeon"}


def test_where_nobody_near_is_left_those_who_manage_care_are_told(world):
    world.nobody_of_the_family()
    staff("colleague", world.site, Role.PHYSICIAN)
    staff("therapist", world.site, Role.THERAPIST)
    staff("elsewhere", Site.objects.create(code="b", name="B", time_zone="UTC"), Role.PHYSICIAN)
    Membership.objects.filter(user__in=[world.physician, world.surgeon]).update(active=False)
    find()
    assert set(states()) == {"colleague"}


def test_who_comes_back_after_a_transfer_is_reminded_again(world):
    transferred(world)
    assert notifications.find_due(NOON) == 0
    world.amend(status="active")
    assert notifications.find_due(NOON) > 0


@pytest.mark.parametrize(("origin", "found"), [("registry", 1), ("synthetic", 1), ("published", 0)])
def test_made_up_patients_are_reminded_and_published_ones_never(world, origin, found):
    patient = enrol("X-001", world.site, world.physician, origin=origin)
    operate(patient, world.physician)
    find()
    assert Notification.objects.filter(patient=patient).count() == found


def test_who_was_not_operated_is_reminded_from_the_cement(world):
    patient = enrol("X-001", world.site, world.physician)
    cement = {"id": str(uuid.uuid4()), "kind": "cement", "date": str(TODAY - dt.timedelta(42))}
    surgery.record_procedure(
        patient=patient, document=read(ProcedureDocument, cement), asked=world.asked()
    )
    find()
    assert Notification.objects.get(patient=patient).slot == "visit:6wk"


def test_who_has_no_operation_recorded_is_reminded_of_nothing(world):
    patient = enrol("X-001", world.site, world.physician)
    find()
    assert not Notification.objects.filter(patient=patient).exists()


def test_finding_twice_changes_nothing(world):
    assert find() == 2
    before = list(Notification.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    assert find() == 0
    assert find(NOON + dt.timedelta(days=3)) == 0
    assert list(Notification.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events


def test_writing_is_audited_and_wakes_the_worker(
    world, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(notifications, "wake", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        find()
    event = AuditEvent.objects.get(action="notification.write")
    assert (event.by, event.patient_ids) == (None, [str(world.ha.pk)])
    assert woken == ["outcomes.tasks.deliver_due"]
    with django_capture_on_commit_callbacks(execute=True):
        find()
    assert len(woken) == 1


def test_as_many_queries_for_many_patients_as_for_few(world):
    def queries():
        Notification.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            find()
        return len(captured)

    few = queries()
    for number in range(2, 9):
        patient = enrol(f"A-00{number}", world.site, world.physician)
        operate(patient, world.physician, operator=world.surgeon)
        caregiver(f"carer{number}", patient, world.physician, Scope.SEE)
    visit(world.ha, world.physician, kind="discharge", day=10, right="3", left="3")
    assert queries() == few
    assert Notification.objects.count() == 2 + 7


# --- looked at again at sending -----------------------------------------------------------------


def died(world):
    world.amend(status="died", died_on=str(TODAY))


def transferred(world):
    world.record(TransferDocument, to_site="Busan", date=str(TODAY))


def lost(world):
    world.record(LossToFollowUpDocument, reason="moved", date=str(TODAY))


def consent_withdrawn(world):
    world.record(ConsentDocument, purpose="care", decision="withdrawn", date=str(TODAY))


def visited(world):
    visit(world.ha, world.physician, kind="unscheduled", day=100, right="3", left="3")


def in_error(world):
    row = Patient.objects.get(pk=world.ha.pk)
    records.enter_in_error(row, asked=world.asked(), reason="twice", expected=row.version)


NOT_WANTED = {
    "died": (died, "died"),
    "transferred": (transferred, "transferred"),
    "transferred by status": (lambda w: w.amend(status="transferred"), "transferred"),
    "withdrawn": (lambda w: w.amend(status="withdrawn"), "withdrawn"),
    "lost": (lost, "lost"),
    "consent withdrawn": (consent_withdrawn, "consent_withdrawn"),
    "entered in error": (in_error, "entered_in_error"),
    "visit done": (visited, "visit_done"),
}


@pytest.mark.parametrize(("change", "reason"), NOT_WANTED.values(), ids=NOT_WANTED)
def test_what_ended_since_is_not_sent_and_says_why(world, change, reason):
    find()
    change(world)
    deliver_all(NOON)
    assert states() == dict.fromkeys(("ha", "carer"), ("cancelled", reason))
    assert world.provider.sent == []
    cancelled = AuditEvent.objects.filter(action="notification.cancelled")
    assert {event.patient_id for event in cancelled} == {world.ha.pk}


@pytest.mark.parametrize("change", [c for c, _ in NOT_WANTED.values()], ids=NOT_WANTED)
def test_and_is_not_found_in_the_first_place(world, change):
    change(world)
    assert find() == 0


def test_consent_that_was_never_recorded_is_not_refused(world):
    world.record(ConsentDocument, purpose="research", decision="withdrawn", date=str(TODAY))
    assert find() == 2


def test_whoever_was_seen_after_being_lost_is_reminded_again(world):
    day = SURGERY + dt.timedelta(days=50)
    world.record(LossToFollowUpDocument, reason="unreachable", date=str(day))
    assert find() == 0
    visit(world.ha, world.physician, kind="6wk", day=50, right="3", left="3")
    assert find() == 0, "on the same day it is not certain"
    visit(world.ha, world.physician, kind="6wk", day=51, right="3", left="3")
    assert find() == 2


def revoked(world):
    Proxy.objects.filter(user=world.carer).update(revoked_at=NOON)


def expired(world):
    Proxy.objects.filter(user=world.carer).update(until=NOON - dt.timedelta(days=1))


def disabled(world):
    User.objects.filter(pk=world.carer.pk).update(is_active=False)


def may_only_report(world):
    Proxy.objects.filter(user=world.carer).update(scope=Scope.REPORT)


NOT_FOR = {
    "revoked": (revoked, "recipient_not_permitted"),
    "expired": (expired, "recipient_not_permitted"),
    "may only report": (may_only_report, "recipient_not_permitted"),
    "disabled": (disabled, "recipient_inactive"),
}


@pytest.mark.parametrize(("change", "reason"), NOT_FOR.values(), ids=NOT_FOR)
def test_who_may_no_longer_see_is_not_written_to(world, change, reason):
    find()
    change(world)
    deliver_all(NOON)
    assert states() == {"ha": ("sent", ""), "carer": ("cancelled", reason)}
    assert [name for _key, name, _text in world.provider.sent] == ["ha"]


def test_a_clinician_who_left_is_not_written_to(world):
    world.nobody_of_the_family()
    find()
    Membership.objects.filter(user=world.surgeon).update(active=False)
    deliver_all(NOON)
    assert states() == {
        "physician": ("sent", ""),
        "surgeon": ("cancelled", "recipient_not_permitted"),
    }


def test_a_window_that_closed_while_nobody_delivered(world):
    find()
    last = NOON + dt.timedelta(days=16)
    assert notifications._second_look(Notification.objects.first(), last) == ("", None)
    deliver_all(last + dt.timedelta(days=1))
    assert set(states().values()) == {("cancelled", "window_closed")}


def test_what_was_cancelled_and_is_wanted_again_is_sent_under_its_key(world):
    find()
    keys = set(Notification.objects.values_list("key", flat=True))
    visited(world)
    deliver_all(NOON)
    (wrong,) = world.ha.visit_set.all()
    records.enter_in_error(wrong, asked=world.asked(), reason="another patient", expected=1)
    assert find() == 2
    deliver_all(NOON)
    assert {key for key, *_ in world.provider.sent} == keys
    assert find() == 0


# --- when it is sent ----------------------------------------------------------------------------


def test_a_notice_is_not_sent_before_its_hour(world):
    day = dt.datetime.combine(SURGERY + dt.timedelta(days=84), dt.time(), SEOUL)
    find(day)
    deliver_all(day + dt.timedelta(hours=8, minutes=59))
    assert set(states().values()) == {("waiting", "")}
    deliver_all(day + dt.timedelta(hours=9))
    assert set(states().values()) == {("sent", "")}


QUIET = {
    "20:59": (dt.time(20, 59), None),
    "21:00": (dt.time(21), 1),
    "07:59": (dt.time(7, 59), 0),
    "08:00": (dt.time(8), None),
}


@pytest.mark.parametrize(("clock", "days"), QUIET.values(), ids=QUIET)
def test_quiet_hours_hold_and_never_drop(world, clock, days):
    find()
    now = dt.datetime.combine(TODAY, clock, SEOUL)
    deliver_all(now)
    rows = list(Notification.objects.all())
    if days is None:
        assert {row.state for row in rows} == {"sent"}
        return
    morning = dt.datetime.combine(TODAY + dt.timedelta(days=days), dt.time(8), SEOUL)
    assert {(row.state, row.due_at, row.attempts) for row in rows} == {("waiting", morning, 0)}
    deliver_all(morning)
    assert {row.state for row in Notification.objects.all()} == {"sent"}
    assert len(world.provider.sent) == 2


@pytest.mark.parametrize(("is_demo", "state"), [(True, "sent"), (False, "waiting")])
def test_only_a_demonstration_has_no_quiet_hours(world, settings, is_demo, state):
    settings.DEMO = is_demo
    Site.objects.update(code="demo")
    find()
    deliver_all(dt.datetime.combine(TODAY, dt.time(3), SEOUL))
    assert set(Notification.objects.values_list("state", flat=True)) == {state}


# --- the text -----------------------------------------------------------------------------------


def test_the_text_says_that_something_waits_and_nothing_else(world, monkeypatch):
    monkeypatch.undo()
    find()
    deliver_all(NOON)
    said = {message.text for message in Message.objects.all()}
    assert said == {"A visit is coming up. Open Regain to see it."}
    for secret in ("Ha", "A-001", "decompress", "month", str(TODAY.year)):
        assert not any(secret in text for text in said)


def test_in_the_readers_language_at_sending(world, monkeypatch):
    from django.utils import translation

    spoken = []
    monkeypatch.setattr(
        translation, "gettext", lambda text: spoken.append(translation.get_language()) or text
    )
    find()
    User.objects.filter(username="carer").update(language="ko")
    deliver_all(NOON)
    assert sorted(spoken) == ["en", "ko"]


# --- crashes, refusals, and two at once ---------------------------------------------------------

LEASE = dt.timedelta(seconds=60)


@pytest.mark.parametrize("honours_key", [True, False], ids=["keyed", "unkeyed"])
def test_a_claim_is_taken_back_when_its_lease_ends(world, honours_key):
    world.provider.honours_key = honours_key
    find()
    assert len(notifications.claim(NOON, 10)) == 2
    assert notifications.claim(NOON, 10) == []
    assert notifications.sweep(NOON + LEASE - dt.timedelta(seconds=1)) == 0
    assert set(states().values()) == {("sending", "")}
    assert notifications.sweep(NOON + LEASE) == 2
    assert notifications.sweep(NOON + LEASE) == 0
    deliver_all(NOON + LEASE)
    if honours_key:
        assert set(states().values()) == {("sent", "")}
    else:
        assert set(states().values()) == {("unknown", "interrupted")}
        assert world.provider.sent == []


def test_a_crash_between_send_and_mark_sends_again_under_the_same_key(world):
    find()
    first = notifications.claim(NOON, 10)
    for row in first:
        world.provider.send(row.key, row.recipient, "")
    notifications.sweep(NOON + LEASE)
    deliver_all(NOON + LEASE)
    assert len(world.provider.sent) == 4
    assert len({key for key, *_ in world.provider.sent}) == 2


def test_whoever_was_only_slow_marks_nothing_that_is_not_theirs(world):
    find()
    slow = notifications.claim(NOON, 10)
    notifications.sweep(NOON + LEASE)
    again = notifications.claim(NOON + LEASE, 10)
    for row in slow:
        notifications.deliver(row, NOON)
    assert set(states().values()) == {("sending", "")}
    for row in again:
        notifications.deliver(row, NOON + LEASE)
    assert set(states().values()) == {("sent", "")}
    assert AuditEvent.objects.filter(action="notification.sent").count() == 2


def test_what_was_claimed_and_not_begun_goes_back(world):
    find()
    notifications.release(notifications.claim(NOON, 10))
    rows = Notification.objects.all()
    assert {(row.state, row.claim, row.attempts) for row in rows} == {("waiting", None, 0)}


PROBLEMS = {
    "refused": (REFUSES, True, "failed", "provider_refused"),
    "refused, unkeyed": (REFUSES, False, "failed", "provider_refused"),
    "broken midway": (BREAKS, True, "unknown", "no_clear_answer"),
}


@pytest.mark.parametrize(("error", "keyed", "state", "reason"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_provider_that_fails_is_asked_again_later_and_at_last_told(
    world, error, keyed, state, reason
):
    world.provider.failing, world.provider.honours_key = error, keyed
    world.nobody_of_the_family()
    Membership.objects.filter(user=world.surgeon).update(active=False)
    find()
    now, pauses = NOON.replace(hour=9), []
    for _attempt in range(7):
        deliver_all(now)
        row = Notification.objects.get()
        assert row.state == "waiting"
        pauses.append((row.due_at - now).total_seconds())
        deliver_all(row.due_at - dt.timedelta(seconds=1))
        assert Notification.objects.get().attempts == row.attempts, "not before the pause is over"
        now = row.due_at
    assert pauses == [60 * 2**n for n in range(7)]
    deliver_all(now)
    assert states() == {"physician": (state, reason)}
    deliver_all(now + dt.timedelta(hours=1))
    assert states() == {"physician": (state, reason)}


def test_a_provider_that_recovers_gets_it(world):
    world.provider.failing = BREAKS
    find()
    deliver_all(NOON)
    world.provider.failing = None
    deliver_all(NOON + dt.timedelta(minutes=1))
    assert set(states().values()) == {("sent", "")}


def test_without_a_key_an_unclear_answer_is_told_and_never_sent_again(world):
    world.provider.failing, world.provider.honours_key = BREAKS, False
    find()
    deliver_all(NOON)
    assert set(states().values()) == {("unknown", "no_clear_answer")}
    world.provider.failing = None
    find()
    deliver_all(NOON + dt.timedelta(hours=1))
    assert world.provider.sent == []


def test_a_channel_that_is_no_longer_configured_is_told(world, monkeypatch, settings):
    monkeypatch.undo()
    find()
    settings.NOTIFICATION_PROVIDERS = {}
    settings.NOTIFICATION_ATTEMPTS = 1
    deliver_all(NOON)
    assert set(states().values()) == {("failed", "provider_refused")}


def test_the_page_keeps_a_message_once_under_its_key(world):
    key = uuid.uuid4()
    for text in ("one", "two"):
        delivery.Page().send(key, world.carer, text)
    assert Message.objects.get().text == "one"


@pytest.mark.parametrize("pauses", [(1, 60), (2, 120), (9, 15360), (10, 21600), (1000, 21600)])
def test_pauses_grow_up_to_six_hours(pauses):
    attempts, seconds = pauses
    assert notifications.pause(attempts).total_seconds() == seconds


# --- what the table itself refuses --------------------------------------------------------------

BROKEN = {
    "an unheard-of state": {"state": "gone"},
    "sending without a claim": {"state": "sending"},
    "waiting with a claim": {"claim": uuid.uuid4(), "claimed_at": NOON},
    "sent without a time": {"state": "sent"},
    "a time without being sent": {"sent_at": NOON},
}


@pytest.mark.parametrize("columns", BROKEN.values(), ids=BROKEN)
def test_the_table_refuses(world, columns):
    find()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.update(**columns)


def test_one_notice_per_patient_recipient_slot_and_channel(world):
    find()
    row = Notification.objects.first()
    row.pk, row.key = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
