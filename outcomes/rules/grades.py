"""Muscle grades as the field writes them: MRC grades, leg key muscles, LEMS, basis of a leg grade.

Sources: MRC scale (CLINICAL.md B [13]); ISNCSCI worksheet for the key muscles and LEMS (B [15]).
A muscle not testable is None with its reason kept elsewhere, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from outcomes.rules.text import gettext_noop as _

GRADES = ("0", "1", "2", "3", "4-", "4", "4+", "5")
MAX_GRADE = 5

KEY_MUSCLES = ("L2", "L3", "L4", "L5", "S1")
MUSCLE_NAMES: Mapping[str, str] = {
    "L2": _("Hip flexors"),
    "L3": _("Knee extensors"),
    "L4": _("Ankle dorsiflexors"),
    "L5": _("Long toe extensors"),
    "S1": _("Ankle plantar flexors"),
}


class Basis(StrEnum):
    """What one grade for a whole leg stands for."""

    WEAKEST_KEY_MUSCLE = "weakest_key_muscle"
    GESTALT = "gestalt"
    UNSPECIFIED = "unspecified"


# Not a basis of a leg grade: a key muscle always compares with itself, never with a leg grade.
KEY_MUSCLE = "key_muscle"


class BasisMatch(StrEnum):
    SAME = "same"
    UNSPECIFIED = "unspecified"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lems:
    """Lower extremity motor score: 0-25 per leg, 0-50 in all; None where a muscle is missing.

    `missing` names the muscles without a grade, as ("right", "L4").
    """

    total: int | None
    right: int | None
    left: int | None
    missing: tuple[tuple[str, str], ...]


def arithmetic(grade: str | None) -> int | None:
    """The grade as an integer 0-5 for arithmetic; 4-, 4 and 4+ are all 4, None stays None.

    Raises ValueError on anything that is not a grade, a number included. Source: CLINICAL.md B.
    """
    if grade is None:
        return None
    if not isinstance(grade, str) or grade not in GRADES:
        raise ValueError(f"{grade!r} is not an MRC grade: give one of {', '.join(GRADES)} as text.")
    return int(grade[0])


def lems(right: Mapping[str, int | None], left: Mapping[str, int | None]) -> Lems:
    """LEMS from the five key muscles of each leg (0-5 each); any muscle missing makes it None.

    Raises ValueError on an unknown muscle or a value outside 0-5. Source: ISNCSCI totals, where
    one muscle not testable leaves the total undetermined (CLINICAL.md B [15]).
    """
    of_right, of_left = _leg_sum(right), _leg_sum(left)
    return Lems(
        total=None if of_right is None or of_left is None else of_right + of_left,
        right=of_right,
        left=of_left,
        missing=_missing("right", right) + _missing("left", left),
    )


def match_basis(first: str, second: str) -> BasisMatch:
    """Whether two grades may be compared (CLINICAL.md J).

    Unspecified against unspecified compares but is flagged; unspecified against a stated basis
    does not. `KEY_MUSCLE` stands for single muscles. Raises ValueError on an unknown basis.
    """
    for basis in (first, second):
        if basis not in (*Basis, KEY_MUSCLE):
            raise ValueError(f"{basis!r} is not a basis: give one of {', '.join(Basis)}.")
    if first != second:
        return BasisMatch.DIFFERENT
    return BasisMatch.UNSPECIFIED if first == Basis.UNSPECIFIED else BasisMatch.SAME


def _leg_sum(muscles: Mapping[str, int | None]) -> int | None:
    _check_muscles(muscles)
    tested = [value for value in muscles.values() if value is not None]
    return sum(tested) if len(tested) == len(KEY_MUSCLES) else None


def _missing(side: str, muscles: Mapping[str, int | None]) -> tuple[tuple[str, str], ...]:
    return tuple((side, muscle) for muscle in KEY_MUSCLES if muscles.get(muscle) is None)


def _check_muscles(muscles: Mapping[str, int | None]) -> None:
    for muscle, value in muscles.items():
        if muscle not in KEY_MUSCLES:
            raise ValueError(f"{muscle!r} is not a leg key muscle: {', '.join(KEY_MUSCLES)}.")
        if value is not None and (type(value) is not int or not 0 <= value <= MAX_GRADE):
            raise ValueError(f"{muscle} is {value!r}: give a whole number from 0 to {MAX_GRADE}.")
