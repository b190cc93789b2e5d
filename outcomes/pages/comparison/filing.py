"""A file of many people, made in the worker: asked for, waited for, fetched by who asked."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from outcomes.actions import cohort_jobs
from outcomes.comparison import filing
from outcomes.comparison.population import Population
from outcomes.models import CohortJob
from outcomes.pages import reader
from outcomes.pages.comparison.asking import asking
from outcomes.pages.comparison.frame import Stamp, comparing, show
from outcomes.presenters import comparison_question
from outcomes.rules import cohort_question
from outcomes.rules.text import gettext_noop as _
from patients.access import sites_for
from patients.roles import Permission

SAID = {
    "waiting": _("The file is waiting to be made."),
    "working": _("The file is being made."),
    "failed": _("The file could not be made. Ask for it again."),
    "done": _("The file is ready."),
}
FAR = _("{done} of {total} people are read.")


@require_POST
@asking()
def ask(request: HttpRequest, population: Population) -> HttpResponse:
    job = cohort_jobs.request(filing.KIND, population)
    return redirect("comparison-file", job.pk)


@require_safe
@comparing
def one(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far it is, then where to fetch it and until when; 404 that says what to do for one that
    is given no longer, or never was to this reader."""
    user, now = reader(request), timezone.now()
    job = cohort_jobs.file_of(user, job_id, now)
    asked = job or cohort_jobs.asked(user, job_id)
    context: dict[str, Any] = {"job": job, "said": job and _said(job), "asked": asked}
    told: list[str] = []
    if asked is not None:
        question = cohort_question.read(asked.question)
        told = comparison_question.told(question, gettext)
        # the tabs lead to the question of the file
        request.GET = QueryDict(question.address())
        context |= {"query": question.address(), "synthetic": question.origin == "synthetic"}
    context["hours"] = settings.COHORT_JOB_KEEP_HOURS
    context["zone"] = sites_for(user, Permission.COMPARE)[0].time_zone
    answer = show(request, "surgeon/file.html", Stamp(filter=tuple(told)), context)
    answer.status_code = 200 if job else 404
    return answer


@require_safe
@comparing
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far it is, for the script that keeps the page up to date."""
    job = cohort_jobs.file_of(reader(request), job_id, timezone.now())
    if job is None:
        raise Http404
    return JsonResponse(
        {"working": job.pending, "done": job.done, "total": job.total, "said": _said(job)}
    )


def _said(job: CohortJob) -> str:
    if job.state == "working" and job.total:
        return gettext(FAR).format(done=job.done, total=job.total)
    return gettext(SAID[job.state])
