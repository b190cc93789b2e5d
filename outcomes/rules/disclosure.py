"""How few people may be told of without telling of one: counts of records one may not open.

Counts up to seven are not told, larger ones are rounded to five (OpenSAFELY's rule: TRUST
requirement 38); of a row of counts never exactly one is left out, for the rest and the sum would
tell it. Where a choice leaves out fewer than eight people of those without it, nothing is told:
the difference of the two would be about them.
"""

from collections.abc import Iterable, Sequence

MOST_HIDDEN = 7
STEP = 5
ESTIMATE_STEP = 0.05


def shown(people: int) -> int | None:
    """Rounded to five; None for seven or fewer, none at all included."""
    return None if people <= MOST_HIDDEN else int(STEP * ((people + STEP / 2) // STEP))


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


def tells_apart(left_out: Iterable[int]) -> bool:
    """Whether one of the choices leaves out so few that telling the rest would tell of them."""
    return any(0 < people <= MOST_HIDDEN for people in left_out)


def coarse(share: float) -> float:
    """An estimate over people one may not all open, to the nearest twentieth."""
    return round(round(share / ESTIMATE_STEP) * ESTIMATE_STEP, 2)
