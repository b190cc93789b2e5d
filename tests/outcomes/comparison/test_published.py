"""The published cases against CLINICAL.md A5, typed here by hand; counts, layers, conflicts."""

import html
import re
import shutil

import pytest
from django.urls import reverse

from outcomes import charts, comparison_charts, literature_words
from outcomes.figures.published_cases import published_cases
from outcomes.presenters import published
from outcomes.reference import conflicts, literature_fields, loader
from outcomes.reference.files import FOLDER, read
from outcomes.rules.literature import Asked, count, disagreements, hours
from tests.api.client import Api
from tests.languages.reading import texts
from tests.support.telling import tells

ADDRESS = reverse("comparison-published")
MISSING = "not reported"
IF_SIDES = "only if x/5 stands for right/left"
# interval, worst leg, right, left, change of both, when the sides hold, outcome, evidence, walks
A5 = {
    "C1": ("12 h", "2 → 5", "2 → 5", "5 → 5", "+3", IF_SIDES, "improved with grades", "likely",
           MISSING),
    "C2": ("0–24 h", MISSING, MISSING, MISSING, MISSING, "", "not assessable", "", "no"),
    "C3": ("not applicable", "2 → 2", "2 → 2", "2 → 2", "0", "", "unchanged", "", MISSING),
    "C4": (MISSING, "1 → 4", "1 → 4", "5 → 5", "+3", IF_SIDES, "improved with grades", "likely",
           MISSING),
    "C5": (MISSING, "1 → 3", "1 → 3", "2 → 4", "+4", "sides as tabulated",
           "improved with grades", "likely", MISSING),
    "C6": (MISSING, "3 → 4", "3 → 4", "5 → 5", "+1", IF_SIDES, "improved with grades", "possible",
           MISSING),
    "C7": (MISSING, "2 → in words only", "2 → in words only", "5 → in words only", MISSING,
           IF_SIDES, "improved in words only", "in words, without grades", MISSING),
    "C8": ("about 56 d (49–63 d)", "2 → 3", "2 → 3", "4 → 4", "+1", "", "improved with grades",
           "possible", "no"),
}  # fmt: skip
# recovery ratio of right, left, both, worst leg
RATIOS = {
    "C1": ("1.00", "none: at ceiling", "1.00", "1.00"),
    "C3": ("0.00", "0.00", "0.00", "0.00"),
    "C4": ("0.75", "none: at ceiling", "0.75", "0.75"),
    "C5": ("0.50", "0.67", "0.57", "0.50"),
    "C6": ("0.50", "none: at ceiling", "0.50", "0.50"),
    "C8": ("0.33", "0.00", "0.25", "0.33"),
}
SENTENCE = {
    Asked.DOC: "Of 8: 5 improved with grades, 1 improved in words only, 1 unchanged and not "
    "operated, 0 worse, 1 not assessable.",
    Asked.ABSTRACTS: "Of 13: 5 improved with grades, 3 improved in words only, 1 unchanged and not "
    "operated, 1 unchanged in words only, 0 worse, 3 not assessable.",
}
KNOWN = {
    "How sure the change is": (
        "3 likely (two grades or more), 2 possible (one grade), 1 in words, without grades"
    ),
    "Cement to decompression": "1 as a number, 1 approximate, 1 as bounds only, 4 not reported, "
    "1 not operated",
    "Known": "timing for 3 of 8, if only by bounds; outcome for 7, with grades for 6; timing and "
    "outcome for 2",
    "Walks alone at last": "0 yes, 2 no, 6 not reported",
}
STATISTICS = re.compile(
    r"\b(mean|median|average|percentiles?|quartiles?|regression|confidence|p-value|p =|deviation|"
    r"odds|hazard|trend|significan\w+|correlat\w+|SD|IQR|CI)\b|%|±",
    re.IGNORECASE,
)
CAUSAL = re.compile(r"\b(effects?|caused?|because of|due to|leads? to|benefits?)\b", re.IGNORECASE)


def told(asked=Asked.DOC):
    return {case.id: case for case in published.cases(asked, str)}


@pytest.mark.parametrize("case", A5)
def test_each_case_as_tabulated(case):
    row = told()[case]
    cells = (row.interval, row.worst, row.right, row.left, row.total)
    assert (
        *(cell.words for cell in cells),
        row.condition,
        row.outcome.words,
        row.evidence,
        row.walks.words,
    ) == A5[case]
    assert not any(cell.abstract for cell in (*cells, row.outcome, row.walks))


@pytest.mark.parametrize("case", A5)
def test_a_ratio_is_a_number_or_says_why_there_is_none(case):
    lines = told()[case].lines
    ratios = [(line.right, line.left, line.total, line.worst) for line in lines[1:]]
    assert ratios == ([RATIOS[case]] if case in RATIOS else [])


