"""Groups, windows and people alike: every count written, nothing invented, nothing given away."""

import html
import itertools
import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from outcomes.figures import svg
from outcomes.figures.base import text_width
from outcomes.figures.comparison.canvas import lines_of, wide
from outcomes.figures.comparison.comparables import Days, comparables
from outcomes.figures.comparison.endings import Ending, endings
from outcomes.figures.comparison.flow import STATES, Step, Window, flow, missingness
from outcomes.figures.comparison.people import in_words, short
from outcomes.figures.comparison.recovery_time import boxes, recovery_time, staircase
from outcomes.figures.comparison.stack import Part, ink_on, step, widths_of
from outcomes.figures.comparison.states import recovered_words, states
from outcomes.figures.theme import PALETTES, WIDTHS
from outcomes.rules.statistics.states import State
from outcomes.rules.statistics.turnbull import Observed, share_without, turnbull
from outcomes.rules.statistics.turnbull import Step as Mass
from tests.outcomes.figures.cast import NO_TIME, between, day
from tests.outcomes.figures.comparison_cast import (
    COURSES,
    FLOW,
    OWN,
    SPREADS,
    STACKS,
    STAIRS,
    WINDOWS,
    ended,
    stack,
)
from tests.outcomes.figures.conftest import FIGURES
from tests.outcomes.figures.test_theme import contrast

NS = "{http://www.w3.org/2000/svg}"
OURS = list(FIGURES)[list(FIGURES).index("timing") :]


def said(figure):
    """Every piece of words in the chart."""
    return [html.unescape(a["text"]) for a in figure.plotly["layout"]["annotations"]]


def korean(text: str) -> str:
    """Glyphs of double width in words of the same number, the fields kept."""
    return re.sub(r"(?<![{\w])[A-Za-z]+", lambda word: "가" * round(0.62 * len(word[0]) + 1), text)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("t", [str, korean], ids=["English", "Korean"])
def test_no_words_run_over_the_edge(name, size, t):
    drawing = svg.render(FIGURES[name](size=size, t=t), size=size)
    for text in ElementTree.fromstring(drawing).iter(f"{NS}text"):
        long = text_width(text.text, float(text.get("font-size")))
        share = {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")]
        left = float(text.get("x")) - share * long
        assert left >= -1
        assert left + long <= WIDTHS[size] + 1, text.text


# ---------------------------------------------------------------- numbers and words


@pytest.mark.parametrize("people", [0, 1, 7, 8, 1200])
def test_a_number_that_may_be_told_is_told(people):
    assert short(people) == in_words(people, str) == str(people)


def test_a_suppressed_number_is_told_as_a_bound():
    assert (short(None), in_words(None, str)) == ("(c)", "not told")


@given(st.text("ab c가", min_size=1), st.integers(20, 200))
def test_no_line_is_wider_than_its_room(words, room):
    lines = lines_of(words, room)
    assert all(wide(line) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


# ---------------------------------------------------------------- stacked bars

PARTS = st.lists(st.none() | st.integers(1, 100_000), min_size=1, max_size=8).map(
    lambda counts: [Part(words="w", people=n, fill="step-0") for n in counts]
)


@given(PARTS)
def test_parts_fill_their_bar_and_hold_their_numbers(parts):
    widths, widened = widths_of(parts, 600)
    known = [w for w, part in zip(widths, parts, strict=True) if part.people is not None]
    assert all(
        width >= text_width(short(part.people), 13)
        for width, part in zip(widths, parts, strict=True)
    )
    if known:
        assert sum(widths) == pytest.approx(600)
    if known and not widened:
        assert (
            len({round(w / p.people, 6) for w, p in zip(widths, parts, strict=True) if p.people})
            == 1
        )


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=6))
def test_more_people_are_never_a_narrower_part(counts):
    parts = [Part(words="w", people=n, fill="step-0") for n in counts]
    widths, _widened = widths_of(parts, 300)
    by_people = [w for _n, w in sorted(zip(counts, widths, strict=True))]
    assert all(a <= b + 12 for a, b in itertools.pairwise(by_people))


def test_tints_run_from_the_palest_to_the_strongest():
    assert [step(i, 6) for i in range(6)] == [f"step-{i}" for i in range(6)]
    assert [step(i, 2) for i in range(2)] == ["step-0", "step-5"]
    assert step(0, 1) == "step-5"


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("fill", [*(f"step-{i}" for i in range(6)), "back"])
def test_a_count_can_be_read_on_its_part(theme, fill):
    palette = PALETTES[theme]
    assert contrast(palette[ink_on(fill)], palette[fill]) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
