"""What counts as a new neurological sign, for every rule that asks (CLINICAL.md J, Alerts).

A motor drop, sensory loss, saddle numbness, reduced anal tone, new spasticity. Worse than at the
last comparable examination is new, and so is what is there at the first.
"""

from collections.abc import Iterable, Iterator, Sequence

from outcomes.rules.alerts.base import Found, Level
from outcomes.rules.alerts.comparing import Step, finding, in_each_order, near, steps, unrecorded
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.grades import KEY_MUSCLES, Basis, arithmetic

SENSATION = ("normal", "reduced", "absent")
TONE = ("preserved", "decreased", "absent")
ABSENT_PRESENT = (False, True)
SCALES: dict[str, Sequence[object]] = {
    "sensation_right": SENSATION,
    "sensation_left": SENSATION,
    "sensation_saddle": SENSATION,
    "bowel_anal_tone": TONE,
    "spasticity_present": ABSENT_PRESENT,
}
LEGS = ("motor_right_grade", "motor_left_grade")
MUSCLES = tuple(
    f"motor_{side}_muscles_{muscle.lower()}" for side in ("right", "left") for muscle in KEY_MUSCLES
)
MUSCLE = "muscle"
ASKED = (*LEGS, *SCALES)
"""What has to be recorded before "no new neurological sign" can be said."""


def new_signs(facts: Facts) -> frozenset[str]:
    """The ids of the visits with a new neurological sign."""
    return frozenset(found.now.id for found in in_each_order(facts, facts.visits, _signs))


def with_sign(facts: Facts, signs: Iterable[str], visit: Fact) -> bool:
    """Whether a visit near this one has one of the `signs`."""
    ids = set(signs)
    return any(v.id in ids for v in near(facts, visit))


def not_examined(facts: Facts, visit: Fact) -> tuple[str, ...]:
    """What nobody recorded near this visit, though a sign might have shown in it."""
    return unrecorded(near(facts, visit), ASKED)


def _signs(sequence: Sequence[Fact]) -> Iterator[Found]:
    for step in _all_steps(sequence):
        yield finding("sign", Level.URGENT, step.now, step.column, before=step.before)


def _all_steps(sequence: Sequence[Fact]) -> Iterator[Step]:
    for column, scale in SCALES.items():
        yield from steps(sequence, column, scale)
    for column in (*LEGS, *MUSCLES):
        yield from _drops(sequence, column)


def _drops(sequence: Sequence[Fact], column: str) -> Iterator[Step]:
    """Each fall of a leg or muscle by a whole grade, on the same basis."""
    last: dict[str, Fact] = {}
    for fact in sequence:
        if fact.get(column) is None:
            continue
        basis = MUSCLE if column in MUSCLES else str(fact.get("motor_basis") or Basis.UNSPECIFIED)
        before = last.get(basis)
        if before and _grade(fact, column) < _grade(before, column):
            yield Step(now=fact, column=column, before=before)
        last[basis] = fact


def _grade(fact: Fact, column: str) -> int:
    return arithmetic(str(fact.get(column))) or 0
