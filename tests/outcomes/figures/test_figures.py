"""What holds for every figure, and what each of them must never do."""

import re
from decimal import Decimal

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.figures.base import DrugCourse, Subject, when_words
from outcomes.figures.bladder import BladderReading, bladder
from outcomes.figures.labs import labs
from outcomes.figures.published_cases import PublishedCase, published_cases, worst
from outcomes.figures.recovery import NOT_TESTABLE, PLACES, LegGrade, MotorReading, recovery
from outcomes.figures.theme import PALETTES
from outcomes.figures.walking_pain import WalkingPainReading, walking_pain
from outcomes.rules.values import Anchor, Phase, Span, Status
from tests.outcomes.figures.cast import (
    C8,
    C8_LABS,
    C8_MOTOR,
    COHORT,
    INVENTED,
    INVENTED_MOTOR,
    NO_TIME,
    about,
    between,
    day,
    lab,
    legs,
)

NOBODY = Subject()


def traces(figure, name="", axis=None):
    return [
        t
        for t in figure.plotly["data"]
        if name in t.get("name", "") and axis in (None, t.get("xaxis", "x"))
    ]


def words(figure):
    return [a["text"] for a in figure.plotly["layout"]["annotations"]]


def values(figure, axis):
    """All x values drawn on one axis."""
    return [x for t in traces(figure, axis=axis) for x in t["x"] if x is not None]


# ---------------------------------------------------------------- every figure


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("size", ["narrow", "wide"])
def test_plotly_accepts_every_figure(build, theme, size):
    go.Figure(build(theme=theme, size=size).plotly, skip_invalid=False)


def test_axes_leave_nothing_to_guess(build):
    layout = build().plotly["layout"]
    for name, axis in layout.items():
        if re.match(r"[xy]axis", name):
            assert len(axis["range"]) == 2
            assert len(axis["tickvals"]) == len(axis["ticktext"])
            assert axis["range"][0] < axis["range"][1]


def test_every_point_lies_within_its_axis(build):
    figure = build()
    for trace in figure.plotly["data"]:
        for letter in "xy":
            name = trace.get(f"{letter}axis", letter).replace(letter, f"{letter}axis")
            low, high = figure.plotly["layout"][name]["range"]
            assert all(low <= v <= high for v in trace[letter] if v is not None)


def test_every_figure_brings_its_question_and_its_table(build):
    figure = build()
    assert figure.title.endswith("?")
    assert figure.description
    assert figure.empty is None
    assert all(len(row) == len(figure.table.headers) for row in figure.table.rows)
    assert figure.table.rows


def test_nothing_is_averaged_or_fitted(build):
    for trace in build().plotly["data"]:
        assert trace["type"] == "scatter"
        assert not re.search("mean|median|trend|fit|regression|smooth", trace["name"], re.I)
        assert trace.get("line", {}).get("shape", "linear") == "linear"


def test_the_theme_changes_colours_only(build):
    light, dark = (build(theme=theme).plotly for theme in ("light", "dark"))
    assert [t["x"] for t in light["data"]] == [t["x"] for t in dark["data"]]
    assert light["layout"]["paper_bgcolor"] != dark["layout"]["paper_bgcolor"]
    assert not set(re.findall("#[0-9a-f]{6}", repr(dark))) & {
        PALETTES["light"][token] for token in ("surface", "ink", "right", "left")
    }


def test_every_word_is_translated(build):
    figure = build(t=lambda text: f"§{text}")
    assert figure.title.startswith("§")
    assert all(header.startswith("§") for header in figure.table.headers)


def test_nothing_to_draw_is_said_in_words(build_empty):
    figure = build_empty()
    assert figure.empty
    assert figure.plotly["data"] == []
    assert figure.empty in " ".join(words(figure)).replace("<br>", " ")
    assert figure.table.rows == ()
    go.Figure(figure.plotly)