def test_tints_can_be_told_in_their_order_without_colour(theme):
    lights = [contrast(PALETTES[theme][f"step-{i}"], PALETTES[theme]["surface"]) for i in range(6)]
    assert lights == sorted(lights)
    assert all(b / a > 1.15 for a, b in itertools.pairwise(lights))


# ---------------------------------------------------------------- endings


@pytest.mark.parametrize("size", WIDTHS)
def test_every_count_of_every_group_is_written_on_its_bar(size):
    groups = [Ending(group="g", counts=(("a", 101), ("b", 102), ("c", 0)), of=306)]
    numbers = [words for words in said(endings(groups, size=size)) if words.isdecimal()]
    assert numbers == ["101", "102", "103"]  # the last have no outcome


def test_who_has_no_outcome_is_counted_only_where_that_can_be_told():
    told = Ending(group="g", counts=(("a", 3), ("b", 4)), of=9)
    hidden = Ending(group="g", counts=(("a", 3), ("b", None)), of=9)
    unknown = Ending(group="g", counts=(("a", 3),), of=None)
    assert (told.missing, hidden.missing, unknown.missing) == (2, None, None)
    assert endings([hidden]).table.rows == (("g", "3", "not told", "not shown", "9"),)


def test_a_suppressed_ending_is_told_in_words_and_never_as_a_number():
    group = Ending(group="g", counts=(("a", None), ("b", 20)), of=None)
    figure = endings([group])
    assert [w for w in said(figure) if re.fullmatch(r"[\d()c]+", w)] == ["(c)", "20"]
    assert any(words.startswith("(c): confidential") for words in said(figure))


def test_the_dead_look_the_same_whatever_else_there_is():
    dark = PALETTES["light"]["back"]
    (dead,) = [
        s
        for s in endings(ended()[:1]).plotly["layout"]["shapes"]
        if s["y0"] < -20 and s["fillcolor"] == dark
    ]
    assert dead["x1"] > dead["x0"]


def test_a_group_with_nobody_says_so():
    assert "nobody" in said(endings([Ending(group="g", counts=(("a", 0),), of=0)]))


# ---------------------------------------------------------------- flow, missingness, states


@pytest.mark.parametrize("size", WIDTHS)
def test_the_flow_tells_every_step_and_every_loss(size):
    words = " ".join(said(flow(FLOW, size=size))).replace("<br>", " ")
    for one in FLOW:
        assert one.words in words
        assert one.people in words
        beside = (*one.lost, *one.absent)
        assert all(f"{reason}: {people}" in words for reason, people in beside)


def places(steps, size="wide"):
    """Where the words of each box begin, px from the top left corner."""
    layout = flow(steps, size=size).plotly["layout"]
    return {html.unescape(a["text"]): (a["x"], -a["y"]) for a in layout["annotations"]}


def test_the_way_goes_across_with_those_who_leave_under_it_and_downward_on_a_phone():
    steps = (Step(words="a", people="9", lost=(("lost", "2"),)), Step(words="b", people="7"))
    at = places(steps)
    assert at["a"][1] == at["b"][1] < at["lost: 2"][1]
    assert at["a"][0] < at["lost: 2"][0] < at["b"][0]
    at = places(steps, "narrow")
    assert at["a"][0] == at["b"][0] < at["lost: 2"][0]
    assert at["a"][1] < at["lost: 2"][1] < at["b"][1]


def test_windows_stand_side_by_side_each_over_those_absent_from_it():
    steps = (
        Step(words="all", people="11"),
        Step(words="a", people="9 of 11", absent=(("away", "2"),), window=True),
        Step(words="b", people="7 of 11", absent=(("gone", "4"),), window=True),
    )
    at = places(steps)
    assert at["all"][1] < at["a"][1] == at["b"][1] < at["away: 2"][1] == at["gone: 4"][1]
    assert at["a"][0] == at["away: 2"][0] < at["b"][0] == at["gone: 4"][0]


def test_the_flow_has_the_shape_of_a_slide():
    """Nine reasons at each of five windows."""
    reasons = (
        "examined, outcome not recorded", "died", "no examination in the window", "transferred",
        "lost: unreachable", "lost: declined", "lost: moved away", "lost: too unwell",
        "not yet due",
    )  # fmt: skip
    absent = tuple((reason, "106") for reason in reasons)
    windows = [
        Step(words=f"Examined: {i} months", people="413 of 527", absent=absent, window=True)
        for i in range(5)
    ]
    layout = flow([*FLOW[:2], *windows]).plotly["layout"]
    assert layout["height"] < 0.75 * WIDTHS["wide"]


