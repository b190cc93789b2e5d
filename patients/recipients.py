"""Who is told about a patient: the same few queries, however many patients there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from patients.models import CareTeamMember, Membership, Patient, Procedure, Proxy
from patients.roles import CAREGIVER_SCOPES, Permission, Reach, roles_reaching

Told = dict[UUID, set[int]]


def recipients(patients: Sequence[Patient]) -> dict[UUID, list[int]]:
    """Ids of the users to tell about each patient, all of whom may open the record.

    The patient and the caregivers who may see; where there is neither, the clinicians who operated
    or are in the care team; where nobody of them is left, those who manage care at the site, so
    that nobody is forgotten.
    """
    own = themselves(patients)
    near, anyone = _clinicians([p for p in patients if not own[p.pk]])
    return {p.pk: sorted(own[p.pk] or near[p.pk] or anyone[p.pk]) for p in patients}


@dataclass(frozen=True)
class Clinicians:
    """Ids of the clinicians around some patients, all of whom can sign in."""

    near: Told
    """By patient: who operated or is in the care team."""
    on_call: dict[tuple[int, str], set[int]]
    """By site and turn ("first", "second")."""
    at_site: dict[int, set[int]]
    """By site: who may open every record there."""

    def everyone(self, patient: Patient) -> set[int]:
        """All clinicians who may open the record."""
        return self.near[patient.pk] | self.at_site[patient.site_id]


def clinicians(patients: Sequence[Patient]) -> Clinicians:
    """The same few queries, however many patients."""
    near, _managing = _clinicians(patients)
    sites = {patient.site_id for patient in patients}
    on_call: dict[tuple[int, str], set[int]] = defaultdict(set)
    turns = Membership.objects.filter(site__in=sites, active=True, user__is_active=True)
    for site_id, turn, user_id in turns.exclude(on_call="").values_list(
        "site_id", "on_call", "user_id"
    ):
        on_call[site_id, turn].add(user_id)
    at_site = _at_work(sites, Reach.SITE, permission=Permission.RECORD_OBSERVATION)
    return Clinicians(near, on_call, at_site)


def themselves(
    patients: Sequence[Patient], permission: Permission = Permission.VIEW_RECORD
) -> Told:
    """By patient: the patient and the caregivers whose scope gives the permission."""
    found: Told = defaultdict(set)
    linked = Proxy.objects.filter(
        Q(until=None) | Q(until__gt=timezone.now()),
        patient__in=patients,
        revoked_at=None,
        scope__in=CAREGIVER_SCOPES[permission],
        user__is_active=True,
    )
    own = Patient.objects.filter(pk__in=[p.pk for p in patients], user__is_active=True)
    for patient_id, user_id in [
        *linked.values_list("patient_id", "user_id"),
        *own.values_list("pk", "user_id"),
    ]:
        found[patient_id].add(user_id)
    return found


def _clinicians(patients: Sequence[Patient]) -> tuple[Told, Told]:
    """By patient: those who operated or are in the team, and those who manage care at the site."""
    if not patients:
        return defaultdict(set), defaultdict(set)
    near: Told = defaultdict(set)
    sites = {patient.pk: patient.site_id for patient in patients}
    at_work = _at_work(set(sites.values()), Reach.SITE, Reach.CARE_TEAM)
    team = CareTeamMember.objects.filter(patient__in=patients, until=None)
    operated = Procedure.objects.filter(patient__in=patients, operator__isnull=False).current()
    for patient_id, user_id in [
        *team.values_list("patient_id", "user_id"),
        *operated.values_list("patient_id", "operator_id"),
    ]:
        if user_id in at_work[sites[patient_id]]:
            near[patient_id].add(user_id)
    managing = _at_work(set(sites.values()), Reach.SITE, permission=Permission.MANAGE_CARE)
    return near, {patient_id: managing[site] for patient_id, site in sites.items()}


def _at_work(
    sites: set[int], *reaches: Reach, permission: Permission = Permission.VIEW_RECORD
) -> defaultdict[int, set[int]]:
    """Active users by site who hold the permission there."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    roles = [role for reach in reaches for role in roles_reaching(permission, reach)]
    held = Membership.objects.filter(
        site__in=sites, active=True, role__in=roles, user__is_active=True
    )
    for site_id, user_id in held.values_list("site_id", "user_id"):
        found[site_id].add(user_id)
    return found
