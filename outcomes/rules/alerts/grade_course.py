"""The grades of one leg or one key muscle over the examinations, and what each is held against.

Sources: CLINICAL.md G (trigger table: the last comparable examination and the best since surgery)
and J (Grades; Time).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from outcomes.rules.alerts.base import Found
from outcomes.rules.alerts.order import Order
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.grades import (
    GRADES,
    KEY_MUSCLE,
    KEY_MUSCLES,
    Basis,
    BasisMatch,
    arithmetic,
    match_basis,
)

SIDES = ("right", "left")
LEGS = tuple(f"motor_{side}_grade" for side in SIDES)
MUSCLES = tuple(f"motor_{side}_muscles_{m.lower()}" for side in SIDES for m in KEY_MUSCLES)


@dataclass(frozen=True, slots=True)
class Graded:
    """One column of one examination: its grade as recorded, and on which basis."""

    fact: Fact
    grade: str
    basis: str

    @property
    def number(self) -> int:
        return arithmetic(self.grade) or 0

    @property
    def rank(self) -> int:
        """The place among all grades, 4-, 4 and 4+ apart."""
        return GRADES.index(self.grade)

    def compares(self, other: "Graded") -> bool:
        return match_basis(self.basis, other.basis) is not BasisMatch.DIFFERENT


def graded(fact: Fact, column: str) -> Graded | None:
    """A leg's or a muscle's grade; None where it was not recorded or could not be tested."""
    value = fact.get(column)
    if value is None:
        return None
    basis = KEY_MUSCLE if column in MUSCLES else fact.get("motor_basis") or Basis.UNSPECIFIED
    return Graded(fact, str(value), basis)


class Course:
    """The examinations of one column in their order, with what each is held against."""

    def __init__(self, facts: Facts, order: Order, column: str) -> None:
        self.order, self.column = order, column
        found = ((fact, graded(fact, column)) for fact in facts.visits)
        self.grades = {fact.id: grade for fact, grade in found if grade is not None}

    def earlier(self, exam: Fact) -> list[Graded]:
        """What was graded before it, or may have been."""
        return [self.grades[e.id] for e in self.order.maybe_earlier(exam) if e.id in self.grades]

    def last(self, among: Iterable[Graded], exam: Fact) -> list[Graded]:
        """Of these, each that may have been the last before it."""
        return [self.grades[e.id] for e in self.order.last_of([g.fact for g in among], exam)]

    def held_against(self, now: Graded) -> tuple[list[Graded], list[Graded]]:
        """The last comparable examination (several where their order is not known), and all
        comparable ones since surgery, of which the best counts."""
        comparable = [g for g in self.earlier(now.fact) if g.compares(now)]
        since = [g for g in comparable if g.fact.id in self.order.after_surgery]
        return self.last(comparable, now.fact), since


def each(
    facts: Facts,
    look: Callable[[Course, Graded], Found | None],
    columns: Sequence[str] = (*LEGS, *MUSCLES),
) -> Iterator[Found]:
    order = Order(examinations(facts), facts)
    for column in columns:
        course = Course(facts, order, column)
        if len(course.grades) > 1:
            yield from filter(None, (look(course, now) for now in course.grades.values()))


def examinations(facts: Facts) -> list[Fact]:
    """The visits at which a leg or a muscle was graded, or could not be."""
    return [fact for fact in facts.visits if any(map(_is_motor, fact.values))]


def _is_motor(column: str) -> bool:
    return column.startswith(("motor_right", "motor_left"))
