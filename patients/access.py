"""One way to load a patient, `load_for`: strangers get a 404."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import Http404
from django.utils import timezone

from patients.models import CareTeamMember, Patient, Procedure, Proxy, Site, User
from patients.querysets import at_work, permitted, resting_on, ties
from patients.roles import Permission, Reach, Role, roles_reaching


class Forbidden(Exception):
    """The user may see the patient but not do this."""


class OwnRecord(Exception):
    """A clinicians' page of a record that the reader knows as the patient, or as a caregiver."""

    def __init__(self, patient_id: UUID):
        super().__init__(patient_id)
        self.patient_id = patient_id


def load_for(user: User, permission: Permission, patient_id: UUID) -> Patient:
    """The patient, if `user` holds `permission` on them.

    Raises Http404 when the user may not know of the patient (exactly as when there is none), and
    Forbidden when they may open the record but not do this.
    """
    patient = _find(permitted(user, permission), patient_id)
    if patient is not None:
        return patient
    view = Permission.VIEW_RECORD
    if permission != view and _find(permitted(user, view), patient_id) is not None:
        raise Forbidden(permission)
    raise Http404


def _find(condition: Q, patient_id: UUID) -> Patient | None:
    found = Patient.objects.filter(condition, pk=patient_id, entered_in_error=False)
    return found.select_related("site").first()


def load_at_work(user: User, patient_id: UUID) -> Patient:
    """The patient on a page for clinicians; OwnRecord sends the patient and caregivers elsewhere.

    Raises Http404 to everyone else, as `load_for` does.
    """
    patient = load_for(user, Permission.VIEW_RECORD, patient_id)
    if not works_with(user, patient):
        raise OwnRecord(patient.pk)
    return patient


def load_to_compare(user: User, patient_id: UUID) -> Patient:
    """As `load_at_work`, for those who may also compare at the patient's site; else Forbidden."""
    patient = load_at_work(user, patient_id)
    if Permission.COMPARE not in held(user, patient):
        raise Forbidden(Permission.COMPARE)
    return patient


def works_with(user: User, patient: Patient) -> bool:
    """Whether a role at work opens the record to the reader, who may be the patient as well.

    Then nothing of it is hidden from them (see `RecordQuerySet.visible_to`).
    """
    open_ = Patient.objects.filter(at_work(user, Permission.VIEW_RECORD), entered_in_error=False)
    return open_.filter(pk=patient.pk).exists()


def load_for_any(user: User, permissions: Iterable[Permission], patient_id: UUID) -> Patient:
    """The patient, for whoever holds one of the permissions; for anyone else Http404."""
    conditions = Q(pk__in=[])
    for permission in permissions:
        conditions |= permitted(user, permission)
    patient = _find(conditions, patient_id)
    if patient is None:
        raise Http404
    return patient


def _flag(condition: Q) -> Case:
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def held(user: User, patient: Patient) -> set[Permission]:
    """Every permission that `user` holds on the patient or at their site, in one query."""
    if not user.is_authenticated or not user.is_active:
        return set()
    asked = {f"tie_{name}": _flag(condition) for name, condition in ties(user).items()}
    found = Patient.objects.filter(pk=patient.pk).values(**asked).first() or {}
    return resting_on({name.removeprefix("tie_") for name, holds in found.items() if holds})


def holds(user: User, permission: Permission, patient: Patient) -> bool:
    return Patient.objects.permitted(user, permission).filter(pk=patient.pk).exists()


def load_for_examiner(user: User, patient_id: UUID) -> Patient:
    """The patient, for those who examine them; for anyone else, the patient included, 404.

    For what must not frighten: it answers as if it were not there.
    """
    try:
        return load_for(user, Permission.RECORD_OBSERVATION, patient_id)
    except Forbidden:
        raise Http404 from None


@dataclass(frozen=True)
class Own:
    """A patient as the phone's pages know them: the reader's own record, or one they care for."""

    patient: Patient
    sees: bool
    reports: bool
    reporter: str
    """patient or caregiver"""


