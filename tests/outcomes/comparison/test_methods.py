"""The methods paragraph says what was computed for this answer, and nothing that was not."""

import datetime as dt
import re

import pytest

from outcomes.comparison import Comparison
from outcomes.presenters.comparison_methods import Guarded, Versions, methods
from outcomes.rules.cohort_analysis import DEAD, Alike, analyse
from outcomes.rules.cohort_protected import WITHHELD, Others
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import Band
from tests.outcomes.comparison.test_frame import CAUSAL

VERSIONS = Versions(product="1.2.3", literature="litver", scipy="9.9.9", numpy="8.8.8")
PLAIN, OTHER = Question(), Question(outcome="walks_alone")
# what is said only where it was computed
WIN, P, NEWCOMBE, EXACT = "win probability (", "p-value is that of", "Newcombe", "Clopper–Pearson"
TOO_FEW, NOTHING = "groups were not compared", "nothing was estimated"


def group(band, outcomes, first=2):
    return [Alike(band=band, first=first, outcome=one, people=1) for one in outcomes]


TEN = group(Band.DAY, [3, 4] * 5) + group(Band.WEEK, [2, 3] * 5)
NINE = group(Band.DAY, [3] * 9) + group(Band.WEEK, [2] * 12)
APART = group(Band.DAY, [3] * 10, first=1) + group(Band.WEEK, [2] * 10, first=4)


def found(cells, question=PLAIN, others=None, others_win=None):
    return Comparison(
        question=question, on=dt.date(2026, 11, 26), version="datver",
        analysis=analyse(cells, question), people=[], others=others, others_win=others_win,
        cells=cells, ids=[],
    )  # fmt: skip


def told(cells, question=PLAIN, guarded=None, computed=None, **more):
    return methods(found(cells, question, **more), computed, guarded, VERSIONS, str)


@pytest.mark.parametrize(
    ("cells", "question", "says", "is_silent_on"),
    [
        pytest.param(TEN, PLAIN, [EXACT, NEWCOMBE, WIN, P, "primary",
                                   "no part of the primary analysis: exploratory"],
                     [TOO_FEW, "This analysis is exploratory"], id="enough, primary"),
        pytest.param(TEN, Question(clock="cement"), [EXACT, NEWCOMBE, WIN, "exploratory"],
                     [P, TOO_FEW, "one primary"], id="enough, exploratory: no p"),
        pytest.param(NINE, PLAIN, [EXACT, TOO_FEW, "preset 10", "9 and 12", "primary"],
                     [NEWCOMBE, WIN, P], id="nine are too few"),
        pytest.param(APART, PLAIN, [EXACT, NEWCOMBE, "No first grade was found in both groups"],
                     [WIN, P], id="nobody alike at first"),
        pytest.param(TEN, Question(window="last"), ["Only counts", "description"],
                     [EXACT, NEWCOMBE, WIN, P, TOO_FEW, "scipy"], id="last: counts"),
        pytest.param([], PLAIN, [NOTHING], [EXACT, NEWCOMBE, WIN, P, TOO_FEW, "scipy"],
                     id="nobody"),
        pytest.param(group(Band.UNKNOWN, [3] * 30), PLAIN, [NOTHING, "30 of unknown timing"],
                     [EXACT, TOO_FEW], id="timing of nobody"),
    ],
)  # fmt: skip
def test_it_says_what_was_computed(cells, question, says, is_silent_on):
    paragraph = told(cells, question)
    for words in (*says, "datver", "litver", "Regain 1.2.3", "2026-11-26"):
        assert words in paragraph, words
    for words in is_silent_on:
        assert words not in paragraph, words
    assert ("scipy 9.9.9" in paragraph) == (EXACT in paragraph)


def test_the_numbers_are_those_of_the_analysis():
    missing = [
        Alike(band=Band.DAY, first=2, outcome=None, people=4, why="missed"),
        Alike(band=Band.WEEK, first=2, outcome=None, people=2, why="lost_moved"),
        Alike(band=Band.WEEK, first=2, outcome=None, people=7, why="not_yet_due"),
        Alike(band=Band.UNCLASSIFIABLE, first=2, outcome=3, people=5),
        Alike(band=Band.NOT_OPERATED, first=2, outcome=3, people=6),
        Alike(band=Band.DAY, first=None, outcome=3, people=3),
    ]
    dead = group(Band.DAY, [DEAD] * 2) + group(Band.LATER, [DEAD])
    cells = [*TEN, *missing, *dead]
    analysis, paragraph = analyse(cells, PLAIN), told(cells)
    for words in (
        f"Counted were {analysis.people} people",
        f"{analysis.with_timing} had a known time",
        f"{analysis.with_outcome} the outcome",
        f"{analysis.with_both} both",
        "6 not decompressed, never compared",
        "5 whose bounds lie astride 24 h",
        "7 not yet due; 4 without an examination in the window after the operation; "
        "2 lost to follow-up",
        "3 had died by then; death is the worst rank",
        f"({analysis.early.missing} and {analysis.later.missing}), were left out",
        "3 people without a known first grade",
    ):
        assert words in paragraph, words


CEMENT, FIXED = Question(clock="cement", window="6wk"), Question(outcome="weaker_leg")


