"""A long file of results in a real browser: sent, watched while the worker works, done."""

import datetime as dt
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from outcomes.actions.lab_imports import SMALL_ROWS
from tests.browser.conftest import DESKTOP, PHONE

# more than are read at once: the worker's
ROWS = SMALL_ROWS + 20


def long_file() -> bytes:
    start = dt.date(2022, 1, 1)
    days = (start + dt.timedelta(days=n) for n in range(ROWS))
    rows = (f"alt,{n % 50 + 10},U/L,{day}" for n, day in enumerate(days))
    return "\n".join(("analyte,value,unit,specimen_at", *rows)).encode()


def send(page: Page, where: str) -> None:
    page.goto(where + "labs/import/")
    file = {"name": "results.csv", "mimeType": "text/csv", "buffer": long_file()}
    page.set_input_files("#file", [file])
    page.get_by_role("button", name="Show what will happen").click()


def test_a_long_file_is_watched_to_its_end(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    """The page goes on by itself: read by the worker, confirmed, imported."""
    page = page_of("physician", **PHONE)
    send(page, records["SYN118-0015"])
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=f"Import {ROWS} results").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="What was imported")).to_be_visible(timeout=90_000)
    expect(page.locator(".counts")).to_contain_text(re.compile(rf"{ROWS}\s+added"))
    send(page, records["SYN118-0015"])
    expect(page.get_by_text("There is nothing to import.")).to_be_visible(timeout=60_000)


def test_without_javascript_a_link_shows_how_far_it_is(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    page = page_of("physician", **DESKTOP, java_script_enabled=False)
    send(page, records["SYN118-0008"])
    for _look in range(60):
        again = page.get_by_role("link", name="See how far it is")
        if not again.is_visible():
            break
        page.wait_for_timeout(1000)
        again.click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