@pytest.mark.parametrize(
    ("subject", "named"),
    [(C8, "Published case: Baek 2021"), (INVENTED, "Synthetic data: not a real person")],
    ids=["published", "synthetic"],
)
def test_the_origin_is_named_in_the_chart(subject, named):
    figure = recovery(C8_MOTOR, subject)
    assert named in words(figure)
    assert named in figure.description
    hatched = [s for s in figure.plotly["layout"]["shapes"] if s["type"] == "path"]
    assert bool(hatched) == (subject is INVENTED)


def test_a_registry_patient_has_no_origin_label():
    assert not [w for w in words(recovery(C8_MOTOR, NOBODY)) if "Synthetic" in w or "Publ" in w]


# ---------------------------------------------------------------- recovery


@pytest.mark.parametrize(
    ("leg", "dash", "symbol"),
    [("Right leg", "solid", "circle"), ("Left leg", "dash", "square-open")],
)
def test_a_leg_looks_the_same_everywhere(leg, dash, symbol):
    pain = (WalkingPainReading(on=day(1), right_leg=3, left_leg=4),)
    for figure in (recovery(C8_MOTOR, C8), walking_pain(pain, NOBODY)):
        (trace,) = [t for t in traces(figure, leg, "x") if t["mode"] == "lines+markers"]
        assert trace["line"]["dash"] == dash
        assert trace["marker"]["symbol"] == symbol
        assert leg in words(figure)


def test_c8_is_drawn_at_its_own_days_with_its_bounds():
    (right,) = traces(recovery(C8_MOTOR, C8), "Right leg")
    assert right["x"] == [-35, 365]
    assert right["y"] == [2, 3]
    assert right["error_x"]["arrayminus"] == [7, 30]
    assert right["error_x"]["array"] == [7, 30]


def test_c8_names_its_events_and_its_stale_baseline():
    said = words(recovery(C8_MOTOR, C8))
    assert "decompression, day 0" in said
    assert "cement, about day −56" in said
    assert "stale baseline, about day −35" in said


@pytest.mark.parametrize(
    ("on", "axis"),
    [
        (day(3), "x"),
        (about(3, 1, 5), "x"),
        (between(1, 5), "x"),
        (NO_TIME, "x2"),
        (Span(best=None, lower=21, upper=None, status=Status.INTERVAL_CENSORED), "x2"),
        (Span(best=None, lower=None, upper=9, status=Status.INTERVAL_CENSORED), "x2"),
    ],
    ids=["known", "approximate", "bounds", "nothing", "lower bound only", "upper bound only"],
)
def test_a_time_finds_its_place_or_the_margin(on, axis):
    figure = recovery((MotorReading(on=on, **legs("3", None)),), NOBODY)
    assert {t["xaxis"] for t in figure.plotly["data"]} == {axis}


def test_bounds_alone_make_an_open_bar_and_no_point():
    figure = recovery((MotorReading(on=between(20, 40), **legs("3", "3")),), NOBODY)
    bars = figure.plotly["data"]
    assert {t["mode"] for t in bars} == {"lines"}
    assert all(set(t["x"]) == {20, 40, None} for t in bars)


def test_lines_join_only_points_with_a_place():
    readings = (
        MotorReading(on=day(1), **legs("1", None)),
        MotorReading(on=between(10, 20), **legs("2", None)),
        MotorReading(on=NO_TIME, **legs("2", None)),
        MotorReading(on=day(90), **legs("3", None)),
    )
    joined = [t for t in recovery(readings, NOBODY).plotly["data"] if "lines+" in t["mode"]]
    assert [(t["x"], t["y"]) for t in joined] == [([1, 90], [1, 3])]


def test_a_leg_not_testable_is_a_gap_with_its_reason_and_never_zero():
    readings = (
        MotorReading(on=day(1), **legs("2", None)),
        MotorReading(on=day(9), right=LegGrade(grade=None, not_testable="in a cast")),
        MotorReading(on=day(30), **legs("3", None)),
    )
    figure = recovery(readings, NOBODY)
    (line,) = [t for t in traces(figure, "Right leg") if t["mode"] == "lines+markers"]
    assert line["y"] == [2, None, 3]
    assert line["connectgaps"] is False
    (cross,) = traces(figure, "not testable")
    assert cross["text"] == ["in a cast"]
    assert all(y < -0.4 for y in cross["y"])
    assert figure.table.rows[1][2] == "not testable: in a cast"


