"""The comparison: the own registry, de-identified, beside the published cases; and its export."""

import datetime as dt
import io
from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors import Problem
from api.pagination import one_of, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import refusals
from api.views.reading import DerivedOutcome
from outcomes.comparison import (
    CLOCKS,
    LIMITS,
    ORIGINS,
    WINDOWS,
    Comparison,
    Person,
    comparison,
)
from outcomes.reference import literature, literature_version
from outcomes.rules import cohort
from outcomes.rules.cohort_analysis import Analysis, Group
from patients import audit
from patients.access import sites_for
from patients.roles import Permission
from tracker import spreadsheets

PARAMETERS = [
    OpenApiParameter("origin", str, enum=list(ORIGINS), description="registry when left out."),
    OpenApiParameter("window", str, enum=list(WINDOWS), description="12mo when left out."),
    OpenApiParameter(
        "clock",
        str,
        enum=list(CLOCKS),
        description="The event that the window counts from; index_decompression when left out.",
    ),
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
    voids: bool | None
    died: bool | None


class IntervalAnswer(BaseModel):
    lower: float
    upper: float


class ShareAnswer(BaseModel):
    """`k` of `n` people with an outcome ended at this grade or better; exact 95 % interval."""

    grade: int
    k: int
    n: int
    interval: IntervalAnswer | None


class GroupAnswer(BaseModel):
    people: int
    with_outcome: int
    dead: int
    shares: list[ShareAnswer]


class WinAnswer(BaseModel):
    value: float
    interval: IntervalAnswer | None
    strata: int
    if_missing: IntervalAnswer | None


class DifferenceAnswer(BaseModel):
    grade: int
    value: float
    interval: IntervalAnswer


class AnalysisAnswer(BaseModel):
    """Decompressed within 24 hours of the cement (`early`) against later, worse leg's grade.

    `win`: of two people of the same first grade, the chance that the one decompressed early ended
    better, a tie counting half; null while a group has fewer than `preset` people with exposure
    and outcome. `p` belongs to the one analysis locked before there were data; everything else is
    exploratory. An association, not an effect.
    """

    status: Annotated[
        Literal["primary", "exploratory"],
        Field(description="primary: locked before there were data; exploratory: everything else."),
    ]
    preset: int
    people: int
    with_timing: int
    with_outcome: int
    with_both: int
    without_first: int
    early: GroupAnswer
    later: GroupAnswer
    win: WinAnswer | None
    p: float | None
    differences: list[DifferenceAnswer]


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
    clock: str


class ComparisonAnswer(BaseModel):
    """`followed` people of your sites, `consented` of them with research consent today.

    `analysis` counts all of these; `people` are those of them whose record you may open.
    """

    stamp: Stamp
    followed: int
    consented: int
    people: list[PersonAnswer]
    analysis: AnalysisAnswer
    published: list[PublishedAnswer]
    limits: list[str]


def asked_for(request: Request, action: str) -> tuple[Comparison, dict[str, str]]:
    """The comparison that the parameters ask for, audited with whose records it read."""
    refuse_unknown_parameters(request, "origin", "window", "clock")
    chosen = {
        "origin": one_of(request, "origin", ORIGINS),
        "window": one_of(request, "window", ("12mo", *(w for w in WINDOWS if w != "12mo"))),
        "clock": one_of(request, "clock", CLOCKS),
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
                "consented": found.consented,
                "people": [asdict(person) for person in found.people],
                "analysis": as_api(found.analysis),
                "published": [{key: case[key] for key in keys} for case in cases],
                "limits": list(LIMITS),
            }
        )


def as_api(found: Analysis) -> dict[str, Any]:
    """As `AnalysisAnswer`."""
    counts = ("preset", "people", "with_timing", "with_outcome", "with_both", "without_first")
    win, missing = found.win, found.win_if_missing
    return {
        "status": "primary" if found.primary else "exploratory",
        **{name: getattr(found, name) for name in counts},
        "early": _group(found.early),
        "later": _group(found.later),
        "win": win and asdict(win) | {"if_missing": missing and asdict(missing)},
        "p": found.p,
        "differences": [
            {"grade": share.grade, **asdict(one)}
            for share, one in zip(found.early.shares, found.differences, strict=False)
            if one is not None
        ],
    }


def _group(group: Group) -> dict[str, Any]:
    shares = [
        {
            "grade": share.grade,
            **asdict(share.count),
            "interval": share.interval and asdict(share.interval),
        }
        for share in group.shares
    ]
    return asdict(group) | {"shares": shares}


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
    "voids", "died",
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
