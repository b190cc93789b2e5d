"""The charts: readable at once and by everyone, explorable on request, and the same in both.

Widths are those at which a drawing is shown at its own size, so that it and the explored chart can
be compared pixel by pixel.
"""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.conftest import DESKTOP, PHONE

CHARTS = ("recovery", "published", "bladder", "labs", "walking_pain")
WIDE_CHARTS = ("recovery", "published")
FIRST_PAINT = 60_000  # bytes on the wire
POINT, WORD = 2, 6  # px that a point or a word may stand from its place in the drawing
STRAY = 0.03  # share of the ink without a counterpart nearby (dashes may begin elsewhere)
NEARBY = 13  # px across
NARROW_VIEW = {"viewport": {"width": 398, "height": 900}}
WIDE_VIEW = {"viewport": {"width": 880, "height": 900}}
SIZES = {"narrow": (NARROW_VIEW, CHARTS), "wide": (WIDE_VIEW, WIDE_CHARTS)}


def card(page: Page, name: str) -> Locator:
    return page.locator(f"#chart-{name}")


def explore(page: Page, name: str) -> Locator:
    """The chart that plotly drew in place of the drawing."""
    card(page, name).get_by_role("button", name="Explore this chart").click()
    plot = card(page, name).locator(".js-plotly-plot")
    plot.locator(".scatterlayer").first.wait_for()
    return plot


# ---------------------------------------------------------------- before exploring


