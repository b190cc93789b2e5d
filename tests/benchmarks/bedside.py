"""What a follow-up visit costs a person when little changed: python -m tests.benchmarks.bedside

The same hand and the same visit as the suite's (tests/browser/test_bedside.py), on the running
product with its demo.
"""

import datetime as dt
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, enter
from tests.support import needs, serving
from tests.support.bedside import MOST_SECONDS, MOST_TAPS, TABLET, follow_up, prepare
from tests.support.ports import free_port

PATIENT = "SYN118-0010"
YESTERDAY = str(dt.date.today() - dt.timedelta(days=1))


def main() -> None:
    chromium = needs.find("chromium", "chromium-browser", "google-chrome", variable="CHROMIUM")
    if chromium is None:
        print("visit at the bedside: not counted, install chromium or name it in CHROMIUM")
        return
    with tempfile.TemporaryDirectory() as var:
        live = serving.start(Path(var), free_port())
        try:
            live.wait_for(200)
            print(_count(live.url, chromium))
        finally:
            live.stop()


def _count(url: str, chromium: str) -> str:
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_context(base_url=url, locale="en-GB", **TABLET).new_page()
        enter(page, "physician")
        page.locator("tbody tr", has_text=PATIENT).get_by_role("link").click()
        page.wait_for_url("**/patients/*-*/")
        record = page.url.removeprefix(url)
        drugs = prepare(page, record, YESTERDAY)
        hand = follow_up(page, drugs["tramadol"])
        browser.close()
    return f"visit at the bedside, little changed: {hand} (at most {MOST_TAPS}, {MOST_SECONDS:g} s)"


if __name__ == "__main__":
    main()
