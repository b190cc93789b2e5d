"""Whom a patient is set beside: alike in what is known of both, consenting, never themself."""

import datetime as dt
import random
import re
import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from outcomes.actions.surgery import record_procedure
from outcomes.comparison.comparables import comparables
from outcomes.models import CohortEntry, CohortOutcome
from outcomes.presenters import comparables as presented
from outcomes.record import Record
from outcomes.rules import cohort_comparables
from outcomes.rules.cohort_analysis import DEAD, Alike
from outcomes.rules.cohort_comparables import criteria
from outcomes.rules.cohort_following import EXAMINED, KINDS
from outcomes.rules.cohort_summary import Band
from outcomes.rules.disclosure import MOST_HIDDEN, shown
from patients.documents.base import read
from patients.documents.surgery import ProcedureDocument
from patients.models import CareTeamMember, Patient
from tests.api.client import Api, path
from tests.support.cast import SURGERY, enrol, now, visit
from tests.support.kept import keep, person

NOW = timezone.now()
TODAY = NOW.date()
ALIKE = {"first_worst": 2, "age_band": "70–79", "band": "day"}
UNLIKE = {"first_worst": 1, "age_band": "", "band": "later"}
LONG_AGO = [(dt.date(2020, 1, 1), None)]


@pytest.fixture
def world(cast):
    CohortEntry.objects.all().delete()
    return World(cast)


class World:
    """One patient of Seoul, and others that a test adds."""

    def __init__(self, cast):
        self.cast, self.rng = cast, random.Random(1)
        self.own = self.add(1)[0]

    def add(self, n, *, site=None, consents=LONG_AGO, at=None, **entry):
        site, by = site or self.cast.seoul, self.cast.physician_a
        people = [person(site, TODAY, self.rng, **ALIKE | entry) for _n in range(n)]
        for one in people:
            one.consents = list(consents)
            for row in one.outcomes:
                row.update(at or {})
        keep(people, by)
        return people

    def add_others(self, n, *, unlike=UNLIKE, **more):
        """At another site; and as many as are enough who are unlike in one thing each."""
        self.add(n, site=self.cast.berlin, preop_worst=2, **more)
        for name, value in unlike.items():
            self.add(MOST_HIDDEN + 1, site=self.cast.berlin, **{name: value})

    def found(self, user=None, **entry):
        if entry:
            CohortEntry.objects.filter(pk=self.own.pk).update(**entry)
        user = user or self.cast.physician_a
        return comparables(Record(Patient.objects.get(pk=self.own.pk), user), user, now=NOW)


# --- who is comparable --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("own", "other", "matches"),
    [
        pytest.param({}, {}, True, id="alike in all three"),
        pytest.param({}, {"first_worst": 1}, False, id="another first grade"),
        pytest.param({}, {"first_worst": None}, False, id="their first grade not known"),
        pytest.param({}, {"age_band": "60–69"}, False, id="another decade"),
        pytest.param({}, {"age_band": ""}, False, id="their age not known"),
        pytest.param({}, {"band": "week"}, False, id="later than a day"),
        pytest.param({}, {"band": "unclassifiable"}, False, id="their timing astride 24 h"),
        pytest.param({}, {"band": "unknown"}, False, id="their timing not known"),
        pytest.param({}, {"band": "not_operated"}, False, id="not operated"),
        pytest.param({"band": "week"}, {"band": "later"}, True, id="both later than a day"),
        pytest.param({"band": "over_a_day"}, {"band": "week"}, True, id="later, astride a week"),
        pytest.param({"band": "unknown"}, {"band": "later"}, True, id="own timing not asked for"),
        pytest.param({"band": "unclassifiable"}, {"band": "unknown"}, True, id="nor theirs then"),
        pytest.param({"band": "unknown"}, {"band": "not_operated"}, False, id="but operated"),
        pytest.param({"first_worst": None}, {"first_worst": 0}, True, id="own grade not known"),
        pytest.param({"age_band": ""}, {"age_band": "40–49"}, True, id="own age not known"),
        pytest.param({"age_band": ""}, {"first_worst": 3}, False, id="but the rest holds"),
        pytest.param({}, {"origin": "synthetic"}, False, id="made up, the patient is not"),
        pytest.param({}, {"origin": "published"}, False, id="published, never"),
    ],
)
def test_who_is_comparable(world, own, other, matches):
    world.add(1, **other)
    found = world.found(**own)
    assert found.people == len(found.courses) == len(found.ids) == int(matches)
    assert world.own.pk not in found.ids


