"""Who the patient is, and who may do what: enrolment, consent, care team, transfer, death."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from patients.documents.base import (
    ClinicalDocument,
    Code,
    Date,
    Id,
    Shape,
    Words,
    absent,
    refuse,
)
from patients.text import gettext_noop as _
from tracker.languages import LANGUAGES


class PatientDocument(Shape):
    """A person followed after (or for) a decompression."""

    id: Id
    study_number: Code
    """Pseudonymous number, unique in the registry."""
    record_number: Words = absent()
    """The hospital's own number for this person."""
    name: Words = absent()
    birth_date: Date = absent()
    birth_year: Annotated[int, Field(ge=1880, le=2200)] = absent()
    """Where only the year is known or wanted."""
    age_at_index: Annotated[int, Field(ge=0, le=125)] = absent()
    """Age in years at the index procedure, where no birth date or year is known."""
    sex: Literal["female", "male", "other", "unknown"] = absent()
    language: Literal[tuple(LANGUAGES)] = absent()  # type: ignore[valid-type]
    origin: Literal["registry", "synthetic", "published"] = absent()
    """registry unless said otherwise; published and synthetic people are in no registry count."""
    status: Literal["active", "transferred", "died", "withdrawn"] = absent()
    died_on: Date = absent()
    literature_id: Code = absent()
    """The published case this record is, for example C8."""
    fracture_level: Words = absent()
    """Level(s) of the treated fracture, for example L1."""
    etiology: Literal["osteoporotic_fracture", "pathologic_fracture", "other", "unknown"] = absent()
    """Why the vertebra was treated."""

    @model_validator(mode="after")
    def _one_birth(self) -> Self:
        given = {"birth_date", "birth_year", "age_at_index"} & self.model_fields_set
        if len(given) > 1:
            raise refuse(
                "birth", _("Give one of birth date, birth year or age at the index procedure.")
            )
        if "died_on" in self.model_fields_set and self.status != "died":
            raise refuse("died_on", _("A date of death needs the status died."))
        return self


class ConsentDocument(ClinicalDocument):
    """What the patient agreed to, or withdrew, on a date; care, research, publication apart."""

    purpose: Literal["care", "research", "publication"]
    decision: Literal["given", "withdrawn"]
    form_version: Words = absent()
    """Which text was signed."""
    given_by: Literal["patient", "representative"] = absent()
    note: Words = absent()


class MilestoneDocument(ClinicalDocument):
    """A time of its own in the course, kept apart from the operations."""

    event: Literal["first_deficit", "presentation", "decision", "discharge", "last_contact"]
    note: Words = absent()


class TransferDocument(ClinicalDocument):
    """Care handed to another hospital; it ends this site's reminders."""

    to_site: Words
    reason: Words = absent()


class ContactAttemptDocument(ClinicalDocument):
    """An attempt to reach a patient who missed a visit."""

    means: Literal["telephone", "letter", "email", "visit", "family", "other"]
    reached: bool
    note: Words = absent()


class LossToFollowUpDocument(ClinicalDocument):
    """Follow-up ended without transfer or death, with the reason."""

    reason: Literal["unreachable", "declined", "moved", "too_unwell", "other"]
    note: Words = absent()