@pytest.mark.parametrize(
    ("question", "why", "says"),
    [
        (CEMENT, "before_operation", [
            "3 operated on after the window",
            "only examinations certainly after the incision were considered, and who was operated "
            "on after the window has no outcome and is not counted as missing",
        ]),
        (FIXED, "no_weaker_leg", [
            "3 with neither leg weaker at first",
            "People with neither leg weaker at first have no such outcome, dead or alive, and are "
            "not counted as missing",
        ]),
    ],
)  # fmt: skip
def test_it_says_who_can_have_no_outcome_and_that_they_are_not_missing(question, why, says):
    without = Alike(band=Band.WEEK, first=2, outcome=None, people=3, why=why)
    paragraph = told([*TEN, without], question)
    assert all(words in paragraph for words in says)
    assert "left out; each share" not in paragraph, "nobody's outcome is missing"
    assert not any(words in told(TEN, PLAIN) for words in says)


@pytest.mark.parametrize(
    ("others", "says", "is_silent_on"),
    [
        (None, "Counted were", "may not open"),
        (WITHHELD, "nothing is told", "rounded to 5"),
        (Others(withheld=False), "rounded to 5", "nothing is told"),
    ],
)
def test_it_says_how_others_are_told_of(others, says, is_silent_on):
    paragraph = told(TEN, others=others)
    assert says in paragraph
    assert is_silent_on not in paragraph


@pytest.mark.parametrize(
    ("guarded", "says"),
    [
        (None, []),
        (Guarded(people=0, coarsened=0, by_band=0), []),
        (Guarded(people=20, coarsened=0, by_band=0), ["(n = 20)"]),
        (Guarded(people=20, coarsened=7, by_band=9), ["(n = 20)", "Of 7 of them", "Of 9 of them"]),
    ],
)
def test_it_says_what_the_file_withholds(guarded, says):
    paragraph = told(TEN, guarded=guarded)
    for words in ("(n = 20)", "Of 7 of them", "Of 9 of them"):
        assert (words in paragraph) == (words in says)


def computed(*, tau=None, interval=None, bounds=None, why=None, died=0):
    """As the worker keeps it; `tau`, `bounds` and `why` are reasons why there is none."""
    return {
        "tau": {"people": 31, "why": tau, "interval": interval},
        "bounds": {"people": 33, "why": bounds},
        "recovery": [{"grade": grade, "died": died, "why": why} for grade in (1, 2, 3)],
    }


TAU, BOOTSTRAP, ORDERS = (
    "people of exactly known hours",
    "2000 bootstrap samples (seed 1)",
    "bounds of 33",
)
TURNBULL, STATES, NO_CHANCE = "Turnbull’s estimate", "No time to recovery", "No random number"


@pytest.mark.parametrize(
    ("made", "says", "is_silent_on"),
    [
        pytest.param(None, [NO_CHANCE], [TAU, BOOTSTRAP, ORDERS, TURNBULL, STATES, "numpy"],
                     id="nothing"),
        pytest.param(computed(interval={"lower": 0, "upper": 1}),
                     [TAU, BOOTSTRAP, ORDERS, TURNBULL, "grade 1, 2, 3", "numpy 8.8.8"],
                     [STATES, NO_CHANCE], id="everything"),
        pytest.param(computed(tau="too_few"), ["Kendall", ORDERS], [TAU, BOOTSTRAP],
                     id="bounds alone"),
        pytest.param(computed(), [TAU, ORDERS, NO_CHANCE], [BOOTSTRAP], id="no interval"),
        pytest.param(computed(tau="too_few", bounds="too_few", why="too_few"), [NO_CHANCE],
                     [TAU, BOOTSTRAP, ORDERS, TURNBULL, STATES], id="too few"),
        pytest.param(computed(why="died", died=4),
                     [TAU, STATES, "for grade 1, 2, 3, since", "had died (4, 4, 4)"], [TURNBULL],
                     id="some died"),
    ],
)  # fmt: skip
def test_it_says_what_the_worker_computed(made, says, is_silent_on):
    paragraph = told(TEN, computed=made)
    for words in says:
        assert words in paragraph, words
    for words in is_silent_on:
        assert words not in paragraph, words


def test_where_some_died_below_some_grades_alone_each_grade_is_told_of_once():
    made = computed()
    made["recovery"] = [
        {"grade": 1, "died": 0, "why": "too_few"},
        {"grade": 2, "died": 0, "why": None},
        {"grade": 3, "died": 2, "why": "died"},
        {"grade": 4, "died": 5, "why": "died"},
    ]
    paragraph = told(TEN, computed=made)
    assert "at grade 2 or better) is Turnbull’s estimate" in paragraph
    assert "No time to recovery was estimated for grade 3, 4, since" in paragraph
    assert "had died (2, 5)" in paragraph


@pytest.mark.parametrize("origin", ["registry", "synthetic"])
@pytest.mark.parametrize("others", [None, WITHHELD])
def test_one_person_is_no_people(origin, others):
    alone = [Alike(band=Band.DAY, first=None, outcome=3, people=1)]
    paragraph = told(alone, Question(origin=origin), others=others)
    assert "was one" in paragraph
    assert not re.search(r"\b1 (people|of them)\b", paragraph)
    assert "was one" not in told(alone * 2, Question(origin=origin), others=others)


@pytest.mark.parametrize("cells", [TEN, NINE, APART, []])
def test_it_claims_no_cause(cells):
    guarded = Guarded(people=9, coarsened=9, by_band=9)
    made = computed(interval={"lower": 0, "upper": 1})
    paragraph = told(cells, OTHER, guarded, made).lower()
    assert "an association, not an effect" in paragraph
    claimed = paragraph.replace("not an effect", "").replace("to protect", "")
    assert not CAUSAL.search(claimed), CAUSAL.search(claimed)
    assert not re.search(r"\b(mean|median|average)\b", claimed)
