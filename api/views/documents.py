"""Documents of one patient: listed, written once, read back, amended with a reason."""

import re
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples, representation, shapes
from api.errors import Problem
from api.pagination import page, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from outcomes.actions.consequences import enter_in_error
from outcomes.kinds import Kind
from patients import audit, records
from patients.access import load_for, load_record_for, reporter
from patients.documents.base import Refused, plain, read
from patients.models import Patient, Record
from patients.records import Asked, Stale, Written, fingerprint
from patients.roles import Permission
from patients.text import gettext_noop

_KEY = re.compile(r"[\x21-\x7e]{1,100}")
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": f"^{_KEY.pattern}$"},
    OpenApiParameter.HEADER,
    description="The document's id when left out.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag last read."
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)


def refusals(*statuses: int) -> dict[tuple[int, str], type]:
    return {(status, "application/problem+json"): shapes.ProblemAnswer for status in statuses}


def asked(request: Request, patient: Patient | None = None, *edit: Any) -> Asked:
    """Who asks, as whom, when, under which key; of an edit also what it asks for."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if key and not _KEY.fullmatch(key):
        raise Problem(400, "idempotency_key", _("Give Idempotency-Key as 1 to 100 characters."))
    return Asked(
        by=request.user,
        at=timezone.now(),
        key=key,
        reporter=reporter(request.user, patient) if patient else "clinician",
        fingerprint=fingerprint(*edit) if edit else "",
    )


def answered(model: type[Record], outcome: Written, status: int, patient: Patient) -> Response:
    body = representation.written(model, outcome, patient)
    version = outcome.version
    headers = {"ETag": representation.etag(version.version, version.content)}
    if outcome.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(body, status=status, headers=headers)


def shown(request: Request, record: Record) -> Response:
    tag = representation.current_etag(record)
    if {tag, f"W/{tag}", "*"} & _tags(request, "If-None-Match"):
        return Response(status=304, headers={"ETag": tag})
    return Response(representation.row(record), headers={"ETag": tag})


def _tags(request: Request, header: str) -> set[str]:
    return {tag.strip() for tag in request.headers.get(header, "").split(",")}


def expected_version(request: Request, record: Record) -> int:
    """The version If-Match names; 428 without it, Stale when it is not the current one."""
    if not request.headers.get("If-Match", ""):
        detail = _("Send If-Match with the ETag of the version you read.")
        raise Problem(428, "precondition_required", detail)
    if {representation.current_etag(record), "*"} & _tags(request, "If-Match"):
        return record.version
    raise Stale(record)


def refuse_bad_edit(shape: Any, body: Any) -> None:
    """The named fields must exist and hold; how they fit the rest is checked once merged."""
    read(shapes.patch(shape), body)
    if body.get("entered_in_error") and set(body) > {"reason", "entered_in_error"}:
        raise Refused.at(
            "entered_in_error",
            code="entered_in_error",
            message=gettext_noop("Mark the record as entered in error or change it, not both."),
        )


def merged(record: Record, body: dict[str, Any]) -> dict[str, Any]:
    """The document with the named fields replaced, each whole."""
    current = plain(read(record.SHAPE, record.document()))
    named = {k: v for k, v in body.items() if k not in {"reason", "entered_in_error"}}
    return current | named


def edit(
    request: Request, record: Any, amend: Any, shape: Any, withdraw: Any = enter_in_error
) -> Response:
    """PATCH of any document: replay first, then If-Match, then the action."""
    body = request.data
    refuse_bad_edit(shape, body)
    patient = record if isinstance(record, Patient) else record.patient
    ask = asked(request, patient, "amend", record.pk, body)
    if ask.key and (done := records.replay(ask.key, ask.fingerprint)):
        return answered(type(record), done, 200, patient)
    try:
        expected = expected_version(request, record)
        if body.get("entered_in_error"):
            outcome = withdraw(row=record, asked=ask, reason=body["reason"], expected=expected)
        else:
            outcome = _apply(record, body, amend, shape, ask, expected)
    except Stale as stale:
        raise _both_versions(stale, body) from None
    return answered(type(record), outcome, 200, patient)


def _apply(record: Any, body: Any, amend: Any, shape: Any, ask: Asked, expected: int) -> Written:
    document = read(shape, merged(record, body))
    return amend(row=record, document=document, reason=body["reason"], expected=expected, asked=ask)


def _both_versions(stale: Stale, body: dict[str, Any]) -> Problem:
    current = stale.current
    return Problem(
        412,
        "stale",
        _("Compare the two versions, then send your change again on the current one."),
        current=representation.row(current),
        yours=body,
        etag=representation.current_etag(current),
    )


class DocumentList(APIView):
    kind: ClassVar[Kind]

    def get(self, request: Request, patient_id: UUID) -> Response:
        refuse_unknown_parameters(request)
        patient = self._patient(request, patient_id)
        rows = self._rows(request).filter(patient=patient).current()
        found, next_url = page(rows, request)
        audit.record(by=request.user, action=f"{self.kind.name}.list", patient_id=patient.pk)
        return Response({"next": next_url, "results": [representation.row(r) for r in found]})

    def _patient(self, request: Request, patient_id: UUID) -> Patient:
        """Whose documents are listed; 404 for whoever may not read them."""
        return load_for(request.user, Permission.VIEW_RECORD, patient_id)

    def _rows(self, request: Request) -> Any:
        rows = self.kind.model.objects.visible_to(request.user).select_related(
            "recorded_by", "patient"
        )
        return rows.prefetch_related("doses_given") if self.kind.path == "medications" else rows

    def post(self, request: Request, patient_id: UUID) -> Response:
        patient = load_for(request.user, self.kind.permission, patient_id)
        document = read(self.kind.shape, request.data)
        ask = asked(request, patient)
        outcome = self.kind.record(patient=patient, document=document, asked=ask)
        return answered(self.kind.model, outcome, 201, patient)


class DocumentDetail(APIView):
    """One document. `place` is what its address says of it: patient_id, course_id."""

    kind: ClassVar[Kind]

    def get(self, request: Request, id: UUID, **place: UUID) -> Response:
        record = self._load(request, Permission.VIEW_RECORD, id, place)
        audit.record(
            by=request.user,
            action=f"{self.kind.name}.view",
            patient_id=record.patient_id,
            record_id=record.pk,
            version=record.version,
        )
        return shown(request, record)

    def patch(self, request: Request, id: UUID, **place: UUID) -> Response:
        record = self._load(request, self.kind.permission, id, place)
        return edit(request, record, self.kind.amend, self.kind.shape, self.kind.withdraw)

    def _load(
        self, request: Request, permission: Permission, id: UUID, place: dict[str, UUID]
    ) -> Any:
        record = load_record_for(request.user, permission, self.kind.model, id)
        if any(getattr(record, name) != value for name, value in place.items()):
            raise Problem(404, "not_found", _("Check the address and the id."))
        return record


def list_view(kind: Kind) -> type[APIView]:
    item = shapes.answer(kind.shape)
    view = type(f"{kind.name.title().replace('_', '')}List", (DocumentList,), {"kind": kind})
    limit = OpenApiParameter("limit", int, description="Rows a page, 1 to 200; 50 when left out.")
    cursor = OpenApiParameter("cursor", str, description="Taken from next.")
    return extend_schema_view(
        get=extend_schema(
            operation_id=f"list_{kind.name}",
            parameters=[limit, cursor],
            responses={200: shapes.page(item), **refusals(400, 401, 404)},
        ),
        post=extend_schema(
            operation_id=f"record_{kind.name}",
            parameters=[KEY],
            request=kind.shape,
            examples=examples.shown(examples.BY_PATH[kind.path]),
            responses={201: item, **refusals(400, 401, 403, 404, 409, 413, 415, 422)},
        ),
    )(view)


def detail_view(kind: Kind) -> type[APIView]:
    item = shapes.answer(kind.shape)
    view = type(f"{kind.name.title().replace('_', '')}Detail", (DocumentDetail,), {"kind": kind})
    return extend_schema_view(
        get=extend_schema(
            operation_id=f"read_{kind.name}",
            parameters=[IF_NONE_MATCH],
            responses={200: item, 304: None, **refusals(401, 404)},
        ),
        patch=extend_schema(
            operation_id=f"amend_{kind.name}",
            parameters=[KEY, IF_MATCH],
            request=shapes.patch(kind.shape),
            responses={200: item, **refusals(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)},
        ),
    )(view)
