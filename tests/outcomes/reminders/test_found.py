"""Who is told of what besides visits, by which ways, and when: from the rows to the outbox."""

import datetime as dt
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from outcomes import delivery
from outcomes.actions import notifications
from outcomes.actions.diary_requests import ask_for_diary, end_diary_request
from outcomes.actions.reminders import choose, send_test
from outcomes.models import DiaryRequest, Notification, PushSubscription, ReminderChoice
from outcomes.waiting import waits_of
from patients.documents.base import Refused
from patients.models import AuditEvent, Patient, Site, User
from patients.records import Asked
from patients.roles import Role, Scope
from tests.support import reminders as given
from tests.support.cast import TODAY, caregiver, enrol, staff
from tests.support.outbox import deliver_all
from tests.support.reminders import Way

pytestmark = pytest.mark.django_db

SEOUL = ZoneInfo("Asia/Seoul")
NOON = dt.datetime.combine(TODAY, dt.time(12), SEOUL)
EVENING = dt.datetime.combine(TODAY, dt.time(19), SEOUL)
WAYS = ("page", "push", "email")


@dataclass
class World:
    site: Site
    physician: User
    ha: Patient
    user: User
    ways: dict[str, Way]

    def asked(self, at=NOON):
        return Asked(by=self.physician, at=at)


@pytest.fixture
def world(db, monkeypatch, settings):
    """A patient who was never operated on: no visit is due."""
    settings.NOTIFICATION_PROVIDERS = dict.fromkeys(WAYS, "none")
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    physician = staff("physician", site, Role.PHYSICIAN)
    user = User.objects.create_user("ha")
    ha = enrol("A-001", site, physician, user=user, name="Ha")
    made = World(site, physician, ha, user, {way: Way() for way in WAYS})
    monkeypatch.setattr(delivery, "provider", lambda channel: made.ways[channel])
    return made


def found(now=NOON):
    notifications.find_due(now)
    rows = Notification.objects.select_related("recipient")
    return {(row.recipient.username, row.kind, row.channel) for row in rows}


def pills(world):
    given.prescribe(world.ha, world.physician, NOON, start=str(TODAY), **given.CELECOXIB)


def injection(world):
    dose = {"id": str(uuid.uuid4()), "date": str(TODAY - dt.timedelta(days=90))}
    start = str(TODAY - dt.timedelta(days=90))
    given.prescribe(world.ha, world.physician, NOON, start=start, doses=[dose], **given.IBANDRONATE)


def diary(world):
    ask_for_diary(patient=world.ha, first=TODAY, last=TODAY + dt.timedelta(2), asked=world.asked())


# --- whom, of what -------------------------------------------------------------------------------


def family(world):
    for scope in Scope:
        user = caregiver(scope.value, world.ha, world.physician, scope)
        ReminderChoice.objects.create(user=user, pills=True)
    ReminderChoice.objects.create(user=world.user, pills=True)


TOLD = {
    "pills": (pills, {"ha", "see", "both"}),
    "injection": (injection, {"ha", "see", "both"}),
    "diary": (diary, {"ha", "report", "both"}),
}


@pytest.mark.parametrize(("due", "told"), TOLD.values(), ids=TOLD)
def test_of_each_kind_those_are_told_whose_scope_it_is(world, due, told):
    family(world)
    due(world)
    assert {who for who, _kind, _way in found(EVENING)} == told


NO_FAMILY = {
    "pills": (pills, set()),
    "injection": (injection, {"physician"}),
    "diary": (diary, set()),
}


@pytest.mark.parametrize(("due", "told"), NO_FAMILY.values(), ids=NO_FAMILY)
def test_without_family_the_clinic_is_told_of_what_it_does_itself(world, due, told):
    User.objects.filter(pk=world.user.pk).update(is_active=False)
    due(world)
    assert {who for who, _kind, _way in found(EVENING)} == told


