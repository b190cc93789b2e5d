"""Numbers, plural forms, figures, notices and the API follow whoever reads, not the machine."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from outcomes.actions.notifications import TEXTS, _text
from outcomes.charts import NAMES
from outcomes.models import Notification
from outcomes.templatetags.plotly import WORDS, plotly_words
from outcomes.words import answer
from patients.models import User
from tests.languages.allowed import foreign_words, typed

pytestmark = pytest.mark.django_db
SHOWN = {"text", "hovertext", "ticktext", "title", "name", "label", "hovertemplate", "alt"}


def texts_of(value, key=""):
    """What a figure shows: titles, names, ticks, hovers, annotations and its table."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from texts_of(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one, key)
    elif isinstance(value, str) and key in SHOWN | {"headers", "rows"}:
        yield value


@pytest.mark.parametrize("who", ["ha", "baek", "synthetic"])
def test_figures_speak_korean_down_to_their_ticks_and_hovers(cast, client_for, who):
    client, known = client_for(cast.physician_a), typed()
    wrong = set()
    for name in NAMES:
        where = reverse("api-figure", args=[getattr(cast, who).pk, name])
        body = client.get(where, headers={"accept-language": "ko"}).json()
        body.pop("name")  # a code
        for text in texts_of(body):
            plain = text.replace("<br>", " ").replace("<b>", "").replace("</b>", "")
            words = set(foreign_words(plain, "figure", known))
            words -= {"extra"} | known.words
            if words:
                wrong.add((name, plain[:120], *sorted(words)))
    assert sorted(wrong) == []


def test_a_figure_follows_the_language_that_is_asked_for(cast, client_for):
    where = reverse("api-figure", args=[cast.ha.pk, "recovery"])
    client = client_for(cast.physician_a)
    told = {
        code: client.get(where, headers={"accept-language": code}).json()["title"]
        for code in ("en", "ko")
    }
    assert told["en"] != told["ko"]


def test_a_drawing_that_is_explored_has_korean_buttons():
    bundle = Path(settings.BASE_DIR, "tracker/static/vendor/plotly-basic-4.1.1.min.js")
    source = bundle.read_text("utf-8")
    assert [word for word in WORDS if f'"{word}"' not in source] == []
    with translation.override("ko"):
        told = json.loads(plotly_words())
    assert [word for word in told.values() if word.isascii()] == []


def test_a_notice_is_in_the_language_of_whoever_gets_it(cast):
    for language in ("en", "ko"):
        User.objects.filter(pk=cast.patient_user.pk).update(language=language)
        reader = User.objects.get(pk=cast.patient_user.pk)
        for kind, text in TEXTS.items():
            with translation.override("en" if language == "ko" else "ko"):
                told = _text(Notification(recipient=reader, kind=kind))
            assert (told == text) is (language == "en"), kind


@pytest.mark.parametrize(
    ("count", "english", "korean"),
    [(1, "1 rule cannot", "규칙 1개"), (2, "2 rules cannot", "규칙 2개")],
)
def test_plural_forms(count, english, korean):
    one, many = "%(n)s rule cannot be checked", "%(n)s rules cannot be checked"
    told = {}
    for code in ("en", "ko"):
        with translation.override(code):
            told[code] = translation.ngettext(one, many, count) % {"n": count}
    assert told["en"].startswith(english)
    assert str(count) in told["ko"]
    assert "rule" not in told["ko"]


def test_codes_stay_the_same_in_every_language(cast, client_for):
    """The API is for programs: words differ, keys, codes and numbers do not."""
    client = client_for(cast.physician_a)
    where = f"/api/v1/patients/{cast.ha.pk}/visits/"
    rows = [client.get(where, headers={"accept-language": code}).json() for code in ("en", "ko")]
    assert rows[0] == rows[1]


@pytest.mark.parametrize(("code", "korean"), [("en", False), ("ko", True)])
def test_a_refusal_of_the_api_is_in_the_language_asked_for(cast, client_for, code, korean):
    where = f"/api/v1/patients/{cast.ha.pk}/visits/"
    sent = {"id": "6a5f6fd5-4f2c-4fbb-8a14-1f0d5d3b2d11", "kind": "3mo"}
    answer = client_for(cast.physician_a).post(
        where, json.dumps(sent), content_type="application/json", headers={"accept-language": code}
    )
    problem = answer.json()
    assert answer.status_code == 422
    assert problem["code"] == "refused"
    assert problem["errors"][0]["pointer"] == "/date"
    assert any("가" <= letter <= "힣" for letter in problem["title"]) is korean


@pytest.mark.parametrize(("code", "told"), [("en", "Physician"), ("ko", "의사")])
def test_words_of_codes_follow_the_reader(code, told):
    with translation.override(code):
        assert told in answer("role", "physician")
