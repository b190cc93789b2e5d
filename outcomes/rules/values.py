"""The vocabulary every rule speaks: statuses, moments, readings, findings.

Missing is never zero: a value that is not there is None and its status says why.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from patients.moments import Anchor, Moment, Phase, Span, Status

__all__ = ["Anchor", "Answer", "Finding", "Moment", "Phase", "Reading", "Span", "Status"]


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule answers: never silent, always with its reason and the rule's source."""

    answer: Answer
    reason: str
    reference: str
    missing: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One observed value. `on` is days from the index decompression."""

    on: Span
    value: Decimal | int | str | None
    unit: str
    status: Status
