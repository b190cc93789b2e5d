"""What is read but not written: the timeline, figures, the literature, doses of a course."""

from dataclasses import asdict
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
from outcomes.reference import (
    Conflict,
    Layer,
    LiteratureCase,
    additional_cases,
    conflicts,
    literature_version,
)
from outcomes.rules import cohort
from outcomes.rules import literature as rules
from patients import audit
from patients.access import load_for
from patients.documents.base import read
from patients.roles import Permission

THEMES: tuple[Theme, ...] = ("light", "dark")
SIZES: tuple[Size, ...] = ("wide", "narrow")
LOOK = [
    OpenApiParameter("theme", str, enum=list(THEMES)),
    OpenApiParameter("size", str, enum=list(SIZES)),
]


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
        parameters=LOOK,
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


class DifferingCell(LiteratureCell):
    field: str
    timepoint: str
    item: int | None


class LiteratureRow(BaseModel):
    """A published case. A cell is null only where no layer asked for has one.

    Right, left and total values hold only as far as `laterality_confidence` says; the worst leg
    is the same under either reading. `conflicts`: of each fact on which the layers asked for do
    not agree, every cell.
    """

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
    conflicts: list[list[DifferingCell]]


class LiteratureClaim(BaseModel):
    """What one source says, in its own words where they are known."""

    text: str
    verbatim: str
    source: str
    layer: str
    verified: bool


class LiteratureConflict(BaseModel):
    """Sources that contradict each other or themselves, side by side, and how that is handled.

    Told whichever layers are asked for; `layer` says where each side stands.
    """

    number: int
    topic: str
    cases: list[str]
    claims: list[LiteratureClaim]
    resolution: str
    resolution_source: str


class OutcomeCountAnswer(BaseModel):
    """`in_words`: a direction without grades."""

    classification: str
    in_words: bool
    cases: int
    not_operated: int


class LiteratureCounts(BaseModel):
    """Counts of people; the cases are no sample, and nothing else is made of them.

    `with_timing`: a number or bounds from cement to decompression; `with_outcome`: a class other
    than cannot_tell; `with_grades`: the worst leg graded first and last.
    """

    cases: int
    outcomes: list[OutcomeCountAnswer]
    evidence: dict[str, int]
    timing: dict[str, int]
    with_timing: int
    with_outcome: int
    with_grades: int
    with_timing_and_outcome: int
    walks_alone: int
    walks_not_alone: int
    walking_not_stated: int


class LiteraturePage(BaseModel):
    next: str | None
    layers: list[str]
    results: list[LiteratureRow]
    counts: LiteratureCounts
    conflicts: list[LiteratureConflict]


class Literature(APIView):
    @extend_schema(
        operation_id="literature",
        parameters=[
            OpenApiParameter(
                "layers",
                str,
                enum=[asked.value for asked in rules.Asked],
                description=(
                    "doc, the founding report alone, when left out; abstracts adds what the "
                    "abstracts of the originals say, and the cases known from abstracts only."
                ),
            ),
            OpenApiParameter(
                "additional",
                str,
                enum=["0", "1"],
                description="1 adds the cases known from abstracts only to the report alone.",
            ),
        ],
        responses={200: LiteraturePage, **refusals(400, 401)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, "layers", "additional")
        asked = rules.Asked(one_of(request, "layers", tuple(rules.Asked)))
        rows = [_literature_row(case, asked.layers) for case in asked.cases]
        if one_of(request, "additional", ("0", "1")) == "1" and asked is rules.Asked.DOC:
            rows += [_literature_row(case, tuple(Layer)) for case in additional_cases()]
        answer = {
            "next": None,
            "layers": list(asked.layers),
            "results": rows,
            "counts": _counts(rules.count(asked.cases, asked.layers)),
            "conflicts": [_conflict(one) for one in conflicts()],
        }
        return Response(answer, headers={"X-Literature-Version": literature_version()})


def _counts(found: rules.Counts) -> dict[str, Any]:
    by_code = ("evidence", "timing")
    return asdict(found) | {
        name: {code.value: n for code, n in getattr(found, name).items()} for name in by_code
    }


def _literature_row(case: LiteratureCase, layers: cohort.Layers) -> dict[str, Any]:
    return cohort.as_api(case, layers=layers) | {
        "conflicts": [
            [cohort.further(cell) for cell in found.cells]
            for found in rules.disagreements(case, layers)
        ]
    }


def _conflict(found: Conflict) -> dict[str, Any]:
    """As `LiteratureConflict`."""
    names = tuple(LiteratureClaim.model_fields)
    return {
        "number": found.number,
        "topic": found.resolution.topic,
        "cases": list(found.resolution.cases),
        "claims": [{name: getattr(claim, name) for name in names} for claim in found.claims],
        "resolution": found.resolution.text,
        "resolution_source": found.resolution.source,
    }


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