@pytest.mark.parametrize("asked", Asked)
def test_the_figures_say_what_the_cards_say(asked):
    """C7 was improved, in words only: that is neither "not reported" nor "not recorded"."""
    cards = [(c.worst.words, c.right.words, c.left.words) for c in told(asked).values()]
    cases = [charts.published_case(case, str, asked.layers) for case in asked.cases]
    assert [row[1:4] for row in published_cases(cases).table.rows] == cards
    timed = comparison_charts.published(asked, str)("wide", "light").table.rows
    for (worst, _right, _left), case, row in zip(cards, told(asked).values(), timed, strict=True):
        in_words = "in words only" in case.outcome.words
        graded = worst.split(" → ")[-1]
        missing = "in words only" if in_words else "no outcome recorded"
        assert row[3] == (graded if graded.isdecimal() else missing), case.id
    assert "in words only" in [row[3] for row in timed]


def test_the_figure_of_the_cases_says_alone_when_their_outcome_was():
    """On a slide of its own it would be read as of the window that the others were asked for."""
    figure = comparison_charts.published(Asked.DOC, str)("wide", "light")
    said = " ".join(a["text"] for a in figure.plotly["layout"]["annotations"])
    assert "when last reported, at no stated time" in said.replace("<br>", " ")
    assert "primary" not in said


def test_the_counts_of_the_report():
    found = published.counts(count(Asked.DOC.cases), str)
    assert found.outcomes == SENTENCE[Asked.DOC]
    assert dict(found.known) == KNOWN


def test_the_time_to_decompression_keeps_its_bounds_and_gets_no_midpoint():
    spans = {case.id: hours(case) for case in Asked.DOC.cases}
    assert (spans["C2"].best, spans["C2"].lower, spans["C2"].upper) == (None, 0, 24)
    assert (spans["C8"].best, spans["C8"].lower, spans["C8"].upper) == (1344, 1176, 1512)
    assert {id for id, span in spans.items() if span.best is not None} == {"C1", "C8"}


def test_sources_that_differ_stand_side_by_side():
    found = {
        (case.id, one.field, one.item): [str(cell.layer) for cell in one.cells]
        for case in Asked.ABSTRACTS.cases
        for one in disagreements(case, Asked.ABSTRACTS.layers)
    }
    table, text, abstract = "DOC_table", "DOC_text", "primary_abstract"
    assert found == {
        ("C1", "interval_hours", None): [table, text, abstract],
        ("C5", "operation_stage", 1): [table, abstract],
        ("C5", "operation_stage", 2): [table, abstract],
        ("C7", "index_procedure", None): [table, abstract],
    }
    assert not any(disagreements(case) for case in Asked.DOC.cases), "the report with itself"


# --- the page -----------------------------------------------------------------------------------
@pytest.fixture
def page(cast, client_for):
    def get(asked=Asked.DOC):
        query = {} if asked is Asked.DOC else {"layers": asked.value}
        return html.unescape(client_for(cast.surgeon_a).get(ADDRESS, query).content.decode())

    return get


@pytest.mark.django_db
@pytest.mark.parametrize("asked", Asked)
def test_no_statistic_and_no_cause_on_the_page(page, asked):
    content = page(asked)
    assert SENTENCE[asked] in content
    # what is quoted is said by its source; everything else by this product
    own = [one.words for one in texts(content[content.index("<main") :], "own")]
    assert len(own) > 200
    for words in own:
        assert not STATISTICS.search(words), words
        assert not CAUSAL.search(words), words


@pytest.mark.django_db
def test_what_comes_from_an_abstract_is_asked_for_and_marked(page):
    report, enriched = page(), page(Asked.ABSTRACTS)
    mark = "badge--abstract"

    assert "row-X" not in report
    assert mark not in report[: report.index('id="conflicts"')]
    assert "Abstracts are included." not in report
    assert "Abstracts are included." in enriched
    rows = dict(re.findall(r'<tr id="row-(\w+)"(.*?)</tr>', enriched, re.DOTALL))
    assert {name for name, row in rows.items() if "from-abstract" in row} == {
        "X1", "X2", "X3", "X4", "X5"
    }  # fmt: skip
    assert {name for name, row in rows.items() if mark in row} == {
        "C5", "X1", "X2", "X3", "X4", "X5"
    }, "of the report's cases only the time of C5 is added"  # fmt: skip
    shown = [cell for case in told(Asked.ABSTRACTS).values() for cell in case.cells]
    marked = [cell for cell in shown if cell.layer == "abstract of the original"]
    assert all(cell.abstract for cell in marked)
    assert sum(cell.abstract for cell in shown) == len(marked) > 40


@pytest.mark.django_db
@pytest.mark.parametrize("asked", Asked)
def test_every_side_of_every_conflict_is_shown_with_its_source(page, asked):
    content = page(asked)
    for conflict in conflicts():
        for claim in conflict.claims:
            assert claim.text in content
            assert claim.verbatim in content
            assert claim.source in content
        assert conflict.resolution.text in content
        title = f'id="conflict-{conflict.number}-title">{conflict.resolution.topic} <'
        assert title in content, "each says what it is about"
        links = content.count(
            f'<a href="#conflict-{conflict.number}">{conflict.resolution.topic}</a>'
        )
        shown = {case.id for case in asked.cases}
        assert links == len(shown & set(conflict.resolution.cases))


