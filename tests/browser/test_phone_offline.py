"""Nothing noted on the phone is lost or doubled: kills, failing servers, two tabs, wrong clocks."""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser import phone as on
from tests.browser.conftest import ARGUMENTS, PATIENCE_MS, PHONE
from tests.browser.test_drafts import kill
from tests.support import faulty
from tests.support.faulty import Faulty
from tests.support.serving import Serving


@pytest.fixture
def proxy(live: Serving) -> Iterator[Faulty]:
    with faulty.before(live.port) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of its own, whose requests may fail; an error of a script fails the test."""
    made = browser.new_context(**PHONE, locale="en-GB")
    made.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []
    made.on("weberror", lambda error: wrong.append(str(error.error)))
    yield made
    made.close()
    assert wrong == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def today(page: Page, proxy: Faulty) -> str:
    at = on.sign_in(page, proxy.url)
    on.controlled(page)
    return at


def only_pages_send(page: Page) -> None:
    """A phone has one clock: where that of its pages is turned, the worker's would stay right."""
    without = "delete globalThis.ServiceWorkerRegistration?.prototype.sync"
    page.context.add_init_script(without)
    page.evaluate(without)


def state(page: Page) -> Any:
    return page.locator("#home [data-queue] > li").first


@pytest.mark.parametrize(
    "kills",
    [pytest.param(4, id="4 kills"), pytest.param(100, id="100 kills", marks=pytest.mark.full)],
)
def test_killed_right_after_saved_nothing_is_lost_or_doubled(
    playwright: Playwright, chromium: str, live: Serving, tmp_path: Path, kills: int
) -> None:
    profile, said = tmp_path / "profile", on.fresh(kills, "killed")

    def start() -> BrowserContext:
        return playwright.chromium.launch_persistent_context(
            str(profile), executable_path=chromium, args=ARGUMENTS, **PHONE
        )

    today = ""
    for number, words in enumerate(said):
        context = start()
        page = context.new_page()
        today = on.sign_in(page, live.url)
        # every other one falls while the entry is on its way
        context.set_offline(number % 2 == 0)
        on.note(page, today, words)
        kill(profile)
        with contextlib.suppress(Exception):
            context.close()
    context = start()
    page = context.new_page()
    on.sign_in(page, live.url)
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, said) == sorted(said)
    context.close()


@pytest.mark.parametrize("fault", ["500", "503", "429", "drop"])
def test_a_failing_server_loses_and_doubles_nothing(
    page: Page, context: BrowserContext, proxy: Faulty, today: str, fault: str
) -> None:
    said = on.fresh(2, fault)
    proxy.fault = fault
    for words in said:
        on.note(page, today, words)
    expect(state(page)).to_have_attribute("data-state", "waiting")
    expect(state(page)).to_contain_text("Saved on this phone")
    page.reload()
    expect(page.locator("#home [data-queue] > li")).to_have_count(2)
    assert proxy.met >= 2
    proxy.fault = ""
    page.reload()
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, said) == sorted(said)
    expect(page.locator("[data-keep=log]")).to_contain_text(said[0])


def test_a_server_that_never_answers(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    [words] = on.fresh(1, "hang")
    proxy.fault, proxy.hang_seconds = "hang", 3
    on.note(page, today, words)
    expect(state(page)).to_have_attribute("data-state", "waiting")
    proxy.fault = ""
    page.reload()
    on.emptied(page, 60)
    assert on.words_at_the_clinic(context, today, [words]) == [words]


@pytest.mark.parametrize("status", ["403", "404", "409", "422"])
def test_what_is_refused_stays_in_sight_with_what_to_do(
    page: Page, context: BrowserContext, proxy: Faulty, today: str, status: str
) -> None:
    [words] = on.fresh(1, status)
    proxy.fault = status
    on.note(page, today, words)
    expect(state(page)).to_have_attribute("data-state", "refused")
    expect(state(page)).to_contain_text("Needs attention")
    page.reload()
    expect(state(page)).to_have_attribute("data-state", "refused")
    expect(page.locator("[data-attention]")).to_have_text("1")
    state(page).get_by_role("button", name="Show as text").click()
    expect(state(page).locator("[data-part=text]")).to_contain_text(words)
    page.goto(today + "entries/")
    expect(page.locator("[data-queue] > li")).to_contain_text(words)
    proxy.fault = ""
    page.get_by_role("button", name="Try again").click()
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, [words]) == [words]


