"""The catalogue of translations: which texts the code and the templates mark, and what is said.

Made with Babel, a development requirement, so that nobody needs gettext's programs. At run time
Django reads the compiled catalogue alone; nothing there imports this file.
"""

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_javascript
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = ("tracker", "patients", "outcomes", "api")
TEMPLATES = "templates"
HEADER = "# The texts of Regain. `manage.py translations` brings this up to date and compiles it."
# the calls that mark: where the context stands, where the text, where its plural
PLACES: dict[str, tuple[int | None, ...]] = {
    "_": (None, 0),
    "gettext": (None, 0),
    "gettext_lazy": (None, 0),
    "gettext_noop": (None, 0),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1),
    "pgettext_lazy": (0, 1),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}


def folder(language: str, root: Path) -> Path:
    return root / language / "LC_MESSAGES"


def marked(root: Path) -> Catalog:
    """Every text that the code and the templates under `root` mark, in the order of the files."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            for name, texts in _calls(ast.parse(path.read_bytes())):
                _add(catalogue, name, texts)
    for path in sorted(root.joinpath(TEMPLATES).rglob("*.*")):
        for _line, name, texts, _comments in _calls_of_template(path):
            _add(catalogue, name, (texts,) if isinstance(texts, str) else texts)
    return catalogue


def _calls(tree: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each call that marks, with its texts; what is made while running is not marked by it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            told = [getattr(one, "value", None) for one in node.args]
            if name in PLACES and told and isinstance(told[0], str):
                yield name, tuple(text for text in told if isinstance(text, str))


def _calls_of_template(path: Path) -> Iterator[Any]:
    """What Django leaves of a template is calls between blanks: the lenient lexer reads it."""
    source = templatize(path.read_text("utf-8"))
    return extract_javascript(
        BytesIO(source.encode()), dict.fromkeys(PLACES), (), {"encoding": "utf-8"}
    )


def _add(catalogue: Catalog, name: str, texts: tuple[str, ...]) -> None:
    where, *ids = PLACES[name]
    told = tuple(texts[place] for place in ids if place is not None)
    if any(told):
        context = None if where is None else texts[where]
        catalogue.add(told if len(told) > 1 else told[0], context=context)


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def compiled(catalogue: Catalog) -> bytes:
    """As gettext's programs would compile it: without what is fuzzy or not translated."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def written(catalogue: Catalog) -> bytes:
    """The text of a catalogue; without places and dates, so that its changes can be read."""
    out = BytesIO()
    write_po(out, catalogue, width=100, no_location=True, ignore_obsolete=True)
    return out.getvalue()


def brought_up_to_date(language: str, locale: Path, root: Path) -> Catalog:
    """The language's catalogue with every marked text in it; new ones are not translated."""
    path = folder(language, locale) / "django.po"
    new = marked(root)
    if not path.exists():
        empty = Catalog(locale=language, header_comment=HEADER, charset="utf-8", fuzzy=False)
        empty.update(new)
        return empty
    catalogue = read(path, language)
    new.creation_date = catalogue.creation_date  # a date of its own would change every time
    catalogue.update(new, no_fuzzy_matching=True)
    return catalogue


def keep(catalogue: Catalog, language: str, locale: Path) -> None:
    """Write the catalogue, for people and compiled."""
    place = folder(language, locale)
    place.mkdir(parents=True, exist_ok=True)
    (place / "django.po").write_bytes(written(catalogue))
    (place / "django.mo").write_bytes(compiled(catalogue))


def problems(catalogue: Catalog) -> Iterator[str]:
    """What is wrong with the translations, one sentence each."""
    for message in catalogue:
        if message.id:
            yield from (f"{wrong}: {message.id!r}" for wrong in _wrong(message, catalogue))


def _wrong(message: Message, catalogue: Catalog) -> Iterator[str]:
    ids, told = _forms(message.id), _forms(message.string)
    if message.fuzzy:
        yield "only guessed (fuzzy)"
    if not all(told):
        yield "not translated"
        return
    if len(ids) > 1 and len(told) != catalogue.num_plurals:
        yield f"needs {catalogue.num_plurals} plural forms"
    # of several forms, that of one may leave out the number
    fitting = [placeholders(ids[-1])] + [placeholders(ids[0])] * (len(told) > 1)
    if any(placeholders(text) not in fitting for text in told):
        yield "other placeholders"
    if any(text.startswith("\n") != ids[0].startswith("\n") for text in told):
        yield "begins otherwise"


def _forms(texts: Any) -> tuple[str, ...]:
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def placeholders(text: str) -> set[str]:
    """`{name}` and `%(name)s` as they stand in a text."""
    percent = {f"%({part.partition(')')[0]})" for part in text.split("%(")[1:]}
    try:
        named = {name for _text, name, _spec, _how in Formatter().parse(text) if name}
        return percent | {f"{{{name}}}" for name in named}
    except ValueError:  # a brace that is none
        return percent


def locale_folder() -> Path:
    return Path(settings.LOCALE_PATHS[0])
