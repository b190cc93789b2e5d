"""Many redemptions at one moment, in real transactions on their own connections."""

import pytest
from django.utils import timezone

from patients import invitations
from patients.invitations import Joined, No, Terms
from patients.models import AuditEvent, Invitation, Patient, Proxy, Site, User
from patients.roles import Role
from tests.patients.test_concurrency import THREADS, together
from tests.support.cast import enrol, now, staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient():
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    return enrol("A-001", site, staff("physician", site, Role.PHYSICIAN), birth_year=1947)


def invite(patient, terms):
    by = now(User.objects.get(username="physician"))
    return invitations.invite(patient=patient, terms=terms, asked=by)


def joining(made, year=1947, *, link):
    secret = {"link": made.secret} if link else {"code": made.code}
    return lambda: invitations.join(**secret, year=year, by=None, language="en", at=timezone.now())


@pytest.mark.parametrize("terms", [Terms(), Terms("both", "Mina")], ids=["patient", "caregiver"])
def test_of_twenty_parallel_redemptions_one_succeeds(patient, terms):
    made = invite(patient, terms)
    before = User.objects.count()
    outcomes = together(*[joining(made, link=n % 2 == 0) for n in range(THREADS)])
    joined = [one for one in outcomes if isinstance(one, Joined)]
    assert len(joined) == 1, outcomes
    assert [one for one in outcomes if one != joined[0]] == [No.WRONG] * (THREADS - 1)
    assert User.objects.count() == before + 1
    assert Proxy.objects.count() == (1 if terms.scope else 0)
    assert (Patient.objects.get().user == joined[0].user) is not bool(terms.scope)
    assert AuditEvent.objects.filter(action="invitation.use").count() == 1


def test_of_twenty_parallel_wrong_years_five_are_counted(patient):
    made = invite(patient, Terms())
    assert (
        together(*[joining(made, 1900 + n, link=False) for n in range(THREADS)])
        == [No.WRONG] * THREADS
    )
    assert Invitation.objects.get().wrong_tries == 5
    assert AuditEvent.objects.filter(action="invitation.lock").count() == 1
    assert joining(made, link=True)() == No.WRONG


def test_an_invitation_made_twenty_times_at_once_waits_once(patient):
    made = together(*[lambda: invite(patient, Terms()) for _ in range(THREADS)])
    open_ = [one for one in made if isinstance(joining(one, link=True)(), Joined)]
    assert len(open_) == 1


def test_taking_back_and_joining_at_once_has_one_winner(patient):
    made = invite(patient, Terms())
    by = now(User.objects.get(username="physician"))

    def revoke():
        return invitations.revoke(invitation=made.invitation, asked=by)

    outcomes = together(*[work for _ in range(10) for work in (revoke, joining(made, link=True))])
    won = [one for one in outcomes if one is True or isinstance(one, Joined)]
    assert len(won) == 1
    kept = Invitation.objects.get()
    assert (kept.used_at is None) != (kept.revoked_at is None)
