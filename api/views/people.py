"""Patients, and who is asking."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, TypeAdapter, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples, representation, shapes
from api.errors import Problem
from api.pagination import page, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import IF_MATCH, IF_NONE_MATCH, KEY, answered, asked, edit, refusals, shown
from outcomes.kinds import PERSON
from patients import audit
from patients.access import live_proxies, load_for, sites_for
from patients.documents.base import Refused, absent, read
from patients.documents.people import PatientDocument
from patients.models import Patient, Site
from patients.records import Conflict, Written
from patients.roles import Permission
from patients.text import gettext_noop

PATIENT = shapes.answer(PatientDocument)
FILTERS = ("origin", "status", "study_number")


class Enrolment(PatientDocument):
    """A new patient, and the site that follows them (needed when you work at several)."""

    site: str = absent()


class Patients(APIView):
    @extend_schema(
        operation_id="list_patients",
        parameters=[
            *(OpenApiParameter(name, str) for name in FILTERS),
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", str),
        ],
        responses={200: shapes.page(PATIENT), **refusals(400, 401)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, *FILTERS)
        wanted = {name: _wanted(request, name) for name in FILTERS if name in request.query_params}
        rows: QuerySet = Patient.objects.visible_to(request.user).filter(**wanted)
        found, next_url = page(rows.select_related("site", "recorded_by"), request)
        audit.record(by=request.user, action="patient.list", patient_ids=[p.pk for p in found])
        return Response({"next": next_url, "results": [representation.row(p) for p in found]})

    @extend_schema(
        operation_id="enrol_patient",
        parameters=[KEY],
        request=Enrolment,
        examples=examples.shown(examples.PATIENTS),
        responses={201: PATIENT, **refusals(400, 401, 403, 409, 413, 415, 422)},
    )
    def post(self, request: Request) -> Response:
        body = request.data
        code = body.get("site") if isinstance(body, dict) else None
        site = _site(request, code)
        data = {k: v for k, v in body.items() if k != "site"} if isinstance(body, dict) else body
        document = read(PatientDocument, data)
        outcome = PERSON.record(document=document, site=site, asked=asked(request))
        _refuse_replay_to_strangers(request, outcome)
        patient = Patient(pk=outcome.version.record_id)
        return answered(Patient, outcome, 201, patient)


def _wanted(request: Request, name: str) -> str:
    """A filter's value; what no patient can have is refused rather than searched for."""
    value = request.query_params[name]
    try:
        TypeAdapter(PatientDocument.__annotations__[name]).validate_python(value)
    except ValidationError:
        detail = _("No patient has such a {name}: check it.").format(name=name)
        raise Problem(400, name, detail) from None
    return value


def _refuse_replay_to_strangers(request: Request, outcome: Written) -> None:
    """The answer to someone else's enrolment is for those who may see the patient."""
    version = outcome.version
    if not outcome.replayed or version.by_id == request.user.pk:
        return
    if not Patient.objects.visible_to(request.user).filter(pk=version.record_id).exists():
        raise Conflict


def _site(request: Request, code: object) -> Site:
    sites = list(sites_for(request.user, Permission.ENROL))
    if not sites:
        raise Problem(403, "forbidden", _("Ask someone whose role allows it."))
    chosen = [site for site in sites if site.code == code] if code is not None else sites
    if len(chosen) == 1:
        return chosen[0]
    raise Refused.at(
        "site",
        code="site",
        message=gettext_noop("Choose one of your sites: {sites}."),
        sites=", ".join(site.code for site in sites),
    )


class PatientDetail(APIView):
    @extend_schema(
        operation_id="read_patient",
        parameters=[IF_NONE_MATCH],
        responses={200: PATIENT, 304: None, **refusals(401, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        patient = load_for(request.user, Permission.VIEW_RECORD, patient_id)
        audit.record(by=request.user, action="patient.view", patient_id=patient.pk)
        return shown(request, patient)

    @extend_schema(
        operation_id="amend_patient",
        parameters=[KEY, IF_MATCH],
        request=shapes.patch(PatientDocument),
        responses={
            200: PATIENT,
            **refusals(400, 401, 403, 404, 409, 412, 413, 415, 422, 428),
        },
    )
    def patch(self, request: Request, patient_id: UUID) -> Response:
        patient = load_for(request.user, Permission.MANAGE_CARE, patient_id)
        return edit(request, patient, PERSON.amend, PatientDocument)


class Role(BaseModel):
    role: str
    site: str


class Myself(BaseModel):
    """Who is signed in, and in which roles."""

    username: str
    name: str
    language: str
    roles: list[Role]
    patient: UUID | None
    caregiver_of: list[UUID]


class Me(APIView):
    @extend_schema(operation_id="me", responses={200: Myself, **refusals(401)})
    def get(self, request: Request) -> Response:
        user = request.user
        return Response(
            {
                "username": user.username,
                "name": str(user),
                "language": user.language,
                "roles": [
                    {"role": held.role, "site": held.site.code}
                    for held in user.memberships.filter(active=True).select_related("site")
                ],
                "patient": getattr(getattr(user, "record", None), "pk", None),
                "caregiver_of": [p.patient_id for p in live_proxies(user)],
            }
        )