def test_the_patient_is_not_among_their_own(world):
    found = world.found()
    assert (found.people, found.courses, found.ids) == (0, (), ())
    assert world.add(1)[0].pk in world.found().ids


@pytest.mark.parametrize(
    ("consents", "counts"),
    [
        pytest.param([], 0, id="never given"),
        pytest.param([(TODAY - dt.timedelta(9), TODAY)], 0, id="withdrawn today"),
        pytest.param([(TODAY + dt.timedelta(2), None)], 0, id="given for later"),
        pytest.param([(TODAY - dt.timedelta(9), None)], 1, id="stands"),
    ],
)
def test_only_who_consents_to_research(world, consents, counts):
    world.add(1, consents=consents)
    assert world.found().people == counts


def test_the_patient_needs_no_research_consent_to_be_cared_for(world):
    world.own.consents.clear()
    CohortEntry.objects.get(pk=world.own.pk).consents.all().delete()
    world.add(2)
    assert world.found().people == 2


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({"operated": False, "band": "not_operated"}, "not_operated"),
        ({"first_worst": None, "age_band": "", "band": "unknown"}, "nothing_known"),
    ],
)
def test_who_cannot_be_compared_is_told_why(world, own, why):
    world.add(3)
    found = world.found(**own)
    assert (found.why_none, found.people, found.spreads, found.others) == (why, 0, (), None)


def test_a_published_case_is_never_compared(world, cast):
    found = comparables(Record(cast.baek, cast.physician_a), cast.physician_a, now=NOW)
    assert (found.why_none, found.people) == ("published", 0)


def test_made_up_people_are_compared_with_made_up_ones(world):
    made_up = world.add(3, origin="synthetic")
    world.own = made_up[0]
    found = world.found()
    assert (found.origin, found.people, found.others) == ("synthetic", 2, None)


# --- what is counted ----------------------------------------------------------------------------
@pytest.mark.parametrize("n", [0, 1, 9, 10])
def test_counts_are_those_of_the_rows_whatever_their_number(world, n):
    people = world.add(n)
    found = world.found()
    assert found.people == n
    for spread in found.spreads:
        rows = [one.at(spread.window) for one in people]
        alive = [row for row in rows if row["dead"] is False]
        assert spread.people == n == sum(spread.states.values())
        assert spread.grades == tuple(sum(r["worst"] == g for r in alive) for g in range(6))
        assert spread.dead == sum(bool(row["dead"]) for row in rows)
        assert spread.examined == sum(spread.grades)
        assert spread.followed <= spread.due <= n
    few = gettext("Fewer than {n}: shown one by one, with counts and an exact share only.").format(
        n=10
    )
    assert (few in presented.sentences(found, gettext)) is (0 < n < 10)


def test_the_sentence_is_exact(world):
    CohortOutcome.objects.filter(entry=world.own.pk, window="last").update(worst=3, dead=False)
    for worst, n in ((4, 2), (3, 1), (1, 2)):
        at = {"worst": worst, "right": worst, "left": 5, "dead": False, "absence": ""}
        world.add(n, at=at)
    found = world.found()
    count = found.reached.count
    assert (found.reached.grade, count.k, count.n) == (3, 3, 5)
    assert presented.sentences(found, gettext)[-1].endswith(
        "3 of 5 comparable patients ended at grade 3 or better, where this patient’s worse leg was "
        "last graded; exact 95 % interval 15–95 %."
    )


def test_a_death_is_below_every_grade(world):
    CohortOutcome.objects.filter(entry=world.own.pk, window="last").update(worst=0, dead=False)
    world.add(3, at={"dead": True, "worst": 5, "absence": "died"})
    reached = world.found().reached
    assert (reached.grade, reached.count.k, reached.count.n) == (0, 0, 3)
    assert all(course.points == {} for course in world.found().courses)


def test_without_an_own_grade_there_is_no_sentence(world):
    CohortOutcome.objects.filter(entry=world.own.pk, window="last").update(worst=None)
    world.add(3)
    assert world.found().reached is None


