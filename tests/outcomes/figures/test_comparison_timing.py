"""One mark a person: everyone drawn once, as exactly as is known, and nobody hidden."""

import html
import itertools
import math
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.figures import svg
from outcomes.figures.base import Look, Origin, has_bounds
from outcomes.figures.comparison import hours
from outcomes.figures.comparison.bins import Cell, timing_bins
from outcomes.figures.comparison.canvas import LINE, wide
from outcomes.figures.comparison.cases import DEAD, NONE, Column
from outcomes.figures.comparison.places import Places
from outcomes.figures.comparison.scale import Scale
from outcomes.figures.comparison.timing import timing
from outcomes.figures.theme import PALETTES, WIDTHS
from outcomes.rules.values import Span, Status
from tests.outcomes.figures.cast import NO_TIME, about, between, day
from tests.outcomes.figures.comparison_cast import (
    MIXED,
    at_least,
    at_most,
    case,
    graded,
    points,
    roughly,
)

GRADES, LEMS = graded(), points()
EVERYTHING_UNKNOWN = Span(best=None, lower=None, upper=None, status=Status.CONFLICT)


def drawn(cases, scale=GRADES, **more):
    return timing(cases, scale=scale, since="cement", **more)


def marks(figure):
    """Points as (axis, x, y), and open bars and arrows as pieces of line."""
    dots, bars = [], []
    for trace in figure.plotly["data"]:
        if "markers" in trace["mode"]:
            axis = trace["xaxis"]
            dots += [(axis, x, y) for x, y in zip(trace["x"], trace["y"], strict=True)]
        else:
            line = zip(trace["x"], trace["y"], strict=True)
            bars += [
                list(b) for gap, b in itertools.groupby(line, lambda p: p[0] is None) if not gap
            ]
    return dots, bars


def row_at(figure, y):
    """The words of the row nearest to y."""
    axis = figure.plotly["layout"]["yaxis"]
    named = zip(axis["tickvals"], axis["ticktext"], strict=True)
    return min(named, key=lambda tick: abs(tick[0] - y))[1]


# ---------------------------------------------------------------- what is drawn how


@pytest.mark.parametrize(
    ("on", "dots", "lines"),
    [
        (day(30), 1, 0),
        (roughly(30), 1, 0),
        (about(30, 20, 50), 1, 0),
        (between(20, 40), 0, 1),
        (between(0, 24), 0, 1),
        (at_least(24), 0, 2),
        (at_most(24), 0, 2),
    ],
    ids=["exact", "about", "within bounds", "bounds alone", "from 0", "at least", "at most"],
)
def test_an_exposure_is_drawn_as_it_is_known(on, dots, lines):
    points_, bars = marks(drawn([case("R1", on)]))
    assert (len(points_), len(bars)) == (dots, lines)
    assert all(axis == "x" for axis, _x, _y in points_)


@given(st.floats(0, 20_000), st.floats(0, 20_000))
def test_bounds_alone_never_yield_a_point_or_a_midpoint(one, other):
    low, high = sorted((one, other))
    dots, (bar,) = marks(drawn([case("R1", between(low, high))]))
    assert dots == []
    ends = {min(x for x, _y in bar), max(x for x, _y in bar)}
    assert {x for x, _y in bar} == ends


@pytest.mark.parametrize("on", [NO_TIME, EVERYTHING_UNKNOWN], ids=["not reported", "conflict"])
def test_a_time_that_is_not_known_is_never_on_the_axis(on):
    figure = drawn([case("R1", on), case("R2", day(3))])
    assert [axis for axis, _x, _y in marks(figure)[0]] == ["x", "x2"]
    assert figure.table.rows[0][1] == "time not reported"


def test_times_that_contradict_each_other_have_no_place_on_the_axis():
    """As of a decision that is recorded two hours after the incision."""
    contradicts = Span(best=-2, lower=-2, upper=-2, status=Status.CONFLICT)
    figure = drawn([case("R1", contradicts), case("R2", day(3))])
    assert [axis for axis, _x, _y in marks(figure)[0]] == ["x", "x2"]
    assert "sources disagree" in figure.table.rows[0]


def test_who_was_not_operated_is_never_on_the_axis_whatever_the_hours_say():
    figure = drawn([case("R1", day(30), operated=False)])
    assert [axis for axis, _x, _y in marks(figure)[0]] == ["x3"]
    assert figure.table.rows[0][1] == "not operated"
    assert "30" not in " ".join(figure.table.rows[0])


def test_a_place_on_the_axis_is_the_logarithm_of_the_hours():
    ((_axis, x, _y),) = marks(drawn([case("R1", day(100))]))[0]
    assert x == pytest.approx(2)
    (trace,) = drawn([case("R1", about(100, 10, 1000))]).plotly["data"]
    assert trace["error_x"]["array"] == [1]
    assert trace["error_x"]["arrayminus"] == [1]


