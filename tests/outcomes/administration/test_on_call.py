"""The administrator says who is on call; the staff page and the history show it."""

import re
from html import unescape

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def text(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())))


def test_who_is_on_call_is_set_on_the_persons_page(cast, client_for):
    admin = client_for(cast.administrator_a)
    staff = reverse("administration-staff", args=["seoul"])
    person = reverse("administration-person", args=["seoul", cast.physician_a.pk])
    assert "Nobody is on call" in text(admin.get(staff))
    answer = admin.post(person, {"do": "on_call", "on_call": "first"}, follow=True)
    assert "physician_a: on call (Physician)" in text(answer)
    assert "role Physician given" in text(answer), "the older change keeps its words"
    told = text(admin.get(staff))
    assert "Nobody is on call" not in told
    assert "On call" in told
    again = admin.post(person, {"do": "on_call", "on_call": "first"}, follow=True)
    assert "Nothing was different" in text(again)
    answer = admin.post(person, {"do": "on_call", "on_call": ""}, follow=True)
    assert "physician_a: no longer on call (Physician)" in text(answer)


def test_what_is_no_turn_is_refused_beside_the_form(cast, client_for):
    person = reverse("administration-person", args=["seoul", cast.physician_a.pk])
    answer = client_for(cast.administrator_a).post(person, {"do": "on_call", "on_call": "third"})
    assert answer.status_code == 422
    assert "Choose one of the list." in text(answer)


def test_an_administrator_is_not_offered_it(cast, client_for):
    person = reverse("administration-person", args=["seoul", cast.administrator_a.pk])
    assert 'id="on-call"' not in client_for(cast.administrator_a).get(person).content.decode()


@pytest.mark.parametrize(
    ("turn", "told"),
    [("first", "physician_a is on call already"), ("second", "physician_a is the second person")],
)
def test_a_turn_is_one_persons_until_they_are_taken_off(cast, client_for, turn, told):
    admin = client_for(cast.administrator_a)
    held, wanted = (
        reverse("administration-person", args=["seoul", user.pk])
        for user in (cast.physician_a, cast.surgeon_a)
    )
    sent = {"do": "on_call", "on_call": turn}
    assert admin.post(held, sent).status_code == 302
    answer = admin.post(wanted, sent)
    assert answer.status_code == 422
    assert told in text(answer)
    other = {"first": "second", "second": "first"}[turn]
    assert admin.post(wanted, sent | {"on_call": other}).status_code == 302
    assert admin.post(held, sent | {"on_call": ""}).status_code == 302
    assert admin.post(wanted, sent).status_code == 302
