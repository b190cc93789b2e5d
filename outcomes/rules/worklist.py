"""What of a patient needs attention, and in which order: the rule of the work list.

Open alerts come first by their level, then visits that are overdue, then those that are due, then
doses to be repeated, then the rest, and questions about the data last.
Order and the days before a dose, and when contact attempts are enough to ask for loss to follow-up:
[POLICY].
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from outcomes.rules.medication_safety import NextDue
from outcomes.rules.plan import Plan, Planned, Standing
from outcomes.rules.reminders import POLICY, Obstacle, Policy, Seen
from outcomes.rules.spans import nothing
from outcomes.rules.values import Answer, Span, Status


class Need(StrEnum):
    """What is needed; the order of the list."""

    ALERT = "alert"
    OVERDUE = "overdue"
    DUE = "due"
    DOSE_OVERDUE = "dose_overdue"
    DOSE_DUE = "dose_due"
    LOST_QUESTION = "lost_question"
    MISSED = "missed"
    NO_DAY = "no_day"
    QUERIES = "queries"
    LOST = "lost"


DOSE_DAYS = 14
"""So many days before its date a dose is asked for."""
LEVELS = ("emergency", "urgent", "same_day", "ask", "review", "note")
"""Of alerts, the most pressing first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One thing that needs attention. `place` orders it among all: smaller comes first.

    `planned` is the visit it is about, `details` what its source knows beside.
    """

    need: Need
    place: tuple[int, float]
    planned: Planned | None = None
    details: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What the plan of a patient stands on, whatever the day: nothing in it changes with time.

    Day 0 lies between `zero_from` and `zero_to`; both None where that is not known. `attempts` to
    reach them are without answer since they were last reached or seen, the last `attempted_on`.
    """

    operated: bool
    zero_from: dt.date | None = None
    zero_to: dt.date | None = None
    visits: tuple[Seen, ...] = field(default=())
    lost: bool = False
    attempts: int = 0
    attempted_on: dt.date | None = None

    def day(self, on: dt.date) -> Span:
        """The day of the course that a date is."""
        if self.zero_from is None or self.zero_to is None:
            return nothing(Status.NOT_REPORTED)
        lower, upper = (on - self.zero_to).days, (on - self.zero_from).days
        if lower == upper:
            return Span(best=lower, lower=lower, upper=upper, status=Status.KNOWN)
        return Span(best=None, lower=lower, upper=upper, status=Status.INTERVAL_CENSORED)

    def dates(self, day: int) -> tuple[dt.date, dt.date] | None:
        """Between which dates a day of the course lies."""
        if self.zero_from is None or self.zero_to is None:
            return None
        return self.zero_from + dt.timedelta(days=day), self.zero_to + dt.timedelta(days=day)


def wanted(followed: Followed, plan: Plan, *, policy: Policy = POLICY) -> list[Wanted]:
    """What the course itself asks for; nothing once it has ended, but that they are lost."""
    if plan.ended is Obstacle.LOST:
        return [Wanted(need=Need.LOST, place=_place(Need.LOST))]
    if plan.ended is not None:
        return []
    found = [*_open(plan), *_missed(plan, followed.visits), *_unsure(plan)]
    visit = any(one.need in (Need.OVERDUE, Need.DUE, Need.MISSED) for one in found)
    if visit and followed.attempts >= policy.unanswered:
        found.append(Wanted(need=Need.LOST_QUESTION, place=_place(Need.LOST_QUESTION)))
    return sorted(found, key=lambda one: one.place)


UNEXAMINED = 1e10  # seconds: longer than anything waits


def of_alert(level: str, waiting: float, details: Any = None, *, reported: bool = False) -> Wanted:
    """An open alert; `waiting` is how long, so that of one level the oldest comes first.

    Of one level, what was only reported comes before what somebody has examined.
    """
    place = (LEVELS.index(level), -waiting - (UNEXAMINED if reported else 0))
    return Wanted(need=Need.ALERT, place=place, details=details)


def of_dose(due: NextDue, today: dt.date) -> Wanted | None:
    """A dose that is to be given again, from some days before its date; None where it is not yet,
    or where its date is not known."""
    if due.latest is None or due.latest - today > dt.timedelta(days=DOSE_DAYS):
        return None
    late = Answer.YES in (due.overdue, due.urgent)
    need = Need.DOSE_OVERDUE if late else Need.DOSE_DUE
    return Wanted(need=need, place=_place(need, (due.latest - today).days), details=due)


def of_queries(count: int) -> Wanted:
    """Open questions about the data; who has most comes first."""
    return Wanted(need=Need.QUERIES, place=_place(Need.QUERIES, -count), details=count)


def _place(need: Need, order: float = 0) -> tuple[int, float]:
    return len(LEVELS) + list(Need).index(need), order


def _open(plan: Plan) -> list[Wanted]:
    """The visits to be made now; the window that closes first comes first."""
    needs = {Standing.OVERDUE: Need.OVERDUE, Standing.DUE: Need.DUE}
    return [
        Wanted(need=need, place=_place(need, one.last - plan.day), planned=one)
        for one in plan.visits
        if (need := needs.get(one.standing)) and one.last is not None and plan.day is not None
    ]


def _missed(plan: Plan, visits: Sequence[Seen]) -> list[Wanted]:
    """The last window that closed without a visit, unless they were seen since or are wanted now.

    Whoever is wanted for another visit is in the list already.
    """
    closed = [v for v in plan.visits if v.standing is Standing.MISSED and v.target is not None]
    last = max(closed, key=lambda v: v.last or 0, default=None)
    if last is None or last.last is None or plan.day is None or _open(plan):
        return []
    if any(v.day.lower is not None and v.day.lower > last.last for v in visits):
        return []
    place = _place(Need.MISSED, last.last - plan.day)
    return [Wanted(need=Need.MISSED, place=place, planned=last)]


def _unsure(plan: Plan) -> list[Wanted]:
    """Where it cannot be told whether a visit is due, somebody has to say the day."""
    unsure = next((v for v in plan.visits if v.standing is Standing.CANNOT_TELL), None)
    if unsure is None and not plan.reason:
        return []
    return [Wanted(need=Need.NO_DAY, place=_place(Need.NO_DAY), planned=unsure)]
