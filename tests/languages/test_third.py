"""A third language is a line in tracker/languages.py and a catalogue: tried with a made-up one.

Its translation of every text is the text between ⟦ and ⟧, so that what is not marked shows.
"""

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from outcomes import words
from patients.documents.people import PatientDocument
from patients.models import User
from patients.models.columns import leaves
from tests.languages.reading import texts
from tracker import catalogue
from tracker.languages import LANGUAGES

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def locale(tmp_path_factory):
    """A folder with the catalogue of a German that nobody speaks."""
    folder = tmp_path_factory.mktemp("locale")
    made = catalogue.brought_up_to_date("de", folder, configured.BASE_DIR)
    for text in made:
        if text.id:
            many = isinstance(text.id, tuple)
            text.string = tuple(f"⟦{one}⟧" for one in text.id) if many else f"⟦{text.id}⟧"
    assert list(catalogue.problems(made)) == []
    catalogue.keep(made, "de", folder)
    return folder


@pytest.fixture
def german(settings, locale):
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "Deutsch")]
    settings.LOCALE_PATHS = [locale]


def test_a_page_speaks_it(german):
    page = Client().get(reverse("account_login"), headers={"accept-language": "de"})
    content = page.content.decode()
    assert '<html lang="de">' in content
    assert "<h1>⟦Sign in⟧</h1>" in content
    assert 'value="de" lang="de" aria-current="true">Deutsch</button>' in content


def test_it_is_chosen_and_the_account_keeps_it(german, cast, client_for):
    client = client_for(cast.physician_a)
    client.post(reverse("set_language"), {"speak": "de"})
    assert User.objects.get(pk=cast.physician_a.pk).language == "de"
    assert "⟦Patients⟧" in client_for(cast.physician_a).get(reverse("patients")).content.decode()


NAMES = ("worklist", "patients", "notices", "lab-imports", "patient-new")
OF_A_PATIENT = ("patient", "patient-summary", "medication-list", "visit-new", "alert-list")


@pytest.mark.parametrize("name", [*NAMES, *OF_A_PATIENT])
def test_every_text_of_a_page_is_marked(german, cast, client_for, name):
    """What stands outside ⟦ and ⟧ has no English word in it, but what was typed and names."""
    from tests.languages.allowed import Typed, foreign_words, typed

    User.objects.update(language="de")
    known = Typed((*typed().texts, "Deutsch"))
    where = reverse(name, args=[cast.ha.pk] if name in OF_A_PATIENT else [])
    page = client_for(cast.physician_a).get(where).content.decode()
    wrong = {
        (text.where, outside(text.words)[:100])
        for text in texts(page, "de")
        # a drawing breaks its texts into lines, and the marks with them
        if text.where != "text" and list(foreign_words(outside(text.words), name, known))
    }
    assert wrong == set()


def outside(text: str) -> str:
    """Without what stands between the marks; marks may stand within marks."""
    depth, kept = 0, []
    for letter in text:
        depth += {"⟦": 1, "⟧": -1}.get(letter, 0)
        if depth == 0 and letter not in "⟦⟧":
            kept.append(letter)
    return " ".join("".join(kept).split())


def test_the_languages_are_said_in_one_place():
    assert dict(configured.LANGUAGES) == LANGUAGES
    leaf = next(leaf for leaf in leaves(PatientDocument) if leaf.column == "language")
    assert leaf.choices == tuple(LANGUAGES)
    assert all(words.answer("language", code) for code in LANGUAGES)
