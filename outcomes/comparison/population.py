"""Whom a comparison counts: who consents to research on that day, and passes the filters."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any, cast

from django.db.models import Q, QuerySet

from outcomes.models import CohortEntry, CohortOutcome
from outcomes.rules.cohort_question import UNKNOWN, Question
from patients.access import Openable, openable, sites_for
from patients.models import Site, User
from patients.models.record import civil_date
from patients.roles import Permission

Filters = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Population:
    """The people a question is about, as conditions on `CohortEntry`; who asks decides only which
    of them are told of one by one."""

    user: User
    question: Question
    now: dt.datetime

    @cached_property
    def allowed(self) -> bool:
        return sites_for(self.user, Permission.COMPARE).exists()

    @cached_property
    def _openable(self) -> Openable:
        return openable(self.user)

    @cached_property
    def _days(self) -> dict[dt.date, list[Any]]:
        return _sites_by_day(self.now)

    @property
    def on(self) -> dt.date:
        """The earliest day that it is at a site."""
        return min(self._days, default=self.now.date())

    @cached_property
    def all_openable(self) -> bool:
        """Whether nobody can be counted whose record the user may not open."""
        every = {pk for sites in self._days.values() for pk in sites}
        return self.question.origin == "synthetic" or every <= self._openable.sites

    @property
    def open(self) -> Q:
        """Those who may be told of one by one: made up, or whose record the user may open."""
        if self.all_openable:
            return Q(patient__isnull=False)
        return Q(site__in=self._openable.sites) | Q(patient__in=self._openable.patients)

    @property
    def scope(self) -> list[str]:
        """What the answer depends on beside question and data: who asks, what they may open, and
        which day it is at each site."""
        days = [f"{pk} {day}" for day, sites in self._days.items() for pk in sites]
        opens = [*self._openable.sites, *self._openable.patients]
        return [str(self.user.pk), *sorted(days), *sorted(map(str, opens))]

    @property
    def origin(self) -> Q:
        return Q(origin=self.question.origin)

    @property
    def consented(self) -> Q:
        """Research consent stands on the day that it is at the site (see `CohortConsent`)."""
        many = len(self._days) > 1
        return reduce(
            or_,
            (
                Q(consents__since__lte=day)
                & (Q(consents__until=None) | Q(consents__until__gt=day))
                & (Q(site__in=sites) if many else Q())
                for day, sites in self._days.items()
            ),
            Q(pk=None) if not self._days else Q(),
        )

    def filters(self, *, of: Filters | None = None) -> Q:
        """Those of the question, or of `of`."""
        chosen = self.question.filters if of is None else of
        return reduce(lambda all_, pair: all_ & one(*pair), chosen, Q())

    def entries(self) -> QuerySet[CohortEntry]:
        """Everyone who counts."""
        return CohortEntry.objects.filter(self.origin & self.consented & self.filters())

    def outcomes(self, *, filtered: bool = True) -> QuerySet[CohortOutcome]:
        """What the question's window found of each of them."""
        return self.courses(filtered=filtered).filter(window=self.question.window)

    def courses(self, *, filtered: bool = True) -> QuerySet[CohortOutcome]:
        """What every window on the question's clock found of each of them."""
        who = self.origin & self.consented
        return CohortOutcome.objects.filter(
            of_entry(who & self.filters() if filtered else who), clock=self.question.clock
        )


def earliest_day(now: dt.datetime) -> dt.date:
    """As `Population.on`, for what tells of no population."""
    return min(_sites_by_day(now), default=now.date())


def _sites_by_day(now: dt.datetime) -> dict[dt.date, list[Any]]:
    """By the day that it is there, the sites."""
    days = defaultdict(list)
    for pk, zone in Site.objects.values_list("pk", "time_zone"):
        days[civil_date(now, zone)].append(pk)
    return days


def one(name: str, value: str) -> Q:
    """One filter of a question."""
    if name == "level":
        return _level(value)
    if name in ("first_worst", "preop_worst"):
        return Q(**{name: None if value == UNKNOWN else int(value)})
    return Q(**{name: "" if value == UNKNOWN else value})


def _level(value: str) -> Q:
    """Named among the levels "T12, L1"."""
    if value == UNKNOWN:
        return Q(levels="")
    alone = Q(levels=value) | Q(levels__startswith=f"{value}, ")
    return alone | Q(levels__endswith=f", {value}") | Q(levels__contains=f", {value},")


def of_entry(condition: Q) -> Q:
    """A condition on CohortEntry as one on what belongs to it."""
    found = Q(_connector=condition.connector, _negated=condition.negated)
    for part in condition.children:
        if isinstance(part, Q):
            found.children.append(of_entry(part))
        else:
            name, value = cast(tuple[str, Any], part)
            found.children.append((f"entry__{name}", value))
    return found
