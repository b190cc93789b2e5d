"""How a patient goes about on the phone, for the tests of the phone's pages."""

import re
import uuid
from typing import Any

from playwright.sync_api import BrowserContext, Cookie, Page, Request, expect

from tests.browser.conftest import PASSWORD

# of who has signed in on a phone: the next phone of nobody goes on with it while it lasts
_sessions: dict[str, list[Cookie]] = {}
SAVED = re.compile("Saved on this phone|Sent|Needs attention")


def sign_in(page: Page, url: str, username: str = "patient") -> str:
    """Signed in, on the page of the day; its address."""
    context = page.context
    new = page.url == "about:blank" and len(context.pages) == 1 and not context.cookies()
    if new:
        context.add_cookies(_sessions.get(username, []))
    elif page.url != "about:blank":
        # what the page has on its way would come back with another token than the form's
        page.goto("about:blank")
    page.goto(f"{url}/my/")
    if "/login" in page.url:
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda at: "/login" not in at)
        if new:
            _sessions[username] = context.cookies()
        page.goto(f"{url}/my/")
    expect(page.locator("#home")).to_be_visible()
    return page.url.split("#")[0]


def shells(page: Page) -> list[str]:
    """The pages that the phone keeps, once it does."""
    for _ in range(200):
        kept = page.evaluate(
            "async () => (await (await caches.open('regain-pages')).keys()).map(r => r.url)"
        )
        if any("/no-network/" in url for url in kept):
            return list(kept)
        page.wait_for_timeout(100)
    raise AssertionError("the phone keeps no pages")


def controlled(page: Page) -> None:
    """The service worker answers for the page, and the pages are kept."""
    shells(page)
    for _ in range(200):
        if page.evaluate("() => !!navigator.serviceWorker.controller"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("no service worker")


def note(page: Page, today: str, words: str) -> None:
    """Write a free word and see it saved."""
    open_section(page, today, "note")
    page.fill("#note-words", words)
    page.click("#note button[type=submit]")
    expect(page.locator("[data-status]")).to_contain_text(words)
    expect(page.locator("[data-status]")).to_contain_text(SAVED)


def open_section(page: Page, today: str, name: str) -> None:
    if not page.url.startswith(today):
        page.goto(today)
    page.evaluate("name => { location.hash = name }", name)
    expect(page.locator(f"#{name}")).to_be_visible()


def waiting(page: Page) -> list[dict[str, Any]]:
    """What the queue holds, as the page reads it."""
    found: list[dict[str, Any]] = page.evaluate("() => Regain.queue.mine()")
    return found


def emptied(page: Page, seconds: float = 30) -> None:
    for _ in range(int(seconds * 5)):
        if not waiting(page):
            return
        page.wait_for_timeout(200)
    raise AssertionError(waiting(page))


def at_the_clinic(context: BrowserContext, today: str) -> list[dict[str, Any]]:
    """The diary of the person of a page, as the server has it."""
    patient = today.rstrip("/").split("/")[-1]
    origin = today.split("/my/")[0]
    rows: list[dict[str, Any]] = []
    url = f"{origin}/api/v1/patients/{patient}/diary/?limit=200"
    while url:
        answer = context.request.get(url)
        assert answer.ok, answer.text()
        rows += answer.json()["results"]
        url = answer.json()["next"]
    return rows


def words_at_the_clinic(context: BrowserContext, today: str, of: list[str]) -> list[str]:
    told = [row.get("words") for row in at_the_clinic(context, today)]
    return sorted(words for words in told if words in of)


def fresh(number: int, what: str) -> list[str]:
    return [f"{what} {n} {uuid.uuid4()}" for n in range(number)]


def is_entry(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/diary/")
