"""Who was followed, and who was lost: counts from enrolment to each window."""

from dataclasses import asdict
from typing import Annotated, Literal

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, Field
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import ApiRequest as Request
from api.views.cohort import PARAMETERS, AnalysisAnswer, Stamp, as_api, asked_for, stamp_of
from api.views.documents import refusals
from outcomes.comparison import Population, limits_of
from outcomes.comparison.following import following
from outcomes.rules.cohort_following import KINDS
from patients import audit

STATES = (
    f"People by state, each person in one: {', '.join(KINDS)}. "
    f"Of others by kind: {', '.join(dict.fromkeys(KINDS.values()))}."
)


class StepsAnswer(BaseModel):
    """enrolled = without_consent + consented; consented = filtered_out + counted; counted =
    not_operated + decompressed. No filter looks at people without research consent."""

    enrolled: int | None
    without_consent: int | None
    consented: int | None
    filtered_out: int | None
    counted: int | None
    not_operated: int | None
    decompressed: int | None


class AtWindowAnswer(BaseModel):
    """Of the decompressed, who was in which state at an analysis window of the clock asked for."""

    window: str
    group: Annotated[
        Literal["all", "day", "over_a_day", "unclear"],
        Field(
            description="By timing. all: everyone decompressed; day: at most 24 hours; "
            "over_a_day: more; unclear: not on either side of 24 hours, or not known."
        ),
    ]
    people: int | None
    states: Annotated[dict[str, int | None], Field(description=STATES)]


class FlowAnswer(BaseModel):
    steps: StepsAnswer
    at_windows: list[AtWindowAnswer]


class FollowUpAnswer(BaseModel):
    """`open` is of made-up people, or of those whose record you may open, exactly, and `analysis`
    what the comparison says of the same, each estimate with `if_missing`. `others` is everyone
    else: counts rounded to five, null for fewer than eight and for a second one where one alone
    would be; null in all where you may open every record, and where they are `withheld` because
    the filter leaves out so few."""

    stamp: Stamp
    open: FlowAnswer
    analysis: AnalysisAnswer
    others: FlowAnswer | None
    withheld: bool
    limits: list[str]


class CohortFlow(APIView):
    @extend_schema(
        operation_id="comparison_flow",
        parameters=PARAMETERS,
        responses={200: FollowUpAnswer, **refusals(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        population = Population(request.user, asked_for(request), timezone.now())
        found = following(population)
        audit.record(by=request.user, action="comparison.follow_up")
        return Response(
            {
                "stamp": stamp_of(population, found.version),
                "open": asdict(found.open),
                "analysis": as_api(found.analysis),
                "others": found.others and asdict(found.others),
                "withheld": found.withheld,
                "limits": list(limits_of(population.question)),
            }
        )
