"""A complete follow-up visit when little changed, as a finger enters it on a tablet."""

import uuid
from typing import Any

from playwright.sync_api import Locator, Page

from tests.support.keystrokes import Hand

TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
MOST_TAPS, MOST_SECONDS = 16, 30.0
RESIDUAL = "60"
UNCHANGED = ("motor", "sensation", "bladder", "bowel", "walking", "pain")


def answer(page: Page, name: str, value: str) -> Locator:
    """The button of an answer."""
    field = page.locator(f"input[name='{name}'][value='{value}']")
    return page.locator("label.choice").filter(has=field)


def unchanged(page: Page, part: str) -> Locator:
    return page.locator(f"#part-{part} label.unchanged")


def prepare(page: Page, record: str, day: str) -> dict[str, str]:
    """A patient with an examination of every part on `day` and two drugs; gives the drugs' ids."""
    ids = {name: str(uuid.uuid4()) for name in ("tramadol", "celecoxib")}
    for name, id in ids.items():
        post(page, f"{record}medications/", {"id": id, "drug": name, "dose": 100.0,
             "dose_unit": "mg", "times_per_day": 2.0, "start": day})  # fmt: skip
    post(page, f"{record}visits/", {"id": str(uuid.uuid4()), "kind": "unscheduled",
         "mode": "in_person", "date": day, **LAST})  # fmt: skip
    # while one is open nothing is unchanged
    for alert in page.request.get(f"/api/v1{record}alerts/?open=true").json()["results"]:
        post(page, f"/alerts/{alert['id']}/acknowledgement/", {"note": "Seen before."})
    return ids


LAST: dict[str, Any] = {
    "motor": {"basis": "gestalt", "right": {"grade": "4-"}, "left": {"grade": "3"}},
    "sensation": {"right": "reduced", "left": "normal", "saddle": "reduced"},
    "bladder": {"method": "normal_voiding", "awareness": "yes", "incontinence": "no",
                "pvr_ml": 90, "pvr_method": "scan"},
    "bowel": {"incontinence": "no", "constipation": "yes", "anal_tone": "preserved"},
    "walking": {"fac": 3, "aid": "walker", "walks_alone": False},
    "pain": {"back": 3, "right_leg": 2, "left_leg": 0},
}  # fmt: skip


def post(page: Page, where: str, document: dict[str, Any]) -> None:
    """Through the API, as the page's own session."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    sent = page.request.post(
        f"/api/v1{where}",
        data=document,
        headers={"X-CSRFToken": cookies.get("csrftoken", ""), "Referer": page.url},
    )
    assert sent.status == 201, sent.text()


def follow_up(page: Page, drug: str) -> Hand:
    """From the patient's page to the saved visit: everything a person does is counted."""
    hand = Hand(page)
    hand.tap(page.get_by_role("link", name="New visit"))
    hand.think("both legs")
    hand.tap(unchanged(page, "motor"))
    hand.think("sensation and saddle")
    hand.tap(unchanged(page, "sensation"))
    hand.tap(answer(page, "sensation.saddle", "reduced"))
    hand.think("bladder")
    hand.tap(unchanged(page, "bladder"))
    hand.tap(page.locator("[name='bladder.pvr_ml']"))
    hand.type(RESIDUAL)
    hand.tap(answer(page, "bladder.pvr_method", "scan"))
    hand.think("bowel")
    hand.tap(unchanged(page, "bowel"))
    hand.think("walking")
    hand.tap(unchanged(page, "walking"))
    hand.think("pain")
    hand.tap(unchanged(page, "pain"))
    hand.think("medication")
    hand.tap(answer(page, f"medication.{drug}.change", "stop"))
    hand.tap(answer(page, f"medication.{drug}.stop_reason", "completed"))
    hand.tap(page.get_by_role("button", name="Save the visit"))
    page.wait_for_url(lambda address: not address.endswith("/new/"))
    return hand
