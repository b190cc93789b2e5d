"""What an administrator sees and does: sites, staff, links to choose a password, thresholds."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from knox.models import AuthToken

from outcomes.actions.thresholds import set_threshold
from patients.models import AuditEvent, Membership, Threshold, User
from patients.roles import Role
from tests.support.cast import now, staff

pytestmark = pytest.mark.django_db

PASSWORD = "a quiet river stone"
PERSON = {"first_name": "Haneul", "last_name": "Kim", "username": "haneul.kim", "email": "",
          "language": "ko", "roles": ["therapist"]}  # fmt: skip


@pytest.fixture(autouse=True)
def _same_language_after():
    with translation.override("en"):
        yield


@pytest.fixture
def admin(cast, client_for):
    return client_for(cast.administrator_a)


def at(name="", **parts):
    """The address of a page of Seoul's."""
    code = {} if name in {"", "-audit", "-audit-download"} else {"code": "seoul"}
    return reverse(f"administration{name}", kwargs=code | parts)


def text(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())))


def errors(answer):
    """What stands beside the fields, by the field's name."""
    page = answer.content.decode()
    found = re.findall(r'class="field-error" id="field-(\w+)-error">(.*?)</span>', page)
    return {name: unescape(message) for name, message in found}


def link_in(answer):
    return re.search(r"http://testserver(/account/password/\S+)", text(answer))[1]


# --- who gets there -----------------------------------------------------------------------------
PAGES = ["-site", "-staff", "-person-new", "-thresholds"]


@pytest.mark.parametrize("name", PAGES)
def test_another_site_answers_like_one_that_does_not_exist(admin, name):
    seen = set()
    for code in ("berlin", "nowhere"):
        where = reverse(f"administration{name}", args=[code])
        answer = admin.get(where)
        seen.add((answer.status_code, answer.content.replace(where.encode(), b"")))
    assert len(seen) == 1
    assert seen.pop()[0] == 404


def test_a_person_of_another_site_answers_like_nobody(cast, admin):
    seen = set()
    for number in (cast.physician_b.pk, cast.patient_user.pk, cast.sees.pk, 10**6, 10**25):
        where = at("-person", user_id=number)
        answer = admin.get(where)
        seen.add((answer.status_code, answer.content.replace(where.encode(), b"")))
    assert len(seen) == 1
    assert seen.pop()[0] == 404


def test_whoever_stops_being_administrator_is_out_at_once(cast, admin):
    assert admin.get(at()).status_code == 200
    cast.administrator_a.memberships.update(active=False)
    assert admin.get(at()).status_code == 404


def test_a_refused_visit_of_these_pages_is_kept(cast, client_for):
    client_for(cast.physician_a).get(at("-staff"))
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.action, event.by) == ("denied.get", cast.physician_a)


# --- sites --------------------------------------------------------------------------------------
def test_the_overview_says_plain_facts(cast, admin):
    page = text(admin.get(at()))
    # administrator, physician, surgeon, therapist; not the disabled one
    assert "4 people work here" in page
    assert "0 differ from their defaults" in page
    assert "physician_a: role Physician given" in page
    assert "first_admin" in page
    assert "Ha " not in page


def test_changing_a_site_shows_who_changed_what(admin):
    sent = {"name": "Seoul", "time_zone": "Asia/Tokyo", "phone": "02-1", "emergency_number": "119"}
    answer = admin.post(at("-site"), sent, follow=True)
    page = text(answer)
    assert "The site is changed." in page
    assert "Telephone: (empty) → 02-1" in page
    assert "Time zone: Asia/Seoul → Asia/Tokyo" in page
    assert "administrator_a" in page
    assert "Dates already recorded do not move" in page
    assert "Nothing was different" in text(admin.post(at("-site"), sent, follow=True))


def test_a_refused_site_keeps_what_was_typed(cast, admin):
    sent = {"name": "", "time_zone": "Mars/Olympus", "phone": "abc"}
    answer = admin.post(at("-site"), sent)
    assert answer.status_code == 422
    assert errors(answer).keys() == {"name", "time_zone", "phone"}
    page = answer.content.decode()
    assert '<option value="Mars/Olympus" selected>' in page
    assert 'value="abc"' in page
    assert "Nothing is changed yet" in page
    cast.seoul.refresh_from_db()
    assert cast.seoul.time_zone == "Asia/Seoul"


