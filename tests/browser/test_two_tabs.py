"""Two tabs of one browser on two patients, in every order: no write crosses over (TRUST.md 19).

Each visit says whose it is, in its note and by grades that the other patient is never given here.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_visit import choose, save

# in `make test`, and in the part "tabs" of `make test-full`
FEW, MANY = 6, 200
GRADES = {"SYN118-0018": ("0", "1", "2"), "SYN118-0019": ("4-", "4", "5")}
DATE = str(dt.date.today() - dt.timedelta(days=1))


@dataclass
class Hand:
    """Who types in one tab."""

    page: Page
    number: str
    record: str
    chance: random.Random
    mark: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    """Note and grade of each visit that was sent."""
    typed: tuple[str, str] = ("", "")
    count: int = 0

    def open(self) -> None:
        self.page.goto(self.record + "visits/new/full/")
        expect(self.page.get_by_text(self.number).first).to_be_visible()

    def type(self) -> None:
        self.count += 1
        grade = self.chance.choice(GRADES[self.number])
        self.typed = (f"{self.mark} of {self.number}, {self.count}.", grade)
        self.page.locator("[name=kind]").select_option("unscheduled")
        self.page.fill("[name=date]", DATE)
        choose(self.page, "motor.right.grade", grade)
        self.page.fill("[name=note]", self.typed[0])

    def autosave(self) -> None:
        expect(self.page.locator("[data-draft-status]")).to_have_attribute("data-state", "saved")

    def reload(self) -> None:
        """What was typed is still there, and is this patient's."""
        self.page.reload()
        expect(self.page.locator("[name=note]")).to_have_value(self.typed[0])

    def submit(self) -> None:
        save(self.page).click()
        self._recorded()

    def twice(self) -> None:
        save(self.page).dblclick()
        self._recorded()

    def _recorded(self) -> None:
        self.page.wait_for_url(f"**{self.record}")
        self.sent.append(self.typed)

    def script(self) -> list[str]:
        between = self.chance.choices(("type", "autosave", "reload"), k=self.chance.randint(0, 2))
        return ["open", "type", *between, self.chance.choice(("submit", "submit", "twice"))]


def merged(chance: random.Random, hands: list[Hand]) -> list[tuple[Hand, str]]:
    left = {n: hand.script() for n, hand in enumerate(hands)}
    order = [n for n, script in left.items() for _ in script]
    chance.shuffle(order)
    return [(hands[n], left[n].pop(0)) for n in order]


@pytest.mark.parametrize(
    "count", [FEW, pytest.param(MANY, marks=pytest.mark.full)], ids=["a few", "all"]
)
def test_interleavings_of_two_tabs_cross_nothing(
    page_of: Callable[..., Page], records: dict[str, str], count: int
) -> None:
    first = page_of("physician")
    tabs = dict(zip(GRADES, (first, first.context.new_page()), strict=True))
    sent: dict[str, list[tuple[str, str]]] = {number: [] for number in GRADES}
    for seed in range(count):
        chance = random.Random(seed)
        mark = f"Interleaving {seed} of {count}"
        hands = [Hand(tabs[n], n, records[n], chance, mark) for n in GRADES]
        for hand, step in merged(chance, hands):
            hand.page.bring_to_front()
            getattr(hand, step)()
        for hand in hands:
            sent[hand.number] += hand.sent
    for number in GRADES:
        assert sorted(recorded(first, records[number], f"of {count} ")) == sorted(sent[number])
        assert len(sent[number]) == count


def recorded(page: Page, record: str, mark: str) -> list[tuple[str, str]]:
    """Note and grade of a patient's visits whose note holds the mark, as the API lists them."""
    found: list[dict[str, Any]] = []
    where: str | None = f"/api/v1{record}visits/"
    while where:
        answer = page.request.get(where).json()
        found += answer["results"]
        where = answer["next"]
    return [
        (visit["note"], visit["motor"]["right"]["grade"])
        for visit in found
        if mark in visit.get("note", "")
    ]
