"""Files of the comparison as CSV, and what their columns mean."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors import Problem
from api.pagination import one_of, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.cohort import PARAMETERS, asked_for, may_compare
from api.views.documents import refusals
from outcomes.actions import cohort_jobs
from outcomes.comparison import Population, answer, export, filing
from outcomes.models import CohortJob
from outcomes.rules import cohort_export
from patients import audit

TABLE = OpenApiParameter(
    "table",
    str,
    enum=list(cohort_export.TABLES),
    description="people, one by one, when left out; others counts those you may not open.",
)


class FileAnswer(BaseModel):
    """A file of more than 500 people is made in the background: ask again at `address`, whoever
    asked for it alone, until `expires_at` or until the same question has another answer: on another
    day, after a change of a record, of a consent or of rights. `state` is waiting, working or
    failed; `done` of `total` people are read."""

    state: Annotated[str, Field(description="waiting, working or failed.")]
    done: int
    total: int | None
    expires_at: dt.datetime
    address: str


class ComparisonExport(APIView):
    """The people of the comparison as CSV: days and bands, no date, no free text."""

    @extend_schema(
        operation_id="export_comparison",
        parameters=[*PARAMETERS, TABLE],
        responses={(200, "text/csv"): str, 202: FileAnswer, **refusals(400, 401, 403)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        table = one_of(request, "table", cohort_export.TABLES)
        population = Population(request.user, asked_for(request, "table"), timezone.now())
        found = answer(population)
        audit.record(by=request.user, action="comparison.export", patient_ids=found.ids)
        question = found.question
        if table == cohort_export.OTHERS:
            made = export.others_file(found.others)
        elif found.people is None:
            return _made(cohort_jobs.request(filing.KIND, population))
        else:
            made, _ids = export.people_file(population, found.version)
        name = f"regain-{table}-{question.file_words()}-{found.on}.csv"
        return csv_answer(made.text, name)


class ComparisonFile(APIView):
    """A file of many people once it is made: for whoever asked for it, until it expires."""

    @extend_schema(
        operation_id="export_file",
        responses={(200, "text/csv"): str, 202: FileAnswer, **refusals(401, 403, 404)},
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponseBase:
        may_compare(request)
        refuse_unknown_parameters(request)
        job = cohort_jobs.file_of(request.user, job_id, timezone.now())
        if job is None:
            raise Problem(404, "not_found", _("There is no such file, or it has expired."))
        return _made(job)


def _made(job: CohortJob) -> HttpResponseBase:
    """The file; how far it is until then. Fetching is audited, as is whose records it holds."""
    if job.content is None:
        address = reverse("api-export-job", args=[job.pk])
        told = {"state": job.state, "done": job.done, "total": job.total,
                "expires_at": job.expires_at, "address": address}  # fmt: skip
        return Response(told, status=202, headers={"Location": address})
    audit.record(by=job.user, action="comparison.export", record_id=job.pk)
    return csv_answer(bytes(job.content), job.file_name)


class ComparisonDictionary(APIView):
    """Every column of the exports as CSV: type, unit, values, meaning, source."""

    @extend_schema(
        operation_id="export_comparison_dictionary",
        responses={(200, "text/csv"): str, **refusals(401, 403)},
    )
    def get(self, request: Request) -> HttpResponse:
        may_compare(request)
        refuse_unknown_parameters(request)
        return csv_answer(export.dictionary(gettext), "regain-dictionary.csv")


def csv_answer(text: str | bytes, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
