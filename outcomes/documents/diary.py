"""What a patient or caregiver reports between visits."""

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from patients.documents.base import Id, Shape, Text, Words, absent, refuse
from patients.text import gettext_noop as _


def _instant(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value
    message = _("Write the moment with its offset, for example 2026-03-01T14:05:00+09:00.")
    try:
        parsed = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise refuse("instant", message) from None
    if parsed.tzinfo is None or parsed.year < 1970 or parsed.year > 2200:
        raise refuse("instant", message)
    return parsed


Instant = Annotated[dt.datetime, BeforeValidator(_instant, json_schema_input_type=dt.datetime)]


class DiaryDocument(Shape):
    """One entry of the diary. Times are the phone's; the server corrects them and keeps both."""

    id: Id
    kind: Literal[
        "void", "leak", "catheter", "pain", "walking", "pills", "fall", "mood", "note", "red_flag"
    ]
    device_time: Instant
    """When it happened, by the device's clock."""
    device_sent_at: Instant
    """The device's clock when it sent this; the offset to the server's clock corrects the time."""
    volume_ml: Annotated[int, Field(ge=0, le=3000)] = absent()
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

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        needs = {
            "leak": ("leak_amount", "volume_ml", "words"),
            "catheter": ("volume_ml",),
            "pain": ("pain_back", "pain_right_leg", "pain_left_leg"),
            "walking": ("walked",),
            "pills": ("pills",),
            "mood": ("mood",),
            "note": ("words",),
            "red_flag": ("sign",),
        }
        if self.kind in needs and not self.model_fields_set.intersection(needs[self.kind]):
            raise refuse(
                "nothing_said",
                _("Say at least one of: {fields}."),
                fields=", ".join(needs[self.kind]),
            )
        return self
