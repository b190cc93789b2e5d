"""Inviting at the clinic and on the phone, joining, and what the answers give away: nothing."""

import logging
import re
import uuid

import pytest
import segno
from django.test import Client
from django.utils import timezone

from patients import invitations
from patients.invitations import Terms
from patients.models import AuditEvent, Invitation, Patient, Proxy, User
from tests.support.cast import enrol, now

pytestmark = pytest.mark.django_db
CLINIC = "/patients/{}/invitations/"


@pytest.fixture
def clinic(cast, client_for):
    return client_for(cast.physician_a)


def invite(cast, patient, terms=None):
    by = now(cast.physician_a)
    return invitations.invite(patient=patient, terms=terms or Terms(), asked=by)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def code_in(answer):
    return re.search(r'<p class="code">([A-Z0-9]{4}-[A-Z0-9]{4})</p>', answer.content.decode())[1]


def join(client, code, year):
    return client.post("/join/", {"link": "", "code": code, "year": str(year)})


# --- the clinic ---------------------------------------------------------------------------------
def test_the_clinic_invites_and_the_patient_joins(cast, clinic):
    answer = clinic.post(CLINIC.format(cast.ji.pk), {"do": "patient", "language": "en"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<svg" in answer.content.decode()
    code = code_in(answer)
    assert code not in text(clinic.get(CLINIC.format(cast.ji.pk)))
    phone = Client()
    asked = phone.post("/join/", {"link": "", "code": code.lower()})
    assert "In which year was the patient born?" in text(asked)
    joined = join(phone, code, 1939)
    assert (joined.status_code, joined.headers["Location"]) == (302, "/my/sign-in/")
    assert phone.get(f"/my/{cast.ji.pk}/").status_code == 200
    assert "Used" in text(clinic.get(CLINIC.format(cast.ji.pk)))


def test_the_square_holds_a_link_that_opens_it(cast, clinic, monkeypatch):
    drawn = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda link, **how: drawn.append(link) or make(link, **how))
    clinic.post(CLINIC.format(cast.ji.pk), {"do": "patient"})
    address, secret = re.fullmatch(r"(http://testserver/join/)#([\w-]{22})", drawn[0]).groups()
    phone = Client()
    assert "In which year" in text(phone.post(address, {"link": secret}))
    assert phone.post(address, {"link": secret, "year": "1939"}).status_code == 302
    assert Patient.objects.get(pk=cast.ji.pk).user is not None


def test_the_sheet_is_in_the_chosen_language_and_the_next_page_is_not(cast, clinic):
    answer = clinic.post(CLINIC.format(cast.ji.pk), {"do": "patient", "language": "ko"})
    assert '<html lang="ko">' in answer.content.decode()
    assert '<html lang="en">' in clinic.get(CLINIC.format(cast.ji.pk)).content.decode()


def test_the_clinic_invites_a_caregiver_with_scope_and_end(cast, clinic):
    sent = {"do": "caregiver", "name": "Mina, daughter", "scope": "see", "until": "2199-12-31"}
    answer = clinic.post(CLINIC.format(cast.ji.pk), sent)
    join(Client(), code_in(answer), 1939)
    proxy = Proxy.objects.get(patient=cast.ji)
    assert (proxy.scope, proxy.name) == ("see", "Mina, daughter")
    shown = text(clinic.get(CLINIC.format(cast.ji.pk)))
    assert "Mina, daughter" in shown
    assert "until the end of 2199-12-31" in shown


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        pytest.param({"name": "Mina"}, "Choose what this person may do.", id="no scope"),
        pytest.param({"scope": "see"}, "Write what this person is called", id="no name"),
        pytest.param(
            {"name": "Mina", "scope": "see", "until": "31.12."}, "year-month-day", id="no date"
        ),
        pytest.param(
            {"name": "Mina", "scope": "see", "until": "2020-01-01"}, "This day is over", id="past"
        ),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    cast, clinic, client_for, sent, told
):
    phone = client_for(cast.patient_user)
    for answer in (
        clinic.post(CLINIC.format(cast.ji.pk), {"do": "caregiver"} | sent),
        phone.post(f"/my/{cast.ha.pk}/people/", {"do": "invite"} | sent),
    ):
        assert answer.status_code == 422
        assert told in text(answer)
        for value in sent.values():
            assert value in text(answer)
    assert not Invitation.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(cast, clinic):
    sent = {"do": "caregiver", "until": "2020-01-01"}
    answer = text(clinic.post(CLINIC.format(cast.ji.pk), sent))
    for told in ("Write what this person is called", "Choose what this", "This day is over"):
        assert told in answer