def test_a_leg_not_recorded_is_not_drawn():
    figure = recovery((MotorReading(on=day(1), **legs("2", None)),), NOBODY)
    assert traces(figure, "Left") == []
    assert figure.table.rows[0][3] == "not recorded"


@pytest.mark.parametrize("grade", ["4-", "4+"])
def test_a_modified_four_keeps_its_own_tick_and_label(grade):
    figure = recovery((MotorReading(on=day(1), **legs(grade, "4")),), NOBODY)
    axis = figure.plotly["layout"]["yaxis"]
    shown = grade.replace("-", "−")
    assert axis["tickvals"][axis["ticktext"].index(shown)] == PLACES[grade] != PLACES["4"]
    assert shown in traces(figure, "Right")[0]["hovertext"][0]
    assert figure.table.rows[0][2] == shown


def test_the_axis_says_that_its_spacing_means_nothing():
    assert any("only the order" in w for w in words(recovery(C8_MOTOR, C8)))


def test_without_an_operation_day_zero_is_the_cement():
    figure = recovery(C8_MOTOR, Subject(day_zero=Anchor.CEMENT))
    assert figure.plotly["layout"]["xaxis"]["title"]["text"] == "Days since cement"
    assert "cement (not operated), day 0" in words(figure)
    assert not [w for w in words(figure) if "decompression" in w]


def test_labels_of_equal_legs_do_not_overlap():
    figure = recovery((MotorReading(on=day(1), **legs("4", "4")),), NOBODY)
    lifts = [a["yshift"] for a in figure.plotly["layout"]["annotations"] if "leg" in a["text"]]
    assert abs(lifts[0] - lifts[1]) >= 16


grades = st.one_of(st.none(), st.sampled_from(list(PLACES)))
spans = st.one_of(
    st.just(NO_TIME),
    st.integers(-60, 900).map(day),
    st.tuples(st.integers(-60, 400), st.integers(1, 90)).map(lambda p: between(p[0], sum(p))),
)


@given(st.lists(st.tuples(spans, grades, grades), max_size=12))
def test_no_grade_is_invented_and_none_without_time_reaches_the_axis(rows):
    readings = [MotorReading(on=on, **legs(right, left)) for on, right, left in rows]
    figure = recovery(readings, NOBODY)
    given_values = {PLACES[g] for _on, *pair in rows for g in pair if g} | {NOT_TESTABLE}
    points = [t for t in figure.plotly["data"] if "markers" in t["mode"]]
    assert {y for t in points for y in t["y"] if y is not None} <= given_values
    timed = {x for on, *_ in rows for x in (on.best, on.lower, on.upper) if x is not None}
    assert set(values(figure, "x")) <= timed
    assert len(figure.table.rows) == sum(any(pair) for _on, *pair in rows)


# ---------------------------------------------------------------- published cases


@pytest.mark.parametrize(
    ("right", "left", "expected"),
    [(2, 4, 2), (5, 5, 5), (0, 3, 0), (None, 3, None), (2, None, None)],
)
def test_the_worst_leg_needs_both_legs(right, left, expected):
    assert worst(right, left) == expected


def test_published_cases_have_no_time_axis():
    layout = published_cases(COHORT).plotly["layout"]
    assert "title" not in layout["xaxis"]
    assert all(text.startswith("C") for text in layout["xaxis"]["ticktext"])


def test_a_case_without_grades_is_told_in_words_and_not_drawn():
    figure = published_cases(COHORT)
    assert traces(figure, "C2") == []
    assert any("Could not" in w for w in words(figure))


