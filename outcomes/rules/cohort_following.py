"""Who was followed and who was not: from enrolment to each window, and by timing of the operation.

People without research consent are a number and nothing else: no filter looks at them. What may be
told of people whose records the reader may not open is coarser, and counted as `disclosure` has it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass

from outcomes.rules.cohort_analysis import (
    DEAD,
    DEATH_UNKNOWN,
    DUE_UNKNOWN,
    NO_WEAKER_LEG,
    NOT_RECORDED,
    NOT_YET_DUE,
    Alike,
)
from outcomes.rules.cohort_summary import (
    BEFORE_OPERATION,
    DIED,
    LAST,
    MISSED,
    OVER_A_DAY,
    UNDECIDED,
    Band,
)
from outcomes.rules.disclosure import settles, shown, shown_row, tells_apart

EXAMINED, LOST, UNCERTAIN = "examined", "lost", "uncertain"
REASONS = ("unreachable", "declined", "moved", "too_unwell", "other")
KINDS: Mapping[str, str] = {
    EXAMINED: EXAMINED,
    NOT_RECORDED: UNCERTAIN,
    UNDECIDED: UNCERTAIN,
    DEATH_UNKNOWN: UNCERTAIN,
    NO_WEAKER_LEG: UNCERTAIN,
    DIED: DIED,
    MISSED: MISSED,
    "transferred": LOST,
    **{f"lost_{reason}": LOST for reason in REASONS},
    NOT_YET_DUE: NOT_YET_DUE,
    BEFORE_OPERATION: NOT_YET_DUE,
    DUE_UNKNOWN: DUE_UNKNOWN,
}
"""Every state that somebody decompressed can be in at a window, and the few kinds that they are
drawn as."""
NOT_EXAMINED = tuple(dict.fromkeys(k for k in KINDS.values() if k not in (EXAMINED, DIED)))
ALL = "all"
GROUPS: Mapping[str, tuple[Band, ...]] = {
    ALL: (Band.DAY, *OVER_A_DAY, Band.UNCLASSIFIABLE, Band.UNKNOWN),
    "day": (Band.DAY,),
    "over_a_day": OVER_A_DAY,
    "unclear": (Band.UNCLASSIFIABLE, Band.UNKNOWN),
}
"""Of the decompressed: all, within 24 hours, later, and those of whom that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """People, None for too few to tell. Each sum holds exactly where all are told exactly:
    enrolled = without_consent + consented, consented = filtered_out + counted, counted =
    not_operated + decompressed."""

    enrolled: int | None
    without_consent: int | None
    consented: int | None
    filtered_out: int | None
    counted: int | None
    not_operated: int | None
    decompressed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWindow:
    """`people` of a group are in one of the `states` each; states that nobody is in are there."""

    group: str
    window: str
    people: int | None
    states: Mapping[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    steps: Steps
    at_windows: tuple[AtWindow, ...]
    """By window in the order of time, and within it by GROUPS."""


def flow(enrolled: int, consented: int, found: Mapping[str, list[Alike]]) -> Flow:
    """Exact counts. `found` is by window everyone who consents and passes the filters."""
    found = {window: cells for window, cells in found.items() if window != LAST}
    some = next(iter(found.values()), [])
    counted = _people(some)
    not_operated = _people(cell for cell in some if cell.band is Band.NOT_OPERATED)
    return Flow(
        steps=Steps(
            enrolled=enrolled,
            without_consent=enrolled - consented,
            consented=consented,
            filtered_out=consented - counted,
            counted=counted,
            not_operated=not_operated,
            decompressed=counted - not_operated,
        ),
        at_windows=tuple(
            _at_window(window, group, [cell for cell in cells if cell.band in bands])
            for window, cells in found.items()
            for group, bands in GROUPS.items()
        ),
    )


def state(cell: Alike) -> str:
    if cell.outcome is None:
        return cell.why
    return DIED if cell.outcome == DEAD else EXAMINED


def protected(exact: Flow, apart: Collection[str] = ()) -> Flow:
    """The same of people whose records the reader may not open, `states` by kind.

    Nothing is told of the groups `apart`, NOT_OPERATED among them, nor of ALL beside a part of it
    that is too small.
    """
    few = {
        one.window
        for one in exact.at_windows
        if one.group != ALL and tells_apart((), [one.people or 0])
    }

    def hidden(one: AtWindow) -> bool:
        return one.group in apart or (one.group == ALL and one.window in few)

    return Flow(
        # one of the two would tell of the other
        steps=_protected_steps(exact.steps, hidden=ALL in apart or Band.NOT_OPERATED in apart),
        at_windows=tuple(_protected_row(one, hidden=hidden(one)) for one in exact.at_windows),
    )


def kinds(states: Mapping[str, int | None]) -> dict[str, int]:
    """Exact counts by kind, in the order of KINDS."""
    told = dict.fromkeys(KINDS.values(), 0)
    for one, people in states.items():
        told[KINDS[one]] += people or 0
    return told


def _at_window(window: str, group: str, cells: list[Alike]) -> AtWindow:
    states = dict.fromkeys(KINDS, 0)
    for cell in cells:
        states[state(cell)] += cell.people
    return AtWindow(group=group, window=window, people=_people(cells), states=states)


def _people(cells: Iterable[Alike]) -> int:
    return sum(cell.people for cell in cells)


# the parts of the enrolled: each person is in one
OF_COUNTED = ("not_operated", "decompressed")
PARTS = ("without_consent", "filtered_out", *OF_COUNTED)


def _protected_steps(exact: Steps, *, hidden: bool) -> Steps:
    counts = asdict(exact)
    told = {name: shown(people) for name, people in counts.items()}
    told |= dict(zip(PARTS, shown_row([counts[name] for name in PARTS]), strict=True))
    if settles(told["enrolled"], [told[name] for name in PARTS]):
        told["enrolled"] = None
    return Steps(**told | (dict.fromkeys(OF_COUNTED) if hidden else {}))


def _protected_row(exact: AtWindow, *, hidden: bool) -> AtWindow:
    people, counts = None if hidden else shown(exact.people or 0), kinds(exact.states)
    told = [None] * len(counts) if people is None else shown_row(list(counts.values()))
    return AtWindow(
        group=exact.group,
        window=exact.window,
        people=people,
        states=dict(zip(counts, told, strict=True)),
    )
