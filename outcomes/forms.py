"""Forms made from the shapes of documents: every leaf of a shape can be entered.

What is typed is kept as typed. What cannot be read as a number goes into the document as the text
it is, so that the shape refuses it; nothing is rounded, corrected or guessed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, groupby
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from outcomes import words
from outcomes.documents.visit import PARTS, VisitDocument
from patients.models.columns import Leaf, leaves

Path = tuple[str, ...]

# ASCII digits only: int() and float() would take other scripts' digits, exponents and underscores
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
# up to this many answers are all in view; more go into a list
IN_VIEW = 4
SHORT_LABEL = 2
LONG_TEXT = 200
PER_ROW = 2
REASONS = ("not_done", "not_testable")


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
    errors: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.leaf.path

    @property
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
        if self.reason:
            return "select"
        if self.options:
            return self._choosing()
        if self.leaf.type in (int, float):
            return "number"
        if self.leaf.type is str:
            return "textarea" if (self.leaf.max_length or 0) > LONG_TEXT else "text"
        return self.leaf.type.__name__  # date, time

    def _choosing(self) -> str:
        if all(len(option.label) <= SHORT_LABEL for option in self.options):
            return "buttons"
        if self.leaf.type is int:
            return "list"
        return "radios" if len(self.options) <= IN_VIEW else "select"

    @cached_property
    def options(self) -> list[Option]:
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


@dataclass(frozen=True)
class Section:
    """Fields that belong together: those in view, and those behind "more"."""

    key: str
    front: tuple[Field, ...]
    more: tuple[Field, ...]

    @property
    def label(self) -> str:
        return str(TITLES.get(self.key) or words.name(self.key))

    @property
    def hint(self) -> str:
        return words.hint(self.key)

    @property
    def more_label(self) -> str:
        more = MORE.get(self.key) or gettext("More: {part}")
        return str(more).format(part=self.label)

    @property
    def open(self) -> bool:
        """Whether something behind "more" was typed or refused."""
        return any(f.typed or f.errors for f in self.more)

    @property
    def front_rows(self) -> list[list[Field]]:
        return list(_rows(self.front))

    @property
    def more_rows(self) -> list[list[Field]]:
        return list(_rows(self.more))


def _rows(fields: Iterable[Field]) -> Iterator[list[Field]]:
    """Fields two by two; right and left of the same thing share a row, right first."""
    row: list[Field] = []
    for _key, twins in groupby(fields, key=lambda f: _sideless(f.path)):
        found = list(twins)
        if row and len(row) + len(found) > PER_ROW:
            yield row
            row = []
        row += found
    if row:
        yield row


def _sideless(path: Path) -> Path:
    return tuple(re.sub(r"^(right|left)(?=_|$)", "side", step) for step in path)


def _paired(fields: Iterable[Field]) -> list[Field]:
    """The fields in order, each left one moved beside its right one."""
    found = list(fields)
    first: dict[Path, int] = {}
    for number, one in enumerate(found):
        first.setdefault(_sideless(one.path), number)
    return sorted(found, key=lambda f: first[_sideless(f.path)])


class VisitForm:
    """A whole visit on one page; `typed` holds a text per field, and the document's id."""

    shape: type[BaseModel] = VisitDocument
    root = "visit"

    def __init__(self, typed: Mapping[str, str]):
        self.id = typed.get("id", "")
        self.fields = [
            Field(self.root, leaf, reason, typed.get(".".join(leaf.path), ""))
            for leaf, reason in _values(self.shape)
        ]
        self.general: list[str] = []

    def document(self) -> dict[str, Any]:
        """What was typed, as a plain document to be read against the shape."""
        document: dict[str, Any] = {"id": self.id}
        for one in self.fields:
            if (given := one.given()) is not None:
                _put(document, *given)
        return document

    @cached_property
    def sections(self) -> list[Section]:
        return [_section(key, self.fields) for key in ("visit", *PARTS, "end")]

    @cached_property
    def in_order(self) -> list[Field]:
        return [f for section in self.sections for f in (*section.front, *section.more)]

    def refuse(self, problems: Iterable[Mapping[str, Any]]) -> None:
        """Show each problem beside the field it is about."""
        for problem in problems:
            at = self._field_of(tuple(problem["path"]))
            if at is None:
                self.general.append(_told(problem, ""))
            else:
                at.errors.append(_told(problem, at.typed.strip()))

    def label_of(self, path: Iterable[str]) -> str:
        at = self._field_of(tuple(path))
        return at.label if at else ""

    @property
    def refused(self) -> list[Field]:
        """The fields with errors, in the order of the page."""
        return [f for f in self.in_order if f.errors]

    def _field_of(self, path: Path) -> Field | None:
        """The field a problem is about; of a part as a whole its reason, else its first field."""
        if path == ("id",):
            return None
        itself = (f for f in self.fields if path[: len(f.path)] == f.path)
        reason = (f for f in self.fields if f.path[:-1] == path and f.path[-1] in REASONS)
        within = (f for f in self.in_order if f.path[: len(path)] == path)
        return next(chain(itself, reason, within), None)


