"""Shapes of documents: what a client may write, said once.

The API reads and describes them, forms are built from them, columns and constraints of the tables
follow them. Strict: no unknown field, no null where leaving out means "not recorded", no number as
text, no NaN. Plain Python: no Django, no clock.
"""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from patients.moments import Anchor, Moment, Phase, Status
from patients.text import gettext_noop as _


class Refused(Exception):
    """A document that may not be stored: a list of problems, each with where, what and why.

    Each problem is `{"path": tuple, "code": str, "message": template, "values": dict}`; the message
    is marked for translation and says what to do.
    """

    def __init__(self, problems: list[dict[str, Any]]):
        super().__init__(problems)
        self.problems = problems

    @classmethod
    def at(cls, *path: str | int, code: str, message: str, **values: Any) -> Self:
        return cls([{"path": path, "code": code, "message": message, "values": values}])


def refuse(code: str, message: str, *, at: str = "", **values: Any) -> PydanticCustomError:
    """An error a validator can raise; `message` is a `str.format` template, `at` a field inside."""
    return PydanticCustomError(code, "{template}", {**values, "template": message, "at": at})  # type: ignore[arg-type]


def _iso(kind: type, pattern: str, code: str, message: str) -> BeforeValidator:
    def parse(value: Any) -> Any:
        if isinstance(value, kind) or value is None:
            return value
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise refuse(code, message)
        try:
            return kind.fromisoformat(value)  # type: ignore[attr-defined]
        except ValueError:
            raise refuse(code, message) from None

    return BeforeValidator(parse, json_schema_input_type=str)


# what no living person's record reaches; within it, every zone has a date
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 1, 1)
_DATE = r"\d{4}-\d{2}-\d{2}"
Date = Annotated[
    dt.date,
    _iso(
        dt.date,
        _DATE,
        "date",
        _("Write the date as year-month-day, for example 2026-03-01."),
    ),
    Field(ge=EARLIEST, le=LATEST),
    WithJsonSchema({"type": "string", "format": "date"}),
]
_TIME = r"\d{2}:\d{2}(:\d{2})?"
Time = Annotated[
    dt.time,
    _iso(
        dt.time,
        _TIME,
        "time",
        _("Write the time as hours:minutes, for example 14:05."),
    ),
    # no format: the one named "time" asks for an offset
    WithJsonSchema({"type": "string", "pattern": f"^{_TIME}$", "examples": ["14:05"]}),
]


