"""Reading the question of a view from its address, and the form that asks another."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from outcomes.comparison import limits_of
from outcomes.comparison.population import Population
from outcomes.pages import reader
from outcomes.pages.comparison.frame import EVERYWHERE, Stamp, comparing, show
from outcomes.presenters import comparison_question as words
from outcomes.presenters.comparison_words import limits
from outcomes.rules import cohort_question
from outcomes.rules.cohort_question import NoSuchQuestion, Question

View = Callable[[HttpRequest, Population], HttpResponse]


def asking(*own: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view of the comparison at the question of its address; `own` are parameters beside it.

    What is no question answers 400 with the form, and says which value was none. A form that was
    left half empty leads to the short address, the one to send to somebody.
    """
    own = (*EVERYWHERE, *own)

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @comparing
        @wraps(view)
        def inner(request: HttpRequest) -> HttpResponse:
            sent = {name: str(v) for name, v in request.GET.items() if name not in own}
            try:
                question = cohort_question.read(sent)
            except NoSuchQuestion as none:
                return _no_question(request, none)
            if request.method == "GET" and "" in sent.values():
                beside = {name: v for name in own if (v := request.GET.get(name))}
                query = urlencode(question.parameters() | beside)
                return redirect(f"{request.path}?{query}" if query else request.path)
            population = Population(reader(request), question, timezone.now())
            return view(request, population)

        return inner

    return decorate


def form(question: Question) -> dict[str, Any]:
    """What surgeon/question.html needs, and the limits of the answer."""
    return {
        "question": question,
        "told": words.told(question, gettext),
        "groups": words.form(question, gettext),
        "synthetic": question.origin == "synthetic",
        "limits": limits(gettext, limits_of(question)),
    }


def stamp(population: Population, data_version: str) -> Stamp:
    """Of a view that tells of a population at its question."""
    told = tuple(words.told(population.question, gettext))
    return Stamp(filter=told, data_version=data_version, on=population.on)


def _no_question(request: HttpRequest, none: NoSuchQuestion) -> HttpResponse:
    known = none.name in cohort_question.parameters()
    plain = gettext("{name} has no such value. Choose one below.")
    strange = gettext("There is nothing to choose called “{name}”. Choose below.")
    name = words.name(none.name, gettext) if known else none.name
    problem = (plain if known else strange).format(name=name)
    # the form and the tabs keep what was a choice, and not the mistake
    question = _what_is_one(request)
    request.GET = QueryDict(question.address())
    context = form(question) | {"problem": problem}
    answer = show(request, "surgeon/no_question.html", Stamp(filter=()), context)
    answer.status_code = 400
    return answer


def _what_is_one(request: HttpRequest) -> Question:
    """The question without the parameters and values that are none."""
    known = cohort_question.parameters()
    sent = {name: str(value) for name, value in request.GET.items()}
    return cohort_question.read({n: v for n, v in sent.items() if v in known.get(n, ())})
