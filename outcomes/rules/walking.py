"""Walks alone: from the Functional Ambulation Category or a statement, never from grades.

FAC 0-5 (Holden; CLINICAL.md D [35]). A 1-6 numbering circulates: store by description.
"""

MAX_FAC = 5
# CLINICAL.md D [POLICY]: independent on level ground at least; walking aids are allowed.
WALKS_ALONE_FROM = 4


def walks_alone(fac: int | None, stated: bool | None) -> bool | None:
    """True, False, or None when neither the FAC (0-5) nor a statement says so.

    An examined FAC rules over a statement. Raises ValueError on a FAC outside 0-5.
    """
    if fac is None:
        return stated
    if type(fac) is not int or not 0 <= fac <= MAX_FAC:
        raise ValueError(f"FAC is {fac!r}: give a whole number from 0 to {MAX_FAC}.")
    return fac >= WALKS_ALONE_FROM
