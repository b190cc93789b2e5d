"""Pages that clinicians and patients share: which base each of them reads in."""

from typing import Any

from outcomes.pages.phone.frame import offline_pages
from patients.access import is_clinician, load_own, sites_for, works_with
from patients.models import Patient, User
from patients.roles import Permission

CLINIC, PHONE = "base.html", "patient/base.html"


def base_about(user: User, patient: Patient) -> dict[str, Any]:
    """For a page about one person: the phone's frame with its tabs, unless a role opens it."""
    own = None if works_with(user, patient) else load_own(user, patient.pk)
    if own is None:
        return {"base": CLINIC, "own": None}
    return {"base": PHONE, "own": own, "offline": offline_pages(own)}


def base_of(user: User) -> dict[str, Any]:
    """For a page about nobody in particular."""
    works = is_clinician(user) or sites_for(user, Permission.ADMINISTER).exists()
    near = not works and Patient.objects.own(user).exists()
    return {"base": PHONE if near else CLINIC, "own": None}
