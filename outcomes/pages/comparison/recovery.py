"""Recovery over time, and outcome against hours: counts at once, the rest when computed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.actions import cohort_jobs
from outcomes.comparison import data_version, limits_of
from outcomes.comparison.computed import steps_of
from outcomes.comparison.counting import count
from outcomes.comparison.population import Population
from outcomes.comparison.recovery import Recovered
from outcomes.comparison.recovery import recovery as recovered
from outcomes.figures.base import Figure
from outcomes.figures.comparison.recovery_time import recovery_time
from outcomes.figures.comparison.states import states
from outcomes.figures.theme import Size
from outcomes.models import CohortJob
from outcomes.pages import reader
from outcomes.pages.cards import card
from outcomes.pages.comparison.asking import asking, form, stamp
from outcomes.pages.comparison.frame import show
from outcomes.presenters import comparison_question
from outcomes.presenters import comparison_recovery as presented
from outcomes.presenters.comparison_words import limits
from outcomes.rules.cohort_states import AGAINST_GRAVITY, GRADES, GroupStates
from patients import audit


@require_safe
@asking()
def recovery(request: HttpRequest, population: Population) -> HttpResponse:
    """`?grade=` 1-5 is what counts as recovered; anything else is against gravity."""
    counted, question = count(population), population.question
    grade = grade_of(request)
    state, job = cohort_jobs.analysis(population, counted)
    audit.record(by=reader(request), action="comparison.view")
    found = recovered(population, counted)
    context = form(question) | {
        "grade": grade,
        "grades": _choices(request, grade),
        "groups": _groups(found, grade),
        "one_window": len(found.windows) == 1,
        "others": presented.others(found, grade, gettext),
        "state": state,
        "said": presented.said(state, job, gettext),
        "job": job,
        "progress": f"{reverse('comparison-recovery-progress')}?{request.GET.urlencode()}",
        "asked_outcome": comparison_question.value("outcome", question.outcome, gettext),
        # everyone here was chosen for a grade below the one to recover to
        "limits": limits(gettext, limits_of(question, of_recovery=True)),
    }
    if state == "ready" and job is not None:
        context |= _computed(job, grade)
    version = data_version(population, counted)
    return show(request, "surgeon/recovery.html", stamp(population, version), context)


@require_safe
@asking()
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


def grade_of(request: HttpRequest) -> int:
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
            "card": card(states_of(group, grade)),
            "excluded": presented.excluded(group.excluded, grade, gettext),
            "stale": presented.stale(group.stale, gettext),
        }
        for group in found.groups(grade)
    ]


def states_of(group: GroupStates, grade: int) -> Callable[[Size], Figure]:
    """What became of a group by each window, to be drawn for a size."""
    stacks = [
        (comparison_question.value("window", window, gettext), stack)
        for window, stack in group.stacks.items()
    ]
    words = gettext(presented.GROUPS[group.timing])
    return lambda size: replace(
        states(stacks, grade=grade, group=words, size=size, t=gettext),
        name=f"states-{group.timing}",
    )


def curves_of(told: Mapping[str, Any]) -> Callable[[Size], Figure] | None:
    """Time to recovery of both groups; None where there is a reason for no curve."""
    curves = [
        (presented.curve_words(curve, gettext), steps_of(curve["steps"]))
        for curve in told["curves"]
    ]
    if told["why"]:
        return None
    return lambda size: recovery_time(curves, grade=told["grade"], size=size, t=gettext)


def at_grade(job: CohortJob, grade: int) -> Mapping[str, Any]:
    """Of what was computed, the part about a grade."""
    result: Mapping[str, Any] = job.result or {}
    told: Mapping[str, Any] = next(one for one in result["recovery"] if one["grade"] == grade)
    return told


def _computed(job: CohortJob, grade: int) -> dict[str, Any]:
    result: dict[str, Any] = job.result or {}
    told = at_grade(job, grade)
    curves = curves_of(told)
    return {
        "tau": presented.tau(result["tau"], gettext),
        "bounds": presented.bounds(result["bounds"], gettext),
        "curves": curves and card(curves),
        "curve_lines": presented.curves(told, gettext),
        "by_window": presented.by_window(told, gettext),
    }
