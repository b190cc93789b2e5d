"""What a value is held against: the last comparable one, the best since surgery, what is near it.

Sources: CLINICAL.md G ("against the last comparable examination and the best since surgery") and
J (Time: two of one day without times are tried in both orders; the worse answer holds, marked).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from outcomes.rules.alerts.base import Found, Level
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.spans import is_empty, negated, plus
from outcomes.rules.timing import days_between, is_after_anchor, is_before
from outcomes.rules.values import Anchor, Answer, Span

LEVELS = tuple(Level)
ANY = Decimal("-Infinity")
UNORDERED, UNDATED = "time", "date"

Judge = Callable[[Sequence[Fact]], Iterable[Found]]


def exact(value: float | Decimal) -> Decimal:
    """38.0 as it was written, not as a float keeps it."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


# --- the order of what was recorded --------------------------------------------------------------


def in_each_order(facts: Facts, recorded: Sequence[Fact], judge: Judge) -> Iterator[Found]:
    """What `judge` finds in documents in the order of time, every possible order tried.

    Found in one order only, or in a document without any date (held against nothing), it is
    marked as missing `time` or `date`. Of one measurement the worst that was found holds.
    """
    placed, adrift = _placed(recorded)
    given, other = placed, _reversed_where_unsure(facts, placed)
    found = worst(judge(given))
    if other != given:
        found = _merged(found, worst(judge(other)))
    yield from found.values()
    for one in adrift:
        yield from (marked(f, UNDATED) for f in worst(judge((one,))).values())


def worst(found: Iterable[Found]) -> dict[str, Found]:
    """The most pressing finding of each measurement, by measurement."""
    most: dict[str, Found] = {}
    for one in found:
        most[one.measurement] = _worse(most.get(one.measurement, one), one)
    return most


def marked(found: Found, *missing: str) -> Found:
    """The finding, saying that this too is missing."""
    return replace(found, missing=tuple(dict.fromkeys((*found.missing, *missing))))


def _worse(one: Found, other: Found) -> Found:
    return max(one, other, key=lambda f: (LEVELS.index(f.level), f.answer is Answer.YES))


def _merged(found: Mapping[str, Found], other: Mapping[str, Found]) -> dict[str, Found]:
    merged = {}
    for key in (*found, *(k for k in other if k not in found)):
        ways = [way[key] for way in (found, other) if key in way]
        same = len(ways) == 2 and ways[0].rule == ways[1].rule
        holds = _worse(ways[0], ways[-1])
        merged[key] = holds if same else marked(holds, UNORDERED)
    return merged


