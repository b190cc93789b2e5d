"""What is in doubt: sides, a stale baseline, what was copied.

Sources: CLINICAL.md A3.17 (sides), G (baseline, "unchanged").
"""

from collections.abc import Iterator

from outcomes.rules import timing
from outcomes.rules.doubts.base import SIDES, earlier, on
from outcomes.rules.doubts.sides import exchanges
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.queries.base import Found, about
from outcomes.rules.unchanged import COPIED, Course, unmatched
from outcomes.rules.values import Answer

MOST = 180  # characters of the values of a part; the day comes before them


def sides_swapped(facts: Facts) -> Iterator[Found]:
    """Right and left that look exchanged, as they are asked about on entry."""
    least = facts.thresholds["side_swap"]
    for visit in facts.visits:
        before = earlier(visit, facts.visits, facts.anchors)
        for found in exchanges(visit, before, least):
            yield about(
                visit, "sides_swapped", found.part,
                " : ".join(found.shown), f"{' : '.join(found.before)}, {on(found.last)}",
            )  # fmt: skip


def stale_baseline(facts: Facts) -> Iterator[Found]:
    """The last examination before the operation, too long before it."""
    graded = [v for v in facts.visits if any(v.get(f"motor_{side}_grade") for side in SIDES)]
    found = timing.baseline(graded, anchors=facts.anchors)
    if found.exam is not None and found.stale is Answer.YES:
        yield about(found.exam, "stale_baseline", "date", on(found.exam))


def unchanged_source(facts: Facts) -> Iterator[Found]:
    """A part copied as unchanged that could not be copied so from the course as it now stands."""
    course = Course(visits=facts.visits, procedures=facts.procedures, anchors=facts.anchors)
    for visit, part, source in unmatched(course):
        against = f"{on(source)}: {_values(part, source)}" if source else ""
        yield about(visit, "unchanged_source", part, _values(part, visit), against)


def _values(part: str, visit: Fact) -> str:
    """What is copied of a part, in its order, within the length of a query's fields."""
    told = ("–" if visit.get(name) is None else str(visit.get(name)) for name in COPIED[part])
    return " ".join(told)[:MOST]
