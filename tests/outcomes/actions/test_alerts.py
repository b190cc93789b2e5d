"""Alerts are written once, marked when their basis changes, acknowledged by one person."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outcomes import synthetic
from outcomes.actions import bulk
from outcomes.actions.alerts import STORY_NOTE, AlreadyAcknowledged, acknowledge
from outcomes.actions.consequences import draw, enter_in_error
from outcomes.documents.alert import AcknowledgementDocument
from outcomes.documents.visit import VisitDocument
from outcomes.kinds import BY_PATH
from outcomes.models import Alert, Visit
from outcomes.reference import alert_rules
from outcomes.rules.alerts import incomparable, late_decline, motor
from patients.documents.base import Refused, plain, read
from patients.models import AuditEvent, DocumentVersion
from patients.roles import Role
from tests.support.cast import SURGERY, TODAY, now, staff
from tests.support.scale import sampled

pytestmark = pytest.mark.django_db
VISITS = BY_PATH["visits"]


def examined(patient, by, day, right, left="4", **more):
    """A visit through the kind's own action, so with what follows from it."""
    document = {
        "id": str(uuid.uuid4()), "kind": "unscheduled", "mode": "in_person", **more,
        "date": str(SURGERY + dt.timedelta(days=day)),
        "motor": {"basis": "gestalt", "right": {"grade": right}, "left": {"grade": left}},
    }  # fmt: skip
    written = VISITS.record(patient=patient, document=read(VisitDocument, document), asked=now(by))
    return Visit.objects.get(pk=written.version.record_id)


def amended(visit, by, **content):
    document = plain(read(VisitDocument, visit.document())) | content
    VISITS.amend(
        row=visit, document=read(VisitDocument, document), reason="typed wrong",
        expected=visit.version, asked=now(by),
    )  # fmt: skip
    visit.refresh_from_db()


def motor_of(right, left="4"):
    return {"basis": "gestalt", "right": {"grade": right}, "left": {"grade": left}}


def note(text="Re-examined: 3 again."):
    return AcknowledgementDocument(note=text)


def ours(cast):
    """Ha's; the made-up patient of the cast has some, too."""
    return Alert.objects.filter(patient=cast.ha).order_by("position")


@pytest.fixture
def fall(cast):
    """Ha's right leg, 3 at six weeks, is 2 at day 60."""
    visit = examined(cast.ha, cast.physician_a, 60, "2", examiner="Dr Kim")
    return Alert.objects.get(patient=cast.ha, record=visit.pk)


def test_an_alert_says_what_changed(cast, fall):
    before = Visit.objects.get(patient=cast.ha, kind="6wk")
    assert (fall.rule, fall.level, fall.answer) == ("motor_fall", "emergency", "yes")
    assert (fall.value_before, fall.value_now) == ("3", "2")
    assert fall.when_before == str(before.date)
    assert fall.when_now == str(SURGERY + dt.timedelta(days=60))
    assert fall.examiner == "Dr Kim"
    assert fall.column == "motor_right_grade"
    assert fall.source == alert_rules()["motor_fall"].source
    assert (fall.record_before, fall.record_before_version) == (before.pk, 1)
    assert fall.recorded_by is None, "nobody wrote it: the rule did"
    assert DocumentVersion.objects.filter(record_id=fall.pk).count() == 1
    raised = AuditEvent.objects.filter(action="alert.raise").latest("pk")
    assert raised.patient_ids == [str(cast.ha.pk)]
    assert list(ours(cast).open()) == [fall]


def test_looking_again_writes_nothing_new(cast, fall):
    for _again in range(2):
        draw([cast.ha.pk], now(cast.physician_a))
    assert Alert.objects.filter(patient=cast.ha).count() == 1


def test_a_further_fall_is_a_second_alert(cast, fall):
    examined(cast.ha, cast.physician_a, 70, "2")
    assert ours(cast).count() == 1
    examined(cast.ha, cast.physician_a, 80, "1")
    assert [a.value_now for a in ours(cast)] == ["2", "1"]


