"""From a report to the clinic: the alert, whom it tells, and that nothing holds it back."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from outcomes.actions.escalation import watch
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.visit import VisitDocument
from outcomes.kinds import BY_PATH, DIARY
from outcomes.models import Alert, DiaryEntry, Notification
from outcomes.presenters import alerts as words
from outcomes.reference import Sign, red_flags
from outcomes.warning_signs import reports
from outcomes.worklist import work_list
from patients.documents.base import read
from patients.models import Membership
from patients.records import Asked
from tests.support.alerts import answer
from tests.support.cast import TODAY

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")


def report(patient, user, sign, *, waited=dt.timedelta(), at=None, reporter="patient", **more):
    """Tapped `waited` before it arrived, by the phone's clock."""
    at = at or timezone.now()
    document = {
        "id": str(uuid.uuid4()), "kind": "red_flag", "sign": sign,
        "device_time": at - waited, "device_sent_at": at, **more,
    }  # fmt: skip
    asked = Asked(by=user, at=at, reporter=reporter)
    DIARY.record(patient=patient, document=read(DiaryDocument, document), asked=asked)
    return DiaryEntry.objects.get(pk=document["id"])


def alerts_of(entry):
    return list(Alert.objects.filter(record=entry.pk).order_by("recorded_at", "rule"))


def said(alert):
    with translation.override("en"):
        return words.one(alert, gettext)


@pytest.mark.parametrize("sign", list(Sign))
def test_each_report_is_one_alert_of_its_level_reported_and_not_examined(cast, sign):
    entry = report(cast.ha, cast.patient_user, sign)
    (alert,) = alerts_of(entry)
    assert alert.rule == f"reported_{sign}"
    assert alert.level == red_flags()[sign].level
    assert (alert.reported_by, alert.examiner) == ("patient", None)
    told = said(alert)
    assert told.reported == "Reported by the patient, not examined"
    assert told.title.startswith("Reported: ")
    assert told.advice
    assert told.open


def test_again_is_a_new_alert_also_after_the_first_was_answered(cast):
    first = report(cast.ha, cast.patient_user, "saddle_numbness")
    answer(alerts_of(first)[0], cast.physician_a)
    second = report(cast.ha, cast.patient_user, "saddle_numbness")
    third = report(cast.ha, cast.patient_user, "saddle_numbness")
    assert [a.acknowledged_at for e in (second, third) for a in alerts_of(e)] == [None, None]


def test_the_same_report_sent_again_is_the_same_alert(cast):
    at = timezone.now()
    document = {"id": str(uuid.uuid4()), "kind": "red_flag", "sign": "fever", "device_time": at}
    for later in (0, 60):
        sent = at + dt.timedelta(seconds=later)
        asked = Asked(by=cast.patient_user, at=sent, reporter="patient")
        shape = read(DiaryDocument, document | {"device_sent_at": sent})
        DIARY.record(patient=cast.ha, document=shape, asked=asked)
    assert Alert.objects.filter(rule="reported_fever").count() == 1


@pytest.mark.parametrize(
    ("who", "reporter", "more", "expected"),
    [
        ("sees_and_reports", "caregiver", {}, "caregiver"),
        ("reports", "caregiver", {}, "caregiver"),
        ("physician_a", "clinician", {"on_behalf": "patient"}, "patient"),
    ],
)
def test_whose_word_it_is(cast, who, reporter, more, expected):
    entry = report(cast.ha, getattr(cast, who), "fever", reporter=reporter, **more)
    assert alerts_of(entry)[0].reported_by == expected


def test_what_was_offline_for_days_says_when_it_happened_and_when_it_arrived(cast):
    at = dt.datetime.combine(TODAY, dt.time(9, 30), SEOUL) - dt.timedelta(days=1)
    entry = report(cast.ha, cast.patient_user, "wound_leak", waited=dt.timedelta(days=3), at=at)
    told = said(alerts_of(entry)[0])
    assert told.when_now == f"{TODAY - dt.timedelta(days=4)} 09:30"
    assert told.received == f"{TODAY - dt.timedelta(days=1)} 09:30"
    assert told.late


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (59, False), (62, True)])
def test_what_arrives_within_the_hour_is_not_late(cast, minutes, late):
    waited = dt.timedelta(minutes=minutes)
    assert (
        said(alerts_of(report(cast.ha, cast.patient_user, "fever", waited=waited))[0]).late is late
    )


def test_a_clock_that_was_changed_says_no_time_at_all(cast):
    waited = dt.timedelta(days=-400)
    told = said(alerts_of(report(cast.ha, cast.patient_user, "fever", waited=waited))[0])
    assert (told.when_now, told.late) == ("", False)
    assert told.received


def examined(cast, **parts):
    document = {"id": str(uuid.uuid4()), "kind": "unscheduled", "mode": "in_person",
                "date": str(TODAY), **parts}  # fmt: skip
    BY_PATH["visits"].record(
        patient=cast.ha, document=read(VisitDocument, document),
        asked=Asked(by=cast.physician_a, at=timezone.now()),
    )  # fmt: skip


def rules(cast):
    return list(
        Alert.objects.filter(patient=cast.ha, level="emergency").values_list("rule", flat=True)
    )


def test_a_reported_leak_and_an_examined_fever_meet_whichever_comes_first(cast):
    report(cast.ha, cast.patient_user, "wound_leak")
    assert rules(cast) == []
    examined(cast, vitals={"temperature_c": 38.5})
    assert rules(cast) == ["fever_with_reported_wound_sign"]
    report(cast.ha, cast.patient_user, "wound_leak")
    assert sorted(rules(cast)) == [
        "fever_with_reported_wound_sign",
        "reported_wound_leak_with_fever",
    ]


