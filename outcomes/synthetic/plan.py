"""Which visits came about, which were missed, and which were done from afar."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from outcomes.synthetic.chance import Chance
from outcomes.synthetic.story import Story

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit of the schedule (CLINICAL reference G): day, jitter that stays within its window."""

    kind: str
    target: int
    jitter: int
    missed: float


SCHEDULE = (
    Slot("2wk", 14, 4, 0.06),
    Slot("6wk", 42, 9, 0.07),
    Slot("3mo", 91, 18, 0.1),
    Slot("6mo", 182, 28, 0.14),
    Slot("12mo", 365, 45, 0.18),
    Slot("24mo", 730, 60, 0.25),
    Slot("yearly", 1095, 60, 0.3),
)
WARD = {0: 0.4, 1: 0.85, 2: 0.3, 3: 0.5, 5: 0.2, 7: 0.35}
REMOTE = 0.06
# of the missed ones, those reached by telephone and asked there and then
CAUGHT_BY_TELEPHONE = 0.3
LOST_BEFORE = 60  # days before a loss is written down, from which nobody came any more
FILLS_A_WINDOW = 4  # days around discharge within which the discharge visit is the visit


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit that came about (`how` in_person, remote or referral), or was missed."""

    kind: str
    name: str
    day: dt.date
    time: dt.time | None = None
    how: str = "in_person"

    @property
    def missed(self) -> bool:
        return self.how == "missed"


def draw(chance: Chance, story: Story, decline: int | None) -> list[Planned]:
    """In order of time, none later than what is known; chance is drawn for all of them."""
    visits = [
        *_before(chance, story),
        *(_ward(chance, story) if story.operated and not story.elsewhere else ()),
        *_follow_up(chance, story),
        *_unscheduled(chance, story, decline),
    ]
    known = [v for v in visits if story.happened(v.day)]
    return sorted(known, key=lambda v: (v.day, v.time or dt.time(9, 30)))


def _before(chance: Chance, story: Story) -> Iterator[Planned]:
    """The first examination, and often another when the operation is decided later."""
    first, decision = story.presentation, story.decision
    again = chance.yes(0.75)
    timed = chance.yes(0.9) or first.date() == story.day0
    if not story.operated:
        yield Planned("unscheduled", "first", first.date(), first.time() if timed else None)
        return
    how = "referral" if story.elsewhere else "in_person"
    yield Planned("pre_op", "pre_op", first.date(), first.time() if timed else None, how)
    if again and not story.elsewhere and (decision.date() - first.date()).days >= 7:
        yield Planned("pre_op", "pre_op-2", decision.date(), decision.time())


def _ward(chance: Chance, story: Story) -> Iterator[Planned]:
    for n, share in WARD.items():
        seen, time = chance.yes(share), chance.clock(8, 19)
        if n == 0:  # the evening after the operation, where there was one
            time = dt.time(22, 30)
            seen = seen and story.incision.hour < 17
        if seen and n < story.stay:
            yield Planned("post_op", f"post_op-{n}", story.day(n), time)


def _follow_up(chance: Chance, story: Story) -> Iterator[Planned]:
    clumsy = chance.choice((0.5, 1.0, 1.0, 2.0))
    if story.operated:
        yield Planned("discharge", "discharge", story.day(story.stay), chance.clock(9, 12))
    for slot in SCHEDULE:
        days = round(chance.triangular(-slot.jitter, slot.jitter, 1))
        day = _working_day(story.day(slot.target + days))
        how, later = _how(chance, slot, clumsy), chance.randint(5, 12)
        time = chance.clock(9, 16) if chance.yes(0.3) else None
        if story.fate == "lost" and (story.last - day).days < LOST_BEFORE:
            how = "missed"
        from_discharge = story.since(day) - story.stay
        if story.operated and abs(from_discharge) <= FILLS_A_WINDOW:
            continue
        if story.operated and from_discharge < 0 and how != "in_person":
            continue  # still on the ward: nobody missed anything
        if how == "by_telephone":
            yield Planned(slot.kind, f"{slot.kind}-missed", day, how="missed")
            yield Planned(slot.kind, slot.kind, day + dt.timedelta(days=later), how="remote")
        else:
            name = f"{slot.kind}-missed" if how == "missed" else slot.kind
            yield Planned(slot.kind, name, day, None if how == "missed" else time, how)


def _how(chance: Chance, slot: Slot, clumsy: float) -> str:
    drawn, remote = chance.random(), chance.yes(REMOTE)
    missed = slot.missed * clumsy
    if drawn < missed:
        late = slot.target > 90
        return "by_telephone" if late and drawn < missed * CAUGHT_BY_TELEPHONE else "missed"
    return "remote" if remote and slot.target > 40 else "in_person"


def _unscheduled(chance: Chance, story: Story, decline: int | None) -> Iterator[Planned]:
    """What brought people back between visits."""
    if decline is not None:
        yield Planned("unscheduled", "decline", _working_day(story.day(decline + 20)))
    for event in story.known_events():
        outpatient = event.day > story.stay and event.kind != "urinary_infection"
        if outpatient and chance.yes(0.8):
            yield Planned("unscheduled", f"for-{event.kind}", story.day(event.day))


def _working_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))
