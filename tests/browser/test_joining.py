"""A patient joins on a phone by the code of the clinic, adds a passkey, and comes back with it.

On localhost: a browser makes passkeys for a name, not for 127.0.0.1.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.conftest import PATIENCE_MS, PHONE, Watch
from tests.browser.test_accessibility import RULES, SIDEWAYS
from tests.support.serving import Serving

PERSON = "SYN118-0009"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SIGN_IN = re.compile("/account/login/")


@pytest.fixture
def own_phone(browser: Browser, live: Serving) -> Iterator[BrowserContext]:
    """A phone of nobody yet; what its pages complain of fails the test."""
    here = live.url.replace("127.0.0.1", "localhost")
    watch = Watch(here)
    context = browser.new_context(base_url=here, locale="en-GB", **PHONE)
    context.set_default_timeout(PATIENCE_MS)
    context.on("page", watch.page)
    context.on("request", watch.request)
    context.on("response", watch.response)
    yield context
    context.close()
    assert watch.complaints == []


def keeps_the_rules(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found] == []
    assert page.evaluate(SIDEWAYS) == []


def small(page: Page) -> list[str]:
    """What one can tap in the page itself that is lower than 48 px."""
    return page.evaluate(
        "[...document.querySelectorAll('main button, main a.button, main summary, main input')]"
        ".filter(e => e.type !== 'radio' && e.checkVisibility())"
        ".filter(e => e.getBoundingClientRect().height < 47.5).map(e => e.outerHTML.slice(0, 120))"
    )


def invite(page: Page, address: str) -> tuple[str, str]:
    """The code the clinic shows, and the patient's birth year."""
    page.goto(f"{address}invitations/")
    year = re.search(r"Born (\d{4})", page.locator("main").inner_text().replace("\n", " "))[1]
    keeps_the_rules(page)
    page.get_by_role("button", name="Make the patient's invitation").click()
    code = page.locator(".code").inner_text()
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", code)
    keeps_the_rules(page)
    return code, year


def join(page: Page, code: str, year: str) -> None:
    page.goto("/join/")
    keeps_the_rules(page)
    assert small(page) == []
    page.get_by_label("The code on your sheet").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Go on").click()
    keeps_the_rules(page)
    assert small(page) == []
    page.get_by_label("In which year was the patient born?").fill("1900")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("do not open anything")
    keeps_the_rules(page)
    page.get_by_label("In which year was the patient born?").fill(year)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/my/sign-in/")


def test_a_patient_joins_adds_a_passkey_and_comes_back_with_it(
    own_phone: BrowserContext,
    page_of: Callable[..., Page],
    records: dict[str, str],
    live: Serving,
) -> None:
    code, year = invite(page_of("physician"), records[PERSON])
    page = own_phone.new_page()
    devtools = own_phone.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    join(page, code, year)
    keeps_the_rules(page)
    assert small(page) == []

    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").last).to_contain_text("The passkey is saved")
    keeps_the_rules(page)
    page.get_by_role("link", name="Go on to Regain").click()
    page.wait_for_url(re.compile("/my/[0-9a-f-]{36}/"))
    own = page.url

    page.goto("/account/logout/")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(SIGN_IN)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(own)
    assert page.goto("/my/sign-in/").status == 200
    assert code not in live.output()


def test_the_patient_invites_someone_on_the_phone(page_of: Callable[..., Page]) -> None:
    page = page_of("patient", **PHONE)
    page.goto("/my/")
    page.wait_for_url(re.compile("/my/[0-9a-f-]{36}/"))
    page.goto(f"{page.url}people/")
    keeps_the_rules(page)
    assert small(page) == []
    page.get_by_label("What you call this person").fill("Bo, neighbour")
    page.get_by_label("See how it goes", exact=True).check()
    page.get_by_role("button", name="Make the invitation").click()
    expect(page.locator(".code")).to_be_visible()
    keeps_the_rules(page)
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="Take the invitation back").click()
    expect(page.get_by_text("Bo, neighbour")).to_have_count(0)


def test_the_secret_of_a_link_stays_out_of_every_address_and_log(
    own_phone: BrowserContext, live: Serving
) -> None:
    secret = "canary-AbCdEfGh_123456"
    page, seen = own_phone.new_page(), []

    def look(request: Request) -> None:
        seen.append(request.url + str(request.all_headers()))

    page.on("request", look)
    page.goto(f"/join/#{secret}")
    page.get_by_label("In which year was the patient born?").fill("1947")
    assert secret not in page.url
    assert secret not in str(page.evaluate("[document.referrer, history.length, location.href]"))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("do not open anything")
    assert secret not in page.url
    assert seen
    assert secret not in "".join(seen)
    assert secret not in live.output()