# --- of others ----------------------------------------------------------------------------------
def test_others_are_never_told_one_by_one(world):
    world.add_others(23)
    found = world.found()
    assert (found.people, found.courses, found.ids) == (0, (), ())
    for spread in found.others:
        told = (*spread.grades, *spread.states.values(), spread.people, spread.due)
        assert all(one is None or one % 5 == 0 for one in told)
        assert spread.people == shown(23) == 25


@pytest.mark.parametrize(("n", "told"), [(7, False), (8, True)])
def test_few_others_are_not_counted(world, n, told):
    world.add_others(n)
    assert (world.found().others is not None) is told


@pytest.mark.parametrize(
    ("own", "apart"),
    [
        pytest.param({}, {"first_worst": 1}, id="by the first grade"),
        pytest.param({}, {"age_band": ""}, id="by age"),
        pytest.param({}, {"band": "week"}, id="by timing"),
        pytest.param({"band": "unknown"}, {"band": "not_operated"}, id="by being operated"),
        pytest.param({}, {"preop_worst": 1}, id="by a filter that holds for nearly the same"),
        pytest.param({"band": "unknown"}, {"band": "week"}, id="by timing, asked for elsewhere"),
        pytest.param(
            {"band": "unknown"}, {"band": "unclassifiable"}, id="by timing that is not known"
        ),
    ],
)
def test_criteria_that_set_few_others_apart_tell_nothing(world, cast, own, apart):
    unlike = {name: value for name, value in UNLIKE.items() if name not in apart}
    world.add_others(20, unlike=unlike)
    for n, withheld in ((3, True), (MOST_HIDDEN - 2, False)):
        world.add(n, site=cast.berlin, **{"preop_worst": 2} | apart)
        found = world.found(**own)
        assert (found.withheld, found.others is None) == (withheld, withheld)


def test_a_surgeon_sees_one_by_one_only_their_own(world, cast):
    world.add(12, preop_worst=2)
    for name, value in UNLIKE.items():
        world.add(MOST_HIDDEN + 1, **{name: value})
    near = world.add(1)[0]
    for one in (world.own, near):
        CareTeamMember.objects.create(patient_id=one.pk, user=cast.surgeon_a, since=NOW)
    found = world.found(cast.surgeon_a)
    assert (found.people, found.ids) == (1, (near.pk,))
    assert {spread.people for spread in found.others} == {10}
    assert len(world.found(cast.physician_a).ids) == 13


def test_the_cost_does_not_grow_with_the_people(world):
    costs = set()
    for n in (2, 30):
        world.add(n)
        with CaptureQueriesContext(connection) as caught:
            world.found()
        costs.add(len(caught))
    assert len(costs) == 1


# --- the rules alone ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("band", "timing"),
    [
        ("day", "day"), ("week", "over_a_day"), ("later", "over_a_day"),
        ("over_a_day", "over_a_day"), ("unclassifiable", None), ("unknown", None),
        ("not_operated", None), ("", None),
    ],
)  # fmt: skip
def test_timing_is_within_a_day_or_later_or_not_asked_for(band, timing):
    assert {one.name: one.value for one in criteria(0, "", band)} == {
        "first_worst": 0, "age_band": None, "timing": timing,
    }  # fmt: skip


cells = st.lists(
    st.builds(
        Alike,
        band=st.just(Band.DAY),
        first=st.just(2),
        outcome=st.sampled_from((None, DEAD, 0, 3, 5)),
        people=st.integers(1, 30),
        why=st.sampled_from(sorted(set(KINDS) - {"examined", "died"})),
    ),
    max_size=10,
)


@given(cells=cells)
def test_what_is_told_of_others_hides_few_and_never_one_alone(cells):
    exact = cohort_comparables.spread("12mo", cells)
    told = cohort_comparables.protected(exact)
    assert exact.people == sum(exact.states.values()) == sum(cell.people for cell in cells)
    assert sum(exact.grades) == exact.examined
    parts = [*told.grades, *(n for kind, n in told.states.items() if kind != EXAMINED)]
    assert parts.count(None) != 1
    for seen, real in zip(told.grades, exact.grades, strict=True):
        assert seen is None or (real > MOST_HIDDEN and seen % 5 == 0)
    for kind, seen in told.states.items():
        assert seen is None or (exact.states[kind] > MOST_HIDDEN and seen % 5 == 0)


