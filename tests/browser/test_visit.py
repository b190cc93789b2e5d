"""The form with every field on a phone: find the patient, record the visit, see it."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE

TODAY = dt.date.today()
YESTERDAY = str(TODAY - dt.timedelta(days=1))
TYPED = {
    "date": YESTERDAY,
    "time": "09:40",
    "kind": "unscheduled",
    "bladder.method": "normal_voiding",
    "bladder.pvr_ml": "140",
    "walking.aid": "cane",
    "pain.back": "3",
    "pain.left_leg": "0",
    "note": "",
}
CHOSEN = {
    "mode": "in_person",
    "motor.right.grade": "4-",
    "motor.left.grade": "5",
    "motor.basis": "gestalt",
    "bladder.pvr_method": "scan",
    "walking.fac": "3",
}


@pytest.fixture
def physician(page_of: Callable[..., Page]) -> Page:
    return page_of("physician", **PHONE)


@pytest.fixture
def note() -> str:
    """Words that no other visit holds."""
    return f"Seen on the ward, {uuid.uuid4()}"


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='{name}'][value='{value}']").check()


def write(page: Page, **typed: str) -> None:
    """Type a visit; names with a double underscore for the dot."""
    for name, value in (TYPED | {k.replace("__", "."): v for k, v in typed.items()}).items():
        field = page.locator(f"[name='{name}']")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    for name, value in CHOSEN.items():
        choose(page, name, value)


def save(page: Page) -> Locator:
    return page.get_by_role("button", name="Save", exact=True)


def notes(page: Page, record: str) -> list[str]:
    """The notes of a patient's visits, as the API lists them."""
    answer = page.request.get(f"/api/v1{record}visits/")
    assert answer.ok, answer.text()
    return [visit.get("note", "") for visit in answer.json()["results"]]


def answers(page: Page) -> dict[str, str]:
    """What the form holds, whatever was typed or chosen."""
    found: dict[str, str] = page.evaluate(
        "() => Object.fromEntries(new FormData(document.querySelector('main form[method=post]')))"
    )
    return {k: v for k, v in found.items() if k not in {"csrfmiddlewaretoken", "slip"}}


def test_a_physician_records_a_visit_and_sees_it(
    phone: Page, sign_in: Callable[[Page, str], None], note: str
) -> None:
    sign_in(phone, "physician")
    phone.get_by_role("link", name="Patients", exact=True).click()
    expect(phone.get_by_role("link", name="BAEK-2021")).to_be_visible()
    phone.get_by_role("searchbox").fill("SYN118-0002")
    phone.get_by_role("button", name="Find").click()
    row = phone.locator("tbody tr")
    expect(row).to_have_count(1)
    row.get_by_role("link").click()
    phone.get_by_role("link", name="New visit").first.click()
    phone.get_by_role("link", name="Every field").click()
    write(phone, note=note)
    save(phone).click()
    expect(phone.get_by_text("The visit is recorded.")).to_be_visible()
    row = phone.locator("#visits tbody tr").filter(has_text=note)
    expect(row).to_have_count(1)
    expect(row.locator("td").nth(0)).to_have_text(re.compile("4−"))
    expect(row.locator("td").nth(1)).to_have_text(re.compile("5"))
    expect(row).to_contain_text(YESTERDAY)
    day = re.search(r"day \d+", row.inner_text())[0]
    for chart, words in {"recovery": "4−", "bladder": "140", "walking_pain": "cane"}.items():
        card = phone.locator(f"#chart-{chart}")
        card.locator("summary").click()
        expect(card.locator("tbody tr", has_text=day).filter(has_text=words)).not_to_have_count(0)


def test_the_published_case_opens_its_form_too(physician: Page, records: dict[str, str]) -> None:
    physician.goto(records["BAEK-2021"])
    physician.get_by_role("link", name="New visit").click()
    expect(physician.locator("main form[method=post]")).to_be_visible()
    physician.get_by_role("link", name="Every field").click()
    expect(physician.locator("main form[method=post]")).to_be_visible()


def test_a_jump_of_two_grades_is_saved_and_asked_about(
    physician: Page, records: dict[str, str]
) -> None:
    last = last_right_leg(physician, records["SYN118-0003"])
    far = "1" if int(last["right"]["grade"][0]) >= 3 else "5"
    physician.goto(records["SYN118-0003"] + "visits/new/full/")
    write(physician)
    choose(physician, "motor.right.grade", far)
    choose(physician, "motor.basis", last["basis"])
    save(physician).click()
    expect(physician.get_by_text("The visit is recorded.")).to_be_visible()
    asked = re.compile(f"Please check: .*Grade {far}, but")
    expect(physician.get_by_text(asked)).to_be_visible()