@pytest.mark.django_db
@pytest.mark.parametrize("asked", Asked)
def test_every_cell_is_shown_as_its_source_has_it(page, asked):
    content = page(asked)
    for case in asked.cases:
        for cell in case.cells:
            if cell.layer in asked.layers:
                assert cell.verbatim in content
                assert cell.note in content


# --- a further case -----------------------------------------------------------------------------
NEW_CASE = "X9,Nobody,2026,,,Nobody 2026,high,primary_abstract,Nobody 2026,yes,\n"
NEW_SOURCE = "Nobody 2026,A case made up for this test,nowhere,yes\n"
NEW_CELLS = """\
X9,operated,,,yes,,,,known,operated,"Nobody 2026, abstract",primary_abstract,yes,
X9,interval_hours,,,30,h,,,known,30 hours,"Nobody 2026, abstract",primary_abstract,yes,
X9,motor_right,initial,,3,,,,known,3 and 2,"Nobody 2026, abstract",primary_abstract,yes,
X9,motor_left,initial,,2,,,,known,3 and 2,"Nobody 2026, abstract",primary_abstract,yes,
X9,motor_right,last,,1,,,,known,1 and 2,"Nobody 2026, abstract",primary_abstract,yes,
X9,motor_left,last,,2,,,,known,1 and 2,"Nobody 2026, abstract",primary_abstract,yes,
"""


@pytest.fixture
def one_more(tmp_path, monkeypatch):
    """The data files with a further case, in a copy."""
    for path in FOLDER.glob("*.csv"):
        shutil.copy(path, tmp_path)
    for name, lines in (
        ("literature_cases", NEW_CASE),
        ("literature_cells", NEW_CELLS),
        ("sources", NEW_SOURCE),
    ):
        with (tmp_path / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(lines)
    assert loader.problems(tmp_path) == []
    monkeypatch.setattr(loader, "load", lambda: read(tmp_path))
    loader._cases.cache_clear()
    yield
    loader._cases.cache_clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("one_more")
def test_a_further_case_appears_without_a_change_of_code(cast, page):
    content = page(Asked.ABSTRACTS)
    row = re.search(r'<tr id="row-X9".*?</tr>', content, re.DOTALL)
    assert row, "in the table"
    assert tells(row.group(), "X9")
    for words in ("Nobody 2026", "30 h", "2 → 1", "3 → 1", "2 → 2", "−2", "worse"):
        assert words in row.group(), words
    assert 'id="case-X9"' in content
    assert "Of 14: 5 improved with grades" in content
    assert ", 1 worse, " in content
    assert "A case made up for this test" in content, "among the sources"

    answer = Api(cast.surgeon_a).get("literature/?layers=abstracts").json
    assert answer["results"][-1]["id"] == "X9"
    assert answer["results"][-1]["derived"]["classification"] == "worse"
    assert answer["counts"]["cases"] == 14
    alone = page()
    assert not tells(alone, "X9"), "the report alone stays as it is"
    assert "Nobody 2026" not in alone
    assert 'id="row-C8"' in alone


@pytest.mark.django_db
def test_the_figure_says_of_how_many_there_are_grades(page):
    """C7 is told in words, of C2 nothing can be (CLINICAL.md A5)."""
    assert "6 cases with both grades, 1 in words only, 1 not reported" in page()


# --- words --------------------------------------------------------------------------------------
def test_labels_are_those_of_the_file_and_every_code_has_words():
    assert set(literature_words.MARKED) == {field.label for field in literature_fields()}
    assert set(literature_words.TOPICS) == {one.resolution.topic for one in conflicts()}
    codes = {code for field in literature_fields() for code in field.codes}
    times = {time for field in literature_fields() for time in field.timepoints}
    assert codes == set(literature_words.CODES)
    assert times | {""} == set(literature_words.TIMES)


@pytest.mark.parametrize(
    ("case", "field", "timepoint", "words"),
    [
        pytest.param("C1", "age", "", "64 years old", id="a number with its unit"),
        pytest.param("C2", "follow_up_months", "", "8 months or more", id="a bound"),
        pytest.param("C8", "follow_up_months", "", "about 12 months", id="approximate"),
        pytest.param("C8", "esr_range", "", "0–20 mm/h", id="a range"),
        pytest.param("C3", "levels", "", "T12, L1", id="levels"),
        pytest.param("C3", "operated", "", "no", id="a flag"),
        pytest.param("C3", "operation", "", "not applicable", id="not applicable"),
        pytest.param("C2", "motor_left", "last", "not reported", id="missing is never zero"),
    ],
)
def test_a_cell_in_words(case, field, timepoint, words):
    cases = {one.id: one for one in Asked.DOC.cases}
    assert literature_words.value(cases[case].cell(field, timepoint), str) == words
