"""What a rule found: what changed, both values, when, and the source of the rule."""

from typing import Literal

from outcomes.documents.diary import Instant
from patients.documents.base import Code, Id, Shape, Text, Words, absent


class AlertDocument(Shape):
    """An alert names its rule and one measurement; missing input is "cannot tell", never "no"."""

    id: Id
    rule: Code
    level: Literal["note", "ask", "review", "same_day", "urgent", "emergency"]
    answer: Literal["yes", "cannot_tell"]
    measurement: Words
    """The record, its part and value that the rule looked at: one alert for each."""
    missing: Words = absent()
    value_before: Words = absent()
    value_now: Words = absent()
    when_before: Words = absent()
    when_now: Words = absent()
    examiner: Words = absent()
    source: Text
    basis_changed: bool = absent()
    """A value it stands on was amended later."""
    acknowledged_at: Instant = absent()
    acknowledgement_note: Text = absent()
    escalated_at: Instant = absent()
