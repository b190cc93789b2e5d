"""When what happened: cement, deficit, operation, complications, and how following up ended.

Everything of a course is counted from day 0, the index decompression (CLINICAL reference G), or the
cement where nobody operated. Chance never looks at `today`: another day moves the same course.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from outcomes.synthetic.chance import Chance

# share of patients in each band of hours from cement to incision, and the band
DELAYS = {(3.0, 24.0): 36, (24.0, 168.0): 30, (168.0, 1344.0): 29, (1344.0, 2900.0): 5}
# shares of a registry
NOT_OPERATED = 0.07
FIRST_ELSEWHERE = 0.05
FRESH = 0.06  # operated in the last three weeks
YEARS_BACK = 1190  # days over which the others were operated


@dataclass(frozen=True, slots=True)
class Risk:
    """A complication: its share, the days it comes on, and the share revised so many days later."""

    kind: str
    share: float
    days: tuple[int, int]
    revised: float = 0.0
    until: tuple[int, int] = (0, 0)


RISKS = (
    Risk("haematoma", 0.02, (1, 2), 1.0),
    Risk("csf_leak", 0.09, (3, 8), 0.3, (1, 3)),
    Risk("surgical_site_infection", 0.04, (11, 22), 0.5, (1, 3)),
    Risk("hardware_failure", 0.03, (60, 420), 0.8, (5, 14)),  # where there is any
    Risk("neurological_decline", 0.12, (20, 150), 1.0, (1, 9)),  # where cement was left
    Risk("urinary_infection", 0.1, (4, 80)),
    Risk("pneumonia", 0.03, (2, 14)),
    Risk("dvt_pe", 0.02, (4, 30)),
    Risk("adjacent_fracture", 0.06, (40, 500)),
)
# of all, before it is looked at whether the day of it has come
FATES = {"": 76.0, "died": 9.0, "transferred": 7.0, "lost": 8.0}
STATUS = {"": "active", "lost": "active", "died": "died", "transferred": "transferred"}
MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Event:
    """A complication `day` days after the index operation; `revised` on that day plus `until`."""

    kind: str
    day: int
    revised: bool = False
    until: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """`last` is the last day anything can be known of: today, death, transfer or loss."""

    DAY: ClassVar[dt.timedelta] = dt.timedelta(days=1)

    day0: dt.date
    last: dt.date
    fate: str
    operated: bool
    elsewhere: bool
    """The first decompression was at another hospital; the second here."""
    cement: dt.datetime
    deficit: dt.datetime
    presentation: dt.datetime
    decision: dt.datetime
    incision: dt.datetime
    """Of the index decompression; without meaning where nobody operated."""
    cement_known: str
    """How well the time of the cement is known: time, date, approximate or bounds."""
    incision_timed: bool
    stay: int
    """Day of discharge."""
    residual: bool
    """Cement was left in the canal."""
    fixed: bool
    events: tuple[Event, ...]

    @property
    def status(self) -> str:
        return STATUS[self.fate]

    @property
    def delay_hours(self) -> float:
        return (self.incision - self.cement).total_seconds() / 3600

    def day(self, days: int) -> dt.date:
        return self.day0 + dt.timedelta(days=days)

    def since(self, day: dt.date) -> int:
        return (day - self.day0).days

    def happened(self, when: dt.date) -> bool:
        """Whether this day is within what is known."""
        return (when.date() if isinstance(when, dt.datetime) else when) <= self.last

    def known_events(self) -> Iterator[Event]:
        return (event for event in self.events if self.happened(self.day(event.day)))


def draw(chance: Chance, *, frail: bool, today: dt.date) -> Story:
    operated = not chance.yes(NOT_OPERATED)
    ago = chance.randint(1, 20) if chance.yes(FRESH) else chance.randint(21, YEARS_BACK)
    day0 = today - dt.timedelta(days=ago if operated else max(ago, 30))
    elsewhere = operated and chance.yes(FIRST_ELSEWHERE)
    cement, incision = _operation_times(chance, day0, operated)
    deficit, presentation, decision = _milestones(chance, cement, incision)
    stay = chance.whole(30 if frail else 22, 9, 9, 60) if operated else chance.randint(14, 30)
    residual = elsewhere or chance.yes(0.22)
    fixed = chance.yes(0.55)
    events = tuple(_events(chance, elsewhere, residual, fixed)) if operated else ()
    fate, last = _fate(chance, day0, frail, today)
    return Story(
        day0=day0,
        last=last,
        fate=fate,
        operated=operated,
        elsewhere=elsewhere,
        cement=cement,
        deficit=deficit,
        presentation=presentation,
        decision=decision,
        incision=incision,
        cement_known=_known(chance, incision - cement),
        incision_timed=chance.yes(0.9),
        stay=stay,
        residual=residual,
        fixed=fixed,
        events=events,
    )


def _operation_times(
    chance: Chance, day0: dt.date, operated: bool
) -> tuple[dt.datetime, dt.datetime]:
    """Cement in working hours; an urgent incision at any hour, a late one by day."""
    low, high = chance.one_of(DELAYS)
    hours = low * (high / low) ** chance.random()
    start = chance.clock(8, 17)
    by_day = chance.clock(8, 18)
    midnight = dt.datetime.combine(day0, dt.time())
    if not operated:
        cement = dt.datetime.combine(day0, start)
        return cement, cement + dt.timedelta(hours=min(hours, 240))
    minutes = start.hour * 60 + start.minute + 5 * round(hours * 12)
    days, left = divmod(minutes, MINUTES)
    incision = midnight + dt.timedelta(minutes=left)
    if days >= 2:
        incision = dt.datetime.combine(day0, by_day)
    return dt.datetime.combine(day0 - dt.timedelta(days=days), start), incision


def _milestones(
    chance: Chance, cement: dt.datetime, incision: dt.datetime
) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """First deficit, presentation and decision, in this order between cement and incision."""
    delay = incision - cement
    share = chance.uniform(0.3, 0.5)
    soon = dt.timedelta(minutes=5 * chance.randint(1, 6))
    late = delay * chance.uniform(0.05, 0.2)
    deficit = cement + (soon if chance.yes(0.75) else max(late, soon))
    decided = cement + delay * chance.uniform(0.7, 0.92)
    return deficit, _in_steps(cement + delay * share), _in_steps(decided)


def _in_steps(moment: dt.datetime) -> dt.datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def _known(chance: Chance, delay: dt.timedelta) -> str:
    """Only where the procedure was weeks ago is its date in doubt."""
    drawn = chance.one_of({"time": 78, "date": 12, "approximate": 5, "bounds": 5})
    return drawn if drawn in {"time", "date"} or delay.days >= 10 else "time"


def _events(chance: Chance, elsewhere: bool, residual: bool, fixed: bool) -> Iterator[Event]:
    """Complications and revisions, each drawn whether or not its day has come."""
    possible = {"hardware_failure": fixed, "neurological_decline": residual and not elsewhere}
    if elsewhere:
        yield Event("neurological_decline", chance.randint(4, 12), True, chance.randint(1, 4))
    for risk in RISKS:
        event = Event(
            risk.kind,
            chance.randint(*risk.days),
            chance.yes(risk.revised),
            chance.randint(*risk.until),
        )
        if chance.yes(risk.share) and possible.get(risk.kind, True):
            yield event


def _fate(chance: Chance, day0: dt.date, frail: bool, today: dt.date) -> tuple[str, dt.date]:
    """How following up ended, and the last day of it; nothing that lies after today counts."""
    fate = chance.one_of(FATES | ({"died": 14.0} if frail else {}))
    first = {"died": 12, "transferred": 70, "lost": 150}.get(fate, 0)
    day = day0 + dt.timedelta(days=chance.randint(first, 900))
    return (fate, day) if fate and day <= today else ("", today)
