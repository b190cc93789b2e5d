"""Chance that repeats itself: one stream per patient and subject, independent of the process."""

import datetime as dt
import random
from collections.abc import Mapping
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Chance(random.Random):
    """A stream of its own per subject, so that a change in one subject leaves the others alone."""

    def yes(self, share: float) -> bool:
        return self.random() < share

    def one_of(self, shares: Mapping[T, float]) -> T:
        """A key, as often as its weight says."""
        total = list(accumulate(shares.values()))
        drawn = self.random() * total[-1]
        for key, until in zip(shares, total, strict=True):
            if drawn < until:
                return key
        return key

    def about(self, mean: float, spread: float, low: float, high: float) -> float:
        """Normal around a mean, kept within low and high."""
        return min(max(self.gauss(mean, spread), low), high)

    def whole(self, mean: float, spread: float, low: int, high: int) -> int:
        return round(self.about(mean, spread, low, high))

    def clock(self, first_hour: int, last_hour: int) -> dt.time:
        """A time of day in steps of five minutes, within the hours (both inclusive)."""
        return dt.time(self.randint(first_hour, last_hour), 5 * self.randint(0, 11))


def stream(seed: int, number: int, subject: str) -> Chance:
    """Seeded by text, which `random` hashes itself (SHA-512): PYTHONHASHSEED changes nothing."""
    return Chance(f"{seed}/{number}/{subject}")
