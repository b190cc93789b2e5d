"""When something happened and how well that is known. Plain Python: no Django, no clock."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How well a value is known (coding scheme of the literature cohort, also used for times)."""

    KNOWN = "known"
    APPROXIMATE = "approximate"
    INTERVAL_CENSORED = "interval_censored"
    DESCRIPTIVE_ONLY = "descriptive_only"
    NOT_REPORTED = "not_reported"
    NOT_APPLICABLE = "not_applicable"
    CONFLICT = "conflict"


class Anchor(StrEnum):
    """The event a day count starts from (day 0)."""

    INDEX_DECOMPRESSION = "index_decompression"
    CEMENT = "cement"


class Phase(StrEnum):
    """Where in the course something belongs when its day is not, or only roughly, known."""

    BEFORE_CEMENT = "before_cement"
    PRE_OP = "pre_op"
    POST_OP = "post_op"
    DISCHARGE = "discharge"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happened, as it was recorded.

    Either civil (`date`, with `time` where known, or bounds `date_lower`..`date_upper`), or
    relative (`day`, or bounds `lower`..`upper`, in days from `anchor`), or neither, with a status
    that says so. `verbatim` keeps the source's own words.
    """

    status: Status = Status.KNOWN
    date: dt.date | None = None
    time: dt.time | None = None
    date_lower: dt.date | None = None
    date_upper: dt.date | None = None
    anchor: Anchor | None = None
    day: int | None = None
    lower: int | None = None
    upper: int | None = None
    phase: Phase | None = None
    verbatim: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A number with its bounds: days from an anchor, or hours between two events.

    `best` is None when only bounds, or nothing at all, is known; never a midpoint.
    """

    best: float | None
    lower: float | None
    upper: float | None
    status: Status
