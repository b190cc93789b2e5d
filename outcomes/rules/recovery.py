"""Motor recovery between two examinations: change, recovery ratio, class, strength of evidence.

Sources: CLINICAL.md A5 (definitions and worked cases), B (1 grade possible, 2 likely) and
J (classification by legs). Grades are ordinal: change and ratio are display aids, never tested.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from outcomes.rules.grades import MAX_GRADE, Basis, BasisMatch, arithmetic, match_basis
from outcomes.rules.text import gettext_noop as _

# CLINICAL.md B [POLICY]: one grade by a single examiner may be chance.
LIKELY_FROM = 2


class Classification(StrEnum):
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    WORSE = "worse"
    MIXED = "mixed"
    CANNOT_TELL = "cannot_tell"


class Evidence(StrEnum):
    LIKELY = "likely"
    POSSIBLE = "possible"
    DESCRIPTIVE = "descriptive"


class Flag(StrEnum):
    BASIS_UNSPECIFIED = "basis_unspecified"
    BASIS_DIFFERS = "basis_differs"
    LEG_MISSING = "leg_missing"
    RIGHT_AT_CEILING = "right_at_ceiling"
    LEFT_AT_CEILING = "left_at_ceiling"
    DESCRIBED_IN_WORDS = "described_in_words"
    ORDER_UNKNOWN = "order_unknown"
    RIGHT_UNCONFIRMED = "right_unconfirmed"
    LEFT_UNCONFIRMED = "left_unconfirmed"


FLAG_TEXTS: Mapping[Flag, str] = {
    Flag.BASIS_UNSPECIFIED: _("What the leg grades stand for was not stated."),
    Flag.BASIS_DIFFERS: _(
        "The leg grades stand for different things, or for one it was not stated: the numbers are "
        "shown, the outcome cannot be told."
    ),
    Flag.LEG_MISSING: _("A leg has no grade in one of the two examinations."),
    Flag.RIGHT_AT_CEILING: _("Right leg at ceiling: no recovery ratio."),
    Flag.LEFT_AT_CEILING: _("Left leg at ceiling: no recovery ratio."),
    Flag.DESCRIBED_IN_WORDS: _("Described in words only, without grades."),
    Flag.ORDER_UNKNOWN: _(
        "The order of two examinations is not known; of the possible answers, the worse is shown."
    ),
    Flag.RIGHT_UNCONFIRMED: _("Right leg: a gain of one grade, unconfirmed until it is repeated."),
    Flag.LEFT_UNCONFIRMED: _("Left leg: a gain of one grade, unconfirmed until it is repeated."),
}


@dataclass(frozen=True, slots=True)
class Legs:
    """The grade of each leg at one examination ("0" to "5", with 4- and 4+), and its basis."""

    right: str | None
    left: str | None
    basis: str = Basis.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class Sides:
    right: float | None
    left: float | None
    total: float | None
    worst_leg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Final against initial. Change in grades; ratio = change / (maximum - initial), unrounded."""

    change: Sides
    recovery_ratio: Sides
    worst_leg_initial: int | None
    worst_leg_final: int | None
    classification: Classification
    evidence: Evidence | None
    flags: tuple[Flag, ...]


def compare(initial: Legs, final: Legs, *, described: Classification | None = None) -> Outcome:
    """Change and recovery ratio per leg, in total (of 10) and of the worst leg; class; evidence.

    None where a grade is missing; a ratio is None at the ceiling too. Across different bases the
    numbers are shown but the class is cannot_tell. `described` is the direction a source states
    in words; it counts only where no leg has both grades. Raises ValueError on a wrong grade or
    basis.
    """
    first, last = _measures(initial), _measures(final)
    basis = match_basis(initial.basis, final.basis)
    change = Sides(*map(_change, first, last))
    if change.right is not None or change.left is not None:
        described = None
    classification = described or _classify(change, basis)
    return Outcome(
        change=change,
        recovery_ratio=Sides(*map(_ratio, first, last, MAXIMA)),
        worst_leg_initial=first[-1],
        worst_leg_final=last[-1],
        classification=classification,
        evidence=Evidence.DESCRIPTIVE if described else _evidence(classification, change),
        flags=_flags(first, change, basis, in_words=described is not None),
    )


def worse_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Of the outcomes under each possible order of examinations, the worst, marked so.

    A single outcome, or several that agree, comes back unmarked. Source: CLINICAL.md J, Time.
    Raises ValueError when there is none.
    """
    possible = list(outcomes)
    worst = min(possible, key=_badness)
    if all(outcome == worst for outcome in possible):
        return worst
    return replace(worst, flags=(*worst.flags, Flag.ORDER_UNKNOWN))


# Right, left, total, worst leg: the order of the fields of Sides.
Measures = tuple[int | None, int | None, int | None, int | None]
MAXIMA = (MAX_GRADE, MAX_GRADE, 2 * MAX_GRADE, MAX_GRADE)

_WORST_FIRST = (
    Classification.WORSE,
    Classification.MIXED,
    Classification.CANNOT_TELL,
    Classification.UNCHANGED,
    Classification.IMPROVED,
)


def _measures(legs: Legs) -> Measures:
    right, left = arithmetic(legs.right), arithmetic(legs.left)
    if right is None or left is None:
        return right, left, None, None
    return right, left, right + left, min(right, left)


def _change(first: int | None, last: int | None) -> int | None:
    return None if first is None or last is None else last - first


def _ratio(first: int | None, last: int | None, maximum: int) -> float | None:
    if first is None or last is None or first == maximum:
        return None
    return (last - first) / (maximum - first)


def _classify(change: Sides, basis: BasisMatch) -> Classification:
    if basis is BasisMatch.DIFFERENT or change.right is None or change.left is None:
        return Classification.CANNOT_TELL
    up = change.right > 0 or change.left > 0
    down = change.right < 0 or change.left < 0
    return {
        (True, False): Classification.IMPROVED,
        (False, True): Classification.WORSE,
        (True, True): Classification.MIXED,
        (False, False): Classification.UNCHANGED,
    }[up, down]


def _evidence(classification: Classification, change: Sides) -> Evidence | None:
    """By the largest change of a single leg in the direction of the class; mixed has none."""
    if classification not in (Classification.IMPROVED, Classification.WORSE):
        return None
    largest = max(abs(leg) for leg in (change.right, change.left) if leg is not None)
    return Evidence.LIKELY if largest >= LIKELY_FROM else Evidence.POSSIBLE


def _flags(
    first: Measures, change: Sides, basis: BasisMatch, *, in_words: bool
) -> tuple[Flag, ...]:
    raised = {
        Flag.BASIS_UNSPECIFIED: basis is BasisMatch.UNSPECIFIED,
        Flag.BASIS_DIFFERS: basis is BasisMatch.DIFFERENT,
        Flag.LEG_MISSING: change.right is None or change.left is None,
        Flag.RIGHT_AT_CEILING: first[0] == MAX_GRADE,
        Flag.LEFT_AT_CEILING: first[1] == MAX_GRADE,
        Flag.DESCRIBED_IN_WORDS: in_words,
    }
    return tuple(flag for flag, on in raised.items() if on)


def _badness(outcome: Outcome) -> tuple[int, float, float]:
    """Smaller is worse; within a class the worst leg's change decides, then the total's."""
    worst_leg, total = outcome.change.worst_leg, outcome.change.total
    unknown = float("-inf")
    return (
        _WORST_FIRST.index(outcome.classification),
        unknown if worst_leg is None else worst_leg,
        unknown if total is None else total,
    )
