"""From the address that `make run` prints to the published case, on a phone and a laptop."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_a_physician_signs_in_and_finds_the_published_case(
    page: Page, sign_in: Callable[[Page, str], None]
) -> None:
    sign_in(page, "physician")
    page.goto("/patients/")
    page.get_by_role("link", name="BAEK-2021").first.click()
    expect(page.locator("main")).to_contain_text("BAEK-2021")


def test_a_wrong_password_is_refused_and_the_name_kept(phone: Page) -> None:
    phone.goto("/account/login/")
    phone.fill("input[name=login]", "physician")
    phone.fill("input[name=password]", "not the password")
    phone.click("main button[type=submit]")
    expect(phone.locator("input[name=login]")).to_have_value("physician")
    expect(phone.locator("input[name=password]")).to_have_value("")


def test_after_signing_out_back_shows_no_patient(
    page_of: Callable[..., Page], records: dict[str, str], sign_in: Callable[[Page, str], None]
) -> None:
    page = page_of(None)
    sign_in(page, "physician")
    shown = page.goto(records["SYN118-0001"])
    assert shown.headers["cache-control"] == "no-store"
    name = page.locator("h1").inner_text().splitlines()[0]
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    page.go_back()
    page.wait_for_url("**/account/login/**")
    expect(page.get_by_text("SYN118-0001")).to_have_count(0)
    assert name not in page.content()
