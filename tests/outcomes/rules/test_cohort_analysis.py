"""What may be said of outcome against timing, and when nothing may."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, mannwhitneyu, norm, rankdata
from statsmodels.stats.proportion import confint_proportions_2indep

from outcomes.rules.cohort_analysis import (
    DEAD,
    NOT_MISSING,
    NOT_YET_DUE,
    PRESET,
    Alike,
    analyse,
)
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import OVER_A_DAY, Band

PRIMARY = Question()


def people(band, outcomes, first=2):
    return [Alike(band=band, first=first, outcome=outcome, people=1) for outcome in outcomes]


EARLY = [3, 4, 4, 5, 5, 5, 4, 3, 2, 5]
LATER = [2, 3, 3, 4, 5, 2, 1, 3, 4, 2]


def test_with_enough_it_is_the_rank_sum_test():
    found = analyse([*people(Band.DAY, EARLY), *people(Band.WEEK, LATER)], PRIMARY)
    expected = mannwhitneyu(EARLY, LATER, method="asymptotic", use_continuity=False)
    assert found.primary
    assert found.win.value == pytest.approx(expected.statistic / 100)
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.people, found.with_timing, found.with_outcome, found.with_both) == (20,) * 4
    # all outcomes are known
    assert found.win_if_missing.lower == found.win_if_missing.upper == found.win.value


@pytest.mark.parametrize(
    ("clock", "window"), [("index_decompression", "6mo"), ("cement", "12mo"), ("cement", "3mo")]
)
def test_everything_else_is_exploratory_and_has_no_p(clock, window):
    cells = [*people(Band.DAY, EARLY), *people(Band.WEEK, LATER)]
    found = analyse(cells, Question(clock=clock, window=window))
    assert not found.primary
    assert found.p is None
    assert found.win is not None


@pytest.mark.parametrize(
    ("early", "later", "told"), [(10, 10, True), (9, 10, False), (10, 9, False)]
)
def test_below_the_preset_number_there_are_counts_and_exact_shares_only(early, later, told):
    cells = [*people(Band.DAY, EARLY[:early]), *people(Band.LATER, LATER[:later])]
    found = analyse(cells, PRIMARY)
    assert (found.win is not None) is (found.p is not None) is bool(found.differences) is told
    share = next(share for share in found.early.shares if share.grade == 4)
    reached = sum(grade >= 4 for grade in EARLY[:early])
    assert (share.count.k, share.count.n) == (reached, early)
    expected = binomtest(reached, early).proportion_ci(method="exact")
    assert share.interval.lower == pytest.approx(expected.low)


def test_the_number_counts_exposure_and_outcome_together():
    cells = [
        *people(Band.DAY, [*EARLY[:9], None, None]),
        *people(Band.WEEK, LATER),
        *people(Band.UNKNOWN, EARLY),
        *people(Band.UNCLASSIFIABLE, EARLY),
        *people(Band.NOT_OPERATED, LATER),
    ]
    found = analyse(cells, PRIMARY)
    assert (found.early.people, found.early.with_outcome) == (11, 9)
    assert (found.with_timing, found.with_both) == (21, 19)
    assert found.people == 51
    assert found.win is None


def test_astride_seven_days_is_certainly_over_a_day():
    cells = [*people(Band.DAY, EARLY), *people(Band.OVER_A_DAY, LATER)]
    assert analyse(cells, PRIMARY).later.people == 10


def test_death_takes_the_worst_rank_and_reaches_no_grade():
    cells = [*people(Band.DAY, [DEAD] * 10), *people(Band.WEEK, [0] * 10)]
    found = analyse(cells, PRIMARY)
    assert found.win.value == 0
    assert (found.early.dead, found.early.shares[0].count.k) == (10, 0)


def test_the_missing_bound_the_answer_on_both_sides():
    cells = [*people(Band.DAY, [*EARLY, None, None]), *people(Band.WEEK, [*LATER, None])]
    found = analyse(cells, PRIMARY)
    worst = mannwhitneyu([*EARLY, DEAD, DEAD], [*LATER, 5]).statistic / (12 * 11)
    best = mannwhitneyu([*EARLY, 5, 5], [*LATER, DEAD]).statistic / (12 * 11)
    assert found.win_if_missing.lower == pytest.approx(worst)
    assert found.win_if_missing.upper == pytest.approx(best)
    assert found.win_if_missing.lower < found.win.value < found.win_if_missing.upper


@pytest.mark.parametrize("why", NOT_MISSING)
def test_where_there_can_be_no_outcome_nothing_is_missing(why):
    without = [Alike(band=band, first=2, outcome=None, people=4, why=why)
               for band in (Band.DAY, Band.WEEK)]  # fmt: skip
    cells = [*people(Band.DAY, [*EARLY, None]), *people(Band.WEEK, LATER)]
    found, plain = analyse([*cells, *without], PRIMARY), analyse(cells, PRIMARY)
    assert (found.early.people, found.early.missing, found.later.missing) == (15, 1, 0)
    assert found.early.none_possible == (0 if why == NOT_YET_DUE else 4)
    assert found.early.shares == plain.early.shares
    assert found.win_if_missing == plain.win_if_missing


def test_who_has_no_first_grade_is_in_no_stratum_but_counted():
    cells = [
        *people(Band.DAY, EARLY), *people(Band.WEEK, LATER), *people(Band.WEEK, [5], first=None),
    ]  # fmt: skip
    found = analyse(cells, PRIMARY)
    assert found.without_first == 1
    assert found.win == analyse(cells[:-1], PRIMARY).win


@pytest.mark.parametrize(("paired", "told"), [(10, True), (9, False), (1, False), (0, False)])
def test_an_estimate_is_of_the_preset_number_in_pairs_too(paired, told):
    """Who has no first grade, or one that nobody of the other group has, is in no pair."""
    cells = [
        *people(Band.DAY, EARLY), *people(Band.DAY, [3] * 5, first=None),
        *people(Band.WEEK, LATER[:paired]), *people(Band.WEEK, LATER, first=5),
    ]  # fmt: skip
    found = analyse(cells, PRIMARY)
    assert found.in_pairs == ((10, paired) if paired else (0, 0))
    assert (found.win is not None) is (found.p is not None) is told
    assert (found.win_if_missing is not None) is told
    assert found.differences, "shares are of all, in pairs or not"


def test_people_are_compared_with_those_of_the_same_first_grade():
    cells = [
        *people(Band.DAY, [1] * 10, first=0), *people(Band.WEEK, [0] * 10, first=0),
        *people(Band.DAY, [5] * 10, first=4), *people(Band.WEEK, [4] * 10, first=4),
    ]  # fmt: skip
    assert analyse(cells, PRIMARY).win.value == 1


@pytest.mark.parametrize("cells", [[], people(Band.DAY, EARLY), people(Band.WEEK, [None] * 30)])
def test_one_group_empty(cells):
    found = analyse(cells, PRIMARY)
    assert (found.win, found.p, found.differences) == (None, None, ())


@pytest.mark.parametrize("seed", range(30))
def test_counting_alike_people_together_changes_nothing(seed):
    chance = random.Random(seed)
    single = [
        Alike(
            band=chance.choice(list(Band)),
            first=chance.choice([None, 0, 1, 2]),
            outcome=chance.choice([None, DEAD, 0, 2, 5]),
            people=1,
        )
        for _ in range(chance.choice([0, 1, 2, 40, 200]))
    ]
    together = {}
    for one in single:
        key = (one.band, one.first, one.outcome)
        together[key] = together.get(key, 0) + 1
    cells = [Alike(band=b, first=f, outcome=o, people=n) for (b, f, o), n in together.items()]
    one, other = analyse(single, PRIMARY), analyse(cells, PRIMARY)
    assert (one.early, one.later, one.people) == (other.early, other.later, other.people)
    if one.win is None:
        assert other.win is None
    else:
        assert one.win.value == pytest.approx(other.win.value)
        assert one.p == (other.p and pytest.approx(other.p))


def test_the_preset_is_the_one_of_the_policy():
    assert PRESET == 10


# --- the whole analysis, person by person, by other means -----------------------------------------
def a_registry(chance):
    """Few or many, with ties; at times nobody followed, or one timing group without anybody."""
    n = chance.choice([0, 1, 2, 5, 30, 30, 80])
    bands = chance.choice([[Band.DAY], list(OVER_A_DAY), list(Band), [Band.DAY, *OVER_A_DAY]])
    outcomes = chance.choice([[None], [None, DEAD, *range(6)], [2, 3]])
    found = []
    for _ in range(n):
        outcome = chance.choice(outcomes)
        why = "" if outcome is not None else chance.choice([NOT_YET_DUE, "missed", "lost_moved"])
        first = chance.choice([None, 0, 1])
        found.append(
            Alike(band=chance.choice(bands), first=first, outcome=outcome, people=1, why=why)
        )
    return found


def by_ranks(early, later):
    """Van Elteren's weighted share of won pairs and his p, from midranks and their variance."""
    shares = weights = statistic = variance = 0.0
    for first in {one.first for one in (*early, *later)} - {None}:
        x, y = ([p.outcome for p in g if p.first == first] for g in (early, later))
        m, n = len(x), len(y)
        if not m or not n:
            continue
        ranks = rankdata([*x, *y])
        won = ranks[:m].sum() - m * (m + 1) / 2
        weight = 1 / (m + n + 1)
        shares, weights = shares + weight * won, weights + weight * m * n
        statistic += weight * (won - m * n / 2)
        variance += weight**2 * m * n / (m + n) * ranks.var(ddof=1)
    p = 2 * norm.sf(abs(statistic) / variance**0.5) if variance else None
    return (shares / weights if weights else None), p


