"""Signing in, where each person starts, the list of patients, and the pages that refuse."""

import json
import re
import uuid

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from outcomes.pages.patients import PAGE_SIZE
from patients.models import AuditEvent, Membership
from patients.models.record import civil_date
from patients.roles import Role, Scope
from tests.support.cast import SURGERY, caregiver, enrol, operate, visit
from tracker import errors

pytestmark = pytest.mark.django_db

HOME, TODAY, LIST, ADMINISTRATION = "/", "/today/", "/patients/", "/administration/"


@pytest.fixture(autouse=True)
def _same_language_after():
    with translation.override("en"):
        yield


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


# --- signing in ---------------------------------------------------------------------------------


def signs_in(user, **more):
    user.set_password("a-long-password")
    user.save()
    client = Client()
    sent = {"login": user.username, "password": "a-long-password", **more}
    return client, client.post(reverse("account_login"), sent)


def test_signing_in_leads_to_the_start(cast):
    _client, response = signs_in(cast.physician_a)
    assert (response.status_code, response.url) == (302, HOME)


def test_signing_in_leads_back_to_where_one_was_going(cast):
    _client, response = signs_in(cast.physician_a, next=LIST)
    assert response.url == LIST


def test_a_wrong_password_says_so_and_keeps_the_name(cast):
    sent = {"login": "physician_a", "password": "wrong"}
    response = Client().post(reverse("account_login"), sent)
    assert "You are not signed in" in text(response)
    assert 'value="physician_a"' in response.content.decode()


def test_a_closed_account_cannot_sign_in(cast):
    client, _response = signs_in(cast.disabled_physician_a)
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_only_a_demonstration_shows_its_password(settings, demo, shown):
    settings.DEMO = demo
    page = text(Client().get(reverse("account_login")))
    assert ("regain-demo-2026" in page) == shown
    assert ("enter nothing about a real person" in page) == shown


def test_signing_out_is_a_post(cast, client_for):
    client = client_for(cast.physician_a)
    client.get(reverse("account_logout"))
    assert client.get(LIST).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("address", [HOME, LIST, f"/patients/{uuid.UUID(int=0)}/"])
def test_pages_ask_to_sign_in(address):
    response = Client().get(address)
    assert response.url == f"{reverse('account_login')}?next={address}"


# --- where each person starts -------------------------------------------------------------------


@pytest.mark.parametrize("who", ["physician_a", "therapist_a", "surgeon_a", "physician_b"])
def test_clinicians_start_at_what_needs_attention(cast, client_for, who):
    assert client_for(cast.users[who]).get(HOME).url == TODAY


@pytest.mark.parametrize("who", ["patient_user", "sees", "sees_and_reports"])
def test_a_person_with_one_record_starts_there(cast, client_for, who):
    client = client_for(cast.users[who])
    assert client.get(HOME).url == reverse("phone")
    assert client.get(reverse("phone")).url == reverse("phone-today", args=[cast.ha.pk])


def test_a_caregiver_of_two_chooses_whom_it_is_about(cast, client_for):
    both = caregiver("both", cast.ha, cast.physician_a, Scope.SEE)
    both.proxies.create(patient=cast.ji, scope=Scope.SEE, since=both.date_joined)
    client = client_for(both)
    assert client.get(HOME).url == reverse("phone")
    assert client.get(LIST).url == reverse("phone")
    page = text(client.get(reverse("phone")))
    assert ("Ha" in page, "Ji" in page) == (True, True)


def test_an_administrator_starts_at_the_sites(cast, client_for):
    client = client_for(cast.administrator_a)
    assert client.get(HOME).url == ADMINISTRATION
    page = text(client.get(ADMINISTRATION))
    assert "Seoul" in page
    assert "Berlin" not in page


def test_an_administrator_who_is_also_a_physician_starts_at_what_needs_attention(cast, client_for):
    site, user = cast.seoul, cast.administrator_a
    Membership.objects.create(user=user, site=site, role=Role.PHYSICIAN)
    client = client_for(user)
    assert client.get(HOME).url == TODAY
    page = client.get(LIST).content.decode()
    places = (TODAY, LIST, ADMINISTRATION)
    assert [f'href="{address}"' in page for address in places] == [True, True, True]


