"""The page of a new visit: what is asked, in which place, and the last value beside each question.

The right leg stands on the left of the screen: as the legs of the person opposite the examiner, and
as on every chart, radiograph and ISNCSCI sheet. A last value is shown and never filled in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from outcomes import words
from outcomes.documents.visit import VisitDocument
from outcomes.forms import DocumentForm
from outcomes.forms.fields import Field, Option
from outcomes.presenters.base import date_words, when
from outcomes.presenters.entry_plan import FRAME, PLANS, REASON_OF, Line, Plan
from outcomes.rules.facts import Fact
from outcomes.rules.unchanged import AT_THE_BEDSIDE, COPIED, NOTHING, Offer, seen_as
from patients.models.columns import leaves

COLUMNS = {".".join(leaf.path): leaf.column for leaf in leaves(VisitDocument)}
PATHS = {column: f"visit.{name}" for name, column in COLUMNS.items()}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    checked: bool
    last: bool
    bedside: bool = False


@dataclass(frozen=True)
class Last:
    """The last value of a field in words, when and by whom."""

    words: str
    when: str
    by: str


@dataclass(frozen=True)
class Ask:
    """One question with its answers, the last value, and the reason that can stand instead."""

    field: Field
    kind: str
    wide: bool
    side: str
    label: str
    choices: tuple[Choice, ...]
    hidden: tuple[Choice, ...]
    last: Last | None
    copied: bool
    reason: "Ask | None" = None

    @property
    def unfolded(self) -> bool:
        return any(choice.checked for choice in self.hidden)


@dataclass(frozen=True)
class Row:
    asks: tuple[Ask, ...]
    bedside: bool


@dataclass(frozen=True)
class Part:
    """A part as the page shows it. `unchanged` is None where that is not offered."""

    plan: Plan
    rows: tuple[Row, ...]
    more: tuple[Row, ...]
    not_done: Ask
    unchanged: Field | None
    seen: str
    last: Last | None
    also: str
    """What "unchanged" copies beside the questions in view."""

    @property
    def key(self) -> str:
        return self.plan.key

    @property
    def label(self) -> str:
        return words.name(f"visit.{self.key}")

    @property
    def more_title(self) -> str:
        return str(self.plan.more_title)

    @property
    def bedside(self) -> bool:
        """Whether nothing of it can be examined remotely."""
        return all(row.bedside for row in self.rows)

    @property
    def unchanged_bedside(self) -> bool:
        return self.key in AT_THE_BEDSIDE

    @property
    def asks(self) -> Iterable[Ask]:
        return (ask for row in (*self.rows, *self.more) for ask in row.asks)

    @property
    def more_open(self) -> bool:
        return any(_touched(ask) for row in self.more for ask in row.asks)

    @property
    def open(self) -> bool:
        return _touched(self.not_done) or any(_touched(ask) for ask in self.asks)


def _touched(ask: Ask) -> bool:
    own = bool(ask.field.typed or ask.field.errors)
    return own or (ask.reason is not None and _touched(ask.reason))


@dataclass
class Page:
    """Everything the page shows, from a form (typed or empty) and what is known before it."""

    form: DocumentForm
    offers: Mapping[str, Offer]
    last: Mapping[str, Fact]
    refused: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.by_name = {one.name: one for one in self.form.fields}

    @property
    def parts(self) -> list[Part]:
        return [self._part(plan) for plan in PLANS]

    @property
    def not_offered(self) -> list[tuple[str, str]]:
        """Why "unchanged" is not offered, each reason once, with the parts it holds for."""
        by_reason: dict[str, list[str]] = {}
        for plan in PLANS:
            why = self.offers.get(plan.key, Offer()).why
            if why is not None and why != NOTHING:
                by_reason.setdefault(why.message, []).append(words.name(f"visit.{plan.key}"))
        return [(", ".join(parts), gettext(why)) for why, parts in by_reason.items()]

    @property
    def frame(self) -> dict[str, Ask]:
        return {name: self._ask(Line((name,)), name) for name in FRAME}

    def _part(self, plan: Plan) -> Part:
        offer = self.offers.get(plan.key, Offer())
        ticked = self.by_name.get(f"{plan.key}.unchanged")
        # what was ticked stays in view, so that it can be taken back
        offered = offer.source is not None or bool(ticked and ticked.typed)
        return Part(
            plan=plan,
            rows=self._rows(plan.lines),
            more=self._rows(plan.more),
            not_done=self._ask(Line((f"{plan.key}.not_done",)), f"{plan.key}.not_done"),
            unchanged=ticked if offered else None,
            seen=seen_as(offer.source) if offer.source else "",
            last=self._examined(offer.source),
            also=_also_copied(plan, offer),
        )

    def _rows(self, lines: Sequence[Line]) -> tuple[Row, ...]:
        return tuple(
            Row(tuple(self._ask(line, name) for name in line.names), line.bedside) for line in lines
        )

    def _ask(self, line: Line, name: str) -> Ask:
        one = self.by_name[name]
        column = COLUMNS.get(name, "")
        source = self.last.get(column)
        value = source.get(column) if source else None
        options = [self._choice(one, option, value, line) for option in _options(one)]
        shown = [c for c in options if not line.shown or c.value in line.shown]
        reason = REASON_OF.get(name)
        if line.kind == "muscle":
            shown = [c for c in options if "=" not in c.value]
        return Ask(
            field=one,
            kind=line.kind,
            wide=line.wide,
            side=next((s for s in ("right", "left") if s in name.replace("_", ".").split(".")), ""),
            label=one.label,
            choices=tuple(shown),
            hidden=tuple(c for c in options if c not in shown),
            last=self._last(source, name, value),
            copied=any(column in columns for columns in COPIED.values()),
            reason=self._ask(Line((reason,)), reason) if reason else None,
        )

    def _choice(self, one: Field, option: Option, value: Any, line: Line) -> Choice:
        said = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
        return Choice(
            option.value,
            option.label,
            checked=one.typed == option.value,
            last=said is not None and str(said) == option.value,
            bedside=option.value in line.bedside_answers,
        )

    def _last(self, source: Fact | None, name: str, value: Any) -> Last | None:
        if source is None:
            return None
        unit = words.unit(f"visit.{name}")
        told = _short(words.words(f"visit.{name}", value))
        return Last(f"{told} {unit}".strip(), _day(source), source.by)

    @staticmethod
    def _examined(source: Fact | None) -> Last | None:
        return Last("", _day(source), source.by) if source else None


def _also_copied(plan: Plan, offer: Offer) -> str:
    asked = {COLUMNS[name] for line in (*plan.lines, *plan.more) for name in line.names}
    asked |= {COLUMNS[REASON_OF[name]] for line in plan.lines for name in line.names
              if name in REASON_OF}  # fmt: skip
    return "; ".join(
        f"{words.name(PATHS[column])}: {words.words(PATHS[column], value)}"
        for column, value in offer.values.items()
        if column not in asked
    )


def _options(one: Field) -> list[Option]:
    """The answers on this page: of a number from 0 to 10, each of them."""
    if one.options:
        return list(one.options)
    leaf = one.leaf
    if leaf.type is int and leaf.least == 0 and leaf.most == 10:
        return [Option(str(n), str(n)) for n in range(leaf.most + 1)]
    return []


def _short(told: str) -> str:
    """A walking category by its number and first words."""
    return told if len(told) <= LONG else told[:LONG].rsplit(" ", 1)[0] + " …"


LONG = 28


def _day(source: Fact) -> str:
    return date_words(source.when, gettext) or when(source.when, source.day, gettext)