def _uuid(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value
    try:
        parsed = uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise refuse("id", _("Give the id as a UUID, for example one made by uuid4.")) from None
    if str(parsed) != value.lower():
        raise refuse("id", _("Give the id as a UUID, for example one made by uuid4."))
    return parsed


Id = Annotated[uuid.UUID, BeforeValidator(_uuid, json_schema_input_type=uuid.UUID)]


def absent(**constraints: Any) -> Any:
    """A field that may be left out ("not recorded") but never null."""
    return Field(default=None, **constraints)


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _printable(value: Any) -> Any:
    if isinstance(value, str) and _CONTROL.search(value):
        raise refuse("text", _("Remove control characters from the text."))
    return value


Text = Annotated[str, Field(min_length=1, max_length=4000), BeforeValidator(_printable)]
Words = Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(_printable)]
Username = Annotated[str, Field(min_length=1, max_length=150), BeforeValidator(_printable)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")]

YesNo = Literal["yes", "no", "unknown"]
Stated = Literal["yes", "no", "not_stated"]
Level = Literal[
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12",
    "L1", "L2", "L3", "L4", "L5", "S1", "S2",
]  # fmt: skip
LEVELS: tuple[str, ...] = Level.__args__  # type: ignore[attr-defined]


def _drop_null_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        if field.get("default", ...) is None:
            del field["default"]


class Shape(BaseModel):
    """A part of a document: strict, closed and immutable."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        json_schema_extra=_drop_null_defaults,
    )

    OF_SENDING: ClassVar[frozenset[str]] = frozenset()
    """What may differ when the same document is sent again, like the sender's clock."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.model_fields_set:
            raise refuse("empty", _("Leave this out when nothing was recorded."))
        return self


NotDone = Literal[
    "not_indicated", "declined", "too_unwell", "too_painful", "no_time", "no_equipment",
    "communication", "remote_visit", "other",
]  # fmt: skip
NotTestable = Literal[
    "pain", "cast_or_brace", "amputation", "contracture", "sedation", "communication",
    "non_sci_condition", "other",
]  # fmt: skip


class Part(Shape):
    """A part of an examination: its findings, or why it was not done; never both."""

    not_done: NotDone = absent()
    """Why this part was not examined; then nothing else may be given in it."""

    @model_validator(mode="after")
    def _done_or_not(self) -> Self:
        if "not_done" in self.model_fields_set and len(self.model_fields_set) > 1:
            raise refuse(
                "not_done_with_findings",
                _("Give either the findings or the reason why it was not done, not both."),
            )
        return self


class Timing(Shape):
    """A time told as days from an event, or only as a phase of the course."""

    status: Literal["known", "approximate", "interval_censored", "descriptive_only", "not_reported"]
    """How well the time is known; `not_reported` and `descriptive_only` carry no day."""
    anchor: Literal["index_decompression", "cement"] = absent()
    """The event that is day 0."""
    day: Annotated[int, Field(ge=-36500, le=36500)] | None = absent()
    """Days from the anchor, negative before it; null where only bounds or a phase are known."""
    lower: Annotated[int, Field(ge=-36500, le=36500)] | None = absent()
    """Earliest possible day."""
    upper: Annotated[int, Field(ge=-36500, le=36500)] | None = absent()
    """Latest possible day."""
    phase: Literal["before_cement", "pre_op", "post_op", "discharge", "follow_up"] | None = absent()
    """Where in the course it belongs."""
    verbatim: Words | None = absent()
    """The source's own words for the time."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        bounds = [b for b in (self.lower, self.day, self.upper) if b is not None]
        if bounds != sorted(bounds):
            raise refuse("bounds", _("Order the days: lower, then day, then upper."))
        if bounds and self.anchor is None:
            raise refuse("anchor", _("Say which event the days are counted from."), at="anchor")
        if self.status in {"known", "approximate"} and self.day is None:
            raise refuse(
                "day", _("Give the day, or a status that says why there is none."), at="day"
            )
        if self.status == "interval_censored" and (
            self.day is not None or (self.lower is None and self.upper is None)
        ):
            raise refuse("bounds", _("Between bounds: give lower or upper and leave the day out."))
        if self.status in {"not_reported", "descriptive_only"} and bounds:
            raise refuse(
                "day", _("A time that was not reported has no day: leave it out."), at="day"
            )
        return self


class Timed(Shape):
    """A document with one time: a civil date, bounds of one, or a timing."""

    date: Date | None = absent()
    """Civil date in the site's time zone; null where `timing` stands."""
    time: Time | None = absent()
    """Local time of day, where known."""
    date_lower: Date | None = absent()
    """Earliest possible date, where the date is approximate or unknown."""
    date_upper: Date | None = absent()
    """Latest possible date."""
    timing: Timing | None = absent()
    """Instead of a date: days from an event, or a phase."""

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        dates = [d for d in (self.date_lower, self.date, self.date_upper) if d is not None]
        if dates and self.timing is not None:
            raise refuse(
                "date_and_timing", _("Give either a date or a timing, not both."), at="timing"
            )
        if dates != sorted(dates):
            raise refuse("bounds", _("Order the dates: earliest, date, latest."))
        if self.time is not None and self.date is None:
            raise refuse("time", _("A time of day needs its date."), at="time")
        if not dates and self.timing is None:
            raise refuse(
                "no_time", _("Give a date, or a timing that says what is known of it."), at="date"
            )
        return self


def moment(columns: Mapping[str, Any]) -> Moment:
    """The Moment that flat columns (`date`, `timing_day`, …) tell."""
    day, lower, upper = (columns.get(f"timing_{k}") for k in ("day", "lower", "upper"))
    anchor, phase = columns.get("timing_anchor"), columns.get("timing_phase")
    return Moment(
        status=_status(columns),
        date=columns.get("date"),
        time=columns.get("time"),
        date_lower=columns.get("date_lower"),
        date_upper=columns.get("date_upper"),
        anchor=Anchor(anchor) if anchor else None,
        day=day,
        lower=lower,
        upper=upper,
        phase=Phase(phase) if phase else None,
        verbatim=columns.get("timing_verbatim") or "",
    )


def _status(columns: Mapping[str, Any]) -> Status:
    if columns.get("timing_status"):
        return Status(columns["timing_status"])
    bounded = columns.get("date_lower") or columns.get("date_upper")
    if columns.get("date") is None:
        return Status.INTERVAL_CENSORED if bounded else Status.NOT_REPORTED
    return Status.APPROXIMATE if bounded else Status.KNOWN


class ClinicalDocument(Timed):
    """A document of its own, with the client's id."""

    id: Id
    """Made by the client (UUID); the same id sent again gives the original answer."""


T = TypeVar("T", bound=BaseModel)


def read(shape: type[T], data: Any) -> T:
    """Validate plain data (as JSON gives it) against a shape; raises Refused with every problem."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise Refused([_problem(e) for e in error.errors(include_url=False)]) from None


def plain(document: BaseModel) -> dict[str, Any]:
    """The document as plain JSON data, holding only what was given."""
    return document.model_dump(mode="json", exclude_unset=True)


# pydantic's own error types, said so that a clinician or a developer knows what to do
_MESSAGES = {
    "missing": _("This is required."),
    "extra_forbidden": _("There is no such field: remove it or check its spelling."),
    "literal_error": _("Choose one of: {expected}."),
    "int_type": _("Give a whole number, without quotes or decimals."),
    "int_from_float": _("Give a whole number, without a decimal part."),
    "float_type": _("Give a number, without quotes."),
    "finite_number": _("Give a real number; NaN and infinity are not values."),
    "bool_type": _("Give true or false."),
    "string_type": _("Give text, in quotes."),
    "string_too_short": _("Leave this out when there is nothing to say."),
    "string_too_long": _("Shorten this to at most {max_length} characters."),
    "string_pattern_mismatch": _("Use letters, digits, dot, dash or underscore only."),
    "greater_than_equal": _("Give a value of at least {ge}."),
    "greater_than": _("Give a value above {gt}."),
    "less_than_equal": _("Give a value of at most {le}."),
    "less_than": _("Give a value below {lt}."),
    "model_type": _("Give an object with the fields of this part."),
    "dict_type": _("Give an object."),
    "list_type": _("Give a list."),
    "too_long": _("Give at most {max_length} entries."),
}
_OTHER = _("This value cannot be read: see the schema for what is expected.")


def _problem(error: Any) -> dict[str, Any]:
    code, values = error["type"], dict(error.get("ctx") or {})
    if "expected" in values:
        values["expected"] = values["expected"].replace(" or ", ", ")
    message = values.pop("template", None) or _MESSAGES.get(code, _OTHER)
    if error["input"] is None and code.endswith(("_type", "literal_error")):
        code, message = "null", _("Leave this out when it was not recorded; null is not a value.")
    # tags of unions are not part of the document
    path = tuple(p for p in error["loc"] if not str(p).startswith("~"))
    path += (at,) if (at := values.pop("at", "")) else ()
    return {"path": path, "code": code, "message": message, "values": values}
