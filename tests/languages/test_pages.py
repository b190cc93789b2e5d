"""No English on a Korean page: every route, as each role finds it, forms sent empty, refusals.

The routes, the people and the addresses are those of test_access_matrix.py, so that a new page is
read here as soon as it is classified there. What a text may not be is told with where it stands.
"""

import re
from collections import defaultdict

import pytest
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch
from django.utils import translation

from patients.models import User
from tests.languages.allowed import Typed, foreign_words, typed
from tests.languages.reading import texts
from tests.test_access_matrix import (
    FULL,
    ROUTES,
    SLOW,
    World,
    address,
    classified,
    one_of,
    undone,
)
from tests.test_access_matrix import world as world
from tracker import errors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates_as_in_life")]
KO = {"accept-language": "ko"}
# who reads whose pages; the others' are alike
READERS = {
    "physician": ("ha", "baek", "synthetic"),
    "surgeon": ("ha",),
    "admin": ("ha",),
    "patient": ("ha",),
    "both": ("ha",),
    "anonymous": ("ha",),
}
SENDERS = ("physician", "admin", "patient")
ZONE = re.compile(r"[A-Z]\w+(/[A-Za-z_\-+0-9]+)+|[A-Z]{2,4}|[A-Z]\w+")


@pytest.fixture(scope="module")
def korean(world: World) -> World:
    User.objects.update(language="ko")
    return world


@pytest.fixture(scope="module")
def known(korean: World) -> Typed:
    return typed()


@pytest.mark.parametrize("who", READERS)
def test_no_english_on_a_korean_page(korean, known, who):
    wrong = Wrong()
    for route in ROUTES:
        for method in classified(route) or () if not route.name.startswith("api-") else ():
            if not reads(who, route, method):
                continue
            for name in those_of(route, READERS[who]):
                where = address_of(korean, route, name)
                if where is None or (method == "POST" and name != "ha"):
                    continue
                with undone():
                    answer = korean.browsers[who].generic(method, where, headers=KO)
                wrong.read(route.name, answer, known)
    wrong.tell()


def reads(who: str, route, method: str) -> bool:
    """Outside the full profile no files, and of what the physician reads as well only half."""
    if method == "POST" or FULL:
        return method != "POST" or who in SENDERS
    return route.name not in SLOW and (who != "surgeon" or one_of((True, False), route, method))


def those_of(route, names: tuple[str, ...]) -> tuple[str, ...]:
    """Outside the full profile, of those beside Ha one."""
    if "patient_id" not in route.arguments or not names[1:]:
        return names[:1]
    return names if FULL else (names[0], one_of(names[1:], route, "GET"))


# printed for the patient, in the patient's language
IN_A_LANGUAGE_OF_THEIR_OWN = {"diary-paper"}


def address_of(world: World, route, name: str) -> str | None:
    recorded = world.records["Ha"] if name == "ha" else {}
    asked = "?language=ko" if route.name in IN_A_LANGUAGE_OF_THEIR_OWN else ""
    try:
        return address(world.cast, route, getattr(world.cast, name).pk, recorded) + asked
    except NoReverseMatch:  # of this patient there is no such record
        return None


class Wrong:
    """The texts with foreign words, each with the pages where it stands."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], set[str]] = defaultdict(set)

    def read(self, page: str, answer, known: Typed) -> None:
        assert answer.status_code != 500 or page == "500", page
        if answer.status_code in (301, 302) or "html" not in answer.headers["Content-Type"]:
            return
        content = answer.content.decode()
        assert '<html lang="ko"' in content or "<html" not in content, page
        for text in texts(content, "ko"):
            if text.where in {"option", "optgroup@label"} and ZONE.fullmatch(text.words.strip()):
                continue  # time zones have no other names
            words = set(foreign_words(text.words, page, known))
            if text.where == "text":  # a drawing breaks what is quoted into lines
                words -= known.words
            if words:
                shown = " ".join(text.words.split())[:140]
                self.found[f"{text.where}: {shown}", ", ".join(sorted(words))].add(page)

    def tell(self) -> None:
        told = "\n".join(
            f"{text}  [{words}]  on {', '.join(sorted(pages)[:3])}"
            for (text, words), pages in sorted(self.found.items())
        )
        if told:
            pytest.fail(f"translate, or allow with a reason (allowed.py):\n{told}", pytrace=False)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_no_english_on_a_page_that_refuses(status):
    request = RequestFactory().get("/nowhere/")
    with translation.override("ko"):
        answer = errors._answer(request, status)
    wrong = Wrong()
    wrong.read(str(status), answer, Typed())
    wrong.tell()


def test_no_english_when_a_form_is_from_another_sign_in(korean, known):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(korean.cast.physician_a)
    wrong = Wrong()
    wrong.read("csrf", browser.post("/patients/new/", headers=KO), known)
    wrong.tell()


def test_no_english_after_too_many_tries(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    browser, wrong = Client(), Wrong()
    sent = {"login": "nobody", "password": "wrong"}
    answers = [browser.post("/account/login/", sent, headers=KO) for _ in range(3)]
    assert answers[-1].status_code == 429
    for answer in answers:
        wrong.read("login", answer, Typed(("nobody",)))
    wrong.tell()
