"""What consent stands on a date, from the decisions that were recorded. Plain Python.

A decision takes effect on its date. Where only bounds of it are known the reading is cautious:
`given` counts from the latest possible day, `withdrawn` from the earliest. Of those in effect the
latest holds, on one day the one recorded later. Not recorded is neither given nor withdrawn.
`patients.querysets` asks the same of the database.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    CARE = "care"
    RESEARCH = "research"
    PUBLICATION = "publication"


class Standing(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One recorded decision; `position` is its place in the order of recording.

    The dates are as in `Moment`, all None where there is only a timing. `written_on` is the civil
    date of recording, by which whatever was recorded had happened.
    """

    purpose: Purpose
    standing: Standing
    written_on: dt.date
    position: int
    date: dt.date | None = None
    date_lower: dt.date | None = None
    date_upper: dt.date | None = None
    entered_in_error: bool = False


def standing(decisions: Iterable[Decision], purpose: Purpose, on: dt.date) -> Standing:
    """What stands for a purpose on a day: given, withdrawn or not recorded."""
    in_effect = [
        decision
        for decision in decisions
        if decision.purpose == purpose
        and not decision.entered_in_error
        and effective_from(decision) <= on
    ]
    if not in_effect:
        return Standing.NOT_RECORDED
    return max(in_effect, key=lambda d: (effective_from(d), d.position)).standing


def effective_from(decision: Decision) -> dt.date:
    """The first day a decision counts; what leaves its day open counts once it was written."""
    if decision.standing is Standing.WITHDRAWN:
        return _earliest(decision)
    return _latest(decision)


def _earliest(decision: Decision) -> dt.date:
    known = decision.date_lower or decision.date
    if known is None and decision.date_upper is not None:
        return min(decision.date_upper, decision.written_on)
    return known or decision.written_on


def _latest(decision: Decision) -> dt.date:
    open_ended = decision.date_lower is not None and decision.date_upper is None
    known = None if open_ended else decision.date_upper or decision.date
    return known or decision.written_on


def intervals(
    decisions: Iterable[Decision], purpose: Purpose
) -> list[tuple[dt.date, dt.date | None]]:
    """The days on which consent stands as given, in order: from, until (exclusive; None: on)."""
    told = [one for one in decisions if one.purpose == purpose and not one.entered_in_error]
    days = sorted({effective_from(one) for one in told})
    found: list[tuple[dt.date, dt.date | None]] = []
    for day in days:
        given = standing(told, purpose, day) is Standing.GIVEN
        running = bool(found) and found[-1][1] is None
        if given and not running:
            found.append((day, None))
        elif running and not given:
            found[-1] = (found[-1][0], day)
    return found