def test_a_daily_notice_is_asked_for_not_imposed(world):
    pills(world)
    injection(world)
    diary(world)
    assert {kind for _who, kind, _way in found(EVENING)} == {"injection", "diary"}


def test_whoever_began_a_diary_is_asked_for_a_week(world):
    given.diary(world.ha, world.user, NOON - dt.timedelta(days=7))
    assert found(EVENING) == {("ha", "diary", "page")}
    assert found(EVENING + dt.timedelta(days=1)) == {("ha", "diary", "page")}
    assert Notification.objects.count() == 1


def test_a_warning_sign_is_no_diary(world):
    given.diary(world.ha, world.user, NOON, "red_flag", sign="fever")
    assert found(EVENING + dt.timedelta(days=1)) == set()


def test_one_notice_a_day(world):
    diary(world)
    for days in range(4):
        found(EVENING + dt.timedelta(days=days))
        found(EVENING + dt.timedelta(days=days, minutes=30))
    assert [row.slot for row in Notification.objects.order_by("slot")] == [
        f"diary:{TODAY + dt.timedelta(days=days)}" for days in range(3)
    ]


def test_it_comes_at_the_hour_of_the_site(world):
    diary(world)
    found(EVENING - dt.timedelta(minutes=30))
    assert Notification.objects.get().due_at == EVENING


def test_as_many_queries_for_many_patients_as_for_few(world):
    def queries():
        Notification.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            notifications.find_due(EVENING)
        return len(captured)

    for due in (pills, injection, diary):
        due(world)
    given.everything_on(world.user)
    few = queries()
    for number in range(2, 8):
        user = User.objects.create_user(f"user{number}")
        patient = enrol(f"A-{number}", world.site, world.physician, user=user)
        other = World(world.site, world.physician, patient, user, world.ways)
        given.everything_on(user)
        for due in (pills, injection, diary):
            due(other)
    assert queries() == few
    assert Notification.objects.count() == 7 * 3 * 3


def test_what_waits_of_one_kind_reads_no_more_than_that(world):
    diary(world)
    with CaptureQueriesContext(connection) as all_kinds:
        waits_of([world.ha], EVENING)
    with CaptureQueriesContext(connection) as one:
        waits_of([world.ha], EVENING, ["diary"])
    assert len(one) < len(all_kinds)


# --- by which ways -------------------------------------------------------------------------------


def everything(world):
    given.everything_on(world.user)
    diary(world)


SWITCHES = {
    "everything on": (lambda w: None, set(WAYS)),
    "no push": (lambda w: ReminderChoice.objects.update(push=False), {"page", "email"}),
    "no email": (lambda w: ReminderChoice.objects.update(email=False), {"page", "push"}),
    "no browser": (lambda w: PushSubscription.objects.all().delete(), {"page", "email"}),
    "a browser that ended": (
        lambda w: PushSubscription.objects.update(ended_at=NOON), {"page", "email"},
    ),
    "no address": (lambda w: EmailAddress.objects.all().delete(), {"page", "push"}),
    "an address not confirmed": (
        lambda w: EmailAddress.objects.update(verified=False), {"page", "push"},
    ),
    "no diary": (lambda w: ReminderChoice.objects.update(diary=False), set()),
    "another kind off": (lambda w: ReminderChoice.objects.update(visit=False), set(WAYS)),
    "nothing chosen yet": (lambda w: ReminderChoice.objects.all().delete(), {"page"}),
}  # fmt: skip


@pytest.mark.parametrize(("switch", "ways"), SWITCHES.values(), ids=SWITCHES)
def test_only_the_ways_that_are_switched_on(world, switch, ways):
    everything(world)
    switch(world)
    assert {way for _who, _kind, way in found(EVENING)} == ways


def test_a_way_that_the_site_has_not_is_never_used(world, settings):
    settings.NOTIFICATION_PROVIDERS = {"page": "none"}
    everything(world)
    assert {way for _who, _kind, way in found(EVENING)} == {"page"}


