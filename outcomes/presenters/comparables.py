"""One patient among comparable ones, in words: counts and an exact sentence, never a prediction."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.comparison.comparables import (
    NOT_OPERATED,
    NOTHING_KNOWN,
    PUBLISHED,
    Comparables,
    Course,
    Point,
)
from outcomes.figures.base import Translate, when_words
from outcomes.figures.comparison import comparables as figure
from outcomes.figures.comparison.flow import STATES
from outcomes.figures.percents import percent
from outcomes.presenters.comparison import SYNTHETIC
from outcomes.presenters.comparison_following import Count, window_words
from outcomes.presenters.comparison_words import counted
from outcomes.rules.cohort_analysis import PRESET
from outcomes.rules.cohort_comparables import Criterion, Reached, Spread
from outcomes.rules.cohort_following import NOT_EXAMINED
from outcomes.rules.cohort_summary import DIED
from outcomes.rules.schedule import default_windows
from outcomes.rules.text import gettext_noop as _

WHY_NONE = {
    PUBLISHED: _("A published case is never set beside people of the registry."),
    NOT_OPERATED: _(
        "No decompression is recorded. People who were operated on are never set beside people "
        "who were not: an operation needs survival until then."
    ),
    NOTHING_KNOWN: _(
        "Neither the first grade of the worse leg nor the age nor the timing is known of this "
        "patient: nobody can be called comparable."
    ),
}
TIMING_WORDS = {
    "day": _("decompressed within 24 h of the cement"),
    "over_a_day": _("decompressed more than 24 h after the cement"),
}
MATCHED = {
    "first_worst": _("first grade of the worse leg {value}"),
    "age_band": _("{value} years old"),
}
UNMATCHED = {
    "first_worst": _("First grade of the worse leg: not known of this patient, so not asked for."),
    "age_band": _("Age: this patient’s decade is not certain, so not asked for."),
    "timing": _(
        "Timing: not known of this patient, or not on either side of 24 h, so not asked for."
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A window or a person, and the cells of their row."""

    words: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    headers: tuple[str, ...]
    lines: tuple[Line, ...]


def matched(criteria: Sequence[Criterion], t: Translate) -> list[str]:
    """What all have in common, in words."""
    return [
        t(TIMING_WORDS[str(one.value)])
        if one.name == "timing"
        else t(MATCHED[one.name]).format(value=one.value)
        for one in criteria
        if one.value is not None
    ]


def unmatched(criteria: Sequence[Criterion], t: Translate) -> list[str]:
    """What could not be asked for, each with why."""
    return [t(UNMATCHED[one.name]) for one in criteria if one.value is None]


def sentences(found: Comparables, t: Translate) -> list[str]:
    """How many there are, how many were followed to twelve months, and the exact sentence."""
    if not found.people and found.origin == SYNTHETIC:
        return [t(_("No comparable patient among the made-up people."))]
    if not found.people:
        return [t(_("No comparable patient whose record you may open."))]
    told = [t(_("Comparable patients: {n}.")).format(n=found.people)]
    if found.people < PRESET:
        few = _("Fewer than {n}: shown one by one, with counts and an exact share only.")
        told.append(t(few).format(n=PRESET))
    return told + ([_reached(found.reached, t)] if found.reached else [])


def _reached(reached: Reached, t: Translate) -> str:
    if reached.interval is None:
        return t(_("None of them has an outcome at 12 months yet."))
    said = counted(
        reached.count.n,
        _(
            "At 12 months {k} of 1 comparable patient ended at grade {grade} or better, where this "
            "patient’s worse leg was last graded; exact 95 % interval {interval}."
        ),
        _(
            "At 12 months {k} of {n} comparable patients ended at grade {grade} or better, where "
            "this patient’s worse leg was last graded; exact 95 % interval {interval}."
        ),
    )
    return t(said).format(
        k=reached.count.k,
        n=reached.count.n,
        grade=reached.grade,
        interval=percent(reached.interval),
    )


def grid(spreads: Sequence[Spread], told: Count, t: Translate) -> Grid:
    """By window the counts of each grade, deaths, who was not examined, and of how many due."""
    rows = [
        (t(_("grade {n}")).format(n=grade), [told(one.grades[grade]) for one in spreads])
        for grade in figure.GRADES
    ]
    rows += [
        (t(STATES[kind][0]), [told(one.states[kind]) for one in spreads])
        for kind in (DIED, *NOT_EXAMINED)
        if kind == DIED or any(one.states[kind] != 0 for one in spreads)
    ]
    of_due = [t(_("{k} of {n}")).format(k=told(one.followed), n=told(one.due)) for one in spreads]
    rows.append((t(_("examined or died, of those due")), of_due))
    lines = tuple(Line(words, tuple(cells)) for words, cells in rows)
    return Grid(tuple(window_words(one.window, t) for one in spreads), lines)


def cases(courses: Sequence[Course], windows: Sequence[str], t: Translate) -> Grid:
    """Each comparable person with what was found at each window."""
    lines = (
        Line(
            t(_("Person {number}")).format(number=one.number),
            tuple(_found(one, window, t) for window in windows),
        )
        for one in courses
    )
    return Grid(tuple(window_words(window, t) for window in windows), tuple(lines))


def _found(course: Course, window: str, t: Translate) -> str:
    if window in course.dead_at:
        return t(STATES[DIED][0])
    point = course.points.get(window)
    if point is None or point.grade is None:
        return "–"
    grade = t(_("grade {n}")).format(n=point.grade)
    return f"{grade}, {when_words(point.day, None, t)}"


# --- the figure -----------------------------------------------------------------------------------


def own(points: Sequence[Point]) -> figure.Own:
    return [(point.day, point.grade) for point in points]


def spreads(spreads: Sequence[Spread], t: Translate) -> list[figure.Spread]:
    targets = {window.kind: window.target or 0 for window in default_windows()}
    return [
        figure.Spread(
            window=window_words(one.window, t),
            day=targets[one.window],
            counts=one.grades,  # type: ignore[arg-type]
            dead=one.dead,
            examined=one.examined,
            of=one.people,
        )
        for one in spreads
    ]


def lines(courses: Sequence[Course]) -> figure.Lines:
    """Those of people with at least one examination whose day is known."""
    found = (
        [(p.day.best, p.grade) for p in one.points.values() if p.day.best is not None]
        for one in courses
    )
    return [line for line in found if line]  # type: ignore[misc]
