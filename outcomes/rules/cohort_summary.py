"""One patient as the comparison counts them: how soon decompressed, and what had become of them.

Exposures are hours up to the incision, kept apart by where they start, each with its bounds and
never a midpoint. Outcomes are those of the examination that an analysis window picks, on each of
two clocks; of the operated, on either clock, of one that is certainly after the incision.
Source: CLINICAL.md G, I, J.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from outcomes.rules import cohort_traits, schedule, timing, walking
from outcomes.rules import course as following
from outcomes.rules.cohort_course import Course, Recovery, course_of, recovery, sustained
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.grades import arithmetic
from outcomes.rules.timing import Picked
from outcomes.rules.values import Anchor, Answer, Moment, Span, Status

# CLINICAL.md I: the locked cut point, and the two of the described bands
EARLY_HOURS, WEEK_HOURS = 24.0, 7 * 24.0
CLOCKS = (Anchor.INDEX_DECOMPRESSION, Anchor.CEMENT)
STARTS = ("cement", "first_deficit", "presentation", "decision")
CATHETERS = (
    "intermittent_self", "intermittent_attendant", "indwelling_urethral", "indwelling_suprapubic",
)  # fmt: skip
VOIDING = ("normal_voiding", "reflex_voluntary", "reflex_involuntary", "straining", "expression")
KEY_MUSCLES = tuple(
    f"motor_{leg}_muscles_{level}"
    for leg in ("right", "left")
    for level in ("l2", "l3", "l4", "l5", "s1")
)
GRADED = (
    "motor_right_grade", "motor_left_grade",
    "motor_right_not_testable", "motor_left_not_testable",
)  # fmt: skip


class Band(StrEnum):
    """Hours from the cement, or from another event that is asked for, to decompression."""

    DAY = "day"
    """At most 24."""
    WEEK = "week"
    """More than 24, at most seven days."""
    LATER = "later"
    OVER_A_DAY = "over_a_day"
    """Certainly more than 24, and astride seven days."""
    UNCLASSIFIABLE = "unclassifiable"
    """Bounds astride 24 hours."""
    UNKNOWN = "unknown"
    NOT_OPERATED = "not_operated"


OVER_A_DAY = (Band.WEEK, Band.LATER, Band.OVER_A_DAY)


LAST = "last"
"""No analysis window: the last examination, for description only (CLINICAL.md I)."""
MISSED, UNDECIDED, DIED = "missed", "undecided", "died"
# no outcome there, whoever was examined: no operation to count from, or none before the window ends
NOT_OPERATED, BEFORE_OPERATION = "not_operated", "before_operation"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWindow:
    """What was found in one analysis window on one clock; None where it was not, or not certain.

    Grades are 0-5, `total` 0-10, `lems` 0-50. `day` is the day of the motor examination.
    """

    clock: str
    window: str
    right: int | None = None
    left: int | None = None
    weaker: int | None = None
    """Of the leg that was the weaker at the first examination; None where they were equal."""
    lems: int | None = None
    walks_alone: bool | None = None
    voids: bool | None = None
    """Empties the bladder without a catheter."""
    dead: bool | None = False
    """Died by the end of the window, which dominates every finding (CLINICAL.md J); None where the
    day of death does not tell."""
    day: Span
    sustained: int | None = None
    """The grade of the worse leg that another examination in a row shows as well."""
    sustainable: int | None = None
    """The grade it may turn out to be, where no later examination has shown it yet."""
    absence: str = ""
    """Why there is no motor examination: died, not operated, not operated by the end of the window,
    how following ended, undecided or missed."""
    closes: dt.date | None = None
    """Last day of the window; None where day zero has no date, or where it is not known whether the
    operation was by then."""

    @property
    def worst(self) -> int | None:
        legs = self.right, self.left
        return None if None in legs else min(leg for leg in legs if leg is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Hours are None for an event that did not happen; `first_worst` is the first grade of the
    worse leg after the cement (`_at_first`), `preop_worst` the last before incision."""

    operated: bool
    levels: str
    age: tuple[int, int] | None
    """Between which years of age at the index decompression, else at the cement."""
    hours: dict[str, Span]
    """By where the time starts: cement, first_deficit, presentation, decision."""
    first_worst: int | None
    equal_at_first: bool
    """Both legs had one grade at that first examination: neither was the weaker."""
    preop_worst: int | None
    preop_stale: Answer
    traits: dict[str, str | None]
    recovery: Recovery
    outcomes: tuple[AtWindow, ...]

    def band(self, start: str = "cement") -> Band:
        return band_of(self.hours[start]) if self.operated else Band.NOT_OPERATED