def test_windows_count_everyone_and_suppress_in_words():
    figure = missingness(WINDOWS)
    assert figure.table.rows[0] == ("24 h or less", "2 weeks", "30", "0", "0", "3", "1", "0", "0")
    assert figure.table.rows[2][4] == "not told"
    assert [w for w in said(figure) if w.startswith("n = ")] == ["n = 34", "n = 34"]


def test_a_window_of_which_nothing_is_told_says_so_once():
    figure = missingness([("g", [Window(words="w", counts=dict.fromkeys(STATES))])])
    assert said(figure).count("(c)") == 1
    assert figure.table.rows[0][2:] == ("not told",) * len(STATES)


def test_a_state_left_out_is_nobody_and_one_unheard_of_is_refused():
    assert missingness([("g", [Window(words="w", counts={})])]).table.rows[0][2:] == ("0",) * len(
        STATES
    )
    with pytest.raises(ValueError, match="vanished"):
        missingness([("g", [Window(words="w", counts={"vanished": 3})])])


def test_recovered_is_between_what_is_known_and_what_could_be():
    figure = states(STACKS, grade=4, group="24 h or less")
    assert figure.title == "24 h or less: how many had recovered to grade 4 or better?"
    assert [row[-1] for row in figure.table.rows] == [
        "recovered: between 4 and 6 of 27 due; exact 95 % intervals within 4–42 %",
        "recovered: between 11 and 17 of 22 due; exact 95 % intervals within 28–92 %",
        "nobody due yet",
    ]
    told = recovered_words(stack(3, 2, 0, 0, 9), str)
    assert told == "recovered: 3 of 5 due; exact 95 % interval 15–95 %"


@given(st.lists(st.integers(0, 300), min_size=5, max_size=5))
def test_the_counts_of_a_window_are_written_and_add_up(counts):
    assume(sum(counts))
    figure = states([("w", stack(*counts))], grade=3)
    written = [int(words) for words in said(figure) if words.isdecimal()]
    assert sorted(written) == sorted(n for n in counts if n)
    assert f"n = {sum(counts)}" in said(figure)
    assert len(figure.table.rows[0]) == len(State) + 2


# ---------------------------------------------------------------- recovery in time

OBSERVED = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8) | st.just(math.inf)).map(
        lambda pair: Observed(min(pair), max(pair))
    ),
    min_size=1,
    max_size=12,
)


@given(OBSERVED)
def test_the_staircase_stands_where_the_share_is_certain_and_only_there(people):
    steps = turnbull(people)
    path = staircase(steps, 10)
    pieces = [list(b) for gap, b in itertools.groupby(path, lambda p: p is None) if not gap]
    for piece in pieces:
        for (a, share), (b, other) in itertools.pairwise(piece):
            assert a <= b
            assert share <= other
            if a < b:
                assert share == other
                least, most = share_without(steps, (a + b) / 2)
                assert least == pytest.approx(most)
                assert 1 - share == pytest.approx(least, abs=1e-6)
    for a, b, low, high in boxes(steps):
        least, most = share_without(steps, (a + b) / 2)
        assert (1 - high, 1 - low) == pytest.approx((least, most), abs=1e-6)


def test_nothing_is_drawn_within_an_interval():
    figure = recovery_time([("g", (Mass(14, 42, 0.5), Mass(90, math.inf, 0.5)))], grade=3)
    days = {x for trace in figure.plotly["data"] for x in trace["x"] if x is not None}
    assert days == {0, 14, 42, 90}
    (grey,) = [s for s in figure.plotly["layout"]["shapes"] if s["type"] == "rect"]
    assert (grey["x0"], grey["x1"], grey["y0"], grey["y1"]) == (14, 42, 0, 0.5)
    assert figure.table.rows == (
        ("g", "14", "42", "50 %"),
        ("g", "90", "not by the last examination", "50 %"),
    )


def test_groups_differ_by_line_and_are_named():
    figure = recovery_time(STAIRS, grade=3)
    dashes = {t["line"]["dash"] for t in figure.plotly["data"]}
    assert dashes == {"solid", "dash"}
    assert {words for words, _steps in STAIRS} <= set(said(figure))
    assert figure.title == "How soon was recovery to grade 3 or better sustained?"


def test_more_groups_than_lines_are_refused():
    with pytest.raises(ValueError, match="told apart"):
        recovery_time([(str(i), (Mass(0, 1, 1.0),)) for i in range(5)], grade=3)


