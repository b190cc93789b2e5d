"""Alerts of one patient: listed, read, acknowledged. For those who examine; to others, absent."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples, representation, shapes
from api.errors import Problem
from api.pagination import one_of, page, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import IF_NONE_MATCH, KEY, asked, refusals, shown
from outcomes.actions.alerts import AlreadyAcknowledged, acknowledge
from outcomes.alerts import rule_words
from outcomes.documents.alert import AcknowledgementDocument, AlertDocument
from outcomes.models import Alert
from patients import audit
from patients.access import load_for_examiner, load_record_for
from patients.documents.base import read
from patients.roles import Permission

ALERT = shapes.answer(AlertDocument)


def _told(body: dict[str, Any]) -> dict[str, Any]:
    """The alert with what its rule says, in the reader's language."""
    return body | rule_words(body["rule"], gettext)._asdict()


def _load(request: Request, id: UUID) -> Alert:
    found: Alert = load_record_for(request.user, Permission.RECORD_OBSERVATION, Alert, id)
    return found


class AlertList(APIView):
    @extend_schema(
        operation_id="list_alert",
        parameters=[
            OpenApiParameter(
                "open", str, enum=["true", "false"],
                description="true: not acknowledged yet; false: acknowledged; both when left out.",
            ),
            OpenApiParameter("limit", int, description="Rows a page, 1 to 200; 50 when left out."),
            OpenApiParameter("cursor", str, description="Taken from next."),
        ],
        responses={200: shapes.page(ALERT), **refusals(400, 401, 404)},
    )  # fmt: skip
    def get(self, request: Request, patient_id: UUID) -> Response:
        refuse_unknown_parameters(request, "open")
        patient = load_for_examiner(request.user, patient_id)
        rows = Alert.objects.visible_to(request.user).filter(patient=patient).current()
        if (wanted := one_of(request, "open", ("", "true", "false"))) != "":
            rows = rows.filter(acknowledged_at__isnull=wanted == "true")
        related = ("recorded_by", "acknowledged_by", "patient")
        found, next_url = page(rows.select_related(*related), request)
        audit.record(by=request.user, action="alert.list", patient_id=patient.pk)
        results = [_told(representation.row(row)) for row in found]
        return Response({"next": next_url, "results": results})


class AlertDetail(APIView):
    @extend_schema(
        operation_id="read_alert",
        parameters=[IF_NONE_MATCH],
        responses={200: ALERT, 304: None, **refusals(401, 404)},
    )
    def get(self, request: Request, id: UUID) -> Response:
        alert = _load(request, id)
        audit.record(
            by=request.user,
            action="alert.view",
            patient_id=alert.patient_id,
            record_id=alert.pk,
            version=alert.version,
        )
        answer = shown(request, alert)
        if answer.status_code == 200:
            answer.data = _told(answer.data)
        return answer


class AlertAcknowledgement(APIView):
    @extend_schema(
        operation_id="acknowledge_alert",
        parameters=[KEY],
        request=AcknowledgementDocument,
        examples=examples.shown(examples.ACKNOWLEDGEMENTS),
        responses={201: ALERT, **refusals(400, 401, 403, 404, 409, 413, 415, 422)},
        description=_(
            "One named person has seen it and says what was done. The same person again gets the "
            "first answer; anyone else is told who was first (409, already_acknowledged)."
        ),
    )
    def post(self, request: Request, id: UUID) -> Response:
        alert = _load(request, id)
        document = read(AcknowledgementDocument, request.data)
        ask = asked(request, alert.patient, "acknowledge", alert.pk, request.data)
        try:
            outcome = acknowledge(row=alert, document=document, asked=ask)
        except AlreadyAcknowledged as first:
            raise _taken(first.alert) from None
        body = _told(representation.written(Alert, outcome, alert.patient))
        version = outcome.version
        headers = {"ETag": representation.etag(version.version, version.content)}
        if outcome.replayed:
            headers["Idempotent-Replayed"] = "true"
        return Response(body, status=201, headers=headers)


def _taken(alert: Alert) -> Problem:
    by, at = alert.acknowledged_by, alert.acknowledged_at
    detail = _("{person} has acknowledged this alert already: read it again.").format(person=by)
    return Problem(
        409,
        "already_acknowledged",
        detail,
        title=_("Someone was quicker."),
        acknowledged_by=by.username if by else None,
        acknowledged_at=at,
    )
