"""Every figure of an answer by the name it leaves the product under."""

from collections.abc import Callable

from django.utils.translation import gettext

from outcomes import comparison_charts
from outcomes.actions import cohort_jobs
from outcomes.comparison import Comparison
from outcomes.comparison.counting import count
from outcomes.comparison.export import coarsened
from outcomes.comparison.following import following
from outcomes.comparison.population import Population
from outcomes.comparison.recovery import recovery
from outcomes.figures.base import Figure
from outcomes.pages.comparison import follow_up
from outcomes.pages.comparison.recovery import at_grade, curves_of, states_of
from outcomes.presenters.comparison_following import exactly, roughly

Draw = Callable[[], Figure]


def drawings(population: Population, found: Comparison, grade: int) -> dict[str, Draw]:
    """Each to be drawn wide and light; hours of few as a band. `grade` is what counts as
    recovered. What is not computed yet has none."""
    drawn: dict[str, Draw] = {
        name: _wide(draw)
        for name, draw in comparison_charts.figures(coarsened(found), gettext).items()
    }
    for group in recovery(population, count(population)).groups(grade):
        drawn[f"states-{group.timing.value}"] = _sized(states_of(group, grade))
    drawn |= _of_following(population)
    job = cohort_jobs.ready(population)
    if job is not None and (curves := curves_of(at_grade(job, grade))):
        drawn["recovery"] = _sized(curves)
    return drawn


def _of_following(population: Population) -> dict[str, Draw]:
    found = following(population)
    told = follow_up.drawn(found.open, found, exactly)
    if found.others is not None:
        told += follow_up.drawn(found.others, found, roughly(gettext))
    names = ("flow", "missing", "flow-others", "missing-others")
    return {name: _sized(draw) for name, draw in zip(names, told, strict=False)}


def _wide(draw: comparison_charts.Draw) -> Draw:
    return lambda: draw("wide", "light")


def _sized(draw: Callable[..., Figure]) -> Draw:
    return lambda: draw("wide")
