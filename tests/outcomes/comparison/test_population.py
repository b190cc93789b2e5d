"""Whom a comparison counts and who is told one by one: each condition against plain Python."""

import datetime as dt
import random
from collections import Counter

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from outcomes import simulation
from outcomes.comparison import Population, comparison, counting, data_version
from outcomes.comparison.counting import TWINS
from outcomes.facts import facts_of
from outcomes.models import CohortEntry, CohortOutcome
from outcomes.rules import cohort_protected, disclosure
from outcomes.rules.cohort_analysis import Alike
from outcomes.rules.cohort_protected import GROUPS
from outcomes.rules.cohort_question import FILTERS, UNKNOWN, Question
from outcomes.rules.cohort_summary import Band, summarise
from outcomes.rules.cohort_traits import age_band
from patients import records
from patients.access import openable
from patients.consent_rules import Decision, Purpose, Standing, intervals, standing
from patients.models import CareTeamMember, Consent, Membership, Patient, Procedure, Site, User
from patients.roles import STAFF, Role
from tests.support import raw_exams
from tests.support.cast import enrol, now, operate, staff

pytestmark = pytest.mark.django_db
NOW = timezone.now()


# --- one by one ---------------------------------------------------------------------------------
def test_what_staff_may_open_is_what_they_see():
    """Over worlds of roles held, ended and held elsewhere, care teams joined and left, operations
    done and entered in error."""
    chance = random.Random(6)
    sites = [Site.objects.create(code=c, name=c, time_zone="Asia/Seoul") for c in "abc"]
    users = [User.objects.create_user(f"user{n}", is_active=n < 4) for n in range(5)]
    clerk = staff("clerk", sites[0], Role.PHYSICIAN)
    patients = [enrol(f"P-{n}", sites[n % 3], clerk, birth_year=1950) for n in range(7)]
    for site in sites:
        Membership.objects.create(user=users[0], site=site, role=Role.SURGEON)
    for n, patient in enumerate(patients[:5]):
        operate(patient, clerk, operator=users[0])
        if n in (1, 2):
            done = Procedure.objects.get(patient=patient, operator=users[0])
            records.enter_in_error(
                done, asked=now(clerk), reason="another patient's", expected=done.version
            )
    for _ in range(40):
        Membership.objects.exclude(user=clerk).delete()
        CareTeamMember.objects.all().delete()
        Membership.objects.bulk_create(
            Membership(user=user, site=site, role=role, active=chance.random() < 0.7)
            for user in users
            for site in sites
            for role in STAFF
            if chance.random() < 0.2
        )
        CareTeamMember.objects.bulk_create(
            CareTeamMember(patient=patient, user=user, since=NOW, until=chance.choice([None, NOW]))
            for user in users
            for patient in patients
            if chance.random() < 0.2
        )
        for user in users:
            found = openable(user)
            opened = {p for p in patients if p.site_id in found.sites or p.pk in found.patients}
            assert opened == set(Patient.objects.visible_to(user)), user


# --- consent ------------------------------------------------------------------------------------
DAY = dt.date(2026, 3, 10)
known_days = st.integers(0, 12).map(lambda n: DAY + dt.timedelta(days=n))
days = st.one_of(st.none(), known_days)
decisions = st.builds(
    Decision,
    purpose=st.sampled_from([Purpose.RESEARCH, Purpose.RESEARCH, Purpose.CARE]),
    standing=st.sampled_from([Standing.GIVEN, Standing.GIVEN, Standing.WITHDRAWN]),
    written_on=known_days,
    position=st.integers(1, 10**6),
    date=days,
    date_lower=days,
    date_upper=days,
    entered_in_error=st.sampled_from([False, False, False, True]),
)


@given(st.lists(decisions, max_size=6, unique_by=lambda one: one.position))
def test_the_days_of_consent_are_those_on_which_it_stands(recorded):
    found = intervals(recorded, Purpose.RESEARCH)
    for n in range(-2, 16):
        day = DAY + dt.timedelta(days=n)
        within = any(since <= day and (until is None or day < until) for since, until in found)
        assert within == (standing(recorded, Purpose.RESEARCH, day) is Standing.GIVEN)
    ends = [end for pair in found for end in pair if end]
    assert ends == sorted(set(ends)), "apart, in order"


# --- a registry of made-up people ---------------------------------------------------------------
@pytest.fixture(scope="module")
def registry(django_db_setup, django_db_blocker):
    """Counted as real ones of the registry; a surgeon who may open few of their records."""
    with django_db_blocker.unblock(), transaction.atomic():
        site = Site.objects.create(code="seoul", name="Seoul", time_zone="UTC")
        as_of = NOW.date() - dt.timedelta(days=1)
        list(simulation.run(site=site, patients=110, seed=17, as_of=as_of))
        CohortEntry.objects.update(origin="registry")
        surgeon = staff("surgeon", site, Role.SURGEON)
        CareTeamMember.objects.bulk_create(
            CareTeamMember(patient=patient, user=surgeon, since=NOW)
            for patient in Patient.objects.order_by("study_number")[:9]
        )
        yield surgeon
        transaction.set_rollback(True)


@pytest.fixture
def surgeon(registry, django_db_blocker):
    with django_db_blocker.unblock():
        yield registry


def test_who_consents_on_a_day(surgeon):
    turns = set(Consent.objects.filter(purpose="research").values_list("date", flat=True))
    chosen = random.Random(1).sample(sorted(turns), 12)
    for day in [*chosen, *(day - dt.timedelta(days=1) for day in chosen), NOW.date()]:
        noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
        found = Population(surgeon, Question(), noon).entries().values_list("pk", flat=True)
        expected = Patient.objects.consented(Purpose.RESEARCH, day).values_list("pk", flat=True)
        assert len(found) == len(set(found)), "each once"
        assert set(found) == set(expected), day


