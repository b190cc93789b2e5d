"""The language is changed in the middle of a form, with scripts and without; nothing is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE

SPEAK = "button[name=speak][value={}]"
GRADE = "input[name='motor.right.grade'][value='3']"


@pytest.fixture
def record(page_of: Callable[..., Page], records: dict[str, str]) -> tuple[Page, str]:
    """A physician's page, and the address of a made-up patient's record."""
    return page_of("physician", **PHONE), records["SYN118-0001"]


def test_a_form_without_drafts_holds_what_was_typed(record: tuple[Page, str]) -> None:
    page, address = record
    page.goto(f"{address}contact/")
    note = page.locator("main form textarea, main form input[type=text]").first
    note.fill("Called the daughter")
    page.click(SPEAK.format("ko"))
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(note).to_have_value("Called the daughter")
    assert page.evaluate("sessionStorage.getItem('regain.typed')") is None
    page.click(SPEAK.format("en"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(note).to_have_value("Called the daughter")


def test_a_visit_half_entered_goes_on_in_korean(record: tuple[Page, str]) -> None:
    page, address = record
    page.goto(f"{address}visits/new/")
    page.locator(f"label:has({GRADE})").click()
    page.click(SPEAK.format("ko"))
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator(GRADE)).to_be_checked()
    page.click(SPEAK.format("en"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(GRADE)).to_be_checked()
    page.locator("button[name=discard]").click()


def test_it_goes_without_scripts_too(
    record: tuple[Page, str], context_for: Callable[..., BrowserContext]
) -> None:
    page, address = record
    state = page.context.storage_state()
    plain = context_for(**PHONE, java_script_enabled=False, storage_state=state).new_page()
    plain.goto(f"{address}visits/new/")
    plain.locator(f"label:has({GRADE})").click()
    plain.click(SPEAK.format("ko"))
    expect(plain.locator("html")).to_have_attribute("lang", "ko")
    expect(plain.locator(GRADE)).to_be_checked()
    plain.click(SPEAK.format("en"))
    plain.locator("button[name=discard]").click()
    # where only a script could keep what is typed, the switch is not offered without one
    plain.goto(f"{address}contact/")
    expect(plain.locator("[name=speak]").first).to_be_hidden()


def test_the_buttons_of_an_explored_chart_are_korean(record: tuple[Page, str]) -> None:
    page, address = record
    page.goto(address)
    page.click(SPEAK.format("ko"))
    page.locator("[data-chart-explore]").first.click()
    page.wait_for_selector(".modebar-btn")
    titles = [one.get_attribute("data-title") for one in page.locator(".modebar-btn").all()]
    assert titles
    assert [title for title in titles if title and title.isascii()] == []
    page.click(SPEAK.format("en"))
