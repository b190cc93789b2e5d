"""What a bladder diary says over some days, and what it does not say.

A day without entries is a gap, never a day without voids or leaks; a volume that was not measured
is not counted, and there is no total where one is missing. Everything is as reported by patient
or caregiver, apart from what was examined.
Sources: CLINICAL.md C (bladder diary: at least three days) [unverified]; the length of a gap is
[POLICY].
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

BLADDER = ("void", "leak", "catheter")
AMOUNTS = ("drops", "some", "much", None)
"""None: how much leaked was not said."""
LONG = dt.timedelta(hours=8)
"""So long without an entry within a day is shown as a gap [POLICY]."""
LEAST_DAYS = 3
AT_ONCE_ML = 500
MIDNIGHT, DAY_END = dt.time(0, 0), dt.time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: its civil day at the site, the time of day where it is known.

    `dated` is False where only the receipt is known: it then belongs to no day.
    """

    kind: str
    day: dt.date
    time: dt.time | None = None
    dated: bool = True
    volume_ml: int | None = None
    leak_amount: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """Volumes of one kind: `times` entries, `measured` of them with a volume.

    `least`, `most` are of those measured; `total` is None where one of them was not.
    """

    times: int
    measured: int
    least: int | None
    most: int | None
    total: int | None

    @property
    def complete(self) -> bool:
        return self.times > 0 and self.measured == self.times


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """From one time to another of one day without any entry, by the clock of the site."""

    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One civil day. `gaps` are empty on a day without any entry: it is a gap as a whole."""

    day: dt.date
    entries: int
    voids: Volumes
    catheters: Volumes
    leaks: Mapping[str | None, int]
    untimed: int
    gaps: tuple[Gap, ...] = ()

    @property
    def silent(self) -> bool:
        return self.entries == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Some days together. `undated` entries are in no day and no count."""

    days: tuple[Day, ...]
    voids: Volumes
    catheters: Volumes
    leaks: Mapping[str | None, int]
    large: int
    """Catheter volumes above 500 mL."""
    undated: int
    silent_days: tuple[dt.date, ...] = field(default=())

    @property
    def days_with_entries(self) -> int:
        return len(self.days) - len(self.silent_days)

    @property
    def enough(self) -> bool:
        """Whether entries stand on as many days as such a diary wants."""
        return self.days_with_entries >= LEAST_DAYS

    @property
    def leak_times(self) -> int:
        return sum(self.leaks.values())

    @property
    def largest(self) -> int | None:
        """The largest single volume, passed or drained."""
        return max(
            (v for v in (self.voids.most, self.catheters.most) if v is not None), default=None
        )


def summary(
    entries: Iterable[Entry],
    *,
    first: dt.date,
    last: dt.date,
    now: dt.datetime | None = None,
    large_ml: int = AT_ONCE_ML,
) -> Summary:
    """The days `first`..`last`, both included; `now` (local) ends today's last gap.

    Entries of other kinds than void, leak and catheter show that somebody kept the diary, so they
    end a gap, but are in no count.
    """
    within = [e for e in entries if e.dated and first <= e.day <= last]
    undated = sum(1 for e in entries if not e.dated and e.kind in BLADDER)
    count = (last - first).days + 1
    days = tuple(_day(first + dt.timedelta(days=n), within, now) for n in range(count))
    catheters = [e for e in within if e.kind == "catheter"]
    return Summary(
        days=days,
        voids=volumes(e for e in within if e.kind == "void"),
        catheters=volumes(catheters),
        leaks=_leaks(within),
        large=sum(1 for e in catheters if (e.volume_ml or 0) > large_ml),
        undated=undated,
        silent_days=tuple(day.day for day in days if day.silent),
    )


def volumes(entries: Iterable[Entry]) -> Volumes:
    """Of entries of one kind."""
    given = list(entries)
    measured = [e.volume_ml for e in given if e.volume_ml is not None]
    whole = bool(given) and len(measured) == len(given)
    return Volumes(
        times=len(given),
        measured=len(measured),
        least=min(measured, default=None),
        most=max(measured, default=None),
        total=sum(measured) if whole else None,
    )


def _leaks(entries: Iterable[Entry]) -> dict[str | None, int]:
    """How often by amount, the amounts that were never reported left out."""
    amounts = [e.leak_amount for e in entries if e.kind == "leak"]
    return {amount: n for amount in AMOUNTS if (n := amounts.count(amount))}


def _day(day: dt.date, entries: Sequence[Entry], now: dt.datetime | None) -> Day:
    of_day = [e for e in entries if e.day == day]
    bladder = [e for e in of_day if e.kind in BLADDER]
    return Day(
        day=day,
        entries=len(bladder),
        voids=volumes(e for e in bladder if e.kind == "void"),
        catheters=volumes(e for e in bladder if e.kind == "catheter"),
        leaks=_leaks(bladder),
        untimed=sum(1 for e in bladder if e.time is None),
        gaps=_gaps(day, of_day, now) if bladder else (),
    )


def _gaps(day: dt.date, entries: Sequence[Entry], now: dt.datetime | None) -> tuple[Gap, ...]:
    """Stretches of the day without an entry; what has only a day may lie in any of them."""
    end = DAY_END
    if now is not None and now.date() <= day:
        end = now.time().replace(tzinfo=None)
    times = sorted(e.time for e in entries if e.time is not None)
    edges = [MIDNIGHT, *(t for t in times if t < end), end]
    return tuple(Gap(start=a, end=b) for a, b in pairwise(edges) if _between(a, b) >= LONG)


def _between(start: dt.time, end: dt.time) -> dt.timedelta:
    if end == DAY_END:
        return dt.timedelta(hours=24) - _since_midnight(start)
    return _since_midnight(end) - _since_midnight(start)


def _since_midnight(time: dt.time) -> dt.timedelta:
    return dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second)