def test_again_takes_the_place_of_one_that_waits_and_never_of_a_used_one(cast, clinic):
    made = invite(cast, cast.ji, Terms("see", "Mina"))
    again = {"do": "again", "id": str(made.invitation.pk)}
    code = code_in(clinic.post(CLINIC.format(cast.ji.pk), again))
    assert join(Client(), made.code, 1939).status_code == 422
    assert join(Client(), code, 1939).status_code == 302
    used = Invitation.objects.get(used_at__isnull=False)
    answer = clinic.post(CLINIC.format(cast.ji.pk), {"do": "again", "id": str(used.pk)})
    assert answer.status_code == 404


def test_the_clinic_takes_back_limits_and_ends(cast, clinic):
    made = invite(cast, cast.ji)
    where = CLINIC.format(cast.ha.pk)
    theirs = {"do": "revoke", "id": str(made.invitation.pk)}
    assert clinic.post(where, theirs).status_code == 404  # of another patient
    assert clinic.post(CLINIC.format(cast.ji.pk), theirs).status_code == 302
    assert Invitation.objects.get().revoked_at is not None
    proxy = Proxy.objects.get(user=cast.sees)
    elsewhere = {"do": "remove", "id": str(proxy.pk)}
    assert clinic.post(CLINIC.format(cast.ji.pk), elsewhere).status_code == 404
    limit = {"do": "limit", "id": str(proxy.pk), "until": "2199-01-01"}
    assert clinic.post(where, limit).status_code == 302
    proxy.refresh_from_db()
    assert invitations.last_day(proxy.until, cast.ha).isoformat() == "2199-01-01"
    assert clinic.post(where, {"do": "remove", "id": str(proxy.pk)}).status_code == 302
    assert clinic.post(where, {"do": "remove", "id": str(proxy.pk)}).status_code == 404
    for bad in ("", "x", "9" * 30, str(uuid.uuid4())):
        for deed in ("revoke", "again", "remove", "limit"):
            assert clinic.post(where, {"do": deed, "id": bad}).status_code == 404


def test_without_a_birth_year_the_page_says_what_to_do(cast, clinic):
    unknown = enrol("A-009", cast.seoul, cast.physician_a, age_at_index=77)
    shown = text(clinic.get(CLINIC.format(unknown.pk)))
    assert "The birth year is not recorded" in shown
    assert f"/patients/{unknown.pk}/edit/" in shown
    assert 'value="patient"' not in shown
    answer = clinic.post(CLINIC.format(unknown.pk), {"do": "patient"})
    assert answer.status_code == 422
    assert "enter the birth date or year under Details first" in text(answer)


def test_lost_phone_is_ticked_or_nothing_ends(cast, clinic):
    old = Client()
    old.force_login(cast.patient_user)
    where = CLINIC.format(cast.ha.pk)
    code = code_in(clinic.post(where, {"do": "patient"}))
    assert old.get("/my/sign-in/").status_code == 200
    code = code_in(clinic.post(where, {"do": "patient", "lost": "yes"}))
    assert old.get("/my/sign-in/").status_code == 302
    new = Client()
    assert join(new, code, 1947).status_code == 302
    assert new.get(f"/my/{cast.ha.pk}/").status_code == 200


