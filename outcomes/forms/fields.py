"""Fields of a form, one for each leaf of a document's shape.

What is typed is kept as typed. What cannot be read as a number goes into the document as the text
it is, so that the shape refuses it; nothing is rounded, corrected or guessed.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext
from pydantic import BaseModel

from outcomes import words
from patients.models.columns import Leaf, leaves

Path = tuple[str, ...]

# ASCII digits only: int() and float() would take other scripts' digits, exponents and underscores
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
# up to this many answers are all in view; more go into a list
IN_VIEW = 4
SHORT_LABEL = 2
LONG_TEXT = 200
REASONS = ("not_done", "not_testable")
# said or left out, never "no"
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    group: str = ""


@dataclass
class Field:
    """One leaf of the document, or a value and the reason that can stand in its place."""

    root: str
    leaf: Leaf
    reason: Leaf | None
    typed: str
    choices: tuple[Option, ...] = ()
    """Answers that depend on the patient or the reference data, instead of the shape's own."""
    suggestions: tuple[str, ...] = ()
    """Offered while typing; others may be typed too."""
    needed: bool = False
    """Without the answer "not recorded"."""
    errors: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.leaf.path

    @cached_property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def id(self) -> str:
        return "-".join(self.path)

    @property
    def key(self) -> str:
        return f"{self.root}.{self.name}"

    @property
    def label(self) -> str:
        unit = words.unit(self.key)
        return f"{words.name(self.key)} ({unit})" if unit else words.name(self.key)

    @property
    def label_alone(self) -> str:
        """The label where its part is not in view: every part has a reason."""
        alone = self.path[-1] not in REASONS or len(self.path) == 1
        return self.label if alone else f"{words.name(self.path[0])}: {self.label}"

    @property
    def hint(self) -> str:
        return words.hint(self.key)

    @property
    def limits(self) -> str:
        """The bounds of a number, said before anything is typed."""
        if self.widget != "number" or None in (self.leaf.least, self.leaf.most):
            return ""
        template = gettext("{least} to {most}")
        return template.format(least=f"{self.leaf.least:g}", most=f"{self.leaf.most:g}")

    @property
    def decimal(self) -> bool:
        return self.leaf.type is float

    @property
    def empty_label(self) -> str:
        if self.leaf.required:
            return gettext("Choose one")
        return "–" if self.path[-1] in REASONS else gettext("Not recorded")

    @cached_property
    def widget(self) -> str:
        if self.reason or self.choices:
            return "select"
        if self.options:
            return self._choosing()
        if self.leaf.type in (int, float):
            return "number"
        if self.leaf.type is str:
            return "textarea" if (self.leaf.max_length or 0) > LONG_TEXT else "text"
        return {dt.date: "date", dt.time: "time"}.get(self.leaf.type, "text")

    def _choosing(self) -> str:
        if all(len(option.label) <= SHORT_LABEL for option in self.options):
            return "buttons"
        if self.leaf.type is int:
            return "list"
        return "radios" if len(self.options) <= IN_VIEW else "select"

    @cached_property
    def options(self) -> list[Option]:
        if self.choices:
            return list(self.choices)
        options = [Option(code, words.words(self.key, code)) for code in self._codes()]
        if self.reason is None:
            return options
        label = words.name(f"{self.root}.{'.'.join(self.reason.path)}")
        reason = self.reason.path[-1]
        return options + [
            Option(f"{reason}={code}", words.words(f"{self.key}.{reason}", code), label)
            for code in self.reason.choices
        ]

    def _codes(self) -> Iterable[str]:
        if self.path[-1] == UNCHANGED:
            return ("yes",)
        if self.leaf.type is bool:
            return ("yes", "no")
        if self.reason or (self.leaf.type is int and words.described(self.key)):
            return [str(n) for n in range(self.leaf.least, self.leaf.most + 1)]
        return self.leaf.choices

    @property
    def unlisted(self) -> bool:
        """Something was sent that is not among the options; it is shown, so that it is not lost."""
        return bool(self.typed) and all(self.typed != option.value for option in self.options)

    def given(self) -> tuple[Path, Any] | None:
        """Where in the document the typed value goes, and as what; None when nothing was typed."""
        text = self.typed.replace("\r\n", "\n").strip()
        if not text:
            return None
        if self.reason and text.startswith(f"{self.reason.path[-1]}="):
            return self.reason.path, text.partition("=")[2]
        return self.path, self._value(text)

    def _value(self, text: str) -> Any:
        if self.leaf.type is bool:
            return {"yes": True, "no": False}.get(text, text)
        if self.leaf.type is int and _WHOLE.fullmatch(text):
            return int(text)
        if self.leaf.type is float and _DECIMAL.fullmatch(text):
            return float(text)
        return text


def values(shape: type[BaseModel]) -> Iterator[tuple[Leaf, Leaf | None]]:
    """Each leaf, with the reason that can stand in its place (a muscle that is not testable)."""
    all_leaves = [part for leaf in leaves(shape) for part in _parts(leaf)]
    paths = {leaf.path for leaf in all_leaves}
    reasons = {leaf.path[:-1]: leaf for leaf in all_leaves if leaf.path[:-1] in paths}
    return ((leaf, reasons.get(leaf.path)) for leaf in all_leaves if leaf.path[:-1] not in paths)


# a moment that is one text in the document and two fields on the form
SPLIT = {"specimen_at"}


def _parts(leaf: Leaf) -> tuple[Leaf, ...]:
    if leaf.path[0] not in SPLIT:
        return (leaf,)
    return Leaf((*leaf.path, "date"), dt.date), Leaf((*leaf.path, "time"), str, max_length=20)


def typed_from(shape: type[BaseModel], document: Mapping[str, Any]) -> dict[str, str]:
    """What would have to be typed to give this document, by the names of its fields."""
    typed: dict[str, str] = {}
    document = {name: _split(value) if name in SPLIT else value for name, value in document.items()}
    for leaf, reason in values(shape):
        name = ".".join(leaf.path)
        value = _at(document, leaf.path)
        why = _at(document, reason.path) if reason else None
        if why is not None and reason is not None:
            typed[name] = f"{reason.path[-1]}={why}"
        elif value is not None and not isinstance(value, Mapping):
            typed[name] = _text(value)
    return typed


def _split(moment: str | None) -> dict[str, str]:
    date, _t, time = (moment or "").replace(" ", "T").partition("T")
    return {name: text for name, text in (("date", date), ("time", time)) if text}


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document.get(step) if isinstance(document, Mapping) else None
    return document


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        short = f"{value:.9f}".rstrip("0").rstrip(".")
        return short if float(short) == value else str(value)
    if isinstance(value, dt.time):
        return value.isoformat("minutes" if not value.second else "seconds")
    return str(value)
