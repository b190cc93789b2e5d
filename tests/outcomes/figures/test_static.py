"""The scripts and styles served with the charts: small, vendored whole, safe under a strict CSP."""

import gzip
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from outcomes.figures import svg
from outcomes.figures.recovery import recovery
from outcomes.figures.theme import CHART_COLOURS
from tests.outcomes.figures.cast import C8, C8_MOTOR
from tests.outcomes.figures.conftest import FIGURES

STATIC = Path(__file__).parents[3] / "tracker" / "static"
PLOTLY = "vendor/plotly-basic-4.1.1.min.js"
PLOTLY_CSS = "vendor/plotly-basic-4.1.1.css"
# Of plotly-basic.min.js in the npm package plotly.js-basic-dist-min 4.1.1.
PLOTLY_SHA256 = "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba"
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'"
)
SITE = "http://regain.test"


def read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def test_plotly_is_the_published_file():
    assert hashlib.sha256((STATIC / PLOTLY).read_bytes()).hexdigest() == PLOTLY_SHA256
    assert "MIT License" in read("vendor/plotly-LICENSE.txt")


def test_own_styles_and_script_stay_small():
    together = read("tokens.css") + read("app.css") + read("charts.js")
    assert len(gzip.compress(together.encode())) < 20 * 1024


def test_every_class_a_drawing_uses_has_its_rule():
    rules = set(re.findall(r"\.([fs]-[\w-]+) \{", read("app.css")))
    used = set()
    for build in FIGURES.values():
        for classes in re.findall(r'class="([fs]-[^"]+)"', svg.render(build())):
            used |= set(classes.split())
    assert used <= rules
    assert {rule[2:] for rule in rules} <= set(CHART_COLOURS)


def test_every_token_used_exists():
    defined = set(re.findall(r"--([\w-]+):", read("tokens.css")))
    assert set(re.findall(r"var\(--([\w-]+)\)", read("app.css"))) <= defined


def test_plotlys_own_rules_are_all_in_the_static_sheet():
    """Those the bundle would add by script, but for its cloud dialog."""
    rules = re.search(r'=(\{"X,X div".*?\});for\(', read(PLOTLY))[1]
    selectors = re.findall(r'"((?:X|Y)[^"]*)":', rules)
    sheet = read(PLOTLY_CSS)
    for selector in selectors:
        if "plotly-cloud" not in selector:
            shown = selector.replace("X", ".js-plotly-plot .plotly").replace(
                "Y", ".plotly-notifier"
            )
            assert f"\n{shown}{{" in sheet


def test_the_map_style_guard_matches_the_bundle():
    guard = re.search(r'MAP_STYLE_ID = "(\w+)"', read("charts.js"))[1]
    assert f'document.getElementById("{guard}")' in read(PLOTLY)


# ---------------------------------------------------------------- in a browser


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def card() -> str:
    drawings = "".join(
        svg.render(recovery(C8_MOTOR, C8, size=size), size=size) for size in ("narrow", "wide")
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Chart</title>'
        '<link rel="stylesheet" href="/tokens.css"><link rel="stylesheet" href="/app.css">'
        '<script src="/charts.js" defer></script><main class="shell">'
        f'<figure class="chart-card" data-chart data-src="/figure/" data-plotly="/{PLOTLY}"'
        f' data-plotly-css="/{PLOTLY_CSS}" data-words="{{}}"'
        ' data-explore="Explore" data-back="Back"'
        ' data-loading="Loading" data-failed="Not available"><h3>Question</h3>'
        f'<div class="chart-canvas" data-chart-canvas>{drawings}</div>'
        '<p class="chart-status" data-chart-status role="status"></p>'
        '<button type="button" class="button" data-chart-explore hidden></button></figure></main>'
    )