def test_a_refused_entry_can_be_corrected(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    wrong, right = on.fresh(2, "corrected")
    proxy.fault = "422"
    on.note(page, today, wrong)
    expect(state(page)).to_have_attribute("data-state", "refused")
    happened = on.waiting(page)[0]["document"]["device_time"]
    proxy.fault = ""
    state(page).get_by_role("link", name="Correct").click()
    expect(page.locator("#note-words")).to_have_value(wrong)
    page.fill("#note-words", right)
    page.click("#note button[type=submit]")
    on.emptied(page)
    [row] = [one for one in on.at_the_clinic(context, today) if one.get("words") in (wrong, right)]
    assert row["words"] == right
    assert dt.datetime.fromisoformat(row["device_time"]) == dt.datetime.fromisoformat(happened)


def test_it_opens_and_records_without_a_network(
    page: Page, context: BrowserContext, today: str
) -> None:
    said = on.fresh(2, "offline")
    context.set_offline(True)
    page.goto(today.split("/my/")[0] + "/")
    expect(page.locator("#home")).to_be_visible()
    expect(page.locator(".phone__whose")).to_contain_text("Kim")
    expect(page.get_by_text("No connection.")).to_be_visible()
    for words in said:
        on.note(page, today, words)
    page.goto(today + "recovery/")
    expect(page.get_by_role("heading", name="This page needs a connection")).to_be_visible()
    page.goto(today + "entries/")
    expect(page.locator("[data-queue] > li")).to_have_count(2)
    expect(page.locator("[data-queue]")).to_contain_text("Saved on this phone")
    page.goto(today + "more/")
    expect(page.get_by_role("heading", name="More")).to_be_visible()
    context.set_offline(False)
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, said) == sorted(said)


def test_the_pages_in_the_cache_hold_nothing_personal(page: Page, today: str) -> None:
    on.note(page, today, "pages in the cache")
    page.goto(today)
    on.shells(page)
    text: str = page.evaluate(
        """async () => { const all = [];
        for (const name of await caches.keys()) { const cache = await caches.open(name);
          for (const key of await cache.keys()) all.push(await (await cache.match(key)).text()); }
        return all.join("\\n"); }"""
    )
    assert "data-say" in text
    name = page.locator(".phone__whose [data-keep]").inner_text()
    for secret in (name, "pages in the cache", "colecalciferol", "data-key="):
        assert secret not in text, secret


STORED = """async () => { const rows = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise(r => { const q = indexedDB.open(name); q.onsuccess = () => r(q.result); });
    for (const store of db.objectStoreNames) rows.push(...await new Promise(r => {
      const q = db.transaction(store).objectStore(store).getAll(); q.onsuccess = () => r(q.result); }));
    db.close(); }
  const pages = [];
  for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) pages.push(url);
  return { rows: rows.length, pages: pages.filter(u => !u.includes('/static/')),
           storage: localStorage.length + sessionStorage.length }; }"""  # noqa: E501
NOTHING = {"rows": 0, "pages": [], "storage": 0}