@pytest.mark.parametrize(
    "steps",
    [(Mass(0, math.inf, 1.0),), (Mass(0, 0, 1.0),), (Mass(5, 5, 1.0),), (Mass(7, math.inf, 1.0),)],
    ids=["never seen", "at once", "exactly then", "none recovered"],
)
def test_the_smallest_curves_can_be_drawn(steps):
    assert svg.render(recovery_time([("g", steps)], grade=3))


# ---------------------------------------------------------------- people alike


def traces(figure, name):
    return [trace for trace in figure.plotly["data"] if name in trace["name"]]


def test_counts_give_way_to_single_courses():
    assert traces(comparables(OWN, SPREADS), "People alike")
    figure = comparables(OWN, SPREADS, COURSES)
    assert not traces(figure, "People alike")
    (thin,) = traces(figure, "One other person each")
    assert thin["x"].count(None) == len(COURSES) - 1


def test_each_other_person_has_a_line_of_their_own():
    (thin,) = traces(comparables(OWN, SPREADS, [COURSES[0]] * 3), "One other person each")
    assert thin["y"][0] != thin["y"][5] != thin["y"][10]
    assert all(abs(y - round(y)) < 0.25 for y in thin["y"] if y is not None)


def test_who_was_examined_once_is_a_point_and_the_dead_are_counted():
    figure = comparables(OWN, SPREADS, [[(40, 4)]])
    (seen,) = traces(figure, "Their examinations")
    assert [round(y) for y in seen["y"]] == [4]
    (died,) = traces(figure, "died")
    assert died["text"] == ["(c)", "1", "1"]


def test_this_persons_line_breaks_where_the_grade_is_missing():
    own, exact, within, bar = traces(comparables(OWN, SPREADS), "This person")
    assert own["y"] == [1, 1, None, 2]
    assert (own["mode"], bar["mode"]) == ("lines", "lines")
    assert (exact["y"], within["y"]) == ([1, 1], [2])
    assert "error_x" not in exact, "a bar of no length is drawn by plotly too"
    assert len(within["error_x"]["array"]) == 1


def test_a_day_between_bounds_is_an_open_bar_and_no_day_is_not_drawn():
    figure = comparables([(between(14, 42), 3), (NO_TIME, 2)], SPREADS)
    (bar,) = traces(figure, "This person")
    assert set(bar["x"]) == {0, 1}
    assert any("Not drawn, time not reported: 1" in words for words in said(figure))
    assert len(figure.table.rows) == 2 + len(SPREADS)


@pytest.mark.parametrize("size", WIDTHS)
def test_who_was_examined_of_how_many_stands_under_each_window(size):
    axis = comparables(OWN, SPREADS, size=size).plotly["layout"]["xaxis"]
    assert [html.unescape(text) for text in axis["ticktext"]] == [
        "0", "14<br>(c)<br>40", "42<br>37<br>40", "365<br>34<br>40",
    ]  # fmt: skip


def test_the_decompression_stands_among_the_days():
    layout = comparables(OWN, SPREADS).plotly["layout"]
    (dotted,) = [one for one in layout["shapes"] if one["line"].get("dash") == "dot"]
    assert dotted["x0"] == dotted["x1"] == layout["xaxis"]["tickvals"][0]
    assert any("Day 0, dotted" in words for words in said(comparables(OWN, SPREADS)))
    after = comparables([(day(20), 2)], SPREADS)
    assert not [one for one in after.plotly["layout"]["shapes"] if one["line"].get("dash") == "dot"]
    assert not any("Day 0" in words for words in said(after))


def test_a_suppressed_count_of_people_alike_is_no_number():
    (numbers,) = traces(comparables((), SPREADS), "People alike")
    assert numbers["text"].count("(c)") == 2
    assert all(
        "not told" in hover
        for hover, text in zip(numbers["hovertext"], numbers["text"], strict=True)
        if text == "(c)"
    )


@given(st.lists(st.floats(-400, 4000), min_size=2, max_size=9))
def test_days_keep_their_order_between_the_windows(days):
    axis = Days([1, 14, 42, 90, 180, 365, 730], days)
    places = [axis.place(d) for d in sorted(days)]
    assert places == sorted(places)
    assert axis.place(14) + 1 == axis.place(42)


def test_no_summary_of_people_alike_is_drawn():
    for figure in (comparables(OWN, SPREADS), comparables(OWN, SPREADS, COURSES)):
        words = " ".join(said(figure)).lower()
        assert not re.search("mean|median|percentile|expected|average|predict", words)
    assert comparables([(day(1), 2)], SPREADS).empty is None
