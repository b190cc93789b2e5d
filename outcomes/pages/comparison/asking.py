"""Reading the question of a view from its address, and the form that asks another."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from outcomes.comparison.population import Population
from outcomes.pages import reader
from outcomes.pages.comparison.frame import Stamp, comparing, show
from outcomes.presenters import comparison_question as words
from outcomes.rules import cohort_question
from outcomes.rules.cohort_question import NoSuchQuestion, Question

View = Callable[[HttpRequest, Population], HttpResponse]


def asking(*own: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view of the comparison at the question of its address; `own` are parameters beside it.

    What is no question answers 400 with the form, and says which value was none.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @comparing
        @wraps(view)
        def inner(request: HttpRequest) -> HttpResponse:
            sent = {name: str(v) for name, v in request.GET.items() if name not in own}
            try:
                question = cohort_question.read(sent)
            except NoSuchQuestion as none:
                return _no_question(request, none)
            population = Population(reader(request), question, timezone.now())
            return view(request, population)

        return inner

    return decorate


def form(question: Question) -> dict[str, Any]:
    """What surgeon/question.html needs."""
    return {
        "question": question,
        "told": words.told(question, gettext),
        "groups": words.form(question, gettext),
        "synthetic": question.origin == "synthetic",
    }


def _no_question(request: HttpRequest, none: NoSuchQuestion) -> HttpResponse:
    known = none.name in cohort_question.parameters()
    plain = gettext("{name} has no such value. Choose one below.")
    strange = gettext("There is nothing to choose called “{name}”. Choose below.")
    name = words.name(none.name, gettext) if known else none.name
    problem = (plain if known else strange).format(name=name)
    # the tabs lead to the plain question, not to the same mistake
    request.GET = QueryDict()
    stamp = Stamp(filter=())
    answer = show(
        request, "surgeon/no_question.html", stamp, {**form(Question()), "problem": problem}
    )
    answer.status_code = 400
    return answer
