"""What was computed, in a paragraph for a paper; every file there is; and what its columns mean."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.actions import cohort_jobs
from outcomes.comparison import Comparison, answer, export
from outcomes.comparison.population import Population
from outcomes.pages import reader
from outcomes.pages.comparison.asking import asking, form, stamp
from outcomes.pages.comparison.drawings import Draw, drawings
from outcomes.pages.comparison.frame import EVERYWHERE, show
from outcomes.pages.comparison.recovery import grade_of
from outcomes.presenters import comparison_methods
from outcomes.presenters.comparison_methods import Guarded, Versions
from outcomes.reference import literature_version
from outcomes.rules import cohort_export
from outcomes.rules.cohort_question import Question
from outcomes.rules.text import gettext_noop as _
from patients import audit

# figures that ask the same question of other people
WHOSE = {"published": _("Published cases"), "others": _("All others, counted and rounded")}


@require_safe
@asking()
def methods(request: HttpRequest, population: Population) -> HttpResponse:
    found = answer(population)
    audit.record(by=reader(request), action="comparison.view", patient_ids=found.ids)
    question, grade = population.question, grade_of(request)
    kept = {name: v for name in EVERYWHERE if (v := request.GET.get(name))}
    context = form(question) | {
        "methods": paragraph(found, population),
        "figures": _figures(drawings(population, found, grade), question, kept),
        "files": _files(found, question),
        "report": _at("comparison-report", question),
        "dictionary": export.dictionary_lines(gettext),
    }
    return show(request, "surgeon/methods.html", stamp(population, found.version), context)


def paragraph(found: Comparison, population: Population) -> str:
    """Three queries more: what the worker computed, and what the file of people withholds."""
    versions = Versions(
        product=str(settings.SPECTACULAR_SETTINGS["VERSION"]),
        literature=literature_version(),
        scipy=version("scipy"),
        numpy=version("numpy"),
    )
    job = cohort_jobs.ready(population)
    guarded = _guarded(found, population)
    return comparison_methods.methods(
        found, job.result if job else None, guarded, versions, gettext
    )


def _guarded(found: Comparison, population: Population) -> Guarded | None:
    """None where the people are so many that their file is made in the worker."""
    if found.people is None:
        return None
    made, _ids = export.people_file(population, found.version)
    return Guarded(people=made.people, coarsened=made.coarsened, by_band=made.by_band)


def _figures(
    drawn: Mapping[str, Draw], question: Question, kept: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [
        {
            "title": draw().title,
            "whose": gettext(WHOSE[whose]) if (whose := name.split("-")[-1]) in WHOSE else "",
            "files": [
                {
                    "kind": kind.upper(),
                    "address": _at(f"comparison-figure-{kind}", question, figure=name, **kept),
                }
                for kind in ("svg", "png", "csv")
            ],
        }
        for name, draw in drawn.items()
    ]


def _files(found: Comparison, question: Question) -> dict[str, str]:
    """Addresses of the tables by name; of others only where there are any."""
    files = {
        "people": _at("api-export-comparison", question),
        "dictionary": reverse("api-export-dictionary"),
    }
    if found.people is None:
        files["many"] = _at("comparison-ask-file", question)
    if found.others is not None:
        files["others"] = _at("api-export-comparison", question, table=cohort_export.OTHERS)
    return files


def _at(route: str, question: Question, **more: str) -> str:
    query = QueryDict(mutable=True)
    query.update(question.parameters() | more)
    return reverse(route) + (f"?{query.urlencode()}" if query else "")
