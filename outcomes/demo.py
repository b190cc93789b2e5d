"""The demo hospital: people with known sign-ins, the published case, synthetic patients."""

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from outcomes import published, simulation, synthetic
from outcomes.actions import bulk
from patients import actions
from patients.models import Membership, Patient, Site, User
from patients.records import Asked
from patients.roles import STAFF, Role, Scope
from tracker import env

SITE_CODE = "demo"
PUBLISHED = "BAEK-2021"
PATIENTS = 120
# of this seed the first are active and operated, with grades, laboratory values and drugs, and the
# very first, whose patient and caregiver can sign in, has a visit falling due
SEED = 118
# made up, and nobody's: no number in Korea goes on with a 0 after its area code
NUMBERS = {
    "phone": "02-000-0000",
    "phone_note": "Made up, reaches nobody · 시연용 가상 번호, 연결되지 않음",
    "emergency_number": "02-000-0119",
    "crisis_line": "02-000-0109",
}
NAMES = {
    Role.PHYSICIAN: ("Sora", "Han"),
    Role.THERAPIST: ("Minjun", "Seo"),
    Role.SURGEON: ("Daniel", "Weber"),
    Role.ADMINISTRATOR: ("Ines", "Costa"),
    Role.PATIENT: ("Demo", "Patient"),
    Role.CAREGIVER: ("Demo", "Caregiver"),
}


def password() -> str:
    return env.text("DEMO_PASSWORD", "regain-demo-2026")


@transaction.atomic
def build() -> int:
    """Make what is not there yet; returns how many synthetic patients there are."""
    site, _made = Site.objects.get_or_create(
        code=SITE_CODE,
        defaults={"name": "Demo hospital", "time_zone": "Asia/Seoul", **NUMBERS},
    )
    users = _users()
    on_call = {Role.PHYSICIAN: "first", Role.SURGEON: "second"}
    for role in STAFF:
        Membership.objects.get_or_create(
            user=users[role], site=site, role=role, defaults={"on_call": on_call.get(role, "")}
        )
    physician = users[Role.PHYSICIAN]
    published.enter(PUBLISHED, site=site, asked=Asked(by=physician, at=timezone.now()))
    if Patient.objects.filter(origin="synthetic").count() < PATIENTS:
        _synthetic(site, users)
    return Patient.objects.filter(origin="synthetic").count()


def _users() -> dict[Role, User]:
    """Hashing is slow by design, so one check and one hash stand for all six."""
    users = {role: _user(role) for role in Role}
    distinct = {user.password: user for user in users.values()}
    if not all(user.check_password(password()) for user in distinct.values()):
        User.objects.filter(username__in=Role).update(password=make_password(password()))
    return users


def _user(role: Role) -> User:
    first, last = NAMES[role]
    user, _made = User.objects.get_or_create(
        username=role.value, defaults={"first_name": first, "last_name": last}
    )
    return user


def _synthetic(site: Site, users: dict[Role, User]) -> None:
    """The demo's patient and caregiver belong to the first of them; one from before keeps them."""
    as_of = timezone.now().date() - dt.timedelta(days=1)
    asked = Asked(by=users[Role.PHYSICIAN], at=timezone.now(), reporter="import")
    if not Patient.objects.filter(user=users[Role.PATIENT]).exists():
        _first(synthetic.course(seed=SEED, number=1, today=as_of), site, users, asked)
    run = simulation.run(site=site, patients=PATIENTS, seed=SEED, as_of=as_of, by=asked.by)
    for _looked_at, _entered in run:
        pass


def _first(course: synthetic.Course, site: Site, users: dict[Role, User], asked: Asked) -> None:
    own = {course.patient["id"]: users[Role.PATIENT]}
    for _batch in bulk.enter([course], site=site, asked=asked, users=own):
        pass
    patient = Patient.objects.get(pk=course.patient["id"])
    caregiver = users[Role.CAREGIVER]
    actions.link_caregiver(patient=patient, user=caregiver, scope=Scope.BOTH, asked=asked)
