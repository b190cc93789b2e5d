"""Sustained recovery, and how following a person ended, as the comparison counts them.

Recovery to a grade is sustained where two examinations in a row after the operation show it
(CLINICAL.md I); an event between two examinations is known only to lie between them.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from outcomes.rules.facts import Fact
from outcomes.rules.grades import MAX_GRADE
from outcomes.rules.values import Span

Worst = Callable[[Fact], int | None]
"""The grade of the worse leg, 0-5; None unless both legs have one."""
Recovery = dict[str, list[float | None]]
"""By grade: after which day since decompression and by which; None for not by the last one."""


@dataclass(frozen=True, slots=True)
class Course:
    """The examinations after the index decompression with a grade of the worse leg, in order.

    Each as (earliest day, latest day, grade); `times` are their times of day, None where unknown.
    """

    exams: tuple[tuple[float, float, int], ...]
    times: tuple[dt.time | None, ...] = ()

    @property
    def ordered(self) -> bool:
        """Whether each examination certainly came before the next; on one day, by their times."""
        times = self.times or (None,) * len(self.exams)
        return all(
            a[1] < b[0] or (a[:2] == b[:2] and a[0] == a[1] and _earlier(at, then))
            for (a, at), (b, then) in pairwise(zip(self.exams, times, strict=True))
        )


def course_of(visits: Sequence[Fact], worst: Worst) -> Course:
    """Those without bounds of their day are left out: they cannot be placed."""
    told = [(_bounds(visit.day), visit.when.time, worst(visit)) for visit in visits]
    exams = sorted(
        (*day, str(time or ""), grade, time)
        for day, time, grade in told
        if day is not None and grade is not None and day[0] > 0
    )
    return Course(
        tuple((lower, upper, grade) for lower, upper, _at, grade, _time in exams),
        tuple(exam[-1] for exam in exams),
    )


def recovery(course: Course, before: int | None) -> Recovery:
    """For each grade above the one `before` the operation, when it was reached and sustained.

    Empty where the grade before is not known, where the order of the examinations is not, or
    where there are none: such a person says nothing of the time to recovery.
    """
    if before is None or not course.exams or not course.ordered:
        return {}
    return {str(g): _reached(course, g) for g in range(before + 1, MAX_GRADE + 1)}


def _reached(course: Course, grade: int) -> list[float | None]:
    below = 0.0
    for this, following in pairwise(course.exams):
        if this[2] >= grade and following[2] >= grade:
            return [below, this[1]]
        if this[2] < grade:
            below = this[0]
    last = course.exams[-1]
    return [last[0] if last[2] < grade else below, None]


def sustained(course: Course, day: Span, worst: int | None) -> tuple[int | None, int | None]:
    """Of an examination: the grade that is certainly sustained there, and the one that may be.

    The second is the higher where no later examination has shown yet whether it lasts.
    """
    bounds = _bounds(day)
    if worst is None or bounds is None or not course.ordered:
        return None, None
    place = next((i for i, e in enumerate(course.exams) if e[:2] == bounds), None)
    if place is None:
        return None, None
    beside = [e[2] for i, e in enumerate(course.exams) if abs(i - place) == 1]
    certain = min(worst, max(beside, default=-1))
    is_last = place == len(course.exams) - 1
    return (certain if certain >= 0 else None), (worst if is_last else certain)


def _earlier(time: dt.time | None, other: dt.time | None) -> bool:
    return time is not None and other is not None and time < other


def _bounds(day: Span) -> tuple[float, float] | None:
    return None if day.lower is None or day.upper is None else (day.lower, day.upper)
