"""Which parts may be entered as "examined today, unchanged", and what such a part then holds.

It saves taps and can manufacture stability. So it copies the last examination of the part, never
the saddle, a measured residual or what a finger in the anus finds, and it is refused remotely, at
the first examination after an operation and while an alert is open. Source: CLINICAL.md G, last
paragraph. What measures, counts or tells of an event since the last visit is not copied either, and
a plan for a retention is named anew, because it quiets an alert until the next visit [POLICY].
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from outcomes.rules.facts import Fact
from outcomes.rules.grades import KEY_MUSCLES
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import Anchors, is_after
from outcomes.rules.values import Answer, Moment

SIDES = ("right", "left")
# by part: the columns that are copied
COPIED: Mapping[str, tuple[str, ...]] = {
    "motor": (
        "motor_basis",
        *(
            f"motor_{side}_{what}"
            for side in SIDES
            for what in (
                "grade",
                "not_testable",
                *(f"muscles_{muscle.lower()}" for muscle in KEY_MUSCLES),
                *(f"muscles_{muscle.lower()}_not_testable" for muscle in KEY_MUSCLES),
            )
        ),
    ),
    "sensation": ("sensation_right", "sensation_left"),
    "bladder": (
        "bladder_dysfunction",
        "bladder_dysfunction_type",
        "bladder_method",
        "bladder_method_supplementary",
        "bladder_awareness",
        "bladder_incontinence",
        "bladder_reliably_catheterised",
        "bladder_collecting_appliance",
        "bladder_unrelated_impairment",
    ),
    "bowel": ("bowel_incontinence", "bowel_constipation", "bowel_ileus", "bowel_frequency"),
    "walking": (
        "walking_walks_alone",
        "walking_fac",
        "walking_aid",
        "walking_braces",
        "walking_wisci",
    ),
    "pain": (
        "pain_back",
        "pain_right_leg",
        "pain_left_leg",
        "pain_period",
        "pain_neuropathic",
        "pain_back_present",
        "pain_right_leg_present",
        "pain_left_leg_present",
    ),
    "spasticity": ("spasticity_present",),
    "wound": (
        "wound_drainage",
        "wound_clear_leak",
        "wound_redness",
        "wound_dehiscence",
        "wound_postural_headache",
        "wound_meningism",
        "wound_pseudomeningocele",
    ),
    "function": ("function_caregiver", "function_transfers", "function_sexual_function"),
}
# what only someone at the bedside can find: strength, touch, tone [POLICY; G names motor]
AT_THE_BEDSIDE = ("motor", "sensation")
# operations that were meant to decompress; cement comes before them
DECOMPRESSING = ("decompression", "revision")


@dataclass(frozen=True, slots=True)
class Why:
    """Why a part may not be entered as unchanged; `message` says what to do instead."""

    code: str
    message: str


ALERT_OPEN = Why(
    "alert_open", _("An alert of this patient is open: examine again and enter what you find.")
)
REMOTE = Why(
    "remote", _("This cannot be examined remotely, so it cannot be found unchanged: leave it out.")
)
MODE_UNKNOWN = Why(
    "mode_unknown", _("Say that the visit was in person: remotely this cannot be examined.")
)
NOTHING = Why(
    "nothing_to_copy",
    _("There is no earlier examination of this part: enter what you find."),
)
ORDER = Why(
    "order_unclear",
    _("It cannot be told which examination was the last: enter what you find."),
)
AFTER_SURGERY = Why(
    "first_after_surgery",
    _("This is the first examination of this part after an operation: enter what you find."),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """The last examination of a part and the columns copied from it, or why none are."""

    source: Fact | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is known beside the new visit; `visits` and `procedures` in the order of time."""

    visits: Sequence[Fact]
    procedures: Sequence[Fact] = ()
    anchors: Anchors
    alert_open: bool = False


def offers(course: Course, *, id: str, when: Moment, mode: str | None) -> dict[str, Offer]:
    """For each part what a visit at `when` may copy; `id` is its own, where it is recorded."""
    return {part: offer(part, course, id=id, when=when, mode=mode) for part in COPIED}


