"""What the follow-up plan of a patient stands on, read from what is recorded."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from outcomes.models import Visit
from outcomes.readings import Surgery
from outcomes.rules import timing
from outcomes.rules.reminders import Seen
from outcomes.rules.timing import Anchors, Timed
from outcomes.rules.values import Answer, Moment, Status
from outcomes.rules.worklist import Followed
from patients.current import current
from patients.models import ContactAttempt, LossToFollowUp, Patient, Procedure

# what a Moment is read from, and nothing of the examination
TIMED = (
    *("patient_id", "position", "date", "time", "date_lower", "date_upper"),
    *(f"timing_{part}" for part in ("status", "anchor", "day", "lower", "upper", "phase")),
)
# the calendar is the same everywhere: any day tells where day 0 lies
SOME_DAY = dt.date(2000, 1, 1)


def followed_of(patients: Sequence[Patient]) -> dict[UUID, Followed]:
    """What the plan of each patient stands on, from what is recorded; four queries."""
    ids = [patient.pk for patient in patients]
    procedures = current(Procedure, ids)
    visits = current(Visit, ids, ("kind", *TIMED))
    losses = current(LossToFollowUp, ids, TIMED)
    attempts = current(ContactAttempt, ids, ("reached", *TIMED))
    return {
        patient.pk: followed(
            Surgery(tuple(procedures[patient.pk])),
            visits[patient.pk],
            losses[patient.pk],
            attempts[patient.pk],
        )
        for patient in patients
    }


def followed(
    surgery: Surgery, visits: Sequence[Any], losses: Sequence[Any], attempts: Sequence[Any]
) -> Followed:
    """The same of one patient, from current rows."""
    zero_from, zero_to = _day_zero(surgery)
    open_attempts = [a for a in attempts if not _answered(a, attempts, visits, surgery)]
    dates = [a.date or a.date_upper for a in open_attempts if a.date or a.date_upper]
    return Followed(
        operated=surgery.operated,
        zero_from=zero_from,
        zero_to=zero_to,
        visits=tuple(Seen(kind=v.kind, day=surgery.day(v.when), id=str(v.pk)) for v in visits),
        lost=any(holds(loss, visits, surgery.anchors) for loss in losses),
        attempts=len(open_attempts),
        attempted_on=max(dates, default=None),
    )


def _day_zero(surgery: Surgery) -> tuple[dt.date | None, dt.date | None]:
    """Between which dates day 0 lies; nothing where the index operation cannot be told."""
    day = surgery.day(Moment(date=SOME_DAY))
    undecided = surgery.index.answer is Answer.CANNOT_TELL
    if undecided or day.status is Status.CONFLICT or day.lower is None or day.upper is None:
        return None, None
    first, last = (SOME_DAY - dt.timedelta(days=int(days)) for days in (day.upper, day.lower))
    return first, last


def _answered(
    attempt: Any, attempts: Sequence[Any], visits: Sequence[Visit], surgery: Surgery
) -> bool:
    """Reached, or reached or seen certainly not before it."""
    later = [*(a for a in attempts if a.reached), *visits]
    return attempt.reached or any(_not_before(row, attempt, surgery) for row in later)


def _not_before(row: Any, attempt: Any, surgery: Surgery) -> bool:
    days = timing.days_between(attempt.when, row.when, anchors=surgery.anchors)
    return days.lower is not None and days.lower >= 0


def holds(loss: LossToFollowUp, visits: Iterable[Timed], anchors: Anchors) -> bool:
    """Whoever was certainly seen after it is no longer lost."""
    return not any(
        timing.is_after(visit.when, loss.when, anchors=anchors) is Answer.YES for visit in visits
    )