def test_the_numbers_that_patients_call(cast, admin):
    page = text(admin.get(at("-site")))
    assert "119 in Korea, 112 in Europe, 911 in North America" in page
    form = admin.get(at("-site")).content.decode()
    assert 'name="emergency_number" type="tel" value=""' in form, "nothing is chosen for anyone"
    assert all(f'<option value="{number}">' in form for number in ("119", "112", "911"))
    sent = {"name": "Seoul", "time_zone": "Asia/Seoul", "phone": "02-123-4567",
            "phone_note": "Day and night", "emergency_number": "119",
            "crisis_line": "109"}  # fmt: skip
    page = text(admin.post(at("-site"), sent, follow=True))
    assert "Crisis line: (empty) → 109" in page
    assert "When the telephone is answered: (empty) → Day and night" in page
    overview = text(admin.get(at()))
    assert "Day and night" in overview
    assert "109" in overview


# --- staff --------------------------------------------------------------------------------------
def test_the_list_of_staff(cast, admin):
    Membership.objects.create(user=cast.physician_a, site=cast.berlin, role=Role.SURGEON)
    page = text(admin.get(at("-staff")))
    assert "physician_a physician_a Physician" in page, "not the role at the other site"
    assert "4 people work here" in page
    assert page.index("No longer working here") < page.index("disabled_a")
    assert "patient_user" not in page
    assert "physician_b" not in page


def test_the_lists_cost_as_many_queries_for_many_as_for_few(cast, admin):
    def cost():
        found = []
        for name in ("", "-staff", "-site", "-thresholds", "-audit"):
            with CaptureQueriesContext(connection) as queries:
                admin.get(at(name))
            found.append(len(queries))
        return found

    admin.get(at())
    few = cost()
    keys = ["grade_jump", "pvr_ml ≥", "crp >", "hb <"]
    for number, key in enumerate(keys * 8):
        staff(f"more_{number}", cast.seoul, Role.THERAPIST)
        set_threshold(
            site=cast.seoul, key=key, value=Decimal(2 + number % 3), reason="x",
            asked=now(cast.administrator_a),
        )  # fmt: skip
    assert cost() == few


def test_adding_a_person_shows_a_link_once_with_which_they_choose_a_password(admin):
    answer = admin.post(at("-person-new"), PERSON)
    assert answer.status_code == 200
    link = link_in(answer)
    user = User.objects.get(username="haneul.kim")
    assert link not in admin.get(at("-person", user_id=user.pk)).content.decode()
    visitor = Client()
    form = visitor.get(link, follow=True)
    assert "Choose a password" in text(form)
    place = form.redirect_chain[-1][0]
    short = visitor.post(place, {"password1": "short", "password2": "short"})
    assert "at least 12 characters" in text(short)
    assert 'id="password1-error"' in short.content.decode()
    common = visitor.post(place, {"password1": "passwordpassword", "password2": "x"})
    assert 'id="password2-error"' in common.content.decode()
    alike = visitor.post(place, {"password1": "haneul.kim.1", "password2": "haneul.kim.1"})
    assert "too similar to the username" in text(alike)
    done = visitor.post(place, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert "Your password is chosen" in text(done)
    assert AuditEvent.objects.order_by("pk").last().action == "sign_in.password"
    sent = {"login": "haneul.kim", "password": PASSWORD}
    assert visitor.post(reverse("account_login"), sent).status_code == 302
    assert "no longer works" in text(Client().get(link, follow=True)), "it works once"


def test_a_link_ends_after_a_day(cast, admin):
    assert settings.PASSWORD_RESET_TIMEOUT == 24 * 60 * 60
    answer = admin.post(at("-person", user_id=cast.therapist_a.pk), {"do": "link"})
    link = link_in(answer)
    for hours, works in ((23.9, True), (24.1, False)):
        with time_machine.travel(timezone.now() + dt.timedelta(hours=hours), tick=False):
            page = text(Client().get(link, follow=True))
        assert ("Choose a password" in page) == works


def test_a_refused_person_keeps_what_was_typed(cast, admin):
    sent = PERSON | {"username": "physician_b", "roles": ["surgeon"], "email": "at home"}
    answer = admin.post(at("-person-new"), sent)
    assert answer.status_code == 422
    assert errors(answer) == {
        "username": "This username is taken: choose another.",
        "email": "Write an e-mail address such as name@example.org, or leave this empty.",
    }
    page = answer.content.decode()
    assert 'value="Haneul"' in page
    assert re.search(r'value="surgeon" checked', page)
    assert not User.objects.filter(first_name="Haneul").exists()


def test_changing_roles_on_the_page(cast, admin):
    where = at("-person", user_id=cast.therapist_a.pk)
    answer = admin.post(where, {"do": "roles", "roles": ["physician"]}, follow=True)
    page = text(answer)
    assert "The roles are changed." in page
    assert "therapist_a: role Therapist taken away" in page
    assert "therapist_a: role Physician given" in page


def test_disabling_and_enabling_on_the_page(cast, admin):
    where = at("-person", user_id=cast.therapist_a.pk)
    AuthToken.objects.create(user=cast.therapist_a)
    assert "API tokens 1" in text(admin.get(where))
    page = text(admin.post(where, {"do": "disable"}, follow=True))
    assert "sessions and tokens are gone" in page
    assert "API tokens 0" in page
    assert "The sign-in is enabled." in text(admin.post(where, {"do": "enable"}, follow=True))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"do": "disable"}, "You cannot disable your own sign-in"),
        ({"do": "roles", "roles": []}, "You cannot change your own roles"),
        ({"do": "roles", "roles": ["king"]}, "Choose roles of the list."),
        ({"do": "fly"}, "Choose what to do with one of the buttons."),
        ({}, "Choose what to do with one of the buttons."),
    ],
)
def test_what_is_refused_says_why(cast, admin, sent, said):
    answer = admin.post(at("-person", user_id=cast.administrator_a.pk), sent)
    assert answer.status_code == 422
    assert said in text(answer)


