"""A real browser on the running product. Any error in its console fails the test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.support import needs, serving
from tests.support.ports import free_port
from tests.support.serving import Serving

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--disable-component-update", "--no-first-run"]  # fmt: skip
PASSWORD = "regain-demo-2026"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    return needs.program(
        "chromium",
        "chromium-browser",
        "google-chrome",
        variable="CHROMIUM",
        what="Chromium",
        fix="install chromium, or name it in CHROMIUM",
    )


@pytest.fixture(scope="session")
def live(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The product with its demo, as `make run` starts it; `live.url` is its address."""
    started = serving.start(tmp_path_factory.mktemp("live"), free_port())
    try:
        started.wait_for(200)
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def context_for(browser: Browser, live: Serving) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser context; at the end, what its pages complained of fails the test.

    A Content-Security-Policy violation is such a complaint.
    """
    made: list[BrowserContext] = []
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=live.url, locale="en-GB", **options)
        context.set_default_timeout(15_000)
        context.on("page", watch)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert complaints == []


@pytest.fixture
def phone(context_for: Callable[..., BrowserContext]) -> Page:
    """A page of 390 by 844, touched."""
    return context_for(**PHONE).new_page()


@pytest.fixture
def desktop(context_for: Callable[..., BrowserContext]) -> Page:
    """A page of 1280 by 800."""
    return context_for(**DESKTOP).new_page()


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    """Both, one after the other."""
    chosen: Page = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """Sign a demo user in through the page."""

    def fill(page: Page, username: str) -> None:
        page.goto("/account/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/account/login" not in url)

    return fill
