"""A physician's morning: a whole visit in under 30 seconds, by finger and by keyboard."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import tab_to
from tests.support import bedside
from tests.support.bedside import LAST, TABLET, answer, follow_up, prepare, unchanged

YESTERDAY = str(dt.date.today() - dt.timedelta(days=1))


@pytest.fixture
def tablet(page_of: Callable[..., Page]) -> Page:
    return page_of("physician", **TABLET)


def opened(page: Page, record: str) -> Page:
    page.goto(record + "visits/new/")
    return page


def latest(page: Page, record: str) -> dict[str, Any]:
    """The visit recorded last, without what is missing."""
    visits = page.request.get(f"/api/v1{record}visits/").json()["results"]
    newest: dict[str, Any] = max(visits, key=lambda visit: visit["recorded_at"])
    return newest


def said(part: dict[str, Any]) -> dict[str, Any]:
    return {k: said(v) if isinstance(v, dict) else v for k, v in part.items() if v is not None}


def test_a_follow_up_when_little_changed_takes_sixteen_taps_and_half_a_minute(
    tablet: Page, records: dict[str, str]
) -> None:
    record = records["SYN118-0010"]
    tablet.goto(record)
    drugs = prepare(tablet, record, YESTERDAY)
    hand = follow_up(tablet, drugs["tramadol"])
    expect(tablet.get_by_text("The visit is recorded.")).to_be_visible()
    assert hand.taps <= bedside.MOST_TAPS, hand
    assert hand.seconds <= bedside.MOST_SECONDS, hand
    stored = latest(tablet, record)
    same = {"unchanged": True}
    assert said(stored["motor"]) == LAST["motor"] | same
    assert said(stored["sensation"]) == LAST["sensation"] | same
    assert said(stored["bladder"]) == LAST["bladder"] | same | {"pvr_ml": 60}
    assert said(stored["bowel"]) == {"incontinence": "no", "constipation": "yes"} | same
    assert said(stored["walking"]) == LAST["walking"] | same
    assert said(stored["pain"]) == LAST["pain"] | same
    assert stored["mode"] == "in_person"
    courses = tablet.request.get(f"/api/v1{record}medications/").json()["results"]
    by_id = {course["id"]: course for course in courses}
    stopped, other = by_id[drugs["tramadol"]], by_id[drugs["celecoxib"]]
    assert (stopped["stop"], stopped["stop_reason"]) == (stored["date"], "completed")
    assert other["stop"] is None


def test_nothing_is_filled_in_but_the_frame(tablet: Page, records: dict[str, str]) -> None:
    opened(tablet, records["SYN118-0007"])
    filled: dict[str, str] = tablet.evaluate(
        """() => Object.fromEntries([...new FormData(document.querySelector('form.visit'))]
             .filter(([, value]) => value !== ''))"""
    )
    assert {name for name in filled if not re.search(r"^medication\.|\.seen$", name)} == {
        "csrfmiddlewaretoken", "id", "patient", "date", "kind", "mode", "slip",
    }  # fmt: skip


def test_the_patient_stays_in_view_to_the_save_button(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    for size in (PHONE, TABLET):
        page = opened(page_of("physician", **size), records["SYN118-0007"])
        for part in page.locator(".exam").all():
            part.scroll_into_view_if_needed()
            who = page.locator(".visit-who")
            expect(who).to_be_in_viewport()
            assert re.search(r"SYN118-0007.*S118-\d+", who.inner_text().replace("\n", " "))
        expect(page.locator(".visit-save")).to_contain_text("SYN118-0007")


def test_every_target_is_large_enough_for_a_finger(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    for size in (PHONE, TABLET):
        page = opened(page_of("physician", **size), records["SYN118-0007"])
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        small = page.evaluate(
            """() => [...document.querySelectorAll('.visit .choice, .visit summary, .visit button')]
                 .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
                 .filter(([, box]) => box.width && (box.height < 44 || box.width < 44))
                 .map(([text, box]) => `${text} ${box.width} ${box.height}`)"""
        )
        assert small == []


def test_right_and_left_stand_side_by_side_in_words(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    for size in (PHONE, TABLET):
        page = opened(page_of("physician", **size), records["SYN118-0007"])
        for row in page.locator(".legs:visible").all():
            right, left = (row.locator(f".leg--{side}") for side in ("right", "left"))
            one, other = right.bounding_box(), left.bounding_box()
            assert one
            assert other
            assert one["x"] + one["width"] <= other["x"]
            assert abs(one["y"] - other["y"]) < 1
            assert "Right leg" in right.inner_text()
            assert "Left leg" in left.inner_text()


def test_remotely_only_what_can_be_told_is_asked(tablet: Page, records: dict[str, str]) -> None:
    opened(tablet, records["SYN118-0007"])
    answer(tablet, "mode", "remote").click()
    expect(tablet.get_by_text("Remote: strength, touch")).to_be_visible()
    for name in ("motor.right.grade", "sensation.right", "bowel.anal_tone"):
        expect(tablet.locator(f"[name='{name}']").first).to_be_hidden()
    expect(answer(tablet, "bladder.pvr_method", "scan")).to_be_hidden()
    expect(unchanged(tablet, "sensation")).to_be_hidden()
    for name in ("sensation.saddle", "pain.back", "walking.fac"):
        expect(tablet.locator(f"[name='{name}']").first).to_be_attached()
    answer(tablet, "pain.back", "2").click()
    tablet.get_by_role("button", name="Save the visit").click()
    expect(tablet.get_by_text("The visit is recorded.")).to_be_visible()
    stored = latest(tablet, records["SYN118-0007"])
    assert (stored["mode"], stored.get("motor"), stored["pain"]["back"]) == ("remote", None, 2)


def test_an_answer_that_differs_takes_unchanged_back_and_says_so(
    tablet: Page, records: dict[str, str]
) -> None:
    record = records["SYN118-0012"]
    tablet.goto(record)
    prepare(tablet, record, YESTERDAY)
    opened(tablet, record)
    unchanged(tablet, "motor").click()
    box = tablet.locator("[name='motor.unchanged']")
    answer(tablet, "motor.right.grade", "4-").click()
    expect(box).to_be_checked()
    answer(tablet, "motor.right.grade", "3").click()
    expect(box).not_to_be_checked()
    expect(tablet.locator("[data-said]")).to_contain_text("Strength")
    answer(tablet, "motor.right.grade", "3").click()
    expect(tablet.locator("[name='motor.right.grade']:checked")).to_have_count(0)


def test_without_scripts_it_works_too(
    context_for: Callable[..., Any], session_of: Callable[[str], Any], records: dict[str, str]
) -> None:
    context = context_for(storage_state=session_of("physician"), java_script_enabled=False)
    page = opened(context.new_page(), records["SYN118-0013"])
    answer(page, "motor.right.grade", "2").click()
    answer(page, "pain.back", "7").click()
    taken_back = page.locator(".ask", has=page.locator("[name='pain.back']")).locator(".clear")
    taken_back.first.click()
    page.locator("[name='bladder.pvr_ml']").fill("x")
    page.get_by_role("button", name="Save the visit").click()
    expect(page.get_by_role("alert")).to_contain_text("not a whole number")
    page.get_by_role("link", name=re.compile("^Post-void residual")).click()
    page.locator("[name='bladder.pvr_ml']").fill("45")
    page.get_by_role("button", name="Save the visit").click()
    expect(page.get_by_text("The visit is recorded.")).to_be_visible()
    stored = latest(page, records["SYN118-0013"])
    assert stored["motor"]["right"]["grade"] == "2"
    assert stored["bladder"]["pvr_ml"] == 45
    assert stored.get("pain") is None


def test_a_keyboard_alone_enters_a_whole_visit(
    page_of: Callable[..., Page], records: dict[str, str]
) -> None:
    page = page_of("physician", viewport={"width": 640, "height": 400})  # 1280 wide at 200 %
    record = records["SYN118-0011"]
    page.goto(record)
    prepare(page, record, YESTERDAY)
    opened(page, record)
    press = page.keyboard.press
    tab_to(page, name="motor.unchanged")
    press("Control+ArrowDown")
    assert page.evaluate("document.activeElement.name") == "sensation.unchanged"
    press("Control+ArrowUp")
    tab_to(page, name="motor.right.grade")
    press("4")
    press("+")
    tab_to(page, name="motor.left.grade")
    press("3")
    tab_to(page, name="motor.basis")
    press("Space")
    tab_to(page, name="sensation.unchanged")
    press("Space")
    tab_to(page, name="sensation.saddle")
    press("Space")
    press("Delete")
    press("ArrowRight")
    tab_to(page, name="bladder.pvr_ml")
    page.keyboard.type("120")
    tab_to(page, name="bladder.pvr_method")
    press("Space")
    tab_to(page, name="bowel.unchanged")
    press("Space")
    tab_to(page, name="walking.fac")
    press("4")
    tab_to(page, name="pain.back")
    press("1")
    press("0")
    tab_to(page, name="note")
    page.keyboard.type("By keyboard")
    tab_to(page, text="Save the visit")
    press("Enter")
    expect(page.get_by_text("The visit is recorded.")).to_be_visible()
    stored = latest(page, record)
    assert said(stored["motor"]) == {
        "basis": "weakest_key_muscle", "right": {"grade": "4+"}, "left": {"grade": "3"},
    }  # fmt: skip
    assert said(stored["sensation"]) == LAST["sensation"] | {"unchanged": True}
    assert said(stored["bladder"]) == {"pvr_ml": 120, "pvr_method": "scan"}
    assert (stored["walking"]["fac"], stored["pain"]["back"]) == (4, 10)
    assert stored["note"] == "By keyboard"
