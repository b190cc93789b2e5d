"""Nothing typed is lost: reload, killed browser, no network, ended session, failing server."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Response, Route, expect

from tests.browser.conftest import ARGUMENTS, DESKTOP, PATIENCE_MS, PHONE, enter
from tests.browser.test_visit import notes, save, write
from tests.support.serving import Serving

MAIN = "main form[method=post]"


@pytest.fixture
def note() -> str:
    return f"Half an examination, {uuid.uuid4()}"


class Meant:
    """A context in which requests fail on purpose: only errors of scripts are complaints."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.complaints = context, list[str]()
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: m.type == "error" and self._told(m.text))

    def _told(self, text: str) -> None:
        if not text.startswith("Failed to load resource"):
            self.complaints.append(text)


@pytest.fixture
def meant(browser: Any, live: Serving) -> Iterator[Callable[..., BrowserContext]]:
    made: list[Meant] = []

    def make(**options: Any) -> BrowserContext:
        made.append(Meant(browser.new_context(base_url=live.url, locale="en-GB", **options)))
        return made[-1].context

    yield make
    for one in made:
        one.context.close()
        assert one.complaints == []


@pytest.fixture
def physician(meant: Callable[..., BrowserContext], session_of: Callable[[str], Any]) -> Page:
    return meant(storage_state=session_of("physician"), **PHONE).new_page()


def status(page: Page) -> Any:
    return page.locator("[data-draft-status]")


def expect_status(page: Page, state: str) -> None:
    expect(status(page)).to_have_attribute("data-state", state)


def begin(page: Page, record: str, note: str) -> None:
    page.goto(record + "visits/new/full/")
    discard(page)
    write(page, note=note)


def discard(page: Page) -> None:
    """Begins anew where an earlier test left something."""
    button = page.get_by_role("button", name="Discard and begin anew")
    if button.count():
        button.click()
        expect(button).to_have_count(0)


def shown(page: Page) -> str:
    return page.locator("[name=note]").input_value()


STORED = """async () => {
  const names = (await indexedDB.databases()).map(d => d.name);
  const rows = [];
  for (const name of names) {
    const db = await new Promise(r => { const q = indexedDB.open(name); q.onsuccess = () => r(q.result); });
    for (const store of db.objectStoreNames) {
      rows.push(...await new Promise(r => {
        const q = db.transaction(store).objectStore(store).getAll(); q.onsuccess = () => r(q.result);
      }));
    }
    db.close();
  }
  const bytes = rows.map(row => [row.id, row.user, new TextDecoder('latin1').decode(row.data)].join());
  return { count: rows.length, text: bytes.join() + JSON.stringify({ ...localStorage, ...sessionStorage }),
           caches: (await caches.keys()).length };
}"""  # noqa: E501


def on_device(page: Page) -> dict[str, Any]:
    return page.evaluate(STORED)


def test_what_was_typed_survives_a_reload_and_is_told_in_the_lists(
    physician: Page, records: dict[str, str], note: str
) -> None:
    record = records["SYN118-0020"]
    begin(physician, record, note)
    expect_status(physician, "saved")
    physician.reload()
    expect(physician.locator("[data-draft-notice]")).to_contain_text("You began this on")
    assert shown(physician) == note
    assert notes(physician, record).count(note) == 0
    for place in ("/patients/", record):
        physician.goto(place)
        expect(physician.get_by_role("region", name="draft")).to_contain_text("New visit")
    physician.get_by_role("region", name="draft").get_by_role("link").click()
    assert shown(physician) == note
    save(physician).click()
    physician.wait_for_url(f"**{record}")
    assert notes(physician, record).count(note) == 1
    expect(physician.get_by_role("region", name="draft")).to_have_count(0)


def test_discard_begins_anew(physician: Page, records: dict[str, str], note: str) -> None:
    begin(physician, records["SYN118-0020"], note)
    expect_status(physician, "saved")
    physician.reload()
    discard(physician)
    assert shown(physician) == ""


def test_words_typed_just_before_the_page_goes_are_kept(
    physician: Page, records: dict[str, str], note: str
) -> None:
    record = records["SYN118-0008"]
    begin(physician, record, note)
    physician.goto(record)  # at once, before the first save
    physician.goto(record + "visits/new/full/")
    assert shown(physician) == note
    discard(physician)


@pytest.fixture
def profile(
    playwright: Playwright, chromium: str, live: Serving, tmp_path: Path
) -> Iterator[Callable[[], BrowserContext]]:
    """Starts a browser on one profile, again and again; the one before is gone."""
    running: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=chromium, args=ARGUMENTS, base_url=live.url
        )
        context.set_default_timeout(PATIENCE_MS)
        running.append(context)
        return context

    yield start
    running[-1].close()


