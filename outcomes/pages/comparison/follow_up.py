"""Who was followed, who was lost and why: a flow diagram, and what is missing by timing group."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.comparison.following import Following, following
from outcomes.comparison.population import Population
from outcomes.figures.base import Figure
from outcomes.figures.comparison.flow import flow, missingness
from outcomes.figures.theme import Size
from outcomes.pages import reader
from outcomes.pages.cards import Card, card
from outcomes.pages.comparison.asking import asking, form, stamp
from outcomes.pages.comparison.frame import show
from outcomes.presenters import comparison, comparison_following
from outcomes.presenters.comparison_following import Count, exactly, roughly
from outcomes.rules.cohort_following import Flow
from patients import audit


@require_safe
@asking()
def follow_up(request: HttpRequest, population: Population) -> HttpResponse:
    found = following(population)
    audit.record(by=reader(request), action="comparison.follow_up")
    question = population.question
    context = form(question) | {
        "found": found,
        "cards": _cards(found.open, found, exactly),
        "others": found.others and _cards(found.others, found, roughly(gettext), "-others"),
        "sentences": comparison_following.sentences(found, gettext),
        "reasons": comparison_following.reasons(found.open, question, gettext),
        "analysed": comparison.analysed(found, gettext),
        "shares": comparison.shares(found.analysis, question, gettext),
    }
    return show(request, "surgeon/follow_up.html", stamp(population, found.version), context)


def _cards(told: Flow, found: Following, count: Count, suffix: str = "") -> list[Card]:
    return [card(draw) for draw in drawn(told, found, count, suffix)]


def drawn(
    told: Flow, found: Following, count: Count, suffix: str = ""
) -> list[Callable[[Size], Figure]]:
    """Both figures, to be drawn for a size; `suffix` keeps those of others apart on one page."""
    steps = comparison_following.steps(told, found.question, count, gettext)
    windows = comparison_following.windows(told, found.question, gettext)

    def named(figure: Figure) -> Figure:
        return replace(figure, name=f"{figure.name}{suffix}")

    def ways(size: Size) -> Figure:
        return named(flow(steps, size=size, t=gettext))

    def missing(size: Size) -> Figure:
        return named(missingness(windows, size=size, t=gettext))

    return [ways, missing]
