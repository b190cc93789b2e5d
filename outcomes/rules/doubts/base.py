"""The vocabulary of doubts, and what came before a record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from outcomes.rules.facts import Fact
from outcomes.rules.timing import Anchors, is_before
from outcomes.rules.values import Answer, Moment, Status

SIDES = ("right", "left")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One question; `path` is the field, `message` a template marked for translation."""

    path: tuple[str, ...]
    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


def certainly_before(first: Moment, second: Moment, anchors: Anchors) -> bool:
    """Whether `first` is earlier, beyond doubt."""
    if _plain(first) and _plain(second) and first.date != second.date:
        return first.date < second.date  # type: ignore[operator]
    return is_before(first, second, anchors=anchors) is Answer.YES


def _plain(moment: Moment) -> bool:
    """Told by a civil date alone: no bounds to look at."""
    return moment.date is not None and moment.status is Status.KNOWN


def earlier(now: Fact, others: Iterable[Fact], anchors: Anchors) -> list[Fact]:
    """Of `others`, in their order, those certainly before `now`; `now` itself is not among them."""
    return [o for o in others if o.id != now.id and certainly_before(o.when, now.when, anchors)]


def last_with(before: Sequence[Fact], *columns: str) -> Fact | None:
    """The last of them in which all these columns were recorded."""
    return next((f for f in reversed(before) if all(f.get(c) is not None for c in columns)), None)


def on(fact: Fact) -> str:
    """The day of a record, to be shown: its date, else its day count ("D+14"), else "–"."""
    when = fact.when
    if when.date is not None:
        return when.date.isoformat()
    return f"D{when.day:+d}".replace("-", "−") if when.day is not None else "–"


def joined(*groups: Iterable[Doubt]) -> Iterator[Doubt]:
    for group in groups:
        yield from group