def test_charts_are_readable_without_javascript(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    page = page_of("physician", java_script_enabled=False, **PHONE)
    page.goto(records["SYN118-0001"])
    for name in CHARTS:
        assert card(page, name).locator("svg:visible").count() >= 1, name
        assert card(page, name).locator("svg:visible text").count() > 5, name
        card(page, name).locator("summary").click()
        expect(card(page, name).locator("tbody tr").first).to_be_visible()
    expect(page.get_by_role("button", name="Explore this chart")).to_have_count(0)


@pytest.mark.parametrize("number", ["BAEK-2021", "SYN118-0003"])
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_first_paint_is_small_and_without_plotly(
    page_of: Callable[..., Page], records: dict[str, str], number: str, device: dict[str, Any]
) -> None:
    page = page_of("physician", **device)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(records[number], wait_until="networkidle")
    assert len(answers) >= 4
    assert {a.url for a in answers if "plotly" in a.url or "figures" in a.url} == set()
    assert answers[0].headers["content-encoding"] == "gzip"
    assert sum(answer.request.sizes()["responseBodySize"] for answer in answers) <= FIRST_PAINT


# ---------------------------------------------------------------- the same in both

# Centres of the points of each trace and of the words, in px from the corner of the chart.
DRAWN = """svg => {
  const at = svg.getBoundingClientRect();
  const centre = e => {
    const b = e.getBoundingClientRect();
    return [b.x + b.width / 2 - at.x, b.y + b.height / 2 - at.y];
  };
  const marks = g => [...g.querySelectorAll('path')].filter(p => p.querySelector('title'));
  return {
    points: [...svg.querySelectorAll('g')].map(g => marks(g).map(centre)).filter(g => g.length),
    words: [...svg.querySelectorAll('text')].map(t => [t.textContent, ...centre(t)]),
  };
}"""
PLOTTED = """plot => {
  const at = plot.getBoundingClientRect();
  const centre = e => {
    const b = e.getBoundingClientRect();
    return [b.x + b.width / 2 - at.x, b.y + b.height / 2 - at.y];
  };
  const lines = t => t.querySelector('tspan.line') ? [...t.querySelectorAll('tspan.line')] : [t];
  return {
    points: [...plot.querySelectorAll('.scatterlayer .trace')]
      .map(t => [...t.querySelectorAll('.points path')].map(centre)).filter(t => t.length),
    words: [...plot.querySelectorAll('.main-svg text')].flatMap(lines)
      .filter(t => t.textContent.trim()).map(t => [t.textContent, ...centre(t)]),
  };
}"""


def pictures(page: Page, name: str) -> tuple[Image.Image, Image.Image, dict[str, Any]]:
    """The drawing, the explored chart, and what stands where in each."""
    drawing = card(page, name).locator("svg:visible").first
    first, drawn = picture(drawing), drawing.evaluate(DRAWN)
    plot = explore(page, name)
    hide_the_modebar(page, name)
    return first, picture(plot), {"drawn": drawn, "plotted": plot.evaluate(PLOTTED)}


def hide_the_modebar(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    card(page, name).locator(".modebar-container").evaluate("e => { e.hidden = true }")


def picture(element: Locator) -> Image.Image:
    return Image.open(io.BytesIO(element.screenshot())).convert("L")


def stray(one: Image.Image, other: Image.Image) -> float:
    """Share of the ink of either picture without ink nearby in the other."""
    return max(_unmatched(one, other), _unmatched(other, one))


def _unmatched(one: Image.Image, other: Image.Image) -> float:
    ink = _ink(one)
    near = _ink(other).filter(ImageFilter.MaxFilter(NEARBY))
    lonely = ImageChops.subtract(ink, near.crop((0, 0, *ink.size)))
    return lonely.histogram()[255] / max(1, ink.histogram()[255])


def _ink(image: Image.Image) -> Image.Image:
    paper = image.getpixel((0, image.height - 1))
    return image.point(lambda value: 255 if abs(value - paper) > 60 else 0)


def strays(places: dict[str, Any]) -> list[object]:
    """Traces and words that do not stand where they stand in the drawing."""
    drawn, plotted = places["drawn"], places["plotted"]
    traces = [
        trace
        for trace in drawn["points"]
        if not any(_same(trace, other) for other in plotted["points"])
    ]
    words = [
        (text, at)
        for text, *at in drawn["words"]
        if not any(text == other and _close(at, there, WORD) for other, *there in plotted["words"])
    ]
    return [*traces, *words]


def _same(trace: list[list[float]], other: list[list[float]]) -> bool:
    """The same points in the same order."""
    return len(trace) == len(other) and all(
        _close(*pair, POINT) for pair in zip(trace, other, strict=True)
    )


def _close(one: list[float], other: list[float], pixels: float) -> bool:
    return all(abs(a - b) <= pixels for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(("view", "names"), SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("number", ["BAEK-2021", "SYN118-0001"])
def test_the_explored_chart_is_the_drawing(
    page_of: Callable[..., Page],
    records: dict[str, str],
    number: str,
    view: dict[str, Any],
    names: tuple[str, ...],
) -> None:
    page = page_of("physician", **view)
    page.goto(records[number])
    for name in names:
        drawing, plot, places = pictures(page, name)
        assert strays(places) == [], name
        assert stray(drawing, plot) <= STRAY, name


BROKEN = {
    "a title below the chart": "Plotly.relayout(plot, {'annotations[0].y': -0.2})",
    "legs that are not drawn": "Plotly.restyle(plot, {visible: false})",
    "a point elsewhere": "Plotly.relayout(plot, {'yaxis.range': [0, 7]})",
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_the_comparison_notices(
    page_of: Callable[..., Page], records: dict[str, str], change: str
) -> None:
    page = page_of("physician", **NARROW_VIEW)
    page.goto(records["SYN118-0001"])
    drawing, _plot, places = pictures(page, "recovery")
    plot = card(page, "recovery").locator(".js-plotly-plot")
    plot.evaluate(f"plot => {change}")
    assert strays(places | {"plotted": plot.evaluate(PLOTTED)})
    assert stray(drawing, picture(plot)) > STRAY


# ---------------------------------------------------------------- while exploring


def test_exploring_stays_at_home_and_can_be_left(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    """Requests to other origins and console errors fail it, as they fail every test here."""
    page = page_of("physician", **DESKTOP)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(records["BAEK-2021"])
    for name in CHARTS:
        if card(page, name).locator("[data-chart-explore]").count():
            explore(page, name)
    context = card(page, "recovery").locator(".js-plotly-plot").evaluate("p => p._context")
    assert (context["plotlyServerURL"], context["displaylogo"]) == ("", False)
    buttons = card(page, "recovery").locator(".modebar-btn")
    titles = buttons.evaluate_all("all => all.map(b => b.dataset.title)")
    assert titles
    assert not [t for t in titles if re.search("share|cloud|plotly|edit", t, re.I)]
    with page.expect_download():
        for button in buttons.all():
            button.click()
    card(page, "recovery").get_by_role("button", name="Back to the drawing").click()
    expect(card(page, "recovery").locator("svg.chart--wide")).to_be_visible()
    expect(card(page, "recovery").locator(".js-plotly-plot")).to_have_count(0)
    assert said == []


def test_an_explored_chart_follows_the_dark_mode(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    page = page_of("physician", color_scheme="light", **NARROW_VIEW)
    page.goto(records["SYN118-0001"])
    light, _plot, _places = pictures(page, "recovery")
    page.emulate_media(color_scheme="dark")
    plot = card(page, "recovery").locator(".js-plotly-plot")
    muted = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--muted')")
    page.wait_for_function(
        "([plot, ink]) => plot._fullLayout.xaxis.tickfont.color === ink",
        arg=[plot.element_handle(), muted],
    )
    hide_the_modebar(page, "recovery")
    dark = picture(plot)
    assert dark.getpixel((0, dark.height - 1)) < 64 < 192 < light.getpixel((0, light.height - 1))
    assert stray(light, dark) <= STRAY


def test_a_chart_that_cannot_be_loaded_leaves_its_drawing(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    page = page_of("physician", **PHONE)
    page.route("**/figures/**", lambda route: route.fulfill(status=200, body="nonsense"))
    page.goto(records["SYN118-0001"])
    card(page, "recovery").get_by_role("button", name="Explore this chart").click()
    expect(card(page, "recovery").get_by_role("status")).to_contain_text("could not be loaded")
    expect(card(page, "recovery").locator("svg.chart--narrow")).to_be_visible()
