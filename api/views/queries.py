"""Data queries of a patient: listed, raised by hand, answered."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import create_model
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples, representation, shapes
from api.pagination import one_of, page, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import IF_MATCH, KEY, asked, expected_version, refusals
from outcomes.actions import queries
from outcomes.documents.query import AnswerDocument, QueryDocument, RaisedDocument
from outcomes.models import DataQuery
from outcomes.presenters.queries import question
from patients import audit, records
from patients.access import load_for, load_record_for
from patients.documents.base import plain, read
from patients.models import Patient
from patients.records import Written
from patients.roles import Permission

STATES = ("all", "open", "closed_by_data", "answered")
Query = create_model(
    "Query",
    __base__=shapes.answer(QueryDocument),
    __doc__="A data query. `question` says in words what is asked.",
    question=(str, ...),
    opened_at=(dt.datetime, ...),
    settled_at=(dt.datetime | None, ...),
    settled_by=(str | None, ...),
)


def told(shown: dict[str, Any]) -> dict[str, Any]:
    return shown | {"question": question(shown, gettext)}


def answered(outcome: Written, status: int, patient: Patient) -> Response:
    body = told(representation.written(DataQuery, outcome, patient))
    version = outcome.version
    headers = {"ETag": representation.etag(version.version, version.content)}
    if outcome.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(body, status=status, headers=headers)


class Queries(APIView):
    @extend_schema(
        operation_id="list_query",
        parameters=[
            OpenApiParameter("state", str, enum=STATES),
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", str),
        ],
        responses={200: shapes.page(Query), **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        refuse_unknown_parameters(request, "state")
        patient = load_for(request.user, Permission.RECORD_OBSERVATION, patient_id)
        rows = DataQuery.objects.visible_to(request.user).filter(patient=patient).current()
        if (state := one_of(request, "state", STATES)) != "all":
            rows = rows.filter(state=state)
        found, next_url = page(rows.select_related("recorded_by", "settled_by", "patient"), request)
        audit.record(by=request.user, action="dataquery.list", patient_id=patient.pk)
        results = [told(representation.row(row)) for row in found]
        return Response({"next": next_url, "results": results})

    @extend_schema(
        operation_id="raise_query",
        parameters=[KEY],
        request=RaisedDocument,
        examples=examples.shown(examples.QUERIES),
        responses={201: Query, **refusals(400, 401, 403, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, patient_id: UUID) -> Response:
        patient = load_for(request.user, Permission.RECORD_OBSERVATION, patient_id)
        document = read(RaisedDocument, request.data)
        outcome = queries.raise_query(
            patient=patient, document=document, asked=asked(request, patient)
        )
        return answered(outcome, 201, patient)


class QueryAnswer(APIView):
    @extend_schema(
        operation_id="answer_query",
        tags=["queries"],
        parameters=[KEY, IF_MATCH],
        request=AnswerDocument,
        examples=examples.shown(examples.ANSWERS),
        responses={201: Query, **refusals(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)},
    )
    def post(self, request: Request, id: UUID) -> Response:
        row = load_record_for(request.user, Permission.RECORD_OBSERVATION, DataQuery, id)
        document = read(AnswerDocument, request.data)
        ask = asked(request, row.patient, "answer", row.pk, plain(document))
        if ask.key and (done := records.replay(ask.key, ask.fingerprint)):
            return answered(done, 201, row.patient)
        expected = expected_version(request, row)
        outcome = queries.answer(row=row, document=document, expected=expected, asked=ask)
        return answered(outcome, 201, row.patient)
