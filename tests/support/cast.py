"""The people of the tests: two hospitals, entered through the same actions as in life.

Clinical rows come from actions only; sites, users and memberships are configuration.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from outcomes import published, synthetic
from outcomes.actions import bulk, surgery, visits
from outcomes.documents.visit import VisitDocument
from patients import actions
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.documents.surgery import ProcedureDocument
from patients.models import Membership, Patient, Proxy, Site, User
from patients.records import Asked
from patients.roles import Role, Scope
from tests.support.copies import Once

TODAY = dt.date.today()
SURGERY = TODAY - dt.timedelta(days=120)


@dataclass(frozen=True)
class Cast:
    seoul: Site
    berlin: Site
    physician_a: User
    physician_b: User
    therapist_a: User
    surgeon_a: User
    """Operated on Ha, on nobody else."""
    administrator_a: User
    disabled_physician_a: User
    patient_user: User
    """Ha's own sign-in."""
    sees: User
    """Ha's caregivers, by what they may do."""
    reports: User
    sees_and_reports: User
    revoked: User
    expired: User
    ha: Patient
    """Registry, Seoul: cement, decompression by surgeon_a, two visits."""
    ji: Patient
    """Registry, Seoul: operated by someone else."""
    brandt: Patient
    """Registry, Berlin."""
    baek: Patient
    """The published case, Seoul."""
    synthetic: Patient
    """Made up, Seoul."""

    @property
    def users(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}

    @property
    def patients(self) -> dict[str, Patient]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Patient)}


def assemble() -> Cast:
    seoul = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    berlin = Site.objects.create(code="berlin", name="Berlin", time_zone="Europe/Berlin")
    physician = staff("physician_a", seoul, Role.PHYSICIAN)
    surgeon = staff("surgeon", seoul, Role.SURGEON)
    other_physician = staff("physician_b", berlin, Role.PHYSICIAN)
    patient_user = User.objects.create_user("patient_user")
    ha = enrol("A-001", seoul, physician, user=patient_user, name="Ha", birth_year=1947)
    operate(ha, physician, operator=surgeon)
    for kind, day, right, left in (("discharge", 14, "2", "4-"), ("6wk", 42, "3", "4")):
        visit(ha, physician, kind=kind, day=day, right=right, left=left)
    return Cast(
        seoul=seoul,
        berlin=berlin,
        physician_a=physician,
        physician_b=other_physician,
        therapist_a=staff("therapist_a", seoul, Role.THERAPIST),
        surgeon_a=surgeon,
        administrator_a=staff("administrator_a", seoul, Role.ADMINISTRATOR),
        disabled_physician_a=staff("disabled_a", seoul, Role.PHYSICIAN, is_active=False),
        patient_user=patient_user,
        sees=caregiver("sees", ha, physician, Scope.SEE),
        reports=caregiver("reports", ha, physician, Scope.REPORT),
        sees_and_reports=caregiver("sees_and_reports", ha, physician, Scope.BOTH),
        revoked=caregiver("revoked", ha, physician, Scope.BOTH, revoked_at=timezone.now()),
        expired=caregiver("expired", ha, physician, Scope.BOTH, until=timezone.now()),
        ha=ha,
        ji=enrol("A-002", seoul, physician, name="Ji", birth_year=1939),
        brandt=enrol("B-001", berlin, other_physician, name="Brandt", birth_year=1951),
        baek=together(published.case("BAEK-2021"), seoul, physician),
        synthetic=together(
            synthetic.course(seed=1, number=1, today=TODAY - dt.timedelta(days=1)), seoul, physician
        ),
    )


the_cast = Once(assemble)


def together(case: bulk.Case, site: Site, by: User) -> Patient:
    """Entered by the bulk action: the same rows as one by one (test_bulk.py)."""
    list(bulk.enter([case], site=site, asked=replace(now(by), reporter="import")))
    return Patient.objects.select_related("site").get(pk=case.patient["id"])


def now(by: User) -> Asked:
    return Asked(by=by, at=timezone.now())


def staff(username: str, site: Site, role: Role, **facts: Any) -> User:
    user = User.objects.create_user(username, **facts)
    Membership.objects.create(user=user, site=site, role=role)
    return user


def caregiver(username: str, patient: Patient, by: User, scope: Scope, **ended: Any) -> User:
    user = User.objects.create_user(username)
    proxy = actions.link_caregiver(patient=patient, user=user, scope=scope, asked=now(by))
    if ended:
        Proxy.objects.filter(pk=proxy.pk).update(**ended)
    return user


def enrol(number: str, site: Site, by: User, *, user: User | None = None, **facts: Any) -> Patient:
    document = {"id": str(uuid.uuid4()), "study_number": number, **facts}
    actions.enrol(document=read(PatientDocument, document), site=site, asked=now(by), user=user)
    return Patient.objects.select_related("site").get(pk=document["id"])


def operate(patient: Patient, by: User, *, operator: User | None = None) -> None:
    """Cement at nine, decompression 20 hours later."""
    cement = {"kind": "cement", "date": str(SURGERY - dt.timedelta(days=1)), "time": "09:00"}
    decompression = {"kind": "decompression", "date": str(SURGERY), "time": "05:00"}
    if operator is not None:
        decompression["surgeon"] = operator.username
    for document in (cement, decompression):
        surgery.record_procedure(
            patient=patient,
            document=read(ProcedureDocument, {"id": str(uuid.uuid4()), **document}),
            asked=now(by),
        )


def visit(patient: Patient, by: User, *, kind: str, day: int, right: str, left: str) -> None:
    document = {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "mode": "in_person",
        "date": str(SURGERY + dt.timedelta(days=day)),
        "motor": {"basis": "gestalt", "right": {"grade": right}, "left": {"grade": left}},
    }
    visits.record_visit(patient=patient, document=read(VisitDocument, document), asked=now(by))