# --- thresholds ---------------------------------------------------------------------------------
def test_the_thresholds_say_where_they_come_from(admin):
    page = text(admin.get(at("-thresholds")))
    assert "No clinician has reviewed these defaults; decision support, not diagnosis." in page
    assert "Post-void residual ≥ Policy of this product, not verified as the default 200 mL" in page
    assert "C-reactive protein (CRP) >" in page
    assert "Reminder before a planned visit" in page


def test_setting_a_threshold_and_going_back(cast, admin):
    where = at("-threshold", key="pvr_ml ≥")
    sent = {"do": "set", "value": "150", "reason": "Urology asks for it"}
    page = text(admin.post(where, sent, follow=True))
    assert "Post-void residual ≥: 150 mL holds from now on." in page
    assert re.search(r"150 mL administrator_a, \d{4}-\d\d-\d\d \d\d:\d\d 200 mL", page)
    history = text(admin.get(where))
    assert "150 mL instead of 200 mL (“Urology asks for it”)" in history
    refused = admin.post(where, {"do": "clear", "reason": ""})
    assert errors(refused) == {"reason": "Say why this site differs from the default."}
    page = text(admin.post(where, {"do": "clear", "reason": "Tried"}, follow=True))
    assert "the default holds again" in page
    assert Threshold.objects.get().value is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "Type digits, with a point for decimals, for example 37.5."),
        ("1,5", "Type digits, with a point for decimals, for example 37.5."),
        ("NaN", "Type digits, with a point for decimals, for example 37.5."),
        ("3001", "Give a value from 0 to 3000."),
    ],
)
def test_a_refused_value_is_told_beside_the_field(admin, value, said):
    answer = admin.post(at("-threshold", key="pvr_ml ≥"), {"value": value, "reason": "x"})
    assert answer.status_code == 422
    assert errors(answer) == {"value": said}
    assert f'value="{value}"' in answer.content.decode()


@pytest.mark.parametrize("key", ["pvr_ml >", "nonsense", "t_score <"])
def test_a_key_that_cannot_be_set_has_no_page(admin, key):
    assert admin.get(at("-threshold", key=key)).status_code == 404


def test_pages_carry_no_inline_script_or_style(cast, admin):
    pages = [at(), at("-site"), at("-staff"), at("-person-new"), at("-thresholds"), at("-audit"),
             at("-person", user_id=cast.physician_a.pk), at("-threshold", key="crp >")]  # fmt: skip
    for where in pages:
        page = admin.get(where).content.decode()
        assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", page), where
