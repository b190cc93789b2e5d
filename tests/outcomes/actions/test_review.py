"""Courses that were recorded before a rule existed: looked at again by a command."""

import datetime as dt
import uuid

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from outcomes.actions import visits
from outcomes.actions.review import PATIENTS_A_PAGE
from outcomes.documents.visit import VisitDocument
from outcomes.models import Alert, DataQuery, FollowUp
from patients.documents.base import read
from patients.models import AuditEvent, DocumentVersion, Patient
from tests.support.cast import SURGERY, now

pytestmark = pytest.mark.django_db


def motor(right):
    return {"basis": "gestalt", "right": {"grade": right}, "left": {"grade": "4"}}


@pytest.fixture
def before(cast):
    """A fall of Ha's right leg, recorded when nothing followed from a visit."""
    document = {"id": str(uuid.uuid4()), "kind": "unscheduled", "mode": "in_person",
                "date": str(SURGERY + dt.timedelta(days=60)), "motor": motor("1")}  # fmt: skip
    visits.record_visit(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    assert not Alert.objects.filter(patient=cast.ha).exists()
    return document


def told(capsys, *options):
    call_command("review_records", *options)
    return capsys.readouterr().out


def test_a_course_from_before_a_rule_gets_its_alert_and_its_queries(cast, before, capsys):
    told(capsys)
    alert = Alert.objects.get(patient=cast.ha)
    assert (alert.rule, alert.value_now, str(alert.record)) == ("motor_fall", "1", before["id"])
    assert alert.recorded_by is None
    assert AuditEvent.objects.filter(action="alert.raise").exists()
    assert DataQuery.objects.filter(patient=cast.ha, record=before["id"]).open().exists()
    assert FollowUp.objects.filter(patient=cast.ha).exists()


def test_again_it_finds_nothing_and_writes_nothing(cast, before, capsys):
    told(capsys)
    written = DocumentVersion.objects.count()
    assert ", 0 alerts and 0 data queries added." in told(capsys)
    assert DocumentVersion.objects.count() == written


def test_a_check_changes_nothing_and_fails_where_something_is_missing(cast, before, capsys):
    written = DocumentVersion.objects.count()
    with pytest.raises(CommandError, match=r"run manage\.py review_records"):
        told(capsys, "--check")
    assert DocumentVersion.objects.count() == written
    assert not Alert.objects.filter(patient=cast.ha).exists()
    told(capsys)
    assert "0 alerts and 0 data queries" in told(capsys, "--check")


def test_pages_of_patients_leave_nobody_out(cast, before, capsys, monkeypatch):
    assert PATIENTS_A_PAGE > 2
    monkeypatch.setattr("outcomes.actions.review.PATIENTS_A_PAGE", 2)
    assert told(capsys).startswith(f"{Patient.objects.count()} patients looked at")
    assert Alert.objects.filter(patient=cast.ha).exists()


def test_a_published_case_raises_none_and_its_page_says_so(cast, client_for, capsys):
    told(capsys)
    assert not Alert.objects.filter(patient=cast.baek).exists()
    assert not DataQuery.objects.filter(patient=cast.baek).exists()
    page = client_for(cast.physician_a).get(f"/patients/{cast.baek.pk}/").content.decode()
    assert "no alert and no data query is raised" in page
    ours = client_for(cast.physician_a).get(f"/patients/{cast.ha.pk}/").content.decode()
    assert "no alert and no data query is raised" not in ours