def test_hours_that_are_about_right_wear_a_sign_and_it_is_explained():
    figure = drawn([case("R1", roughly(24)), case("R2", day(24))])
    assert [t.get("text") for t in figure.plotly["data"]] == [None, ["≈"]]
    assert "≈ about this time" in figure.plotly["layout"]["annotations"][-1]["text"]


def test_only_a_time_with_bounds_has_a_bar():
    """plotly draws a bar of no length too: a stroke through the mark of an exact time."""
    people = [case("R1", day(30)), case("R2", about(30, 20, 50)), case("R3", roughly(40))]
    traces = drawn(people).plotly["data"]
    assert [len(trace["x"]) for trace in traces if "error_x" in trace] == [1]
    assert sum(len(trace["x"]) for trace in traces) == len(people)


@pytest.mark.parametrize(
    ("value", "dead", "row"),
    [
        (5, False, "grade 5"),
        (0, False, "grade 0"),
        (5, True, "died"),
        (None, True, "died"),
        (None, False, "no outcome"),
        (5, None, "no outcome"),
    ],
)
def test_the_row_is_the_outcome(value, dead, row):
    figure = drawn([case("R1", day(3), value, dead=dead)])
    ((_axis, _x, y),) = marks(figure)[0]
    assert row_at(figure, y) == row


def test_rows_go_from_no_outcome_over_death_to_the_best():
    axis = drawn(MIXED).plotly["layout"]["yaxis"]
    order = [words for _y, words in sorted(zip(axis["tickvals"], axis["ticktext"], strict=True))]
    assert order == ["no outcome", "died", *(f"grade {grade}" for grade in range(6))]


def test_an_outcome_in_words_alone_is_none_that_was_not_recorded():
    figure = drawn([case("C1", day(3), None, in_words=True), case("C2", day(3), None)])
    rows = [row_at(figure, y) for _axis, _x, y in marks(figure)[0]]
    assert rows == ["in words only", "no outcome"]
    assert [row[3] for row in figure.table.rows] == ["in words only", "no outcome recorded"]
    assert "Outcome in words only: 1." in figure.description
    assert "1 without a recorded outcome" in figure.description
    unknown = drawn([case("C1", day(3), None, in_words=True, dead=None)])
    assert unknown.table.rows[0][3] == "not known whether alive"


def test_a_value_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="not on the scale"):
        drawn([case("R1", day(3), 6)])


# ---------------------------------------------------------------- everyone once

SPANS = st.one_of(
    st.floats(0, 9000).map(day),
    st.floats(0, 9000).map(roughly),
    st.floats(0, 9000).map(lambda h: about(h, h / 2, h * 2)),
    st.floats(0, 9000).map(lambda h: between(h, h + 20)),
    st.floats(0, 9000).map(at_least),
    st.floats(0, 9000).map(at_most),
    st.just(NO_TIME),
    st.just(day(26)),
)
PEOPLE = st.lists(
    st.builds(
        case,
        st.just("R"),
        SPANS,
        st.sampled_from([None, 0, 3, 5]),
        operated=st.booleans(),
        dead=st.sampled_from([True, False, False, None]),
        origin=st.sampled_from(Origin),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.sampled_from(list(WIDTHS)))
def test_every_person_is_drawn_exactly_once_and_hides_nobody(people, size):
    figure = drawn(people, size=size)
    dots, bars = marks(figure)
    opened = sum(
        p.operated and p.hours.best is None and None in (p.hours.lower, p.hours.upper)
        for p in people
        if p.hours != NO_TIME
    )
    assert len(dots) + len(bars) - opened == len(people)  # an open end adds its arrow
    assert len(set(dots)) == len(dots)
    assert len(figure.table.rows) == len(people)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.sampled_from(list(WIDTHS)))
def test_nobody_stands_on_another_or_outside_their_row(people, size):
    places = Places(people, GRADES, Look("light", size))
    for one in places.people:
        low, high = places.edges[one.row]
        assert low <= places.y(one) - places.pitch / 2 + 0.1
        assert places.y(one) + places.pitch / 2 - 0.1 <= high
    on_axis = [one for one in places.people if one.column is Column.AXIS]
    for a, b in itertools.combinations(on_axis, 2):
        if (a.row, a.lane) == (b.row, b.lane):
            assert a.right <= b.left + 1e-6 or b.right <= a.left + 1e-6


