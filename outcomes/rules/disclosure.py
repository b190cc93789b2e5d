"""How few people may be told of without telling of one: counts of records one may not open.

Counts up to seven are not told, larger ones are rounded to five (OpenSAFELY's rule: TRUST
requirement 38); of a row of counts never exactly one is left out, for the rest and the sum would
tell it. Two answers tell of those who stand in one and not in the other: every choice has to leave
out at least eight people beside the rest, so that between any two choices one can make there are
eight, or nobody. A choice that leaves out nobody is not told either: it would say of everyone that
they are as chosen.
"""

from collections.abc import Iterable, Sequence

MOST_HIDDEN = 7
STEP = 5
ESTIMATE_STEP = 0.05


def shown(people: int) -> int | None:
    """Rounded to five; None for seven or fewer, none at all included."""
    return None if people <= MOST_HIDDEN else int(STEP * ((people + STEP / 2) // STEP))


def could_be(told: int | None) -> tuple[int, int]:
    """The least and the greatest count that is shown so."""
    if told is None:
        return 0, MOST_HIDDEN
    return max(told - STEP // 2, MOST_HIDDEN + 1), told + STEP // 2


def shown_row(counts: Sequence[int]) -> list[int | None]:
    """Each of a row of counts as `shown`; where one alone would be hidden, the next smallest too.

    Counts of nobody hide nothing by themselves but may serve as the second.
    """
    told = [shown(count) for count in counts]
    if told.count(None) == 1 and len(counts) > 1:
        smallest = min(
            (i for i, one in enumerate(told) if one is not None), key=lambda i: counts[i]
        )
        told[smallest] = None
    return told


def shown_part(part: int, whole: int) -> int | None:
    """Of a count that is told, a part; None too where the rest is too few to tell, or nobody: it
    would say of everyone that they are of the part, and of the first who is not that they are not.
    """
    return None if whole - part <= MOST_HIDDEN else shown(part)


def settles(whole: int | None, parts: Iterable[int | None]) -> bool:
    """Whether a whole and its parts, told each, leave one possibility: all at one end."""
    if whole is None:
        return False
    ends = [could_be(part) for part in parts]
    least, most = could_be(whole)
    return sum(low for low, _high in ends) >= most or sum(high for _low, high in ends) <= least


def tells_apart(left_out: Iterable[int], beside: Iterable[int] = ()) -> bool:
    """Whether so few people stand between this and another choice that telling both would tell of
    them: those that one choice alone leaves out, and those `beside` whom another choice, made
    instead, would leave out; of the latter nobody is no harm.
    """
    return any(people <= MOST_HIDDEN for people in left_out) or any(
        0 < people <= MOST_HIDDEN for people in beside
    )


def coarse(share: float) -> float:
    """An estimate over people one may not all open, to the nearest twentieth."""
    return round(round(share / ESTIMATE_STEP) * ESTIMATE_STEP, 2)
