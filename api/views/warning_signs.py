"""What to do about each warning sign, whom to call, and what the clinic knows of those reported.

For a client of its own that patients use: it keeps the answer, so that the advice needs no network.
A sign is reported as a diary entry of the kind red_flag.
"""

import datetime as dt
from typing import Literal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.response import Response
from rest_framework.views import APIView

from api.pagination import refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.diary import READS
from api.views.documents import refusals
from outcomes.presenters import warning_signs as presenter
from outcomes.warning_signs import reports
from patients import audit
from patients.access import load_for_any


class Number(BaseModel):
    """Whom to call; `number` is empty where the site has not given it: say `words` then."""

    who: Literal["clinic", "emergency", "crisis"]
    words: str
    number: str
    note: str
    """When it is answered."""


class WarningSign(BaseModel):
    """In your language; call in the order of `calls`."""

    sign: str
    label: str
    first: str
    calls: list[Number]
    advice: list[str]


class SignReport(BaseModel):
    """A sign that reached the clinic; `seen_at` is null until someone there has acknowledged it."""

    id: UUID
    sign: str
    happened_at: dt.datetime
    """By the phone's clock, corrected; approximate."""
    told_at: dt.datetime
    seen_at: dt.datetime | None


class WarningSignsAnswer(BaseModel):
    signs: list[WarningSign]
    do_not_wait: str
    reports: list[SignReport]
    """Of the last 14 days, the latest first; who may only report reads what they reported."""


class WarningSigns(APIView):
    @extend_schema(
        operation_id="read_warning_signs",
        responses={200: WarningSignsAnswer, **refusals(400, 401, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        refuse_unknown_parameters(request)
        patient = load_for_any(request.user, READS, patient_id)
        now = timezone.now()
        found = reports(request.user, patient, now)
        audit.record(by=request.user, action="patient.signs", patient_id=patient.pk)
        return Response(
            {
                "signs": [_sign(one) for one in presenter.signs(patient.site, [], now, gettext)],
                "do_not_wait": gettext(presenter.DO_NOT_WAIT),
                "reports": [
                    {name: getattr(report, name) for name in SignReport.model_fields}
                    for report in found
                ],
            }
        )


def _sign(one: presenter.SignWords) -> dict[str, object]:
    calls = [{name: getattr(call, name) for name in Number.model_fields} for call in one.calls]
    said = {name: getattr(one, name) for name in ("sign", "label", "first", "advice")}
    return said | {"calls": calls}