def test_signing_out_says_what_waits_and_leaves_nothing(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    said = on.fresh(2, "left behind")
    proxy.fault = "500"
    for words in said:
        on.note(page, today, words)
    page.goto(today + "more/")
    page.get_by_role("button", name="Sign out").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 entries")
    dialog.get_by_role("button", name="Stay signed in").click()
    assert len(on.waiting(page)) == 2
    page.get_by_role("button", name="Sign out").click()
    expect(dialog).to_be_visible()
    proxy.fault = ""
    dialog.get_by_role("button", name="Try to send first").click()
    page.wait_for_url("**/login/**")
    assert page.evaluate(STORED) == NOTHING
    on.sign_in(page, proxy.url)
    assert on.words_at_the_clinic(context, today, said) == sorted(said)


HOLDS_THE_PAGES = """() => new Promise(held => navigator.locks.request("regain-pages",
  () => new Promise(release => { window.letGo = release; held(); })))"""


def test_signing_out_leaves_no_page_before_everything_is_gone(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    other = context.new_page()
    other.goto(f"{proxy.url}/my/session/")  # no page of ours
    other.evaluate(HOLDS_THE_PAGES)
    page.goto(today + "more/")
    with page.expect_response("**/account/logout/"):
        page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(1500)
    assert page.url.endswith("/more/")
    other.evaluate("() => window.letGo()")
    page.wait_for_url("**/login/**")
    assert page.evaluate(STORED) == NOTHING


def test_signing_out_and_losing_them_leaves_nothing_either(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    [words] = on.fresh(1, "given up")
    proxy.fault = "500"
    on.note(page, today, words)
    other = context.new_page()
    other.goto(today)
    page.goto(today + "more/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign out and lose them").click()
    page.wait_for_url("**/login/**")
    other.wait_for_url("**/login/**")
    assert page.evaluate(STORED) == NOTHING
    proxy.fault = ""
    on.sign_in(page, proxy.url)
    assert on.waiting(page) == []
    assert on.words_at_the_clinic(context, today, [words]) == []


def invited(patient: Page, today: str) -> str:
    """The code with which somebody joins who sees and reports."""
    patient.goto(f"{today}people/")
    patient.locator("details", has_text="Invite someone").evaluate("one => { one.open = true }")
    patient.get_by_label("What you call this person").fill("Mina, neighbour")
    patient.get_by_label("See how it goes, and report").check()
    patient.get_by_role("button", name="Make the invitation").click()
    return patient.locator(".code").inner_text()


def test_a_caregiver_whose_access_ended_keeps_nothing_but_what_is_unsent(
    page: Page, browser: Browser, live: Serving, page_of: Any
) -> None:
    clinic = page_of("physician")
    patient = page_of("patient", **PHONE)
    today = on.sign_in(patient, live.url)
    number = today.rstrip("/").rsplit("/", 1)[-1]
    clinic.goto(f"{live.url}/patients/{number}/invitations/")
    words_of_clinic = clinic.locator("main").inner_text().replace("\n", " ")
    page.goto(f"{live.url}/join/")
    page.get_by_label("The code on your sheet").fill(invited(patient, today))
    page.get_by_role("button", name="Go on").click()
    year = re.search(r"Born (\d{4})", words_of_clinic)
    assert year
    page.get_by_label("In which year was the patient born?").fill(year[1])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/my/sign-in/")
    page.goto(today)
    on.controlled(page)
    assert page.evaluate(STORED)["rows"] > 1
    page.context.set_offline(True)
    [words] = on.fresh(1, "after the end")
    on.note(page, today, words)

    patient.goto(f"{today}people/")
    section = patient.locator("section.card", has_text="Mina, neighbour")
    section.locator("details").evaluate("one => { one.open = true }")
    section.get_by_role("button").click()

    page.context.set_offline(False)
    page.goto(today)
    assert page.locator("#home").count() == 0
    page.context.set_offline(True)
    with contextlib.suppress(Exception):
        page.goto(today)
    assert page.locator("#home").count() == 0
    page.context.set_offline(False)
    page.goto(f"{live.url}/my/")
    # what tells that there is no network is about nobody
    kept_pages = page.evaluate(STORED)["pages"]
    assert [url for url in kept_pages if not url.endswith("/my/no-network/")] == []
    # the key of who is signed in, and the entry
    kept = page.evaluate(
        "async () => (await Regain.device.mine('kept', await Regain.device.who()))"
    )
    assert [one for one in kept if number in one["id"]] == []
    assert [one["said"] for one in on.waiting(page)] == [f"In your own words, {words}"]


def test_an_ended_session_keeps_entries_for_their_author_alone(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    [words] = on.fresh(1, "session")
    open_tab = page
    context.clear_cookies()
    on.note(open_tab, today, words)
    expect(open_tab.get_by_role("link", name="Sign in to send")).to_be_visible()
    assert [one["state"] for one in on.waiting(open_tab)] == ["waiting"]
    on.sign_in(page, proxy.url, "caregiver")
    assert on.waiting(page) == [], "another person cannot read them"
    page.wait_for_timeout(1_500)
    assert on.words_at_the_clinic(context, today, [words]) == []
    context.clear_cookies()
    on.sign_in(page, proxy.url, "patient")
    on.emptied(page)
    [row] = [one for one in on.at_the_clinic(context, today) if one.get("words") == words]
    assert row["reporter"] == "patient"


def test_a_session_that_changes_between_looking_and_sending(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    """The token belongs to one session: nothing goes out under another person's name."""
    [words] = on.fresh(1, "crossed")
    other = context.new_page()
    answered: list[str] = []

    def cross(route: Any) -> None:
        answer = route.fetch()
        if not answered:
            context.clear_cookies()
            on.sign_in(other, proxy.url, "caregiver")
        answered.append(answer.text())
        route.fulfill(response=answer)

    page.route("**/my/session/", cross)
    on.note(page, today, words)
    for _ in range(200):
        if answered:
            break
        page.wait_for_timeout(200)
    assert '"user": "' in answered[0]
    expect(page.get_by_role("link", name="Sign in to send")).to_be_visible()
    assert on.words_at_the_clinic(context, today, [words]) == []
    page.unroute_all()


def test_two_tabs_send_each_entry_once(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    said = on.fresh(6, "tabs")
    proxy.fault = "500"
    second = context.new_page()
    second.goto(today)
    for number, words in enumerate(said):
        on.note((page, second)[number % 2], today, words)
    for tab in (page, second):
        expect(tab.locator("#home [data-queue] > li")).to_have_count(6)
    proxy.fault = ""
    for tab in (page, second):
        tab.evaluate("() => { Regain.shell.send() }")
    on.emptied(page)
    assert on.waiting(second) == []
    assert on.words_at_the_clinic(context, today, said) == sorted(said)


def test_taken_back_before_and_after_sending(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    before, after = on.fresh(2, "undone")
    context.set_offline(True)
    on.note(page, today, before)
    take_back(page)
    expect(page.locator("[data-status]")).to_contain_text(f"{before}: Taken back.")
    expect(page.locator("#home [data-queue] > li")).to_have_count(0)
    context.set_offline(False)
    on.note(page, today, after)
    sent = page.locator("[data-keep=log] li", has_text=after)
    sent.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert on.words_at_the_clinic(context, today, [before, after]) == []


def take_back(page: Page) -> None:
    state(page).get_by_role("button", name="Undo").click()


def arrives(context: BrowserContext, today: str, words: str) -> None:
    """The clinic has it, whatever the phone has heard."""
    for _ in range(150):
        if on.words_at_the_clinic(context, today, [words]):
            return
        context.pages[0].wait_for_timeout(200)
    raise AssertionError(words)


def on_its_way(page: Page, proxy: Faulty, today: str, words: str, fault: str = "hold") -> None:
    """Said and tried, and held between the phone and the server, or failed there."""
    proxy.fault = fault
    on.note(page, today, words)
    for _ in range(150):
        if proxy.met:
            return
        page.wait_for_timeout(200)
    raise AssertionError("not sent")


def unheard(page: Page, context: BrowserContext, proxy: Faulty, today: str, words: str) -> None:
    """The clinic has it, and the phone has heard of nothing."""
    proxy.fault = "drop"
    on.note(page, today, words)
    arrives(context, today, words)
    # where an answer is lost the browser may repeat the request by itself: that is lost as well
    page.evaluate("() => navigator.locks.request('regain-queue', () => {})")


def being_taken_back(page: Page) -> None:
    expect(state(page)).to_have_attribute("data-state", "undone")
    expect(state(page)).to_contain_text("Being taken back")
    expect(page.locator("#home [data-queue]").get_by_role("button", name="Undo")).to_have_count(0)


def test_taken_back_while_it_is_sent(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    [words] = on.fresh(1, "on its way")
    on_its_way(page, proxy, today, words)
    take_back(page)
    being_taken_back(page)
    proxy.fault = ""
    proxy.let_go.set()
    expect(page.locator("[data-status]")).to_contain_text(f"{words}: Taken back.")
    on.emptied(page)
    assert [method for method, _ in proxy.written] == ["POST", "PATCH"]
    assert on.words_at_the_clinic(context, today, [words]) == []
    expect(page.locator("#home")).not_to_contain_text(words)


def test_taken_back_in_another_tab_while_it_is_sent(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    [words] = on.fresh(1, "two tabs, undone")
    second = context.new_page()
    second.goto(today)
    on_its_way(page, proxy, today, words)
    take_back(second)
    for tab in (page, second):
        being_taken_back(tab)
    proxy.fault = ""
    proxy.let_go.set()
    for tab in (page, second):
        on.emptied(tab)
        expect(tab.locator("#home")).not_to_contain_text(words)
    assert [method for method, _ in proxy.written] == ["POST", "PATCH"]
    assert on.words_at_the_clinic(context, today, [words]) == []


def test_taken_back_when_the_answer_was_lost(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    """Also the answer that it is taken back."""
    [words] = on.fresh(1, "answer lost")
    unheard(page, context, proxy, today, words)
    take_back(page)
    being_taken_back(page)
    page.reload()
    being_taken_back(page)
    expect(page.locator("[data-keep=log]").get_by_text(words)).to_be_hidden()
    proxy.fault = ""
    page.reload()
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, [words]) == []


def test_killed_before_the_clinic_has_heard_that_it_is_taken_back(
    playwright: Playwright, chromium: str, proxy: Faulty, tmp_path: Path
) -> None:
    profile, [words] = tmp_path / "profile", on.fresh(1, "undone and killed")

    def start() -> BrowserContext:
        return playwright.chromium.launch_persistent_context(
            str(profile), executable_path=chromium, args=ARGUMENTS, **PHONE
        )

    context = start()
    page = context.new_page()
    today = on.sign_in(page, proxy.url)
    unheard(page, context, proxy, today, words)
    context.set_offline(True)
    take_back(page)
    being_taken_back(page)
    kill(profile)
    with contextlib.suppress(Exception):
        context.close()
    proxy.fault = ""
    context = start()
    page = context.new_page()
    on.sign_in(page, proxy.url)
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, [words]) == []
    context.close()


def test_taken_back_before_it_arrives(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    """Given up by the phone, it may still come: that it is not there proves nothing yet."""
    [words] = on.fresh(1, "late")
    only_pages_send(page)
    context.clock.set_fixed_time(dt.datetime.now())
    on_its_way(page, proxy, today, words)
    take_back(page)
    being_taken_back(page)
    page.close()
    proxy.fault = ""
    page = context.new_page()
    page.goto(today)
    for _ in range(3):
        assert page.evaluate("() => Regain.queue.send()") == "later"
    being_taken_back(page)
    proxy.let_go.set()
    arrives(context, today, words)
    page.evaluate("() => Regain.queue.send()")
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, [words]) == []


def test_taken_back_and_never_arrived(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    [words] = on.fresh(1, "never arrived")
    only_pages_send(page)
    context.clock.set_fixed_time(dt.datetime.now())
    on_its_way(page, proxy, today, words, "500")
    take_back(page)
    being_taken_back(page)
    proxy.fault = ""
    assert page.evaluate("() => Regain.queue.send()") == "later"
    context.clock.set_fixed_time(dt.datetime.now() + dt.timedelta(minutes=5))
    # or the record is closed to its author by now: then it may be there
    closed = re.compile(r"/diary/\?limit=1$")
    page.route(closed, lambda route: route.fulfill(status=404, json={"code": "not_found"}))
    page.evaluate("() => Regain.queue.send()")
    expect(state(page)).to_have_attribute("data-state", "kept")
    page.unroute(closed)
    state(page).get_by_role("button", name="Try again").click()
    on.emptied(page)
    assert [method for method, _ in proxy.written if method == "POST"] == []
    assert on.words_at_the_clinic(context, today, [words]) == []


def test_what_the_clinic_does_not_take_back_is_said(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    said = on.fresh(2, "kept")
    for words in said:
        proxy.met = 0
        proxy.let_go.clear()
        on_its_way(page, proxy, today, words)
        take_back(page)
        proxy.fault = "422"
        proxy.let_go.set()
        expect(state(page)).to_have_attribute("data-state", "kept")
    page.reload()
    expect(state(page)).to_contain_text("Not taken back")
    expect(state(page)).to_contain_text("the clinic may have read it")
    expect(page.locator("[data-attention]")).to_have_text("2")
    assert on.words_at_the_clinic(context, today, said) == sorted(said)
    proxy.fault = ""
    page.get_by_role("button", name=f"I have read it: In your own words, {said[0]}").click()
    expect(page.locator("[data-keep=log] li", has_text=said[0])).to_be_visible()
    state(page).get_by_role("button", name="Try again").click()
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, said) == [said[0]]


def test_a_refused_entry_that_had_arrived_is_corrected(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    wrong, right = said = on.fresh(2, "arrived and corrected")
    unheard(page, context, proxy, today, wrong)
    proxy.fault = "422"
    page.evaluate("() => Regain.queue.send()")
    expect(state(page)).to_have_attribute("data-state", "refused")
    proxy.fault = ""
    state(page).get_by_role("link", name="Correct").click()
    expect(page.locator("#note-words")).to_have_value(wrong)
    page.fill("#note-words", right)
    page.click("#note button[type=submit]")
    on.emptied(page)
    assert on.words_at_the_clinic(context, today, said) == [right]


def test_an_entry_that_changes_while_it_is_corrected_is_taken_back_all_the_same(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    """As another tab does that tries it again just then: sealed anew, it is another row."""
    proxy.fault = "500"
    left = page.evaluate(
        """async (patient) => {
            const note = (words) => ({ patient, whose: "", said: words, kind: "note",
                                       document: { words }, reason: "Corrected." });
            const wrong = await Regain.queue.add(note("wrong"));
            await new Promise((later) => setTimeout(later, 1000)); // the page has read it
            const decrypt = crypto.subtle.decrypt.bind(crypto.subtle);
            crypto.subtle.decrypt = async (...given) => {
                crypto.subtle.decrypt = decrypt;
                const read = await decrypt(...given);
                await Regain.queue.retry(wrong.id);
                return read;
            };
            await Regain.queue.add({ ...note("right"), replaces: wrong.id });
            return (await Regain.queue.mine()).map((one) => [one.document.words, one.state]);
        }""",
        today.rstrip("/").rsplit("/", 1)[-1],
    )
    assert left == [["right", "waiting"]]


def test_entries_are_in_the_order_of_time_on_a_journey_too(
    page: Page, proxy: Faulty, today: str
) -> None:
    proxy.fault = "500"
    told = page.evaluate(
        """async (patient) => {
            for (const [words, device_time] of [
                ["in London", "2026-03-01T15:00:00.000+00:00"],
                ["half an hour before, in Seoul", "2026-03-01T23:30:00.000+09:00"],
            ]) {
                const document = { words, device_time };
                await Regain.queue.add({ patient, whose: "", said: words, kind: "note", document });
            }
            return (await Regain.queue.mine()).map(({ said }) => said);
        }""",
        today.rstrip("/").rsplit("/", 1)[-1],
    )
    assert told == ["half an hour before, in Seoul", "in London"]


def test_what_was_taken_back_goes_before_what_is_new_and_after_a_warning_sign(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    old, new = on.fresh(2, "in order")
    unheard(page, context, proxy, today, old)
    context.set_offline(True)
    take_back(page)
    on.note(page, today, new)
    page.evaluate(
        """patient => Regain.queue.add({ patient, whose: "", said: "Fever", kind: "red_flag",
                                          document: { sign: "fever" } })""",
        today.rstrip("/").rsplit("/", 1)[-1],
    )
    proxy.fault = ""
    proxy.written.clear()
    context.set_offline(False)
    on.emptied(page)
    assert [(method, sent.get("kind")) for method, sent in proxy.written] == [
        ("POST", "red_flag"),
        ("PATCH", None),
        ("POST", "note"),
    ]


def test_taken_back_only_in_the_session_of_its_author(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    [words] = on.fresh(1, "undone and signed out")
    unheard(page, context, proxy, today, words)
    context.clear_cookies()
    take_back(page)
    being_taken_back(page)
    expect(page.get_by_role("link", name="Sign in to send")).to_be_visible()
    proxy.fault = ""
    proxy.written.clear()
    on.sign_in(page, proxy.url, "caregiver")
    assert on.waiting(page) == []
    page.evaluate("() => Regain.queue.send()")
    context.clear_cookies()
    assert proxy.written == []
    on.sign_in(page, proxy.url)
    on.emptied(page)
    assert {method for method, _ in proxy.written} == {"PATCH"}
    assert on.words_at_the_clinic(context, today, [words]) == []


def test_signing_out_says_what_is_not_taken_back_yet(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    gone, waits = on.fresh(2, "undone at the end")
    unheard(page, context, proxy, today, gone)
    take_back(page)
    being_taken_back(page)
    proxy.fault = "500"
    page.goto(today + "more/")
    page.get_by_role("button", name="Sign out").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("One entry that you took back")
    expect(dialog.get_by_text("could not be sent")).to_be_hidden()
    page.goto(today)
    on.note(page, today, waits)
    page.goto(today + "more/")
    page.get_by_role("button", name="Sign out").click()
    expect(dialog.get_by_text("could not be sent")).to_contain_text("One entry")
    expect(dialog).to_contain_text("One entry that you took back")
    expect(dialog.get_by_role("button", name="Sign out all the same")).to_be_visible()
    proxy.fault = ""
    dialog.get_by_role("button", name="Try to send first").click()
    page.wait_for_url("**/login/**")
    assert page.evaluate(STORED) == NOTHING
    on.sign_in(page, proxy.url)
    assert on.words_at_the_clinic(context, today, [gone, waits]) == [waits]


CLOCK = """shift => { const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + shift); }
    static now() { return Real.now() + shift; } }; }"""


@pytest.mark.parametrize("days", [-400, 9], ids=["a year behind", "nine days ahead"])
def test_a_wrong_clock_is_put_right(
    page: Page, context: BrowserContext, today: str, days: int
) -> None:
    [words] = on.fresh(1, f"clock {days}")
    only_pages_send(page)
    page.add_init_script(f"({CLOCK})({days * 86_400_000})")
    context.set_offline(True)
    page.goto(today)
    on.note(page, today, words)
    context.set_offline(False)
    on.emptied(page)
    _is_now(context, today, words)


def test_a_changed_time_zone_moves_nothing(page: Page, context: BrowserContext, today: str) -> None:
    [words] = on.fresh(1, "zone")
    zone = context.new_cdp_session(page)
    zone.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Seoul"})
    context.set_offline(True)
    on.note(page, today, words)
    assert on.waiting(page)[0]["document"]["device_time"].endswith("+09:00")
    for name in ("", "America/St_Johns"):
        zone.send("Emulation.setTimezoneOverride", {"timezoneId": name})
    context.set_offline(False)
    on.emptied(page)
    _is_now(context, today, words)


def _is_now(context: BrowserContext, today: str, words: str) -> None:
    [row] = [one for one in on.at_the_clinic(context, today) if one.get("words") == words]
    off = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(row["occurred_at"])
    assert abs(off) < dt.timedelta(minutes=3)


def test_entries_about_two_people_are_never_mixed(
    page: Page, context: BrowserContext, proxy: Faulty, today: str
) -> None:
    """Each goes to the person it was made about; one whose pages are closed stays in sight."""
    [mine, other] = on.fresh(2, "two people")
    proxy.fault = "500"
    on.note(page, today, mine)
    page.evaluate(
        """said => Regain.queue.add({ patient: crypto.randomUUID(), whose: "Somebody Else",
             kind: "note", document: { words: said }, said })""",
        other,
    )
    expect(page.locator("#home [data-queue]")).not_to_contain_text(other)
    proxy.fault = ""
    page.evaluate("() => { Regain.shell.send() }")
    expect(page.locator("[data-keep=log]")).to_contain_text(mine)
    page.goto(today + "entries/")
    expect(page.locator("[data-queue] > li")).to_contain_text(f"Somebody Else: {other}")
    expect(page.locator("[data-queue] > li")).to_have_attribute("data-state", "refused")
    assert on.words_at_the_clinic(context, today, [mine, other]) == [mine]
