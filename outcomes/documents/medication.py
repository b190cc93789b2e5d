"""Drugs: a course, and single doses (an injection) that belong to it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from patients.documents.base import (
    ClinicalDocument,
    Date,
    Id,
    Shape,
    Timing,
    Words,
    absent,
    refuse,
)
from patients.text import gettext_noop as _

Atc = Annotated[str, Field(pattern=r"^[A-Z]\d{2}([A-Z]([A-Z](\d{2})?)?)?$", max_length=7)]
Dose = Annotated[float, Field(gt=0, le=100_000)]
DoseUnit = Literal["mg", "ug", "g", "mL", "IU", "tablet", "drop"]
Route = Literal["oral", "intravenous", "subcutaneous", "intramuscular", "transdermal", "other"]


def _dose_has_unit(dose: float | None, unit: str | None) -> None:
    if dose is not None and unit is None:
        raise refuse(
            "no_unit", _("Give the unit of the dose; it is never guessed."), at="dose_unit"
        )


class DoseDocument(ClinicalDocument):
    """One administered dose of a course, for example an injection."""

    dose: Dose | None = absent()
    dose_unit: DoseUnit | None = absent()
    route: Route | None = absent()
    note: Words | None = absent()

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        _dose_has_unit(self.dose, self.dose_unit)
        return self


class CourseDocument(Shape):
    """A drug over time. Dose, start and stop are null where they are not known."""

    id: Id
    drug: Words
    """International non-proprietary name."""
    atc: Atc = absent()
    dose: Dose | None = absent()
    """Single dose."""
    dose_unit: DoseUnit | None = absent()
    times_per_day: Annotated[float, Field(gt=0, le=24)] | None = absent()
    daily_max: Dose | None = absent()
    """For as-needed drugs: the most in one day, in the unit of the dose."""
    as_needed: bool = absent()
    extended_release: bool = absent()
    route: Route | None = absent()
    frequency: Words | None = absent()
    """In words, where it is not a number a day."""
    indication: Words | None = absent()
    start: Date | None = absent()
    stop: Date | None = absent()
    timing: Timing | None = absent()
    """When it was taken, where no start date is known."""
    stop_reason: Literal[
        "completed", "no_effect", "side_effect", "contraindication", "interaction",
        "patient_choice", "switched", "died", "other", "unknown",
    ] | None = absent()  # fmt: skip
    doses: Annotated[list[DoseDocument], Field(max_length=100)] = absent()
    """Administered doses, for example injections."""
    note: Words | None = absent()

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        _dose_has_unit(self.dose, self.dose_unit)
        _dose_has_unit(self.daily_max, self.dose_unit)
        if self.start is not None and self.timing is not None:
            raise refuse(
                "date_and_timing", _("Give either a start date or a timing, not both."), at="timing"
            )
        given = [dose.id for dose in self.doses or ()]
        if len(set(given)) < len(given):
            raise refuse("same_id", _("Give every dose an id of its own."), at="doses")
        if self.start and self.stop and self.stop < self.start:
            raise refuse("stop", _("The stop must not be before the start."), at="stop")
        return self