@dataclass(frozen=True, slots=True)
class Ending:
    """Following ended: transferred, or lost with its reason."""

    reason: str
    when: Moment


def band_of(hours: Span) -> Band:
    """Certain by both bounds, or not at all: one that straddles a cut point stays unclassified."""
    lower, upper = hours.lower, hours.upper
    if hours.status is Status.CONFLICT or (lower is None and upper is None):
        return Band.UNKNOWN
    if upper is not None and upper <= EARLY_HOURS:
        return Band.DAY
    if lower is None or lower <= EARLY_HOURS:
        return Band.UNCLASSIFIABLE
    if upper is not None and upper <= WEEK_HOURS:
        return Band.WEEK
    return Band.LATER if lower > WEEK_HOURS else Band.OVER_A_DAY


def summarise(facts: Facts, endings: Sequence[Ending] = ()) -> Summary:
    """From everything recorded of one patient."""
    examined = [visit for visit in facts.visits if _examined(visit)]
    operated = facts.operated or any(map(_decompresses, facts.procedures))
    first = _at_first(examined, facts.anchors, operated=operated)
    before = timing.baseline(examined, anchors=facts.anchors) if facts.operated else None
    preop = _of(before, _worst) if before else None
    course = course_of(examined if facts.operated else (), _worst)
    after = [visit for visit in facts.visits if _after(visit, facts) is not Answer.NO]
    legs = _of(first, lambda visit: (_leg(visit, "right"), _leg(visit, "left"))) or (None, None)
    seen = Seen(facts, after, operated, course, endings, _weaker(*legs))
    return Summary(
        operated=operated,
        levels=cohort_traits.levels(facts.person.get("fracture_level")),
        age=cohort_traits.age_at_index(facts),
        hours={start: _hours(facts, _start(facts, start)) for start in STARTS},
        first_worst=_of(first, _worst),
        equal_at_first=legs[0] is not None and legs[0] == legs[1],
        preop_worst=preop,
        preop_stale=before.stale if before else Answer.NOT_APPLICABLE,
        traits=cohort_traits.traits(facts),
        recovery=recovery(course, preop),
        outcomes=tuple(
            _at_window(seen, clock, window) for clock in CLOCKS for window in (*_analysed(), None)
        ),
    )


def _at_first(examined: Sequence[Fact], anchors: timing.Anchors, *, operated: bool) -> Picked[Fact]:
    """The first examination after the cement; of the operated, where it is certainly no later than
    the incision.

    What was found after the incision is an outcome: people are not alike by it (CLINICAL.md G, I).
    """
    first = timing.first_examination(examined, anchors=anchors)
    if first.exam is None or not operated:
        return first
    incision = Anchor.INDEX_DECOMPRESSION
    before = timing.is_before_anchor(first.exam.when, incision, anchors=anchors)
    return first if before is Answer.YES else replace(first, exam=None)


def _decompresses(procedure: Fact) -> bool:
    """Of several such it may be unknown which is the index; then their timing is, and no more."""
    return procedure.get("kind") == "decompression" and procedure.get("intended") != "other"


@cache
def windows() -> tuple[str, ...]:
    """Those with an analysis window, in order of time, and LAST."""
    return (*(window.kind for window in _analysed()), LAST)


