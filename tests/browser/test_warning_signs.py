"""Warning signs on a phone: the advice at the tap, with and without a network, and what is said of
the clinic's knowledge."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser import phone as on
from tests.browser.conftest import DESKTOP, PATIENCE_MS, PHONE, enter
from tests.browser.test_accessibility import CONTRAST, RULES
from tests.support.serving import Serving

UNKNOWN = "The clinic does not know yet."
TOLD = re.compile(r"Your clinic has been told at (\d{4}-\d\d-\d\d )?\d\d:\d\d\.")
SIGNS = ["new_weakness", "saddle_numbness", "cannot_pass_urine", "new_leaking", "pain_both_legs",
         "fever", "wound_leak", "headache_sitting_up", "fall_new_pain", "calf_swelling",
         "chest_pain_breathless", "self_harm"]  # fmt: skip


@pytest.fixture
def phones(browser: Browser, live: Serving) -> Iterator[Callable[..., BrowserContext]]:
    """Phones whose requests may fail; an error of a script fails the test."""
    made: list[BrowserContext] = []
    wrong: list[str] = []

    def make(**options: object) -> BrowserContext:
        given = PHONE | {"base_url": live.url, "locale": "en-GB"} | options
        context = browser.new_context(**given)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert wrong == []


def opened(context: BrowserContext, who: str = "patient") -> Page:
    """The page of warning signs of whoever the signed-in person is about."""
    page = context.new_page()
    page.goto(on.sign_in(page, "", who) + "signs/")
    return page


def kept(page: Page) -> None:
    """The phone can open the page without a network."""
    found = "async () => !!(await caches.match(location.pathname, {cacheName: 'regain-pages'}))"
    for _ in range(200):
        if page.evaluate(found) and page.evaluate("() => !!navigator.serviceWorker.controller"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the phone does not keep the page")


def tap(page: Page, sign: str) -> None:
    if not page.locator("#signs").is_visible():
        page.locator(".signs__advice:visible a[href='#signs']").click()
    page.locator(f"button[name=sign][value={sign}]").click()


def state(page: Page, sign: str):  # type: ignore[no-untyped-def]
    return page.locator(f"[data-sign={sign}]")


def test_one_tap_shows_the_advice_and_tells_the_clinic(
    phones: Callable[..., BrowserContext],
) -> None:
    page = opened(phones())
    expect(page.locator("button[name=sign]:visible")).to_have_count(12)
    tap(page, "new_weakness")
    expect(page.locator("#new_weakness")).to_be_visible()
    expect(page.locator("#signs")).to_be_hidden()
    expect(page.locator("#new_weakness a.signs__call").first).to_have_attribute(
        "href", "tel:020000000"
    )
    expect(state(page, "new_weakness")).to_contain_text(TOLD)
    expect(state(page, "new_weakness")).to_contain_text("They may not see it at once: call.")
    tap(page, "fever")
    expect(page.locator("#fever")).to_be_visible()
    expect(page.locator("#new_weakness")).to_be_hidden()
    expect(state(page, "fever")).to_contain_text(TOLD)
    page.go_back()
    page.reload()
    expect(state(page, "new_weakness")).to_contain_text(TOLD)


def test_the_advice_does_not_wait_for_an_answer_nor_one_sign_for_another(
    phones: Callable[..., BrowserContext],
) -> None:
    context = phones(service_workers="block")  # whose requests no route would meet
    page = opened(context)
    held: list[Route] = []
    answering = False

    def hold(route: Route) -> None:
        if answering:
            route.continue_()
        else:
            held.append(route)

    context.route("**/diary/", hold)
    for sign in ("wound_leak", "calf_swelling"):
        tap(page, sign)
        expect(page.locator(f"#{sign}")).to_be_visible()
        expect(state(page, sign)).to_contain_text("saved on this phone")
        expect(state(page, sign)).to_contain_text(UNKNOWN)
    assert len(page.evaluate("() => Regain.queue.mine()")) == 2
    answering = True
    for route in held:
        route.continue_()
    for sign in ("wound_leak", "calf_swelling"):
        expect(state(page, sign)).to_contain_text(TOLD)


def test_without_a_network_the_advice_is_there_and_the_clinic_is_told_later(
    phones: Callable[..., BrowserContext],
) -> None:
    context = phones()
    page = opened(context)
    kept(page)
    context.set_offline(True)
    page.goto(page.url.split("#")[0])
    for sign in ("cannot_pass_urine", "self_harm"):
        tap(page, sign)
        expect(page.locator(f"#{sign}")).to_be_visible()
        expect(page.locator(f"#{sign} a.signs__call").first).to_be_visible()
        expect(state(page, sign)).to_contain_text(UNKNOWN)
        expect(state(page, sign)).to_contain_text("saved on this phone")
    # closed and opened again, still without a network
    page.close()
    page = context.new_page()
    page.goto("/my/")
    page.goto(page.url.split("#")[0] + "signs/#self_harm")
    expect(page.locator("#self_harm .signs__first")).to_have_text("Call the crisis line now.")
    expect(state(page, "self_harm")).to_contain_text("saved on this phone")
    expect(state(page, "fever")).not_to_contain_text("saved on this phone")
    context.set_offline(False)
    page.evaluate("() => Regain.queue.send()")
    expect(state(page, "self_harm")).to_contain_text(TOLD)
    expect(state(page, "self_harm")).not_to_contain_text(UNKNOWN)


def test_a_server_that_fails_never_counts_as_told(phones: Callable[..., BrowserContext]) -> None:
    context = phones(service_workers="block")  # whose requests no route would meet
    page = opened(context)
    before = state(page, "headache_sitting_up").inner_text()
    assert UNKNOWN in before
    context.route("**/diary/", lambda route: route.fulfill(status=500, body="no"))
    tap(page, "headache_sitting_up")
    expect(state(page, "headache_sitting_up")).to_contain_text("saved on this phone")
    page.wait_for_timeout(500)
    expect(state(page, "headache_sitting_up")).to_contain_text(UNKNOWN)
    context.unroute("**/diary/")
    context.route("**/diary/", lambda route: route.fulfill(status=422, json={"errors": []}))
    page.evaluate("() => Regain.queue.send()")
    expect(state(page, "headache_sitting_up")).to_contain_text("tell the clinic by telephone")
    expect(state(page, "headache_sitting_up")).to_contain_text(UNKNOWN)


def test_a_phone_that_can_keep_nothing_tells_the_clinic_directly(
    phones: Callable[..., BrowserContext],
) -> None:
    page = opened(phones())
    page.evaluate("() => { Regain.queue.add = () => Promise.reject(new Error('full')) }")
    tap(page, "pain_both_legs")
    expect(page.locator("#pain_both_legs")).to_be_visible()
    expect(state(page, "pain_both_legs")).to_contain_text(TOLD)


def test_without_javascript(phones: Callable[..., BrowserContext]) -> None:
    page = opened(phones(java_script_enabled=False))
    tap(page, "saddle_numbness")
    expect(page.locator("#saddle_numbness")).to_be_visible()
    expect(page.locator("#signs")).to_be_hidden()
    expect(state(page, "saddle_numbness")).to_contain_text(TOLD)


def test_the_clinic_sees_it_first_and_its_answer_is_told(
    phones: Callable[..., BrowserContext],
) -> None:
    page = opened(phones())
    tap(page, "chest_pain_breathless")
    expect(state(page, "chest_pain_breathless")).to_contain_text(TOLD)
    record = page.url.split("/my/")[1].split("/")[0]
    clinic = phones(**DESKTOP).new_page()
    enter(clinic, "physician")
    clinic.goto("/today/")
    row = clinic.locator("main").get_by_text("Reported by the patient, not examined").first
    expect(row).to_be_visible()
    clinic.goto(f"/patients/{record}/alerts/")
    alert = clinic.locator("article.alert", has_text="Reported: chest pain or breathlessness").first
    expect(alert).to_contain_text("Reported by the patient, not examined")
    expect(alert).to_contain_text("reached the clinic")
    alert.locator("input[name=note]").fill("Called: comes to the emergency department")
    alert.get_by_role("button").click()
    page.reload()
    expect(state(page, "chest_pain_breathless")).to_contain_text(
        "Someone at the clinic has seen it"
    )
    expect(page.locator("main")).not_to_contain_text("emergency department")


# --- for every eye and thumb ----------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_violation_and_nothing_too_small(
    phones: Callable[..., BrowserContext], live: Serving, language: str
) -> None:
    context = phones()
    page = opened(context)
    context.add_cookies([{"name": "django_language", "value": language, "url": live.url}])
    for place in ("", "#new_weakness", "#self_harm"):
        page.goto(page.url.split("#")[0] + place)
        page.reload()
        for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=rules).response["violations"]
            assert found == [], [(one["id"], [n["html"] for n in one["nodes"]]) for one in found]
        small = page.evaluate(
            """() => [...document.querySelectorAll('main a, main button')]
                .filter(e => e.offsetParent && e.getBoundingClientRect().height < 48)
                .map(e => e.outerHTML)"""
        )
        assert small == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_scrolls_sideways(
    phones: Callable[..., BrowserContext], device: dict[str, object]
) -> None:
    page = opened(phones(**device))
    for place in ("", *SIGNS):
        page.goto(f"{page.url.split('#')[0]}#{place}")
        for size in (100, 200):
            page.evaluate(f"document.documentElement.style.fontSize = '{size * 1.125}%'")
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (place, size)
