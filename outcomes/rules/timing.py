"""The two clocks, the order of events, the index decompression and the baseline.

Clock 1 is hours from cement to decompression, clock 2 days since the index decompression (day 0).
Bounds travel with every number, nothing is a midpoint, and what is unknown stays unknown. Days are
counted on the calendar; only hours look at the time of day and its zone.
Sources: CLINICAL.md G (anchor, baseline) and J (Time).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Generic, Protocol, TypeVar

from outcomes.rules.spans import ZERO, hull, is_empty, make_span, negated, nothing, plus
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Anchor, Answer, Moment, Phase, Span, Status

HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """The patient's two anchor events. None: there was no such event (not operated)."""

    cement: Moment | None = None
    decompression: Moment | None = None

    def moment(self, anchor: Anchor) -> Moment | None:
        return self.cement if anchor is Anchor.CEMENT else self.decompression


NO_ANCHORS = Anchors()


class Timed(Protocol):
    @property
    def when(self) -> Moment: ...


T = TypeVar("T", bound=Timed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation, as far as the choice of the index needs it.

    `decompresses`: meant to decompress the leaked cement (None: not stated). `sequence`: the
    stated order ("2nd op") where there are no dates. `chosen`: a person's explicit choice.
    """

    id: str
    when: Moment
    decompresses: bool | None
    sequence: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexChoice:
    """`answer` is yes with the operation, not_applicable (not operated) or cannot_tell."""

    operation: Operation | None
    answer: Answer
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked(Generic[T]):
    """An examination picked by its time.

    `exam` is None where there is none, or where the times leave several `candidates`: then each
    is tried and the worse answer holds. `undecided` ones may or may not belong and are left out
    until someone says which.
    """

    exam: T | None
    candidates: tuple[T, ...]
    undecided: tuple[T, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline(Picked[T]):
    """The last examination before incision and its age; `exam` and the rest as in Picked.

    `age_days` is days from the examination to incision, over all candidates where several.
    """

    stale: Answer
    age_days: Span


# --- the clocks ---------------------------------------------------------------------------------


def days_since(
    moment: Moment, *, anchors: Anchors, anchor: Anchor = Anchor.INDEX_DECOMPRESSION
) -> Span:
    """Clock 2: days from the anchor event (day 0) to the moment, negative before it.

    A count from the other anchor is shifted by the interval between the two and widened by its
    bounds. The anchor event itself is day 0 by definition and needs no asking. Without the event
    the answer is not_applicable; without usable data the status says what is missing.
    """
    if anchors.moment(anchor) is None:
        return nothing(Status.NOT_APPLICABLE)
    return _on_scale(moment, anchor, anchors)


def days_between(start: Moment, end: Moment, *, anchors: Anchors = NO_ANCHORS) -> Span:
    """Days from `start` to `end`, with bounds; negative when `end` is earlier.

    `anchors` is needed only where one is a civil date and the other a day count, or where the two
    count from different events.
    """
    scale = _scale(start)
    if scale is None:
        return nothing(_missing_status(start))
    return plus(_on_scale(end, scale, anchors), negated(_position(start)))


def hours_between(
    cement: Moment | None, decompression: Moment | None, *, zone: dt.tzinfo = dt.UTC
) -> Span:
    """Clock 1: hours from cement to decompression, never below 0.

    Two known times are exact (in `zone`, also across a change of the clocks). A date without a
    time may be any hour of its day: bounds and no best value. A known day count is read like
    dates; an approximate one is a duration, times 24 with its bounds. A decompression certainly
    before the cement is a conflict, given as it is. None for an event that did not happen.
    """
    if cement is None or decompression is None:
        return nothing(Status.NOT_APPLICABLE)
    if _scale(cement) == _scale(decompression) == CIVIL:
        return _from_zero(_clock_hours(cement, decompression, zone))
    anchors = Anchors(cement=cement, decompression=decompression)
    days = _shift(Anchor.INDEX_DECOMPRESSION, Anchor.CEMENT, anchors)
    if is_empty(days):
        return nothing(_worst_missing(decompression, cement))
    return _from_zero(_hours_of_days(days))


# --- the order of events ------------------------------------------------------------------------


def is_before(first: Moment, second: Moment, *, anchors: Anchors = NO_ANCHORS) -> Answer:
    """Whether `first` is earlier than `second`: yes and no are certain, else cannot_tell."""
    by_day = _order(days_between(first, second, anchors=anchors), first, second)
    return _else_by_phase(by_day, _phase_rank(first), _phase_rank(second))


def is_after(first: Moment, second: Moment, *, anchors: Anchors = NO_ANCHORS) -> Answer:
    """Whether `first` is later than `second`; the same minute is neither before nor after."""
    return is_before(second, first, anchors=anchors)


def is_before_anchor(moment: Moment, anchor: Anchor, *, anchors: Anchors) -> Answer:
    """Whether the moment is before the cement or before incision; its phase speaks where its day
    cannot. Not_applicable without that event."""
    event = anchors.moment(anchor)
    if event is None:
        return Answer.NOT_APPLICABLE
    days = negated(days_since(moment, anchors=anchors, anchor=anchor))
    return _else_by_phase(_order(days, moment, event), _phase_rank(moment), _ANCHOR_RANK[anchor])


def is_after_anchor(moment: Moment, anchor: Anchor, *, anchors: Anchors) -> Answer:
    """As `is_before_anchor`, for after the cement or after incision."""
    event = anchors.moment(anchor)
    if event is None:
        return Answer.NOT_APPLICABLE
    days = days_since(moment, anchors=anchors, anchor=anchor)
    return _else_by_phase(_order(days, event, moment), _ANCHOR_RANK[anchor], _phase_rank(moment))


def possible_orders(
    first: T, second: T, *, anchors: Anchors = NO_ANCHORS
) -> tuple[tuple[T, T], ...]:
    """The order of two examinations, or both orders where their times cannot tell."""
    if is_before(first.when, second.when, anchors=anchors) is Answer.YES:
        return ((first, second),)
    if is_after(first.when, second.when, anchors=anchors) is Answer.YES:
        return ((second, first),)
    return ((first, second), (second, first))


# --- the index decompression, the baseline, the first examination -------------------------------


def index_decompression(
    operations: Sequence[Operation], *, cement: Moment | None = None
) -> IndexChoice:
    """The first operation meant to decompress the leaked cement, or a person's explicit choice.

    Cannot_tell where their order, or the aim of one that may be earlier, is not known. `cement`
    serves only to compare dates with day counts. Raises ValueError on two explicit choices.
    Source: CLINICAL.md G.
    """
    chosen = [operation for operation in operations if operation.chosen]
    if len(chosen) > 1:
        raise ValueError("Only one operation can be the index decompression: choose one.")
    if chosen:
        return IndexChoice(operation=chosen[0], answer=Answer.YES, reason=CHOSEN)
    possible = [operation for operation in operations if operation.decompresses is not False]
    if not possible:
        return IndexChoice(operation=None, answer=Answer.NOT_APPLICABLE, reason=NOT_OPERATED)
    anchors = Anchors(cement=cement)
    for operation in possible:
        if operation.decompresses and _is_first(operation, possible, anchors):
            return IndexChoice(operation=operation, answer=Answer.YES, reason=FIRST_OPERATION)
    return IndexChoice(operation=None, answer=Answer.CANNOT_TELL, reason=OPERATIONS_UNORDERED)


def baseline(
    exams: Sequence[T], *, anchors: Anchors, stale_after: int | None = None
) -> Baseline[T]:
    """The last examination certainly before incision time; stale when older than `stale_after`.

    One on the day of surgery without a time (or phase) is `undecided`. One certainly before the
    cement is no baseline: it knows nothing of the leak. `stale_after` is in days, by default as
    in the reference data (14). Source: CLINICAL.md G and J.
    """
    if anchors.decompression is None:
        return _no_baseline((), NOT_OPERATED)
    picked = _pick(exams, lambda exam: _is_preoperative(exam, anchors), _later, anchors)
    if not picked.candidates:
        return _no_baseline(picked.undecided, UNDECIDED if picked.undecided else NO_BASELINE)
    age = hull([_age(exam, anchors) for exam in picked.candidates])
    stale = _is_stale(age, default_stale_after() if stale_after is None else stale_after)
    return Baseline(
        exam=picked.exam,
        candidates=picked.candidates,
        undecided=picked.undecided,
        reason=SEVERAL if picked.exam is None else STALE_TEXTS[stale],
        stale=stale,
        age_days=age,
    )


def first_examination(exams: Sequence[T], *, anchors: Anchors) -> Picked[T]:
    """The first examination certainly after the cement. Source: CLINICAL.md G.

    Change between it and the operation is not recovery after the operation.
    """
    return _pick(
        exams,
        lambda exam: is_after_anchor(exam.when, Anchor.CEMENT, anchors=anchors),
        _earlier,
        anchors,
    )


@cache
def default_stale_after() -> int:
    """Days before incision after which a baseline is stale, from the reference data."""
    from outcomes.reference import schedule  # late: read only where it is asked for

    return next(visit.stale_after for visit in schedule() if visit.stale_after is not None)


def picked_from(candidates: tuple[T, ...], undecided: tuple[T, ...]) -> Picked[T]:
    """The one candidate, or none with the reason: several, undecided, or nothing in that time."""
    exam = candidates[0] if len(candidates) == 1 else None
    if candidates:
        reason = PICKED if exam is not None else SEVERAL
    else:
        reason = UNDECIDED if undecided else NONE_IN_TIME
    return Picked(exam=exam, candidates=candidates, undecided=undecided, reason=reason)


CHOSEN = _("Chosen by a person.")
NOT_OPERATED = _("No operation to decompress the leaked cement.")
FIRST_OPERATION = _("The first operation meant to decompress the leaked cement.")
OPERATIONS_UNORDERED = _(
    "It is not known which operation was the first meant to decompress the leaked cement: "
    "choose it, or give the order of the operations."
)
NO_BASELINE = _("No examination between the cement and the operation.")
UNDECIDED = _("It is not known whether the examination belongs here: give its day and time.")
SEVERAL = _("Several examinations may be the one: their order is not known.")
PICKED = _("Picked by its time.")
NONE_IN_TIME = _("No examination in that time.")
STALE_TEXTS = {
    Answer.YES: _("Stale baseline: examined too long before the operation."),
    Answer.NO: _("Examined recently enough before the operation."),
    Answer.CANNOT_TELL: _("It is not known whether this baseline is stale."),
}


# --- how it is done: every moment is a position on one of three day scales ----------------------

CIVIL = "civil"
_SCALES = (CIVIL, *Anchor)

# The phases part the course, so two different ones, or a phase and an anchor, have an order.
# After the operation they overlap: discharge and follow-up are not ordered by name alone.
_RANKS = {Phase.BEFORE_CEMENT: 0, Phase.PRE_OP: 2} | dict.fromkeys(
    (Phase.POST_OP, Phase.DISCHARGE, Phase.FOLLOW_UP), 4
)
_ANCHOR_RANK = {Anchor.CEMENT: 1, Anchor.INDEX_DECOMPRESSION: 3}


def _scale(moment: Moment) -> str | None:
    """The scale the moment is given on; None when it has no usable time."""
    if any(value is not None for value in (moment.date, moment.date_lower, moment.date_upper)):
        return CIVIL
    if any(value is not None for value in (moment.day, moment.lower, moment.upper)):
        return moment.anchor
    return None


@lru_cache(maxsize=4096)
def _position(moment: Moment) -> Span:
    """The moment on its own scale, in days."""
    if _scale(moment) == CIVIL:
        days = (moment.date, moment.date_lower, moment.date_upper)
        best, lower, upper = (None if day is None else day.toordinal() for day in days)
    else:
        best, lower, upper = moment.day, moment.lower, moment.upper
    if moment.status is Status.KNOWN and lower is None and upper is None:
        lower = upper = best
    return make_span(best, lower, upper, moment.status)


# the rules ask the same of the few moments of one course hundreds of times in a row
@lru_cache(maxsize=4096)
def _on_scale(moment: Moment, scale: str, anchors: Anchors) -> Span:
    own = _scale(moment)
    if own is None:
        return nothing(_missing_status(moment))
    return plus(_position(moment), _shift(own, scale, anchors))


def _shift(source: str, target: str, anchors: Anchors) -> Span:
    """Where the zero of `source` lies on `target`; nothing when no anchor links the two."""
    if source == target:
        return ZERO
    links = _links(anchors)
    if (source, target) in links:
        return links[source, target]
    for middle in _SCALES:
        if (source, middle) in links and (middle, target) in links:
            return plus(links[source, middle], links[middle, target])
    return nothing(Status.NOT_REPORTED)


def _links(anchors: Anchors) -> dict[tuple[str, str], Span]:
    links: dict[tuple[str, str], Span] = {}
    for anchor in Anchor:
        event = anchors.moment(anchor)
        scale = None if event is None else _scale(event)
        if event is not None and scale is not None and scale != anchor:
            position = _position(event)
            links.setdefault((anchor, scale), position)
            links.setdefault((scale, anchor), negated(position))
    return links


def _missing_status(moment: Moment) -> Status:
    """The status of a moment without a usable time; one that claims to have one is unreported."""
    claims = (Status.KNOWN, Status.APPROXIMATE, Status.INTERVAL_CENSORED)
    return Status.NOT_REPORTED if moment.status in claims else moment.status


def _worst_missing(*moments: Moment) -> Status:
    statuses = [_missing_status(moment) for moment in moments]
    return next((s for s in statuses if s is not Status.NOT_REPORTED), Status.NOT_REPORTED)


def _clock_hours(cement: Moment, decompression: Moment, zone: dt.tzinfo) -> Span:
    start, end = _instants(cement, zone), _instants(decompression, zone)
    lower, upper = _hours(start[1], end[0]), _hours(start[0], end[1])
    best = _best_hours(cement, decompression, zone)
    if best is not None and lower is not None and upper is not None:
        if Status.APPROXIMATE not in (cement.status, decompression.status):
            best = best if lower == upper else None
        else:
            # A round number of days may miss the bounds by the hour of a change of the clocks.
            lower, upper = min(lower, best), max(upper, best)
    return make_span(best, lower, upper, cement.status, decompression.status)


def _best_hours(cement: Moment, decompression: Moment, zone: dt.tzinfo) -> float | None:
    if cement.date is None or decompression.date is None:
        return None
    if cement.time is not None and decompression.time is not None:
        start = _utc(cement.date, cement.time, zone)
        return _hours(start, _utc(decompression.date, decompression.time, zone))
    if Status.APPROXIMATE in (cement.status, decompression.status):
        return (decompression.date - cement.date).days * HOURS_A_DAY or None
    return None


def _instants(moment: Moment, zone: dt.tzinfo) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The earliest and latest instant it can have been; None where that is not bounded."""
    lower, upper = moment.date_lower, moment.date_upper
    if moment.status is Status.KNOWN and lower is None and upper is None:
        lower = upper = moment.date
        if moment.date is not None and moment.time is not None:
            # Twice or never by the wall clock, on a day the clocks change: then two instants.
            folds = [_utc(moment.date, moment.time, zone, fold=fold) for fold in (0, 1)]
            return min(folds), max(folds)
    return (
        None if lower is None else _midnight(lower, zone),
        None if upper is None else _midnight(upper + dt.timedelta(days=1), zone),
    )


def _midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return _utc(day, dt.time(), zone)


def _utc(day: dt.date, time: dt.time, zone: dt.tzinfo, *, fold: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, time.replace(fold=fold), zone).astimezone(dt.UTC)


def _hours(start: dt.datetime | None, end: dt.datetime | None) -> float | None:
    return None if start is None or end is None else (end - start) / dt.timedelta(hours=1)


def _hours_of_days(days: Span) -> Span:
    if days.status is Status.KNOWN:
        # So many dates apart: up to a day less or more by the clock.
        a_day = Span(best=None, lower=-1, upper=1, status=Status.INTERVAL_CENSORED)
        days = plus(days, a_day)
    # "About 0 days" is no number of hours.
    best, lower, upper = (
        None if value is None else value * HOURS_A_DAY
        for value in (days.best or None, days.lower, days.upper)
    )
    return make_span(best, lower, upper, days.status)


def _from_zero(hours: Span) -> Span:
    """The decompression follows the cement, so hours start at 0; certainly less is a conflict."""
    if is_empty(hours):
        return hours
    latest = hours.best if hours.upper is None else hours.upper
    if latest is not None and latest < 0:
        return replace(hours, status=Status.CONFLICT)
    if hours.best is not None and hours.best < 0:
        return Span(best=None, lower=0, upper=hours.upper, status=Status.INTERVAL_CENSORED)
    if hours.lower is None and hours.upper is None:
        return hours
    return replace(hours, lower=max(hours.lower or 0, 0))


def _order(days: Span, first: Moment, second: Moment) -> Answer:
    """Whether `first` is before `second`, `days` being the days from the one to the other."""
    if days.status is Status.CONFLICT:
        return Answer.CANNOT_TELL
    if days.lower is not None and days.lower > 0:
        return Answer.YES
    if days.upper is not None and days.upper < 0:
        return Answer.NO
    one_day = days.status is Status.KNOWN and days.best == 0
    if one_day and first.time is not None and second.time is not None:
        return Answer.YES if first.time < second.time else Answer.NO
    return Answer.CANNOT_TELL


def _phase_rank(moment: Moment) -> int | None:
    return None if moment.phase is None else _RANKS[moment.phase]


def _else_by_phase(by_day: Answer, first: int | None, second: int | None) -> Answer:
    if by_day is not Answer.CANNOT_TELL or first is None or second is None or first == second:
        return by_day
    return Answer.YES if first < second else Answer.NO


def _is_first(operation: Operation, operations: Sequence[Operation], anchors: Anchors) -> bool:
    return all(
        _operated_before(operation, other, anchors)
        for other in operations
        if other is not operation
    )


def _operated_before(first: Operation, second: Operation, anchors: Anchors) -> bool:
    answer = is_before(first.when, second.when, anchors=anchors)
    if answer is not Answer.CANNOT_TELL or first.sequence is None or second.sequence is None:
        return answer is Answer.YES
    return first.sequence < second.sequence


def _is_preoperative(exam: Timed, anchors: Anchors) -> Answer:
    if is_before_anchor(exam.when, Anchor.CEMENT, anchors=anchors) is Answer.YES:
        return Answer.NO
    return is_before_anchor(exam.when, Anchor.INDEX_DECOMPRESSION, anchors=anchors)


def _pick(
    exams: Sequence[T],
    belongs: Callable[[T], Answer],
    beats: Callable[[T, T, Anchors], bool],
    anchors: Anchors,
) -> Picked[T]:
    answers = [(exam, belongs(exam)) for exam in exams]
    certain = [exam for exam, answer in answers if answer is Answer.YES]
    undecided = tuple(exam for exam, answer in answers if answer is Answer.CANNOT_TELL)
    candidates = tuple(
        exam for exam in certain if not any(beats(other, exam, anchors) for other in certain)
    )
    return picked_from(candidates, undecided)


def _later(one: Timed, other: Timed, anchors: Anchors) -> bool:
    return is_after(one.when, other.when, anchors=anchors) is Answer.YES


def _earlier(one: Timed, other: Timed, anchors: Anchors) -> bool:
    return is_before(one.when, other.when, anchors=anchors) is Answer.YES


def _age(exam: Timed, anchors: Anchors) -> Span:
    return negated(days_since(exam.when, anchors=anchors))


def _is_stale(age: Span, limit: int) -> Answer:
    if age.lower is not None and age.lower > limit:
        return Answer.YES
    if age.upper is not None and age.upper <= limit:
        return Answer.NO
    return Answer.CANNOT_TELL


def _no_baseline(undecided: tuple[T, ...], reason: str) -> Baseline[T]:
    return Baseline(
        exam=None,
        candidates=(),
        undecided=undecided,
        reason=reason,
        stale=Answer.NOT_APPLICABLE,
        age_days=nothing(Status.NOT_APPLICABLE),
    )
