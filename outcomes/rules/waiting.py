"""What waits for a person besides a visit: an injection, the pills and the diary of the day.

From what is not certain nobody is reminded. When an injection falls due: CLINICAL.md F (see
`medication_safety.due`); everything else, the lead and the hours included: [POLICY].
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from outcomes.reference import drugs
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety import Taken, next_due
from outcomes.rules.medication_safety.courses import taken
from outcomes.rules.reminders import POLICY, Policy

# No hour of a pill is recorded, so there is one notice a day for all of them.
AHEAD = dt.timedelta(minutes=30)
"""A notice of the day is written so long before its hour, when what it asks for may still come."""
INJECTION_LEAD = dt.timedelta(days=7)
INJECTION_LATE = dt.timedelta(days=30)
"""So long after its day nobody is written to any more: the clinic's list has it."""
BEGUN_DAYS = 7
"""Whoever wrote in the diary within so many days keeps one, asked or not."""


class Kind(StrEnum):
    """What one can be reminded of."""

    VISIT = "visit"
    INJECTION = "injection"
    PILLS = "pills"
    DIARY = "diary"


class Standing(StrEnum):
    """Where it stands; all but `DUE` say why nothing is sent."""

    EARLY = "early"
    DUE = "due"
    PILLS_RECORDED = "pills_recorded"
    DIARY_WRITTEN = "diary_written"
    DAY_OVER = "day_over"
    NO_LONGER_DUE = "no_longer_due"
    CANNOT_TELL = "day_uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits. `slot` names it once and for all; `on` and `at` say when it is told.

    `day` is the day it is about: of an injection, the last it can be due on.
    """

    kind: Kind
    slot: str
    on: dt.date
    at: dt.time
    day: dt.date
    state: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """What is known of a diary: the days it was asked for, the last entry before today."""

    asked_from: dt.date | None = None
    asked_to: dt.date | None = None
    last_before: dt.date | None = None
    today: bool = False
    """Whether there is an entry on this day."""
    pills_today: bool = False
    """Whether one says that pills were taken or skipped."""


NO_DIARY = Diary()


def items(
    now: dt.datetime, facts: Facts | None, diary: Diary, policy: Policy = POLICY
) -> tuple[Item, ...]:
    """Everything that waits or will, but visits, and without facts no drug.

    `now` is in the zone of the site.
    """
    found: list[Item | None] = [written(now, diary, policy)]
    if facts is not None:
        found += [*injections(facts, policy), pills(now, facts, diary, policy)]
    return tuple(item for item in found if item is not None)


def injections(facts: Facts, policy: Policy = POLICY) -> Iterator[Item]:
    """The next dose of every course that goes on; of one whose day is not known, nothing."""
    going = {course.id: course for course in taken(facts)}
    for due in next_due(facts):
        course = going.get(due.course)
        if course is None or due.last is None or due.earliest is None or due.latest is None:
            continue
        stop = course.course.get("stop")
        if stop is None or stop > due.latest:
            yield Item(
                kind=Kind.INJECTION,
                slot=f"injection:{_short(due.course)}:{_short(due.last.id)}",
                on=due.latest - INJECTION_LEAD,
                at=policy.morning,
                day=due.latest,
                state=_injection(facts.today, due.earliest, due.latest),
            )


def _injection(today: dt.date, earliest: dt.date, latest: dt.date) -> Standing:
    if latest - INJECTION_LEAD <= today <= earliest + INJECTION_LATE:
        return Standing.DUE
    if today < earliest - INJECTION_LEAD:
        return Standing.EARLY
    return Standing.DAY_OVER if today > latest + INJECTION_LATE else Standing.CANNOT_TELL


def pills(
    now: dt.datetime, facts: Facts, diary: Diary = NO_DIARY, policy: Policy = POLICY
) -> Item | None:
    """The pills of the day, one notice for all of them; None where none is certainly taken."""
    if not any(daily(course, facts.today) for course in taken(facts)):
        return None
    done = Standing.PILLS_RECORDED if diary.pills_today else None
    return _of_the_day(Kind.PILLS, now, policy.morning, done)


def daily(course: Taken, today: dt.date) -> bool:
    """Whether it is certainly swallowed today: a tablet, begun, at least once a day."""
    times = course.course.get("times_per_day")
    begun = course.start is not None and course.start <= today
    regular = times is not None and times >= 1 and not course.course.get("as_needed")
    return begun and regular and _swallowed(course)


def _swallowed(course: Taken) -> bool:
    """By its route; where none is recorded, by its unit, or because there is it by mouth only."""
    if course.route:
        return course.route == "oral"
    ways = {route for inn in course.drugs for route in drugs()[inn].routes}
    return course.course.get("dose_unit") == "tablet" or ways == {"oral"}


def written(now: dt.datetime, diary: Diary, policy: Policy = POLICY) -> Item | None:
    """The diary of the day; None for whoever was not asked to keep one and has not begun."""
    if not keeps(diary, now.date()):
        return None
    done = Standing.DIARY_WRITTEN if diary.today else None
    return _of_the_day(Kind.DIARY, now, policy.evening, done)


def keeps(diary: Diary, today: dt.date) -> bool:
    asked = (
        diary.asked_from is not None
        and diary.asked_to is not None
        and diary.asked_from <= today <= diary.asked_to
    )
    last = diary.last_before
    begun = last is not None and 0 < (today - last).days <= BEGUN_DAYS
    return asked or begun


def _of_the_day(kind: Kind, now: dt.datetime, at: dt.time, done: Standing | None) -> Item:
    begins = dt.datetime.combine(now.date(), at, now.tzinfo) - AHEAD
    state = done or (Standing.DUE if now >= begins else Standing.EARLY)
    today = now.date()
    return Item(kind=kind, slot=f"{kind}:{today}", on=today, at=at, day=today, state=state)


def standing(slot: str, found: Iterable[Item], today: dt.date) -> Standing:
    """Where a notice that was written stands now."""
    for item in found:
        if item.slot == slot:
            return item.state
    kind, _colon, rest = slot.partition(":")
    over = kind in (Kind.PILLS, Kind.DIARY) and rest != today.isoformat()
    return Standing.DAY_OVER if over else Standing.NO_LONGER_DUE


def _short(number: str) -> str:
    return number.replace("-", "")
