"""From an answer of the comparison to figures; page, exports and reports draw the same ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from outcomes.comparison import Comparison
from outcomes.figures.base import Figure, Origin, Translate
from outcomes.figures.comparison.bins import Cell, timing_bins
from outcomes.figures.comparison.cases import Case
from outcomes.figures.comparison.endings import Ending, endings
from outcomes.figures.comparison.people import DIED
from outcomes.figures.comparison.scale import Scale
from outcomes.figures.comparison.timing import timing
from outcomes.figures.theme import Size, Theme
from outcomes.presenters import comparison_question
from outcomes.presenters.comparison_question import SINCE
from outcomes.rules import cohort_protected
from outcomes.rules.cohort import derived
from outcomes.rules.cohort_analysis import DEAD, Alike
from outcomes.rules.cohort_question import GRADES, Question
from outcomes.rules.cohort_summary import OVER_A_DAY, Band
from outcomes.rules.literature import Asked, hours
from outcomes.rules.recovery import Evidence
from outcomes.rules.text import gettext_noop as _


class Draw(Protocol):
    def __call__(self, size: Size, theme: Theme) -> Figure: ...


AT_LAST = _("Worst leg, MRC grade, when last reported, at no stated time")
# the two groups of the analysis
EARLY, LATER = _("24 h or less"), _("more than 24 h")


def figures(found: Comparison, t: Translate) -> dict[str, Draw]:
    """Those of this answer by name, each to be drawn for a size and theme."""
    drawn = {
        "timing": _timing(found, t),
        "endings": _endings(found, t),
        "published": published(Asked.DOC, t),
    }
    if found.others is not None and found.others.cells:
        drawn["others"] = _others(found, t)
    return {name: _named(name, draw) for name, draw in drawn.items()}


def _named(name: str, draw: Draw) -> Draw:
    return lambda size, theme: replace(draw(size, theme), name=name)


def _timing(found: Comparison, t: Translate) -> Draw:
    question, since = found.question, t(SINCE[found.question.exposure])
    scale = comparison_question.scale(question, t)
    if found.people is None:
        cells = [_cell(cell) for cell in found.cells]
        return lambda size, theme: timing_bins(
            cells, scale=scale, since=since, theme=theme, size=size, t=t
        )
    cases = [
        Case(
            name=t(_("Person {number}")).format(number=person.number),
            hours=person.hours,
            operated=person.operated,
            value=person.outcome,
            dead=person.died and not person.no_weaker_leg,
            origin=Origin(person.origin),
            note=_first(person.first_worst_leg, t),
        )
        for person in found.people
    ]
    return lambda size, theme: timing(cases, scale=scale, since=since, theme=theme, size=size, t=t)


def _first(grade: int | None, t: Translate) -> str:
    if grade is None:
        return t(_("first grade of the worse leg not known"))
    return t(_("worse leg at first: {grade}")).format(grade=grade)


def _cell(cell: Alike) -> Cell:
    dead = cell.outcome == DEAD
    return Cell(
        band=cell.band.value,
        value=None if dead else cell.outcome,
        dead=dead,
        people=cell.people,
    )


def _others(found: Comparison, t: Translate) -> Draw:
    """Of records the reader may not open: counts rounded to five, few ones hidden."""
    question, told = found.question, found.others
    scale = comparison_question.scale(question, t)
    cells = [
        Cell(
            band=cell.band.value,
            value=None if cell.step == DEAD else cell.step,
            dead=cell.step == DEAD,
            people=cell.people,
        )
        for cell in (told.cells if told else ())
    ]
    since = t(SINCE[question.exposure])
    return lambda size, theme: timing_bins(
        cells, scale=scale, since=since, theme=theme, size=size, t=t
    )


def _endings(found: Comparison, t: Translate) -> Draw:
    """How the two groups of the analysis ended, of those who may be told of exactly."""
    scale = comparison_question.scale(found.question, t)
    groups = [
        _ending(t(words), [cell for cell in found.cells if cell.band in bands], found.question,
                scale, t)
        for words, bands in ((EARLY, (Band.DAY,)), (LATER, OVER_A_DAY))
    ]  # fmt: skip
    groups = [group for group in groups if group.of]
    return lambda size, theme: endings(groups, theme=theme, size=size, t=t)


def _ending(
    words: str, cells: Sequence[Alike], question: Question, scale: Scale, t: Translate
) -> Ending:
    steps = (DEAD, question.scale.low, *question.scale.cuts)
    counts = tuple(
        (
            t(DIED) if step == DEAD else _step_words(step, question, scale, t),
            cohort_protected.people_of(
                cell
                for cell in cells
                if cell.outcome is not None
                and (cell.outcome if cell.outcome == DEAD else question.scale.step(cell.outcome))
                == step
            ),
        )
        for step in steps
    )
    return Ending(group=words, counts=counts, of=cohort_protected.people_of(cells))


def _step_words(step: int, question: Question, scale: Scale, t: Translate) -> str:
    """The value, or the first and the last of a step that holds several."""
    if question.scale == GRADES:
        return t(_("grade {n}")).format(n=step)
    values = (question.scale.low, *question.scale.cuts)
    following = next((cut for cut in values if cut > step), question.scale.high + 1)
    if following - step > 1:
        return f"{step}–{following - 1}"
    return scale.words(step)


def published(asked: Asked, t: Translate) -> Draw:
    """The published cases, as these layers tell of them: the worse leg when last reported, at no
    stated time."""
    cases = [
        Case(
            name=f"{case.id} {case.label}",
            hours=hours(case, asked.layers),
            operated=(cell := case.cell("operated", layers=asked.layers)) is None
            or cell.value is not False,
            value=(found := derived(case, layers=asked.layers)).worst_leg_final,
            dead=False,
            origin=Origin.PUBLISHED,
            in_words=found.evidence is Evidence.DESCRIPTIVE,
        )
        for case in asked.cases
    ]
    scale = replace(comparison_question.scale(Question(), t), title=t(AT_LAST))
    since = t(SINCE["cement"])
    return lambda size, theme: timing(cases, scale=scale, since=since, theme=theme, size=size, t=t)
