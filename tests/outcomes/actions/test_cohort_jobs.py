"""Jobs of the comparison: asked once, made once, with the rights and data of that moment."""

import datetime as dt
import json
import logging
import uuid

import pytest
import time_machine
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outcomes import tasks
from outcomes.actions import cohort_jobs, cohort_rows
from outcomes.comparison import filing
from outcomes.comparison.population import Population
from outcomes.models import CohortJob
from outcomes.rules.cohort_question import Question
from patients import actions
from patients.documents.base import read
from patients.documents.people import ConsentDocument
from patients.models import Membership
from patients.records import Asked
from tests.support.cast import SURGERY, TODAY

pytestmark = pytest.mark.django_db

QUESTION = Question(window="6wk")


def decide(cast, decision, on=SURGERY):
    document = {"id": str(uuid.uuid4()), "purpose": "research", "decision": decision,
                "date": str(on)}  # fmt: skip
    asked = Asked(by=cast.physician_a, at=timezone.now())
    actions.record(patient=cast.ha, document=read(ConsentDocument, document), asked=asked)
    for _page in cohort_rows.rebuild():
        pass


@pytest.fixture(autouse=True)
def midday():
    """Minutes later it is still the same day, which a question is of."""
    with time_machine.travel(f"{TODAY + dt.timedelta(days=1)}T12:00:00+09:00"):
        yield


@pytest.fixture(autouse=True)
def consented(cast, midday):
    decide(cast, "given")


@pytest.fixture
def made(monkeypatch):
    """How often the handler ran; a test may put what it does into it."""
    runs = []

    def handler(job, population, progress):
        runs.append(job.pk)
        progress(1, 2)
        return {"result": {"people": population.entries().count()}}

    monkeypatch.setitem(cohort_jobs.HANDLERS, "analysis", handler)
    return runs


def ask(user, question=QUESTION, at=None, **more):
    population = Population(user, question, at or timezone.now())
    return cohort_jobs.request("analysis", population, **more)


def now():
    return timezone.now()


# --- asked once -----------------------------------------------------------------------------------
def test_the_same_question_of_the_same_reader_is_one_job(cast, made):
    first = ask(cast.physician_a)
    assert (first.state, first.pending) == ("waiting", True)
    assert ask(cast.physician_a) == first
    tasks.compute_cohort()
    ready = ask(cast.physician_a)
    assert (ready.pk, ready.state, ready.result) == (first.pk, "done", {"people": 1})
    assert made == [first.pk]


def test_a_page_that_waits_does_not_hold_up_who_writes(cast, made):
    """It asks every second; on SQLite a transaction takes the one lock to write."""
    ask(cast.physician_a)
    with CaptureQueriesContext(connection) as caught:
        ask(cast.physician_a)
    written = [one["sql"] for one in caught if not one["sql"].lstrip("(").startswith("SELECT")]
    assert written == []


def test_what_differs_is_another_job(cast, made):
    jobs = [
        ask(cast.physician_a),
        ask(cast.therapist_a),  # opens the same records, is another reader
        ask(cast.surgeon_a),
        ask(cast.physician_a, Question(window="3mo")),
        ask(cast.physician_a, Question(window="6wk", filters=(("level", "L1"),))),
        ask(cast.physician_a, more={"what": "flow"}),
    ]
    assert len({job.key for job in jobs}) == len(jobs)


@pytest.mark.parametrize("change", ["data", "method", "day"])
def test_a_change_of_data_method_or_day_is_asked_anew(cast, made, monkeypatch, change):
    first = ask(cast.physician_a)
    if change == "data":
        decide(cast, "withdrawn", TODAY)
    elif change == "method":
        monkeypatch.setattr(cohort_jobs, "METHOD", cohort_jobs.METHOD + 1)
    later = now() + dt.timedelta(days=change == "day")
    assert ask(cast.physician_a, at=later).pk != first.pk
    assert cohort_jobs.stands(first, later) is False


# --- made once, whatever happens ------------------------------------------------------------------
def test_a_crash_leaves_a_claim_that_expires(cast, made):
    job = ask(cast.physician_a)
    dead = cohort_jobs.claim(now())
    assert dead
    assert dead.pk == job.pk
    tasks.compute_cohort()
    assert made == [], "it is held by the worker that died"
    later = now() + dt.timedelta(seconds=301)
    second = cohort_jobs.claim(later)
    assert second
    assert second.attempts == 2
    cohort_jobs.work(second, now)
    cohort_jobs.work(dead, now)  # it was not dead after all
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"people": 1})
    assert cohort_jobs.claim(later + dt.timedelta(days=1)) is None


