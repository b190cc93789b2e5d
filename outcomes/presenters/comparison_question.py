"""A question of the comparison in words, and the form that asks another one."""

from collections.abc import Mapping
from dataclasses import dataclass

from outcomes import words
from outcomes.figures.base import Translate, text_width
from outcomes.figures.comparison.scale import Scale
from outcomes.presenters.base import capital
from outcomes.rules import cohort_question
from outcomes.rules.cohort_question import FILTERS, UNKNOWN, Question
from outcomes.rules.text import gettext_noop as _

NAMES: Mapping[str, str] = {
    "origin": _("People"),
    "outcome": _("Outcome"),
    "window": _("When"),
    "clock": _("Counted from"),
    "exposure": _("Hours to the incision, from"),
    "level": _("Fracture level"),
    "first_worst": _("First grade of the worse leg"),
    "preop_worst": _("Last grade before the operation"),
    "age_band": _("Age in years"),
    "complication": _("Complication"),
    "reoperation": _("Reoperation"),
}
# the filters that are a field of a document, and are called as it is there
FIELDS: Mapping[str, str] = {
    "etiology": "patient.etiology",
    **{
        name: f"procedure.{name}"
        for name in ("technique", "durotomy", "fixation", "cement_removal")
    },
    **{name: f"imaging.{name}" for name in ("residual_cement", "compartment", "cord_compression")},
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "origin": {"registry": _("The registry"), "synthetic": _("Synthetic: made-up people")},
    "outcome": {
        "worst_leg": _("Worst leg, MRC grade (primary)"),
        "weaker_leg": _("Leg that was weaker at first, MRC grade"),
        "right_leg": _("Right leg, MRC grade"),
        "left_leg": _("Left leg, MRC grade"),
        "total": _("Both legs added, 0–10"),
        "lems": _("Lower extremity motor score, 0–50"),
        "walks_alone": _("Walks alone"),
        "voids": _("Empties the bladder without a catheter"),
    },
    "window": {
        "6wk": _("6 weeks"),
        "3mo": _("3 months"),
        "6mo": _("6 months"),
        "12mo": _("12 months"),
        "24mo": _("24 months"),
        "last": _("Last examination (description only)"),
    },
    "clock": {"index_decompression": _("Decompression"), "cement": _("Cement")},
    "exposure": {
        "cement": _("Cement"),
        "first_deficit": _("First deficit"),
        "presentation": _("Presentation"),
        "decision": _("Decision to operate"),
    },
    "complication": {"recorded": _("Recorded"), UNKNOWN: _("None recorded")},
    "reoperation": {"recorded": _("Recorded"), UNKNOWN: _("None recorded")},
}
NOT_RECORDED = _("Not recorded")
ANY = _("Any")
# px: the letters of a choice on a phone, and its room beside the arrow
PHONE_TYPE, PHONE_ROOM = 17, 265
# in words within a sentence
SINCE: Mapping[str, str] = {
    "cement": _("cement"),
    "first_deficit": _("first deficit"),
    "presentation": _("presentation"),
    "decision": _("decision to operate"),
}
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_("Question"), ("origin", "outcome", "window", "clock", "exposure")),
    (_("At first"), ("first_worst", "preop_worst", "age_band", "etiology", "level")),
    (_("Operation"), ("technique", "durotomy", "fixation", "cement_removal")),
    (_("Imaging"), ("compartment", "cord_compression", "residual_cement")),
    (_("Afterwards"), ("complication", "reoperation")),
)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def long(self) -> bool:
        """Does a choice need two lines on a phone?"""
        return any(text_width(one.words, PHONE_TYPE) > PHONE_ROOM for one in self.choices)

    @property
    def narrows(self) -> bool:
        return self.name in FILTERS and any(one.chosen and one.value for one in self.choices)


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    fields: tuple[Field, ...]


def name(parameter: str, t: Translate) -> str:
    field = FIELDS.get(parameter)
    return words.name(field) if field else t(NAMES[parameter])


def value(parameter: str, code: str, t: Translate) -> str:
    known = VALUES.get(parameter, {})
    if code in known:
        return t(known[code])
    if code == UNKNOWN:
        return t(NOT_RECORDED)
    field = FIELDS.get(parameter)
    return capital(words.words(field, code)) if field else code


def form(question: Question, t: Translate) -> list[Group]:
    return [
        Group(t(label), tuple(_field(name, question, t) for name in names))
        for label, names in GROUPS
    ]


def _field(parameter: str, question: Question, t: Translate) -> Field:
    codes = cohort_question.parameters()[parameter]
    now = dict(question.filters).get(parameter, "")
    if parameter in FILTERS:
        codes = ("", *codes)
    else:
        now = getattr(question, parameter)
    choices = (
        Choice(code, value(parameter, code, t) if code else t(ANY), code == now) for code in codes
    )
    return Field(parameter, name(parameter, t), tuple(choices))


def told(question: Question, t: Translate) -> list[str]:
    """The question, part by part, as the stamp and exports say it."""
    since = t(SINCE[question.exposure])
    when = value("window", question.window, t)
    if not question.descriptive:
        anchor = value("clock", question.clock, t).lower()
        when = t(_("{time} after {event}")).format(time=when, event=anchor)
    return [
        value("origin", question.origin, t),
        value("outcome", question.outcome, t),
        when,
        t(_("by hours from {event} to decompression")).format(event=since),
        *(f"{name(one, t)}: {value(one, code, t)}" for one, code in question.filters),
    ]


def scale(question: Question, t: Translate) -> Scale:
    """The outcome's axis for a figure."""
    of = question.scale
    if of.high == 1:
        ticks: tuple[tuple[int, str], ...] = ((0, t(_("no"))), (1, t(_("yes"))))
    else:
        steps = range(of.low, of.high + 1) if of.high <= MOST_TICKS else (of.low, *of.cuts)
        ticks = tuple((step, str(step)) for step in steps)
    title = value("outcome", question.outcome, t)
    return Scale(title=title, ticks=ticks, low=of.low, high=of.high)


MOST_TICKS = 10
