"""Reading the audit trail: whose events, page by page, and who the people in them are.

Nothing here holds clinical content. Pages are cut by the event's number, so the thousandth costs as
much as the first.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from patients.models import AuditEvent, Membership, Patient, Proxy, Site
from patients.querysets import hideable
from patients.roles import STAFF, Role

DENIED = "denied."
ALERT = "alert."
QUERY = "dataquery."
CHECK = ".check"
FAILED = "sign_in.failed"


def of_sites(sites: Collection[Site]) -> QuerySet[AuditEvent]:
    """What concerns these sites, newest first: their patients, staff and settings.

    Of the people who work or worked there, or are patients or caregivers there, also what is about
    no patient, and what they were refused; not what they did at other sites. A failed sign-in of
    nobody known belongs to no site and is everyone's.
    """
    # asked row by row on the way down the numbers: given lists of ids, SQLite would rather collect
    # every event of the sites by several indexes and sort them
    patients = Patient.objects.filter(site__in=sites)
    ours = Exists(patients.filter(pk=OuterRef("patient_id")))
    staff = Exists(Membership.objects.filter(site__in=sites, user=OuterRef("by_id")))
    patient = Exists(patients.filter(user=OuterRef("by_id")))
    caregiver = Exists(Proxy.objects.filter(patient__site__in=sites, user=OuterRef("by_id")))
    nobody = Q(by=None, action=FAILED)
    return AuditEvent.objects.filter(
        Q(ours)
        | Q(site__in=sites)
        | Q(Q(staff) | Q(patient) | Q(caregiver) | nobody, patient_id=None, site=None)
        | Q(Q(staff), action__startswith=DENIED)
    ).order_by("-pk")


def of_patient(patient: Patient, *, examiner: bool = True) -> QuerySet[AuditEvent]:
    """Who opened or changed one record, newest first; a refusal opened nothing.

    Only an `examiner` reads of alerts and data queries, of what the clinic discusses with the
    patient first, and that an entry was checked: to the patient these are not there.
    """
    events = AuditEvent.objects.filter(patient_id=patient.pk).exclude(action__startswith=DENIED)
    if not examiner:
        events = events.exclude(_not_for(patient))
    return events.order_by("-pk")


def _not_for(patient: Patient) -> Q:
    """What the patient does not read of; a record to discuss comes with the day it is shared."""
    unseen = Q(action__startswith=ALERT) | Q(action__startswith=QUERY) | Q(action__endswith=CHECK)
    for model in hideable():
        hidden = model._default_manager.filter(patient=patient).to_discuss()
        unseen |= Q(record_id__in=hidden.values("pk"))
    return unseen


@dataclass(frozen=True)
class Page:
    events: Sequence[AuditEvent]
    older: int | None
    """Where the next page begins, None at the end."""


def cut(events: QuerySet[AuditEvent], before: int | None, size: int) -> Page:
    """One page of events that come before the one with this number."""
    if before is not None:
        events = events.filter(pk__lt=before)
    found = list(events.select_related("by", "about")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)


@dataclass(frozen=True)
class _Held:
    """What a membership was from a moment on."""

    since: dt.datetime
    role: str
    active: bool


class Actors:
    """Who the people of some events are, as one may say it at some sites; three queries."""

    def __init__(self, events: Iterable[AuditEvent], sites: Collection[Site]) -> None:
        ids = {event.by_id for event in events} | {event.about_id for event in events}
        here = {site.pk for site in sites}
        self._held: dict[Any, dict[Any, list[_Held]]] = defaultdict(lambda: defaultdict(list))
        self.staff: set[Any] = set()
        """Who holds or held a role anywhere: they work, and may be named."""
        history = Membership.history.filter(user__in=ids - {None}).order_by("history_id")
        for row in history.values("user", "id", "site", "role", "active", "history_date"):
            self.staff.add(row["user"])
            if row["site"] in here:
                held = _Held(row["history_date"], row["role"], row["active"])
                self._held[row["user"]][row["id"]].append(held)
        near = Patient.objects.filter(user__in=ids - {None}, site__in=here)
        self._patients = set(near.values_list("user", flat=True))
        linked = Proxy.objects.filter(user__in=ids - {None}, patient__site__in=here)
        self._caregivers = set(linked.values_list("user", flat=True))
        self.near = self._patients | self._caregivers
        """Who is, or cares for, a patient of these sites: never named to an administrator."""

    def roles(self, user_id: Any, at: dt.datetime) -> list[str]:
        """The roles someone held at these sites at that moment, else those near a patient."""
        if roles := self._worked_as(user_id, at):
            return roles
        if user_id in self._patients:
            return [Role.PATIENT]
        return [Role.CAREGIVER] if user_id in self._caregivers else []

    def _worked_as(self, user_id: Any, at: dt.datetime) -> list[str]:
        last = [
            [held for held in periods if held.since <= at][-1:]
            for periods in self._held.get(user_id, {}).values()
        ]
        found = {held.role for known in last for held in known if held.active}
        return [role for role in STAFF if role in found]


def study_numbers(events: Iterable[AuditEvent], sites: Collection[Site]) -> dict[UUID, Patient]:
    """The patients of these sites that some events name, by id; one query."""
    named = {event.patient_id for event in events if event.patient_id}
    listed = {UUID(number) for event in events for number in event.patient_ids}
    found = Patient.objects.filter(pk__in=named | listed, site__in=sites)
    return {patient.pk: patient for patient in found.only("study_number", "site_id")}
