"""A real browser on the running product.

An error in its console, a violation of the page's policy or a request to another origin fails any
test.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Request,
    Response,
    StorageState,
    expect,
    sync_playwright,
)

from tests.support import needs, serving
from tests.support.ports import free_port
from tests.support.serving import Serving

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
# Each context opens a window, whose address bar draws two pages of its own for suggestions: more
# work than the page that is looked at. Chromium heeds only the last list, so Playwright's is in it.
WITHOUT = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--disable-component-update", "--no-first-run",
             f"--disable-features={','.join(WITHOUT)}"]  # fmt: skip
PASSWORD = "regain-demo-2026"
# what comes at all comes within it, on a busy machine as well; an expectation had five seconds
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


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
def live(
    chromium: str, first_start: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    """The product with its demo, as `make run` starts it; `live.url` is its address."""
    var = tmp_path_factory.mktemp("live") / "var"
    shutil.copytree(first_start, var)
    started = serving.start(var, free_port())
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


class Watch:
    """What the pages of a test complained of, and what they asked of other origins."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.told: list[tuple[str, str]] = []
        self.refused: set[str] = set()

    def page(self, page: Page) -> None:
        page.on("console", lambda m: m.type == "error" and self._tell(m.text, m.location["url"]))
        page.on("pageerror", lambda error: self._tell(str(error), ""))

    def request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self._tell("asked of another origin", request.url)

    def response(self, response: Response) -> None:
        """A page or draft that is refused on purpose is an error to the browser, not to us."""
        asked = response.request.is_navigation_request() or response.url.endswith("/drafts/")
        if asked and 400 <= response.status < 500:
            self.refused.add(response.url)

    def _tell(self, text: str, url: str) -> None:
        self.told.append((text, url))

    @property
    def complaints(self) -> list[tuple[str, str]]:
        return [(text, url) for text, url in self.told if not self._meant(text, url)]

    def _meant(self, text: str, url: str) -> bool:
        return url in self.refused and re.match("Failed to load resource", text) is not None


@pytest.fixture
def context_for(browser: Browser, live: Serving) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser context; at the end, what its pages complained of fails the test.

    A Content-Security-Policy violation is such a complaint.
    """
    made: list[BrowserContext] = []
    watch = Watch(live.url)

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=live.url, **{"locale": "en-GB"} | options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", watch.page)
        context.on("request", watch.request)
        context.on("response", watch.response)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert watch.complaints == []


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


def enter(page: Page, username: str) -> None:
    """Sign a demo user in through the page."""
    page.goto("/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/account/login" not in url)


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    return enter


@pytest.fixture(scope="session")
def session_of(browser: Browser, live: Serving) -> Callable[[str], StorageState]:
    """The cookies of a demo user who has signed in, once per run."""

    @cache
    def cookies(username: str) -> StorageState:
        with browser.new_context(base_url=live.url) as context:
            enter(context.new_page(), username)
            return context.storage_state()

    return cookies


@pytest.fixture
def page_of(
    context_for: Callable[..., BrowserContext],
    session_of: Callable[[str], StorageState],
    live: Serving,
) -> Callable[..., Page]:
    """A page of a demo user who is signed in, or of nobody, in a language."""

    def make(username: str | None, *, language: str = "en", **options: Any) -> Page:
        state = session_of(username) if username else None
        context = context_for(storage_state=state, **options)
        context.add_cookies([{"name": "django_language", "value": language, "url": live.url}])
        return context.new_page()

    return make


@pytest.fixture(scope="session")
def records(
    browser: Browser, live: Serving, session_of: Callable[[str], StorageState]
) -> dict[str, str]:
    """The address of each patient's page by study number, as the list has them."""
    with browser.new_context(base_url=live.url, storage_state=session_of("physician")) as context:
        listed = context.new_page()
        listed.goto("/patients/")
        rows = listed.locator("tbody tr").all()
        return {
            re.search(r"[A-Z]+\d*-\d{4}", row.inner_text())[0]: row.get_by_role(
                "link"
            ).get_attribute("href")
            for row in rows
        }
