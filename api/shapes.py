"""Shapes of answers, for the schema: a document, its envelope, and pages of them."""

import datetime as dt
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from outcomes.documents.alert import AlertDocument
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.medication import CourseDocument, DoseDocument
from patients.documents.base import Text
from patients.documents.people import PatientDocument


class Told(BaseModel):
    """One problem or warning, where it is and what to do."""

    pointer: str
    code: str
    detail: str


class ProblemAnswer(BaseModel):
    """`application/problem+json`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Told] = Field(default_factory=list)


class Envelope(BaseModel):
    """What the server adds to every document."""

    version: int
    patient: UUID
    origin: str
    """Of the patient: registry, synthetic (made up) or published."""
    entered_in_error: bool
    reporter: str
    recorded_at: dt.datetime
    recorded_by: str | None
    warnings: list[Told]


# what the server works out and shows beside a document
DERIVED: dict[type[BaseModel], dict[str, Any]] = {
    LabDocument: {
        "canonical_value": (str | None, None),
        "canonical_unit": (str | None, None),
        "comparator": (str | None, None),
    },
    DoseDocument: {"course": (UUID, ...)},
    CourseDocument: {"doses": (list[DoseDocument], Field(default_factory=list))},
    DiaryDocument: {
        "occurred_at": (dt.datetime, Field(description="By the server's clock; approximate.")),
        "date": (dt.date, Field(description="Civil date of occurred_at at the site.")),
        "approximate": (bool, Field(description="Always true of what a person reports.")),
        "time_basis": (
            Literal["corrected", "received"],
            Field(
                description="`corrected`: by the offset of the device's clock; `received`: the "
                "device's two times contradict each other, so this is when it was received."
            ),
        ),
    },
    PatientDocument: {"site": (str, ...)},
    AlertDocument: {
        "missing": (
            list[str],
            Field(default_factory=list, description="Codes of what is missing."),
        ),
        "title": (str, Field(description="What the rule is called, in your language.")),
        "advice": (str, Field(description="What to do, in your language.")),
        "acknowledged_by": (str | None, Field(description="Sign-in name; null while open.")),
    },
}


# made models have no source: searching for their docstrings would find nothing, slowly
_MADE = {"use_attribute_docstrings": False}


@cache
def answer(shape: type[BaseModel]) -> type[BaseModel]:
    """The shape of a stored document as it is answered."""
    fields: dict[str, Any] = {
        name: (_typed(field), ...)
        for name, field in Envelope.model_fields.items()
        if not (shape is PatientDocument and name in {"patient", "origin"})
    }
    name = shape.__name__.removesuffix("Document")
    return create_model(
        name, __base__=shape, __cls_kwargs__=_MADE, **(DERIVED.get(shape, {}) | fields)
    )


@cache
def page(item: type[BaseModel]) -> type[BaseModel]:
    return create_model(
        f"{item.__name__}Page",
        next=(str | None, ...),
        results=(list[item], ...),  # type: ignore[valid-type]
    )


_IN_ERROR = "True takes the record out of every list and chart; it stays in history."


@cache
def patch(shape: type[BaseModel]) -> type[BaseModel]:
    """An edit: the fields to replace, each whole, and why."""
    fields: dict[str, Any] = {
        name: (_typed(field), Field(default=None, description=field.description))
        for name, field in shape.model_fields.items()
        if name != "id"
    }
    fields["reason"] = (Text, Field(description="Why the record is changed; kept in its history."))
    fields["entered_in_error"] = (bool, Field(default=None, description=_IN_ERROR))
    name = shape.__name__.removesuffix("Document")
    return create_model(
        f"{name}Patch", __config__=shape.model_config, __cls_kwargs__=_MADE, **fields
    )


def _typed(field: FieldInfo) -> Any:
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
