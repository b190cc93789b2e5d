"""Files of laboratory results: sent, looked at as a dry run, imported by the worker, followed."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from api import examples, shapes
from api.errors import Problem, told
from api.pagination import limit, next_address, one_of, page, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import refusals
from outcomes import lab_imports as reading
from outcomes.actions import lab_imports
from outcomes.lab_files import Unreadable
from outcomes.lab_files.base import MOST_BYTES
from outcomes.models import LabImport, LabImportRow
from patients import audit
from patients.access import load_for
from patients.documents.base import Refused
from patients.models import Patient, Site
from patients.text import gettext_noop

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE: dict[str, Any] = {
    "text/csv": OpenApiTypes.STR,
    "application/hl7-v2": OpenApiTypes.STR,
    XLSX: OpenApiTypes.BINARY,
}
DRY_RUN = OpenApiParameter(
    "dry_run",
    {"type": "string", "enum": ["false", "true"]},
    description=(
        "`true`: say for each row what would happen and record nothing; `false` (when left out): "
        "import what is new."
    ),
)
STATES = (
    "`reading`: waits for the worker or is being read; `preview`: read, nothing is recorded (the "
    "end of a dry run); `importing`: being recorded; `done`: recorded; `failed`: could not be "
    "read, see problem; `discarded`: given up; `forgotten`: file and rows are deleted after some "
    "days."
)
OUTCOMES = (
    "`new`: would be added; `corrects`: the laboratory's correction, would amend what is recorded; "
    "`added`: recorded; `corrected`: amended; `known`: recorded already; `refused`: see problems."
)
State = Literal["reading", "preview", "importing", "done", "failed", "discarded", "forgotten"]
Outcome = Literal["new", "corrects", "added", "corrected", "known", "refused"]
SHOWN: tuple[Any, ...] = ("all", "new", "corrects", "added", "corrected", "known", "refused")


class Counts(BaseModel):
    """How many rows have which outcome; of those to be recorded, how many carry a warning."""

    new: int = 0
    corrects: int = 0
    added: int = 0
    corrected: int = 0
    known: int = 0
    refused: int = 0
    warned: int = 0


class LabFile(BaseModel):
    """A file of laboratory results. `done` of `total` rows of the step that goes on."""

    id: UUID
    patient: UUID | None
    site: str
    state: State = Field(description=STATES)
    total: int | None
    done: int
    counts: Counts
    ignored: list[str]
    problem: shapes.Told | None
    created_at: dt.datetime
    finished_at: dt.datetime | None
    rows: str = Field(description="Where its rows are.")


class LabFileRow(BaseModel):
    """A row of the file: what it said, and what becomes of it."""

    number: int
    outcome: Outcome = Field(description=OUTCOMES)
    patient: UUID | None
    record: UUID | None = Field(description="The result it becomes, is, or corrects.")
    typed: dict[str, str]
    problems: list[shapes.Told]
    warnings: list[shapes.Told]


class ResultsFile(BaseParser):
    """The bytes of a file as they are: what kind it is, its content tells."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Problem(413, "too_large", _("Send at most 5 MB in one file."))
        return content


def _parser(media: str) -> type[BaseParser]:
    return type("ResultsFile", (ResultsFile,), {"media_type": media})


PARSERS: list[type[BaseParser]] = [
    ResultsFile,
    *map(_parser, ("application/hl7-v2", XLSX, "text/plain")),
]


def shown(request: Request, batch: LabImport) -> dict[str, Any]:
    return {
        "id": batch.pk,
        "patient": batch.patient_id,
        "site": batch.site.code,
        "state": batch.state,
        "total": batch.total,
        "done": batch.done,
        "counts": Counts(**batch.counts).model_dump(),
        "ignored": batch.ignored,
        "problem": batch.problem and _told(batch.problem),
        "created_at": batch.created_at,
        "finished_at": batch.finished_at,
        "rows": reverse("api-lab-import-rows", [batch.pk], request=request),
    }


def _told(one: dict[str, Any]) -> dict[str, str]:
    return told({**one, "path": [one["field"]] if one["field"] else []})


def _row(row: LabImportRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "outcome": row.outcome,
        "patient": row.patient_id,
        "record": row.record_id,
        "typed": row.typed,
        "problems": [_told(one) for one in row.problems],
        "warnings": [_told(one) for one in row.warnings],
    }


def _sent(request: Request, site: Site, patient: Patient | None) -> Response:
    refuse_unknown_parameters(request, "dry_run", *(() if patient else ("site",)))
    dry = one_of(request, "dry_run", ("false", "true")) == "true"
    # without a body there is nothing that a parser could read
    content = request.data if isinstance(request.data, bytes) else b""
    try:
        batch = lab_imports.upload(
            content=content, site=site, patient=patient, by=request.user, at=timezone.now(),
            straight_on=not dry,
        )  # fmt: skip
    except Unreadable as unreadable:
        found = unreadable.problem
        values: dict[str, Any] = dict(found.values)
        raise Refused.at(code=found.code, message=found.message, **values) from None
    return Response(shown(request, batch), status=201)