def test_a_worker_that_gets_on_keeps_its_claim_and_one_that_lost_it_stops(cast, monkeypatch):
    at = [now()]

    def slow(job, population, progress):
        for step in range(3):
            at[0] += dt.timedelta(seconds=200)
            progress(step, 3)
            assert cohort_jobs.claim(at[0]) is None
        CohortJob.objects.update(claim=uuid.uuid4())
        progress(3, 3)
        raise AssertionError("went on without the claim")

    monkeypatch.setitem(cohort_jobs.HANDLERS, "analysis", slow)
    ask(cast.physician_a)
    job = cohort_jobs.claim(at[0])
    cohort_jobs.work(job, lambda: at[0])
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == ("working", 2, 3, None)


def test_what_fails_is_tried_again_and_then_given_up_for_a_while(cast, monkeypatch, caplog):
    def broken(job, population, progress):
        raise ValueError(f"{cast.ha.study_number}")

    monkeypatch.setitem(cohort_jobs.HANDLERS, "analysis", broken)
    job = ask(cast.physician_a)
    with caplog.at_level(logging.DEBUG):
        tasks.compute_cohort()
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "unforeseen")
    assert str(job.pk) in caplog.text
    assert cast.ha.study_number not in caplog.text
    assert "ValueError" in caplog.text
    assert ask(cast.physician_a).state == "failed"
    later = now() + dt.timedelta(minutes=11)
    again = ask(cast.physician_a, at=later)
    assert (again.pk, again.state, again.attempts) == (job.pk, "waiting", 0)


def test_no_broker_loses_nothing(cast, made, monkeypatch):
    def gone(task):
        raise AssertionError("wake is called on commit only")

    monkeypatch.setattr(cohort_jobs, "wake", gone)
    ask(cast.physician_a)
    tasks.compute_cohort()  # beat
    assert ask(cast.physician_a).state == "done"


# --- with the rights and data of the moment -------------------------------------------------------
def withdraw(cast):
    decide(cast, "withdrawn", TODAY)


def lose_role(cast):
    Membership.objects.filter(user=cast.physician_a).update(active=False)


def lose_sign_in(cast):
    type(cast.physician_a).objects.filter(pk=cast.physician_a.pk).update(is_active=False)


@pytest.mark.parametrize("happens", [withdraw, lose_role, lose_sign_in])
@pytest.mark.parametrize("when", ["before", "during"])
def test_what_changed_before_it_was_made_supersedes_it(cast, monkeypatch, happens, when):
    def handler(job, population, progress):
        assert when == "during"
        happens(cast)
        return {"result": {"people": 1}}

    monkeypatch.setitem(cohort_jobs.HANDLERS, "analysis", handler)
    job = ask(cast.physician_a)
    if when == "before":
        happens(cast)
    tasks.compute_cohort()
    job.refresh_from_db()
    assert (job.state, job.problem, job.result) == ("failed", "superseded", None)


def test_a_question_that_a_new_release_does_not_know_stops_nobody(cast, made):
    old = ask(cast.physician_a)
    CohortJob.objects.update(question={"window": "9mo"})
    other = ask(cast.physician_a, Question(window="3mo"))
    tasks.compute_cohort()
    old.refresh_from_db()
    assert (old.state, old.problem) == ("failed", "superseded")
    assert made == [other.pk]
    CohortJob.objects.filter(pk=old.pk).update(kind=filing.KIND, state="done", content=b"")
    assert cohort_jobs.forget(now()) == 1


def test_a_superseded_job_asked_again_is_made(cast, made):
    job = ask(cast.physician_a)
    lose_role(cast)
    tasks.compute_cohort()
    Membership.objects.filter(user=cast.physician_a).update(active=True)
    again = ask(cast.physician_a)
    assert (again.pk, again.state, again.problem) == (job.pk, "waiting", "")
    tasks.compute_cohort()
    assert ask(cast.physician_a).result == {"people": 1}


# --- forgotten ------------------------------------------------------------------------------------
def test_it_is_forgotten_after_a_day_and_by_then_no_longer_given(cast, made):
    job = ask(cast.physician_a)
    tasks.compute_cohort()
    job.refresh_from_db()
    assert cohort_jobs.stands(job, now())
    expired = job.expires_at + dt.timedelta(seconds=1)
    assert not cohort_jobs.stands(job, expired)
    assert cohort_jobs.forget(job.expires_at - dt.timedelta(seconds=1)) == 0
    assert cohort_jobs.forget(expired) == 1
    assert not CohortJob.objects.exists()


def test_a_row_says_nothing_of_whom_it_is_about(cast, made):
    ask(cast.physician_a)
    tasks.compute_cohort()
    told = serializers.serialize("json", CohortJob.objects.all())
    for secret in (cast.ha.pk, cast.ha.study_number, cast.ha.site.code):
        assert str(secret) not in told
    assert set(json.loads(told)[0]["fields"]["question"]) == {"window"}
