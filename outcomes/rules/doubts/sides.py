"""Right and left that look exchanged (CLINICAL.md A3.17: ask, never correct).

Three parts are looked at: strength, sensation, leg pain. In each, a measure is a number per side;
as units, one MRC grade, one step of sensation and three points of pain count alike [POLICY].

For each measure of the new examination and the last one that has it on both sides,

    as it is   = |right − right before| + |left − left before|
    exchanged  = |right − left before| + |left − right before|

A part is asked about when `as it is − exchanged` reaches the site's threshold (2 units) and the
exchange halves the distance at least. Failing that in every part, the sums over all parts are held
to the same two conditions, and each part that speaks for the exchange is asked about.

What follows from it: equal values on both sides, now or before, never ask (both distances are the
same); a change in one side alone never asks (the exchange then never fits better, by the triangle
inequality); an exchange of sides that differ by one unit asks. Its limits: an exchange made at
both examinations, or at the first one, is not seen; one that is as small as the usual scatter (a
third of a unit of pain) is not asked about; two legs that truly changed places are asked about.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from outcomes.rules.doubts.base import SIDES, Doubt, on
from outcomes.rules.doubts.motor import muscle, same_basis
from outcomes.rules.facts import Fact
from outcomes.rules.grades import KEY_MUSCLES, arithmetic
from outcomes.rules.text import gettext_noop as _

POINTS_OF_PAIN = 3
STEPS = {"normal": 0, "reduced": 1, "absent": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One part held against the last examination of it; distances in units."""

    part: str
    column: str
    """The column that the question is shown at, of the right side."""
    shown: tuple[str, str]
    """Right and left now, as recorded."""
    before: tuple[str, str]
    last: Fact
    as_it_is: Fraction
    exchanged: Fraction

    @property
    def gain(self) -> Fraction:
        return self.as_it_is - self.exchanged


def exchanges(now: Fact, before: Sequence[Fact], least: Decimal) -> list[Exchange]:
    """The parts of an examination that look exchanged; `before` holds those before it, in order."""
    parts = [part for part in _parts(now, before) if part is not None]
    alone = [p for p in parts if _better(p.as_it_is, p.exchanged, least)]
    if alone:
        return alone
    as_it_is = sum((p.as_it_is for p in parts), Fraction(0))
    exchanged = sum((p.exchanged for p in parts), Fraction(0))
    if not _better(as_it_is, exchanged, least):
        return []
    return [part for part in parts if part.gain > 0]


def swapped(now: Fact, before: Sequence[Fact], least: Decimal) -> Iterator[Doubt]:
    """A question for each part that looks exchanged."""
    for found in exchanges(now, before, least):
        yield Doubt(
            path=PATHS[found.part],
            code="sides_swapped",
            message=_(
                "Right {right} and left {left}, but right {right_before} and left {left_before} "
                "on {date}: check that right and left are not exchanged."
            ),
            values={
                "right": found.shown[0],
                "left": found.shown[1],
                "right_before": found.before[0],
                "left_before": found.before[1],
                "date": on(found.last),
            },
        )


PATHS = {
    "motor": ("motor", "right", "grade"),
    "sensation": ("sensation", "right"),
    "pain": ("pain", "right_leg"),
}


def _better(as_it_is: Fraction, exchanged: Fraction, least: Decimal) -> bool:
    return as_it_is - exchanged >= Fraction(least) and 2 * exchanged <= as_it_is


def _parts(now: Fact, before: Sequence[Fact]) -> Iterator[Exchange | None]:
    yield _strength(now, before)
    yield _compared("sensation", now, before, [("sensation_right", "sensation_left")])
    yield _compared("pain", now, before, [("pain_right_leg", "pain_left_leg")])


def _strength(now: Fact, before: Sequence[Fact]) -> Exchange | None:
    """By the leg grades or by the key muscles, whichever speaks more for an exchange."""
    legs = ("motor_right_grade", "motor_left_grade")
    found = [
        _compared("motor", now, same_basis(now, before), [legs]),
        _compared("motor", now, before, _muscles(now)),
    ]
    return max((one for one in found if one), key=lambda one: one.gain, default=None)


def _muscles(now: Fact) -> list[tuple[str, str]]:
    pairs = [(muscle("right", name), muscle("left", name)) for name in KEY_MUSCLES]
    return [pair for pair in pairs if all(now.get(column) is not None for column in pair)]


def _compared(
    part: str, now: Fact, before: Sequence[Fact], pairs: Sequence[tuple[str, str]]
) -> Exchange | None:
    """The mean distance over the pairs of columns that both examinations have."""
    measured = [pair for pair in pairs if _units(now, pair) is not None]
    last = next((e for e in reversed(before) if any(_units(e, p) for p in measured)), None)
    if last is None:
        return None
    both = [(p, _units(now, p), _units(last, p)) for p in measured]
    usable = [(p, here, there) for p, here, there in both if here and there]
    straight = sum(abs(h[0] - t[0]) + abs(h[1] - t[1]) for _p, h, t in usable)
    crossed = sum(abs(h[0] - t[1]) + abs(h[1] - t[0]) for _p, h, t in usable)
    columns = [p for p, _here, _there in usable]
    return Exchange(
        part=part,
        column=columns[0][0],
        shown=_shown(now, columns),
        before=_shown(last, columns),
        last=last,
        as_it_is=Fraction(straight) / len(usable),
        exchanged=Fraction(crossed) / len(usable),
    )


def _units(exam: Fact, pair: tuple[str, str]) -> tuple[Fraction, Fraction] | None:
    """Right and left in units; None where a side was not examined."""
    found = [_unit(column, exam.get(column)) for column in pair]
    right, left = found
    return None if right is None or left is None else (right, left)


def _unit(column: str, value: str | int | None) -> Fraction | None:
    if value is None:
        return None
    if column.startswith("sensation"):
        step = STEPS.get(str(value))
        return None if step is None else Fraction(step)
    if column.startswith("pain"):
        return Fraction(int(value), POINTS_OF_PAIN)
    return Fraction(value) if isinstance(value, int) else Fraction(arithmetic(value) or 0)


def _shown(exam: Fact, pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    right, left = (
        "/".join(str(exam.get(pair[side])) for pair in pairs) for side in range(len(SIDES))
    )
    return right, left