def load_own(user: User, patient_id: UUID) -> Own:
    """Raises Http404 for anyone but the patient and their caregivers, clinicians included."""
    patient = (
        Patient.objects.own(user)
        .filter(pk=patient_id)
        .annotate(
            sees=_flag(permitted(user, Permission.VIEW_RECORD)),
            reports=_flag(permitted(user, Permission.RECORD_DIARY)),
        )
        .select_related("site")
        .first()
    )
    if patient is None:
        raise Http404
    who = "patient" if patient.user_id == user.pk else "caregiver"
    return Own(patient, patient.sees, patient.reports, who)


def load_record_for(
    user: User, permission: Permission, model: Any, record_id: UUID, **place: Any
) -> Any:
    """A clinical row and its patient, by the same rule; hidden and absent answer alike.

    `place` is what the address says of it, for example its patient.
    """
    record = (
        model.objects.visible_to(user)
        .filter(pk=record_id, **place)
        .select_related("patient__site")
        .first()
    )
    if record is None:
        raise Http404
    record.patient = load_for(user, permission, record.patient_id)
    return record


def sites_for(user: User, permission: Permission) -> QuerySet[Site]:
    """The sites where a role of the user holds a permission that is not about one patient."""
    roles = roles_reaching(permission, Reach.NONE)
    return Site.objects.filter(
        Exists(user.memberships.filter(active=True, role__in=roles, site=OuterRef("pk")))
    ).order_by("name")


def sites_with_patients_for(user: User, permission: Permission) -> QuerySet[Site]:
    """The sites where a role of the user holds a permission on patients: all, or those near."""
    roles = [
        role
        for reach in (Reach.SITE, Reach.CARE_TEAM)
        for role in roles_reaching(permission, reach)
    ]
    return Site.objects.filter(
        Exists(user.memberships.filter(active=True, role__in=roles, site=OuterRef("pk")))
    ).order_by("name")


def working(site: Site, role: Role) -> QuerySet[User]:
    """Who holds a role at a site and can sign in, by sign-in name."""
    held = site.memberships.filter(active=True, role=role)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("username")


def is_clinician(user: User) -> bool:
    """Whether a role of the user opens records of patients in their care."""
    return user.memberships.filter(active=True, role__in=CLINICAL).exists()


CLINICAL = [
    role
    for reach in (Reach.SITE, Reach.CARE_TEAM)
    for role in roles_reaching(Permission.VIEW_RECORD, reach)
]


def clinicians_of(site: Site) -> QuerySet[User]:
    """Who works at a site in a role that opens records, by name."""
    held = site.memberships.filter(active=True, role__in=CLINICAL)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by(
        "last_name", "first_name", "username"
    )


def live_proxies(user: User) -> QuerySet[Proxy]:
    now = timezone.now()
    return user.proxies.filter(Q(until=None) | Q(until__gt=now), revoked_at=None)


def reporter(user: User, patient: Patient) -> str:
    """Whose word an entry of `user` about the patient is: patient, caregiver or clinician."""
    if patient.user_id == user.pk:
        return "patient"
    at_site = user.memberships.filter(active=True, site=patient.site_id)
    if live_proxies(user).filter(patient=patient).exists() and not at_site.exists():
        return "caregiver"
    return "clinician"


@dataclass(frozen=True)
class Openable:
    """The records that a role at work opens, as few values: all of some sites, and single ones."""

    sites: frozenset[Any]
    patients: frozenset[UUID]


def openable(user: User) -> Openable:
    """The same records as `Patient.objects.visible_to`, without those of one's own or as a
    caregiver, and without asking about every record of a site."""
    if not user.is_active:
        return Openable(frozenset(), frozenset())
    roles = roles_reaching(Permission.VIEW_RECORD, Reach.SITE)
    held = user.memberships.filter(active=True)
    whole = frozenset(held.filter(role__in=roles).values_list("site", flat=True))
    partly = held.filter(role__in=roles_reaching(Permission.VIEW_RECORD, Reach.CARE_TEAM))
    # from the user's side, by its indexes: a site may have many patients
    near = (
        CareTeamMember.objects.filter(user=user, until=None),
        Procedure.objects.filter(operator=user, entered_in_error=False),
    )
    joined, operated = (
        rows.filter(patient__site__in=partly.values("site"), patient__entered_in_error=False)
        .exclude(patient__site__in=whole)
        .values_list("patient", flat=True)
        for rows in near
    )
    return Openable(whole, frozenset(joined.union(operated)))
