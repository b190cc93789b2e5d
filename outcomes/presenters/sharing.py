"""What the patient does not see yet, as clinicians read it."""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from django.urls import reverse

from outcomes.figures.base import Translate
from outcomes.presenters.documents import entry
from outcomes.readings import Surgery
from outcomes.sharing import Hidden
from patients.roles import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenWords:
    share: str
    """Where it is shared."""
    version: int
    title: str
    when: str
    until: dt.date
    may: bool
    """Whether the reader may share it."""


def to_discuss(
    hidden: list[Hidden], course: Surgery, held: Container[Permission], t: Translate
) -> list[HiddenWords]:
    """What shares itself first comes first."""
    found = [
        HiddenWords(
            share=reverse(f"{one.kind.name}-share", args=[one.row.patient_id, one.row.pk]),
            version=one.row.version,
            title=(told := entry(one.row, course, t)).title,
            when=told.when,
            until=one.until,
            may=one.kind.permission in held,
        )
        for one in hidden
    ]
    return sorted(found, key=lambda one: one.until)