def test_a_report_is_no_examination(cast):
    """The next motor grade is held against the last one examined, not against a report."""
    report(cast.ha, cast.patient_user, "new_weakness")
    before = Alert.objects.filter(patient=cast.ha).count()
    examined(cast, motor={"basis": "gestalt", "right": {"grade": "3"}, "left": {"grade": "4"}})
    assert Alert.objects.filter(patient=cast.ha).count() == before


def test_taken_back_the_alert_stays_open_and_says_that_its_basis_changed(cast):
    entry = report(cast.ha, cast.patient_user, "fever")
    DIARY.withdraw(
        row=entry, reason="Tapped by mistake", expected=1,
        asked=Asked(by=cast.patient_user, at=timezone.now(), reporter="patient"),
    )  # fmt: skip
    (alert,) = alerts_of(entry)
    assert (alert.acknowledged_at, alert.basis_changed) == (None, True)


def test_the_report_stands_first_in_the_list_of_today(cast):
    report(cast.ji, cast.physician_a, "self_harm", reporter="clinician", on_behalf="patient")
    first = work_list(cast.physician_a, timezone.now())[0]
    assert first.candidate.id == cast.ji.pk
    assert first.wanted[0].details.rule == "reported_self_harm"


def test_those_near_are_told_at_once_and_then_who_is_on_call(cast):
    Membership.objects.filter(user=cast.therapist_a).update(on_call="first")
    at = timezone.now()
    report(cast.ha, cast.patient_user, "cannot_pass_urine", at=at)
    watch(at)
    told = set(Notification.objects.filter(kind="alert").values_list("recipient", flat=True))
    assert cast.surgeon_a.pk in told, "operated on the patient"
    watch(at + dt.timedelta(minutes=15))
    told = set(Notification.objects.filter(kind="alert").values_list("recipient", flat=True))
    assert cast.therapist_a.pk in told


# --- what who reported it sees --------------------------------------------------------------------
def test_the_patient_sees_the_own_report_and_that_it_was_seen_without_the_note(cast):
    entry = report(cast.ha, cast.patient_user, "fever")
    (before,) = reports(cast.patient_user, cast.ha, timezone.now())
    assert (before.id, before.told_at, before.seen_at) == (entry.pk, entry.recorded_at, None)
    answer(alerts_of(entry)[0], cast.physician_a)
    (after,) = reports(cast.patient_user, cast.ha, timezone.now())
    assert after.seen_at == alerts_of(entry)[0].acknowledged_at
    assert not hasattr(after, "note")


def test_who_sees_which_report(cast):
    mine = report(cast.ha, cast.patient_user, "fever")
    theirs = report(cast.ha, cast.reports, "wound_leak", reporter="caregiver")

    def seen(user, patient=cast.ha):
        return {one.id for one in reports(user, patient, timezone.now())}

    assert seen(cast.patient_user) == seen(cast.sees) == {mine.pk, theirs.pk}
    assert seen(cast.reports) == {theirs.pk}
    assert seen(cast.revoked) == seen(cast.expired) == seen(cast.physician_b) == set()
    assert seen(cast.patient_user, cast.ji) == set()


def test_a_report_leaves_the_page_after_fourteen_days_and_nothing_else(cast):
    at = timezone.now() - dt.timedelta(days=14, minutes=1)
    entry = report(cast.ha, cast.patient_user, "fever", at=at)
    assert reports(cast.patient_user, cast.ha, timezone.now()) == []
    assert reports(cast.patient_user, cast.ha, timezone.now() - dt.timedelta(minutes=2))
    assert DiaryEntry.objects.visible_to(cast.patient_user).filter(pk=entry.pk).exists()


def test_the_same_few_queries_for_one_report_and_for_many(cast, django_assert_num_queries):
    for sign in Sign:
        report(cast.ha, cast.patient_user, sign)
    with django_assert_num_queries(2):
        assert len(reports(cast.patient_user, cast.ha, timezone.now())) == len(Sign)


# --- what else the diary says ------------------------------------------------------------------
def entry(cast, at=None, **said):
    at = at or timezone.now()
    document = {"id": str(uuid.uuid4()), "device_time": at, "device_sent_at": at, **said}
    DIARY.record(
        patient=cast.ha, document=read(DiaryDocument, document),
        asked=Asked(by=cast.patient_user, at=at, reporter="patient"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([{"kind": "fall", "fall_injured": True}], {"diary_fall": "urgent"}),
        ([{"kind": "fall", "fall_new_pain": True}], {"diary_fall": "urgent"}),
        ([{"kind": "fall", "fall_injured": False, "fall_new_pain": False}], {}),
        ([{"kind": "fall"}], {"diary_fall_unclear": "ask"}),
        ([{"kind": "mood", "mood": "low"}], {"diary_low_mood": "ask"}),
        ([{"kind": "mood", "mood": "so_so"}], {}),
        ([{"kind": "catheter", "volume_ml": 501}], {}),
        ([{"kind": "catheter", "volume_ml": 501}] * 2, {"diary_catheter_volumes": "review"}),
        ([{"kind": "void", "volume_ml": 600}] * 2, {}),
    ],
)
def test_the_diary(cast, given, expected):
    for said_ in given:
        entry(cast, **said_)
    found = Alert.objects.filter(patient=cast.ha, reported_by="patient")
    assert {alert.rule: alert.level for alert in found} == expected
    for alert in found:
        assert said(alert).what
        assert "_" not in said(alert).what + said(alert).value_now
