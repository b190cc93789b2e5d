"""Alerts in words: what changed, both values, when, who examined, and what to do."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from outcomes import source_words, words
from outcomes.alert_basis import Standing, Stands
from outcomes.alert_words import NAMES
from outcomes.alerts import rule_words
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.visit import VisitDocument
from outcomes.figures.base import Translate
from outcomes.models import Alert
from outcomes.presenters.base import NOT_RECORDED, small
from outcomes.rules.alerts.base import Level
from outcomes.rules.alerts.bladder import METHOD, PVR
from outcomes.rules.text import gettext_noop as _
from patients.models.columns import leaves

CALL = _("Contact the surgical team now.")
REPORTED = {
    "patient": _("Reported by the patient, not examined"),
    "caregiver": _("Reported by a caregiver, not examined"),
    "clinician": _("Reported to the clinic, not examined"),
}
# the times of a phone are approximate: what arrives within the hour is not called late
LATE_AFTER = dt.timedelta(hours=1)
DECISION_SUPPORT = _("Decision support, not diagnosis.")
SHAPES = (("visit", VisitDocument), ("lab", LabDocument), ("diary", DiaryDocument))
INDWELLING = _("Cannot check: indwelling catheter.")
AS_VOIDING = _("The way of emptying is not recorded: judged as voiding.")
UNTESTABLE = _("not testable: {reason}")
WITHDRAWN = _("entered in error")
BOTH_LEGS = "sign_bilateral_leg_pain"
NOTHING: Standing = MappingProxyType({})
NOT_TESTABLE = "_not_testable"
MOST_PRESSING_FIRST = tuple(reversed(Level))


@dataclass(frozen=True, slots=True)
class Value:
    when: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWords:
    """One alert as a reader sees it; empty where nothing is known of it."""

    id: UUID
    level: str
    """The code, for looks; `level_words` says it."""
    level_words: str
    title: str
    what: str
    value_before: str
    when_before: str
    value_now: str
    when_now: str
    examiner: str
    reported: str
    """Whose word it is, where nobody has examined it."""
    received: str
    """When a report reached the clinic."""
    late: bool
    """Whether it came clearly later than it happened."""
    missing: str
    hindered: str
    """Why it cannot be checked at all."""
    supposed: str
    """What was taken for granted, because it is not recorded."""
    advice: str
    call: str
    source: str
    raised: str
    basis_changed: bool
    escalated: str
    acknowledged: str
    """When; empty while it is open."""
    acknowledged_by: str
    note: str
    reference: str
    """Tells this alert's button from the others'."""
    of_strength: bool
    before_surgery: bool = False
    stands: tuple["Value", ...] = ()
    """Where the basis changed, the values as they are recorded now, in the order of time."""

    @property
    def open(self) -> bool:
        return not self.acknowledged


def alerts(
    rows: Iterable[Alert],
    t: Translate,
    now: Standing = NOTHING,
    before_surgery: Collection[UUID] = (),
) -> list[AlertWords]:
    """Open ones first, by level; those of one level with what was found last first.

    `now` says how the values stand of which the basis has changed; `before_surgery` are the ids of
    those that were found before the operation.
    """
    ordered = sorted(rows, key=lambda row: (_day(row), row.recorded_at), reverse=True)
    ordered.sort(
        key=lambda row: (
            row.acknowledged_at is not None,
            MOST_PRESSING_FIRST.index(Level(row.level)) if row.acknowledged_at is None else 0,
        )
    )
    return [
        replace(
            one(row, t),
            stands=_as_it_stands(row, now.get(row.pk, ()), t),
            before_surgery=row.pk in before_surgery,
        )
        for row in ordered
    ]


def _day(row: Alert) -> str:
    """The day it was found, to sort by; empty where it is told otherwise than by a date."""
    when = row.when_now or ""
    return when if when[:1].isdigit() else ""


def _as_it_stands(row: Alert, records: Iterable[Stands], t: Translate) -> tuple[Value, ...]:
    return tuple(Value(one.when, _stands(row, one, t)) for one in records)


def _stands(row: Alert, record: Stands, t: Translate) -> str:
    if record.withdrawn:
        return t(WITHDRAWN)
    graded = _graded_column(row)
    value, hindered = record.columns.get(graded), record.columns.get(row.column)
    if value is None and row.column != graded and hindered is not None:
        return t(UNTESTABLE).format(reason=small(value_words(row.column, str(hindered))))
    if value is None:
        return t(NOT_RECORDED)
    return " ".join(filter(None, (_paired(row, record, value), record.columns.get("unit"))))


def _paired(row: Alert, record: Stands, value: Any) -> str:
    """In words; of pain in both legs both, as the rule says it."""
    if row.rule == BOTH_LEGS:
        legs = (record.columns.get(f"pain_{side}_leg") for side in ("right", "left"))
        return " / ".join("–" if number is None else str(number) for number in legs)
    return value_words(_graded_column(row), value)


def one(row: Alert, t: Translate) -> AlertWords:
    said, what = rule_words(row.rule, t), column_name(_graded_column(row))
    missing = (row.missing or "").split()
    hindered = row.rule == "bladder_indwelling"
    as_voiding = not hindered and row.column == PVR and METHOD in missing
    said_apart = missing if hindered else [METHOD] if as_voiding else []
    return AlertWords(
        id=row.pk,
        level=row.level,
        level_words=words.words("alert.level", row.level),
        title=said.title,
        what=what,
        value_before=value_words(_graded_column(row), row.value_before or ""),
        when_before=row.when_before or "",
        value_now=_value_now(row, t),
        when_now=row.when_now or "",
        examiner=row.examiner or "",
        reported=t(REPORTED[row.reported_by]) if row.reported_by else "",
        received=_clock(row.received_at, row),
        late=is_late(row),
        missing=", ".join(column_name(code) for code in missing if code not in said_apart),
        hindered=t(INDWELLING) if hindered else "",
        supposed=t(AS_VOIDING) if as_voiding else "",
        advice=said.advice,
        call=t(CALL) if row.level == Level.EMERGENCY and not said.calls else "",
        source=source_words.told(row.source, t),
        raised=_clock(row.recorded_at, row),
        basis_changed=bool(row.basis_changed),
        escalated=_clock(row.escalated_at, row),
        acknowledged=_clock(row.acknowledged_at, row),
        acknowledged_by=str(row.acknowledged_by) if row.acknowledged_by else "",
        note=row.acknowledgement_note or "",
        of_strength=row.column.startswith("motor_"),
        reference=f"{what}, {row.when_now}" if row.when_now else what,
    )


def is_late(row: Alert) -> bool:
    """Whether a report arrived later than it happened: by an hour, by a day without a time."""
    if row.received_at is None or not row.when_now:
        return False
    arrived = row.received_at.astimezone(ZoneInfo(row.time_zone)).replace(tzinfo=None)
    happened = dt.datetime.fromisoformat(row.when_now)
    if len(row.when_now) == len("2026-03-01"):
        return arrived.date() > happened.date()
    return arrived - happened > LATE_AFTER


def _clock(at: Any, row: Alert) -> str:
    """As the clock of the site showed it."""
    return at.astimezone(ZoneInfo(row.time_zone)).strftime("%Y-%m-%d %H:%M") if at else ""


def _value_now(row: Alert, t: Translate) -> str:
    told = value_words(row.column, row.value_now or "")
    if row.column.endswith(NOT_TESTABLE):
        return t(UNTESTABLE).format(reason=small(told))
    return told


def _graded_column(row: Alert) -> str:
    """The value it is about: of what cannot be tested now, the grade that is missing."""
    missing: list[str] = (row.missing or "").split()
    return missing[0] if row.column.endswith(NOT_TESTABLE) and missing else row.column


def column_name(column: str) -> str:
    """A column as a field is called on its form; a rule's own word as it is."""
    if column in NAMES:
        return gettext(NAMES[column])
    path = _paths().get(column)
    try:
        return words.name(path or column)
    except KeyError:
        return column.replace("_", " ")


def value_words(column: str, value: str) -> str:
    return words.words(_paths().get(column, column), value) if value else ""


@cache
def _paths() -> dict[str, str]:
    """By column, the path of the field in its document, the first document that has it."""
    return {
        leaf.column: ".".join((name, *leaf.path))
        for name, shape in reversed(SHAPES)
        for leaf in leaves(shape)
    }
