"""Drugs over time, and single injections; what was given, when it ended and why."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from outcomes.synthetic.chance import Chance, stream
from outcomes.synthetic.notes import Notes, on
from outcomes.synthetic.person import Person
from outcomes.synthetic.plan import Planned
from outcomes.synthetic.recovery import VOIDS_FROM, Recovery
from outcomes.synthetic.story import Story

# name, ATC, single dose, its unit, times a day, route
DRUGS: dict[str, tuple[str, str, float, str, int, str]] = {
    "celecoxib": ("celecoxib", "M01AH01", 100, "mg", 2, "oral"),
    "tramadol": ("tramadol", "N02AX02", 50, "mg", 3, "oral"),
    "paracetamol": ("paracetamol", "N02BE01", 500, "mg", 3, "oral"),
    "pregabalin": ("pregabalin", "N03AX16", 75, "mg", 2, "oral"),
    "solifenacin": ("solifenacin", "G04BD08", 5, "mg", 1, "oral"),
    "colecalciferol": ("colecalciferol", "A11CC05", 1000, "IU", 1, "oral"),
    "aspirin": ("acetylsalicylic acid", "B01AC06", 100, "mg", 1, "oral"),
    "clopidogrel": ("clopidogrel", "B01AC04", 75, "mg", 1, "oral"),
    "apixaban": ("apixaban", "B01AF02", 2.5, "mg", 2, "oral"),
    "enoxaparin": ("enoxaparin", "B01AB05", 40, "mg", 1, "subcutaneous"),
    "cefazolin": ("cefazolin", "J01DB04", 1, "g", 3, "intravenous"),
    "vancomycin": ("vancomycin", "J01XA01", 1, "g", 2, "intravenous"),
    "nitrofurantoin": ("nitrofurantoin", "J01XE01", 100, "mg", 2, "oral"),
}
IBANDRONATE = ("ibandronic acid", "M05BA06", 3.0, "intravenous", "every three months", 3)
DENOSUMAB = ("denosumab", "M05BX04", 60.0, "subcutaneous", "every six months", 6)
LIVER = 0.05  # whose ALT rises, and whose drug is stopped for it
RETAINED_ML = 170


@dataclass(frozen=True, slots=True)
class Treatment:
    """What visits and laboratory need to know of the drugs."""

    overactive: bool
    solifenacin: tuple[dt.date, dt.date | None] | None
    """From a visit until the visit at which the residual had risen, or still taken."""
    liver: int | None
    """The day a raised ALT stopped celecoxib."""
    bone: tuple[str, tuple[dt.date, ...]]
    """The agent, and the days of its injections."""

    def retained(self, day: dt.date) -> int:
        """More residual in mL at the visit that ended solifenacin."""
        if self.solifenacin is None or self.solifenacin[1] is None:
            return 0
        return RETAINED_ML if day == self.solifenacin[1] else 0


def draw(
    chance: Chance, person: Person, story: Story, recovery: Recovery, plan: Sequence[Planned]
) -> Treatment:
    liver = chance.choice((14, 28)) if chance.yes(LIVER) else None
    bladder = _bladder(chance, person, story, recovery, plan)
    known = liver is not None and story.operated and story.happened(story.day(liver))
    return Treatment(
        overactive=bladder is not None,
        solifenacin=bladder,
        liver=liver if known and not _spares_celecoxib(person) else None,
        bone=_bone(chance, story),
    )


def _spares_celecoxib(person: Person) -> bool:
    return person.asthma or person.thinner in {"apixaban", "clopidogrel"}


def _bladder(
    chance: Chance, person: Person, story: Story, recovery: Recovery, plan: Sequence[Planned]
) -> tuple[dt.date, dt.date | None] | None:
    """For overactivity only, and only in who empties without a catheter."""
    rises = chance.yes(0.35)
    if not person.overactive or recovery.sphincter_start >= VOIDS_FROM:
        return None
    seen = [v.day for v in plan if v.how == "in_person" and story.since(v.day) > 35]
    voiding = [day for day in seen if recovery.sphincter(story.since(day)) > 0.62]
    if not voiding:
        return None
    return voiding[0], voiding[1] if rises and len(voiding) > 1 else None


def _bone(chance: Chance, story: Story) -> tuple[str, tuple[dt.date, ...]]:
    """The days of the injections: the calendar interval, or somewhat later, never earlier."""
    agent = chance.one_of({"": 32, "ibandronate": 56, "denosumab": 12})
    day = story.day(chance.randint(45, 185))
    months = DENOSUMAB[-1] if agent == "denosumab" else IBANDRONATE[-1]
    stops_after = chance.randint(2, 9)
    days = []
    for _ in range(stops_after if agent else 0):
        if not story.happened(day):
            break
        days.append(day)
        day = months_later(day, months) + dt.timedelta(days=chance.choice((0, 0, 1, 3, 7, 12)))
    return agent, tuple(days)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or the first of the next where that month has none."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        return dt.date(day.year + years, month + 2, 1)


class Prescriber:
    """Writes the courses of one patient."""

    def __init__(
        self, chance: Chance, person: Person, story: Story, treatment: Treatment, notes: Notes
    ) -> None:
        self.chance, self.person, self.story = chance, person, story
        self.treatment, self.notes = treatment, notes

    def write(self, recovery: Recovery) -> None:
        self._pain(recovery)
        self._blood()
        self._antibiotics()
        self._bladder()
        if self.chance.yes(0.5):
            self._course("colecalciferol", self.story.day(self.chance.randint(2, 60)), None)
        self._bone()

    def course(self, drug: str, first: int, days: int | None, why: str, **more: Any) -> None:
        start = self.story.day(first)
        stop = None if days is None else start + dt.timedelta(days=days)
        self._course(drug, start, stop, why, **more)

    def _course(
        self, drug: str, start: dt.date, stop: dt.date | None, why: str = "completed", **more: Any
    ) -> None:
        """A drug from `start`; without a stop, or with one still to come, it is still taken."""
        if not self.story.happened(start):
            return
        ended: dict[str, str] = {}
        if stop is not None and self.story.happened(stop):
            ended = {"stop": stop.isoformat(), "stop_reason": why}
        elif self.story.fate == "died":
            ended = {"stop": self.story.last.isoformat(), "stop_reason": "died"}
        name, atc, dose, unit, times, route = DRUGS[drug]
        self.notes.add(
            "medications", f"drug-{drug}", drug=name, atc=atc, dose=dose, dose_unit=unit,
            times_per_day=times, route=route, start=start.isoformat(), **ended, **more,
        )  # fmt: skip

    def _pain(self, recovery: Recovery) -> None:
        chance = self.chance
        days = chance.randint(20, 120)
        why = chance.one_of({"completed": 82, "side_effect": 8, "no_effect": 6, "switched": 4})
        if self.treatment.liver is not None:
            days, why = self.treatment.liver - 2, "side_effect"
        taken = not _spares_celecoxib(self.person) and (
            chance.yes(0.85) or self.treatment.liver is not None
        )
        if taken:
            self.course("celecoxib", 2, days, why)
        else:
            self.course("paracetamol", 1, days, "completed")
        days = chance.randint(10, 75)
        why = chance.one_of({"completed": 84, "side_effect": 10, "patient_choice": 6})
        if chance.yes(0.78):
            self.course("tramadol", 1, days, why)
        if recovery.neuropathic:
            self.course("pregabalin", chance.randint(3, 50), chance.randint(60, 400), "completed",
                        indication="neuropathic pain")  # fmt: skip

    def _blood(self) -> None:
        """Taken for years and stopped for the operation by some; heparin on the ward."""
        if self.person.thinner:
            since = self.story.cement.date() - dt.timedelta(days=self.chance.randint(200, 3000))
            paused = self.chance.yes(0.3) and self.story.operated
            self._course(self.person.thinner, since, self.story.day0 if paused else None, "other")
        elif self.story.operated and self.chance.yes(0.3):
            self.course("enoxaparin", 1, self.chance.randint(7, 20), "completed")

    def _antibiotics(self) -> None:
        if self.story.operated and not self.story.elsewhere and self.chance.yes(0.5):
            self.course("cefazolin", 0, 1, "completed", indication="prophylaxis")
        for event in self.story.known_events():
            if event.kind == "surgical_site_infection":
                self.course("vancomycin", event.day, 28, "completed", indication="wound infection")
            if event.kind == "urinary_infection":
                self.course("nitrofurantoin", event.day, 6, "completed")

    def _bladder(self) -> None:
        if self.treatment.solifenacin is not None:
            start, stop = self.treatment.solifenacin
            self._course("solifenacin", start, stop, "contraindication",
                         indication="overactive bladder")  # fmt: skip

    def _bone(self) -> None:
        agent, days = self.treatment.bone
        if not days:
            return
        drug, atc, dose, route, frequency, _months = (
            DENOSUMAB if agent == "denosumab" else IBANDRONATE
        )
        given = {"dose": dose, "dose_unit": "mg", "route": route}
        doses = [
            {"id": self.notes.id(f"{agent}-{n}"), **on(day), **given} for n, day in enumerate(days)
        ]
        died = {"stop": self.story.last.isoformat(), "stop_reason": "died"}
        self.notes.add(
            "medications", f"drug-{agent}", drug=drug, atc=atc, frequency=frequency,
            start=days[0].isoformat(), doses=doses, **given,
            **(died if self.story.fate == "died" else {}),
        )  # fmt: skip


def write(
    seed: int,
    number: int,
    person: Person,
    story: Story,
    recovery: Recovery,
    treatment: Treatment,
    notes: Notes,
) -> None:
    chance = stream(seed, number, "drugs")
    Prescriber(chance, person, story, treatment, notes).write(recovery)
