"""A registry in which so many reminders are due, entered through the product's own actions.

python -m tests.faults.seed PATIENTS RECIPIENTS — prints the notices that must go out, one a line:
patient, recipient, slot. The site lies where it is early afternoon now, so that quiet hours do not
interfere with what is tried here.
"""

import datetime as dt
import sys
import uuid

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from outcomes.actions import surgery  # noqa: E402
from patients import actions  # noqa: E402
from patients.documents.base import read  # noqa: E402
from patients.documents.people import PatientDocument  # noqa: E402
from patients.documents.surgery import ProcedureDocument  # noqa: E402
from patients.models import Membership, Patient, Site, User  # noqa: E402
from patients.records import Asked  # noqa: E402
from patients.roles import Role, Scope  # noqa: E402

SLOT = "visit:3mo"


def zone_at_one(now: dt.datetime) -> str:
    east = 13 - now.hour
    return "Etc/UTC" if east == 0 else f"Etc/GMT{-east:+d}"


@transaction.atomic
def seed(patients: int, recipients: int) -> list[str]:
    now = timezone.now()
    site = Site.objects.create(code="s", name="S", time_zone=zone_at_one(now))
    physician = User.objects.create(username="physician")
    Membership.objects.create(user=physician, site=site, role=Role.PHYSICIAN)
    carers = [User.objects.create(username=f"carer{n}") for n in range(recipients - 1)]
    operated = str((now - dt.timedelta(days=100)).date())
    asked = Asked(by=physician, at=now)
    expected = []
    for number in range(patients):
        user = User.objects.create(username=f"patient{number}")
        document = {"id": str(uuid.uuid4()), "study_number": f"P-{number:05d}"}
        actions.enrol(document=read(PatientDocument, document), site=site, asked=asked, user=user)
        patient = Patient.objects.get(pk=document["id"])
        operation = {"id": str(uuid.uuid4()), "kind": "decompression", "date": operated}
        surgery.record_procedure(
            patient=patient, document=read(ProcedureDocument, operation), asked=asked
        )
        for carer in carers:
            actions.link_caregiver(patient=patient, user=carer, scope=Scope.SEE, asked=asked)
        expected += [f"{patient.pk} {who.username} {SLOT}" for who in (user, *carers)]
    return expected


if __name__ == "__main__":
    print("\n".join(seed(int(sys.argv[1]), int(sys.argv[2]))))
