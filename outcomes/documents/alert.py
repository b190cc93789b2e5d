"""What a rule found: what changed, both values, when, and the source of the rule."""

from typing import Annotated, Literal

from pydantic import Field

from outcomes.documents.diary import Instant
from patients.documents.base import Code, Id, Shape, Text, Words, absent

Version = Annotated[int, Field(ge=1, le=1_000_000)]


class AlertDocument(Shape):
    """An alert names its rule and one measurement; missing input is "cannot tell", never "no"."""

    id: Id
    rule: Code
    level: Literal["note", "ask", "review", "same_day", "urgent", "emergency"]
    answer: Literal["yes", "cannot_tell"]
    measurement: Words
    """The record, its part and value that the rule looked at: one alert for each."""
    column: Code
    """Which of the record's values, for example `motor_right_grade`."""
    record: Id
    """The record that holds the value now, as it was in `record_version`."""
    record_version: Version
    record_before: Id = absent()
    """What it was held against, as it was in `record_before_version`."""
    record_before_version: Version = absent()
    missing: Text = absent()
    """Codes of what is missing, with blanks between."""
    value_before: Words = absent()
    value_now: Words = absent()
    when_before: Words = absent()
    """Date and time, bounds with a slash between, or the day after surgery."""
    when_now: Words = absent()
    examiner: Words = absent()
    reported_by: Literal["patient", "caregiver", "clinician"] = absent()
    """Who reported what it stands on: nobody has examined it. Left out: examined."""
    received_at: Instant = absent()
    """When a report reached the clinic; it may have waited on a phone since `when_now`."""
    source: Text
    basis_changed: bool = absent()
    """A value it stands on was amended later."""
    acknowledged_at: Instant = absent()
    acknowledgement_note: Text = absent()
    escalated_at: Instant = absent()
    """When someone on call was told because nobody had acknowledged it."""


class AcknowledgementDocument(Shape):
    """One person has seen the alert, and says what was done or why nothing is needed."""

    note: Text
