"""What the page of reminders says: what waits now, the switches, when nothing is sent."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outcomes.models import ReminderChoice
from outcomes.push import public_key
from outcomes.reaching import EMAIL, PUSH, Reachable, reachable
from outcomes.reminding import policy_of
from outcomes.rules.waiting import Item, Kind
from outcomes.waiting import NEEDS, Waits, waits_of
from patients.access import is_clinician
from patients.models import Patient, Site, User
from patients.querysets import permitted

KINDS = {
    Kind.VISIT: (
        gettext_lazy("A visit at the clinic"),
        gettext_lazy("About a week before it is due"),
    ),
    Kind.INJECTION: (
        gettext_lazy("An injection or monthly tablet"),
        gettext_lazy("About a week before it is due"),
    ),
    Kind.PILLS: (gettext_lazy("The pills of the day"), gettext_lazy("Once every morning")),
    Kind.DIARY: (
        gettext_lazy("The diary of the day"),
        gettext_lazy("In the evening, while nothing is written yet"),
    ),
}
AT_THE_CLINIC = (Kind.VISIT, Kind.INJECTION)
"""What clinicians are told of where a patient has no one else to tell."""


@dataclass(frozen=True)
class Switch:
    name: str
    label: str
    hint: str
    on: bool


@dataclass(frozen=True)
class Person:
    """What waits now, in words; `name` is empty where there is nobody else to confuse them with."""

    pk: UUID
    name: str
    waiting: list[str]


@dataclass(frozen=True)
class Shown:
    people: list[Person]
    kinds: list[Switch]
    push: Switch
    devices: int
    email: Switch | None
    """None where the site sends no email."""
    address: str
    quiet: str
    public_key: str

    @property
    def patient_ids(self) -> list[UUID]:
        return [person.pk for person in self.people]


def reminders(user: User, now: dt.datetime) -> Shown:
    reach = reachable([user.pk])
    own = list(Patient.objects.own(user).select_related("site").order_by("name", "study_number"))
    choice = reach.choices.get(user.pk) or ReminderChoice()
    sites = {patient.site for patient in own} or set(_workplaces(user))
    return Shown(
        people=_people(user, own, now),
        kinds=_kinds(user, own, choice),
        push=_push(reach, user, choice),
        devices=reach.devices[user.pk],
        email=_email(reach, user, choice) if EMAIL in settings.NOTIFICATION_PROVIDERS else None,
        address=reach.addresses.get(user.pk, ""),
        quiet=_quiet(sites),
        public_key=public_key(),
    )


def _kinds(user: User, own: list[Patient], choice: ReminderChoice) -> list[Switch]:
    """Those of which the person may be told."""
    clinician = is_clinician(user)
    offered = [kind for kind in Kind if own or (clinician and kind in AT_THE_CLINIC)]
    return [
        Switch(kind, str(KINDS[kind][0]), str(KINDS[kind][1]), getattr(choice, kind))
        for kind in offered
    ]


def _push(reach: Reachable, user: User, choice: ReminderChoice) -> Switch:
    return Switch(PUSH, _("On your phone"), "", choice.push and reach.devices[user.pk] > 0)


def _email(reach: Reachable, user: User, choice: ReminderChoice) -> Switch:
    return Switch(EMAIL, _("By email"), "", choice.email and user.pk in reach.addresses)


def _people(user: User, own: list[Patient], now: dt.datetime) -> list[Person]:
    """Of each what the reader may know of, whether or not they want to be reminded of it."""
    if not own:
        return []
    waits = waits_of(own, now)
    may = {
        kind: set(
            Patient.objects.filter(permitted(user, NEEDS[kind]), pk__in=waits).values_list(
                "pk", flat=True
            )
        )
        for kind in Kind
    }
    return [
        Person(
            pk=patient.pk,
            name=(patient.name or patient.study_number) if len(own) > 1 else "",
            waiting=[
                words(item, waits[patient.pk])
                for item in waits[patient.pk].due
                if patient.pk in may[item.kind]
            ],
        )
        for patient in own
    ]


def words(item: Item, waits: Waits) -> str:
    """For the person themselves, signed in: here it may be said what it is."""
    day = formats.date_format(item.day, "DATE_FORMAT")
    if item.kind is Kind.VISIT:
        return _("A visit at the clinic is due, by {day} at the latest.").format(day=day)
    if item.kind is Kind.INJECTION:
        if item.day < waits.today:
            return _("An injection or monthly tablet was due on {day}.").format(day=day)
        return _("An injection or monthly tablet is due on {day}.").format(day=day)
    if item.kind is Kind.PILLS:
        return _("Today's pills: nothing is written yet.")
    return _("Today's diary: nothing is written yet.")


def _workplaces(user: User) -> Any:
    return Site.objects.filter(memberships__user=user, memberships__active=True)


def _quiet(sites: set[Site]) -> str:
    """When nothing is sent; empty where it is sent at any hour."""
    hours = sorted({(p.quiet_from, p.quiet_until) for p in map(policy_of, sites)})
    said = [
        _("Nothing is sent between {first} and {last}.").format(
            first=formats.time_format(first, "TIME_FORMAT"),
            last=formats.time_format(last, "TIME_FORMAT"),
        )
        for first, last in hours
        if first != last
    ]
    return " ".join(said)
