"""Who was followed: exact sums of those who may be told of, the rest as `disclosure` has it."""

import datetime as dt
import random
from collections import Counter
from dataclasses import asdict, replace
from typing import get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from outcomes.comparison import Population, answer
from outcomes.comparison.following import Following, following
from outcomes.figures.comparison import flow
from outcomes.models import CohortEntry
from outcomes.presenters.comparison_following import roughly, sentences, steps
from outcomes.rules import cohort_following
from outcomes.rules.cohort_analysis import DEAD, Alike, analyse
from outcomes.rules.cohort_following import (
    ALL,
    EXAMINED,
    GROUPS,
    KINDS,
    PARTS,
    REASONS,
    AtWindow,
    Steps,
)
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import LAST, Band, windows
from outcomes.rules.disclosure import MOST_HIDDEN, shown
from patients.documents.people import LossToFollowUpDocument
from tests.support import cohort
from tests.support.cohort import people
from tests.support.kept import keep, person

NOW = timezone.now()
TODAY = NOW.date()
AT = [window for window in windows() if window != LAST]


def everybody(cast, seed, n=60):
    """People of both sites, real and made up, kept as rows."""
    rng = random.Random(seed)
    people = [
        person(
            rng.choice((cast.seoul, cast.berlin)), TODAY, rng,
            origin=rng.choice(("registry", "registry", "synthetic")),
        )
        for _n in range(n)
    ]  # fmt: skip
    keep(people, cast.physician_a)
    return people


@pytest.fixture(autouse=True)
def nobody_else(request):
    """Without the rows that the cast has already."""
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
        CohortEntry.objects.all().delete()


def state_of(row):
    """As the row says it, read apart from the product."""
    if row["dead"]:
        return "died"
    if row["absence"] == "before_operation":
        return row["absence"]
    if row["dead"] is None:
        return "death_unknown"
    if row["worst"] is not None:
        return "examined"
    if not row["absence"]:
        return "not_recorded"
    if row["absence"] != "missed":
        return row["absence"]
    if row["closes"] is None:
        return "due_unknown"
    return "missed" if row["closes"] < TODAY else "not_yet_due"


def group_of(entry):
    band = entry["band"]
    if band == "not_operated":
        return None
    return {"day": "day", "unknown": "unclear", "unclassifiable": "unclear"}.get(band, "over_a_day")


def counted(people, clock="index_decompression"):
    """States by group and window, one by one."""
    told = Counter()
    for one in people:
        group = group_of(one.entry)
        if group is None:
            continue
        for window in AT:
            state = state_of(one.at(window, clock))
            told[group, window, state] += 1
            told[ALL, window, state] += 1
    return told


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("filters", [(), (("etiology", "osteoporotic_fracture"),)])
def test_every_sum_is_that_of_the_raw_rows(cast, seed, filters):
    people = everybody(cast, seed)
    clock = ("index_decompression", "cement")[seed % 2]
    question = Question(origin="synthetic", filters=filters, clock=clock)
    found = following(Population(cast.surgeon_a, question, NOW))
    mine = [one for one in people if one.entry["origin"] == "synthetic"]
    consenting = [one for one in mine if one.consents_on(TODAY)]
    of_filter = [one for one in consenting if all(one.entry[n] == v for n, v in filters)]
    steps = found.open.steps
    assert (steps.enrolled, steps.consented) == (len(mine), len(consenting))
    assert steps.counted == len(of_filter)
    assert steps.enrolled == steps.without_consent + steps.consented
    assert steps.consented == steps.filtered_out + steps.counted
    assert steps.counted == steps.not_operated + steps.decompressed
    expected = counted(of_filter, clock)
    for row in found.open.at_windows:
        assert row.people == sum(row.states.values())
        for state, n in row.states.items():
            assert n == expected[row.group, row.window, state], (row.group, row.window, state)
        if row.group == ALL:
            assert row.people == steps.decompressed
    assert [(r.window, r.group) for r in found.open.at_windows] == [
        (window, group) for window in AT for group in GROUPS
    ]
    at_twelve = {r.group: r for r in found.open.at_windows if r.window == "12mo"}
    for name, group in (("early", "day"), ("later", "over_a_day")):
        analysed, row = getattr(found.analysis, name), at_twelve[group]
        assert analysed.with_outcome == row.states["examined"] + row.states["died"]
        assert analysed.none_possible == row.states["before_operation"]
        without = row.people - analysed.with_outcome
        not_missing = analysed.none_possible + row.states["not_yet_due"]
        assert analysed.missing == without - not_missing
    assert found.others is None, "made-up people may all be told of"


