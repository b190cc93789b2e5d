"""Alerts in words: what changed, both values, when, who examined, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from outcomes import source_words, words
from outcomes.alert_words import NAMES
from outcomes.alerts import rule_words
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.visit import VisitDocument
from outcomes.figures.base import Translate
from outcomes.models import Alert
from outcomes.presenters.base import small
from outcomes.rules.alerts.base import Level
from outcomes.rules.text import gettext_noop as _
from patients.models.columns import leaves

CALL = _("Contact the surgical team now.")
DECISION_SUPPORT = _("Decision support, not diagnosis.")
SHAPES = (("visit", VisitDocument), ("lab", LabDocument))
NOT_TESTABLE = "_not_testable"
MOST_PRESSING_FIRST = tuple(reversed(Level))


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
    missing: str
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

    @property
    def open(self) -> bool:
        return not self.acknowledged


def alerts(rows: Iterable[Alert], t: Translate) -> list[AlertWords]:
    """Open ones first, by level; those of one level with the newest first."""
    ordered = sorted(rows, key=lambda row: row.recorded_at, reverse=True)
    ordered.sort(
        key=lambda row: (
            row.acknowledged_at is not None,
            MOST_PRESSING_FIRST.index(Level(row.level)) if row.acknowledged_at is None else 0,
        )
    )
    return [one(row, t) for row in ordered]


def one(row: Alert, t: Translate) -> AlertWords:
    said, what = rule_words(row.rule, t), column_name(_graded_column(row))
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
        missing=", ".join(column_name(code) for code in (row.missing or "").split()),
        advice=said.advice,
        call=t(CALL) if row.level == Level.EMERGENCY and not said.calls else "",
        source=source_words.told(row.source, t),
        raised=_clock(row.recorded_at, row),
        basis_changed=bool(row.basis_changed),
        escalated=_clock(row.escalated_at, row),
        acknowledged=_clock(row.acknowledged_at, row),
        acknowledged_by=str(row.acknowledged_by) if row.acknowledged_by else "",
        note=row.acknowledgement_note or "",
        reference=f"{what}, {row.when_now}" if row.when_now else what,
    )


def _clock(at: Any, row: Alert) -> str:
    """As the clock of the site showed it."""
    return at.astimezone(ZoneInfo(row.time_zone)).strftime("%Y-%m-%d %H:%M") if at else ""


def _value_now(row: Alert, t: Translate) -> str:
    told = value_words(row.column, row.value_now or "")
    if row.column.endswith(NOT_TESTABLE):
        return t(_("not testable: {reason}")).format(reason=small(told))
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
