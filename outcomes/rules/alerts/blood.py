"""Haemoglobin, ALT, and calcium before ibandronate.

Sources: CLINICAL.md F (ibandronate), G (trigger table), J (Alerts: Late decline) [POLICY].
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import Point, Rise, after_surgery, in_each_order, rises
from outcomes.rules.alerts.results import above, below, of_range, reported, result, results
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.spans import is_empty
from outcomes.rules.timing import days_between, is_before
from outcomes.rules.values import Answer, Moment

# Ca + 0.8 x (4.0 - albumin), in mg/dL and g/dL; not verified
PER_ALBUMIN, USUAL_ALBUMIN = Decimal("0.8"), Decimal("4.0")
POSSIBLY = (Answer.YES, Answer.CANNOT_TELL)
IBANDRONATE_ATC, IBANDRONATE = "M05BA06", "ibandron"


# --- haemoglobin ----------------------------------------------------------------------------------


def haemoglobin(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Below 8 g/dL at any time, or a drop by 2 g/dL between two postoperative values."""
    taken = results(facts, "hb")
    yield from in_each_order(facts, taken, lambda order: _haemoglobin(facts, order))
    yield from _undated(facts, [f for f in taken if after_surgery(facts, f) in POSSIBLY])


def _haemoglobin(facts: Facts, order: Sequence[Fact]) -> Iterator[Found]:
    least = facts.thresholds["hb_drop"]
    late = [f for f in order if after_surgery(facts, f) in POSSIBLY]
    drops = rises(facts, [_turned(f) for f in late], lambda drop: drop >= least)
    for now in order:
        low, drop = below(result(now), facts.thresholds["hb <"]), drops.get(now.id)
        if low is Answer.YES:
            yield reported("blood_hb_low", Level.REVIEW, now, before=drop.before if drop else None)
        elif drop:
            yield _dropped(facts, now, drop)
        elif low is Answer.CANNOT_TELL:
            yield _unsure("blood_hb_low", Level.NOTE, now, "value")


def _dropped(facts: Facts, now: Fact, drop: Rise) -> Found:
    """A drop; it cannot be told where a value may be from before surgery, or is only a bound."""
    sure = all(after_surgery(facts, f) is Answer.YES for f in (now, drop.before))
    if sure and drop.answer is Answer.YES:
        return reported("blood_hb_drop", Level.REVIEW, now, before=drop.before)
    missing = "value" if sure else "time" if facts.operated else "day"
    return _unsure("blood_hb_drop", Level.REVIEW, now, missing, before=drop.before)


def _undated(facts: Facts, late: Sequence[Fact]) -> Iterator[Found]:
    """A value without a date, far below another that may have been taken before it."""
    least = facts.thresholds["hb_drop"]
    for now in late:
        low = below(result(now), facts.thresholds["hb <"]) is not Answer.NO
        if low or not (is_empty(now.day) and not now.when.date):
            continue
        higher = [f for f in late if result(f).low - result(now).high >= least]
        if higher:
            yield _unsure("blood_hb_drop", Level.REVIEW, now, "date")


def _turned(fact: Fact) -> Point:
    """With its sign turned, so that a drop is a rise."""
    one = result(fact)
    return Point(fact=fact, low=-one.high, high=-one.low)


# --- ALT ------------------------------------------------------------------------------------------


def alt(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Above three times the laboratory's upper limit; without its range it cannot be checked."""
    for now in results(facts, "alt"):
        upper = of_range(now, "high")
        if upper is None:
            yield _unsure("blood_alt", Level.NOTE, now, "range_high")
            continue
        answer = above(result(now), facts.thresholds["alt_times_upper"] * upper)
        if answer is Answer.YES:
            yield reported("blood_alt", Level.REVIEW, now)
        elif answer is Answer.CANNOT_TELL:
            yield _unsure("blood_alt", Level.NOTE, now, "value")


# --- calcium --------------------------------------------------------------------------------------


def calcium(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Calcium below the laboratory's lower limit while ibandronate is to be given.

    Judged on ionised calcium, or on the total corrected by albumin.
    """
    if not any(is_drug(d, IBANDRONATE_ATC, IBANDRONATE) for d in facts.drugs):
        return
    for now in results(facts, "ionised_calcium"):
        if _before_ibandronate(facts, now):
            yield from _ionised(now)
    for now in results(facts, "calcium"):
        if _before_ibandronate(facts, now):
            yield from _total(facts, now)


def is_drug(course: Fact, atc: str, name: str) -> bool:
    return course.get("atc") == atc or name in str(course.get("drug") or "").lower()


def _before_ibandronate(facts: Facts, now: Fact) -> bool:
    """Unless each of its courses had certainly been stopped when the specimen was taken."""
    for course in facts.drugs:
        if is_drug(course, IBANDRONATE_ATC, IBANDRONATE):
            stop = course.get("stop")
            if stop is None:
                return True
            if is_before(Moment(date=stop), now.when, anchors=facts.anchors) is not Answer.YES:
                return True
    return False


def _ionised(now: Fact) -> Iterator[Found]:
    lower = of_range(now, "low")
    if lower is None:
        yield _unsure("blood_calcium", Level.NOTE, now, "range_low")
    elif (answer := below(result(now), lower)) is Answer.YES:
        yield reported("blood_calcium", Level.REVIEW, now)
    elif answer is Answer.CANNOT_TELL:
        yield _unsure("blood_calcium", Level.NOTE, now, "value")


def _total(facts: Facts, now: Fact) -> Iterator[Found]:
    lower, albumin = of_range(now, "low"), _albumin(facts, now)
    total = result(now)
    if lower is None:
        yield _unsure("blood_calcium", Level.NOTE, now, "range_low")
    elif albumin is None:
        if below(total, lower) is not Answer.NO:
            yield _unsure("blood_calcium", Level.REVIEW, now, "albumin")
    else:
        answer = below(_corrected(total, result(albumin)), lower)
        if answer is Answer.YES:
            yield reported("blood_calcium", Level.REVIEW, now)
        elif answer is Answer.CANNOT_TELL:
            yield _unsure("blood_calcium", Level.REVIEW, now, "value")


def _corrected(total: Point, albumin: Point) -> Point:
    return Point(
        fact=total.fact,
        low=total.low + PER_ALBUMIN * (USUAL_ALBUMIN - albumin.high),
        high=total.high + PER_ALBUMIN * (USUAL_ALBUMIN - albumin.low),
    )


def _albumin(facts: Facts, now: Fact) -> Fact | None:
    """The albumin nearest in time, certainly within the days that it serves; the earlier wins."""
    days = float(facts.thresholds["albumin_days"])
    gaps = []
    for one in results(facts, "albumin"):
        gap = days_between(one.when, now.when, anchors=facts.anchors)
        if gap.lower is not None and gap.upper is not None:
            most = max(abs(gap.lower), abs(gap.upper))
            if most <= days:
                gaps.append((most, one.order, one))
    return min(gaps)[2] if gaps else None


def _unsure(
    rule: str, level: Level, now: Fact, missing: str, *, before: Fact | None = None
) -> Found:
    return reported(rule, level, now, before=before, answer=Answer.CANNOT_TELL, missing=[missing])


RULES: tuple[Rule, ...] = (haemoglobin, alt, calcium)
