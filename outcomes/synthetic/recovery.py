"""How strength, sphincters and pain develop: steep to three months, level by nine to twelve.

Strength is on the steps of the MRC grades (0, 1, 2, 3, 4-, 4, 4+, 5 as 0 to 7), sphincter function
from 0 to 1. Recovery depends on the first grade and the person; CLINICAL reference B gives the
shape (rate falls over six months, level by 9-12), no number here comes from data.
"""

from dataclasses import dataclass
from math import exp

from outcomes.rules.grades import GRADES
from outcomes.synthetic.chance import Chance
from outcomes.synthetic.person import Person
from outcomes.synthetic.story import Story

TOP = len(GRADES) - 1
SIDES = ("right", "left")
# the weaker leg at first: grades 0 to 4
WORST = {0: 9, 1: 13, 2: 24, 3: 30, 4: 14, 5: 10}
# the share of what is missing that comes back, on average, by the first step of the weaker leg
REGAINED = (0.22, 0.3, 0.4, 0.5, 0.58, 0.62)
# what an operation within 24 hours adds to that share: small, by hand, and no evidence of anything
EARLY = 0.03
WITHOUT_OPERATION = 0.6
NOT_IMPROVING = 0.13
LATE_DECLINE = 0.03  # of all; about half are followed long enough to show it
DECLINE_STEPS = 2.6
# strength lost for some days around a complication, in steps
DIPS = {"haematoma": 2.5, "neurological_decline": 1.5}
BLADDER = {"T10": 0.45, "T11": 0.45, "T12": 0.48, "L1": 0.55, "L2": 0.68, "L3": 0.7}
VOIDS_FROM = 0.55  # empties without catheter
SADDLE_NORMAL_FROM, SADDLE_PRESENT_FROM = 0.6, 0.2


@dataclass(frozen=True, slots=True)
class Recovery:
    """`t` is days from day 0, negative before it."""

    start: dict[str, float]
    gain: dict[str, float]
    tau: float
    sphincter_start: float
    sphincter_gain: float
    decline: int | None
    """The day a late decline begins."""
    dips: tuple[tuple[int, float], ...]
    back: float
    leg: float
    rest: float
    """Pain at first (back, legs) and at last, NRS."""
    neuropathic: bool
    spastic: bool

    def strength(self, side: str, t: int) -> float:
        value = self.start[side] + self.gain[side] * self._come_back(t, self.tau)
        value -= sum(depth for day, depth in self.dips if day <= t < day + 10)
        if self.declining(t):
            value -= DECLINE_STEPS
        return min(max(value, 0.0), TOP)

    def sphincter(self, t: int) -> float:
        return self.sphincter_start + self.sphincter_gain * self._come_back(t, 1.3 * self.tau)

    def pain(self, place: str, t: int) -> float:
        first = self.back if place == "back" else self.leg
        return self.rest + (first - self.rest) * (exp(-t / 60) if t > 0 else 1.0)

    def declining(self, t: int) -> bool:
        return self.decline is not None and t >= self.decline

    @staticmethod
    def _come_back(t: int, tau: float) -> float:
        return 1 - exp(-t / tau) if t > 0 else 0.0


def draw(chance: Chance, person: Person, story: Story) -> Recovery:
    start, weaker = _start(chance, person)
    worst = round(start[weaker])
    share = _share(chance, story, worst)
    gain = {
        side: max(0.0, share + (chance.gauss(0, 0.08) if share else 0)) * (TOP - value)
        for side, value in start.items()
    }
    affected = chance.yes(BLADDER[person.level] + (0.15 if worst <= 2 else 0))
    sphincter = chance.uniform(0.02, 0.4) if affected else chance.uniform(0.88, 1.0)
    regained = chance.about(share + 0.25, 0.2, 0, 1) if share else chance.uniform(0, 0.2)
    return Recovery(
        start=start,
        gain={side: min(value, TOP - start[side]) for side, value in gain.items()},
        tau=chance.uniform(40, 75),
        sphincter_start=sphincter,
        sphincter_gain=regained * (1 - sphincter) if affected else 0.0,
        decline=_decline(chance, story),
        dips=tuple((e.day, DIPS[e.kind]) for e in story.known_events() if e.kind in DIPS),
        back=chance.uniform(6, 9),
        leg=chance.uniform(3, 8),
        rest=chance.uniform(0, 3.2),
        neuropathic=chance.yes(0.35),
        spastic=not person.peripheral and chance.yes(0.15),
    )


def _start(chance: Chance, person: Person) -> tuple[dict[str, float], str]:
    """Both legs; from L2 down roots are hit, and one leg more than the other."""
    weaker = chance.choice(SIDES)
    worst = chance.one_of(WORST)
    between = chance.whole(2.6 if person.peripheral else 1.2, 1.3, 0, 5)
    other = SIDES[1 - SIDES.index(weaker)]
    return {weaker: float(worst), other: float(min(TOP, worst + between))}, weaker


def _share(chance: Chance, story: Story, worst: int) -> float:
    """The share of what is missing that comes back; 0 in those who do not improve."""
    drawn = chance.about(REGAINED[worst], 0.2, 0.05, 1.0)
    if chance.yes(NOT_IMPROVING):
        return 0.0
    if not story.operated:
        return drawn * WITHOUT_OPERATION
    return drawn + (EARLY if story.delay_hours <= 24 else 0.0)


def _decline(chance: Chance, story: Story) -> int | None:
    """After a plateau, and only where it was noticed."""
    day = chance.randint(400, 700)
    drawn = chance.yes(LATE_DECLINE) and story.operated
    return day if drawn and story.happened(story.day(day + 25)) else None