@pytest.mark.parametrize("who", ["revoked", "expired"])
def test_a_person_who_may_see_nothing_is_told_what_to_do(cast, client_for, who):
    assert "Ask your clinic" in text(client_for(cast.users[who]).get(HOME))


# --- the list -----------------------------------------------------------------------------------


def shown(response):
    return [row.patient.study_number for row in response.context["rows"]]


def row_of(response, patient):
    return next(row for row in response.context["rows"] if row.patient == patient)


@pytest.mark.parametrize(
    ("who", "numbers"),
    [
        ("physician_a", ["A-001", "A-002", "BAEK-2021", "SYN1-0001"]),
        ("therapist_a", ["A-001", "A-002", "BAEK-2021", "SYN1-0001"]),
        ("surgeon_a", ["A-001"]),
        ("physician_b", ["B-001"]),
        ("administrator_a", []),
        ("revoked", []),
        ("expired", []),
    ],
)
def test_the_list_holds_whom_one_may_see(cast, client_for, who, numbers):
    response = client_for(cast.users[who]).get(LIST)
    assert shown(response) == numbers
    assert AuditEvent.objects.filter(action="patient.list").latest("pk").patient_ids == [
        str(row.patient.pk) for row in response.context["rows"]
    ]


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        pytest.param("a-00", ["A-001", "A-002"], id="part of a study number"),
        pytest.param("HA", ["A-001"], id="a name in other case"),
        pytest.param("S1-100001", ["SYN1-0001"], id="a record number"),
        pytest.param("  Ji ", ["A-002"], id="spaces around it"),
        pytest.param("Brandt", [], id="a patient of another site"),
        pytest.param("%", [], id="no wildcard"),
        pytest.param("\x00", ["A-001", "A-002", "BAEK-2021", "SYN1-0001"], id="a null character"),
        pytest.param("", ["A-001", "A-002", "BAEK-2021", "SYN1-0001"], id="nothing"),
    ],
)
def test_searching(cast, client_for, search, numbers):
    assert shown(client_for(cast.physician_a).get(LIST, {"q": search})) == numbers


def test_a_row_says_what_is_known(cast, client_for):
    row = row_of(client_for(cast.physician_a).get(LIST), cast.ha)
    assert (row.title, row.identity) == ("Ha", ["A-001", "born 1947"])
    today = civil_date(timezone.now(), cast.ha.site.time_zone)
    assert row.since == f"day {(today - SURGERY).days}"
    assert row.last_kind == "6 weeks"
    assert row.legs == ["Right 3", "Left 4"]


def test_the_published_case_gets_no_day_it_never_had(cast, client_for):
    row = row_of(client_for(cast.physician_a).get(LIST), cast.baek)
    assert row.since == "day not known"
    assert row.last_when.startswith("about day 365")
    assert (row.origin, row.legs) == ("Published case", ["Right 3", "Left 4"])


def test_a_patient_without_operation_or_visit_says_so(cast, client_for):
    response = client_for(cast.physician_a).get(LIST)
    row = row_of(response, cast.ji)
    assert (row.since, row.last, row.legs) == ("day not known", None, [])
    assert "None yet" in text(response)


def many(cast, numbers):
    for number in numbers:
        patient = enrol(f"C-{number:03}", cast.berlin, cast.physician_b)
        operate(patient, cast.physician_b)
        visit(patient, cast.physician_b, kind="6wk", day=42, right="3", left="4")


def queries_of(client):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(LIST)
    return len(shown(response)), len(queries)


def test_the_list_costs_the_same_for_two_patients_and_for_forty(cast, client_for):
    client = client_for(cast.physician_b)
    many(cast, range(1))
    two, for_two = queries_of(client)
    many(cast, range(1, 39))
    forty, for_forty = queries_of(client)
    assert (two, forty) == (2, PAGE_SIZE)
    assert for_two == for_forty <= 13