def last_right_leg(page: Page, record: str) -> dict[str, Any]:
    """The last examination with its grade; only those made in the same way are compared."""
    visits = page.request.get(f"/api/v1{record}visits/").json()["results"]
    graded = [v for v in visits if "grade" in v.get("motor", {}).get("right", {})]
    motor: dict[str, Any] = max(graded, key=lambda v: v["date"])["motor"]
    return motor


REFUSED = {
    "a date to come": ("date", str(TODAY + dt.timedelta(days=30)), "Date"),
    "a volume that is no number": ("bladder.pvr_ml", "x", "Post-void residual"),
    "a volume below zero": ("bladder.pvr_ml", "-5", "Post-void residual"),
    "a pain above ten": ("pain.back", "11", "Back pain"),
    "a date that is missing": ("date", "", "Date"),
}


@pytest.mark.parametrize(("name", "value", "label"), REFUSED.values(), ids=REFUSED)
def test_a_refused_form_says_where_and_keeps_all_that_was_typed(
    physician: Page, records: dict[str, str], name: str, value: str, label: str
) -> None:
    record = records["SYN118-0004"]
    before = notes(physician, record)
    physician.goto(record + "visits/new/full/")
    write(physician, time="", **{name: value}, note="Two lines\nof a note")
    typed = answers(physician)
    save(physician).click()
    summary = physician.get_by_role("alert")
    expect(summary).to_be_focused()
    link = summary.get_by_role("link", name=re.compile(f"^{label}"))
    expect(link).to_have_count(1)
    link.click()
    field = physician.locator(f"[name='{name}']")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(physician).to_have_title(re.compile("^Error"))
    assert answers(physician) == typed
    assert notes(physician, record) == before


def test_a_double_click_on_save_makes_one_visit(
    physician: Page, records: dict[str, str], note: str
) -> None:
    record = records["SYN118-0005"]
    physician.goto(record + "visits/new/full/")
    write(physician, note=note)
    save(physician).dblclick()
    physician.wait_for_url(f"**{record}")
    expect(physician.locator("#visits tbody tr", has_text=note)).to_have_count(1)
    assert notes(physician, record).count(note) == 1


SEND_TWICE = """async () => {
  const body = new URLSearchParams(new FormData(document.querySelector('main form[method=post]')));
  const send = () => fetch(location.href, { method: 'POST', body });
  return (await Promise.all([send(), send()])).map(answer => answer.status);
}"""


def test_the_same_form_sent_twice_at_once_makes_one_visit(
    physician: Page, records: dict[str, str], note: str
) -> None:
    """As a double click does on a slow network."""
    record = records["SYN118-0005"]
    physician.goto(record + "visits/new/full/")
    write(physician, note=note)
    assert physician.evaluate(SEND_TWICE) == [200, 200]
    assert notes(physician, record).count(note) == 1


def test_a_form_sent_again_with_another_note_is_not_recorded_and_keeps_the_note(
    physician: Page, records: dict[str, str], note: str
) -> None:
    record = records["SYN118-0005"]
    physician.goto(record + "visits/new/full/")
    write(physician, note=note)
    sent = answers(physician)
    save(physician).click()
    physician.wait_for_url(f"**{record}")
    again = physician.request.post(
        record + "visits/new/full/",
        form=sent | {"note": note + " again", "csrfmiddlewaretoken": token(physician, record)},
        headers={"Referer": physician.url},
    )
    assert again.status == 409
    assert note + " again" in again.text()
    assert notes(physician, record).count(note) == 1
    assert note + " again" not in notes(physician, record)


def token(page: Page, record: str) -> str:
    page.goto(record + "visits/new/full/")
    return page.locator("main [name=csrfmiddlewaretoken]").input_value()


@pytest.fixture
def two_tabs(physician: Page) -> tuple[Page, Page]:
    return physician, physician.context.new_page()


def test_two_tabs_with_two_patients_never_cross(
    two_tabs: tuple[Page, Page], records: dict[str, str], note: str
) -> None:
    places = records["SYN118-0001"], records["SYN118-0006"]
    for tab, record, number in zip(two_tabs, places, ("SYN118-0001", "SYN118-0006"), strict=True):
        tab.bring_to_front()
        tab.goto(record + "visits/new/full/")
        expect(tab.get_by_text(number).first).to_be_visible()
        write(tab, note=f"{note} of {number}")
    for tab, record in zip(reversed(two_tabs), reversed(places), strict=True):
        tab.bring_to_front()
        save(tab).click()
        tab.wait_for_url(f"**{record}")
    for record, own, other in zip(
        places, ("SYN118-0001", "SYN118-0006"), ("SYN118-0006", "SYN118-0001"), strict=True
    ):
        found = notes(two_tabs[0], record)
        assert f"{note} of {own}" in found
        assert f"{note} of {other}" not in found
