"""Everything recorded of one patient as plain values, for rules that look at the whole course."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from outcomes.rules.timing import NO_ANCHORS, Anchors
from outcomes.rules.values import Moment, Span

PHASES = ("before_cement", "pre_op", "post_op", "discharge", "follow_up", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One recorded document. `values` are its columns (`motor_right_grade`, `bladder_pvr_ml`, …);
    what was not recorded is not among them.

    `day` is days since the index decompression, since the cement where nobody operated. `by` is
    who examined, else who recorded it. `order` is the place in the order of recording.
    `amended_at` says of each column that was amended when its present value was written.
    """

    id: str
    when: Moment
    day: Span
    values: Mapping[str, Any]
    version: int = 1
    order: int = 0
    by: str = ""
    reporter: str = "clinician"
    recorded_at: dt.datetime | None = None
    amended_at: Mapping[str, dt.datetime] = field(default_factory=dict)

    def written_at(self, *columns: str) -> dt.datetime | None:
        """When the last of the present values of these columns was written, None if unknown."""
        amended = [at for column in columns if (at := self.amended_at.get(column))]
        return max(amended, default=self.recorded_at)

    def get(self, column: str) -> Any:
        """The value of a column, None where it was not recorded."""
        return self.values.get(column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What holds of one patient at `now`; lists are in the order of time (see `place`).

    `person` and `background` map columns to values, `background` empty where none was recorded.
    `thresholds` are the numbers that hold at the site.
    """

    now: dt.datetime
    today: dt.date
    anchors: Anchors = NO_ANCHORS
    person: Mapping[str, Any] = field(default_factory=dict)
    background: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    visits: tuple[Fact, ...] = ()
    labs: tuple[Fact, ...] = ()
    """With `analyte`, `canonical` (Decimal in `canonical_unit`), `comparator`, `range_low` …"""
    drugs: tuple[Fact, ...] = ()
    doses: tuple[Fact, ...] = ()
    """Each with `course`, the id of its drug."""
    procedures: tuple[Fact, ...] = ()
    jurisdiction: str = ""
    """Whose drug labels hold at the site: EU or US; empty where none was set."""
    index_id: str = ""
    """The id of the index decompression among `procedures`, empty where there is none."""
    complications: tuple[Fact, ...] = ()
    imaging: tuple[Fact, ...] = ()

    diary: tuple[Fact, ...] = ()
    """What patient and caregivers reported (catheter volumes, falls, warning signs); apart from
    `visits`, so that it is never compared with what was examined."""

    @property
    def operated(self) -> bool:
        return self.anchors.decompression is not None


def place(day: Span, when: Moment, order: int) -> tuple[float, int, str, int]:
    """Sorts by day, what has no day last; then by phase, time of day, and order of recording."""
    known = (d for d in (day.best, day.lower, day.upper) if d is not None)
    return next(known, math.inf), PHASES.index(when.phase), str(when.time or ""), order
