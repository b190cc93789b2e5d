"""Laboratory results: what an operation, an infection and a drug do to them.

CRP peaks on day 2 to 3 and is normal in one to two weeks, ESR follows later and longer
(CLINICAL reference G, inflammatory kinetics); haemoglobin falls at the operation and comes back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from typing import Any

from outcomes.synthetic.chance import Chance, stream
from outcomes.synthetic.medication import Treatment
from outcomes.synthetic.notes import Notes
from outcomes.synthetic.person import Person
from outcomes.synthetic.story import Story

# what is asked for on which day
BEFORE = ("esr", "crp", "hb", "alt", "creatinine", "calcium")
AFTER = {
    1: ("crp", "hb"),
    3: ("crp", "esr", "hb"),
    7: ("crp", "hb", "alt"),
    14: ("crp", "esr", "alt"),
    42: ("esr", "crp", "hb", "alt"),
    182: ("hb", "creatinine"),
    365: ("hb", "alt"),
}
NOT_TAKEN = 0.1
INFECTION = "surgical_site_infection"
INFECTION_DAYS = (0, 3, 9, 20)


@dataclass(frozen=True, slots=True)
class Unit:
    """How a laboratory reports: the value divided by `divisor`, digits, its own range."""

    name: str
    divisor: float
    digits: int
    low: str
    high: str
    least: float = 0.0
    """Below this (canonical) the laboratory writes "<"."""


CANONICAL = {
    "esr": Unit("mm/h", 1, 0, "0", "20"),
    "crp": Unit("mg/L", 1, 1, "0", "5.0", least=0.5),
    "hb": Unit("g/dL", 1, 1, "12.0", "16.0"),
    "alt": Unit("U/L", 1, 0, "5", "40"),
    "creatinine": Unit("mg/dL", 1, 2, "0.50", "1.10"),
    "calcium": Unit("mg/dL", 1, 1, "8.5", "10.5"),
    "vitamin_d": Unit("ng/mL", 1, 0, "20", "100", least=4),
}
OTHERS = {
    "esr": Unit("mm/hr", 1, 0, "0", "20"),
    "crp": Unit("mg/dL", 10, 2, "0", "0.50", least=0.3),
    "hb": Unit("g/L", 0.1, 0, "120", "160"),
    "alt": Unit("IU/L", 1, 0, "5", "40"),
    "creatinine": Unit("umol/L", 1 / 88.4, 0, "44", "97"),
    "calcium": Unit("mmol/L", 1 / 0.2495, 2, "2.12", "2.62"),
    "vitamin_d": Unit("nmol/L", 1 / 2.496, 0, "50", "250", least=4),
}
MEN = {"g/dL": ("13.0", "17.0"), "g/L": ("130", "170")}


class Laboratory:
    """Draws and reports the blood of one patient; values are in canonical units."""

    def __init__(
        self, chance: Chance, person: Person, story: Story, treatment: Treatment, notes: Notes
    ) -> None:
        self.chance, self.person, self.story = chance, person, story
        self.treatment, self.notes = treatment, notes
        units = {
            name: OTHERS[name] if chance.yes(0.1) else unit for name, unit in CANONICAL.items()
        }
        self.units = units
        self.flags = chance.yes(0.6)
        self.base = {
            "esr": chance.uniform(8, 30),
            "crp": chance.about(1.5, 1.2, 0.1, 4.5),
            "hb": chance.about(12.2, 1.1, 9.6, 15.0),
            "alt": chance.uniform(12, 34),
            "creatinine": chance.about(0.82, 0.2, 0.45, 1.6),
            "calcium": chance.about(9.1, 0.4, 7.9, 10.3),
            "vitamin_d": chance.about(22, 9, 3, 60),
        }
        self.peak = chance.uniform(60, 150 if story.fixed else 110) if story.operated else 0.0
        self.bleeding = chance.uniform(1.2, 3.0) if story.operated else 0.0
        self.liver = chance.uniform(140, 320)
        events = [e.day for e in story.known_events() if e.kind == INFECTION]
        self.infection = (events[0], chance.uniform(70, 180)) if events else None

    def write(self) -> None:
        for day, analytes in self._samples():
            when = self.story.day(day)
            time = self.chance.clock(6, 9)
            for analyte in analytes:
                if self.story.happened(when) and not self.chance.yes(NOT_TAKEN):
                    self._report(analyte, day, f"{when.isoformat()}T{time.isoformat('minutes')}")

    def _samples(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Days and analytes; each day of blood once."""
        before = self.story.since(self.story.presentation.date())
        vitamin = ("vitamin_d",) if self.chance.yes(0.5) else ()
        wanted: dict[int, dict[str, None]] = {}
        first = min(before, -1) if self.story.operated else before
        for day, analytes in [(first, BEFORE + vitamin), *self._later()]:
            wanted.setdefault(day, {}).update(dict.fromkeys(analytes))
        for day in sorted(wanted):
            yield day, tuple(wanted[day])

    def _later(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        operated = self.story.operated and not self.story.elsewhere
        for day, analytes in AFTER.items():
            jitter = self.chance.randint(-6, 8) if day > 40 else 0
            if operated or day > 7:
                yield day + jitter, analytes
        if self.infection is not None:
            yield from ((self.infection[0] + d, ("crp", "esr", "hb")) for d in INFECTION_DAYS)
        if self.treatment.liver is not None:
            yield from ((self.treatment.liver + d, ("alt",)) for d in (0, 10, 30))
        agent, days = self.treatment.bone
        for given in days:  # the week before each injection
            asked = ("calcium", "creatinine") if agent == "ibandronate" else ("calcium",)
            yield self.story.since(given) - self.chance.randint(0, 6), asked

    def _value(self, analyte: str, day: int) -> float:
        base = self.base[analyte]
        noise = self.chance.gauss(0, 0.04)
        if analyte == "crp":
            return max(0.05, (base + self._inflamed(day, 2.5, 3.2)) * (1 + 2 * noise))
        if analyte == "esr":
            return min(max(2.0, (base + 0.38 * self._inflamed(day, 5, 16)) * (1 + noise)), 140)
        if analyte == "hb":
            lost = self.bleeding * exp(-day / 45) if day > 0 else 0.0
            return max(7.4, (base - lost) * (1 + noise / 2))
        if analyte == "alt":
            return max(6.0, (base + self._liver(day)) * (1 + 2 * noise))
        if analyte == "calcium" and self.treatment.bone[1]:
            return max(8.6, base * (1 + noise / 3))  # corrected before an injection
        return base * (1 + noise)

    def _inflamed(self, day: int, top: float, tau: float) -> float:
        """The rise after the operation, and after an infection, at their own pace."""
        rise = _wave(day, self.peak, top, tau)
        if self.infection is None:
            return rise
        start, height = self.infection
        return rise + _wave(day - start + 1, height, top, 2 * tau)

    def _liver(self, day: int) -> float:
        if self.treatment.liver is None:
            return 12 * exp(-abs(day - 6) / 8) if day > 0 and self.peak else 0.0
        return self.liver * exp(-abs(day - self.treatment.liver) / 12) if day > 0 else 0.0

    def _report(self, analyte: str, day: int, specimen_at: str) -> None:
        unit, value = self.units[analyte], self._value(analyte, day)
        limited = value < unit.least
        shown = f"{(unit.least if limited else value) / unit.divisor:.{unit.digits}f}"
        low, high = unit.low, unit.high
        if analyte == "hb" and self.person.sex == "male":
            low, high = MEN[unit.name]
        more: dict[str, Any] = {}
        if self.flags and not limited:
            number = float(shown)
            flag = "H" if number > float(high) else "L" if number < float(low) else "N"
            more["interpretation"] = flag
        self.notes.add(
            "labs", f"lab-{analyte}-{day}", analyte=analyte,
            value=f"<{shown}" if limited else shown, unit=unit.name,
            range={"low": low, "high": high}, specimen_at=specimen_at, **more,
        )  # fmt: skip


def _wave(day: float, height: float, top: float, tau: float) -> float:
    """Rises to its height at `top` days and falls with `tau`."""
    if day <= 0:
        return 0.0
    return height * day / top if day < top else height * exp(-(day - top) / tau)


def write(
    seed: int, number: int, person: Person, story: Story, treatment: Treatment, notes: Notes
) -> None:
    chance = stream(seed, number, "laboratory")
    Laboratory(chance, person, story, treatment, notes).write()
