"""Inviting and joining: what each step leaves behind, and what it refuses."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from outcomes.models import PushSubscription
from patients import circle, invitations, joining_rules
from patients.access import load_own
from patients.documents.base import Refused
from patients.invitations import Joined, No, Terms
from patients.joining_rules import State
from patients.models import (
    AuditEvent,
    DocumentVersion,
    Invitation,
    Membership,
    Patient,
    Proxy,
    User,
)
from tests.support.cast import enrol, now

pytestmark = pytest.mark.django_db
BOTH = Terms("both", "Mina, daughter")
LATER = dt.timedelta(hours=23, minutes=59)


def invite(cast, patient=None, terms=None, **more):
    patient = patient or cast.ji
    return invitations.invite(
        patient=patient, terms=terms or Terms(), asked=now(cast.physician_a), **more
    )


def join(made, year=1939, by=None, after=dt.timedelta(0), link=False):
    secrets = {"link": made.secret} if link else {"code": made.code}
    return invitations.join(**secrets, year=year, by=by, language="ko", at=timezone.now() + after)


def state(made):
    return invitations.state(Invitation.objects.get(pk=made.invitation.pk), timezone.now())


def events(action):
    return AuditEvent.objects.filter(action=action)


# --- making -------------------------------------------------------------------------------------
def test_only_digests_are_kept(cast):
    made = invite(cast)
    assert len(made.code) == 8
    assert len(made.secret) == 22  # 128 bits in base64
    kept = str(Invitation.objects.values_list()) + str(list(AuditEvent.objects.values_list()))
    assert made.code not in kept
    assert made.secret not in kept


def test_the_digest_needs_the_secret_of_the_site(cast, settings):
    made = invite(cast)
    settings.SECRET_KEY = "another" * 10
    assert join(made) == No.WRONG


def test_a_new_one_for_the_patient_takes_the_place_of_the_old_one(cast):
    first, daughter, second = invite(cast), invite(cast, terms=BOTH), invite(cast)
    assert [state(one) for one in (first, daughter, second)] == [
        State.REVOKED,
        State.WAITING,
        State.WAITING,
    ]
    assert join(first) == No.WRONG
    third = invite(cast, terms=BOTH, instead_of=daughter.invitation)
    assert [state(one) for one in (daughter, second, third)] == [
        State.REVOKED,
        State.WAITING,
        State.WAITING,
    ]


@pytest.mark.parametrize(
    ("terms", "field", "code"),
    [
        pytest.param(Terms("everything", "Mina"), "scope", "scope", id="an unknown scope"),
        pytest.param(Terms("see", "  "), "name", "missing", id="nobody's name"),
        pytest.param(Terms("see", "a\nb"), "name", "missing", id="a name of two lines"),
        pytest.param(Terms("see", "M" * 101), "name", "too_long", id="too long a name"),
        pytest.param(
            Terms("see", "Mina", dt.date.today() - dt.timedelta(days=2)), "until", "past",
            id="a day that is over",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_of_a_caregivers_invitation(cast, terms, field, code):
    with pytest.raises(Refused) as refused:
        invite(cast, terms=terms)
    assert [(p["path"], p["code"]) for p in refused.value.problems] == [((field,), code)]
    assert not Invitation.objects.exists()


def test_the_last_day_is_whole_at_the_site(cast):
    today = timezone.now().astimezone(dt.timezone(dt.timedelta(hours=9))).date()
    made = invite(cast, terms=Terms("see", "Mina", today))
    assert made.invitation.until.isoformat().endswith("T00:00:00+09:00")
    assert invitations.last_day(made.invitation.until, cast.ji) == today


@pytest.mark.parametrize("known", [{"age_at_index": 77}, {}], ids=["an age only", "nothing"])
def test_without_a_birth_year_nobody_is_invited(cast, known):
    unknown = enrol("A-009", cast.seoul, cast.physician_a, **known)
    with pytest.raises(Refused) as refused:
        invite(cast, unknown)
    assert refused.value.problems[0]["code"] == "no_birth_year"


def test_a_published_case_and_the_dead_are_not_invited(cast):
    dead = enrol("A-008", cast.seoul, cast.physician_a, birth_year=1930, status="died")
    for patient in (cast.baek, dead):
        with pytest.raises(Refused) as refused:
            invite(cast, patient)
        assert refused.value.problems[0]["code"] == "nobody"


# --- joining as the patient ---------------------------------------------------------------------
def test_the_patient_joins_and_gets_an_account_without_a_password(cast):
    made = invite(cast)
    joined = join(made)
    assert isinstance(joined, Joined)
    assert load_own(joined.user, cast.ji.pk).reporter == "patient"
    assert not joined.user.has_usable_password()
    assert joined.user.language == "ko"
    assert state(made) == State.USED
    ji = Patient.objects.get(pk=cast.ji.pk)
    assert DocumentVersion.objects.filter(record_id=ji.pk, version=ji.version).exists()
    assert ji.name == "Ji"
    for action in ("invitation.make", "invitation.use", "patient.join"):
        assert events(action).count() == 1, action


def test_both_secrets_open_it_and_once_together(cast):
    made = invite(cast)
    assert isinstance(join(made, link=True), Joined)
    assert join(made, link=True) == No.WRONG
    assert join(made) == No.WRONG


def test_a_new_invitation_leads_back_into_the_same_account(cast):
    first = join(invite(cast))
    again = join(invite(cast))
    assert again.user == first.user
    assert events("patient.join").count() == 1


@pytest.mark.parametrize("after", [LATER, dt.timedelta(hours=24)], ids=["before", "at its end"])
def test_it_is_good_for_a_day(cast, after):
    made = invite(cast)
    at = made.invitation.created_at + after
    outcome = invitations.join(code=made.code, year=1939, by=None, language="en", at=at)
    assert isinstance(outcome, Joined) == (after == LATER)


def test_the_fifth_wrong_year_locks_it_and_four_do_not(cast):
    first, second = invite(cast, terms=BOTH), invite(cast, terms=BOTH)
    for _n in range(joining_rules.MOST_WRONG - 1):
        assert join(first, year=1940) == No.WRONG
        assert join(second, year=1940) == No.WRONG
    assert isinstance(join(first), Joined)
    assert join(second, year=1940) == No.WRONG
    assert state(second) == State.LOCKED
    assert join(second) == No.WRONG
    assert events("invitation.lock").count() == 1
    assert events("invitation.wrong").count() == 9


def test_an_unknown_code_is_told_the_same_and_is_nobodys_event(cast):
    made = invite(cast)
    assert (
        invitations.join(code="ZZZZZZZZ", year=1939, by=None, language="en", at=timezone.now())
        == No.WRONG
    )
    assert events("sign_in.failed").get().patient_id is None
    assert state(made) == State.WAITING


def test_one_that_was_taken_back_opens_nothing(cast):
    made = invite(cast)
    assert invitations.revoke(invitation=made.invitation, asked=now(cast.physician_a))
    assert not invitations.revoke(invitation=made.invitation, asked=now(cast.physician_a))
    assert join(made) == No.WRONG
    assert events("invitation.revoke").count() == 1


def test_what_was_used_is_not_taken_back(cast):
    made = invite(cast)
    join(made)
    assert not invitations.revoke(invitation=made.invitation, asked=now(cast.physician_a))
    assert state(made) == State.USED


def test_a_phone_that_is_signed_in_as_somebody_else_does_not_join_as_the_patient(cast):
    made = invite(cast)
    assert join(made, by=cast.sees) == No.SIGNED_IN
    assert state(made) == State.WAITING
    assert isinstance(join(made), Joined)


def test_a_disabled_account_does_not_come_back(cast):
    User.objects.filter(pk=cast.patient_user.pk).update(is_active=False)
    assert join(invite(cast, cast.ha), year=1947) == No.WRONG


# --- joining as a caregiver ---------------------------------------------------------------------
def test_a_caregiver_gets_an_account_of_their_own_with_scope_and_end(cast):
    day = dt.date.today() + dt.timedelta(days=30)
    joined = join(invite(cast, terms=Terms("report", "Mina, daughter", day)))
    own = load_own(joined.user, cast.ji.pk)
    assert (own.sees, own.reports, own.reporter) == (False, True, "caregiver")
    proxy = Proxy.objects.get(user=joined.user)
    assert (proxy.name, invitations.last_day(proxy.until, cast.ji)) == ("Mina, daughter", day)
    assert Patient.objects.get(pk=cast.ji.pk).user is None


def test_a_second_link_goes_to_the_same_account_and_mixes_nothing(cast):
    first = join(invite(cast, terms=Terms("see", "Mina, daughter")))
    made = invite(cast, cast.ha, terms=Terms("report", "Mina, neighbour"))
    second = join(made, year=1947, by=first.user)
    assert second.user == first.user
    own = {p.pk: load_own(first.user, p.pk) for p in Patient.objects.own(first.user)}
    assert {pk: (o.sees, o.reports) for pk, o in own.items()} == {
        cast.ji.pk: (True, False),
        cast.ha.pk: (False, True),
    }
    names = dict(Proxy.objects.filter(user=first.user).values_list("patient_id", "name"))
    assert names == {cast.ji.pk: "Mina, daughter", cast.ha.pk: "Mina, neighbour"}


def test_a_second_invitation_of_the_same_caregiver_replaces_what_they_had(cast):
    first = join(invite(cast, terms=Terms("see", "Mina")))
    join(invite(cast, terms=Terms("both", "Mina")), by=first.user)
    live = Proxy.objects.filter(user=first.user, revoked_at=None)
    assert [proxy.scope for proxy in live] == ["both"]
    assert Proxy.objects.filter(user=first.user).count() == 2


def test_the_patient_does_not_become_their_own_caregiver(cast):
    made = invite(cast, cast.ha, terms=BOTH)
    assert join(made, year=1947, by=cast.patient_user) == No.ONESELF
    assert state(made) == State.WAITING


def test_a_caregiver_is_revoked_at_once_and_limited(cast):
    joined = join(invite(cast, terms=BOTH))
    proxy = Proxy.objects.get(user=joined.user)
    client = Client()
    client.force_login(joined.user)
    address = f"/my/{cast.ji.pk}/people/"
    assert client.get(address).status_code == 200
    tomorrow = dt.date.today() + dt.timedelta(days=2)
    circle.limit(proxy=proxy, last_day=tomorrow, asked=now(cast.physician_a))
    assert client.get(address).status_code == 200
    circle.revoke(proxy=proxy, asked=now(cast.physician_a))
    assert client.get(address).status_code == 404
    circle.revoke(proxy=proxy, asked=now(cast.physician_a))
    circle.limit(proxy=proxy, last_day=None, asked=now(cast.physician_a))
    assert client.get(address).status_code == 404
    assert events("proxy.revoke").get().about == joined.user
    assert events("proxy.limit").count() == 1


# --- a lost phone -------------------------------------------------------------------------------
def test_a_lost_phone_is_shut_out_and_only_that_account(cast):
    lost, other = Client(), Client()
    lost.force_login(cast.patient_user)
    other.force_login(cast.sees)
    for user in (cast.patient_user, cast.sees):
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    invitations.lose_phone(patient=cast.ha, asked=now(cast.physician_a))
    assert lost.get("/my/").status_code == 302
    assert "login" in lost.get("/my/").headers["Location"]
    assert other.get(f"/my/{cast.ha.pk}/").status_code == 200
    assert [one.user for one in Authenticator.objects.all()] == [cast.sees]
    assert events("sign_in.lost_phone").count() == 1


def test_nobody_gets_into_the_account_of_staff_by_an_invitation(cast):
    """A colleague who is the patient as well: whoever may invite them could act as them."""
    Membership.objects.create(user=cast.patient_user, site=cast.seoul, role="administrator")
    made = invite(cast, cast.ha)
    assert join(made, 1947) == No.WRONG
    assert Invitation.objects.get().used_at is None


def test_a_lost_phone_reads_no_code_to_sign_in_and_shows_no_notice(cast):
    """Its mailbox is open to whoever found it, and its lock screen shows what is pushed."""
    for user in (cast.patient_user, cast.sees):
        EmailAddress.objects.create(user=user, email=f"{user}@example.org", verified=True)
        PushSubscription.objects.create(
            user=user, endpoint=f"https://fcm.googleapis.com/{user}", created_at=timezone.now()
        )
    invitations.lose_phone(patient=cast.ha, asked=now(cast.physician_a))
    assert [one.user for one in EmailAddress.objects.all()] == [cast.sees]
    live = PushSubscription.objects.filter(ended_at=None)
    assert [one.user for one in live] == [cast.sees]
