"""Laboratory results as the laboratory reported them."""

import datetime as dt
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from patients.documents.base import (
    EARLIEST,
    LATEST,
    Code,
    Id,
    Shape,
    Timing,
    Words,
    absent,
    refuse,
)
from patients.text import gettext_noop as _


def _as_sent(value: Any) -> Any:
    """Keep the digits as sent: a JSON number's own text, where the reader kept it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return getattr(value, "text", None) or repr(value)


AsReported = Annotated[
    str,
    Field(min_length=1, max_length=40),
    BeforeValidator(_as_sent, json_schema_input_type=str | float),
]


class Range(Shape):
    """The laboratory's own reference range, in the unit of the result."""

    low: AsReported = absent()
    high: AsReported = absent()
    text: Words = absent()
    """The range in the laboratory's words, where it is not two numbers."""

    @model_validator(mode="after")
    def _numbers(self) -> Self:
        for bound in (self.low, self.high):
            if bound is not None and not re.fullmatch(r"-?\d+(\.\d+)?", bound):
                raise refuse("range", _("Write the bounds of the range as plain numbers."))
        if self.low is not None and self.high is not None and float(self.low) > float(self.high):
            raise refuse("range", _("Order the range: low, then high."))
        return self


_SPECIMEN = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?"
)


def _specimen(value: Any) -> Any:
    message = _("Write when the specimen was taken: 2026-03-01, or with its time 2026-03-01T08:30.")
    if value is None:
        return value
    if not isinstance(value, str) or not _SPECIMEN.fullmatch(value):
        raise refuse("specimen_at", message)
    try:
        year = dt.datetime.fromisoformat(value).year
    except ValueError:
        raise refuse("specimen_at", message) from None
    if not EARLIEST.year <= year <= LATEST.year:
        raise refuse("specimen_at", message)
    return value


Specimen = Annotated[
    str, BeforeValidator(_specimen), Field(json_schema_extra={"pattern": f"^{_SPECIMEN.pattern}$"})
]


class LabDocument(Shape):
    """One result of one analyte, at the time of its specimen."""

    id: Id

    analyte: Code
    """esr, crp, hb, alt, … : a code of the analyte table."""
    value: AsReported | None = absent()
    """The number as sent, `<0.5` allowed; null where the report has none."""
    specimen_at: Specimen | None = absent()
    """Civil date, or date and time (the site's zone, unless an offset is given)."""
    timing: Timing | None = absent()
    """Instead of a date: days from an event, or a phase."""
    unit: Words | None = absent()
    """As reported; required with a value, never guessed."""
    interpretation: Literal["N", "L", "H", "LL", "HH", "A"] | None = absent()
    """The laboratory's flag: normal, low, high, critically low or high, abnormal."""
    range: Range | None = absent()
    laboratory: Words | None = absent()
    verbatim: Words | None = absent()
    """The report's own words, where it gives words and no number."""
    discuss_first: bool = absent()
    """Hide from the patient until the clinic shares it (14 days at most)."""

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.specimen_at is not None and self.timing is not None:
            raise refuse(
                "date_and_timing", _("Give either specimen_at or a timing, not both."), at="timing"
            )
        timing = self.timing
        if timing is not None and timing.phase is timing.lower is timing.upper is None:
            timing = timing if timing.day is not None else None
        if self.specimen_at is None and timing is None:
            raise refuse(
                "no_time",
                _("Say when the specimen was taken, or give a timing that says what is known."),
                at="specimen_at",
            )
        return self

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.value is None and self.interpretation is None:
            raise refuse(
                "no_result", _("Give a value with its unit, or an interpretation."), at="value"
            )
        if self.value is not None and self.unit is None:
            raise refuse("no_unit", _("Give the unit as the laboratory reported it."), at="unit")
        return self
