"""Outcome against the time to decompression: counts, points and exact shares at once."""

from dataclasses import replace
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes import comparison_charts
from outcomes.comparison import answer
from outcomes.comparison.funnel import funnel
from outcomes.comparison.population import Population
from outcomes.pages import reader
from outcomes.pages.cards import card
from outcomes.pages.comparison.asking import asking, form, stamp
from outcomes.pages.comparison.frame import show
from outcomes.presenters import comparison as presented
from outcomes.presenters import comparison_following
from outcomes.rules.cohort_question import Question
from patients import audit


@require_safe
@asking()
def timing(request: HttpRequest, population: Population) -> HttpResponse:
    found = answer(population)
    audit.record(by=reader(request), action="comparison.view", patient_ids=found.ids)
    question = population.question
    drawn = comparison_charts.figures(found, gettext)
    context = form(question) | {
        "rows": presented.rows(funnel(population, found.others), question, gettext),
        "found": found,
        "cards": {
            name: card(
                partial(draw, theme="light"),
                f"{reverse('api-comparison-figure', args=[name])}?{question.address()}",
            )
            for name, draw in drawn.items()
        },
        "sentences": presented.sentences(found.analysis, question, gettext),
        "missing": comparison_following.sentences(found, gettext),
        "shares": presented.shares(found.analysis, question, gettext),
        "analysed": presented.analysed(found, gettext),
        "others_win": found.others_win and presented.of_others(found.others_win, question, gettext),
        "sensitivity": _beside(question),
    }
    return show(request, "surgeon/timing.html", stamp(population, found.version), context)


def _beside(question: Question) -> list[dict[str, str]]:
    """The same people asked otherwise, to see whether the answer hangs on how it was asked."""
    others = {
        gettext("The leg that was weaker at first, fixed"): replace(question, outcome="weaker_leg"),
        gettext("Counted from the cement"): replace(question, clock="cement"),
        gettext("Hours since the first deficit"): replace(question, exposure="first_deficit"),
    }
    return [
        {"words": words, "address": f"{reverse('comparison')}?{other.address()}"}
        for words, other in others.items()
        if other != question
    ]