def _placed(recorded: Sequence[Fact]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Those with a place in time, in order, and those without."""
    if any(not is_empty(fact.day) for fact in recorded):
        dated = tuple(f for f in recorded if not is_empty(f.day))
    else:  # no operation or cement to count from
        dated = tuple(sorted((f for f in recorded if _civil(f)), key=_civil))
    ids = {f.id for f in dated}
    return dated, tuple(f for f in recorded if f.id not in ids)


def _civil(fact: Fact) -> tuple[str, ...]:
    when = fact.when
    dates = [d for d in (when.date, when.date_lower, when.date_upper) if d is not None]
    return (str(dates[0]), str(when.time or "")) if dates else ()


def _reversed_where_unsure(facts: Facts, placed: Sequence[Fact]) -> tuple[Fact, ...]:
    """The other order: each run of documents whose order is not certain, turned round."""
    runs: list[list[Fact]] = []
    for fact in placed:
        if runs and not _certainly_before(facts, runs[-1][-1], fact):
            runs[-1].append(fact)
        else:
            runs.append([fact])
    return tuple(fact for run in runs for fact in reversed(run))


def _certainly_before(facts: Facts, one: Fact, other: Fact) -> bool:
    first, second = one.day, other.day
    if first.upper is not None and second.lower is not None and first.upper < second.lower:
        return True
    return is_before(one.when, other.when, anchors=facts.anchors) is Answer.YES


# --- surgery and its days ------------------------------------------------------------------------


def after_surgery(facts: Facts, fact: Fact) -> Answer:
    """Whether it was after incision; not_applicable where nobody operated."""
    if not facts.operated and not not_operated(facts):
        return Answer.CANNOT_TELL
    return is_after_anchor(fact.when, Anchor.INDEX_DECOMPRESSION, anchors=facts.anchors)


def since_surgery(facts: Facts, fact: Fact) -> bool:
    """Certainly after incision."""
    return after_surgery(facts, fact) is Answer.YES


def not_operated(facts: Facts) -> bool:
    """Nobody operated; not so where it is only unknown which operation is the index."""
    return not facts.operated and not any(is_operation(p) for p in facts.procedures)


def is_operation(procedure: Fact) -> bool:
    return procedure.get("kind") in ("decompression", "revision")


def pod_within(facts: Facts, fact: Fact, first: Decimal, last: Decimal | None = None) -> Answer:
    """Whether its postoperative day lies within `first`..`last`; a day after cement is no POD."""
    day = fact.day
    if not facts.operated or day.lower is None or day.upper is None:
        return Answer.CANNOT_TELL
    if first <= day.lower and (last is None or day.upper <= last):
        return Answer.YES
    outside = day.upper < first or (last is not None and day.lower > last)
    return Answer.NO if outside else Answer.CANNOT_TELL


def near(facts: Facts, fact: Fact, among: Sequence[Fact] | None = None) -> list[Fact]:
    """The documents (visits, if not said otherwise) that may have been within the days that count
    as together, before or after."""
    days = float(facts.thresholds["together_days"])
    others = facts.visits if among is None else among
    return [v for v in others if v is fact or _may_be_within(_gap(facts, fact, v), days)]


def _gap(facts: Facts, one: Fact, other: Fact) -> Span:
    if not is_empty(one.day) and not is_empty(other.day):
        return plus(other.day, negated(one.day))
    return days_between(one.when, other.when, anchors=facts.anchors)


def _may_be_within(gap: Span, days: float) -> bool:
    if gap.lower is None or gap.upper is None:
        return gap.best is not None and abs(gap.best) <= days
    return gap.lower <= days and gap.upper >= -days


# --- numbers that rose, signs that worsened -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A number with the least and the most that it can be."""

    fact: Fact
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """`answer` is yes, or cannot_tell where the number is only a bound."""

    before: Fact
    answer: Answer


def point(fact: Fact, column: str) -> Point:
    value = exact(fact.get(column))
    return Point(fact=fact, low=value, high=value)


def rises(
    facts: Facts,
    points: Sequence[Point],
    enough: Callable[[Decimal], bool],
    *,
    reaching: Decimal = ANY,
) -> dict[str, Rise]:
    """By id of the document, each number that rose by enough, to `reaching` or more.

    Against the last one, and against the lowest since surgery or since the last such rise: what
    stays high is no new rise until it rises as much again, or has been lower.
    """
    found: dict[str, Rise] = {}
    lowest: Point | None = None
    was_after = False
    for now in points:
        rise = _rise(lowest, now, enough) if now.high >= reaching else None
        if rise:
            found[now.fact.id] = rise
        after = since_surgery(facts, now.fact)
        fresh = (rise and rise.answer is Answer.YES) or (after and not was_after)
        if lowest is None or fresh or now.high <= lowest.high:
            lowest = now
        was_after = was_after or after
    return found


def _rise(before: Point | None, now: Point, enough: Callable[[Decimal], bool]) -> Rise | None:
    if before is None or not enough(now.high - before.low):
        return None
    certain = enough(now.low - before.high)
    return Rise(before=before.fact, answer=Answer.YES if certain else Answer.CANNOT_TELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A value worse than the last comparable one; `before` None: first seen."""

    now: Fact
    column: str
    before: Fact | None


def steps(
    sequence: Sequence[Fact], column: str, scale: Sequence[object], least: int = 1
) -> Iterator[Step]:
    """Each step of at least `least` towards the end of the scale, and what is first seen.

    Values outside the scale (not tested, unknown) do not compare.
    """
    last: Fact | None = None
    for fact in sequence:
        if fact.get(column) not in scale:
            continue
        rank = scale.index(fact.get(column))
        before = scale.index(last.get(column)) if last else 0
        if rank - before >= least:
            yield Step(now=fact, column=column, before=last)
        last = fact


# --- a finding -----------------------------------------------------------------------------------


def finding(
    rule: str,
    level: Level,
    now: Fact,
    column: str,
    *,
    unit: str = "",
    before: Fact | None = None,
    answer: Answer = Answer.YES,
    missing: Iterable[str] = (),
    reported_by: str = "",
) -> Found:
    """What was found in one column, with both values as recorded."""
    return Found(
        rule=rule,
        level=level,
        now=now,
        column=column,
        value_now=shown(now, column, unit),
        answer=answer,
        before=before,
        value_before=shown(before, column, unit) if before else "",
        missing=tuple(dict.fromkeys(missing)),
        reported_by=reported_by,
    )


def shown(fact: Fact, column: str, unit: str = "") -> str:
    """The value as recorded, with its unit; empty where it was not recorded."""
    value = fact.get(column)
    if value is None:
        return ""
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return f"{text} {unit}".strip()


def unrecorded(visits: Iterable[Fact], columns: Iterable[str]) -> tuple[str, ...]:
    """Those of the columns that none of the visits holds."""
    held = list(visits)
    return tuple(c for c in columns if all(v.get(c) is None for v in held))


def reported(facts: Facts, level: Level, rule: str, column: str) -> Iterator[Found]:
    """A sign that fires at each visit that reports it."""
    for visit in facts.visits:
        if visit.get(column):
            yield finding(rule, level, visit, column)