# --- joining ------------------------------------------------------------------------------------
def dead(cast):
    """Codes that open nothing, by why; the last is simply unknown."""
    used, revoked, locked, expired = (
        invite(cast, cast.ji, Terms("see", f"M{n}")) for n in range(4)
    )
    join(Client(), used.code, 1939)
    invitations.revoke(invitation=revoked.invitation, asked=now(cast.physician_a))
    for _n in range(5):
        join(Client(), locked.code, 1900)
    before = timezone.now() - timezone.timedelta(hours=25)
    Invitation.objects.filter(pk=expired.invitation.pk).update(
        created_at=before, expires_at=before + timezone.timedelta(hours=24)
    )
    waiting = invite(cast, cast.ji, Terms("see", "M4"))
    return {
        "used": (used.code, 1939),
        "revoked": (revoked.code, 1939),
        "locked": (locked.code, 1939),
        "expired": (expired.code, 1939),
        "wrong year": (waiting.code, 1938),
        "unknown": ("ZZZZZZZZ", 1939),
    }


def test_every_code_that_opens_nothing_is_answered_alike(cast):
    seen = {}
    for why, (code, year) in dead(cast).items():
        first = Client().post("/join/", {"link": "", "code": code})
        answer = join(Client(), code, year)
        assert (first.status_code, answer.status_code) == (200, 422), why
        plain = re.sub(r'value="[^"]*"', "", answer.content.decode())
        seen[why] = re.sub(r'value="[^"]*"', "", first.content.decode()) + plain
    assert len(set(seen.values())) == 1, seen.keys()
    assert "do not open anything" in next(iter(seen.values()))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"code": "ABC"}, "Write the 8 letters and digits"),
        ({"code": "", "link": ""}, "Write the 8 letters and digits"),
        ({"code": "ABC", "year": "1947"}, "Write the 8 letters and digits"),
        ({"code": "ABCDEFGH", "year": "47"}, "Write the year with four digits"),
        ({"code": "ABCDEFGH", "year": ""}, "Write the year with four digits"),
    ],
)
def test_what_cannot_be_right_is_no_try(cast, sent, told):
    answer = Client().post("/join/", sent)
    assert answer.status_code == 422
    assert told in text(answer)
    assert not AuditEvent.objects.filter(action="sign_in.failed").exists()


def test_staff_are_told_to_sign_out_first_and_nothing_is_used(cast, clinic):
    made = invite(cast, cast.ji)
    for answer in (clinic.get("/join/"), join(clinic, made.code, 1939)):
        assert answer.status_code == 200
        assert "Sign out first" in text(answer)
    assert Invitation.objects.get().used_at is None


def test_a_caregiver_who_is_signed_in_is_told_whose_sign_in_it_is(cast, client_for):
    phone = client_for(cast.sees)
    made = invite(cast, cast.ji, Terms("report", "Mina"))
    assert "added to this sign-in" in text(phone.post("/join/", {"code": made.code}))
    assert join(phone, made.code, 1939).headers["Location"] == "/my/"
    shown = text(phone.get("/my/"))
    assert "Ha" in shown
    assert "Ji" in shown
    assert phone.get(f"/my/{cast.ji.pk}/people/").status_code == 200
    own = invite(cast, cast.ji)
    assert "this phone is signed in as" in text(join(phone, own.code, 1939))


def test_many_tries_from_one_address_are_stopped(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"join": "3/15m/ip"}
    made = invite(cast, cast.ji)
    client = Client()
    assert [join(client, "ZZZZZZZZ", 1939).status_code for _n in range(3)] == [422] * 3
    assert join(client, made.code, 1939).status_code == 429
    assert Invitation.objects.get().used_at is None


