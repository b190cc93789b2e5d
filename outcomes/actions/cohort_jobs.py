"""What a comparison needs computed in the worker: asked for, claimed, made, forgotten.

A job is found again only by its key, made from the question, what the reader may open on that day,
the data and the method; so what is ready is always what would be made now. It is made with the
rights its reader has while it is made: where the key is another by then, it is superseded, and
whoever still wants it asks anew. A crash leaves a claim that expires. Time is an argument.
"""

import datetime as dt
import hashlib
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from outcomes.comparison import computed, filing
from outcomes.comparison.counting import Counted, count
from outcomes.comparison.population import Population
from outcomes.models import CohortJob
from outcomes.models.cohort_job import SUPERSEDED, UNFORESEEN
from outcomes.rules.cohort_question import NoSuchQuestion, read
from patients.models import User
from tracker.wakeup import wake

log = logging.getLogger(__name__)

WORK = "outcomes.tasks.compute_cohort"
# a change of what is computed, or how, makes what was kept another answer
METHOD = 2
MOST_ATTEMPTS = 3
# after that it is tried anew, when it is asked
FAILED_KEPT = dt.timedelta(minutes=10)
Clock = Callable[[], dt.datetime]
Progress = Callable[[int, int], None]
"""Called with how many steps are done, and of how many; keeps the claim."""
Handler = Callable[[CohortJob, Population, Progress], Mapping[str, Any]]
"""Gives the columns it fills: `result`, or `content`, `media_type` and `file_name`."""
HANDLERS: dict[str, Handler] = {"analysis": computed.handle, filing.KIND: filing.handle}


class TakenOver(Exception):
    """Another worker holds the job by now."""


def request(kind: str, population: Population, more: Mapping[str, str] | None = None) -> CohortJob:
    """The job of this question for this reader: the one there is, or a new one that waits."""
    return _request(kind, population, count(population).stamps, more or {})


def analysis(population: Population, counted: Counted) -> tuple[str, CohortJob | None]:
    """How far the analysis of a question is: "pending", "ready" or "failed" with its job; or why
    there is none (see `computed.refused`)."""
    if why := computed.refused(counted.open, population.question):
        return why, None
    job = _request("analysis", population, counted.stamps, {})
    return {"done": "ready", "failed": "failed"}.get(job.state, "pending"), job


def ready(population: Population) -> CohortJob | None:
    """The analysis of a question where it is computed already; none is asked for."""
    key = _key("analysis", population, count(population).stamps, {})
    done = CohortJob.objects.filter(kind="analysis", key=key, state="done")
    return done.filter(expires_at__gt=population.now).first()


def _request(
    kind: str, population: Population, stamps: tuple[int, int], more: Mapping[str, str]
) -> CohortJob:
    now = population.now
    fresh = {
        "user": population.user,
        "question": population.question.parameters(),
        "more": dict(more),
        "requested_at": now,
        "expires_at": now + _keep(),
    }
    key = _key(kind, population, stamps, more)
    there = CohortJob.objects.filter(kind=kind, key=key).exclude(_old(now)).first()
    if there:  # most of the time, as a page asks every second: then without the lock to write
        return there
    with transaction.atomic():
        job, is_new = CohortJob.objects.get_or_create(kind=kind, key=key, defaults=fresh)
        if is_new or _again(job, now):
            transaction.on_commit(partial(wake, WORK))
    return job


def file_of(user: User, id: uuid.UUID, now: dt.datetime) -> CohortJob | None:
    """The file that this reader asked for, made or in the making; None once it has expired, or
    holds what the reader would be given no longer, as after a consent was withdrawn."""
    mine = CohortJob.objects.filter(kind=filing.KIND, user=user, expires_at__gt=now)
    job = mine.filter(pk=id).first()
    return None if job and job.state == "done" and not stands(job, now) else job


def asked(user: User, id: uuid.UUID) -> CohortJob | None:
    """The file that this reader once asked for, whether or not it is given still."""
    return CohortJob.objects.filter(kind=filing.KIND, user=user, pk=id).first()


def stands(job: CohortJob, now: dt.datetime) -> bool:
    """Whether its reader, asking now, would be given the same: nobody is shown any other."""
    if job.expires_at <= now or not User.objects.filter(pk=job.user_id, is_active=True).exists():
        return False
    try:
        question = read(job.question)
    except NoSuchQuestion:  # of a release before
        return False
    population = Population(job.user, question, now)
    if not population.allowed:
        return False
    return _key(job.kind, population, count(population).stamps, job.more) == job.key