def _analysed() -> list[schedule.Window]:
    return [window for window in schedule.default_windows() if window.analysis is not None]


def _start(facts: Facts, start: str) -> Moment | None:
    """The event itself; of several of a kind, none: which of them counts is not known."""
    if start == "cement":
        return facts.anchors.cement
    told = [m for m in facts.milestones if m.get("event") == start]
    return told[0].when if len(told) == 1 else None


def _hours(facts: Facts, start: Moment | None) -> Span:
    index = next((p for p in facts.procedures if p.id == facts.index_id), None)
    zone = ZoneInfo(index.get("time_zone") or "UTC") if index else ZoneInfo("UTC")
    return timing.hours_between(start, facts.anchors.decompression, zone=zone)


Found = Callable[[Callable[[Fact], bool]], Picked[Fact]]
"""The one visit, of those that a test holds for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What every window chooses from: of the operated without the `visits` before the incision.

    `weaker` is the leg that was so at first.
    """

    facts: Facts
    visits: Sequence[Fact]
    operated: bool
    course: Course
    endings: Sequence[Ending]
    weaker: str | None


def _after(visit: Fact, facts: Facts) -> Answer:
    """Whether it was after the incision; of nobody whose index decompression is not known."""
    incision = Anchor.INDEX_DECOMPRESSION
    return timing.is_after_anchor(visit.when, incision, anchors=facts.anchors)


def _at_window(seen: Seen, clock: Anchor, window: schedule.Window | None) -> AtWindow:
    """`window` is None for the last examination."""
    facts, course, weaker = seen.facts, seen.course, seen.weaker

    def found(told: Callable[[Fact], bool]) -> Picked[Fact]:
        picked = pick([visit for visit in seen.visits if told(visit)])
        if not seen.operated or picked.exam is None:
            return picked
        # one that may have been before the incision is an outcome only once someone says so
        after = _after(picked.exam, facts) is Answer.YES
        return picked if after else timing.picked_from((), (picked.exam,))

    def pick(visits: Sequence[Fact]) -> Picked[Fact]:
        if window is None:
            last = following.last_examination(visits, anchors=facts.anchors)
            return last if facts.anchors.moment(clock) else replace(last, exam=None)
        return schedule.choose_for_analysis(visits, window, anchors=facts.anchors, anchor=clock)

    motor = found(_examined)
    day = (
        timing.days_since(motor.exam.when, anchors=facts.anchors, anchor=clock)
        if motor.exam
        else Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)
    )
    certain, possible = (
        sustained(course, motor.exam.day, _worst(motor.exam)) if motor.exam else (None, None)
    )
    closes, dead = _closes(facts, clock, window), _dead(facts, clock, window)
    by_then = _operated_by_then(seen, clock, window)
    if dead is None and by_then is Answer.NO:
        dead = False  # operated on later
    absence = DIED if dead else _none_there(clock, by_then)
    absence = absence or _absence(motor, seen.endings, closes)
    return AtWindow(
        clock=clock.value,
        window=window.kind if window else LAST,
        right=_of(motor, lambda visit: _leg(visit, "right")),
        left=_of(motor, lambda visit: _leg(visit, "left")),
        weaker=_of(motor, lambda visit: _leg(visit, weaker)) if weaker else None,
        lems=_of(found(_says(_lems)), _lems),
        walks_alone=_of(found(_says(_walks)), _walks),
        voids=_of(found(_says(_voids)), _voids),
        dead=dead,
        day=day,
        sustained=certain,
        sustainable=possible,
        absence="" if motor.exam else absence,
        closes=None if by_then is Answer.CANNOT_TELL else closes,
    )


