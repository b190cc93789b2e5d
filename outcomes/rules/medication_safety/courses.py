"""Which drugs are taken, alone or in a product that combines them, and to which class they belong.

Drugs are known by their ATC code, or by a name in drugs.csv or drug_names.csv; classes by the
beginning of the code (drug_classes.csv). Where name and code disagree, it cannot be checked.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from outcomes.reference import drug_classes, drugs
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.medication_safety.base import NEVER, Holds, Used, all_of, any_of, known, unknown
from outcomes.rules.medication_safety.dates import days_of
from outcomes.rules.medication_safety.names import (
    LEVEL_5,
    codes_by_name,
    codes_of,
    contradicts,
)
from outcomes.rules.values import Answer


@dataclass(frozen=True)
class Taken:
    """A course that has not been stopped, with the doses given in it."""

    course: Fact
    doses: tuple[Fact, ...]
    start: dt.date | None
    """None where it is not known."""

    @property
    def id(self) -> str:
        return self.course.id

    @property
    def name(self) -> str:
        return str(self.course.get("drug"))

    @property
    def atc(self) -> str:
        return self.course.get("atc") or ""

    @property
    def dated(self) -> bool:
        """Whether it is certainly taken now; without a start it may be over, or a plan."""
        return self.start is not None

    @cached_property
    def route(self) -> str:
        """Of the course, else of its last dose that says so; empty where nothing does."""
        given = [dose.get("route") for dose in reversed(self.doses) if dose.get("route")]
        return str(self.course.get("route") or next(iter(given), ""))

    @cached_property
    def drugs(self) -> tuple[str, ...]:
        """The drugs of the reference data in it, by their names there."""
        codes = (self.atc, *codes_of(self.name))
        alone = [drug.inn for drug in drugs().values() if drug.atc in codes]
        within = [c.name for c in drug_classes() if c.name in drugs() and c.atc == self.atc]
        return tuple(dict.fromkeys([*alone, *within]))

    @cached_property
    def combined(self) -> bool:
        """A product that combines drugs: its dose is not that of one of them."""
        return any(c.name in drugs() and c.atc == self.atc for c in drug_classes())

    @property
    def recognised(self) -> bool:
        """Whether its code, or its name, says what it is."""
        return bool(self.drugs or codes_of(self.name)) or len(self.atc) == LEVEL_5

    @cached_property
    def doubtful(self) -> bool:
        """Its name and its code are of different drugs: which one is taken, nobody can tell."""
        return contradicts(self.name, self.atc)

    def belongs(self, name: str) -> Holds:
        """Whether it is the drug, or of the class, of this name."""
        if name in drugs():
            holds = self._is(name)
        else:
            holds = any_of([self._in(c.atc, c.route) for c in drug_classes() if c.name == name])
        return all_of([holds, unknown("atc")]) if self.doubtful else holds

    def _is(self, inn: str) -> Holds:
        if inn in self.drugs:
            return known(True)
        within = not self.recognised and drugs()[inn].atc.startswith(self.atc)
        return unknown("atc") if within else NEVER

    def _in(self, prefix: str, route: str) -> Holds:
        return all_of([self._coded(prefix), self._by(route)])

    def _coded(self, prefix: str) -> Holds:
        codes = [self.atc, *codes_by_name(self.name), *(drugs()[inn].atc for inn in self.drugs)]
        if any(code.startswith(prefix) for code in codes):
            return known(True)
        # a code that ends early, or none: it may still be one of them
        may = not self.recognised and prefix.startswith(self.atc)
        return unknown("atc") if may else NEVER

    def _by(self, route: str) -> Holds:
        if not route:
            return known(True)
        return known(self.route == route) if self.route else unknown("route")


def taken(facts: Facts) -> tuple[Taken, ...]:
    """The courses that are not over; a drug stopped today is no longer taken."""
    return tuple(_taken(course, facts) for course in facts.drugs
                 if course.get("stop") is None or course.get("stop") > facts.today)  # fmt: skip


def of(course: Fact, facts: Facts) -> Taken:
    """Any course, stopped or not."""
    return _taken(course, facts)


def _taken(course: Fact, facts: Facts) -> Taken:
    doses = tuple(d for d in facts.doses if str(d.get("course")) == course.id)
    start = course.get("start") or days_of(course.when, facts.anchors)[1]
    return Taken(course=course, doses=doses, start=start)


@dataclass(frozen=True, slots=True)
class Met:
    """Another drug that is of the class asked for, or may be."""

    other: Taken
    holds: Holds


def meeting(facts: Facts, name: str, drug: str) -> Iterator[Met]:
    """The other drugs that are, or may be, of this class; `drug` itself is none of them."""
    for other in taken(facts):
        itself = drug in other.drugs and not other.doubtful
        holds = NEVER if itself else other.belongs(name)
        if holds.answer is not Answer.NO:
            yield Met(other, _at_once(other, holds))


def _at_once(other: Taken, holds: Holds) -> Holds:
    """Without the dates of a course nobody can say that both are taken together."""
    dated = known(True) if other.dated else unknown("dates")
    used = Used(name="other_drug", value=other.name, on=other.start)
    return all_of([holds, dated, known(True, used)])