@pytest.mark.parametrize(
    ("question", "why", "says"),
    [
        (Question(clock="cement"), "before_operation", "operated on after the window."),
        (Question(outcome="weaker_leg"), "no_weaker_leg", "neither leg was weaker at first."),
        (Question(outcome="weaker_leg", clock="cement"), "before_operation",
         "operated on after the window, or neither leg was weaker at first."),
    ],
)  # fmt: skip
def test_of_whom_there_can_be_no_outcome_is_said_beside_the_missing(question, why, says):
    cells = [
        Alike(band=Band.DAY, first=2, outcome=outcome, people=people, why=one)
        for outcome, people, one in ((3, 5, ""), (None, 4, "missed"), (None, 3, why),
                                     (None, 2, "not_yet_due"))
    ]  # fmt: skip
    found = Following(question=question, on=TODAY, version="", open=cohort_following.flow(0, 0, {}),
                      analysis=analyse(cells, question), others=None, withheld=False)  # fmt: skip
    (told,) = sentences(found, str)
    assert "5 of 14; of 4 it is missing" in told
    assert "of 2 it is not yet due. Of 3 there can be none" in told
    assert told.endswith(says)


def test_of_others_only_what_may_be_told(cast):
    people = everybody(cast, 5, n=200)
    found = following(Population(cast.physician_a, Question(), NOW))
    real = [one for one in people if one.entry["origin"] == "registry"]
    own, others = (
        [one for one in real if (one.entry["site"] == cast.seoul) is mine] for mine in (True, False)
    )
    assert found.open.steps.enrolled == len(own)
    assert found.others.steps.enrolled == shown(len(others))
    for row in found.others.at_windows:
        exact = counted(one for one in others if one.consents_on(TODAY))
        for kind, told in row.states.items():
            people_of_kind = sum(
                n for (group, window, state), n in exact.items()
                if (group, window) == (row.group, row.window) and KINDS[state] == kind
            )  # fmt: skip
            assert told in (None, shown(people_of_kind))
        assert list(row.states.values()).count(None) != 1


def test_a_filter_that_leaves_out_a_few_others_is_not_answered_of_them(cast):
    rng = random.Random(1)
    given = {"etiology": "osteoporotic_fracture", "band": "day", "operated": True}
    people = [person(cast.berlin, TODAY, rng, **given) for _n in range(20)]
    people += [person(cast.berlin, TODAY, rng, **given | {"etiology": "other"}) for _n in range(3)]
    for one in people:
        one.consents = [(dt.date(2020, 1, 1), None)]
    keep(people, cast.physician_b)
    asked = Question(filters=(("etiology", "osteoporotic_fracture"),))
    found = following(Population(cast.physician_a, asked, NOW))
    assert (found.withheld, found.others) == (True, None)
    assert following(Population(cast.physician_a, Question(), NOW)).others.steps.decompressed == 25
    assert following(Population(cast.physician_b, asked, NOW)).open.steps.decompressed == 20


def test_not_operated_are_told_only_where_the_filter_leaves_out_enough_of_them(cast):
    """It leaves out ten, of the not operated one; the main view tells nothing of these either."""
    rng = random.Random(1)
    kinds = [
        *[{"band": Band.DAY}] * 20, *[{"band": Band.NOT_OPERATED}] * 12,
        *[{"band": Band.DAY, "etiology": "other"}] * 9,
        {"band": Band.NOT_OPERATED, "etiology": "other"},
    ]  # fmt: skip
    plain = {"first_worst": 2, "etiology": "osteoporotic_fracture"}
    people = [person(cast.berlin, TODAY, rng, **plain | kind) for kind in kinds]
    for one in people:
        one.consents = [(dt.date(2020, 1, 1), None)]
    keep(people, cast.physician_b)

    def steps(*filters):
        question = Question(filters=filters)
        return following(Population(cast.physician_a, question, NOW)).others.steps

    assert (steps().not_operated, steps().decompressed) == (15, 30)
    some = steps(("etiology", "osteoporotic_fracture"))
    assert (some.counted, some.not_operated, some.decompressed) == (30, None, None)


@pytest.mark.parametrize("filters", [(), (("technique", "corpectomy"),)])
def test_where_the_comparison_tells_nothing_of_others_the_flow_does_not(cast, filters):
    """What a filter leaves out would say that somebody is left."""
    CohortEntry.objects.all().delete()
    wanted = [{"technique": "corpectomy"}, *[{}] * (22 if filters else 5)]
    cohort.people(cast.berlin, cast.physician_b, wanted)
    population = Population(cast.surgeon_a, Question(filters=filters), NOW)
    assert answer(population).others.withheld
    found = following(population)
    assert (found.others, found.withheld) == (None, True)


def test_the_cost_does_not_grow_with_the_people(cast):
    costs = set()
    for seed in (1, 2):
        everybody(cast, seed, n=20)
        with CaptureQueriesContext(connection) as caught:
            following(Population(cast.surgeon_a, Question(), NOW))
        costs.add(len(caught))
    assert len(costs) == 1


@pytest.mark.parametrize("route", ["comparison-follow-up", "comparison-recovery"])
def test_the_page_says_why_others_are_not_told_of(cast, client_for, route):
    """Not a filter, for there is none: hours since another event than the cement."""
    everybody(cast, 1)
    page = client_for(cast.physician_a).get(reverse(route), {"exposure": "decision"})
    told = " ".join(page.content.decode().split())
    assert "Others are told of only where hours are counted from the cement." in told
    assert "nothing is told" not in told