def test_sums_are_those_of_the_raw_examinations(surgeon):
    population = Population(surgeon, Question(), NOW)
    found = Counter()
    for cell in counting.count(population).everyone:
        found[cell.band.value, cell.outcome] += cell.people
    expected = raw_exams.counted("synthetic", population.on)
    assert found == expected
    assert len(expected) > 12
    assert raw_exams.sum_of_grades(expected) > 40


def summaries():
    patients = list(Patient.objects.select_related("site"))
    facts = facts_of(patients, NOW)
    return {one.pk: summarise(facts[one.pk]) for one in patients}


def passes(summary, name, value):
    if name == "level":
        told = [one for one in summary.levels.split(", ") if one]
        return not told if value == UNKNOWN else value in told
    if name in ("first_worst", "preop_worst"):
        grade = getattr(summary, name)
        return (UNKNOWN if grade is None else str(grade)) == value
    found = age_band(summary.age) if name == "age_band" else summary.traits[name]
    return (found or UNKNOWN) == value


def test_each_filter_is_a_plain_filter_of_summaries(surgeon):
    people = summaries()
    tried = set()
    for name, values in FILTERS.items():
        for value in values:
            question = Question(filters=((name, value),))
            found = CohortEntry.objects.filter(Population(surgeon, question, NOW).filters())
            expected = {pk for pk, one in people.items() if passes(one, name, value)}
            assert set(found.values_list("pk", flat=True)) == expected, (name, value)
            tried |= {name} if 0 < len(expected) < len(people) else set()
    assert tried == set(FILTERS)


# --- the others ---------------------------------------------------------------------------------
LIKELY = {"level": ("T11", "T12", "L1", "L2")}


def questions(chance, n):
    for _ in range(n):
        names = chance.sample(sorted(FILTERS), chance.choice([0, 1, 1, 1, 2, 3]))
        chosen = {name: chance.choice(LIKELY.get(name, FILTERS[name])) for name in names}
        yield tuple((name, chosen[name]) for name in FILTERS if name in chosen)


def test_the_margins_and_the_counts_of_others_are_those_of_plain_python(surgeon):
    people, population = summaries(), Population(surgeon, Question(), NOW)
    consented = set(population.entries().values_list("pk", flat=True))
    mine = set(openable(surgeon).patients)
    others = {pk: people[pk] for pk in consented - mine}
    outcomes = {
        row.entry_id: row
        for row in CohortOutcome.objects.filter(clock="index_decompression", window="12mo")
    }
    assert (len(mine), len(others) > 60) == (9, True)
    told = 0
    for filters in questions(random.Random(3), 60):
        margins = counting.margins(Population(surgeon, Question(filters=filters), NOW))
        expected = plain_margins(others, dict(filters))
        for band in Band:
            found = margins.get(band, counting.Margins())
            assert (found.left_out, found.beside) in (expected[band], ((), ())), (filters, band)
            assert found.left_out or not any(expected[band][0])
        answer = comparison(surgeon, Question(filters=filters), now=NOW)
        those = [pk for pk, one in others.items() if all(passes(one, *pair) for pair in filters)]
        cells = Counter((people[pk].band(), outcome(outcomes[pk])) for pk in those)
        alike = [Alike(band=b, first=None, outcome=o, people=n) for (b, o), n in cells.items()]
        apart = {
            group
            for group, bands in GROUPS.items()
            if disclosure.tells_apart(*summed([expected[band] for band in bands]))
        }
        right = cohort_protected.others(alike, answer.question, apart)
        if disclosure.tells_apart(*summed(expected.values())):
            right = cohort_protected.WITHHELD
        assert answer.others == right, filters
        told += not right.withheld
    assert told > 10


def summed(margins):
    return [list(map(sum, zip(*side, strict=True))) for side in zip(*margins, strict=True)]


def plain_margins(others, chosen):
    """By band, as `counting.margins`."""
    found = {}
    alone = chosen.get("level", UNKNOWN) != UNKNOWN
    twins = [name for name in chosen if TWINS.get(name) not in (None, *chosen)]
    for band in Band:
        here = [one for one in others.values() if one.band() is band]
        these = [one for one in here if all(passes(one, *pair) for pair in chosen.items())]
        left = [
            sum(
                not passes(one, name, value)
                and all(passes(one, *pair) for pair in chosen.items() if pair[0] != name)
                for one in here
            )
            for name, value in chosen.items()
        ]
        left += [sum(one.levels == chosen["level"] for one in these)] if alone else []
        beside = [
            sum(not passes(one, TWINS[name], chosen[name]) for one in these) for name in twins
        ]
        found[band] = tuple(left), tuple(beside)
    return found


def outcome(row):
    if row.dead is None:
        return None
    return -1 if row.dead else row.worst


# --- the version of the data ----------------------------------------------------------------------
def test_the_version_says_of_others_only_what_is_told(surgeon):
    """That somebody among them changed, or that there is nobody, is in no digit of it."""
    question = Question(filters=(("level", "T9"), ("technique", "corpectomy")))
    population = Population(surgeon, question, NOW)
    counted = counting.count(population)
    told = comparison(surgeon, question, now=NOW)
    assert told.others == cohort_protected.WITHHELD
    mine, _others = counted.stamps
    nobody = counting.Counted(counted.open, [], (mine, 0))
    changed = counting.Counted(counted.open, counted.others, (mine, 12345))
    assert told.version == data_version(population, nobody) == data_version(population, changed)
    own = counting.Counted(counted.open, counted.others, (mine + 1, 0))
    assert told.version != data_version(population, own)
    assert told.version != comparison(surgeon, Question(), now=NOW).version
