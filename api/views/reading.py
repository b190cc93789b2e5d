"""What is read but not written: the timeline, figures, the literature, doses of a course."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples, shapes
from api.errors import Problem
from api.pagination import MOST, limit, next_address, one_of, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import KEY, answered, asked, refusals
from outcomes import charts, timeline
from outcomes.actions import medications
from outcomes.documents.medication import DoseDocument
from outcomes.figures.theme import Size, Theme
from outcomes.models import MedicationCourse, MedicationDose
from outcomes.reference import Layer, additional_cases, literature, literature_version
from outcomes.rules import cohort
from patients import audit
from patients.access import load_for
from patients.documents.base import read
from patients.roles import Permission

THEMES: tuple[Theme, ...] = ("light", "dark")
SIZES: tuple[Size, ...] = ("wide", "narrow")


class TimelineEntry(BaseModel):
    """One thing that happened. `day` counts from the index decompression.

    `reporter` is whose word it is: what patient or caregiver reports was not examined.
    """

    kind: str
    origin: str
    id: UUID
    version: int
    reporter: str
    day: dict[str, Any]
    when: dict[str, Any]
    document: dict[str, Any]


class Timeline(APIView):
    @extend_schema(
        operation_id="timeline",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", int)],
        responses={200: shapes.page(TimelineEntry), **refusals(400, 401, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        refuse_unknown_parameters(request)
        patient = load_for(request.user, Permission.VIEW_RECORD, patient_id)
        start, count = _start(request), limit(request, MOST)
        entries = timeline.entries(patient, request.user)
        audit.record(by=request.user, action="timeline.view", patient_id=patient.pk)
        end = start + count
        next_url = next_address(request, end) if len(entries) > end else None
        return Response({"next": next_url, "results": entries[start:end]})


def _start(request: Request) -> int:
    cursor = request.query_params.get("cursor", "0")
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 9):
        raise Problem(400, "cursor", _("Use the cursor of next."))
    return int(cursor)


class DataTable(BaseModel):
    headers: list[str]
    rows: list[list[str]]


class FigureAnswer(BaseModel):
    """A figure in plotly's JSON form, its data as a table, and words where it is empty."""

    name: str
    origin: str
    title: str
    description: str
    plotly: dict[str, Any]
    table: DataTable
    empty: str | None


class Figures(APIView):
    @extend_schema(
        operation_id="figure",
        parameters=[
            OpenApiParameter("theme", str, enum=["light", "dark"]),
            OpenApiParameter("size", str, enum=["wide", "narrow"]),
        ],
        responses={200: FigureAnswer, **refusals(400, 401, 404)},
    )
    def get(self, request: Request, patient_id: UUID, name: str) -> Response:
        refuse_unknown_parameters(request, "theme", "size")
        patient = load_for(request.user, Permission.VIEW_RECORD, patient_id)
        theme = one_of(request, "theme", THEMES)
        size = one_of(request, "size", SIZES)
        if name not in charts.NAMES:
            raise Http404
        figure = charts.Charts(patient, request.user, t=gettext).figure(
            name, theme=theme, size=size
        )
        audit.record(by=request.user, action=f"figure.{name}", patient_id=patient.pk)
        return Response(charts.as_json(figure) | {"origin": patient.origin})


class LiteratureCell(BaseModel):
    """One cell of the table: the value, how well it is known, and the source's words."""

    value: Any
    unit: str
    lower: float | None
    upper: float | None
    status: str
    verbatim: str
    source: str
    layer: str
    note: str
    verified: bool


class PerSide(BaseModel):
    right: float | None
    left: float | None
    total: float | None
    worst_leg: float | None


class DerivedOutcome(BaseModel):
    """Computed from the cells, null where they do not allow it."""

    change: PerSide
    recovery_ratio: PerSide
    classification: str
    evidence: str | None
    walks_alone: bool | None


class LiteratureRow(BaseModel):
    """A published case. A cell is null only where an additional case's abstract has none."""

    model_config = {"extra": "allow"}

    id: str
    author: str
    year: int
    laterality_confidence: str | None
    age: LiteratureCell | None
    sex: LiteratureCell | None
    levels: LiteratureCell | None
    etiology: LiteratureCell | None
    operated: LiteratureCell | None
    interval_hours: LiteratureCell | None
    derived: DerivedOutcome


class Literature(APIView):
    @extend_schema(
        operation_id="literature",
        parameters=[
            OpenApiParameter(
                "additional",
                str,
                enum=["0", "1"],
                description="1 adds cases known from abstracts only.",
            )
        ],
        responses={200: shapes.page(LiteratureRow), **refusals(400, 401)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, "additional")
        cases = [cohort.as_api(case) for case in literature()]
        if one_of(request, "additional", ("0", "1")) == "1":
            cases += [cohort.as_api(case, layers=tuple(Layer)) for case in additional_cases()]
        return Response(
            {"next": None, "results": cases}, headers={"X-Literature-Version": literature_version()}
        )


class Doses(APIView):
    @extend_schema(
        operation_id="give_dose",
        tags=["medications"],
        parameters=[KEY],
        request=DoseDocument,
        examples=examples.shown(examples.DOSES),
        responses={
            201: shapes.answer(DoseDocument),
            **refusals(400, 401, 403, 404, 409, 413, 415, 422),
        },
    )
    def post(self, request: Request, patient_id: UUID, course_id: UUID) -> Response:
        patient = load_for(request.user, Permission.PRESCRIBE, patient_id)
        course = MedicationCourse.objects.current().filter(patient=patient, pk=course_id).first()
        if course is None:
            raise Http404
        document = read(DoseDocument, request.data)
        outcome = medications.give_dose(
            patient=patient, course=course, document=document, asked=asked(request, patient)
        )
        return answered(MedicationDose, outcome, 201, patient)
