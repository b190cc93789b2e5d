"""What consent stands on a date: the rule by cases, and the database's answer against it."""

import datetime as dt
import itertools
import uuid

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients import actions, records
from patients.consent_rules import Decision, Purpose, Standing, effective_from, standing
from patients.documents.base import read
from patients.documents.people import ConsentDocument
from patients.models import Consent, Patient, Site
from patients.records import Asked
from patients.roles import Role
from tests.support.cast import enrol, staff

DAY = dt.date(2026, 3, 10)
GIVEN, WITHDRAWN, NOT_RECORDED = Standing.GIVEN, Standing.WITHDRAWN, Standing.NOT_RECORDED


def day(offset: int) -> dt.date:
    return DAY + dt.timedelta(days=offset)


def decided(what, *, date=None, lower=None, upper=None, written=20, position=1, **more):
    days = {"date": date, "date_lower": lower, "date_upper": upper}
    return Decision(
        purpose=more.pop("purpose", Purpose.CARE),
        standing=what,
        written_on=day(written),
        position=position,
        **{name: None if offset is None else day(offset) for name, offset in days.items()},
        **more,
    )


# the decisions, and what stands the day before and the day it turns
TURNS = {
    "given on its date": ([decided(GIVEN, date=0)], 0, NOT_RECORDED, GIVEN),
    "withdrawn on its date": (
        [decided(GIVEN, date=-9), decided(WITHDRAWN, date=0, position=2)],
        0, GIVEN, WITHDRAWN,
    ),
    "given again": (
        [decided(WITHDRAWN, date=-9), decided(GIVEN, date=0, position=2)],
        0, WITHDRAWN, GIVEN,
    ),
    "given between bounds: from the last day": (
        [decided(GIVEN, lower=-5, upper=5)], 5, NOT_RECORDED, GIVEN,
    ),
    "given about a day: from its last possible day": (
        [decided(GIVEN, date=0, lower=-5, upper=5)], 5, NOT_RECORDED, GIVEN,
    ),
    "given at the latest on a day": ([decided(GIVEN, upper=5)], 5, NOT_RECORDED, GIVEN),
    "given on a day or after: once written": (
        [decided(GIVEN, lower=-5, written=7)], 7, NOT_RECORDED, GIVEN,
    ),
    "given about a day, the last open: once written": (
        [decided(GIVEN, date=0, lower=-5, written=7)], 7, NOT_RECORDED, GIVEN,
    ),
    "withdrawn between bounds: from the first day": (
        [decided(GIVEN, date=-9), decided(WITHDRAWN, lower=-5, upper=5, position=2)],
        -5, GIVEN, WITHDRAWN,
    ),
    "withdrawn about a day: from its first possible day": (
        [decided(WITHDRAWN, date=0, lower=-5, upper=5)], -5, NOT_RECORDED, WITHDRAWN,
    ),
    "withdrawn about a day, the first open": (
        [decided(WITHDRAWN, date=0, upper=5)], 0, NOT_RECORDED, WITHDRAWN,
    ),
    "withdrawn at the latest on a day": (
        [decided(WITHDRAWN, upper=5)], 5, NOT_RECORDED, WITHDRAWN,
    ),
    "withdrawn, the last day after it was written": (
        [decided(WITHDRAWN, upper=9, written=3)], 3, NOT_RECORDED, WITHDRAWN,
    ),
    "given without a date: once written": (
        [decided(GIVEN, written=3)], 3, NOT_RECORDED, GIVEN,
    ),
    "withdrawn without a date: once written": (
        [decided(GIVEN, date=-9), decided(WITHDRAWN, written=3, position=2)],
        3, GIVEN, WITHDRAWN,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("decisions", "turn", "before", "after"), TURNS.values(), ids=TURNS)
def test_a_decision_counts_from_its_day(decisions, turn, before, after):
    assert standing(decisions, Purpose.CARE, day(turn - 1)) is before
    assert standing(decisions, Purpose.CARE, day(turn)) is after
    assert standing(reversed(decisions), Purpose.CARE, day(turn)) is after


def test_nothing_recorded_is_neither_given_nor_withdrawn():
    assert standing([], Purpose.CARE, DAY) is NOT_RECORDED


@pytest.mark.parametrize("last", [GIVEN, WITHDRAWN])
def test_on_one_day_the_one_recorded_later_holds(last):
    first = WITHDRAWN if last is GIVEN else GIVEN
    both = [decided(last, date=0, position=9), decided(first, date=0, position=3)]
    assert standing(both, Purpose.CARE, DAY) is last


def test_the_later_day_holds_whenever_it_was_recorded():
    both = [decided(WITHDRAWN, date=0, position=1), decided(GIVEN, date=-3, position=9)]
    assert standing(both, Purpose.CARE, DAY) is WITHDRAWN


def test_purposes_stand_apart():
    only_care = [decided(GIVEN, date=0)]
    assert standing(only_care, Purpose.RESEARCH, DAY) is NOT_RECORDED
    assert standing(only_care, Purpose.PUBLICATION, DAY) is NOT_RECORDED


def test_entered_in_error_never_counts():
    wrong = decided(WITHDRAWN, date=0, position=2, entered_in_error=True)
    assert standing([wrong], Purpose.CARE, DAY) is NOT_RECORDED
    assert standing([wrong, decided(GIVEN, date=-1)], Purpose.CARE, DAY) is GIVEN


# --- the database gives the same answer ---------------------------------------------------------
SPAN = 6
written = st.integers(0, SPAN)


@st.composite
def documents(draw):
    """A consent, the day it is written, and whether it turns out an error."""
    on = draw(written)
    earlier = st.integers(-SPAN, on)
    low, date, high = (draw(st.none() | days) for days in (earlier, earlier, st.integers(-SPAN, 9)))
    names = [n for n in (low, date, high) if n is not None]
    when = (
        {"timing": {"status": "descriptive_only", "phase": "follow_up"}}
        if not names or names != sorted(names)
        else {
            name: day(offset).isoformat()
            for name, offset in (("date_lower", low), ("date", date), ("date_upper", high))
            if offset is not None
        }
    )
    document = {
        "id": str(uuid.uuid4()),
        "purpose": draw(st.sampled_from(list(Purpose)[:2])).value,
        "decision": draw(st.sampled_from((GIVEN, WITHDRAWN))).value,
        **when,
    }
    return document, on, draw(st.booleans() | st.just(False))


def asked(by, on: int) -> Asked:
    return Asked(by=by, at=dt.datetime.combine(day(on), dt.time(3), dt.UTC))


def enter(patient, by, consents):
    for document, on, wrong in sorted(consents, key=lambda entry: entry[1]):
        written = actions.record(
            patient=patient, document=read(ConsentDocument, document), asked=asked(by, on)
        )
        if wrong:
            row = Consent.objects.get(pk=written.version.record_id)
            records.enter_in_error(row, asked=asked(by, on), reason="wrong form", expected=1)


def who(patients):
    return set(patients.values_list("pk", flat=True))


def having(stands, wanted):
    return {pk for pk, found in stands.items() if found is wanted}


@pytest.fixture
def people(db):
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    by = staff("physician", site, Role.PHYSICIAN)
    return by, enrol("A-001", site, by), enrol("A-002", site, by)


# each example is undone, so the fixture may serve them all
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents(), max_size=5))
def test_the_database_answers_as_the_rule_does(people, consents):
    by, patient, other = people
    with transaction.atomic():
        enter(patient, by, consents)
        enter(other, by, [({**d, "id": str(uuid.uuid4())}, on, not w) for d, on, w in consents])
        decisions = {
            one.pk: [row.as_decision() for row in Consent.objects.filter(patient=one)]
            for one in (patient, other)
        }
        turns = {effective_from(d) for known in decisions.values() for d in known}
        days = {turn + dt.timedelta(days=step) for turn in turns for step in (-1, 0, 1)}
        for purpose, on in itertools.product((Purpose.CARE, Purpose.RESEARCH), days):
            stands = {pk: standing(known, purpose, on) for pk, known in decisions.items()}
            assert who(Patient.objects.consented(purpose, on)) == having(stands, GIVEN)
            assert who(Patient.objects.refused(purpose, on)) == having(stands, WITHDRAWN)
        transaction.set_rollback(True)


def test_not_recorded_is_not_refused(people):
    assert not Patient.objects.consented(Purpose.CARE, DAY).exists()
    assert not Patient.objects.refused(Purpose.CARE, DAY).exists()