def ended(people, outcome):
    """Those whose outcome is missing given one."""
    told = [p if p.outcome is not None else replace(p, outcome=outcome)
            for p in people if p.outcome is not None or p.why != NOT_YET_DUE]  # fmt: skip
    return told


def same(found, expected):
    assert (found is None) == (expected is None)
    assert found is None or found == pytest.approx(expected, abs=1e-9)


def test_everything_by_other_means():
    compared = 0
    for seed in range(200):
        cells = a_registry(random.Random(seed))
        found = analyse(cells, PRIMARY, preset=1)
        groups = [[p for p in cells if p.band in bands] for bands in ([Band.DAY], OVER_A_DAY)]
        told = [[p for p in group if p.outcome is not None] for group in groups]
        for group, of, all_of in zip((found.early, found.later), told, groups, strict=True):
            assert (group.people, group.with_outcome) == (len(all_of), len(of))
            for share in group.shares:
                _compare_share(share, [p.outcome for p in of], len(ended(all_of, 0)))
        if not all(told):
            assert (found.win, found.p, found.differences) == (None, None, ())
            continue
        compared += 1
        value, p = by_ranks(*told)
        same(found.win and found.win.value, value)
        same(found.p, p)
        sides = ((DEAD, 5), (5, DEAD))
        ends = [by_ranks(ended(groups[0], a), ended(groups[1], b))[0] for a, b in sides]
        same(found.win_if_missing and found.win_if_missing.lower, ends[0])
        same(found.win_if_missing and found.win_if_missing.upper, ends[1])
        _compare_differences(found, *([p.outcome for p in group] for group in told))
    assert compared > 20