def test_what_others_may_read_says_less(world):
    everything(world)
    found(EVENING)
    deliver_all(EVENING)
    texts = {way: text for way, provider in world.ways.items() for *_, text in provider.sent}
    assert texts == dict.fromkeys(WAYS, "Something waits for you. Open Regain to see it.")


# --- the diary is asked for ----------------------------------------------------------------------


def test_asking_and_ending_are_audited_and_only_one_request_holds(world):
    diary(world)
    diary(world)
    assert DiaryRequest.objects.filter(ended_at=None).count() == 1
    for _again in range(2):
        end_diary_request(patient=world.ha, asked=world.asked())
    assert not DiaryRequest.objects.filter(ended_at=None).exists()
    done = AuditEvent.objects.filter(action__startswith="diary_request.", patient_id=world.ha.pk)
    assert sorted(done.values_list("action", flat=True)) == [
        "diary_request.end", "diary_request.record", "diary_request.record",
    ]  # fmt: skip


DAYS = {
    "one day": (0, 0, ""),
    "the last before the first": (1, 0, "order"),
    "today is the last": (-2, 0, ""),
    "over": (-2, -1, "past"),
    "three months": (0, 91, ""),
    "longer": (0, 92, "long"),
}


@pytest.mark.parametrize(("first", "last", "code"), DAYS.values(), ids=DAYS)
def test_the_days_of_a_diary(world, first, last, code):
    def ask():
        ask_for_diary(
            patient=world.ha, first=TODAY + dt.timedelta(first), last=TODAY + dt.timedelta(last),
            asked=world.asked(),
        )  # fmt: skip

    if not code:
        ask()
        return
    with pytest.raises(Refused) as told:
        ask()
    assert told.value.problems[0]["code"] == code


@pytest.mark.parametrize(
    "columns",
    [{"first": TODAY, "last": TODAY - dt.timedelta(1)}, {"first": TODAY, "last": TODAY}],
    ids=["days in the wrong order", "a second request"],
)
def test_the_table_refuses(world, columns):
    diary(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        DiaryRequest.objects.create(patient=world.ha, by=world.physician, at=NOON, **columns)


# --- choosing and trying -------------------------------------------------------------------------


def test_what_was_not_shown_stays_as_it_is(world):
    given.everything_on(world.user)
    choose(
        user=world.user, on=["visit", "nonsense"], among=["visit", "pills", "push", "nonsense"],
        asked=Asked(by=world.user, at=NOON),
    )  # fmt: skip
    own = ReminderChoice.objects.get()
    assert (own.visit, own.pills, own.push) == (True, False, False)
    assert (own.injection, own.diary, own.email) == (True, True, True)


def test_a_test_goes_everywhere_that_is_on_at_any_hour(world):
    given.everything_on(world.user)
    night = dt.datetime.combine(TODAY, dt.time(3), SEOUL)
    asked = Asked(by=world.user, at=night)
    assert send_test(user=world.user, asked=asked) == list(WAYS)
    deliver_all(night)
    for provider in world.ways.values():
        ((_at, _key, who, text),) = provider.sent
        assert (who, text) == ("ha", notifications.TEXTS[notifications.TEST])


def test_one_test_a_minute(world):
    def test(seconds):
        at = NOON + dt.timedelta(seconds=seconds)
        send_test(user=world.user, asked=Asked(by=world.user, at=at))

    test(0)
    with pytest.raises(Refused):
        test(59)
    test(60)


def test_a_test_whose_way_was_switched_off_meanwhile(world):
    given.everything_on(world.user)
    send_test(user=world.user, asked=Asked(by=world.user, at=NOON))
    ReminderChoice.objects.update(push=False)
    deliver_all(NOON)
    assert world.ways["push"].sent == []
    row = Notification.objects.get(channel="push")
    assert (row.state, row.reason) == ("cancelled", "channel_off")