def test_pages_of_the_list(cast, client_for):
    many(cast, range(PAGE_SIZE))
    client = client_for(cast.physician_b)
    first, second = (client.get(LIST, {"page": n, "q": "-0"}) for n in (1, 2))
    assert (len(shown(first)), len(shown(second))) == (PAGE_SIZE, 1)
    assert 'href="?page=2&amp;q=-0"' in first.content.decode()
    assert shown(client.get(LIST, {"page": "x"})) == shown(client.get(LIST))


# --- refusing -----------------------------------------------------------------------------------


def test_a_missing_page_helps(cast, client_for):
    response = client_for(cast.physician_a).get("/no-such-page/")
    assert response.status_code == 404
    assert "Check the address" in text(response)


@pytest.mark.parametrize("address", ["/patients/{}/", "/patients/{}/visits/new/"])
def test_a_hidden_patient_and_a_missing_one_answer_alike(cast, client_for, address):
    client = client_for(cast.physician_a)
    hidden, missing = (client.get(address.format(i)) for i in (cast.brandt.pk, uuid.uuid4()))
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    different = {name for name in hidden.headers if hidden[name] != missing[name]}
    assert different <= {"X-Request-Id"}


def test_a_step_for_other_roles_says_so(cast, client_for):
    response = client_for(cast.patient_user).get(reverse("visit-new", args=[cast.ha.pk]))
    assert response.status_code == 403
    assert "Your role does not allow this" in text(response)


HANDLERS = [
    (errors.forbidden, 403, "forbidden"),
    (errors.not_found, 404, "not_found"),
    (lambda request, _exception: errors.server_error(request), 500, "server_error"),
]


@pytest.mark.parametrize(("handler", "status", "code"), HANDLERS)
def test_errors_of_the_api_are_problems(handler, status, code):
    response = handler(RequestFactory().get("/api/v1/anything/"), Exception())
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["detail"]


@pytest.mark.parametrize(("handler", "status", "code"), HANDLERS)
def test_errors_of_pages_are_pages(handler, status, code, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = handler(RequestFactory().get("/anything/"), Exception())
    assert (response.status_code, "<h1>" in response.content.decode()) == (status, True)


def test_a_failure_gives_a_page_with_the_number_to_report(cast, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    client = Client(raise_request_exception=False)
    client.force_login(cast.physician_a)
    monkeypatch.setattr("patients.audit.record", fail)
    response = client.get(LIST)
    assert response.status_code == 500
    assert response["X-Request-Id"] in text(response)


# --- language, and what every page has ----------------------------------------------------------


def language(response):
    return re.search(r'<html lang="(\w+)"', response.content.decode())[1]


def test_pages_speak_the_language_of_the_account(cast, client_for):
    cast.physician_a.language = "ko"
    cast.physician_a.save()
    client = client_for(cast.physician_a)
    assert language(client.get(LIST)) == "ko"
    client.post(reverse("set_language"), {"language": "en"})
    assert language(client.get(LIST)) == "en"


def test_choosing_a_language_needs_no_account():
    client = Client()
    client.post(reverse("set_language"), {"language": "ko"})
    assert language(client.get(reverse("account_login"))) == "ko"


def test_every_page_can_be_skipped_into_and_says_what_it_is_for(cast, client_for):
    page = client_for(cast.physician_a).get(LIST).content.decode()
    assert '<a class="skip-link" href="#main">' in page
    assert "Decision support, not diagnosis." in page


def test_pages_carry_no_inline_script_or_style(cast, client_for):
    client = client_for(cast.physician_a)
    for address in (LIST, reverse("visit-new", args=[cast.ha.pk]), reverse("account_logout")):
        page = client.get(address).content.decode()
        assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", page), address


@pytest.mark.parametrize(
    ("who", "leads_to"),
    [
        ("physician_a", TODAY),
        ("sees", HOME),
        ("patient_user", HOME),
        ("administrator_a", ADMINISTRATION),
    ],
)
def test_the_menu_leads_to_the_list_or_the_start(cast, client_for, who, leads_to):
    page = client_for(cast.users[who]).get(reverse("account_logout")).content.decode()
    assert re.search(r'<nav.*?href="([^"]*)"', page, re.DOTALL)[1] == leads_to


def test_the_person_and_role_are_in_view(cast, client_for):
    assert "therapist_a Therapist" in text(client_for(cast.therapist_a).get(LIST))
