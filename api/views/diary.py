"""The diary: like any document, but read by whoever reported it, also without the record."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from api import examples, shapes
from api.requests import ApiRequest as Request
from api.views.documents import IF_MATCH, IF_NONE_MATCH, KEY, DocumentDetail, DocumentList, refusals
from outcomes.kinds import DIARY
from patients.access import load_for, load_for_any
from patients.models import Patient
from patients.roles import Permission

READS = (Permission.VIEW_RECORD, Permission.RECORD_DIARY)
ENTRY = shapes.answer(DIARY.shape)


class DiaryList(DocumentList):
    kind = DIARY

    def _patient(self, request: Request, patient_id: UUID) -> Patient:
        return load_for_any(request.user, READS, patient_id)

    @extend_schema(
        operation_id="list_diary_entry",
        parameters=[
            OpenApiParameter("limit", int, description="Rows a page, 1 to 200; 50 when left out."),
            OpenApiParameter("cursor", str, description="Taken from next."),
        ],
        responses={200: shapes.page(ENTRY), **refusals(400, 401, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        return super().get(request, patient_id)

    @extend_schema(
        operation_id="record_diary_entry",
        parameters=[KEY],
        request=DIARY.shape,
        examples=examples.shown(examples.DIARY),
        responses={201: ENTRY, **refusals(400, 401, 403, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, patient_id: UUID) -> Response:
        return super().post(request, patient_id)


class DiaryDetail(DocumentDetail):
    kind = DIARY

    @extend_schema(
        operation_id="read_diary_entry",
        parameters=[IF_NONE_MATCH],
        responses={200: ENTRY, 304: None, **refusals(401, 404)},
    )
    def get(self, request: Request, id: UUID, **place: UUID) -> Response:
        return super().get(request, id, **place)

    @extend_schema(
        operation_id="amend_diary_entry",
        parameters=[KEY, IF_MATCH],
        request=shapes.patch(DIARY.shape),
        responses={200: ENTRY, **refusals(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)},
    )
    def patch(self, request: Request, id: UUID, **place: UUID) -> Response:
        return super().patch(request, id, **place)

    def _load(
        self, request: Request, permission: Permission, id: UUID, place: dict[str, UUID]
    ) -> Any:
        row = DIARY.model.objects.visible_to(request.user).filter(pk=id).first()
        if row is None:
            raise Http404
        if permission is Permission.VIEW_RECORD:
            row.patient = load_for_any(request.user, READS, row.patient_id)
        else:
            row.patient = load_for(request.user, permission, row.patient_id)
        return row
