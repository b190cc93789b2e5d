"""The language is changed on any page, for the account too, and what was typed is not lost."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from outcomes.models import Draft
from patients.models import AuditEvent, User
from tests.outcomes.test_drafts import TYPED, Tab, new_visit

pytestmark = pytest.mark.django_db
SWITCH = reverse("set_language")


def language(answer) -> str:
    return re.search(r'<html lang="(\w+)"', answer.content.decode())[1]


@pytest.fixture
def tab(cast, client_for) -> Tab:
    return Tab(client_for(cast.physician_a), reverse("visit-new-full", args=[cast.ha.pk]))


def test_a_form_half_typed_is_there_in_the_other_language(tab):
    answer = tab.client.post(SWITCH, tab.hidden | TYPED | {"speak": "ko"}, follow=True)
    assert language(answer) == "ko"
    page = answer.content.decode()
    assert "half of it" in page
    assert "저장하지 않은 내용입니다" in page
    assert Draft.objects.waiting().get().fields["note"] == "half of it"


def test_a_form_without_a_word_in_it_leaves_no_draft(tab):
    answer = tab.client.post(SWITCH, tab.hidden | {"speak": "ko"}, follow=True)
    assert language(answer) == "ko"
    assert not Draft.objects.exists()


def test_what_cannot_be_kept_is_not_left(tab):
    answer = tab.client.post(SWITCH, tab.hidden | {"note": "x" * 20_000, "speak": "ko"})
    assert answer.status_code == 409
    assert "it is still in the form" in answer.content.decode()
    assert "django_language" not in answer.cookies


def test_a_field_called_language_is_no_switch(cast, client_for):
    """Enrolling asks for the patient's language."""
    tab = Tab(client_for(cast.physician_a), reverse("patient-new"))
    sent = tab.hidden | {"name": "Seo", "language": "en", "speak": "ko"}
    answer = tab.client.post(SWITCH, sent, follow=True)
    assert language(answer) == "ko"
    assert Draft.objects.waiting().get().fields["language"] == "en"


def test_somebody_elses_form_is_not_kept_by_it(tab, cast, client_for):
    other = client_for(cast.therapist_a)
    other.post(SWITCH, tab.hidden | TYPED | {"speak": "ko"})
    assert not Draft.objects.exists()


def test_the_account_follows_and_so_do_notices(cast, client_for):
    client = client_for(cast.physician_a)
    client.post(SWITCH, {"speak": "ko"})
    assert User.objects.get(pk=cast.physician_a.pk).language == "ko"
    told = AuditEvent.objects.filter(action="account.language")
    assert [(event.by, event.about) for event in told] == [(cast.physician_a, cast.physician_a)]
    client.post(SWITCH, {"speak": "ko"})
    assert told.count() == 1
    # and wherever they sign in next
    assert language(client_for(cast.physician_a).get(reverse("patients"))) == "ko"


@pytest.mark.parametrize("code", ["", "fr", "xx-<script>"])
def test_a_language_that_is_not_spoken_changes_nothing(cast, client_for, code):
    client = client_for(cast.physician_a)
    assert client.post(SWITCH, {"speak": code}).status_code == 302
    assert User.objects.get(pk=cast.physician_a.pk).language == "en"
    assert "django_language" not in client.cookies


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("http://testserver/patients/", "http://testserver/patients/"),
        ("https://elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_it_leads_back_to_its_own_page_only(back, to):
    answer = Client().post(SWITCH, {"speak": "ko"}, headers={"referer": back} if back else {})
    assert answer["Location"] == to


def test_enter_in_a_field_does_not_change_the_language(tab):
    """The first button of a form is the one that Enter presses."""
    buttons = re.findall(r'<button[^>]*form="entry"[^>]*>', tab.html)
    assert "disabled" in buttons[0]
    assert [re.search('value="([^"]+)"', one)[1] for one in buttons[1:]] == ["en", "ko"]


@pytest.mark.parametrize("name", ["contact", "lost", "lab-import-new", "visit-new", "patient"])
def test_every_page_offers_it(cast, client_for, name):
    page = client_for(cast.physician_a).get(reverse(name, args=[cast.ha.pk])).content.decode()
    assert page.count('name="speak"') == 2


def test_the_new_visit_keeps_what_was_tapped(cast, client_for):
    tab = Tab(client_for(cast.physician_a), new_visit(cast.ha))
    sent = tab.hidden | TYPED | {"motor.right.grade": "3", "speak": "ko"}
    page = tab.client.post(SWITCH, sent, follow=True).content.decode()
    assert re.search(r'name="motor\.right\.grade" value="3"[^>]* checked', page)
