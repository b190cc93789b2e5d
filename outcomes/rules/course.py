"""How a patient fares: which examinations are compared, and what follows from them.

From the baseline (the last examination before incision) to the last one after it; where nobody
operated, from the first to the last examination after the cement. Change between the first
examination and the operation is kept apart: it is not recovery after it.
Sources: CLINICAL.md G (anchor, baseline, first examination) and J (Time).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from outcomes.rules import timing
from outcomes.rules.grades import BasisMatch, arithmetic, match_basis
from outcomes.rules.recovery import Flag, Legs, Outcome, compare, worse_of
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import Anchors, Baseline, Picked, T
from outcomes.rules.values import Anchor, Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(Generic[T]):
    """`start` is the baseline, or the first examination where nobody operated.

    `outcome` is None where there is nothing to compare, and `reason` says why. `before_surgery`
    compares the first examination with the baseline, None where they are one or either is missing.
    """

    start: Picked[T]
    first: Picked[T]
    last: Picked[T]
    outcome: Outcome | None
    before_surgery: Outcome | None
    reason: str

    @property
    def baseline(self) -> Baseline[T] | None:
        return self.start if isinstance(self.start, Baseline) else None


def follow(exams: Sequence[T], *, anchors: Anchors, legs: Callable[[T], Legs]) -> Followed[T]:
    """Compare the examinations of one patient; `legs` gives the grades of one examination.

    Where the times leave several candidates every pair is tried and the worse answer holds.
    """
    first = timing.first_examination(exams, anchors=anchors)
    last = last_examination(exams, anchors=anchors)
    operated = anchors.decompression is not None
    start = timing.baseline(exams, anchors=anchors) if operated else first
    outcome = _compared(start, last, legs)
    if outcome is not None:
        unconfirmed = _unconfirmed(start, last, exams, anchors, legs)
        outcome = replace(outcome, flags=(*outcome.flags, *unconfirmed))
    return Followed(
        start=start,
        first=first,
        last=last,
        outcome=outcome,
        before_surgery=_compared(first, start, legs) if operated else None,
        reason="" if outcome else _why_nothing(start, last),
    )


def last_examination(exams: Sequence[T], *, anchors: Anchors) -> Picked[T]:
    """The last examination certainly after incision; after the cement where nobody operated."""
    anchor = _anchor(anchors)
    answers = [(exam, timing.is_after_anchor(exam.when, anchor, anchors=anchors)) for exam in exams]
    certain = [exam for exam, answer in answers if answer is Answer.YES]
    undecided = tuple(exam for exam, answer in answers if answer is Answer.CANNOT_TELL)
    return timing.picked_from(
        tuple(e for e in certain if not any(_later(other, e, anchors) for other in certain)),
        undecided,
    )


def _anchor(anchors: Anchors) -> Anchor:
    return Anchor.CEMENT if anchors.decompression is None else Anchor.INDEX_DECOMPRESSION


UNCONFIRMED = {"right": Flag.RIGHT_UNCONFIRMED, "left": Flag.LEFT_UNCONFIRMED}


def _unconfirmed(
    start: Picked[T],
    last: Picked[T],
    exams: Sequence[T],
    anchors: Anchors,
    legs: Callable[[T], Legs],
) -> list[Flag]:
    """The legs whose gain of exactly one grade no other examination since then has shown.

    One grade by a single examiner may be chance (issue 4 and CLINICAL.md B [POLICY]). Where several
    may be the start or the last, unconfirmed under any of them counts.
    """
    anchor = _anchor(anchors)
    since = [
        exam
        for exam in exams
        if timing.is_after_anchor(exam.when, anchor, anchors=anchors) is Answer.YES
    ]
    return [
        flag
        for side, flag in UNCONFIRMED.items()
        if any(
            _gain(legs(a), legs(b), side) == 1
            and not any(
                _gain(legs(b), legs(other), side, missing=-1) >= 0
                for other in since
                if other is not b and other is not a
            )
            for a in start.candidates
            for b in last.candidates
            if a is not b
        )
    ]


def _gain(first: Legs, last: Legs, side: str, missing: int = 0) -> int:
    """Grades gained by a leg; `missing` where one has no grade or the bases differ."""
    before, now = (arithmetic(getattr(one, side)) for one in (first, last))
    if before is None or now is None:
        return missing
    comparable = match_basis(first.basis, last.basis) is not BasisMatch.DIFFERENT
    return now - before if comparable else missing


def _later(one: T, other: T, anchors: Anchors) -> bool:
    return timing.is_after(one.when, other.when, anchors=anchors) is Answer.YES


def _compared(start: Picked[T], end: Picked[T], legs: Callable[[T], Legs]) -> Outcome | None:
    pairs = [(a, b) for a in start.candidates for b in end.candidates if a is not b]
    return worse_of(compare(legs(a), legs(b)) for a, b in pairs) if pairs else None


NO_START = _("No examination to compare with.")
NO_END = _("No examination since then.")


def _why_nothing(start: Picked[T], last: Picked[T]) -> str:
    if not start.candidates:
        return start.reason if start.undecided else NO_START
    return last.reason if last.undecided else NO_END
