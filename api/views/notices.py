"""The notices of whoever is asking."""

import datetime as dt
from uuid import UUID

from django.db.models import F
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework.response import Response
from rest_framework.views import APIView

from api import shapes
from api.pagination import page, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import refusals
from outcomes.notices import messages_of, notices
from patients import audit


class Notice(BaseModel):
    """A notice that reached you. It says that something waits; `patient` is whom it is about,
    null where you may not open that record."""

    id: UUID
    text: str
    received_at: dt.datetime
    patient: UUID | None


class Notices(APIView):
    @extend_schema(
        operation_id="list_notices",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses={200: shapes.page(Notice), **refusals(400, 401)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request)
        rows = messages_of(request.user).annotate(recorded_at=F("received_at"), id=F("key"))
        messages, next_url = page(rows, request)
        found = notices(messages, request.user)
        named = [notice.patient.pk for notice in found if notice.patient]
        audit.record(by=request.user, action="notice.list", patient_ids=named)
        results = [
            {
                "id": notice.message.key,
                "text": notice.message.text,
                "received_at": notice.message.received_at,
                "patient": notice.patient and notice.patient.pk,
            }
            for notice in found
        ]
        return Response({"next": next_url, "results": results})
