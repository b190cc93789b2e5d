"""The vocabulary of the alert rules (CLINICAL.md G, "Trigger", and J, "Alerts").

A rule looks at the whole course and names every measurement in which it finds its trigger, whether
or not that was found before: what is stored under the same rule and measurement stays one alert.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from outcomes.rules.facts import Fact, Facts
from outcomes.rules.values import Answer


class Level(StrEnum):
    """From the least to the most pressing."""

    NOTE = "note"
    ASK = "ask"
    REVIEW = "review"
    SAME_DAY = "same_day"
    URGENT = "urgent"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a rule found in one measurement.

    `rule` is a key of outcomes/reference/alert_rules.csv, which holds its words and its source.
    `answer` is yes, or cannot_tell with what is `missing` (columns, or words of the rule's own).
    `now` is the document that holds the measurement and `column` which of its values; `before` is
    what it is held against. Values are as recorded, with their unit: "4-", "250 mL", "38.4 °C".
    """

    rule: str
    level: Level
    now: Fact
    column: str
    value_now: str
    answer: Answer = Answer.YES
    before: Fact | None = None
    value_before: str = ""
    missing: tuple[str, ...] = ()
    reported_by: str = ""
    """Who reported what nobody has examined: patient, caregiver, or clinician; empty: examined."""

    @property
    def measurement(self) -> str:
        """What makes it one alert: the record, which of its values, and the value."""
        return f"{self.now.id} {self.column} {self.value_now}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alert raised before: open until `acknowledged_at`."""

    rule: str
    measurement: str
    acknowledged_at: dt.datetime | None = None


Rule = Callable[[Facts, Sequence[Raised]], Iterable[Found]]