def _values(shape: type[BaseModel]) -> Iterator[tuple[Leaf, Leaf | None]]:
    """Each leaf, with the reason that can stand in its place (a muscle that is not testable)."""
    all_leaves = leaves(shape)
    paths = {leaf.path for leaf in all_leaves}
    reasons = {leaf.path[:-1]: leaf for leaf in all_leaves if leaf.path[:-1] in paths}
    return ((leaf, reasons.get(leaf.path)) for leaf in all_leaves if leaf.path[:-1] not in paths)


def _section(key: str, fields: Iterable[Field]) -> Section:
    own = [f for f in fields if _section_of(f.path) == key]
    order = FRONT.get(key, ())
    front = sorted((f for f in own if f.name in order), key=lambda f: order.index(f.name))
    rest = _paired(f for f in own if f.name not in order and f.path[-1] != "not_done")
    not_done = [f for f in own if f.path[-1] == "not_done"]
    if not order:
        return Section(key, (), (*rest, *not_done))
    return Section(key, (*front, *not_done), tuple(rest))


def _section_of(path: Path) -> str:
    if path[0] in PARTS:
        return path[0]
    return "end" if path[0] in END else "visit"


def _put(document: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        document = document.setdefault(step, {})
    document[path[-1]] = value


def _told(problem: Mapping[str, Any], typed: str) -> str:
    template = TYPED.get(problem["code"]) or gettext(problem["message"])
    return str(template).format(**{**problem["values"], "typed": typed})


# The shape's own messages speak to programs; these speak to someone who typed or chose.
TYPED = {
    "int_type": _("“{typed}” is not a whole number: type one with the digits 0 to 9, like 40."),
    "float_type": _("“{typed}” is not a number: type one with a point, like 36.5."),
    "bool_type": _("“{typed}” is not an answer here: choose yes or no."),
    "literal_error": _("“{typed}” is not an answer here: choose one of those shown."),
    "missing": _("Choose one: this is needed."),
    "no_time": _("Give the date, or below it what is known of the time."),
    "remote_grade": _(
        "A grade cannot be examined remotely: clear the grades, or say why it was not examined."
    ),
}

# What is in view, in order; every other leaf of the shape follows behind "more".
END = ("note", "discuss_first")
FRONT: Mapping[str, tuple[str, ...]] = {
    "visit": ("date", "time", "kind", "mode"),
    "motor": ("motor.right.grade", "motor.left.grade", "motor.basis"),
    "sensation": ("sensation.right", "sensation.left", "sensation.saddle"),
    "bladder": (
        "bladder.method",
        "bladder.incontinence",
        "bladder.awareness",
        "bladder.pvr_ml",
        "bladder.pvr_method",
    ),
    "bowel": ("bowel.incontinence", "bowel.constipation", "bowel.anal_tone"),
    "walking": ("walking.fac", "walking.aid", "walking.walks_alone"),
    "pain": ("pain.back", "pain.right_leg", "pain.left_leg"),
    "end": END,
}
TITLES = {"visit": _("When and how"), "end": _("Anything else")}
MORE = {
    "visit": _("Date not exactly known, or someone else examined"),
    "motor": _("Key muscles, and a leg that is not testable"),
}
