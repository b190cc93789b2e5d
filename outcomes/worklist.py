"""The work list: who needs attention, the most pressing first, over all whom a reader may see.

One light row per patient is read (`FollowUp`), never a whole course; where a patient has none yet,
it is worked out. The number of queries does not depend on the number of patients.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from outcomes.awaited_doses import awaited
from outcomes.finding import matching, mine
from outcomes.following import followed_of
from outcomes.models import Alert, DataQuery
from outcomes.reminding import policy_of, refusing
from outcomes.rules.plan import Plan, plan
from outcomes.rules.reminders import Obstacle, Policy, Seen, obstacle
from outcomes.rules.values import Span, Status
from outcomes.rules.worklist import Followed, Need, Wanted, of_alert, of_dose, of_queries, wanted
from patients.models import Patient, Site, User
from patients.models.record import civil_date

STORED = (
    "operated", "zero_from", "zero_to", "visits", "lost", "attempts", "attempted_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a reader wants to see of the list."""

    search: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient as far as the list needs to know them; `today` is the date at their site."""

    id: UUID
    study_number: str
    status: str | None
    origin: str | None
    today: dt.date
    policy: Policy
    followed: Followed
    refused: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One patient of the list and what they need, the most pressing first."""

    candidate: Candidate
    wanted: tuple[Wanted, ...]

    @property
    def place(self) -> tuple[int, float, str]:
        return (*self.wanted[0].place, self.candidate.study_number)


# Each tells of all candidates what they need. What else is to stand in the list is one more.
Source = Callable[[Sequence[Candidate], User, dt.datetime], Mapping[UUID, Sequence[Wanted]]]


def work_list(user: User, now: dt.datetime, wish: Wish = Wish()) -> list[Entry]:
    """Everyone who needs something, in order; whoever is lost stands last."""
    candidates = _candidates(user, now, wish)
    found: defaultdict[UUID, list[Wanted]] = defaultdict(list)
    for source in SOURCES:
        for patient_id, needs in source(candidates, user, now).items():
            found[patient_id] += needs
    entries = [
        Entry(one, tuple(sorted(found[one.id], key=lambda each: each.place)))
        for one in candidates
        if found[one.id]
    ]
    return sorted(entries, key=lambda entry: entry.place)


def needing(entries: Sequence[Entry], need: Need | None) -> list[Entry]:
    """Those who need one thing. Whoever is lost has left the list, and is shown when asked for."""
    if need is None:
        return [e for e in entries if any(one.need is not Need.LOST for one in e.wanted)]
    return [e for e in entries if any(one.need is need for one in e.wanted)]


def open_alerts(user: User) -> list[Alert]:
    """Alerts that nobody has acknowledged, of the patients whom the user may see."""
    rows = Alert.objects.visible_to(user).current().filter(acknowledged_at=None)
    return list(rows.order_by("recorded_at", "position"))


def _ended(candidate: Candidate) -> Obstacle | None:
    """Why nothing is asked of them any more."""
    return obstacle(
        status=candidate.status,
        origin=candidate.origin,
        entered_in_error=False,
        lost=candidate.followed.lost,
        refused=candidate.refused,
    )


def _plan(candidate: Candidate) -> Plan:
    own = candidate.followed
    return plan(
        own.day(candidate.today),
        own.visits,
        operated=own.operated,
        ended=_ended(candidate),
        policy=candidate.policy,
    )


def _alerts(
    candidates: Sequence[Candidate], user: User, now: dt.datetime
) -> Mapping[UUID, Sequence[Wanted]]:
    found = defaultdict(list)
    for alert in open_alerts(user):
        waiting = (now - alert.recorded_at).total_seconds()
        found[alert.patient_id].append(
            of_alert(alert.level, waiting, alert, reported=bool(alert.reported_by))
        )
    return found


def _courses(
    candidates: Sequence[Candidate], user: User, now: dt.datetime
) -> Mapping[UUID, Sequence[Wanted]]:
    return {one.id: wanted(one.followed, _plan(one), policy=one.policy) for one in candidates}


def _doses(
    candidates: Sequence[Candidate], user: User, now: dt.datetime
) -> Mapping[UUID, Sequence[Wanted]]:
    today = {one.id: one.today for one in candidates if _ended(one) is None}
    return {
        pk: [one for due in found if (one := of_dose(due, today[pk]))]
        for pk, found in awaited(user, now, today).items()
    }


def _queries(
    candidates: Sequence[Candidate], user: User, now: dt.datetime
) -> Mapping[UUID, Sequence[Wanted]]:
    going_on = {one.id for one in candidates if _ended(one) is None}
    rows = DataQuery.objects.visible_to(user).open().order_by()
    counts = rows.values_list("patient_id").annotate(Count("pk"))
    return {pk: [of_queries(count)] for pk, count in counts if pk in going_on}


SOURCES: tuple[Source, ...] = (_alerts, _courses, _doses, _queries)


def _candidates(user: User, now: dt.datetime, wish: Wish) -> list[Candidate]:
    visible = Patient.objects.visible_to(user).filter(matching(wish.search))
    if wish.mine:
        visible = visible.filter(mine(user))
    columns = ("pk", "study_number", "site_id", "status", "origin")
    stored = (f"follow_up__{name}" for name in ("pk", *STORED))
    rows = list(visible.order_by().values_list(*columns, *stored))
    sites = Site.objects.in_bulk({row[2] for row in rows})
    policies = {pk: policy_of(site) for pk, site in sites.items()}
    today = {pk: civil_date(now, site.time_zone) for pk, site in sites.items()}
    refused = refusing(visible, today)
    missing = _worked_out([row[0] for row in rows if row[5] is None])
    return [
        Candidate(
            id=pk,
            study_number=number,
            status=status,
            origin=origin,
            today=today[site_id],
            policy=policies[site_id],
            followed=missing[pk] if own is None else _followed(*kept),
            refused=pk in refused,
        )
        for pk, number, site_id, status, origin, own, *kept in rows
    ]


def _worked_out(patient_ids: Sequence[UUID]) -> Mapping[UUID, Followed]:
    if not patient_ids:
        return {}
    return followed_of(list(Patient.objects.filter(pk__in=patient_ids)))


def _followed(
    operated: bool,
    zero_from: dt.date | None,
    zero_to: dt.date | None,
    visits: Iterable[tuple[str, float | None, float | None]],
    lost: bool,
    attempts: int,
    attempted_on: dt.date | None,
) -> Followed:
    return Followed(
        operated=operated,
        zero_from=zero_from,
        zero_to=zero_to,
        visits=tuple(Seen(kind=kind, day=_days(lower, upper)) for kind, lower, upper in visits),
        lost=lost,
        attempts=attempts,
        attempted_on=attempted_on,
    )


def _days(lower: float | None, upper: float | None) -> Span:
    exact = lower == upper and lower is not None
    status = Status.KNOWN if exact else Status.INTERVAL_CENSORED
    return Span(best=lower if exact else None, lower=lower, upper=upper, status=status)
