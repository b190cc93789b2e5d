"""Recovery over time, and outcome against hours: counts at once, the rest when computed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.actions import cohort_jobs
from outcomes.comparison import data_version
from outcomes.comparison.computed import steps_of
from outcomes.comparison.counting import count
from outcomes.comparison.population import Population
from outcomes.comparison.recovery import Recovered
from outcomes.comparison.recovery import recovery as recovered
from outcomes.figures.comparison.recovery_time import recovery_time
from outcomes.figures.comparison.states import states
from outcomes.models import CohortJob
from outcomes.pages import reader
from outcomes.pages.cards import Card, card
from outcomes.pages.comparison.asking import asking, form
from outcomes.pages.comparison.frame import Stamp, show
from outcomes.presenters import comparison_question
from outcomes.presenters import comparison_recovery as presented
from outcomes.rules.cohort_states import AGAINST_GRAVITY, GRADES, GroupStates
from patients import audit


@require_safe
@asking("grade")
def recovery(request: HttpRequest, population: Population) -> HttpResponse:
    """`?grade=` 1-5 is what counts as recovered; anything else is against gravity."""
    counted, question = count(population), population.question
    grade = _grade(request)
    state, job = cohort_jobs.analysis(population, counted)
    audit.record(by=reader(request), action="comparison.view")
    found = recovered(population)
    asked = form(question)
    context = asked | {
        "grade": grade,
        "grades": _choices(request, grade),
        "groups": _groups(found, grade),
        "others": presented.others(found, grade, gettext),
        "state": state,
        "said": presented.said(state, job, gettext),
        "job": job,
        "progress": f"{reverse('comparison-recovery-progress')}?{request.GET.urlencode()}",
        "asked_outcome": comparison_question.value("outcome", question.outcome, gettext),
    }
    if state == "ready" and job is not None:
        context |= _computed(job, grade)
    stamp = Stamp(filter=tuple(asked["told"]), data_version=data_version(counted, question))
    return show(request, "surgeon/recovery.html", stamp, context)


@require_safe
@asking("grade")
def progress(request: HttpRequest, population: Population) -> HttpResponse:
    """How far it is, for the script that keeps the page up to date."""
    state, job = cohort_jobs.analysis(population, count(population))
    told = {
        "working": state == "pending",
        "done": job.done if job else 0,
        "total": job.total if job else None,
        "said": presented.said(state, job, gettext),
    }
    return JsonResponse(told)


def _grade(request: HttpRequest) -> int:
    asked = request.GET.get("grade", "")
    return next((grade for grade in GRADES if str(grade) == asked), AGAINST_GRAVITY)


def _choices(request: HttpRequest, grade: int) -> list[dict[str, Any]]:
    choices = []
    for one in GRADES:
        query = request.GET.copy()
        query["grade"] = str(one)
        choices.append({"grade": one, "query": query.urlencode(), "current": one == grade})
    return choices


def _groups(found: Recovered, grade: int) -> list[dict[str, Any]]:
    return [
        {
            "words": gettext(presented.GROUPS[group.timing]),
            "card": _states(group, grade),
            "excluded": presented.excluded(group.excluded, grade, gettext),
        }
        for group in found.groups(grade)
    ]


def _states(group: GroupStates, grade: int) -> Card:
    stacks = [
        (comparison_question.value("window", window, gettext), stack)
        for window, stack in group.stacks.items()
    ]
    words = gettext(presented.GROUPS[group.timing])
    return card(lambda size: states(stacks, grade=grade, group=words, size=size, t=gettext))


def _computed(job: CohortJob, grade: int) -> dict[str, Any]:
    result: dict[str, Any] = job.result or {}
    told = next(one for one in result["recovery"] if one["grade"] == grade)
    curves = [
        (presented.curve_words(curve, gettext), steps_of(curve["steps"]))
        for curve in told["curves"]
    ]
    return {
        "tau": presented.tau(result["tau"], gettext),
        "bounds": presented.bounds(result["bounds"], gettext),
        "curves": None
        if told["why"]
        else card(lambda size: recovery_time(curves, size=size, t=gettext)),
        "curve_lines": presented.curves(told, gettext),
        "by_window": presented.by_window(told, gettext),
    }
