"""Short forms about drugs: start one, change its dose, stop it, give a dose. Few fields, few taps.

The full form of each document stays beside them.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.forms.layout import Group, Layout


def _only(shape: type[BaseModel], root: str, *fields: str, title: Any, needed: str = "") -> Layout:
    """A form of these fields alone; the others keep what they hold."""
    hidden = frozenset(shape.model_fields) - set(fields) - {"id"}
    return Layout(
        shape,
        root,
        (Group("what", fields, title=title),),
        hidden=hidden,
        needed=frozenset({needed} - {""}),
    )


HOW_MUCH = ("dose", "dose_unit", "times_per_day", "daily_max", "as_needed", "route")
START = _only(
    CourseDocument, "medication", "drug", "atc", *HOW_MUCH, "start", "indication", title=_("Drug")
)
CHANGE = _only(CourseDocument, "medication", "start", *HOW_MUCH, title=_("The new dose"))
STOP = _only(
    CourseDocument, "medication", "stop", "stop_reason", "note",
    title=_("Stop"), needed="stop_reason",
)  # fmt: skip
GIVE = _only(DoseDocument, "dose", "date", "dose", "dose_unit", "route", "note", title=_("Dose"))
