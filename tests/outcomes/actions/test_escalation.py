"""Nobody is forgotten: notices of open alerts, at once and again when nobody answers."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from outcomes.actions import escalation
from outcomes.actions.alerts import acknowledge
from outcomes.actions.notifications import ALERT
from outcomes.actions.thresholds import set_threshold
from outcomes.documents.alert import AcknowledgementDocument
from outcomes.models import Alert, Message, Notification
from patients.actions import amend_patient
from patients.administration import change_roles, set_on_call
from patients.documents.base import Refused, plain, read
from patients.documents.people import PatientDocument
from patients.models import AuditEvent, CareTeamMember, Membership
from patients.roles import Role
from tests.outcomes.actions.test_alerts import examined
from tests.support.cast import now, staff
from tests.support.outbox import deliver_all

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def quiet(cast):
    """Nothing open but what a test makes."""
    for alert in Alert.objects.open():
        acknowledge(
            row=alert, document=AcknowledgementDocument(note="-"), asked=now(cast.physician_a)
        )
    return cast


@pytest.fixture
def emergency(quiet):
    examined(quiet.ha, quiet.physician_a, 60, "2")
    return Alert.objects.open().get()


@pytest.fixture
def urgent(quiet):
    examined(quiet.ha, quiet.physician_a, 60, "3", "3")
    return Alert.objects.open().get()


def told(alert, minutes):
    """Who is told by so many minutes after it was raised, by stage."""
    escalation.watch(alert.recorded_at + minutes * MINUTE)
    found = {}
    for row in Notification.objects.filter(kind=ALERT).select_related("recipient"):
        stage = row.slot.split()[1]
        found.setdefault(stage, set()).add(row.recipient.username)
    return found


def on_call(cast, user, turn):
    set_on_call(site=cast.seoul, user=user, turn=turn, asked=now(cast.administrator_a))


# the physician enrolled Ha and is in the care team; the surgeon operated
NEAR = {"physician_a", "surgeon"}
EVERYONE = {"physician_a", "therapist_a", "surgeon"}


def test_the_people_near_are_told_at_once(emergency):
    assert told(emergency, 0) == {"raised": NEAR}


def test_where_nobody_is_near_every_clinician_is(quiet):
    for day, right in ((10, "4"), (20, "2")):
        examined(quiet.ji, quiet.physician_a, day, right)
    CareTeamMember.objects.filter(patient=quiet.ji).update(until=timezone.now())
    alert = Alert.objects.open().get()
    everyone = EVERYONE - {"surgeon"}
    assert told(alert, 0) == {"raised": everyone}, "a surgeon who may not open it is not told"


@pytest.mark.parametrize(
    ("minutes", "stages"),
    [(14, {"raised"}), (15, {"raised", "first"}), (59, {"raised", "first"}),
     (60, {"raised", "first", "second"})],
)  # fmt: skip
def test_an_emergency_goes_on_after_15_and_60_minutes(emergency, minutes, stages):
    assert set(told(emergency, minutes)) == stages


@pytest.mark.parametrize(
    ("minutes", "stages"),
    [(239, {"raised"}), (240, {"raised", "first"}), (479, {"raised", "first"}),
     (480, {"raised", "first", "second"})],
)  # fmt: skip
def test_an_urgent_one_later(urgent, minutes, stages):
    assert urgent.level == "urgent"
    assert set(told(urgent, minutes)) == stages


def test_a_site_sets_its_own_minutes(quiet, emergency):
    set_threshold(
        site=quiet.seoul, key="emergency_on_call_minutes", value=Decimal(5), reason="ward near",
        asked=now(quiet.administrator_a),
    )  # fmt: skip
    assert set(told(emergency, 4)) == {"raised"}
    assert set(told(emergency, 5)) == {"raised", "first"}


def test_it_goes_to_who_is_on_call_and_then_to_the_second(quiet, emergency):
    on_call(quiet, quiet.therapist_a, "first")
    on_call(quiet, quiet.physician_a, "second")
    assert told(emergency, 60) == {
        "raised": NEAR, "first": {"therapist_a"}, "second": {"physician_a"},
    }  # fmt: skip


def test_where_nobody_is_on_call_everyone_clinical_is_told(emergency):
    assert told(emergency, 60) == {"raised": NEAR, "first": EVERYONE, "second": EVERYONE}


def test_who_is_on_call_but_may_not_open_the_record_does_not_stop_the_others(quiet, emergency):
    stranger = staff("surgeon_2", quiet.seoul, Role.SURGEON)
    on_call(quiet, stranger, "first")
    assert told(emergency, 15)["first"] == EVERYONE


def test_once_is_enough_and_it_says_when(quiet, emergency):
    told(emergency, 15)
    count = Notification.objects.filter(kind=ALERT).count()
    for minutes in (15, 16, 40):
        told(emergency, minutes)
    assert Notification.objects.filter(kind=ALERT).count() == count
    emergency.refresh_from_db()
    assert emergency.escalated_at == emergency.recorded_at + 15 * MINUTE
    assert emergency.acknowledged_at is None
    assert AuditEvent.objects.filter(action="alert.escalate").count() == 1


def test_what_is_acknowledged_goes_no_further(quiet, emergency):
    told(emergency, 0)
    acknowledge(
        row=emergency, document=AcknowledgementDocument(note="seen"), asked=now(quiet.surgeon_a)
    )
    assert set(told(emergency, 60)) == {"raised"}
    emergency.refresh_from_db()
    assert emergency.escalated_at is None


@pytest.mark.parametrize("level", ["ask"])
def test_lesser_levels_write_to_nobody(quiet, level):
    examined(quiet.ha, quiet.physician_a, 60, "3", "4-")
    alert = Alert.objects.open().get()
    assert alert.level == level
    assert told(alert, 600) == {}


def test_of_someone_who_died_nobody_is_told(quiet, emergency):
    document = plain(read(PatientDocument, quiet.ha.document())) | {"status": "died"}
    amend_patient(
        patient=quiet.ha, document=read(PatientDocument, document), reason="died",
        expected=quiet.ha.version, asked=now(quiet.physician_a),
    )  # fmt: skip
    assert told(emergency, 60) == {}


# --- sending ------------------------------------------------------------------------------------
def test_it_says_only_that_something_waits_and_no_night_holds_it(emergency):
    night = emergency.recorded_at.replace(hour=18) + dt.timedelta(days=1)  # three in Seoul
    escalation.watch(night)
    deliver_all(night)
    texts = set(Message.objects.values_list("text", flat=True))
    assert texts == {"An alert waits for an answer. Open Regain to see it."}
    assert not Notification.objects.filter(kind=ALERT).exclude(state="sent").exists()


def test_acknowledged_meanwhile_it_is_not_sent(quiet, emergency):
    escalation.watch(emergency.recorded_at)
    acknowledge(
        row=emergency, document=AcknowledgementDocument(note="seen"), asked=now(quiet.physician_a)
    )
    deliver_all(emergency.recorded_at + MINUTE)
    states = set(Notification.objects.filter(kind=ALERT).values_list("state", "reason"))
    assert states == {("cancelled", "acknowledged")}


def test_who_lost_the_role_meanwhile_is_not_written_to_and_the_others_are(quiet, emergency):
    CareTeamMember.objects.filter(patient=quiet.ha).update(until=timezone.now())
    escalation.watch(emergency.recorded_at)
    Membership.objects.filter(user=quiet.surgeon_a).update(active=False)
    deliver_all(emergency.recorded_at + MINUTE)
    [row] = Notification.objects.filter(kind=ALERT)
    assert (row.state, row.reason) == ("cancelled", "recipient_not_permitted")
    # the stage is still to be gone through
    assert told(emergency, 1)["raised"] == {"surgeon", "physician_a", "therapist_a"}


# --- who is on call -----------------------------------------------------------------------------
def test_only_a_clinician_of_the_site_can_be_on_call(cast):
    for user in (cast.administrator_a, cast.physician_b):
        with pytest.raises(Refused):
            on_call(cast, user, "first")
    with pytest.raises(Refused):
        on_call(cast, cast.physician_a, "third")


def test_being_on_call_is_audited_once_and_ends_with_the_role(cast):
    on_call(cast, cast.physician_a, "first")
    on_call(cast, cast.physician_a, "first")
    event = AuditEvent.objects.get(action="staff.on_call")
    assert (event.by, event.about, event.site) == (
        cast.administrator_a, cast.physician_a, cast.seoul,
    )  # fmt: skip
    change_roles(site=cast.seoul, user=cast.physician_a, roles=[], asked=now(cast.administrator_a))
    assert cast.physician_a.memberships.get().on_call == ""
