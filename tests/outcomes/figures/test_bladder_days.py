"""The picture of a bladder diary: only what has a time is on the clock; gaps are shaded."""

import datetime as dt

import plotly.graph_objects as go
import pytest

from outcomes.figures import svg
from outcomes.figures.bladder_days import bladder_days
from outcomes.rules.bladder_diary import Entry, summary

MONDAY = dt.date(2026, 3, 2)


def entry(kind="void", time="08:00", *, day=0, **facts):
    clock = dt.time.fromisoformat(time) if time else None
    return Entry(kind=kind, day=MONDAY + dt.timedelta(days=day), time=clock, **facts)


def figure(*entries, size="wide", theme="light"):
    found = summary(entries, first=MONDAY, last=MONDAY + dt.timedelta(days=2))
    return bladder_days(found, entries, size=size, theme=theme)


def points(drawn):
    return {
        (trace["marker"]["symbol"], x, round(y), text)
        for trace in drawn.plotly["data"]
        for x, y, text in zip(trace["x"], trace["y"], trace["text"], strict=True)
    }


def test_each_entry_with_a_time_is_a_mark_by_its_kind():
    drawn = figure(
        entry(volume_ml=250), entry("catheter", "12:30", volume_ml=400),
        entry("leak", "18:00", day=1), entry("pain", "19:00"),
    )  # fmt: skip
    assert points(drawn) == {
        ("circle", 8.0, 0, "250"), ("diamond", 12.5, 0, "400"), ("triangle-down", 18.0, -1, ""),
    }  # fmt: skip


def test_a_volume_that_was_not_measured_is_a_dash_and_no_zero():
    assert {text for *_rest, text in points(figure(entry()))} == {"–"}
    assert {text for *_rest, text in points(figure(entry(volume_ml=0)))} == {"0"}


def test_what_has_no_time_is_said_and_not_placed():
    drawn = figure(entry(), entry(time=None, volume_ml=100))
    assert len(points(drawn)) == 1
    assert "1 entries without a time are not drawn" in drawn.description
    assert ("2026-03-02", "time not said", "passed urine", "100") in drawn.table.rows


def test_what_has_no_day_is_nowhere():
    drawn = figure(entry(), entry("leak", "09:00", dated=False))
    assert len(points(drawn)) == len(drawn.table.rows) == 1


def test_days_without_entries_and_gaps_are_shaded():
    shapes = figure(entry(time="08:00")).plotly["layout"]["shapes"]
    shaded = [(s["x0"], s["x1"], (s["y0"] + s["y1"]) / 2) for s in shapes]
    assert shaded == [(0, 8, 0), (8, 24, 0), (0, 24, -1), (0, 24, -2)]


def test_without_a_time_there_is_no_picture_but_words():
    assert figure().empty
    assert figure(entry(time=None)).empty


@pytest.mark.parametrize("size", ["narrow", "wide"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_plotly_and_can_be_drawn(size, theme):
    drawn = figure(entry(volume_ml=250), entry("leak", "18:00"), size=size, theme=theme)
    go.Figure(drawn.plotly)
    assert svg.render(drawn, size=size).startswith("<svg")
