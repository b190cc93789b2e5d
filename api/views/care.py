"""Who cares for a patient."""

import datetime as dt
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples, shapes
from api.pagination import refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import refusals
from patients import actions, audit
from patients.access import clinicians_of, load_for
from patients.documents.base import Refused, Shape, Username, read
from patients.models import CareTeamMember
from patients.records import Asked
from patients.roles import Permission
from patients.text import gettext_noop


class Joining(Shape):
    """A clinician of the patient's site who joins the care team."""

    username: Username


class Member(BaseModel):
    """A clinician in the care team; `until` is null while they are."""

    username: str
    name: str
    since: dt.datetime
    until: dt.datetime | None


def shown(member: CareTeamMember) -> dict[str, object]:
    return {
        "username": member.user.username,
        "name": str(member.user),
        "since": member.since,
        "until": member.until,
    }


class CareTeam(APIView):
    @extend_schema(
        operation_id="care_team",
        responses={200: shapes.page(Member), **refusals(400, 401, 404)},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        refuse_unknown_parameters(request)
        patient = load_for(request.user, Permission.VIEW_RECORD, patient_id)
        audit.record(by=request.user, action="care_team.list", patient_id=patient.pk)
        members = CareTeamMember.objects.filter(patient=patient).select_related("user")
        return Response(
            {"next": None, "results": [shown(m) for m in members.order_by("since", "pk")]}
        )

    @extend_schema(
        operation_id="join_care_team",
        request=Joining,
        examples=examples.shown(examples.CARE_TEAM),
        responses={201: Member, **refusals(400, 401, 403, 404, 413, 415, 422)},
    )
    def post(self, request: Request, patient_id: UUID) -> Response:
        patient = load_for(request.user, Permission.MANAGE_CARE, patient_id)
        wanted = read(Joining, request.data).username
        user = clinicians_of(patient.site).filter(username=wanted).first()
        if user is None:
            message = gettext_noop("No clinician of this site signs in by this name: check it.")
            raise Refused.at("username", code="unknown_clinician", message=message)
        asked = Asked(by=request.user, at=timezone.now())
        member = actions.assign(patient=patient, user=user, asked=asked)
        return Response(shown(member), status=201)


class CareTeamMemberDetail(APIView):
    @extend_schema(
        operation_id="leave_care_team",
        parameters=[OpenApiParameter("username", str, OpenApiParameter.PATH)],
        responses={200: Member, **refusals(401, 403, 404)},
        description=_("Ends it; the time in the team stays on record."),
    )
    def delete(self, request: Request, patient_id: UUID, username: str) -> Response:
        patient = load_for(request.user, Permission.MANAGE_CARE, patient_id)
        current = CareTeamMember.objects.filter(patient=patient, until=None)
        member = current.filter(user__username=username).select_related("user").first()
        if member is None:
            raise Http404
        actions.leave_team(member=member, asked=Asked(by=request.user, at=timezone.now()))
        member.refresh_from_db()
        return Response(shown(member))
