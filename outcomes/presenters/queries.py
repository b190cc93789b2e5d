"""Data queries in words: what is asked, about which record, and where to correct it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse

from outcomes import words
from outcomes.figures.base import Translate
from outcomes.forms import LAYOUTS
from outcomes.kinds import BY_PATH, DOSE
from outcomes.models import DataQuery
from outcomes.presenters import documents
from outcomes.presenters.base import capital, small
from outcomes.readings import Surgery
from outcomes.rules.queries import BY_HAND, QUESTIONS
from patients.models.columns import leaves

ROOTS = {kind: layout.root for kind, layout in LAYOUTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A query on a page; `about` names the record, `link` leads to the field to correct."""

    row: DataQuery
    question: str
    about: str
    by_hand: bool
    link: tuple[str, UUID | None, str] | None
    """The name of the page, the record in its address, and the field on it."""

    @property
    def address(self) -> str:
        """Where to correct it, empty where there is no one place."""
        if self.link is None:
            return ""
        name, record, field = self.link
        place = {"patient_id": self.row.patient_id} | ({"id": record} if record else {})
        return reverse(name, kwargs=place) + (f"#{field}" if field else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question and every record that it is asked about, the one that was opened first first."""

    queries: tuple[Shown, ...]

    @property
    def first(self) -> Shown:
        return self.queries[0]

    @property
    def others(self) -> tuple[Shown, ...]:
        return self.queries[1:]


def asked_once(
    rows: Iterable[DataQuery], course: Surgery, t: Translate, *, most: int | None = None
) -> list[Asked]:
    """The same question about several records as one, of these the first `most`.

    What a person asked stands for itself.
    """
    found: dict[tuple[str, str], list[DataQuery]] = {}
    for row in rows:
        own = str(row.pk) if row.rule == BY_HAND else row.rule
        found.setdefault((own, question(row.document(), t)), []).append(row)
    groups = list(found.values())[:most]
    named = iter(shown([row for same in groups for row in same], course, t))
    return [Asked(queries=tuple(next(named) for _row in same)) for same in groups]


def question(document: dict[str, Any], t: Translate) -> str:
    """What a query asks; of a person's own the text as typed."""
    if document["rule"] == BY_HAND:
        return str(document["text"])
    told = {
        name: _told(document["rule"], name, str(document.get(name) or ""))
        for name in ("value", "against")
    }
    part = str(document.get("part") or "")
    told["part"] = capital(part_name(str(document.get("kind") or ""), part)) if part else ""
    return t(QUESTIONS[document["rule"]]).format(**told)


def part_name(kind: str, part: str) -> str:
    """A field or part in words; the code itself where it has none."""
    if part == "crp":
        return words.words("analyte", part)
    try:
        return words.name(f"{ROOTS.get(kind, kind)}.{part}")
    except KeyError:
        # a leg as a whole, else a part that somebody named by hand
        return str(words.LEGS.get(part.partition(".")[2], part))


def _told(rule: str, name: str, value: str) -> str:
    """The codes in a value as words."""
    if rule == "parts_left_out":
        return ", ".join(small(words.name(part)) for part in value.split())
    if rule == "outside_window" or (rule == "wrong_side_of_surgery" and name == "against"):
        return words.words("visit.kind", value)
    if rule == "sides_swapped":
        head, comma, rest = value.partition(", ")
        sides = (words.words("visit.sensation.right", one) for one in head.split(" : "))
        return " : ".join(sides) + comma + rest
    return value


def shown(rows: Sequence[DataQuery], course: Surgery, t: Translate) -> list[Shown]:
    """Each query with its record; one query of the database for every kind of record named."""
    named = _records(rows, course, t)
    return [
        Shown(
            row=row,
            question=question(row.document(), t),
            about=named.get(row.record, "") if row.record else "",
            by_hand=row.rule == BY_HAND,
            link=_link(row),
        )
        for row in rows
    ]


def _records(rows: Iterable[DataQuery], course: Surgery, t: Translate) -> dict[UUID, str]:
    wanted: defaultdict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        if row.kind and row.record:
            wanted[row.kind].add(row.record)
    found = {}
    for kind, ids in wanted.items():
        of_kind = DOSE if kind == DOSE.path else BY_PATH[kind]
        related = ("procedure", "reoperation") if kind == "complications" else ()
        for record in of_kind.model.objects.filter(pk__in=ids).select_related(*related):
            entry = documents.entry(record, course, t)
            title = entry.title or words.words("query.kind", kind)
            found[record.pk] = f"{title}, {entry.when}" if entry.when else title
    return found


def _link(row: DataQuery) -> tuple[str, UUID | None, str] | None:
    if row.part == "crp":
        return "lab-new", None, ""
    if not row.kind or not row.record:
        return None
    if row.kind == DOSE.path:
        return "medication-list", None, ""
    return f"{BY_PATH[row.kind].name}-change", row.record, _field(row.kind, row.part or "")


@cache
def _field(kind: str, part: str) -> str:
    """The id of the field on the form that a part begins with: the first one in view."""
    layout = LAYOUTS[kind]
    names = [name for group in layout.groups for name in group.front]
    names += [".".join(leaf.path) for leaf in leaves(layout.shape)]
    within = (n for n in names if part and (n == part or n.startswith(f"{part}.")))
    return next(within, "").replace(".", "-")
