"""The page of a new visit: what is asked, in which place, and the last value beside each question.

The right leg stands on the left of the screen: as the legs of the person opposite the examiner, and
as on every chart, radiograph and ISNCSCI sheet. A last value is shown and never filled in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outcomes import words
from outcomes.documents.visit import VisitDocument
from outcomes.forms import DocumentForm
from outcomes.forms.fields import Field, Option
from outcomes.presenters.base import date_words, when
from outcomes.rules.facts import Fact
from outcomes.rules.grades import KEY_MUSCLES
from outcomes.rules.unchanged import AT_THE_BEDSIDE, COPIED, NOTHING, Offer, seen_as
from patients.models.columns import leaves

COLUMNS = {".".join(leaf.path): leaf.column for leaf in leaves(VisitDocument)}


@dataclass(frozen=True)
class Line:
    """Questions that share a row: one, or the same of the right and the left leg, right first.

    `shown` are the answers in view where the others unfold. `bedside` is what nobody can examine
    remotely; of `bedside_answers` only these answers.
    """

    names: tuple[str, ...]
    kind: str = "buttons"
    wide: bool = False
    shown: tuple[str, ...] = ()
    bedside: bool = False
    bedside_answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A part of the page; `folded` opens with a tap, `more` unfolds within the part."""

    key: str
    lines: tuple[Line, ...]
    more: tuple[Line, ...] = ()
    more_title: Any = ""
    folded: bool = False


def _legs(part: str, what: str, kind: str = "buttons", **more: Any) -> Line:
    names = tuple(f"{part}.{side}{what}" for side in ("right", "left"))
    return Line(names, kind, **more)


def _yes_no(part: str, *names: str) -> tuple[Line, ...]:
    return tuple(Line((f"{part}.{name}",), "yes-no") for name in names)


PLANS = (
    Plan(
        "motor",
        (
            _legs("motor", ".grade", "grades", bedside=True),
            Line(("motor.basis",), wide=True, bedside=True),
        ),
        more=tuple(
            _legs("motor", f".muscles.{muscle}", "muscle", bedside=True) for muscle in KEY_MUSCLES
        ),
        more_title=_("Key muscles L2 to S1"),
    ),
    Plan(
        "sensation",
        (_legs("sensation", "", bedside=True), Line(("sensation.saddle",))),
    ),
    Plan(
        "bladder",
        (
            Line(
                ("bladder.method",),
                wide=True,
                shown=(
                    "normal_voiding",
                    "straining",
                    "intermittent_self",
                    "intermittent_attendant",
                    "indwelling_urethral",
                ),
            ),
            Line(("bladder.incontinence",), shown=("no", "monthly", "weekly", "daily")),
            Line(("bladder.awareness",), shown=("yes", "no")),
            Line(("bladder.pvr_ml",), "number"),
            Line(("bladder.pvr_method",), bedside_answers=("scan",)),
        ),
    ),
    Plan(
        "bowel",
        (
            Line(("bowel.incontinence",), shown=("no", "monthly", "weekly", "daily")),
            Line(("bowel.constipation",)),
            Line(("bowel.anal_tone",), bedside=True),
            Line(("bowel.voluntary_contraction",), bedside=True),
        ),
    ),
    Plan(
        "walking",
        (
            Line(("walking.fac",), "list"),
            Line(("walking.aid",), wide=True),
            Line(("walking.walks_alone",), "yes-no"),
        ),
    ),
    Plan(
        "pain",
        (Line(("pain.back",), "nrs"), _legs("pain", "_leg", "nrs")),
        more=(*_yes_no("pain", "neuropathic"), Line(("pain.period",), wide=True)),
        more_title=_("Kind and period of the pain"),
    ),
    Plan("spasticity", _yes_no("spasticity", "present")),
    Plan(
        "wound",
        _yes_no("wound", "drainage", "clear_leak", "postural_headache", "redness",
                "dehiscence", "meningism", "pseudomeningocele"),
    ),
    Plan(
        "safety",
        (
            *_yes_no("safety", "fall_with_injury", "sudden_pain", "deformity", "calf_swelling",
                     "chest_pain", "breathlessness", "sedation", "delirium", "low_mood",
                     "self_harm_thoughts"),
            Line(("safety.pressure_injury_site",), wide=True),
            Line(("safety.pressure_injury_stage",)),
        ),
        folded=True,
    ),
    Plan(
        "vitals",
        tuple(
            Line((f"vitals.{name}",), "number")
            for name in (
                "temperature_c", "heart_rate", "systolic_lying", "diastolic_lying",
                "systolic_standing", "diastolic_standing", "spo2", "respiratory_rate", "weight_kg",
            )
        ),
        folded=True,
    ),
    Plan(
        "function",
        (Line(("function.caregiver",)), Line(("function.transfers",))),
        folded=True,
    ),
)  # fmt: skip
FRAME = ("date", "time", "kind", "mode", "examiner", "note", "discuss_first")
REASON_OF = {"bladder.pvr_ml": "bladder.pvr_not_done"} | {
    f"motor.{side}.grade": f"motor.{side}.not_testable" for side in ("right", "left")
}
BEDSIDE = tuple(
    name
    for plan in PLANS
    for line in (*plan.lines, *plan.more)
    if line.bedside
    for one in line.names
    for name in (one, REASON_OF.get(one, one))
)


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
    """A part as the page shows it. `unchanged` is None where that is not offered; then `why`."""

    plan: Plan
    rows: tuple[Row, ...]
    more: tuple[Row, ...]
    not_done: Ask
    unchanged: Field | None
    seen: str
    why: str
    last: Last | None

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
            why=gettext(offer.why.message) if offer.why not in {None, NOTHING} else "",  # type: ignore[union-attr]
            last=self._examined(offer.source),
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
