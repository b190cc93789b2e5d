"""The demo hospital: its sign-ins follow DEMO_PASSWORD, and a second time adds nothing."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from outcomes import demo
from outcomes.actions import notifications
from outcomes.models import Notification
from patients.models import DocumentVersion, Patient, User
from patients.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole of it is built by every test that starts the product."""
    assert demo.PATIENTS == 120
    monkeypatch.setattr(demo, "PATIENTS", 4)


@pytest.mark.parametrize("role", list(Role))
def test_every_sign_in_has_the_known_password(role: Role) -> None:
    demo.build()
    assert User.objects.get(username=role).check_password("regain-demo-2026")


def test_a_new_demo_password_replaces_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    demo.build()
    monkeypatch.setenv("DEMO_PASSWORD", "another-password")
    demo.build()
    assert {user.check_password("another-password") for user in User.objects.all()} == {True}


def test_a_second_time_adds_nothing() -> None:
    demo.build()
    before = DocumentVersion.objects.count()
    demo.build()
    assert DocumentVersion.objects.count() == before > 0
    assert User.objects.count() == len(Role)


def test_the_patient_and_the_caregiver_see_exactly_one_synthetic_patient() -> None:
    demo.build()
    for role in (Role.PATIENT, Role.CAREGIVER):
        seen = Patient.objects.visible_to(User.objects.get(username=role))
        assert [patient.origin for patient in seen] == ["synthetic"]
    physician = Patient.objects.visible_to(User.objects.get(username=Role.PHYSICIAN))
    assert physician.filter(origin="synthetic").count() == 4
    assert 0 < Patient.objects.visible_to(User.objects.get(username=Role.SURGEON)).count() < 4


def test_the_patient_and_the_caregiver_are_reminded_of_a_visit() -> None:
    demo.build()
    notifications.find_due(timezone.now())
    told = Notification.objects.values_list("recipient__username", flat=True)
    assert {Role.PATIENT.value, Role.CAREGIVER.value} <= set(told)


def test_a_demo_that_was_interrupted_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    demo.build()
    monkeypatch.setattr(demo, "PATIENTS", 6)
    demo.build()
    assert Patient.objects.filter(origin="synthetic").count() == 6


def test_never_into_a_database_in_use() -> None:
    User.objects.create_user("someone")
    with pytest.raises(CommandError, match="set DEMO=0"):
        call_command("demo")
    assert User.objects.count() == 1


def test_never_on_a_real_site(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="no demo data"):
        call_command("demo")
