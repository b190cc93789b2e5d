"""The published cases: individuals and counts, nothing that a sample would be needed for."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes import charts, comparison_charts
from outcomes.figures.base import Figure
from outcomes.figures.published_cases import published_cases
from outcomes.figures.theme import Size
from outcomes.pages.cards import Card, card
from outcomes.pages.comparison.frame import Stamp, comparing, show
from outcomes.presenters import published as presented
from outcomes.rules.literature import Asked, count
from outcomes.rules.text import gettext_noop as _

SHOWN = {
    Asked.DOC: _("The case report alone"),
    Asked.ABSTRACTS: _("With abstracts of the originals and further cases"),
}
WHICH = {
    Asked.DOC: _("cases as the report reviewed them, not all there are"),
    Asked.ABSTRACTS: _("cases of the report and those found since, not all there are"),
}


@require_safe
@comparing
def published(request: HttpRequest) -> HttpResponse:
    """`?layers=abstracts` adds what abstracts say; anything else is the case report alone."""
    asked = Asked.ABSTRACTS if request.GET.get("layers") == Asked.ABSTRACTS else Asked.DOC
    context = {
        "abstracts": asked is Asked.ABSTRACTS,
        "choices": _choices(request, asked),
        "cases": presented.cases(asked, gettext),
        "counts": presented.counts(count(asked.cases, asked.layers), gettext),
        "conflicts": presented.told_conflicts(gettext),
        "sources": presented.cited(asked),
        "cards": _cards(asked),
    }
    stamp = Stamp(filter=(gettext(SHOWN[asked]), gettext(WHICH[asked])))
    return show(request, "surgeon/published.html", stamp, context)


def _cards(asked: Asked) -> list[Card]:
    """The figures of the cases, each drawn from the layers asked for."""
    cases = [charts.published_case(case, gettext, asked.layers) for case in asked.cases]

    def slopes(size: Size) -> Figure:
        return published_cases(cases, size=size, t=gettext)

    timed = comparison_charts.published(asked, gettext)
    return [card(slopes), card(partial(timed, theme="light"))]


def _choices(request: HttpRequest, asked: Asked) -> list[dict[str, object]]:
    """Each way to ask, with the rest of the filter kept."""
    choices = []
    for one, words in SHOWN.items():
        query = request.GET.copy()
        query["layers"] = one
        choices.append(
            {"words": gettext(words), "query": query.urlencode(), "current": one is asked}
        )
    return choices
