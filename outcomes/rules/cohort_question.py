"""What a comparison asks: whom, which outcome when, and since which event. One address for each.

A question is read from the parameters of an address and written back as the shortest one that
says the same, so that a view can be sent, stamped and cached by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from outcomes.rules.cohort_summary import CLOCKS, LAST, STARTS, windows
from outcomes.rules.cohort_traits import AGE_BANDS, RECORDED
from outcomes.rules.grades import MAX_GRADE
from outcomes.rules.values import Anchor

ORIGINS = ("registry", "synthetic")
UNKNOWN = "unknown"
"""The value of a filter for people of whom nothing is recorded there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """An outcome: ordinal, higher is better, from `low` to `high`; `cuts` are the values that a
    share "this or better" is given for."""

    low: int
    high: int
    cuts: tuple[int, ...]

    def step(self, value: int) -> int:
        """The greatest of `low` and the cuts that the value reaches; of the dead, itself."""
        return max((cut for cut in (self.low, *self.cuts) if cut <= value), default=value)


GRADES = Scale(low=0, high=MAX_GRADE, cuts=tuple(range(1, MAX_GRADE + 1)))
YES_NO = Scale(low=0, high=1, cuts=(1,))
# the leg that was the weaker at first, fixed: a check on choosing the worse one anew each time
OUTCOMES: dict[str, Scale] = {
    "worst_leg": GRADES,
    "weaker_leg": GRADES,
    "right_leg": GRADES,
    "left_leg": GRADES,
    "total": Scale(low=0, high=2 * MAX_GRADE, cuts=(2, 4, 6, 8, 10)),
    "lems": Scale(low=0, high=50, cuts=(10, 20, 30, 40, 50)),
    "walks_alone": YES_NO,
    "voids": YES_NO,
}
_STATED = ("yes", "no", UNKNOWN)
_GRADE = (*(str(grade) for grade in range(MAX_GRADE + 1)), UNKNOWN)
FILTERS: dict[str, tuple[str, ...]] = {
    "level": (
        *(f"T{n}" for n in range(1, 13)), *(f"L{n}" for n in range(1, 6)), "S1", "S2", UNKNOWN,
    ),
    "etiology": ("osteoporotic_fracture", "pathologic_fracture", "other", UNKNOWN),
    "first_worst": _GRADE,
    "preop_worst": _GRADE,
    "age_band": (*AGE_BANDS, UNKNOWN),
    "technique": ("laminectomy", "hemilaminectomy", "corpectomy", "other", UNKNOWN),
    "durotomy": _STATED,
    "fixation": _STATED,
    "cement_removal": ("complete", "partial", "no", UNKNOWN),
    "residual_cement": _STATED,
    "compartment": ("intradural", "epidural", "foraminal", "mixed", "none", UNKNOWN),
    "cord_compression": _STATED,
    "complication": (RECORDED, UNKNOWN),
    "reoperation": (RECORDED, UNKNOWN),
}  # fmt: skip
"""By parameter of the address, the values it takes: one at a time."""
GRADED = ("first_worst", "preop_worst")


class NoSuchQuestion(Exception):
    """A parameter or value that is none; `allowed` are those that are."""

    def __init__(self, name: str, allowed: tuple[str, ...]):
        super().__init__(name)
        self.name, self.allowed = name, allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`exposure` is the event from which hours to the incision count, `clock` the one from which
    the window does; `filters` are (name, value) in the order of FILTERS."""

    origin: str = ORIGINS[0]
    outcome: str = "worst_leg"
    window: str = "12mo"
    clock: str = Anchor.INDEX_DECOMPRESSION.value
    exposure: str = "cement"
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def scale(self) -> Scale:
        return OUTCOMES[self.outcome]

    @property
    def primary(self) -> bool:
        """The one analysis locked before there were data (CLINICAL.md I)."""
        return self == Question(origin=self.origin)

    @property
    def descriptive(self) -> bool:
        return self.window == LAST

    @property
    def by_grade(self) -> bool:
        """Does a filter choose people by how weak they were?"""
        return any(name in GRADED for name, _value in self.filters)

    def parameters(self) -> dict[str, str]:
        """Those that differ from what is asked when nothing is said."""
        asked = {name: getattr(self, name) for name in _choices()}
        plain = Question()
        changed = {name: v for name, v in asked.items() if v != getattr(plain, name)}
        return changed | dict(self.filters)

    def address(self) -> str:
        """The query of its address; empty for the plain question."""
        return urlencode(self.parameters())

    def file_words(self) -> str:
        """Its part of a file's name, in ASCII, so that files of two questions lie in one folder:
        "synthetic-walks_alone-12mo-level-L1"."""
        more = self.parameters()
        for always in ("origin", "outcome", "window"):
            more.pop(always, None)
        asked = [self.origin, self.outcome, self.window, *(f"{n}-{v}" for n, v in more.items())]
        return "-".join(asked).replace("–", "-").replace("+", "")


@cache
def _choices() -> dict[str, tuple[str, ...]]:
    return {
        "origin": ORIGINS,
        "outcome": tuple(OUTCOMES),
        "window": windows(),
        "clock": tuple(clock.value for clock in CLOCKS),
        "exposure": STARTS,
    }


def parameters() -> dict[str, tuple[str, ...]]:
    """Every parameter of an address and the values it takes."""
    return _choices() | FILTERS


def read(sent: Mapping[str, str]) -> Question:
    """From the parameters of an address; an empty one is not asked. Raises NoSuchQuestion."""
    known = parameters()
    for name, value in sent.items():
        if name not in known:
            raise NoSuchQuestion(name, tuple(known))
        if value and value not in known[name]:
            raise NoSuchQuestion(name, known[name])
    choices = {name: sent[name] for name in _choices() if sent.get(name)}
    filters = tuple((name, sent[name]) for name in FILTERS if sent.get(name))
    return Question(**choices, filters=filters)