@settings(max_examples=40, deadline=None)
@given(PEOPLE)
def test_only_mere_points_move_sideways_and_none_across_24_hours(people):
    crowd = [*people, *(case(f"Q{i}", day(h), 3) for h in (23.9, 24, 24.1) for i in range(20))]
    places = Places(crowd, GRADES, Look("light", "narrow"))
    cut = places.px(hours.DAY)
    for one in places.people:
        best = one.case.hours.best
        if one.column is not Column.AXIS or best is None:
            continue
        assert (one.x > cut + 1e-6) == (best > hours.DAY or places.px(best) > cut + 1e-6)
        if has_bounds(one.case.hours):
            assert one.x == places.px(best)


def test_the_same_people_always_stand_in_the_same_places():
    people = [case(f"R{i}", day(26), 3) for i in range(60)]
    assert drawn(people).plotly == drawn(people).plotly


@pytest.mark.parametrize("size", WIDTHS)
def test_sixty_people_on_one_spot_stay_close_to_it(size):
    dots, _bars = marks(drawn([case(f"R{i}", day(26), 3) for i in range(60)], size=size))
    assert len(set(dots)) == 60
    assert all(10**x < 60 for _axis, x, _y in dots)


@pytest.mark.parametrize("size", WIDTHS)
def test_five_hundred_people_can_be_drawn(size):
    dice = random.Random(7)
    people = [
        case(f"R{i}", day(10 ** dice.uniform(0, 3.5)), dice.randrange(51)) for i in range(500)
    ]
    figure = drawn(people, LEMS, size=size)
    assert len(set(marks(figure)[0])) == 500
    assert svg.render(figure, size=size).count("<title>") == 500
    assert figure.plotly["layout"]["height"] < 1600


def test_a_long_scale_keeps_its_order():
    places = Places([case(f"R{v}", day(9), v) for v in range(51)], LEMS, Look())
    middles = [places.middle(row) for row in (NONE, DEAD, *range(51))]
    assert middles == sorted(middles)


# ---------------------------------------------------------------- words


def test_origins_are_told_apart_by_mark_and_named_with_their_number():
    people = [case(f"R{i}", day(9 + i), origin=origin) for i, origin in enumerate(Origin)]
    figure = drawn(people)
    symbols = [trace["marker"]["symbol"] for trace in figure.plotly["data"]]
    assert len(set(symbols)) == 3
    said = " ".join(a["text"] for a in figure.plotly["layout"]["annotations"])
    for words in ("Registry (n = 1)", "Published case (n = 1)", "Synthetic person (n = 1)"):
        assert words in said


@pytest.mark.parametrize("origin", Origin)
def test_only_synthetic_people_wear_the_hatching_and_the_words(origin):
    figure = drawn([case("R1", day(9), origin=origin)])
    hatched = [s for s in figure.plotly["layout"]["shapes"] if s["type"] == "path"]
    said = " ".join(a["text"] for a in figure.plotly["layout"]["annotations"])
    assert bool(hatched) == ("Synthetic data" in said) == (origin == Origin.SYNTHETIC)
    assert ("Synthetic data" in figure.description) == (origin == Origin.SYNTHETIC)


@pytest.mark.parametrize(
    ("on", "words", "how"),
    [
        (day(20), "20 h", "exact"),
        (day(0), "0 h", "exact"),
        (day(504), "21 days (504 h)", "exact"),
        (roughly(24), "about 24 h", "approximate"),
        (about(50, 24, 90), "about 50 h (between 24 h and 3.8 days (90 h))", "approximate"),
        (between(0, 48), "between 0 h and 48 h", "bounds only"),
        (at_least(100), "at least 4.2 days (100 h)", "one bound only"),
        (at_most(24), "at most 24 h", "one bound only"),
        (NO_TIME, "time not reported", "not reported"),
        (EVERYTHING_UNKNOWN, "time not reported", "sources disagree"),
    ],
)
def test_hours_are_said_as_exactly_as_they_are_known(on, words, how):
    assert (hours.in_words(on, str), hours.how_known(on, str)) == (words, how)


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("longest", [30, 3000, 90_000], ids=["a day", "months", "years"])
def test_the_line_at_24_hours_is_always_named(size, longest):
    layout = drawn([case("R1", day(2)), case("R2", day(longest))], size=size).plotly["layout"]
    assert "24 h" in layout["xaxis"]["ticktext"]
    (line,) = [s for s in layout["shapes"] if s["xref"] == "x"]
    assert line["x0"] == line["x1"] == pytest.approx(math.log10(24), abs=1e-4)


# ---------------------------------------------------------------- counts for many


def counted(cells, scale=GRADES, **more):
    return timing_bins(cells, scale=scale, since="cement", **more)


def said(figure):
    return [html.unescape(a["text"]) for a in figure.plotly["layout"]["annotations"]]