def test_a_failure_on_the_way_leaves_the_invitation_unused(cast, monkeypatch):
    made = invite(cast, cast.ji)

    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("outcomes.pages.phone.joining.login", fail)
    client = Client(raise_request_exception=False)
    answer = join(client, made.code, 1939)
    assert answer.status_code == 500
    assert made.code not in answer.content.decode()
    monkeypatch.undo()
    assert Invitation.objects.get().used_at is None
    assert join(client, made.code, 1939).status_code == 302


def test_the_post_needs_the_token_of_its_page(cast):
    made = invite(cast, cast.ji)
    client = Client(enforce_csrf_checks=True)
    answer = join(client, made.code, 1939)
    assert answer.status_code == 403
    assert made.code not in answer.content.decode()


def test_no_secret_reaches_a_log_an_event_or_an_address(cast, clinic, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    made = invite(cast, cast.ji, Terms("see", "Mina"))
    for secret in ({"link": made.secret}, {"code": made.code}):
        for year in ("", "x", "1938"):
            answer = Client().post("/join/", secret | {"year": year})
            assert not answer.headers.get("Location")
    join(Client(raise_request_exception=False), made.code, 1939)
    kept = caplog.text + str(list(AuditEvent.objects.values_list()))
    assert made.code not in kept
    assert made.secret not in kept
    assert Invitation.objects.get().used_at is not None


# --- the patient's own page ---------------------------------------------------------------------
def test_the_patient_invites_ends_and_takes_back(cast, client_for):
    phone, where = client_for(cast.patient_user), f"/my/{cast.ha.pk}/people/"
    sent = {"do": "invite", "name": "Bo, neighbour", "scope": "both"}
    code = code_in(phone.post(where, sent))
    assert "Bo, neighbour" in text(phone.get(where))
    caregiver = Client()
    assert join(caregiver, code, 1947).status_code == 302
    assert caregiver.get(f"/my/{cast.ha.pk}/").status_code == 200
    proxy = Proxy.objects.get(name="Bo, neighbour")
    assert phone.post(where, {"do": "remove", "id": str(proxy.pk)}).status_code == 302
    assert caregiver.get(f"/my/{cast.ha.pk}/").status_code == 404
    phone.post(where, sent)
    waiting = Invitation.objects.get(used_at=None)
    phone.post(where, {"do": "revoke", "id": str(waiting.pk)})
    waiting.refresh_from_db()
    assert waiting.revoked_at is not None


def test_the_patient_reaches_no_invitation_of_their_own_and_nobody_elses(cast, client_for):
    phone, where = client_for(cast.patient_user), f"/my/{cast.ha.pk}/people/"
    own, others = invite(cast, cast.ha), invite(cast, cast.ji, Terms("see", "M"))
    for made in (own, others):
        phone.post(where, {"do": "revoke", "id": str(made.invitation.pk)})
    assert not Invitation.objects.filter(revoked_at__isnull=False).exists()


def test_a_caregiver_sees_what_they_were_given_and_may_leave(cast, client_for):
    phone, where = client_for(cast.reports), f"/my/{cast.ha.pk}/people/"
    assert "Report only" in text(phone.get(where))
    for deed in ("invite", "remove", ""):
        assert phone.post(where, {"do": deed}).status_code == 403
    assert phone.post(where, {"do": "leave"}).status_code == 302
    assert phone.get(where).status_code == 404
    assert Proxy.objects.filter(user=cast.sees, revoked_at=None).exists()


def test_names_of_accounts_are_never_asked_for(cast, client_for):
    """Whoever joins has no sign-in name to know: it is nobody's word and has no password."""
    join(Client(), invite(cast, cast.ji).code, 1939)
    account = Patient.objects.get(pk=cast.ji.pk).user
    assert account.username.startswith("phone-")
    assert str(account) == "Ji"
    sent = {"login": account.username, "password": ""}
    assert Client().post("/account/login/", sent).status_code == 200
    assert not User.objects.get(pk=account.pk).has_usable_password()
