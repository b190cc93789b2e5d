"""Which of two examinations came first, and what follows where nobody knows.

Two examinations of one day without times are tried both ways (CLINICAL.md J, Time): each of them
may have come before the other.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from outcomes.rules import timing
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Anchor, Answer, Moment, Status


def certainly_before(one: Fact, other: Fact, anchors: Anchors) -> bool:
    """Whether `one` was before `other` for certain."""
    first, second = one.when, other.when
    if _plain(first) and _plain(second) and first.date != second.date:
        return bool(first.date and second.date and first.date < second.date)
    return timing.is_before(first, second, anchors=anchors) is Answer.YES


def _plain(when: Moment) -> bool:
    """One civil date without bounds, as nearly all are: then nothing has to be worked out."""
    bounded = when.date_lower is not None or when.date_upper is not None
    return when.status is Status.KNOWN and when.date is not None and not bounded


def since_anchor(fact: Fact, facts: Facts) -> bool:
    """Certainly after incision; after the cement where nobody operated."""
    anchor = Anchor.INDEX_DECOMPRESSION if facts.operated else Anchor.CEMENT
    return timing.is_after_anchor(fact.when, anchor, anchors=facts.anchors) is Answer.YES


class Order:
    """The order of some examinations, each pair looked at once."""

    def __init__(self, exams: Sequence[Fact], facts: Facts) -> None:
        self.exams, self._facts = exams, facts
        self._before = {
            (one.id, other.id)
            for one in exams
            for other in exams
            if one is not other and certainly_before(one, other, facts.anchors)
        }

    @cached_property
    def after_surgery(self) -> set[str]:
        """Certainly after incision; after the cement where nobody operated.

        One on the day of surgery without a time is neither before nor after until someone says.
        """
        return {e.id for e in self.exams if since_anchor(e, self._facts)}

    def before(self, one: Fact, other: Fact) -> bool:
        return (one.id, other.id) in self._before

    def maybe_earlier(self, exam: Fact) -> list[Fact]:
        """Those that were before it, or may have been."""
        return [e for e in self.exams if e is not exam and not self.before(exam, e)]

    def last_of(self, exams: Iterable[Fact], exam: Fact) -> list[Fact]:
        """Of those that may be earlier, each that may have been the last before `exam`."""
        found = list(exams)
        sure = [e for e in found if self.before(e, exam)]
        return [e for e in found if not any(self.before(e, other) for other in sure)]