def offer(part: str, course: Course, *, id: str, when: Moment, mode: str | None) -> Offer:
    """What may be copied for one part, or the first reason why nothing is."""
    if course.alert_open:
        return Offer(why=ALERT_OPEN)
    if part in AT_THE_BEDSIDE and mode != "in_person":
        return Offer(why=REMOTE if mode == "remote" else MODE_UNKNOWN)
    source, unclear = last_examination(part, course, id=id, when=when)
    if unclear or source is None:
        return Offer(why=ORDER if unclear else NOTHING)
    if not _after_every_operation(source, course, when):
        return Offer(why=AFTER_SURGERY)
    return Offer(source=source, values=copied(part, source))


def copied(part: str, source: Fact) -> dict[str, Any]:
    """The columns of a part that are copied, as they stand in an examination."""
    return {name: source.get(name) for name in COPIED[part] if source.get(name) is not None}


def last_examination(
    part: str, course: Course, *, id: str, when: Moment
) -> tuple[Fact | None, bool]:
    """The last earlier visit with something to copy, and whether the order of any is unclear."""
    orders = [
        (visit, _is_later(visit.when, when, course.anchors))
        for visit in course.visits
        if visit.id != id and copied(part, visit)
    ]
    unclear = any(later is Answer.CANNOT_TELL for _visit, later in orders)
    earlier = [visit for visit, later in orders if later is Answer.NO]
    return (earlier[-1] if earlier else None), unclear


def seen_as(source: Fact) -> str:
    """An examination as a page showed it; another one once it is amended."""
    return f"{source.id} {source.version}"


def last_values(
    visits: Iterable[Fact], columns: Iterable[str], *, id: str, when: Moment, anchors: Anchors
) -> dict[str, Fact]:
    """For each column the last visit, not certainly later than `when`, that has a value in it."""
    names = tuple(columns)
    found: dict[str, Fact] = {}
    for visit in visits:
        if visit.id != id and _is_later(visit.when, when, anchors) is not Answer.YES:
            found |= {name: visit for name in names if visit.get(name) is not None}
    return found


def entered_unchanged(visit: Fact) -> Iterator[str]:
    """The parts of a visit that were entered in this way."""
    return (part for part in COPIED if visit.get(f"{part}_unchanged"))


def unmatched(course: Course) -> Iterator[tuple[Fact, str, Fact | None]]:
    """Each visit and part that was copied and would not be so today, with what it would copy: other
    values, nothing, or what was found before an operation."""
    for visit in course.visits:
        known = [v for v in course.visits if not _recorded_after(v, visit)]
        before = replace(course, visits=known)
        for part in entered_unchanged(visit):
            source, unclear = last_examination(part, before, id=visit.id, when=visit.when)
            if not (_matches(part, visit, source, before) if source else unclear):
                yield visit, part, source


def _recorded_after(other: Fact, visit: Fact) -> bool:
    """Of one day without both times, whether it was not there yet to be copied."""
    untimed = other.when.time is None or visit.when.time is None
    same_day = other.when.date is not None and other.when.date == visit.when.date
    return same_day and untimed and other.order > visit.order


def _matches(part: str, visit: Fact, source: Fact, course: Course) -> bool:
    same = copied(part, source) == copied(part, visit)
    return same and _after_every_operation(source, course, visit.when)


def _is_later(first: Moment, second: Moment, anchors: Anchors) -> Answer:
    """Of one day without both times, what is recorded already was the earlier."""
    later = is_after(first, second, anchors=anchors)
    exact = not any((first.date_lower, first.date_upper, second.date_lower, second.date_upper))
    if later is Answer.CANNOT_TELL and exact and first.date and first.date == second.date:
        return Answer.NO
    return later


def _after_every_operation(source: Fact, course: Course, when: Moment) -> bool:
    """Whether no operation lies, or may lie, between the last examination and this one."""
    before = [
        operation
        for operation in course.procedures
        if is_after(operation.when, when, anchors=course.anchors) is not Answer.YES
    ]
    decompressed = any(operation.get("kind") in DECOMPRESSING for operation in before)
    return all(_clear(source, operation, decompressed, course) for operation in before)


def _clear(source: Fact, operation: Fact, decompressed: bool, course: Course) -> bool:
    after = is_after(source.when, operation.when, anchors=course.anchors)
    # cement of unknown time came before the decompression that is looked at as well
    if decompressed and operation.get("kind") not in DECOMPRESSING:
        return after is not Answer.NO
    return after is Answer.YES
