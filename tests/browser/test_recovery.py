"""My recovery on a phone: readable, the same without colour, no rule of accessibility broken."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accessibility import RULES, SIDEWAYS, ZOOMED

LOOKS = {
    "390 px, light": {**PHONE, "color_scheme": "light"},
    "390 px, dark": {**PHONE, "color_scheme": "dark"},
    "390 px, Korean": {**PHONE, "language": "ko"},
    "200 % zoom": {**ZOOMED},
    "1280 px, light": {**DESKTOP},
}
# the smallest words in the pictures, in pixels of the screen
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.own svg text')].map(t =>
  parseFloat(t.getAttribute('font-size')) * t.ownerSVGElement.getBoundingClientRect().width
  / t.ownerSVGElement.viewBox.baseVal.width))"""
PARTLY_HIDDEN = """() => [...document.querySelectorAll('.own svg')].flatMap(svg => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(t => {
    const own = t.getBoundingClientRect();
    return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1;
  }).map(t => t.textContent);
})"""


def recovery(page: Page) -> None:
    page.goto("/my/")
    page.goto(page.url.rstrip("/") + "/recovery/")
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_readable_and_within_the_rules(
    page_of: Callable[..., Page], look: dict[str, object]
) -> None:
    page = page_of("patient", **look)
    recovery(page)
    assert page.locator(".own svg.chart").count() == 5
    assert page.evaluate(SMALLEST) >= 14
    assert page.evaluate(PARTLY_HIDDEN) == []
    assert page.evaluate(SIDEWAYS) == []
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []
    assert page.evaluate(SIDEWAYS) == []


def test_every_target_is_large_enough_for_a_thumb(page_of: Callable[..., Page]) -> None:
    page = page_of("patient", **PHONE)
    recovery(page)
    low = page.evaluate(
        "[...document.querySelectorAll('main a, main summary, main button')]"
        ".filter(e => e.getBoundingClientRect().height && e.getBoundingClientRect().height < 48)"
        ".map(e => e.textContent.trim())"
    )
    assert low == []


def test_the_list_behind_a_picture_opens_by_a_tap(page_of: Callable[..., Page]) -> None:
    page = page_of("caregiver", **PHONE)
    recovery(page)
    legs = page.locator("#legs")
    expect(legs.locator("li").first).to_be_hidden()
    legs.locator("summary").tap()
    expect(legs.locator("li").first).to_contain_text("Right leg")


def test_the_clinicians_page_leads_a_patient_here(page_of: Callable[..., Page]) -> None:
    page = page_of("patient", **PHONE)
    recovery(page)
    number = page.url.split("/")[-3]
    for place in ("", "labs/", "history/", "summary/", "summary.pdf"):
        page.goto(f"/patients/{number}/{place}")
        assert page.url.endswith(f"/my/{number}/recovery/")
    page.goto("/patients/")
    assert page.url.endswith(f"/my/{number}/")


def test_what_the_clinic_has_written_keeps_the_rules(page_of: Callable[..., Page]) -> None:
    page = page_of("patient", **PHONE)
    recovery(page)
    page.get_by_role("link", name="What the clinic has written").click()
    expect(page.locator("h1")).to_have_text("What the clinic has written")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []
    assert page.evaluate(SIDEWAYS) == []


def test_discussed_share_now(page_of: Callable[..., Page], records: dict[str, str]) -> None:
    page = page_of("physician", **DESKTOP)
    page.goto(records["SYN118-0006"] + "labs/new/")
    page.select_option("[name=analyte]", "crp")
    page.fill("[name=value]", "3.21")
    page.fill("[name=unit]", "mg/L")
    page.fill("[name='specimen_at.date']", "2026-01-05")
    page.locator("[name=discuss_first][value=true], [name=discuss_first]").first.check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    card = page.locator("section", has=page.locator("#to-discuss"))
    expect(card).to_contain_text("3.21")
    expect(card).to_contain_text("The patient does not see this until")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [v["id"] for v in found] == []
    card.get_by_role("button", name="Discussed, share now").click()
    expect(page.get_by_text("Shared: the patient sees it from now on.")).to_be_visible()
    expect(page.locator("#to-discuss")).to_have_count(0)
