"""Counting what a person does on a page, and the seconds of the keystroke-level model for it.

The operators are fixed by the product's aim: pointing 1.1 s and a press 0.2 s for every tap, 0.28 s
for a key, and 1.35 s of thought for every part of the visit (after Card, Moran and Newell 1980).
"""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

POINT, PRESS, KEY, THINK = 1.1, 0.2, 0.28, 1.35


@dataclass
class Hand:
    """Taps and types on a page; every act is counted as it is done, none is free."""

    page: Page
    taps: int = 0
    keys: int = 0
    parts: list[str] = field(default_factory=list)

    def think(self, part: str) -> None:
        self.parts.append(part)

    def tap(self, target: Locator) -> None:
        """On what a finger would hit: the middle of the element, in view."""
        target.click()
        self.taps += 1

    def type(self, text: str) -> None:
        """Into what has the focus after a tap."""
        self.page.keyboard.type(text)
        self.keys += len(text)

    @property
    def seconds(self) -> float:
        return self.taps * (POINT + PRESS) + self.keys * KEY + len(self.parts) * THINK

    def __str__(self) -> str:
        return (
            f"{self.taps} taps, {self.keys} keys, {len(self.parts)} parts: "
            f"{self.seconds:.1f} s by the keystroke-level model"
        )