def kill(profile: Path) -> None:
    """As a crash or an empty battery does: nobody is asked to close anything."""
    running = [
        p for p in psutil.process_iter(["cmdline"]) if str(profile) in str(p.info["cmdline"])
    ]
    assert running
    for process in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(running, timeout=10)


def keeps(answer: Response, note: str) -> bool:
    """The server has kept a draft with this note, which ends with a number."""
    sent = answer.request.post_data or ""
    return answer.ok and answer.url.endswith("/drafts/") and note.split()[-1] in sent


@pytest.mark.parametrize("offline", [False, True], ids=["with a network", "without one"])
def test_a_killed_browser_loses_nothing(
    profile: Callable[[], BrowserContext],
    tmp_path: Path,
    records: dict[str, str],
    note: str,
    offline: bool,
) -> None:
    record = records["SYN118-0009"]
    context = profile()
    page = context.new_page()
    enter(page, "physician")
    begin(page, record, "before " + note)
    expect_status(page, "saved")
    context.set_offline(offline)
    if offline:
        page.fill("[name=note]", note)
        expect_status(page, "device")
    else:
        # it says "saved" from before, so what is sent tells when it is saved anew
        with page.expect_response(lambda answer: keeps(answer, note)):
            page.fill("[name=note]", note)
        expect_status(page, "saved")
    kill(tmp_path / "profile")
    page = profile().new_page()
    page.goto("/")
    if "/login" in page.url:  # a session cookie may go with the browser
        enter(page, "physician")
    page.goto(record + "visits/new/full/")
    expect(page.locator("[name=note]")).to_have_value(note)
    expect(page.locator("[data-draft-notice]")).to_be_visible()
    assert on_device(page)["count"] == 0, "what the server has does not stay on the device"
    discard(page)


def test_without_a_network_it_waits_on_the_device_and_a_pressed_save_is_sent_later(
    physician: Page, records: dict[str, str], note: str
) -> None:
    record = records["SYN118-0021"]
    begin(physician, record, note)
    expect_status(physician, "saved")
    physician.context.set_offline(True)
    physician.fill("[name=note]", note + " offline")
    expect_status(physician, "device")
    kept = on_device(physician)
    assert kept["count"] == 1
    assert note not in kept["text"], "nobody reads it there without the key of its author"
    save(physician).click()
    expect_status(physician, "waiting")
    assert shown(physician) == note + " offline"
    physician.context.set_offline(False)
    physician.wait_for_url(f"**{record}")
    expect(physician.get_by_text("The visit is recorded.")).to_be_visible()
    assert notes(physician, record).count(note + " offline") == 1
    assert on_device(physician)["count"] == 0