# --- the rule alone -----------------------------------------------------------------------------
def test_every_reason_why_following_ends_has_a_kind():
    field = LossToFollowUpDocument.model_fields["reason"].annotation
    assert set(REASONS) == set(get_args(field))


def test_nobody_at_all():
    nobody = cohort_following.flow(0, 0, {"6wk": []})
    assert set(asdict(nobody.steps).values()) == {0}
    assert {row.people for row in nobody.at_windows} == {0}
    assert set(asdict(cohort_following.protected(nobody).steps).values()) == {None}


cells = st.lists(
    st.builds(
        Alike,
        band=st.sampled_from(list(Band)),
        first=st.none(),
        outcome=st.sampled_from((None, DEAD, 0, 3)),
        people=st.integers(1, 40),
        why=st.sampled_from(sorted(set(KINDS) - {"examined", "died"})),
    ),
    max_size=12,
)


@given(cells=cells, without=st.integers(0, 40), outside=st.integers(0, 40))
def test_what_is_told_of_others_hides_few_and_never_one_alone(cells, without, outside):
    people = sum(cell.people for cell in cells)
    exact = cohort_following.flow(without + outside + people, outside + people, {"6wk": cells})
    told = cohort_following.protected(exact)
    parts = [getattr(told.steps, name) for name in PARTS]
    assert parts.count(None) != 1
    for name in asdict(exact.steps):
        seen, real = getattr(told.steps, name), getattr(exact.steps, name)
        assert seen is None or (real > MOST_HIDDEN and seen % 5 == 0)
    for row, raw in zip(told.at_windows, exact.at_windows, strict=True):
        real = cohort_following.kinds(raw.states)
        assert sum(real.values()) == raw.people
        assert list(row.states.values()).count(None) != 1
        for kind, seen in row.states.items():
            assert seen is None or (real[kind] > MOST_HIDDEN and seen % 5 == 0)


@pytest.mark.parametrize(
    ("without", "outside", "operated", "told"),
    [(7, 7, 7, None), (7, 7, 6, 25), (7, 7, 12, None), (7, 12, 12, None), (9, 7, 12, 35)],
)
def test_a_sum_that_settles_its_parts_is_not_told(without, outside, operated, told):
    """Seven each, four times, are 28: the least that is told as 30."""
    cells = [
        Alike(band=band, first=None, outcome=3, people=people)
        for band, people in ((Band.DAY, operated), (Band.NOT_OPERATED, 7))
    ]
    counted = outside + operated + 7
    flow = cohort_following.flow(without + counted, counted, {"6wk": cells})
    assert cohort_following.protected(flow).steps.enrolled == told


def test_a_state_is_that_of_its_cell():
    cell = Alike(band=Band.DAY, first=2, outcome=None, people=1, why="lost_moved")
    assert cohort_following.state(cell) == "lost_moved"
    assert cohort_following.state(replace(cell, outcome=DEAD)) == "died"
    assert cohort_following.state(replace(cell, outcome=0)) == "examined", "grade 0 is a finding"


@pytest.mark.parametrize(
    ("examined", "people", "words"),
    [
        (20, 30, "about 20 of about 30"),
        (None, 30, "not told of about 30"),
        (None, None, "not told"),
    ],
)
def test_what_is_not_told_of_others_is_said_once(examined, people, words):
    states = dict.fromkeys(PARTS) | {EXAMINED: examined}
    told = cohort_following.Flow(
        steps=Steps(**dict.fromkeys(Steps.__dataclass_fields__, 40)),
        at_windows=(AtWindow(group=ALL, window="6wk", people=people, states=states),),
    )
    *_way, at = steps(told, Question(), roughly(str), str)
    assert at.people == words
    assert at.window


def test_where_nobody_is_protected_nothing_is_withheld(cast, client_for):
    """Other starts than the cement withhold what is told of others: of made-up people there are
    none."""
    everybody(cast, 1, n=20)
    question = Question(origin="synthetic", exposure="decision")
    found = following(Population(cast.surgeon_a, question, NOW))
    assert (found.withheld, found.others) == (False, None)
    asked = {"origin": "synthetic", "exposure": "decision"}
    page = client_for(cast.surgeon_a).get(reverse("comparison-follow-up"), asked)
    assert "Others in the registry" not in page.content.decode()


def test_a_kind_is_named_by_all_that_are_in_it():
    kinds = cohort_following.KINDS
    assert kinds["transferred"] == kinds["lost_moved"]
    assert flow.STATES[kinds["transferred"]][0] == "lost or transferred"


def test_of_the_last_examination_nothing_is_supposed_of_the_missing(cast, client_for):
    CohortEntry.objects.all().delete()
    people(cast.seoul, cast.physician_a, [{}, {"outcome": {"dead": True}}])
    browser = client_for(cast.physician_a)
    for window, supposed in (("last", False), ("12mo", True)):
        page = browser.get(reverse("comparison-follow-up"), {"window": window}).content.decode()
        assert ("What if all the missing had ended badly" in page) == supposed
        assert "Deaths count as the worst outcome." in page