def cell(people, value=3, band="day", dead=False):
    return Cell(band=band, value=value, dead=dead, people=people)


def test_a_suppressed_count_is_never_a_number_and_hides_the_total():
    cells = [cell(20, 1), cell(None, 3), cell(31, 5)]
    figure = counted(cells)
    said = [a["text"] for a in figure.plotly["layout"]["annotations"]]
    assert "(c)" in said
    assert not [words for words in said if "n =" in words]
    assert figure.table.rows[0] == (
        "24 h or less", "0", "0", "20", "0", "not told", "0", "31", "0",
    )  # fmt: skip


@pytest.mark.parametrize("size", WIDTHS)
def test_the_tint_is_of_those_with_an_outcome_alone(size):
    """10 of 20 whose outcome is known are half of them, however many are not known."""
    cells = [cell(10, 3), cell(10, 4), cell(80, None)]
    layout = counted(cells, size=size).plotly["layout"]
    look = PALETTES["light"]
    tints = Counter(s["fillcolor"] for s in layout["shapes"] if "fillcolor" in s)
    # beside the two cells the key
    assert tints[look["step-2"]] == 3
    assert tints[look["aside"]] == 1
    assert "under 10 %" not in said(counted([cell(80, None)])), "nobody to share with"


def test_a_row_with_a_count_that_is_not_told_has_no_tint():
    """15 would be all of those told of, and nobody knows how many there are."""
    figure = counted([cell(15, 4), cell(None, 3), cell(35, None)])
    fills = {s["fillcolor"] for s in figure.plotly["layout"]["shapes"] if "fillcolor" in s}
    assert fills == {PALETTES["light"]["aside"]}
    assert "No tint: not all counts of the row are told" in said(figure)
    beside = counted([cell(15, 4), cell(None, 3), cell(10, 4, "later")])
    assert "under 10 %" in said(beside)
    assert "No tint: not all counts of the row are told" in said(beside)


def test_values_counted_together_are_suppressed_together():
    cells = [cell(20, 41), cell(None, 42), cell(9, 50)]
    (row,) = counted(cells, LEMS).table.rows
    assert row[6:8] == ("not told", "9")


def test_bands_with_nobody_are_left_out_and_the_others_in_order():
    cells = [cell(9, band="not_operated"), cell(0, band="week"), cell(8, band="later"), cell(9)]
    bands = [row[0] for row in counted(cells).table.rows]
    assert bands == ["24 h or less", "more than 7 days", "not operated"]


def test_the_dead_count_as_dead_whatever_was_found():
    (row,) = counted([cell(9, 5, dead=True), cell(10, None)]).table.rows
    assert row == ("24 h or less", "9", *("0",) * 6, "10")


@pytest.mark.parametrize("odd", [cell(9, 6), cell(9, -1), cell(9, band="later_still")])
def test_a_count_without_a_place_is_refused(odd):
    with pytest.raises(ValueError, match="no place"):
        counted([cell(10), odd])


def test_every_count_of_the_grid_is_written():
    cells = [cell(100 + v, v, band) for v in range(6) for band in ("day", "unknown")]
    said = [a["text"] for a in counted(cells, size="narrow").plotly["layout"]["annotations"]]
    assert sorted(w for w in said if w.isdecimal() and int(w) >= 100) == sorted(
        str(100 + v) for v in range(6) for _band in "ab"
    )


TOTAL = Scale(title="Both legs added", ticks=tuple((n, str(n)) for n in range(11)), low=0, high=10)


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("scale", [GRADES, TOTAL, LEMS], ids=["grades", "total", "score"])
def test_no_word_of_the_grid_runs_into_the_next(scale, size):
    cells = [cell(100 + v, v) for v in range(scale.low, scale.high + 1)]
    figure = counted([*cells, cell(999, None), cell(999, dead=True)], scale, size=size)
    lines = {}
    for one in figure.plotly["layout"]["annotations"]:
        if one["xanchor"] == "center":
            words = html.unescape(one["text"]).split("<br>")
            half = max(map(wide, words)) / 2
            # the last line of a heading is level with the others'
            bottom = one["y"] - LINE["small"] * len(words)
            lines.setdefault(bottom, []).append((one["x"] - half, one["x"] + half))
    assert lines
    for spans in lines.values():
        assert all(b + 3 < c for (_a, b), (c, _d) in itertools.pairwise(sorted(spans)))
    # nobody is left out where values are counted together
    told = [int(w) for w in said(figure) if w.isdecimal() and int(w) >= 100]
    assert sum(told) == sum(c.people for c in cells) + 2 * 999
    assert len(figure.table.rows[0]) == len(figure.table.headers)
