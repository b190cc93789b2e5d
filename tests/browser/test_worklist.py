"""A morning: from what needs attention to the step, in one tap; an attempt to reach in two."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

Pages = Callable[..., Page]


def test_one_tap_leads_to_the_visit_that_is_overdue(page_of: Pages) -> None:
    page = page_of("physician", **PHONE)
    page.goto("/")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    # a dose may be overdue as well: the first whose visit is
    visit = page.get_by_role("link", name="Record this visit")
    row = page.locator(".work__row", has_text="Overdue").filter(has=visit).first
    who = row.locator(".work__who strong").inner_text()
    row.get_by_role("link", name="Record this visit").click()
    expect(page.locator("main")).to_contain_text(who)
    kind = re.search(r"kind=(\w+)", page.url)[1]
    expect(page.locator("[name=kind]")).to_have_value(kind)


def test_two_taps_record_an_attempt_and_lead_back(page_of: Pages) -> None:
    page = page_of("physician", **PHONE)
    page.goto("/today/?need=due")
    row = page.locator(".work__row").last
    number = row.locator(".work__who .muted").inner_text().split(" ")[0]
    row.get_by_role("link", name="Contact attempt").click()
    page.get_by_role("button", name=re.compile("^Not reached.*Telephone")).click()
    page.wait_for_url("**/today/")
    expect(page.get_by_text("The attempt is recorded.")).to_be_visible()
    page.goto(f"/today/?q={number}")
    expect(page.locator(".work__row")).to_contain_text("without answer: 1")