class Visit:
    """One page with a chart card; remembers what was asked for and what the console said."""

    def __init__(self, page, broken: str = "") -> None:
        self.page, self.broken = page, broken
        self.asked: list[str] = []
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.route("**/*", self.answer)
        page.goto(SITE)

    def answer(self, route) -> None:
        address = route.request.url
        self.asked.append(address)
        path = address.removeprefix(SITE).partition("?")[0].strip("/")
        if not address.startswith(SITE) or (self.broken and self.broken in path):
            route.abort()
        elif path == "figure":
            theme = "dark" if "theme=dark" in address else "light"
            figure = recovery(C8_MOTOR, C8, theme=theme, size="narrow")
            route.fulfill(content_type="application/json", body=json.dumps(figure.plotly))
        elif path:
            kind = {".js": "text/javascript", ".css": "text/css"}.get(
                Path(path).suffix, "image/png"
            )
            body = read(path) if kind != "image/png" else ""
            route.fulfill(content_type=kind, body=body)
        else:
            headers = {"Content-Security-Policy": CSP}
            route.fulfill(content_type="text/html; charset=utf-8", body=card(), headers=headers)

    def explore(self) -> None:
        self.page.click("[data-chart-explore]")

    def texts(self) -> list[str]:
        return self.page.locator(".chart-plot text").all_text_contents()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if not chromium():
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("chromium is required: apt-get install chromium")
        pytest.skip("chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light")
    yield context.new_page()
    context.close()


def test_nothing_heavy_is_loaded_before_the_reader_asks(page):
    visit = Visit(page)
    assert page.locator("svg.chart--narrow").is_visible()
    assert not page.locator("svg.chart--wide").is_visible()
    assert not [address for address in visit.asked if "plotly" in address or "figure" in address]


def test_exploring_breaks_no_rule_of_the_policy_and_sends_nothing_out(page):
    visit = Visit(page)
    visit.explore()
    page.wait_for_selector(".chart-plot .main-svg .trace")
    assert not page.locator("[data-chart-canvas]").is_visible()
    page.locator(".modebar-btn").first.click()
    page.wait_for_timeout(300)
    assert visit.said == []
    assert all(address.startswith((SITE, "data:", "blob:")) for address in visit.asked)
    assert page.locator('.modebar-btn[data-title*="Share"]').count() == 0
    assert page.locator(".modebar-btn").count() > 0


def test_the_chart_keeps_its_layout_without_inline_styles(page):
    """Plotly's layers lie on each other; where its rules are missing they stack downwards."""
    visit = Visit(page)
    visit.explore()
    page.wait_for_selector(".chart-plot .main-svg .trace")
    boxes = [svg_.bounding_box() for svg_ in page.locator(".chart-plot .main-svg").all()]
    assert len({(box["x"], box["y"]) for box in boxes}) == 1
    assert "Right leg" in visit.texts()
    assert "Question" not in visit.texts()


def test_a_change_of_theme_draws_again(page):
    visit = Visit(page)
    visit.explore()
    page.wait_for_selector(".chart-plot .main-svg .trace")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector('.chart-plot .main-svg[style*="rgb(24, 33, 42)"]')
    assert any("theme=dark" in address for address in visit.asked)
    assert visit.said == []


def test_the_reader_can_go_back(page):
    visit = Visit(page)
    visit.explore()
    page.wait_for_selector(".chart-plot .main-svg .trace")
    assert page.text_content("[data-chart-explore]") == "Back"
    visit.explore()
    assert page.locator("svg.chart--narrow").is_visible()
    assert page.locator(".chart-plot").count() == 0


@pytest.mark.parametrize("broken", ["figure", "plotly-basic-4.1.1.min.js"])
def test_what_cannot_be_loaded_leaves_the_drawing_and_says_so(page, broken):
    visit = Visit(page, broken=broken)
    visit.explore()
    page.wait_for_selector("[data-chart-status]:not(:empty)")
    page.wait_for_selector("[data-chart-explore]:enabled")
    assert page.text_content("[data-chart-status]") == "Not available"
    assert page.locator("svg.chart--narrow").is_visible()