def _compare_share(share, outcomes, due):
    reached = sum(outcome >= share.grade for outcome in outcomes)
    assert (share.count.k, share.count.n) == (reached, len(outcomes))
    if outcomes:
        exact = binomtest(reached, len(outcomes)).proportion_ci(method="exact")
        assert share.interval.lower == pytest.approx(exact.low, abs=1e-9)
    else:
        assert share.interval is None
    if due:
        missing = due - len(outcomes)
        assert share.if_missing.lower == pytest.approx(reached / due)
        assert share.if_missing.upper == pytest.approx((reached + missing) / due)
    else:
        assert share.if_missing is None


def _compare_differences(found, early, later):
    for grade, one in enumerate(found.differences, start=1):
        k, m = (sum(outcome >= grade for outcome in group) for group in (early, later))
        ends = confint_proportions_2indep(
            k, len(early), m, len(later), method="newcomb", compare="diff"
        )
        assert one.value == pytest.approx(k / len(early) - m / len(later))
        assert (one.interval.lower, one.interval.upper) == pytest.approx(ends, abs=1e-9)


GROUPS = st.lists(
    st.tuples(
        st.sampled_from([Band.DAY, Band.LATER]), st.sampled_from([1, 2, None]),
        st.sampled_from([DEAD, *range(6), None]),
    ),
    min_size=8, max_size=40,
)  # fmt: skip


@given(wanted=GROUPS, data=st.data())
def test_whatever_became_of_the_missing_lies_within_the_bounds(wanted, data):
    def cells(endings):
        return [
            Alike(band=band, first=first, outcome=outcome, people=1, why="missed")
            for band, first, outcome in endings
        ]

    bounds = analyse(cells(wanted), PRIMARY, preset=1)
    anything = st.sampled_from([DEAD, *range(6)])
    ended = [(b, f, data.draw(anything) if o is None else o) for b, f, o in wanted]
    found = analyse(cells(ended), PRIMARY, preset=1)
    if bounds.win_if_missing is not None:
        assert bounds.win_if_missing.lower - 1e-9 <= found.win.value
        assert found.win.value <= bounds.win_if_missing.upper + 1e-9
    for one, other in ((bounds.early, found.early), (bounds.later, found.later)):
        for told, real in zip(one.shares, other.shares, strict=True):
            if told.if_missing is not None:
                assert told.if_missing.lower - 1e-9 <= real.count.share
                assert real.count.share <= told.if_missing.upper + 1e-9
