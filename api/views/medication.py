"""What the medication rules find of a patient: read by clinicians, never written."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from pydantic import BaseModel
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples
from api.pagination import refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import refusals
from outcomes.presenters import safety
from outcomes.record import Record
from patients import audit
from patients.access import load_for
from patients.roles import Permission


class UsedValue(BaseModel):
    """A value that a rule looked at; `on` is its day, null where it has none."""

    name: str
    value: str
    on: str | None


class ClearanceAnswer(BaseModel):
    """Creatinine clearance by Cockcroft and Gault in mL/min, unrounded.

    `lower` and `upper` are equal where the age is exact, and null where it cannot be calculated:
    `missing` says why.
    """

    lower: float | None
    upper: float | None
    missing: list[str]
    used: list[UsedValue]


class NextDose(BaseModel):
    """When the next dose of a course is due: between two days, null where they are not known."""

    drug: str
    course: UUID
    last_dose: UUID | None
    earliest: str | None
    latest: str | None
    overdue: str
    urgent: str
    missing: list[str]
    reference: str


class DrugFinding(BaseModel):
    """What a rule answers of a drug: yes, no, cannot_tell (with what is missing), not_applicable.

    `rule` is the row of the reference data; `not_needed` is missing and would change nothing.
    `stricter_label`: the site has no jurisdiction set, so the stricter label holds.
    """

    model_config = {"extra": "allow"}

    drug: str
    rule: str
    kind: str
    answer: str
    reason: str
    missing: list[str]
    not_needed: list[str]
    courses: list[UUID]
    used: list[UsedValue]
    reference: str
    verified: bool
    jurisdiction: str | None
    stricter_label: bool


class MedicationSafetyAnswer(BaseModel):
    """Decision support, not diagnosis. What cannot be told is not safe."""

    label: str
    origin: str
    creatinine_clearance: ClearanceAnswer
    next_doses: list[NextDose]
    findings: list[DrugFinding]


EXAMPLE = OpenApiExample("a course with its dose", examples.MEDICATION_SAFETY, response_only=True)


class MedicationSafety(APIView):
    @extend_schema(
        operation_id="medication_safety",
        tags=["medications"],
        examples=[EXAMPLE],
        responses={200: MedicationSafetyAnswer, **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Every finding of the medication rules; not for patients and caregivers."""
        refuse_unknown_parameters(request)
        patient = load_for(request.user, Permission.RECORD_OBSERVATION, patient_id)
        facts = Record(patient, request.user).facts(timezone.now())
        audit.record(by=request.user, action="medication_safety.view", patient_id=patient.pk)
        answer: dict[str, Any] = safety.all_as_api(facts, gettext)
        return Response({"origin": patient.origin, **answer})
