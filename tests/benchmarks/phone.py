"""How soon Today can be read on a slow phone: python -m tests.benchmarks.phone

The page as it is against the same page with plotly basic loaded first, in turns in one run: a CPU four
times slower and 4G as Lighthouse simulates it (1.6 Mbit/s, 150 ms a round trip), nothing cached.
"""

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Route, StorageState, sync_playwright

from tests.browser.conftest import ARGUMENTS, PHONE, enter
from tests.support import serving
from tests.support.ports import free_port

RUNS = 7
MOST_RATIO = 0.25
SLOWER = 4
MEGABIT = 1_000_000 / 8
FOUR_G = {"offline": False, "latency": 150, "downloadThroughput": 1.6 * MEGABIT,
          "uploadThroughput": 0.75 * MEGABIT}  # fmt: skip
PLOTLY = Path(__file__).parents[2] / "tracker/static/vendor/plotly-basic-4.1.1.min.js"
PAINTED = """() => new Promise(done => {
  const seen = list => list.getEntriesByName('first-contentful-paint').forEach(e => done(e.startTime));
  new PerformanceObserver(seen).observe({ type: 'paint', buffered: true });
})"""


def main() -> int:
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        print("first paint of Today: not measured, install chromium or name it in CHROMIUM")
        return 0
    with tempfile.TemporaryDirectory() as var:
        live = serving.start(Path(var), free_port())
        try:
            live.wait_for(200)
            return measure(live.url, chromium)
        finally:
            live.stop()


def measure(url: str, chromium: str) -> int:
    """Prints both medians and their ratio; 1 where it is above the most that may be."""
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        with browser.new_context(base_url=url) as context:
            page = context.new_page()
            enter(page, "patient")
            page.goto("/my/")
            state, today = context.storage_state(), page.url
        plain, heavy = [], []
        for _ in range(RUNS):
            plain.append(first_paint(browser, state, today, plotly=False))
            heavy.append(first_paint(browser, state, today, plotly=True))
        browser.close()
    ours, theirs = statistics.median(plain), statistics.median(heavy)
    ratio = ours / theirs
    print(f"first paint of Today, CPU {SLOWER}x slower, 4G: {ours:.0f} ms; with plotly basic loaded "
          f"first {theirs:.0f} ms; ratio {ratio:.2f} (at most {MOST_RATIO})")  # fmt: skip
    return int(ratio > MOST_RATIO)


def first_paint(browser: Browser, state: StorageState, today: str, *, plotly: bool) -> float:
    """Milliseconds from asking for the page to its first contentful paint, in a new browser context."""
    with browser.new_context(storage_state=state, service_workers="block", **PHONE) as context:
        page = context.new_page()
        if plotly:
            page.route(today, with_plotly)
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", FOUR_G)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(today, wait_until="commit")
        painted: float = page.evaluate(PAINTED)
        return painted


def with_plotly(route: Route) -> None:
    """The same page, which waits for the library as a page that draws with it does."""
    answer = route.fetch()
    script = f'<script src="/static/{_served_name()}"></script>'
    body = answer.text().replace("<title>", script + "<title>", 1)
    route.fulfill(response=answer, body=body)


def _served_name() -> str:
    return os.environ.get("PLOTLY_SERVED", f"vendor/{PLOTLY.name}")


if __name__ == "__main__":
    sys.exit(main())