def _listed(request: Request, patient: Patient | None) -> Response:
    found, next_url = page(reading.imports_of(request.user, patient), request, "created_at")
    audit.record(
        by=request.user, action="lab_import.list", patient_id=patient.pk if patient else None
    )
    return Response({"next": next_url, "results": [shown(request, one) for one in found]})


LIST = [OpenApiParameter("limit", int), OpenApiParameter("cursor", str)]
SENT: dict[Any, Any] = {201: LabFile, **refusals(400, 401, 403, 413, 415, 422)}


def _examples(files: dict[str, str]) -> list[OpenApiExample]:
    return [
        OpenApiExample(name, value=file, request_only=True, media_type=_media(file))
        for name, file in files.items()
    ]


def _media(file: str) -> str:
    return "application/hl7-v2" if file.startswith("MSH") else "text/csv"


class PatientLabImports(APIView):
    """Files about one patient: a row that names anybody else is refused."""

    parser_classes = PARSERS

    @extend_schema(
        operation_id="list_lab_imports_of_patient",
        parameters=LIST,
        responses={200: shapes.page(LabFile), **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        refuse_unknown_parameters(request)
        return _listed(request, load_for(request.user, reading.PERMISSION, patient_id))

    @extend_schema(
        operation_id="import_labs_of_patient",
        parameters=[DRY_RUN],
        request=FILE,
        examples=_examples(examples.LAB_FILES),
        responses={**SENT, **refusals(404)},
    )
    def post(self, request: Request, patient_id: UUID) -> Response:
        patient = load_for(request.user, reading.PERMISSION, patient_id)
        return _sent(request, patient.site, patient)


class LabImports(APIView):
    """Files about several patients of a site, each row with its record or study number."""

    parser_classes = PARSERS

    @extend_schema(
        operation_id="list_lab_imports",
        parameters=LIST,
        responses={200: shapes.page(LabFile), **refusals(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request)
        _sites(request)
        return _listed(request, None)

    @extend_schema(
        operation_id="import_labs",
        parameters=[
            DRY_RUN,
            OpenApiParameter("site", str, description="Needed when you work at several."),
        ],
        request=FILE,
        examples=_examples(examples.LAB_FILES_OF_A_SITE),
        responses=SENT,
    )
    def post(self, request: Request) -> Response:
        sites = _sites(request)
        code = request.query_params.get("site")
        chosen = [site for site in sites if site.code == code] if code is not None else sites
        if len(chosen) != 1:
            raise Refused.at(
                "site",
                code="site",
                message=gettext_noop("Choose one of your sites: {sites}."),
                sites=", ".join(site.code for site in sites),
            )
        return _sent(request, chosen[0], None)


def _sites(request: Request) -> list[Site]:
    sites = list(reading.sites_to_import_for(request.user))
    if not sites:
        raise Problem(403, "forbidden", _("Ask someone whose role allows it."))
    return sites


class LabImportDetail(APIView):
    """How far a file is, and what became of it; for whoever sent it."""

    @extend_schema(
        operation_id="read_lab_import", responses={200: LabFile, **refusals(401, 403, 404)}
    )
    def get(self, request: Request, id: UUID) -> Response:
        batch = reading.load_import_for(request.user, id)
        reading.audit_seen(request.user, batch, "view")
        return Response(shown(request, batch))


class LabImportRows(APIView):
    @extend_schema(
        operation_id="list_lab_import_rows",
        parameters=[
            OpenApiParameter(
                "outcome",
                {"type": "string", "enum": list(SHOWN)},
                description=f"`all`: every row (when left out). {OUTCOMES}",
            ),
            *LIST,
        ],
        responses={200: shapes.page(LabFileRow), **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The rows in the order of the file."""
        refuse_unknown_parameters(request, "outcome")
        outcome = one_of(request, "outcome", SHOWN)
        count, after = limit(request), _after(request)
        batch = reading.load_import_for(request.user, id)
        rows = reading.rows_of(batch, *(() if outcome == "all" else (outcome,)))
        found = list(rows.filter(position__gt=after)[: count + 1])
        more = len(found) > count
        found = found[:count]
        reading.audit_seen(request.user, batch, "view", found)
        next_url = next_address(request, found[-1].position) if more else None
        return Response({"next": next_url, "results": [_row(one) for one in found]})


def _after(request: Request) -> int:
    cursor = request.query_params.get("cursor", "0")
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise Problem(400, "cursor", _("Use the cursor of next."))
    return int(cursor)
