"""Forms made from the shapes of documents: every leaf of a shape can be entered.

What is typed is kept as typed. What cannot be read as a number goes into the document as the text
it is, so that the shape refuses it; nothing is rounded, corrected or guessed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outcomes import words
from outcomes.forms.fields import REASONS, SPLIT, Field, Option, Path, typed_from, values
from outcomes.forms.layout import Group, Layout

PER_ROW = 2
Typed = Mapping[str, str]


@dataclass(frozen=True)
class Section:
    """Fields that belong together: those in view, and those behind "more"."""

    group: Group
    front: tuple[Field, ...]
    more: tuple[Field, ...]

    @property
    def key(self) -> str:
        return self.group.key

    @property
    def label(self) -> str:
        return str(self.group.title or words.name(self.key))

    @property
    def hint(self) -> str:
        return words.hint(self.key)

    @property
    def more_label(self) -> str:
        return str(self.group.more or gettext("More: {part}")).format(part=self.label)

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


class DocumentForm:
    """A document on one page; `typed` holds a text per field, and the document's id.

    `choices` are the answers of fields that depend on the patient or the reference data, by name;
    `suggestions` are offered while typing.
    """

    def __init__(
        self,
        layout: Layout,
        typed: Typed,
        *,
        choices: Mapping[str, tuple[Option, ...]] | None = None,
        suggestions: Mapping[str, tuple[str, ...]] | None = None,
        kept: Mapping[str, Any] | None = None,
    ):
        self.layout, self.id = layout, typed.get("id", "")
        self.kept = {k: v for k, v in (kept or {}).items() if k in layout.hidden}
        self.fields = [
            Field(
                layout.root,
                leaf,
                reason,
                typed.get(".".join(leaf.path), ""),
                choices=(choices or {}).get(".".join(leaf.path), ()),
                suggestions=(suggestions or {}).get(".".join(leaf.path), ()),
                needed=".".join(leaf.path) in layout.needed,
            )
            for leaf, reason in values(layout.shape)
            if leaf.path[0] not in layout.hidden
        ]
        self.general: list[str] = []

    @classmethod
    def of(cls, layout: Layout, document: Mapping[str, Any], **more: Any) -> "DocumentForm":
        """The form as if this document had been typed."""
        typed = typed_from(layout.shape, document) | {"id": str(document["id"])}
        return cls(layout, typed, kept=document, **more)

    def document(self) -> dict[str, Any]:
        """What was typed, as a plain document to be read against the shape."""
        document: dict[str, Any] = {"id": self.id, **self.kept}
        for one in self.fields:
            if (given := one.given()) is not None:
                _put(document, *given)
        return document | {name: _joined(document[name]) for name in SPLIT if name in document}

    @cached_property
    def sections(self) -> list[Section]:
        placed = [(_group_of(field, self.layout), field) for field in self.fields]
        return [
            _section(group, [field for its, field in placed if its is group])
            for group in self.layout.groups
        ]

    @cached_property
    def in_order(self) -> list[Field]:
        return [f for section in self.sections for f in (*section.front, *section.more)]

    def refuse(self, problems: Iterable[Mapping[str, Any]]) -> None:
        """Show each problem beside the field it is about."""
        for problem in problems:
            at = self.field_of(tuple(problem["path"]))
            if at is None:
                self.general.append(_told(problem, ""))
            else:
                at.errors.append(_told(problem, at.typed.strip()))

    def label_of(self, path: Iterable[str]) -> str:
        at = self.field_of(tuple(path))
        return at.label if at else ""

    @property
    def refused(self) -> list[Field]:
        """The fields with errors, in the order of the page."""
        return [f for f in self.in_order if f.errors]

    def field_of(self, path: Path) -> Field | None:
        """The field a problem is about; of a part as a whole its reason, else its first field."""
        if path in {(), ("id",)}:
            return None
        itself = (f for f in self.fields if path[: len(f.path)] == f.path)
        reason = (f for f in self.fields if f.path[:-1] == path and f.path[-1] in REASONS)
        within = (f for f in self.in_order if f.path[: len(path)] == path)
        return next(chain(itself, reason, within), None)


def _section(group: Group, own: Sequence[Field]) -> Section:
    order = group.front
    front = sorted((f for f in own if f.name in order), key=lambda f: order.index(f.name))
    rest = _paired(f for f in own if f.name not in order and f.path[-1] != "not_done")
    not_done = [f for f in own if f.path[-1] == "not_done"]
    if not order:
        return Section(group, (), (*rest, *not_done))
    return Section(group, (*front, *not_done), tuple(rest))


def _group_of(field: Field, layout: Layout) -> Group:
    """Where it stands in view, else the group that owns it, else the first that owns nothing."""
    groups = layout.groups
    named = (g for g in groups if field.name in g.front)
    owning = (g for g in groups if field.path[0] in g.owns)
    return next(chain(named, owning, (g for g in groups if not g.owns)))


def _put(document: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        document = document.setdefault(step, {})
    document[path[-1]] = value


def _joined(parts: Mapping[str, str]) -> str:
    """A date, with its time where one was typed; as sent, where only the time was."""
    return "T".join(parts[name] for name in ("date", "time") if name in parts)


def _told(problem: Mapping[str, Any], typed: str) -> str:
    template = TYPED.get(problem["code"]) or gettext(problem["message"])
    return str(template).format(**{**problem["values"], "typed": typed})


# The shape's own messages speak to programs; these speak to someone who typed or chose.
TYPED = {
    "int_type": _("“{typed}” is not a whole number: type one with the digits 0 to 9, like 40."),
    "float_type": _("“{typed}” is not a number: type one with a point, like 36.5."),
    "bool_type": _("“{typed}” is not an answer here: choose yes or no."),
    "literal_error": _("“{typed}” is not an answer here: choose one of those shown."),
    "missing": _("This is needed."),
    "no_time": _("Give the date, or below it what is known of the time."),
    "remote_grade": _(
        "A grade cannot be examined remotely: clear the grades, or say why it was not examined."
    ),
}
