"""Reminders on a phone: the page by thumb, and what its service worker shows of a push."""

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Worker, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import CONTRAST, RULES
from tests.support.reminders import AUTH, P256DH

PAGE = "/my/reminders/"
TARGET = 48
# a browser whose push service answers, as headless Chromium's does not
SUBSCRIPTION = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/browser-test",
    "keys": {"p256dh": P256DH, "auth": AUTH},
}
SUBSCRIBES = (
    f"const given = {json.dumps(SUBSCRIPTION)};"
    + """
  let made = null;
  const pushManager = {
    getSubscription: async () => made,
    subscribe: async (options) => {
      if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw options;
      made = { options, toJSON: () => given };
      return made;
    },
  };
  const registration = { pushManager };
  navigator.serviceWorker.getRegistration = async () => registration;
  Object.defineProperty(navigator.serviceWorker, "ready", { value: Promise.resolve(registration) });
  Notification.requestPermission = async () => "granted";
"""
)


@pytest.fixture
def page(page_of: Any) -> Page:
    opened: Page = page_of("caregiver", **PHONE)
    opened.goto(PAGE)
    return opened


@pytest.mark.parametrize("language", ["en", "ko"])
def test_anyone_can_use_it(page_of, language):
    page = page_of("caregiver", language=language, **PHONE)
    page.goto(PAGE)
    for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)
        assert Axe().run(page, options=rules).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_everything_is_large_enough_for_a_thumb(page):
    for control in page.locator("main .switch, main button, main input[type=email]").all():
        if control.is_visible():
            assert control.bounding_box()["height"] >= TARGET, control.inner_text()


def test_a_tap_on_the_words_switches_and_is_kept(page):
    before = page.get_by_label("The pills of the day").is_checked()
    for expected in (not before, before):
        page.get_by_text("The pills of the day").click()
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved.").wait_for()
        page.goto(PAGE)
        assert page.get_by_label("The pills of the day").is_checked() is expected


def test_without_a_script_it_is_all_there_but_the_phone(page_of):
    page = page_of("caregiver", java_script_enabled=False, **PHONE)
    page.goto(PAGE)
    assert "need JavaScript" in page.content()
    assert page.get_by_role("button", name="Show notices on this phone").count() == 0
    page.get_by_role("button", name="Send me a test").click()
    expect(page.get_by_text("A test").first).to_be_visible()


def test_a_browser_that_cannot_says_so_and_offers_nothing(page):
    page.get_by_text("This browser cannot show notices.").wait_for()
    assert not page.locator("[data-push-allow]").is_visible()


def test_a_phone_allows_notices_and_stops_them(page_of):
    page = page_of("caregiver", permissions=["notifications"], **PHONE)
    page.add_init_script(SUBSCRIBES)
    page.goto(PAGE)
    page.get_by_role("button", name="Show notices on this phone").click()
    page.get_by_text("1 phone or computer shows notices.").wait_for()
    assert page.get_by_role("checkbox", name="On your phone").is_checked()
    page.get_by_role("button", name="Stop on all phones").click()
    page.get_by_text("No more notices on any of your phones.").wait_for()
    assert page.get_by_role("checkbox", name="On your phone").count() == 0


@pytest.mark.parametrize("what", ["stop", "address"])
def test_a_link_that_is_over_says_what_to_do_to_anybody(page_of, what):
    page = page_of(None, **PHONE)
    page.goto(f"{PAGE}{what}/nonsense/")
    page.get_by_role("heading", name="This link no longer works").wait_for()
    assert Axe().run(page, options=RULES).response["violations"] == []


# --- the service worker's part -------------------------------------------------------------------


@pytest.fixture
def worker(page: Page, live: Any) -> tuple[Page, Any, Worker]:
    """The script alone, as a worker of its own."""
    context: BrowserContext = page.context
    context.grant_permissions(["notifications"], origin=live.url)
    devtools = context.new_cdp_session(page)
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        # the page has a worker of its own, of another folder
        lambda told: found.extend(
            one["registrationId"]
            for one in told["registrations"]
            if one["scopeURL"] == f"{live.url}/static/"
        ),
    )
    devtools.send("ServiceWorker.enable")
    names = json.loads((live.log.parent / "static" / "staticfiles.json").read_text())["paths"]
    with context.expect_event("serviceworker") as started:
        page.evaluate(
            """async (script) => {
                 const made = await navigator.serviceWorker.register(script);
                 await new Promise((done) => {
                   const one = made.installing ?? made.waiting ?? made.active;
                   const look = () => one.state === "activated" && done();
                   one.addEventListener("statechange", look);
                   look();
                 });
               }""",
            f"/static/{names['sw-push.js']}",
        )
    for _look in range(200):
        if found:
            break
        page.wait_for_timeout(50)

    def shown() -> list[dict[str, str]]:
        told: list[dict[str, str]] = started.value.evaluate(
            """async () => (await self.registration.getNotifications()).map(
                 ({ title, body, lang, tag }) => ({ title, body, lang, tag }))"""
        )
        return told

    def push(data: str) -> list[dict[str, str]]:
        """What is shown once that has changed."""
        before = shown()
        for look in range(400):
            # now and then the browser drops one; shown twice it is one notice
            if look % 80 == 0:
                devtools.send(
                    "ServiceWorker.deliverPushMessage",
                    {"origin": live.url, "registrationId": found[-1], "data": data},
                )
            if shown() != before:
                break
            page.wait_for_timeout(50)
        # another one would come with it
        page.wait_for_timeout(200)
        return shown()

    return page, push, started.value


def test_a_push_shows_its_words_and_nothing_else(worker):
    _page, push, _worker = worker
    text = "무언가 기다리고 있습니다. Regain을 여세요."
    data = json.dumps({"text": text, "language": "ko", "secret": "Ha Youngsook"})
    assert push(data.ljust(400)) == [
        {"title": "Regain", "body": text, "lang": "ko", "tag": "regain"}
    ]


@pytest.mark.parametrize("data", ["", "not json", "[]"])
def test_a_push_without_words_still_shows_something(worker, data):
    _page, push, _worker = worker
    assert [shown["title"] for shown in push(data)] == ["Regain"]


def test_many_pushes_are_one_notice(worker):
    _page, push, _worker = worker
    for number in range(3):
        shown = push(json.dumps({"text": f"notice {number}", "language": "en"}))
    assert [one["body"] for one in shown] == ["notice 2"]


def test_a_tap_opens_the_phones_pages(worker):
    _page, push, running = worker
    push(json.dumps({"text": "waits", "language": "en"}))
    opened = running.evaluate(
        """async () => {
             const [notification] = await self.registration.getNotifications();
             let opened = "";
             // only a person's tap may open a window
             const instead = {
               openWindow: async (to) => { opened = to; },
               matchAll: async () => [],
             };
             for (const [name, value] of Object.entries(instead)) {
               Object.defineProperty(self.clients, name, { value });
             }
             const event = new NotificationEvent("notificationclick", { notification });
             self.dispatchEvent(event);
             await new Promise((done) => setTimeout(done, 200));
             return [opened, (await self.registration.getNotifications()).length];
           }"""
    )
    assert opened == ["/my/", 0]
