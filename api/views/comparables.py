"""One patient among comparable people of the registry: counts, never a prediction."""

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, Field
from rest_framework.response import Response
from rest_framework.views import APIView

from api.pagination import refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.cohort import Bounds, IntervalAnswer
from api.views.documents import refusals
from outcomes.comparison import LIMITS, REGRESSION
from outcomes.comparison.comparables import comparables
from outcomes.record import Record
from outcomes.rules.cohort_comparables import AT
from outcomes.rules.cohort_following import KINDS
from patients import audit
from patients.access import OwnRecord, load_to_compare

NEVER = "never_a_prediction"


class CriterionAnswer(BaseModel):
    """What comparable people share; `value` is null where this patient's own is not known, and
    then it is not asked for."""

    name: Annotated[
        Literal["first_worst", "age_band", "timing"],
        Field(
            description="first_worst: first grade of the worse leg, 0-5; age_band: ten years; "
            "timing: day for at most 24 hours from cement to decompression, over_a_day for more."
        ),
    ]
    value: Annotated[int | str | None, Field(description="Null where it could not be asked for.")]


class PointAnswer(BaseModel):
    """`day` since the decompression; `grade` of the worse leg, null where a leg has none."""

    day: Bounds
    grade: int | None


class SpreadAnswer(BaseModel):
    """Comparable people at one window: `grades` by grade 0 to 5, `states` by kind; `followed`
    (examined or died) of those `due`. Null is not told."""

    window: str
    people: int | None
    grades: list[int | None]
    states: Annotated[
        dict[str, int | None],
        Field(description=f"People by kind: {', '.join(dict.fromkeys(KINDS.values()))}."),
    ]
    due: int | None
    followed: int | None


class CourseAnswer(BaseModel):
    """One comparable person; `number` holds within this answer only. `points` by window."""

    number: int
    points: dict[str, PointAnswer]
    dead_at: list[str]


class ReachedAnswer(BaseModel):
    """At 12 months `k` of `n` comparable people ended at `grade` or better, the grade that this
    patient's worse leg had last; exact 95 % interval, null for nobody."""

    window: str
    grade: int
    k: int
    n: int
    interval: IntervalAnswer | None


class ComparablesAnswer(BaseModel):
    """`spreads`, `courses` and `reached` are of made-up people, or of those whose record you may
    open; `courses` is null above 500. `others`: everyone else, counts rounded to five, null for
    fewer than eight; `withheld` where the criteria set too few of them apart. Counts only: nothing
    here says how this patient will be."""

    origin: str
    data_version: str
    criteria: list[CriterionAnswer]
    own: list[PointAnswer]
    why_none: Annotated[
        Literal["published", "not_operated", "nothing_known"] | None,
        Field(
            description="Why nobody is compared with. published: such a case is set beside nobody; "
            "not_operated: no decompression is recorded; nothing_known: no criterion is known of "
            "this patient; null: somebody could be comparable."
        ),
    ]
    people: int
    spreads: list[SpreadAnswer]
    courses: list[CourseAnswer] | None
    reached: ReachedAnswer | None
    others: list[SpreadAnswer] | None
    withheld: bool
    notes: list[str]
    limits: list[str]


class PatientComparables(APIView):
    @extend_schema(
        operation_id="comparables",
        responses={200: ComparablesAnswer, **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The course of a patient's worse leg beside comparable people; not for patients."""
        refuse_unknown_parameters(request)
        try:
            patient = load_to_compare(request.user, patient_id)
        except OwnRecord:
            raise Http404 from None
        found = comparables(Record(patient, request.user), request.user, now=timezone.now())
        audit.record(by=request.user, action="comparison.comparables", patient_id=patient.pk,
                     patient_ids=found.ids)  # fmt: skip
        told: dict[str, Any] = asdict(found)
        del told["ids"], told["on"]
        reached = found.reached
        return Response(
            told
            | {
                "data_version": told.pop("version"),
                "why_none": found.why_none or None,
                "reached": reached
                and {
                    "window": AT,
                    "grade": reached.grade,
                    **asdict(reached.count),
                    "interval": reached.interval and asdict(reached.interval),
                },
                "notes": [NEVER, REGRESSION] if found.by_grade else [NEVER],
                "limits": list(LIMITS),
            }
        )