def test_what_is_missing_is_stored_as_cannot_tell(cast):
    document = {
        "id": str(uuid.uuid4()), "kind": "unscheduled",
        "date": str(SURGERY + dt.timedelta(days=60)),
        "motor": {"basis": "gestalt", "left": {"grade": "4"}, "right": {"not_testable": "pain"}},
    }  # fmt: skip
    VISITS.record(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    alert = ours(cast).get()
    assert (alert.level, alert.answer) == ("ask", "cannot_tell")
    assert alert.derived()["missing"] == ["motor_right_grade"]


# --- basis changed ------------------------------------------------------------------------------
def test_an_amended_value_marks_its_alert(cast, fall):
    visit = Visit.objects.get(pk=fall.record)
    amended(visit, cast.physician_a, motor=motor_of("3"))
    fall.refresh_from_db()
    assert fall.basis_changed is True
    assert fall.acknowledged_at is None, "it is never closed by that"
    assert fall.version == 2
    event = AuditEvent.objects.get(action="alert.basis_change")
    assert (event.patient_id, event.record_id) == (cast.ha.pk, fall.pk)


def test_an_amended_value_that_still_falls_is_an_alert_of_its_own(cast, fall):
    amended(Visit.objects.get(pk=fall.record), cast.physician_a, motor=motor_of("1"))
    old, new = ours(cast)
    assert (old.basis_changed, new.basis_changed) == (True, None)
    assert (new.value_now, new.level) == ("1", "emergency")


def test_what_it_was_held_against_counts_too(cast, fall):
    amended(Visit.objects.get(pk=fall.record_before), cast.physician_a, motor=motor_of("2"))
    fall.refresh_from_db()
    assert fall.basis_changed is True


def test_an_examination_entered_in_error_marks_its_alert(cast, fall):
    visit = Visit.objects.get(pk=fall.record)
    enter_in_error(row=visit, asked=now(cast.physician_a), reason="wrong patient", expected=1)
    fall.refresh_from_db()
    assert fall.basis_changed is True
    assert fall in Alert.objects.open()


def test_a_note_amended_in_the_same_visit_changes_no_basis(cast, fall):
    amended(Visit.objects.get(pk=fall.record), cast.physician_a, note="seen with the son")
    fall.refresh_from_db()
    assert fall.basis_changed is None
    assert fall.version == 1


def residual(cast, volume):
    return examined(
        cast.ha, cast.physician_a, 60, "3",
        bladder={"method": "normal_voiding", "pvr_ml": volume},
    )  # fmt: skip


def to(visit, cast, volume):
    bladder = {"method": "normal_voiding", "pvr_ml": volume}
    amended(visit, cast.physician_a, bladder=bladder)


def emergencies(cast):
    return list(ours(cast).filter(rule="bladder_pvr_emergency", value_now="700 mL"))


@pytest.mark.parametrize("between", [100, 550])
def test_an_open_alert_whose_value_came_back_loses_its_mark(cast, between):
    visit = residual(cast, 700)
    to(visit, cast, between)
    [alert] = emergencies(cast)
    assert alert.basis_changed is True
    to(visit, cast, 700)
    [alert] = emergencies(cast)
    assert (alert.basis_changed, alert.acknowledged_at, alert.version) == (None, None, 3)
    history = DocumentVersion.objects.filter(record_id=alert.pk).order_by("version")
    assert [bool(v.reason) for v in history] == [False, True, True]
    assert AuditEvent.objects.get(action="alert.basis_restore").record_id == alert.pk


def test_after_acknowledgement_a_value_that_came_back_is_a_new_alert_each_time(cast):
    visit = residual(cast, 700)
    for times in (1, 2, 3):
        assert len(emergencies(cast)) == times
        alert = ours(cast).open().get(rule="bladder_pvr_emergency", value_now="700 mL")
        assert alert.basis_changed is None
        acknowledge(row=alert, document=note(), asked=now(cast.physician_a))
        to(visit, cast, 100)
        to(visit, cast, 700)
        draw([cast.ha.pk], now(cast.physician_a))
    assert len({a.measurement for a in emergencies(cast)}) == 4
    assert [bool(a.acknowledged_at) for a in emergencies(cast)].count(False) == 1


def test_what_it_was_held_against_amended_and_back(cast, fall):
    before = Visit.objects.get(pk=fall.record_before)
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    amended(before, cast.physician_a, motor=motor_of("2"))
    amended(before, cast.physician_a, motor=motor_of("3"))
    alert = ours(cast).filter(rule="motor_fall", record=fall.record).open().get()
    assert (alert.value_before, alert.value_now, alert.level) == ("3", "2", "emergency")
    draw([cast.ha.pk], now(cast.physician_a))
    assert ours(cast).filter(rule="motor_fall", record=fall.record).count() == 2


# --- acknowledging ------------------------------------------------------------------------------
def test_a_named_person_acknowledges_with_a_note(cast, fall):
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    fall.refresh_from_db()
    assert fall.acknowledged_by == cast.physician_a
    assert fall.acknowledgement_note == "Re-examined: 3 again."
    assert not ours(cast).open().exists()
    event = AuditEvent.objects.get(action="alert.acknowledge")
    assert (event.by, event.record_id, event.version) == (cast.physician_a, fall.pk, 2)


def test_the_same_person_again_gets_the_first_answer(cast, fall):
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    again = acknowledge(row=fall, document=note("another"), asked=now(cast.physician_a))
    fall.refresh_from_db()
    assert again.replayed
    assert fall.version == 2
    assert fall.acknowledgement_note == "Re-examined: 3 again."


def test_who_comes_second_is_told_who_was_first(cast, fall):
    """`fall` is still as the second person's page had it."""
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    with pytest.raises(AlreadyAcknowledged) as told:
        acknowledge(row=fall, document=note(), asked=now(cast.therapist_a))
    assert told.value.alert.acknowledged_by == cast.physician_a


def test_a_note_is_needed():
    with pytest.raises(Refused):
        read(AcknowledgementDocument, {"note": ""})


def test_after_acknowledgement_it_fires_again_only_on_a_further_fall(cast, fall):
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    examined(cast.ha, cast.physician_a, 70, "2")
    assert not ours(cast).open().exists()
    examined(cast.ha, cast.physician_a, 80, "1")
    assert ours(cast).open().get().value_now == "1"


def test_acknowledging_marks_no_basis_and_a_later_change_still_does(cast, fall):
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    amended(Visit.objects.get(pk=fall.record), cast.physician_a, motor=motor_of("3"))
    fall.refresh_from_db()
    assert (fall.basis_changed, fall.acknowledged_by) == (True, cast.physician_a)


def test_a_fall_entered_by_amendment_after_acknowledgement_fires(cast, fall):
    again = examined(cast.ha, cast.physician_a, 70, "5")
    last = examined(cast.ha, cast.physician_a, 80, "5")
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    amended(last, cast.physician_a, note="seen with the son")
    assert not ours(cast).open().exists(), "no value changed"
    amended(last, cast.physician_a, motor=motor_of("2"))
    alert = ours(cast).open().get()
    assert (alert.record, alert.value_before, alert.level) == (last.pk, "5", "emergency")
    assert alert.record_before == again.pk


def test_a_note_amended_after_acknowledgement_fires_nothing(cast, fall):
    examined(cast.ha, cast.physician_a, 70, "5")
    last = examined(cast.ha, cast.physician_a, 80, "2")
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    amended(last, cast.physician_a, note="seen with the son")
    assert not ours(cast).open().exists()


# --- who is followed ----------------------------------------------------------------------------
def test_a_published_case_raises_nothing(cast):
    """Not in bulk (the cast's own), and not when something is recorded later."""
    assert cast.baek.origin == "published"
    last = (
        Visit.objects.filter(patient=cast.baek).exclude(motor_right_grade=None).latest("position")
    )
    document = plain(read(VisitDocument, last.document())) | {"id": str(uuid.uuid4())}
    document["motor"] |= {"right": {"grade": "0"}}
    VISITS.record(
        patient=cast.baek, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    assert not Alert.objects.filter(patient=cast.baek).exists()


def entered(site, by, *, reporter="import"):
    cases = [
        synthetic.course(seed=118, number=n, today=TODAY - dt.timedelta(days=1))
        for n in range(1, 1 + sampled(15, 40))
    ]
    asked = replace(now(by), reporter=reporter)
    list(bulk.enter(cases, site=site, asked=asked))
    return Alert.objects.filter(patient__in=[case.patient["id"] for case in cases])


def test_of_made_up_courses_the_old_alerts_are_answered_and_the_recent_open(cast):
    alerts = entered(cast.seoul, cast.physician_a)
    answered, still_open = alerts.exclude(acknowledged_at=None), alerts.filter(acknowledged_at=None)
    assert answered
    oldest = TODAY - dt.timedelta(days=14)
    for alert in answered:
        assert alert.when_now[:10] < str(oldest)
        assert (alert.acknowledged_by, alert.acknowledgement_note) == (cast.physician_a, STORY_NOTE)
    for alert in still_open:
        assert alert.when_now[:10] >= str(oldest)


def test_without_a_physician_at_the_site_they_stay_open(cast):
    cast.physician_b.memberships.update(active=False)
    alerts = entered(cast.berlin, None)
    assert alerts
    assert not alerts.exclude(acknowledged_at=None).exists()


def test_what_a_person_enters_of_a_made_up_patient_stays_open(cast):
    patient = cast.synthetic
    last = Visit.objects.filter(patient=patient).exclude(motor_right_grade=None).latest("date")
    document = plain(read(VisitDocument, last.document()))
    for day, grade in ((90, "4"), (80, "0")):
        document |= {"id": str(uuid.uuid4()), "date": str(TODAY - dt.timedelta(days=day))}
        document["motor"] = motor_of(grade)
        VISITS.record(
            patient=patient, document=read(VisitDocument, document), asked=now(cast.physician_a)
        )
    assert Alert.objects.open().filter(patient=patient, value_now="0").exists()


# --- cost ---------------------------------------------------------------------------------------
def test_queries_do_not_grow_with_the_patients_of_a_batch(cast):
    def queries(numbers):
        cases = [
            synthetic.course(seed=7, number=n, today=TODAY - dt.timedelta(days=1)) for n in numbers
        ]
        with CaptureQueriesContext(connection) as found:
            list(bulk.enter(cases, site=cast.seoul, asked=replace(now(None), reporter="import")))
        # rows are inserted in chunks as large as the database takes
        return sum(not q["sql"].startswith("INSERT") for q in found)

    assert queries(range(1, 1 + sampled(10, 25))) == queries(range(26, 31))


def test_every_rule_has_its_row_and_every_row_of_motor_its_rule():
    found = {
        name
        for module in (motor, incomparable, late_decline)
        for name in vars(module).values()
        if isinstance(name, str) and name.startswith("motor_") and name in alert_rules()
    }
    assert found == {rule for rule in alert_rules() if rule.startswith("motor_")}


def test_nobody_acknowledges_by_the_machine(cast, fall):
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    with pytest.raises(AlreadyAcknowledged):
        acknowledge(row=fall, document=note(), asked=replace(now(None), at=timezone.now()))


def test_the_second_physician_of_the_same_site(cast, fall):
    other = staff("physician_a2", cast.seoul, Role.PHYSICIAN)
    acknowledge(row=fall, document=note(), asked=now(other))
    fall.refresh_from_db()
    assert fall.acknowledged_by == other


def test_a_long_list_of_what_is_missing_and_a_long_name_are_kept(cast):
    """A fever with nothing else recorded lacks a dozen inputs."""
    cast.physician_a.first_name, cast.physician_a.last_name = "F" * 150, "L" * 150
    cast.physician_a.save()
    document = {
        "id": str(uuid.uuid4()), "kind": "unscheduled", "vitals": {"temperature_c": 38.5},
        "date": str(SURGERY + dt.timedelta(days=2)),
    }  # fmt: skip
    VISITS.record(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    alert = ours(cast).get()
    assert len(alert.missing) > 200
    assert alert.derived()["missing"]
    assert len(alert.examiner) == 200
