"""Every text that is marked is translated, and what is compiled is what is written."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import call_command

from tracker import catalogue

LOCALE = catalogue.locale_folder()
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@pytest.fixture(scope="module")
def marked() -> Catalog:
    return catalogue.marked(settings.BASE_DIR)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_marked_text_is_in_the_catalogue(marked, language):
    known = keys(catalogue.read(catalogue.folder(language, LOCALE) / "django.po", language))
    assert sorted(map(str, keys(marked) - known)) == [], "run manage.py translations"
    assert sorted(map(str, known - keys(marked))) == [], "no longer marked"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_whole(language):
    written = catalogue.read(catalogue.folder(language, LOCALE) / "django.po", language)
    assert list(catalogue.problems(written)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    place = catalogue.folder(language, LOCALE)
    written = catalogue.read(place / "django.po", language)
    assert (place / "django.mo").read_bytes() == catalogue.compiled(written)


def keys(texts: Catalog) -> set[tuple[str | None, str | tuple[str, ...]]]:
    return {(text.context, text.id) for text in texts if text.id}


# --- what finds and what judges can fail --------------------------------------------------------
def test_what_marks_is_found_in_code_and_templates(tmp_path: Path):
    room, templates = tmp_path / "outcomes", tmp_path / "templates"
    room.mkdir()
    templates.mkdir()
    room.joinpath("words.py").write_text(
        '_("one")\nf"{t(_(\'two\'))}"\nngettext("{n} day", "{n} days", n)\n'
        'pgettext("a leg", "Right")\n_(text)\n_(told["message"])\n"unmarked"\n'
    )
    templates.joinpath("page.html").write_text(
        """{% load i18n %}<p title="{% translate "three" %}">it's</p>
        {% blocktranslate with a=b %}four {{ a }}{% endblocktranslate %}
        {% blocktranslate count n=n %}{{ n }} leg{% plural %}{{ n }} legs{% endblocktranslate %}"""
    )
    assert keys(catalogue.marked(tmp_path)) == {
        (None, "one"), (None, "two"), (None, ("{n} day", "{n} days")), ("a leg", "Right"),
        (None, "three"), (None, "four %(a)s"), (None, ("%(n)s leg", "%(n)s legs")),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told", "wrong"),
    [
        pytest.param("Save", "저장", [], id="translated"),
        pytest.param("Save", "", ["not translated"], id="not translated"),
        pytest.param("{n} of {all}", "{all} 중 {n}", [], id="placeholders in another order"),
        pytest.param("{n} of {all}", "{n}", ["other placeholders"], id="a placeholder lost"),
        pytest.param("%(n)s left", "{n} 남음", ["other placeholders"], id="written otherwise"),
        pytest.param("{day}", "{date}", ["other placeholders"], id="a placeholder renamed"),
        pytest.param(("a leg", "{n} legs"), ("다리 {n}",), [], id="Korean has one form"),
        pytest.param(("a leg", "{n} legs"), ("다리", "다리 {n}"), ["needs 1 plural forms"],
                     id="a form too many"),
        pytest.param(("a leg", "{n} legs"), ("다리",), ["other placeholders"], id="no number"),
    ],
)  # fmt: skip
def test_a_wrong_translation_is_told(text, told, wrong):
    one = Catalog(locale="ko")
    one.add(text, told)
    assert [problem.partition(": ")[0] for problem in catalogue.problems(one)] == wrong


def test_a_guessed_translation_is_told():
    one = Catalog(locale="ko")
    one.add("Save", "저장", flags=["fuzzy"])
    assert "only guessed" in next(catalogue.problems(one))


def test_the_command_makes_a_new_language(tmp_path, settings, capsys):
    settings.LOCALE_PATHS = [tmp_path]
    call_command("translations", "de")
    made = catalogue.read(tmp_path / "de" / "LC_MESSAGES" / "django.po", "de")
    assert keys(made) == keys(catalogue.marked(settings.BASE_DIR))
    assert made.num_plurals == 2
    assert "not translated" in capsys.readouterr().out
    made["Patients"].string = "Patientinnen und Patienten"
    catalogue.keep(made, "de", tmp_path)
    call_command("translations", "de")
    again = catalogue.read(tmp_path / "de" / "LC_MESSAGES" / "django.po", "de")
    assert again["Patients"].string == "Patientinnen und Patienten"


# --- Korean: a particle follows the last letter of its word, which a value brings along ---------
CHOICE = re.compile(r"[은이을과]\([는가를와]\)|[는가를와]\([은이을과]\)|\(으\)로|\(이\)")
AFTER_A_VALUE = re.compile(r"(\}|\)s)[”’」]?(은|는|이|가|을|를|과|와|로|으로)(?![가-힣])")


def test_no_korean_particle_hangs_on_a_value():
    written = catalogue.read(catalogue.folder("ko", LOCALE) / "django.po", "ko")
    told = [text for message in written for text in catalogue._forms(message.string)]
    assert [text for text in told if CHOICE.search(text)] == []
    assert [text for text in told if AFTER_A_VALUE.search(text)] == []


@pytest.mark.parametrize(
    ("text", "clumsy"),
    [
        ("{drug}을(를) 시작", True), ("“{drug}”은 알 수 없음", True), ("%(who)s가 기록", True),
        ("기록한 사람: {who}", False), ("{n}일 이후", False), ("{date}에 기록", False),
    ],
)  # fmt: skip
def test_what_hangs_is_found(text, clumsy):
    assert bool(CHOICE.search(text) or AFTER_A_VALUE.search(text)) is clumsy