def test_a_case_with_only_initial_grades_gets_points_and_no_slope():
    figure = published_cases(COHORT)
    assert {t["mode"] for t in traces(figure, "C7")} == {"markers"}
    assert any("Minimal" in w for w in words(figure))


def test_doubtful_sides_are_said_for_each_case():
    ticktext = published_cases(COHORT).plotly["layout"]["xaxis"]["ticktext"]
    assert ["uncertain" in text for text in ticktext] == [
        True, False, False, True, False, True, True, False,
    ]  # fmt: skip


def test_published_cases_are_grey_but_the_case_in_view():
    figure = published_cases(COHORT, in_view="C8")
    grey = PALETTES["light"]["published"]
    for trace in figure.plotly["data"]:
        if "leg" in trace["name"] and "markers" in trace["mode"]:
            assert (trace["marker"]["color"] == grey) == (not trace["name"].startswith("C8"))


def test_a_grade_of_zero_is_drawn_and_a_missing_grade_is_not():
    zero = PublishedCase(
        id="A", label="A 2000", right_initial=0, left_initial=0, right_final=1, left_final=0
    )
    missing = PublishedCase(id="B", label="B 2001")
    figure = published_cases((zero, missing))
    assert traces(figure, "A: Left leg")[0]["y"] == [0, 0]
    assert traces(figure, "B") == []


# ---------------------------------------------------------------- bladder and drugs


def test_a_drug_without_dates_stands_in_the_margin_and_says_so():
    figure = bladder((), (DrugCourse(label="solifenacin"),), NOBODY)
    assert "solifenacin: dates not reported" in words(figure)
    assert {t["xaxis"] for t in figure.plotly["data"]} == {"x2"}
    assert "xaxis" not in figure.plotly["layout"]


@pytest.mark.parametrize(
    ("course", "bar"),
    [
        (DrugCourse(label="d", start=day(5), stop=day(20)), [5, 20]),
        (DrugCourse(label="d", start=between(5, 9), stop=between(20, 30)), [9, 20]),
    ],
    ids=["exact dates", "bounds: only the certain part is thick"],
)
def test_a_drug_is_a_bar_where_it_was_certainly_taken(course, bar):
    figure = bladder((), (course,), NOBODY)
    thick = [t for t in figure.plotly["data"] if t["line"]["width"] == 10]
    assert [t["x"] for t in thick] == [bar]


def test_a_drug_without_a_stop_is_a_mark_and_no_bar():
    figure = bladder((), (DrugCourse(label="d", start=day(5)),), NOBODY)
    assert values(figure, "x") == [5]
    assert "d: stop not reported" in words(figure)


def test_an_ongoing_drug_reaches_the_end_of_the_axis():
    figure = bladder((), (DrugCourse(label="d", start=day(5), ongoing=True),), NOBODY)
    assert max(values(figure, "x")) == figure.plotly["layout"]["xaxis"]["range"][1]


@pytest.mark.parametrize(("pvr", "drawn"), [(0, [0]), (None, [])], ids=["zero", "not measured"])
def test_a_residual_of_zero_is_drawn_and_a_missing_one_is_not(pvr, drawn):
    reading = BladderReading(on=day(3), emptying="normal voiding", pvr_ml=pvr)
    figure = bladder((reading,), (), NOBODY)
    assert [y for t in traces(figure, "residual") for y in t["y"]] == drawn
    assert figure.table.rows[0][3] == ("0 mL" if pvr == 0 else "not recorded")


# ---------------------------------------------------------------- labs


def test_c8_labs_have_no_day_and_no_number_at_discharge():
    figure = labs(C8_LABS, (), C8)
    assert "xaxis" not in figure.plotly["layout"]
    assert sorted({t["name"] for t in figure.plotly["data"]}) == ["Result: time not reported"]
    assert [len(t["y"]) for t in figure.plotly["data"]] == [2, 2, 2, 2]
    assert sum("normal" in w for w in words(figure)) == 4
    assert figure.plotly["layout"]["xaxis2"]["ticktext"] == ["pre-op", "post-op", "discharge"]


