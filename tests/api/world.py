"""Two hospitals and the people around one patient, made through the same actions as in life."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from outcomes.actions import medications, surgery, visits
from outcomes.documents.medication import CourseDocument
from outcomes.documents.visit import VisitDocument
from patients import actions
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.documents.surgery import ProcedureDocument
from patients.models import Membership, Patient, Proxy, Site, User
from patients.records import Asked
from patients.roles import Role, Scope

STAFF = {
    "physician": (Role.PHYSICIAN, "harbour"),
    "therapist": (Role.THERAPIST, "harbour"),
    "surgeon operating": (Role.SURGEON, "harbour"),
    "surgeon in the care team": (Role.SURGEON, "harbour"),
    "surgeon not involved": (Role.SURGEON, "harbour"),
    "administrator": (Role.ADMINISTRATOR, "harbour"),
    "physician elsewhere": (Role.PHYSICIAN, "hill"),
    "surgeon elsewhere": (Role.SURGEON, "hill"),
    "former physician": (Role.PHYSICIAN, "harbour"),
    "disabled physician": (Role.PHYSICIAN, "harbour"),
}
PERSONS = (
    "patient",
    "another patient",
    "caregiver who sees",
    "caregiver who reports",
    "caregiver with both",
    "caregiver revoked",
    "caregiver expired",
    "no role",
)
EVERYONE = ("anonymous", *STAFF, *PERSONS)


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Answer:
    """A response, with its JSON read."""

    raw: Any

    @property
    def status(self) -> int:
        return self.raw.status_code

    @property
    def json(self) -> Any:
        return json.loads(self.raw.content)

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.raw.headers)

    @property
    def etag(self) -> str:
        return self.raw.headers["ETag"]

    def codes(self) -> dict[str, str]:
        """pointer -> code of every refused field."""
        return {error["pointer"]: error["code"] for error in self.json.get("errors", [])}

    def warned(self) -> dict[str, str]:
        return {warning["pointer"]: warning["code"] for warning in self.json["warnings"]}


@dataclass
class Api:
    """A client of the API with a bearer token; nobody's without a user."""

    user: User | None
    token: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        if self.user is not None:
            self.token = AuthToken.objects.create(self.user)[1]

    def send(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> Answer:
        """`headers` by name with underscores: if_match, idempotency_key, content_type …"""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = sent.pop("content-type", "application/json")
        if self.token:
            sent.setdefault("authorization", f"Bearer {self.token}")
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        path = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        return Answer(
            self.client.generic(method, path, data, content_type=content_type, headers=sent)
        )

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.send("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.send("PATCH", path, body, **more)

    def rows(self, path: str) -> list[dict[str, Any]]:
        answer = self.get(path)
        assert answer.status == 200, answer.raw.content
        return answer.json["results"]


@dataclass
class World:
    sites: dict[str, Site]
    users: dict[str, User]
    ours: Patient
    """Followed at harbour by the operating surgeon; the patient and caregivers are theirs."""
    theirs: Patient
    """Followed at hill."""
    other: Patient
    """Followed at harbour; `another patient` signs in as this one."""
    ids: dict[str, str]
    """Of records: cement, decompression, visit, course at harbour; their_visit … at hill."""

    def api(self, who: str) -> Api:
        return Api(self.users.get(who))

    def path(self, *parts: str, of: Patient | None = None) -> str:
        return "/".join(("patients", str((of or self.ours).pk), *parts)) + "/"


def enrol(site: Site, number: str, by: User, user: User | None = None, **facts: Any) -> Patient:
    document = {"id": new_id(), "study_number": number, "birth_year": 1945, "sex": "female"}
    asked = Asked(by=by, at=timezone.now())
    actions.enrol(
        document=read(PatientDocument, document | facts), site=site, asked=asked, user=user
    )
    return Patient.objects.select_related("site").get(pk=document["id"])


def operate(patient: Patient, by: User, operator: User | None = None) -> dict[str, str]:
    """A vertebroplasty and the decompression two days later, a visit, and a drug course."""
    asked = Asked(by=by, at=timezone.now())
    ids = {name: new_id() for name in ("cement", "decompression", "visit", "course")}
    cement = {"id": ids["cement"], "kind": "cement", "date": "2026-02-27"}
    surgery.record_procedure(patient=patient, document=read(ProcedureDocument, cement), asked=asked)
    decompression = {"id": ids["decompression"], "kind": "decompression", "date": "2026-03-01"}
    surgery.record_procedure(
        patient=patient,
        document=read(ProcedureDocument, decompression),
        asked=asked,
        operator=operator,
    )
    visit = {"id": ids["visit"], "date": "2026-03-15", "kind": "discharge", "pain": {"back": 4}}
    visits.record_visit(patient=patient, document=read(VisitDocument, visit), asked=asked)
    course = {"id": ids["course"], "drug": "celecoxib"}
    medications.prescribe(patient=patient, document=read(CourseDocument, course), asked=asked)
    return ids


def build() -> World:
    sites = {
        code: Site.objects.create(name=code.title(), code=code, time_zone="Asia/Seoul")
        for code in ("harbour", "hill")
    }
    users = {
        who: User.objects.create(username=who.replace(" ", "-"), password="!")
        for who in (*STAFF, *PERSONS)
    }
    for who, (role, site) in STAFF.items():
        active = who != "former physician"
        Membership.objects.create(user=users[who], site=sites[site], role=role, active=active)
    User.objects.filter(pk=users["disabled physician"].pk).update(is_active=False)
    physician, elsewhere = users["physician"], users["physician elsewhere"]
    ours = enrol(sites["harbour"], "OUR-1", physician, users["patient"])
    other = enrol(sites["harbour"], "OUR-2", physician, users["another patient"])
    theirs = enrol(sites["hill"], "THEIR-1", elsewhere)
    ids = operate(ours, physician, users["surgeon operating"])
    ids |= {f"their_{name}": key for name, key in operate(theirs, elsewhere).items()}
    asked = Asked(by=physician, at=timezone.now())
    actions.assign(patient=ours, user=users["surgeon in the care team"], asked=asked)
    _caregivers(ours, users, asked)
    return World(sites, users, ours, theirs, other, ids)


def _caregivers(patient: Patient, users: dict[str, User], asked: Asked) -> None:
    for who, scope in (
        ("caregiver who sees", Scope.SEE),
        ("caregiver who reports", Scope.REPORT),
        ("caregiver with both", Scope.BOTH),
        ("caregiver revoked", Scope.BOTH),
        ("caregiver expired", Scope.BOTH),
    ):
        actions.link_caregiver(patient=patient, user=users[who], scope=scope, asked=asked)
    now = timezone.now()
    links = Proxy.objects.filter(patient=patient)
    links.filter(user=users["caregiver revoked"]).update(revoked_at=now)
    links.filter(user=users["caregiver expired"]).update(until=now - dt.timedelta(seconds=1))
