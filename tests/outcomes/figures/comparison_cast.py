"""The people that the comparison's figures are drawn from: few, many, and awkward ones."""

import math

from outcomes.figures.base import Origin, Translate, identity
from outcomes.figures.comparison.bins import Cell
from outcomes.figures.comparison.cases import Case
from outcomes.figures.comparison.comparables import Spread
from outcomes.figures.comparison.endings import Ending
from outcomes.figures.comparison.flow import Step, Window
from outcomes.figures.comparison.people import DIED
from outcomes.figures.comparison.scale import Scale
from outcomes.rules.statistics.states import Stack, State
from outcomes.rules.statistics.turnbull import Step as Mass
from outcomes.rules.values import Span, Status
from tests.outcomes.figures.cast import NO_TIME, about, between, day


def graded(t: Translate = identity) -> Scale:
    """As a caller gives it: its words are translated already."""
    ticks = tuple((grade, t(f"grade {grade}")) for grade in range(6))
    return Scale(title=t("Worst leg at 12 months"), ticks=ticks, low=0, high=5)


GRADES = graded()


def points(t: Translate = identity) -> Scale:
    ticks = tuple((score, str(score)) for score in range(0, 51, 10))
    return Scale(title=t("Lower extremity motor score"), ticks=ticks, low=0, high=50)


def roughly(best: float) -> Span:
    return Span(best=best, lower=None, upper=None, status=Status.APPROXIMATE)


def at_least(lower: float) -> Span:
    return Span(best=None, lower=lower, upper=None, status=Status.INTERVAL_CENSORED)


def at_most(upper: float) -> Span:
    return Span(best=None, lower=None, upper=upper, status=Status.INTERVAL_CENSORED)


def case(name: str, hours: Span, value: int | None = 3, **more: object) -> Case:
    told = {"operated": True, "dead": False, "origin": Origin.REGISTRY}
    return Case(name=name, hours=hours, value=value, **(told | more))


PUBLISHED = {"origin": Origin.PUBLISHED}
MIXED = (
    case("C1", day(0.2), 5, **PUBLISHED),
    case("C2", NO_TIME, None, **PUBLISHED, note="Could not walk alone"),
    case("C4", roughly(24), 4, **PUBLISHED),
    case("C8", about(1344, 1176, 1512), 3, **PUBLISHED),
    case("R1", day(10), 4),
    case("R2", between(0, 48), 2),
    case("R3", between(20, 40), 3),
    case("R4", at_least(100), 1),
    case("R5", at_most(30), 5),
    case("R6", NO_TIME, 4, operated=False),
    case("R7", day(30), 3, dead=True),
    case("R8", day(80), None),
    case("R9", day(26), 3),
    case("R10", day(26), 3),
    case("R11", between(20, 400), 3, dead=None),
)
CELLS = (
    *(
        Cell(band=band, value=value, dead=False, people=people)
        for band, counts in (
            ("day", (12, 9, None, 40, 51, 77, 20)),
            ("week", (8, 90, 31, 22, 104, 9, 300)),
            ("unknown", (0, 0, 0, 0, 0, 0, 11)),
        )
        for value, people in zip((0, 1, 2, 3, 4, 5, None), counts, strict=True)
    ),
    Cell(band="day", value=3, dead=True, people=13),
    Cell(band="not_operated", value=1, dead=False, people=0),
)
CATEGORIES = (DIED, *(f"grade {grade}" for grade in range(6)))


def ended(t: Translate = identity) -> tuple[Ending, ...]:
    words = [t(word) for word in CATEGORIES]
    return tuple(
        Ending(group=t(group), counts=tuple(zip(words, counts, strict=True)), of=of)
        for group, counts, of in (
            ("24 h or less", (1, 0, 2, 3, 9, 14, 6), 41),
            ("more than 24 h to 7 days", (3, 1, 4, 7, 112, 25, 2), 160),
            ("more than 7 days", (None, 0, None, 8, 9, 14, None), None),
            ("time not reported", (0,) * 7, 3),
        )
    )


FLOW = (
    Step(words="Enrolled", people="412", lost=(("no research consent on this day", "12"),)),
    Step(
        words="Decompressed",
        people="300",
        lost=(("not operated", "about 88"), ("date not recorded", "fewer than 8")),
    ),
    Step(
        words="Examined at 12 months",
        people="about 180",
        absent=(("not yet due", "80"),),
        window=True,
    ),
    Step(
        words="Examined at 24 months",
        people="about 90",
        absent=(("died", "40"), ("lost", "9")),
        window=True,
    ),
)
WINDOWS = (
    (
        "24 h or less",
        (
            Window(words="2 weeks", counts={"examined": 30, "missed": 3, "lost": 1}),
            Window(words="12 months", counts={"examined": 12, "died": 2, "not_yet_due": 20}),
        ),
    ),
    (
        "more than 24 h",
        (Window(words="2 weeks", counts={"examined": 120, "died": None, "due_unknown": 9}),),
    ),
    ("nobody", ()),
)


def stack(recovered: int, not_recovered: int, dead: int, unknown: int, not_yet: int) -> Stack:
    return Stack(
        {
            State.RECOVERED: recovered,
            State.NOT_RECOVERED: not_recovered,
            State.DEAD: dead,
            State.UNKNOWN: unknown,
            State.NOT_YET_DUE: not_yet,
        }
    )


STACKS = (
    ("6 weeks", stack(4, 20, 1, 2, 0)),
    ("12 months", stack(11, 3, 2, 6, 5)),
    ("24 months", stack(0, 0, 0, 0, 27)),
)
STAIRS = (
    (
        "24 h or less",
        (Mass(0, 14, 0.2), Mass(30, 30, 0.3), Mass(91, 182, 0.1), Mass(365, math.inf, 0.4)),
    ),
    ("more than 24 h", (Mass(42, 91, 0.75), Mass(182, 365, 0.25))),
)
OWN = (
    (day(-1), 1),
    (day(1), 1),
    (day(14), None),
    (about(44, 40, 50), 2),
    (between(80, 100), 3),
    (NO_TIME, 3),
)
SPREADS = (
    Spread(window="2 weeks", day=14, counts=(2, 9, 10, 12, 0, 0), dead=None, examined=None, of=40),
    Spread(window="6 weeks", day=42, counts=(2, 5, 8, 12, 9, None), dead=1, examined=37, of=40),
    Spread(window="12 months", day=365, counts=(0, 2, 2, 8, 9, 13), dead=1, examined=34, of=40),
)
COURSES = tuple(tuple((d, (i + j) % 6) for j, d in enumerate((1, 14, 40, 365))) for i in range(9))