def _operated_by_then(seen: Seen, clock: Anchor, window: schedule.Window | None) -> Answer:
    """Whether the operation was by the end of the window; not_applicable where nobody operated."""
    if not seen.operated:
        return Answer.NOT_APPLICABLE
    if clock is Anchor.INDEX_DECOMPRESSION or window is None:
        return Answer.YES
    incision, end = seen.facts.anchors.decompression, _last_day(window)
    if incision is None or end is None:
        return Answer.CANNOT_TELL
    day = timing.days_since(incision, anchors=seen.facts.anchors, anchor=clock)
    if day.lower is not None and day.lower > end:
        return Answer.NO
    return Answer.YES if day.upper is not None and day.upper <= end else Answer.CANNOT_TELL


def _none_there(clock: Anchor, by_then: Answer) -> str:
    """Why there can be no outcome, whoever was examined; empty where there can be one."""
    if by_then is Answer.NOT_APPLICABLE and clock is Anchor.INDEX_DECOMPRESSION:
        return NOT_OPERATED
    return BEFORE_OPERATION if by_then is Answer.NO else ""


def _absence(motor: Picked[Fact], endings: Sequence[Ending], closes: dt.date | None) -> str:
    if motor.candidates or motor.undecided:
        return UNDECIDED
    # an ending that is not certainly before the end of the window explains nothing
    past = [one for one in endings if closes is None or _by(one.when, closes)]
    return past[-1].reason if past else MISSED


def _by(when: Moment, day: dt.date) -> bool:
    latest = when.date_upper or when.date
    return latest is not None and latest <= day


def _closes(facts: Facts, clock: Anchor, window: schedule.Window | None) -> dt.date | None:
    zero, end = facts.anchors.moment(clock), _last_day(window)
    if end is None or zero is None or zero.date is None:
        return None
    return zero.date + dt.timedelta(days=end)


def _last_day(window: schedule.Window | None) -> int | None:
    if window is None or window.target is None or window.analysis is None:
        return None
    return window.target + window.analysis


def _dead(facts: Facts, clock: Anchor, window: schedule.Window | None) -> bool | None:
    if facts.person.get("status") != "died":
        return False
    if window is None:
        return True
    on, end = facts.person.get("died_on"), _last_day(window)
    if on is None or end is None:
        return None
    day = timing.days_since(Moment(date=on), anchors=facts.anchors, anchor=clock)
    if day.upper is not None and day.upper <= end:
        return True
    return False if day.lower is not None and day.lower > end else None


def _says(read: Callable[[Fact], Any]) -> Callable[[Fact], bool]:
    return lambda visit: read(visit) is not None


def _examined(visit: Fact) -> bool:
    """A leg was examined as one: graded, or not testable with the reason."""
    return any(visit.get(column) is not None for column in GRADED)


def _of(picked: Picked[Fact], read: Callable[[Fact], Any]) -> Any:
    """Of the one examination picked; several candidates are not chosen between."""
    return None if picked.exam is None else read(picked.exam)


def _leg(visit: Fact, leg: str) -> int | None:
    return arithmetic(visit.get(f"motor_{leg}_grade"))


def _worst(visit: Fact) -> int | None:
    """0-5; None unless both legs have a grade."""
    right, left = _leg(visit, "right"), _leg(visit, "left")
    return None if right is None or left is None else min(right, left)


def _weaker(right: int | None, left: int | None) -> str | None:
    """The leg with the lower grade at the first examination; None where neither is."""
    if right is None or left is None or right == left:
        return None
    return "right" if right < left else "left"


def _lems(visit: Fact) -> int | None:
    """Of all ten key muscles, 0-50; never from leg grades (CLINICAL.md B)."""
    grades = [visit.get(muscle) for muscle in KEY_MUSCLES]
    return None if None in grades else sum(grades)


def _walks(visit: Fact) -> bool | None:
    return walking.walks_alone(visit.get("walking_fac"), visit.get("walking_walks_alone"))


def _voids(visit: Fact) -> bool | None:
    """None where the method is not recorded or is neither voiding nor a catheter."""
    methods = {visit.get("bladder_method"), visit.get("bladder_method_supplementary")}
    if methods & set(CATHETERS):
        return False
    return True if visit.get("bladder_method") in VOIDING else None