@given(cells=cells, grade=st.integers(0, 5))
def test_the_share_counts_people_with_an_outcome(cells, grade):
    found = cohort_comparables.reached(grade, cells)
    ended = [c.outcome for c in cells for _one in range(c.people) if c.outcome is not None]
    assert found.count.n == len(ended)
    assert found.count.k == sum(one >= grade for one in ended)
    assert (found.interval is None) is (not ended)


# --- on the pages -------------------------------------------------------------------------------
NUMBERS = re.compile(r"\d{4}-\d\d-\d\d|<style.*?</style>|<code>.*?</code>|<[^>]*>", re.DOTALL)


def text_of(answer):
    assert answer.status_code == 200
    return NUMBERS.sub(" ", answer.content.decode())


def test_no_page_tells_exactly_of_people_of_another_site(world, cast, client_for):
    at = {"dead": False, "worst": 4, "right": 4, "left": 5, "absence": ""}
    world.add_others(23, at=at)
    browser = client_for(cast.physician_a)
    for address, exact in (
        (f"/patients/{world.own.pk}/comparables/", 23),
        ("/comparison/follow-up/", 23 + len(UNLIKE) * (MOST_HIDDEN + 1)),
    ):
        told = text_of(browser.get(address))
        assert f"about {shown(exact)}" in told, address
        assert not re.search(rf"\b{exact}\b", told), address
    # Berlin's own physician reads them exactly
    told = text_of(client_for(cast.physician_b).get("/comparison/follow-up/"))
    assert re.search(rf"\b{exact}\b", told)


def test_what_is_withheld_is_said(world, cast, client_for):
    world.add(20, site=cast.berlin)
    world.add(3, site=cast.berlin, first_worst=1)
    browser = client_for(cast.physician_a)
    for address in (
        f"/patients/{world.own.pk}/comparables/",
        "/comparison/follow-up/?first_worst=2",
    ):
        told = text_of(browser.get(address))
        assert "nothing is told" in told
        assert "about" not in told.split("nothing is told")[1].split("Limits")[0]


@pytest.mark.parametrize("first", [2, None])
def test_people_are_said_to_be_chosen_by_a_grade_only_where_they_are(
    world, cast, client_for, first
):
    world.add(1)
    world.found(first_worst=first)
    page = text_of(client_for(cast.physician_a).get(f"/patients/{world.own.pk}/comparables/"))
    assert ("people chosen for a low first grade" in page) == (first is not None)
    own = Patient.objects.get(pk=world.own.pk)
    notes = Api(cast.physician_a).get(path(own, "comparables")).json["notes"]
    assert ("regression_to_the_mean" in notes) == (first is not None)


@pytest.mark.parametrize("on", [None, "2026-03-01"])
def test_the_page_of_someone_who_died_says_so(cast, client_for, on):
    address = f"/patients/{cast.ha.pk}/comparables/"
    browser = client_for(cast.surgeon_a)
    assert ">Died" not in browser.get(address).content.decode()
    died = {"status": "died"} | ({"died_on": on} if on else {})
    assert Api(cast.physician_a).amend(path(cast.ha), reason="told", **died).status == 200
    badge = f'<span class="badge">Died {on}</span>' if on else '<span class="badge">Died</span>'
    for page in (address, f"/patients/{cast.ha.pk}/"):
        assert badge in browser.get(page).content.decode(), page


def test_days_since_the_cement_are_none_since_the_decompression(cast):
    """Two operations without a date: which was the first is not known, so day 0 is not."""
    by = cast.physician_a
    patient = enrol("A-090", cast.seoul, by)
    cement = {"kind": "cement", "date": str(SURGERY)}
    undated = {"kind": "decompression", "timing": {"status": "not_reported"}}
    for document in (cement, undated, undated):
        record_procedure(
            patient=patient, asked=now(by),
            document=read(ProcedureDocument, {"id": str(uuid.uuid4()), **document}),
        )  # fmt: skip
    visit(patient, by, kind="6wk", day=42, right="3", left="4")
    call_command("rebuild_comparison")
    found = comparables(Record(patient, by), by, now=NOW)
    assert [(one.day.best, one.grade) for one in found.own] == [(None, 3)]
    assert found.why_none != "not_operated"
