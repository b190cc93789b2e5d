"""The vocabulary of the medication rules (CLINICAL.md F, and J "Medication").

A rule never doses: it answers yes, no, cannot tell (with what is missing) or not applicable, with
its source and with the values it looked at. Missing is never safe.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from outcomes.reference.records import LimitKind
from outcomes.rules.values import Answer, Finding

SECTION = "CLINICAL.md F"


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A value that a rule looked at, in words ("45 kg"); `on` is its day, None where it has none.

    `name` is a key of outcomes.safety_words.NAMES, as are the names of what is missing.
    """

    name: str
    value: str
    on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Whether a condition holds; what would be needed to tell, and what was looked at."""

    answer: Answer
    missing: tuple[str, ...] = ()
    used: tuple[Used, ...] = ()


ALWAYS = Holds(answer=Answer.YES)
NEVER = Holds(answer=Answer.NO)


def unknown(*missing: str, used: tuple[Used, ...] = ()) -> Holds:
    return Holds(answer=Answer.CANNOT_TELL, missing=missing, used=used)


def known(answer: bool, *used: Used) -> Holds:
    return Holds(answer=Answer.YES if answer else Answer.NO, used=used)


def all_of(conditions: Iterable[Holds]) -> Holds:
    """Together: one that does not hold settles it, whatever the others lack."""
    given = tuple(conditions)
    denied = next((one for one in given if one.answer is Answer.NO), None)
    if denied is not None:
        return denied
    return _joined(given)


def any_of(conditions: Iterable[Holds]) -> Holds:
    """One that holds is enough; no, only where none can hold."""
    given = tuple(conditions)
    holding = next((one for one in given if one.answer is Answer.YES), None)
    if holding is not None:
        return holding
    open_ = tuple(one for one in given if one.answer is Answer.CANNOT_TELL)
    return _joined(open_) if open_ else Holds(answer=Answer.NO, used=_used(given))


def _joined(given: tuple[Holds, ...]) -> Holds:
    """All that hold or may hold, as one."""
    missing = once(name for one in given for name in one.missing)
    answers = {one.answer for one in given}
    answer = Answer.CANNOT_TELL if Answer.CANNOT_TELL in answers else Answer.YES
    return Holds(answer=answer, missing=missing, used=_used(given))


def _used(given: Iterable[Holds]) -> tuple[Used, ...]:
    return tuple(dict.fromkeys(value for one in given for value in one.used))


def once(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in the order of its first mention."""
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyFinding(Finding):
    """What a rule says of a drug.

    `rule` is a key of medications.csv, or one of UNKNOWN and BORDERLINE; `reason` a template
    marked for translation, with its `values`: a tuple holds templates of its own. `courses` are
    the ids of the courses looked at, `others` the names of the drugs it meets. `jurisdiction` names
    the label where labels differ; `not_needed` what is missing and would change nothing.
    """

    drug: str
    rule: str
    kind: LimitKind
    courses: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    used: tuple[Used, ...] = ()
    not_needed: tuple[str, ...] = ()
    jurisdiction: str = ""
    verified: bool = False