def _key(
    kind: str, population: Population, stamps: tuple[int, int], more: Mapping[str, str]
) -> str:
    """64 hexadecimal digits; of the data what is kept of the open: whether it is made anew must
    not tell of a change in others."""
    mine, _others = stamps
    told = [kind, population.question.address(), sorted(more.items()), METHOD,
            *population.scope, mine]  # fmt: skip
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def claim(now: dt.datetime) -> CohortJob | None:
    """The next job that waits, or that a worker left, for this worker alone."""
    free = Q(state="waiting") | Q(state="working", claimed_at__lte=now - _lease())
    waiting = CohortJob.objects.filter(free)
    if not waiting.exists():  # most of the time: then without taking the lock to write
        return None
    mine = uuid.uuid4()
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        first = list(waiting.order_by("requested_at", "pk").values_list("pk", flat=True)[:1])
        CohortJob.objects.filter(free, pk__in=first).update(
            state="working", claim=mine, claimed_at=now, attempts=F("attempts") + 1
        )
    return CohortJob.objects.filter(claim=mine).select_related("user").first()


def work(job: CohortJob, clock: Clock) -> None:
    """Make what a claimed job asks for; what another has taken over is left to it."""
    try:
        if job.attempts > MOST_ATTEMPTS:
            _settle(job, clock(), state="failed", problem=UNFORESEEN)
        elif made := _made(job, clock):
            _settle(job, clock(), state="done", **made)
        else:
            _settle(job, clock(), state="failed", problem=SUPERSEDED)
    except TakenOver:
        return
    except Exception as error:
        # one job must not stop the others; a message could name somebody, so it is not told
        log.error("job %s: %s", job.pk, type(error).__name__)
        _held(job).update(state="waiting", claim=None, claimed_at=None)


def forget(now: dt.datetime) -> int:
    """Remove what was kept long enough, what nobody came for, and files nobody is given any more;
    how many."""
    left = Q(claim=None) | Q(claimed_at__lte=now - _lease())
    files = CohortJob.objects.filter(kind=filing.KIND, state="done").defer("content")
    fallen = [job.pk for job in files if not stands(job, now)]
    old = Q(left, expires_at__lte=now) | Q(pk__in=fallen)
    gone, _by_model = CohortJob.objects.filter(old).delete()
    return gone


def _made(job: CohortJob, clock: Clock) -> Mapping[str, Any] | None:
    """None where its reader would be given something else, before or after the work."""
    if not stands(job, clock()):
        return None
    population = Population(job.user, read(job.question), clock())
    made = HANDLERS[job.kind](job, population, partial(_progress, job, clock))
    return made if stands(job, clock()) else None


def _progress(job: CohortJob, clock: Clock, done: int, total: int) -> None:
    if not _held(job).update(done=done, total=total, claimed_at=clock()):
        raise TakenOver


def _settle(job: CohortJob, now: dt.datetime, *, state: str, **columns: Any) -> None:
    kept = _keep() if state == "done" else FAILED_KEPT
    settled = _held(job).update(
        state=state, claim=None, claimed_at=None, finished_at=now, expires_at=now + kept, **columns
    )
    if settled:
        job.refresh_from_db()


def _held(job: CohortJob) -> Any:
    """The row, while the worker that works on it still holds it."""
    return CohortJob.objects.filter(pk=job.pk, claim=job.claim, state="working")


def _again(job: CohortJob, now: dt.datetime) -> bool:
    """Whether an old job was begun anew."""
    begun = CohortJob.objects.filter(_old(now), pk=job.pk).update(
        state="waiting", problem="", done=0, total=None, attempts=0, result=None, content=None,
        media_type="", file_name="", requested_at=now, finished_at=None, expires_at=now + _keep(),
    )  # fmt: skip
    if begun:
        job.refresh_from_db()
    return bool(begun)


def _old(now: dt.datetime) -> Q:
    """Kept too long, or superseded."""
    return Q(state__in=("done", "failed"), expires_at__lte=now) | Q(problem=SUPERSEDED)


def _keep() -> dt.timedelta:
    return dt.timedelta(hours=settings.COHORT_JOB_KEEP_HOURS)


def _lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.COHORT_JOB_LEASE_SECONDS)
