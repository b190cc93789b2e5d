"""The drawing in the page: well-formed, small, without styles or scripts, escaped, complete."""

import gzip
import re
from xml.etree import ElementTree

import pytest

from outcomes.figures import svg
from outcomes.figures.base import Origin, Subject
from outcomes.figures.recovery import LegGrade, MotorReading, recovery
from outcomes.figures.theme import PALETTES, WIDTHS
from tests.outcomes.figures.cast import C8, C8_MOTOR, day

NS = "{http://www.w3.org/2000/svg}"
NASTY = """</text><script>alert("1")</script> & <0.5 'x'"""
LIMIT = 8 * 1024


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("theme", PALETTES)
def test_every_drawing_is_well_formed_small_and_plain(build, size, theme):
    drawing = svg.render(build(size=size, theme=theme), size=size)
    root = ElementTree.fromstring(drawing)
    assert root.get("viewBox").startswith(f"0 0 {WIDTHS[size]} ")
    assert root.get("role") == "img"
    assert root.find(f"{NS}title").text
    assert root.find(f"{NS}desc").text
    assert not re.search(r"\sstyle=|<script|<style|\son\w+=|href=|nan|inf", drawing)
    assert len(gzip.compress(drawing.encode())) < LIMIT


def test_an_empty_figure_says_why(build_empty):
    figure = build_empty(size="narrow")
    texts = ElementTree.fromstring(svg.render(figure, size="narrow")).iter(f"{NS}text")
    assert " ".join(t.text for t in texts) == figure.empty


@pytest.mark.parametrize("size", WIDTHS)
def test_words_stay_inside_the_drawing(build, size):
    for text in ElementTree.fromstring(svg.render(build(size=size), size=size)).iter(f"{NS}text"):
        assert 0 <= float(text.get("x")) <= WIDTHS[size]


def test_every_point_is_drawn_once(build):
    figure = build()
    root = ElementTree.fromstring(svg.render(figure))
    expected = sum(
        sum(x is not None and y is not None for x, y in zip(t["x"], t["y"], strict=True))
        for t in figure.plotly["data"]
        if "markers" in t["mode"]
    )
    assert len(root.findall(f".//{NS}path/{NS}title")) == expected


def test_colours_are_classes_with_a_fallback():
    drawing = svg.render(recovery(C8_MOTOR, C8))
    right = PALETTES["light"]["right"]
    assert f'class="s-right" stroke="{right}"' in drawing
    assert f'class="f-right" fill="{right}"' in drawing


def test_the_left_leg_is_dashed_in_the_drawing():
    drawing = svg.render(recovery(C8_MOTOR, C8))
    assert re.search(r'class="s-left"[^>]*stroke-dasharray', drawing)
    assert not re.search(r'class="s-right"[^>]*stroke-dasharray', drawing)


@pytest.mark.parametrize("place", ["visit", "reason", "citation"])
def test_what_people_typed_is_escaped(place):
    typed = {p: NASTY if p == place else "x" for p in ("visit", "reason", "citation")}
    reading = MotorReading(
        on=day(1), visit=typed["visit"], right=LegGrade(grade=None, not_testable=typed["reason"])
    )
    subject = Subject(origin=Origin.PUBLISHED, citation=typed["citation"])
    figure = recovery((reading,), subject)
    drawing = svg.render(figure)
    assert "<script" not in drawing
    assert NASTY in "".join(ElementTree.fromstring(drawing).itertext())
    assert "<script" not in repr(figure.plotly)


def test_positions_follow_the_data():
    """Right leg grade 2 on day -35 and 3 on day 365: later is right, stronger is up."""
    root = ElementTree.fromstring(svg.render(recovery(C8_MOTOR, C8)))
    (line,) = [
        p for p in root.iter(f"{NS}path") if "s-right" in p.get("class", "") and "L" in p.get("d")
    ]
    (x0, y0), (x1, y1) = re.findall(r"([\d.]+) ([\d.]+)", line.get("d"))
    assert float(x1) > float(x0)
    assert float(y0) - float(y1) == pytest.approx(44, abs=0.5)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda p: p["data"][0].update(type="bar"), "bar"),
        (lambda p: p["data"][0]["marker"].update(symbol="star"), "star"),
        (lambda p: p["layout"]["annotations"][0].update(showarrow=True), "arrows"),
    ],
    ids=["trace type", "marker", "arrow"],
)
def test_what_it_cannot_draw_it_refuses(change, complaint):
    figure = recovery(C8_MOTOR, C8)
    change(figure.plotly)
    with pytest.raises(ValueError, match=complaint):
        svg.render(figure)