ANSWERS: dict[str, Callable[[Route], None]] = {
    "an error of the server": lambda route: route.fulfill(status=500, body="broken"),
    "a gateway that gives up": lambda route: route.fulfill(status=502, body="<h1>502</h1>"),
    "no answer": lambda route: route.abort("connectionreset"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_a_server_that_fails_while_saving(
    physician: Page, records: dict[str, str], note: str, answer: Callable[[Route], None]
) -> None:
    record = records["SYN118-0022"]
    begin(physician, record, note)
    expect_status(physician, "saved")
    physician.route("**/visits/new/full/", answer, times=1)
    save(physician).click()
    expect_status(physician, "unanswered")
    assert shown(physician) == note
    physician.wait_for_url(f"**{record}")
    assert notes(physician, record).count(note) == 1
    assert on_device(physician)["count"] == 0


def test_a_reply_that_was_lost_after_the_visit_was_recorded(
    physician: Page, records: dict[str, str], note: str
) -> None:
    record = records["SYN118-0022"]
    begin(physician, record, note)

    def recorded_and_lost(route: Route) -> None:
        assert route.fetch().ok
        route.abort("connectionreset")

    physician.route("**/visits/new/full/", recorded_and_lost, times=1)
    save(physician).click()
    expect_status(physician, "unanswered")
    physician.wait_for_url(f"**{record}")
    assert notes(physician, record).count(note) == 1


def test_a_refused_form_shows_why_and_is_kept(
    physician: Page, records: dict[str, str], note: str
) -> None:
    begin(physician, records["SYN118-0023"], note)
    physician.fill("[name='pain.back']", "11")
    save(physician).click()
    expect(physician.get_by_role("alert")).to_contain_text("Not saved yet")
    physician.goto(records["SYN118-0023"] + "visits/new/full/")
    assert shown(physician) == note
    discard(physician)


@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without JavaScript"])
def test_a_session_that_ended_leads_to_the_sign_in_and_back(
    meant: Callable[..., BrowserContext], records: dict[str, str], note: str, scripts: bool
) -> None:
    record = records["SYN118-0024"]
    page = meant(java_script_enabled=scripts, **DESKTOP).new_page()
    enter(page, "physician")
    begin(page, record, note)
    page.context.clear_cookies(name="sessionid")
    save(page).click()
    page.wait_for_url("**/account/login/**")
    expect(page.get_by_text("kept as a draft for you")).to_be_visible()
    assert note not in page.content()
    page.fill("input[name=login]", "physician")
    page.fill("input[name=password]", "regain-demo-2026")
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{record}visits/new/full/")
    assert shown(page) == note
    save(page).click()
    page.wait_for_url(f"**{record}")
    assert notes(page, record).count(note) == 1


def test_another_user_of_the_same_browser_neither_sees_nor_opens_it(
    physician: Page, records: dict[str, str], note: str
) -> None:
    record = records["SYN118-0014"]
    begin(physician, record, note)
    expect_status(physician, "saved")
    physician.context.set_offline(True)
    physician.fill("[name=note]", note + " offline")
    expect_status(physician, "device")
    physician.goto("about:blank")
    physician.context.set_offline(False)
    physician.context.clear_cookies(name="sessionid")
    enter(physician, "therapist")
    for place in ("/patients/", record, record + "visits/new/full/"):
        physician.goto(place)
        physician.wait_for_load_state("networkidle")
        assert note not in physician.content()
        expect(physician.get_by_text("You began this on")).to_have_count(0)
    assert note not in on_device(physician)["text"]
    physician.get_by_role("button", name="Sign out").click()
    physician.wait_for_url("**/account/login/**")
    enter(physician, "physician")
    physician.goto(record + "visits/new/full/")
    expect(physician.locator("[name=note]")).to_have_value(note + " offline")
    discard(physician)


def test_signing_out_warns_of_what_would_be_lost_and_leaves_nothing(
    meant: Callable[..., BrowserContext], records: dict[str, str], note: str
) -> None:
    page = meant(**PHONE).new_page()
    enter(page, "physician")
    begin(page, records["SYN118-0015"], note)
    expect_status(page, "saved")
    page.context.set_offline(True)
    page.fill("[name=note]", note + " offline")
    expect_status(page, "device")
    asked: list[str] = []
    page.on("request", lambda r: r.url.endswith("/check/") and asked.append(r.post_data or ""))
    out = page.get_by_role("button", name="Sign out", exact=True)
    out.click()
    warning = page.get_by_role("dialog")
    expect(warning).to_contain_text("One entry that you typed on this device")
    expect(warning).to_contain_text("Drafts that were saved on the server stay")
    warning.get_by_role("button", name="Sign out and lose them").click()
    expect(warning).to_contain_text("you are still signed in and nothing was removed")
    warning.get_by_role("button", name="Stay signed in").click()
    assert on_device(page)["count"] == 1
    page.route("**/drafts/", lambda route: route.fulfill(status=503))
    page.context.set_offline(False)
    out.click()
    warning.get_by_role("button", name="Sign out and lose them").click()
    page.wait_for_url("**/account/login/**")
    assert not any("slip=" in body for body in asked), "a question would be kept as a draft"
    left = on_device(page)
    assert (left["count"], left["caches"]) == (0, 0)
    assert note not in left["text"]
    page.unroute("**/drafts/")
    enter(page, "physician")
    page.goto(records["SYN118-0015"] + "visits/new/full/")
    assert shown(page) == note, "the draft that the server had waits"
    discard(page)


def test_signing_out_with_nothing_unsent_asks_nothing(
    meant: Callable[..., BrowserContext],
) -> None:
    page = meant(**PHONE).new_page()
    enter(page, "physician")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/**")


def test_after_signing_out_in_another_tab_nothing_more_is_kept(
    meant: Callable[..., BrowserContext], records: dict[str, str], note: str
) -> None:
    page = meant(**DESKTOP).new_page()
    enter(page, "physician")
    begin(page, records["SYN118-0016"], note)
    expect_status(page, "saved")
    other = page.context.new_page()
    other.goto("/patients/")
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/account/login/**")
    expect_status(page, "left")
    page.fill("[name=note]", note + " after")
    page.wait_for_timeout(1_500)
    assert on_device(page)["count"] == 0
    enter(other, "physician")
    other.goto(records["SYN118-0016"] + "visits/new/full/")
    assert shown(other) == note
    discard(other)


def test_100_double_clicks_make_100_visits(
    physician: Page, records: dict[str, str], note: str
) -> None:
    """A few of them in the browser; 100 at the same instant in test_double_submit.py."""
    record = records["SYN118-0017"]
    for number in range(5):
        begin(physician, record, f"{note} {number}.")
        save(physician).dblclick()
        physician.wait_for_url(f"**{record}")
    found = notes(physician, record)
    assert [found.count(f"{note} {number}.") for number in range(5)] == [1] * 5
