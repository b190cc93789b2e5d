"""The comparison: the own registry, de-identified, beside the published cases; and its export."""

import datetime as dt
import io
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors import Problem
from api.pagination import one_of, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import refusals
from api.views.reading import DerivedOutcome
from outcomes.comparison import LIMITS, ORIGINS, WINDOWS, Comparison, Person, comparison
from outcomes.reference import literature, literature_version
from outcomes.rules import cohort
from patients import audit
from patients.access import sites_for
from patients.roles import Permission
from tracker import spreadsheets

PARAMETERS = [
    OpenApiParameter("origin", str, enum=list(ORIGINS), description="registry when left out."),
    OpenApiParameter("window", str, enum=list(WINDOWS), description="12mo when left out."),
]


class Bounds(BaseModel):
    best: float | None
    lower: float | None
    upper: float | None
    status: str


class PersonAnswer(BaseModel):
    """One person, de-identified. `number` holds within this answer only."""

    number: int
    origin: str
    age_band: str | None
    level: str | None
    etiology: str | None
    operated: bool
    hours: Bounds
    first_worst_leg: int | None
    baseline_worst_leg: int | None
    final_worst_leg: int | None
    final_day: Bounds | None
    walks_alone: bool | None


class PublishedAnswer(BaseModel):
    id: str
    author: str
    year: int
    derived: DerivedOutcome


class Stamp(BaseModel):
    at: dt.datetime
    literature_version: str
    origin: str
    window: str


class ComparisonAnswer(BaseModel):
    """`followed` people of your sites, `consented` of them with research consent today."""

    stamp: Stamp
    followed: int
    consented: int
    people: list[PersonAnswer]
    published: list[PublishedAnswer]
    limits: list[str]


def asked_for(request: Request, action: str) -> tuple[Comparison, dict[str, str]]:
    """The comparison that the parameters ask for, audited with whose records it read."""
    refuse_unknown_parameters(request, "origin", "window")
    chosen = {
        "origin": one_of(request, "origin", ORIGINS),
        "window": one_of(request, "window", ("12mo", *(w for w in WINDOWS if w != "12mo"))),
    }
    if not sites_for(request.user, Permission.COMPARE).exists():
        raise Problem(403, "forbidden", _("Ask someone whose role allows it."))
    now = timezone.now()
    found = comparison(request.user, now=now, **chosen)
    audit.record(by=request.user, action=action, patient_ids=found.ids)
    stamp = {
        "at": now.isoformat(timespec="seconds"),
        "literature_version": literature_version(),
        **chosen,
    }
    return found, stamp


class CohortComparison(APIView):
    @extend_schema(
        operation_id="comparison",
        parameters=PARAMETERS,
        responses={200: ComparisonAnswer, **refusals(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        found, stamp = asked_for(request, "comparison.view")
        cases = [cohort.as_api(case) for case in literature()]
        keys = ("id", "author", "year", "derived")
        return Response(
            {
                "stamp": stamp,
                "followed": found.followed,
                "consented": len(found.people),
                "people": [asdict(person) for person in found.people],
                "published": [{key: case[key] for key in keys} for case in cases],
                "limits": list(LIMITS),
            }
        )


class ComparisonExport(APIView):
    """The people of the comparison as CSV: days and bands, no date, no free text."""

    @extend_schema(
        operation_id="export_comparison",
        parameters=PARAMETERS,
        responses={(200, "text/csv"): str, **refusals(400, 401, 403)},
    )
    def get(self, request: Request) -> HttpResponse:
        found, stamp = asked_for(request, "comparison.export")
        name = f"regain-{stamp['origin']}-{stamp['window']}-{stamp['at'][:10]}.csv"
        return HttpResponse(
            as_csv(found.people),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


COLUMNS = (
    "number", "origin", "age_band", "level", "etiology", "operated",
    "hours_from_cement", "hours_lower", "hours_upper", "hours_status",
    "first_worst_leg", "baseline_worst_leg", "final_worst_leg", "final_day", "walks_alone",
)  # fmt: skip


def as_csv(people: list[Person]) -> str:
    """One line a person; empty where nothing is known."""
    out = io.StringIO()
    lines = (_line(person) for person in people)
    spreadsheets.write(out, COLUMNS, ([line[name] for name in COLUMNS] for line in lines))
    return out.getvalue()


def _line(person: Person) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(person).items() if name in COLUMNS}
    return plain | {
        "hours_from_cement": person.hours.best,
        "hours_lower": person.hours.lower,
        "hours_upper": person.hours.upper,
        "hours_status": person.hours.status,
        "final_day": person.final_day.best if person.final_day else None,
    }
