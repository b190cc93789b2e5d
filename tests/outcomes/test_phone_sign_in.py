"""Coming back without a password: codes by e-mail, passkeys, and how long one stays signed in."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone

from patients import invitations
from patients.models import AuditEvent
from tests.support.cast import now

pytestmark = pytest.mark.django_db
HERE = "/my/sign-in/"


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def digits():
    return re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0]


@pytest.fixture
def phone(cast, client_for):
    return client_for(cast.patient_user)


def give_address(phone, address="ha@example.org"):
    assert phone.post(f"{HERE}email/", {"email": address}).status_code == 302
    return phone.post(f"{HERE}email/code/", {"code": digits()})


# --- an address ---------------------------------------------------------------------------------
def test_an_address_is_a_way_in_once_its_code_came_back(cast, phone):
    phone.post(f"{HERE}email/", {"email": "ha@example.org"})
    assert not EmailAddress.objects.exists()
    assert phone.post(f"{HERE}email/code/", {"code": "000000"}).status_code == 422
    assert phone.post(f"{HERE}email/code/", {"code": digits()}).status_code == 302
    assert EmailAddress.objects.get().user == cast.patient_user
    assert AuditEvent.objects.filter(action="sign_in.email_add").count() == 1
    assert "ha@example.org" in text(phone.get(HERE))
    phone.post(f"{HERE}email/", {"do": "remove"})
    assert not EmailAddress.objects.exists()


def test_three_wrong_codes_end_it(phone):
    phone.post(f"{HERE}email/", {"email": "ha@example.org"})
    right = digits()
    for _n in range(3):
        assert phone.post(f"{HERE}email/code/", {"code": "x"}).status_code == 422
    assert phone.post(f"{HERE}email/code/", {"code": right}).status_code == 422
    assert not EmailAddress.objects.exists()


def test_a_code_is_good_for_a_quarter_of_an_hour(phone):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        phone.post(f"{HERE}email/", {"email": "ha@example.org"})
        clock.shift(dt.timedelta(minutes=15, seconds=1))
        assert phone.post(f"{HERE}email/code/", {"code": digits()}).status_code in {302, 422}
    assert not EmailAddress.objects.exists()


def test_an_address_belongs_to_one_account(cast, phone, client_for):
    give_address(client_for(cast.sees))
    assert give_address(phone, "HA@example.org").status_code == 422
    assert EmailAddress.objects.get().user == cast.sees


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "a b@example.org"])
def test_what_is_no_address_is_refused_and_kept(phone, typed):
    answer = phone.post(f"{HERE}email/", {"email": typed})
    assert answer.status_code == 422
    assert "for example name@example.org" in text(answer)
    assert f'value="{typed}"' in text(answer)
    assert mail.outbox == []


def test_after_a_quarter_of_an_hour_the_ways_back_change_only_after_signing_in_again(cast, phone):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fresh = Client()
        fresh.force_login(cast.patient_user)
        clock.shift(dt.timedelta(minutes=16))
        # the first way back may be given at any time
        assert give_address(fresh).status_code == 302
        fresh.post(f"{HERE}email/", {"do": "remove"})
        assert EmailAddress.objects.exists()
        assert fresh.get(f"{HERE}passkey/").status_code == 302
        assert "sign out and in again first" in text(fresh.get(HERE))
        again = Client()
        again.force_login(cast.patient_user)
        clock.shift(dt.timedelta(minutes=14))
        assert again.get(f"{HERE}passkey/").status_code == 200


REMINDERS = "/my/reminders/"


def confirm_for_reminders(client, address):
    client.post(REMINDERS, {"do": "address", "address": address})
    link = re.search(r"/my/reminders/address/\S+", mail.outbox[-1].body)[0]
    return Client().post(link)


def test_an_address_for_reminders_is_a_way_back_and_needs_a_fresh_sign_in_as_well(cast, settings):
    settings.PUBLIC_URL = "http://testserver"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        phone = Client()
        phone.force_login(cast.patient_user)
        assert give_address(phone).status_code == 302
        clock.shift(dt.timedelta(minutes=16))
        mail.outbox.clear()
        answer = phone.post(REMINDERS, {"do": "address", "address": "finder@example.org"})
        assert answer.status_code == 422
        assert "sign out and in again" in text(answer)
        assert 'value="finder@example.org"' in text(answer)
        assert mail.outbox == []
        fresh = Client()
        fresh.force_login(cast.patient_user)
        assert confirm_for_reminders(fresh, "new@example.org").status_code == 200
    # the one before opens nothing any more
    assert [one.email for one in EmailAddress.objects.all()] == ["new@example.org"]


def test_what_a_lost_phone_asked_for_confirms_nothing_once_it_is_shut_out(cast, settings):
    settings.PUBLIC_URL = "http://testserver"
    finder = Client()
    finder.force_login(cast.patient_user)
    finder.post(REMINDERS, {"do": "address", "address": "finder@example.org"})
    link = re.search(r"/my/reminders/address/\S+", mail.outbox[-1].body)[0]
    assert Client().get(link).status_code == 200
    invitations.lose_phone(patient=cast.ha, asked=now(cast.physician_a))
    assert Client().get(link).status_code == 404
    assert Client().post(link).status_code == 404
    assert not EmailAddress.objects.exists()


def test_a_code_on_its_way_opens_nothing_once_the_phone_is_shut_out(cast, phone):
    give_address(phone)
    finder, _answer = ask("ha@example.org")
    code = digits()
    invitations.lose_phone(patient=cast.ha, asked=now(cast.physician_a))
    finder.post("/account/code/confirm/", {"code": code})
    assert finder.get(f"/my/{cast.ha.pk}/").status_code == 302


def test_the_first_address_for_reminders_may_be_given_at_any_time(cast, settings):
    settings.PUBLIC_URL = "http://testserver"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        phone = Client()
        phone.force_login(cast.patient_user)
        clock.shift(dt.timedelta(days=20))
        assert confirm_for_reminders(phone, "ha@example.org").status_code == 200


def test_staff_who_never_sign_in_by_email_may_change_theirs_at_any_time(cast, settings):
    settings.PUBLIC_URL = "http://testserver"
    physician = Client()
    physician.force_login(cast.physician_a)
    for address in ("one@example.org", "two@example.org"):
        assert confirm_for_reminders(physician, address).status_code == 200


# --- a code by e-mail ---------------------------------------------------------------------------
def ask(email):
    client = Client()
    return client, client.post("/account/code/", {"email": email}, follow=True)


def test_a_code_by_email_signs_in(cast, phone):
    give_address(phone)
    client, answer = ask("Ha@Example.org")
    assert "If ha@example.org is set up" in text(answer)
    answer = client.post("/account/code/confirm/", {"code": digits()})
    assert answer.status_code == 302
    assert client.get(f"/my/{cast.ha.pk}/").status_code == 200


def plain(answer, email):
    page = re.sub(r'(nonce|value)="[^"]*"', "", answer.content.decode())
    return answer.status_code, answer.redirect_chain, page.replace(email, "")


def test_a_known_and_an_unknown_address_are_answered_alike(cast, phone):
    give_address(phone)
    cast.physician_a.email = "doctor@example.org"
    cast.physician_a.save()
    EmailAddress.objects.create(
        user=cast.sees, email="notyet@example.org", verified=False, primary=True
    )
    emails = ("ha@example.org", "nobody@example.org", "doctor@example.org", "notyet@example.org")
    mail.outbox.clear()
    seen = set()
    for email in emails:
        client, answer = ask(email)
        wrong = client.post("/account/code/confirm/", {"code": "000000"}, follow=True)
        seen.add(str((plain(answer, email), plain(wrong, email))))
    assert len(seen) == 1
    # each gets one letter, so that the time it takes tells nothing either
    assert [letter.to for letter in mail.outbox] == [[email] for email in emails]
    with_code = [letter.to[0] for letter in mail.outbox if re.search(r"^\d{6}$", letter.body, re.M)]
    assert with_code == ["ha@example.org"]


def test_letters_name_no_patient_and_nothing_about_health(cast, phone):
    give_address(phone)
    ask("ha@example.org")
    ask("nobody@example.org")
    letters = " ".join(letter.subject + letter.body for letter in mail.outbox)
    for word in ("Ha,", "A-001", "patient_user", "example.org", "Seoul"):
        assert word not in letters


def test_staff_do_not_sign_in_by_code_even_with_a_confirmed_address(cast):
    EmailAddress.objects.create(
        user=cast.physician_a, email="doctor@example.org", verified=True, primary=True
    )
    ask("doctor@example.org")
    assert not re.search(r"^\d{6}$", mail.outbox[-1].body, re.M)


def test_codes_for_one_address_are_limited(cast, phone):
    give_address(phone)
    assert [ask("ha@example.org")[1].status_code for _n in range(5)] == [200] * 5
    sent = len(mail.outbox)
    ask("ha@example.org")
    assert len(mail.outbox) == sent


def test_without_a_mail_server_a_real_site_offers_no_codes(phone, settings):
    settings.HAS_EMAIL = False
    assert "/account/code/" not in text(Client().get("/account/login/"))
    assert "email address" not in text(phone.get(HERE))


# --- passkeys -----------------------------------------------------------------------------------
def test_a_passkey_asks_the_phone_to_know_its_owner(phone):
    options = phone.get(f"{HERE}passkey/").json()["publicKey"]
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["user"]["name"] == "patient_user"


@pytest.mark.parametrize("credential", ["", "{}", "nonsense", '{"id": 1}', "[]", "null"])
def test_what_is_no_passkey_is_refused(phone, credential):
    phone.get(f"{HERE}passkey/")
    assert phone.post(f"{HERE}passkey/", {"credential": credential}).status_code == 302
    assert not Authenticator.objects.exists()
    answer = Client().post("/account/passkey/", {"credential": credential})
    assert answer.status_code == 302


def test_a_passkey_is_removed_by_its_owner_alone(cast, phone):
    mine, theirs = (
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
        for user in (cast.patient_user, cast.sees)
    )
    for one in (mine, theirs):
        phone.post(f"{HERE}passkey/remove/", {"id": str(one.pk)})
    assert list(Authenticator.objects.all()) == [theirs]
    assert AuditEvent.objects.filter(action="sign_in.passkey_remove").count() == 1


# --- how long -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "hours"),
    [("patient_user", 30 * 24), ("sees", 30 * 24), ("physician_a", 12), ("administrator_a", 12)],
)
def test_how_long_one_stays_signed_in(cast, client_for, who, hours):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = client_for(cast.users[who])
        clock.shift(dt.timedelta(hours=hours, seconds=-1))
        assert client.get("/notices/").status_code == 200
        clock.shift(dt.timedelta(seconds=2))
        assert client.get("/notices/").status_code == 302


def test_using_it_does_not_lengthen_a_sign_in_on_the_phone(cast, client_for):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = client_for(cast.patient_user)
        for _n in range(29):
            clock.shift(dt.timedelta(days=1))
            # this one writes into the session
            client.post(f"{HERE}email/", {"email": "ha@example.org"})
        assert client.get(HERE).status_code == 200
        clock.shift(dt.timedelta(days=1, seconds=1))
        assert client.get(HERE).status_code == 302


def test_signing_in_by_password_lasts_as_long_for_a_demonstrations_patient(cast):
    for who, days in ((cast.patient_user, 30), (cast.physician_a, 0)):
        who.set_password("correct horse battery")
        who.save()
        client = Client()
        client.post("/account/login/", {"login": who.username, "password": "correct horse battery"})
        cookie = client.cookies["sessionid"]
        assert bool(cookie["max-age"]) is bool(days)
        if days:
            assert abs(int(cookie["max-age"]) - days * 86_400) < 60