def test_each_test_has_a_band_at_the_laboratorys_own_range():
    figure = labs((lab("Hb", "11.0", day(1)),), (), NOBODY)
    band = PALETTES["light"]["band"]
    (rect,) = [s for s in figure.plotly["layout"]["shapes"] if s.get("fillcolor") == band]
    assert (rect["y0"], rect["y1"]) == (12.0, 16.0)


def test_ranges_that_differ_stay_with_their_results():
    one, other = lab("Hb", "11.0", day(1)), lab("Hb", "12.0", day(90))
    other = type(other)(**{f: getattr(other, f) for f in other.__slots__} | {"low": Decimal(13)})
    figure = labs((one, other), (), NOBODY)
    band = PALETTES["light"]["band"]
    lows = [s["y0"] for s in figure.plotly["layout"]["shapes"] if s.get("fillcolor") == band]
    assert lows == [12.0, 13.0]


def test_a_bound_is_marked_as_a_bound_and_never_joined():
    results = (lab("CRP", "9", day(1)), lab("CRP", "0.5", day(90), bound="<", text="<0.5"))
    figure = labs(results, (), NOBODY)
    (line,) = [t for t in figure.plotly["data"] if "lines" in t["mode"]]
    assert line["x"] == [1]
    (mark,) = traces(figure, "Bound only")
    assert mark["marker"]["symbol"] == "triangle-down-open"
    assert "&lt;0.5" in words(figure)


def test_units_are_never_mixed():
    other = lab("CRP", "0.9", day(2))
    other = type(other)(**{f: getattr(other, f) for f in other.__slots__} | {"unit": "mg/dL"})
    figure = labs((lab("CRP", "9", day(1)), other), (), NOBODY)
    assert len({t["yaxis"] for t in figure.plotly["data"]}) == 2


# ---------------------------------------------------------------- walking and pain


@pytest.mark.parametrize("answer", [True, False, None])
def test_walking_alone_is_yes_no_or_nothing(answer):
    reading = WalkingPainReading(on=day(3), walks_alone=answer, back=4)
    figure = walking_pain((reading,), NOBODY)
    drawn = [y for t in traces(figure, "State") for y in t["y"]]
    assert drawn == ({True: [0], False: [-1], None: []}[answer])
    assert figure.table.rows[0][1] == {True: "yes", False: "no", None: "not recorded"}[answer]


def test_a_bounded_fac_is_a_bar_and_never_a_point():
    reading = WalkingPainReading(on=day(365), fac_lower=0, fac_upper=3)
    (trace,) = walking_pain((reading,), NOBODY).plotly["data"]
    assert trace["mode"] == "lines"
    assert set(trace["y"]) == {0, 3}


def test_no_pain_is_drawn_and_pain_not_asked_is_not():
    figure = walking_pain((WalkingPainReading(on=day(3), back=0),), NOBODY)
    assert [t["y"] for t in figure.plotly["data"]] == [[0]]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("span", "phase", "said"),
    [
        (day(-28), None, "day −28"),
        (about(365, 335, 395), None, "about day 365 (between 335 and 395)"),
        (between(-42, -28), Phase.PRE_OP, "between day −42 and −28"),
        (NO_TIME, Phase.POST_OP, "time not reported (post-op)"),
        (NO_TIME, None, "time not reported"),
        (None, None, "time not reported"),
        (Span(best=5, lower=None, upper=None, status=Status.APPROXIMATE), None, "about day 5"),
        (
            Span(best=None, lower=21, upper=None, status=Status.INTERVAL_CENSORED),
            Phase.PRE_OP,
            "day 21 or after (pre-op)",
        ),
    ],
)
def test_a_time_in_words(span, phase, said):
    assert when_words(span, phase, str) == said


def test_many_visits_stay_in_the_table():
    assert len(recovery(INVENTED_MOTOR, INVENTED).table.rows) == len(INVENTED_MOTOR)
