"""An administrator adds someone, who chooses a password and signs in."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PHONE

PASSWORD = "a quiet river stone"


@pytest.mark.parametrize("options", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_new_person_from_the_form_to_their_first_sign_in(
    page_of: Callable[..., Page], context_for: Callable[..., BrowserContext], options: dict
) -> None:
    name = f"kim-{uuid.uuid4().hex[:8]}"
    page = page_of("administrator", **options)
    page.goto("/")
    page.get_by_role("link", name="Staff").click()
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Given name").fill("Haneul")
    page.get_by_label("Family name").fill("Kim")
    page.get_by_label("Sign-in name").fill(name)
    page.locator("#field-language").select_option(label="English")
    page.get_by_label("Therapist").check()
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_text("Haneul Kim is added.")).to_be_visible()
    link = page.get_by_label("Link to choose a password").input_value()

    other = context_for(**options).new_page()
    other.goto(link)
    other.get_by_label("New password").fill("short")
    other.get_by_label("The same password again").fill("short")
    other.get_by_role("button", name="Use this password").click()
    expect(other.locator("#password1-error")).to_contain_text("at least 12 characters")
    other.get_by_label("New password").fill(PASSWORD)
    other.get_by_label("The same password again").fill(PASSWORD)
    other.get_by_role("button", name="Use this password").click()
    other.locator("main").get_by_role("link", name="Sign in").click()
    other.get_by_label("Sign-in name").fill(name)
    other.get_by_label("Password").fill(PASSWORD)
    other.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("heading", name="Today")).to_be_visible()

    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="Disable the sign-in").click()
    expect(page.get_by_text("sessions and tokens are gone")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
