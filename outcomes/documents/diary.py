"""What a patient or caregiver reports between visits."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from patients.documents.base import EARLIEST, LATEST, Id, Shape, Text, Words, absent, refuse
from patients.text import gettext_noop as _


def _instant(value: Any) -> Any:
    """An instant in UTC: the same moment told with another offset is the same answer."""
    message = _("Write the moment with its offset, for example 2026-03-01T14:05:00+09:00.")
    try:
        parsed = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise refuse("instant", message) from None
    if parsed.tzinfo is None or not EARLIEST.year < parsed.year < LATEST.year:
        raise refuse("instant", message)
    return parsed.astimezone(dt.UTC)


Instant = Annotated[dt.datetime, BeforeValidator(_instant, json_schema_input_type=dt.datetime)]

MOST_ML = 3000


def _volume(value: Any) -> Any:
    if type(value) is int and value > MOST_ML:
        raise refuse(
            "volume",
            _("More than {most} mL at once cannot be: check it, and enter each time apart."),
            most=MOST_ML,
        )
    return value


Volume = Annotated[int, Field(ge=0, le=MOST_ML), BeforeValidator(_volume)]

OF_EVERY_KIND = frozenset({"id", "kind", "device_time", "device_sent_at", "day_only", "words",
                           "on_behalf"})  # fmt: skip
# the fields of each kind, beside those of every kind
OF_KIND: dict[str, frozenset[str]] = {
    "void": frozenset({"volume_ml", "urgency"}),
    "leak": frozenset({"leak_amount", "volume_ml", "urgency"}),
    "catheter": frozenset({"volume_ml", "urgency"}),
    "pain": frozenset({"pain_back", "pain_right_leg", "pain_left_leg"}),
    "walking": frozenset({"walked"}),
    "pills": frozenset({"pills", "pills_skipped_why", "drug", "course"}),
    "fall": frozenset({"fall_injured", "fall_new_pain"}),
    "mood": frozenset({"mood"}),
    "note": frozenset(),
    "red_flag": frozenset({"sign"}),
}
# of these an entry needs at least one each
NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "leak": (("leak_amount", "volume_ml", "words"),),
    "catheter": (("volume_ml",),),
    "pain": (("pain_back", "pain_right_leg", "pain_left_leg"),),
    "walking": (("walked",),),
    "pills": (("pills",), ("drug", "course")),
    "mood": (("mood",),),
    "note": (("words",),),
    "red_flag": (("sign",),),
}


class DiaryDocument(Shape):
    """One entry of the diary. Times are the phone's; the server corrects them and keeps both."""

    OF_SENDING: ClassVar[frozenset[str]] = frozenset({"device_sent_at"})

    id: Id
    kind: Literal[
        "void", "leak", "catheter", "pain", "walking", "pills", "fall", "mood", "note", "red_flag"
    ]
    device_time: Instant
    """When it happened, by the device's clock."""
    device_sent_at: Instant
    """The device's clock when it sent this; the offset to the server's clock corrects the time."""
    day_only: bool = absent()
    """True where only the day is known: the time of day in `device_time` then says nothing."""
    volume_ml: Volume = absent()
    leak_amount: Literal["drops", "some", "much"] = absent()
    urgency: Annotated[int, Field(ge=0, le=4)] = absent()
    pain_back: Annotated[int, Field(ge=0, le=10)] = absent()
    pain_right_leg: Annotated[int, Field(ge=0, le=10)] = absent()
    pain_left_leg: Annotated[int, Field(ge=0, le=10)] = absent()
    walked: Literal["alone", "with_aid", "with_person", "not_today"] = absent()
    pills: Literal["taken", "skipped"] = absent()
    pills_skipped_why: Literal["forgot", "side_effect", "none_left", "chose_not", "other"] = (
        absent()
    )
    drug: Words = absent()
    """The drug's name, where it is not one of the patient's courses."""
    course: Id = absent()
    """The id of the patient's course of a drug; then its name is left out."""
    fall_injured: bool = absent()
    fall_new_pain: bool = absent()
    mood: Literal["well", "so_so", "low"] = absent()
    sign: Literal[
        "new_weakness",
        "saddle_numbness",
        "cannot_pass_urine",
        "new_leaking",
        "pain_both_legs",
        "fever",
        "wound_leak",
        "headache_sitting_up",
        "fall_new_pain",
        "calf_swelling",
        "chest_pain_breathless",
        "self_harm",
    ] = absent()
    """A warning sign: one an entry, because each has an advice and an alert of its own."""
    words: Text = absent()
    on_behalf: Literal["patient", "caregiver"] = absent()
    """Who told the clinic, where the clinic enters it; a phone leaves it out."""

    @model_validator(mode="after")
    def _only_of_its_kind(self) -> Self:
        foreign = sorted(self.model_fields_set - OF_EVERY_KIND - OF_KIND[self.kind])
        if foreign:
            message = _("An entry of this kind has no such field: leave it out.")
            raise refuse("other_kind", message, at=foreign[0])
        return self

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        for any_of in NEEDS.get(self.kind, ()):
            if not self.model_fields_set.intersection(any_of):
                raise refuse(
                    "nothing_said",
                    _("Say at least one of: {fields}."),
                    at=any_of[0],
                    fields=", ".join(any_of),
                )
        return self

    @model_validator(mode="after")
    def _pills_agree(self) -> Self:
        given = self.model_fields_set
        if "pills_skipped_why" in given and self.pills != "skipped":
            message = _("A reason for skipping belongs to pills that were skipped.")
            raise refuse("not_skipped", message, at="pills_skipped_why")
        if {"drug", "course"} <= given:
            message = _("Give either the course or the drug's name, not both.")
            raise refuse("drug_and_course", message, at="drug")
        return self
