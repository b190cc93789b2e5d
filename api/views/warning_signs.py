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
from pydantic import BaseModel, ConfigDict
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


class Said(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Number(Said):
    """Whom to call; `number` is empty where the site has not given it: say `words` then."""

    who: Literal["clinic", "emergency", "crisis"]
    """Whose number it is: of the `clinic` itself, the public `emergency` number, or that of a
    `crisis` line."""
    words: str
    """What a button says, or that there is no number."""
    number: str
    """As the site gives it; empty where it gives none."""
    note: str
    """When it is answered."""


class WarningSign(Said):
    """In your language; call in the order of `calls`."""

    sign: str
    """As a diary entry names it."""
    label: str
    """What a patient taps."""
    first: str
    """What to do first: whom to call now."""
    calls: list[Number]
    """Whom to call, in this order."""
    advice: list[str]
    """What else to do, a sentence each."""


class SignReport(Said):
    """A sign that reached the clinic; `seen_at` is null until someone there has acknowledged it."""

    id: UUID
    """Of the diary entry."""
    sign: str
    """Which of the signs."""
    happened_at: dt.datetime
    """By the phone's clock, corrected; approximate."""
    told_at: dt.datetime
    """When it reached the clinic."""
    seen_at: dt.datetime | None
    """When someone there first acknowledged it."""


class WarningSignsAnswer(Said):
    origin: Literal["registry", "synthetic", "published"]
    signs: list[WarningSign]
    """All of them, in the order in which they are asked."""
    do_not_wait: str
    """What holds for each of them."""
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
                "origin": patient.origin,
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
