import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from outcomes.rules import timing
from outcomes.rules.timing import (
    Anchors,
    Operation,
    baseline,
    days_between,
    days_since,
    first_examination,
    hours_between,
    index_decompression,
    is_after,
    is_after_anchor,
    is_before,
    is_before_anchor,
    possible_orders,
)
from outcomes.rules.values import Anchor, Answer, Moment, Phase, Span, Status

YES, NO, CANNOT_TELL, NOT_APPLICABLE = Answer
CEMENT, INDEX = Anchor.CEMENT, Anchor.INDEX_DECOMPRESSION
UNKNOWN = Moment(status=Status.NOT_REPORTED)


def day(text, time=None):
    """A known civil date, as "2024-03-01", with a time as "08:30"."""
    return Moment(
        date=dt.date.fromisoformat(text), time=None if time is None else dt.time.fromisoformat(time)
    )


def dates(lower, upper, best=None):
    status = Status.INTERVAL_CENSORED if best is None else Status.APPROXIMATE
    lower, upper, best = (t and dt.date.fromisoformat(t) for t in (lower, upper, best))
    return Moment(status=status, date=best, date_lower=lower, date_upper=upper)


def count(anchor, best, lower=None, upper=None, *, status=None, phase=None):
    """A day count: known without bounds, approximate or interval-censored with them."""
    if status is None:
        bounded = lower is not None or upper is not None
        status = Status.APPROXIMATE if bounded else Status.KNOWN
        status = Status.INTERVAL_CENSORED if best is None else status
    return Moment(status=status, anchor=anchor, day=best, lower=lower, upper=upper, phase=phase)


def known(number):
    return Span(best=number, lower=number, upper=number, status=Status.KNOWN)


def about(best, lower, upper):
    return Span(best=best, lower=lower, upper=upper, status=Status.APPROXIMATE)


def within(lower, upper):
    return Span(best=None, lower=lower, upper=upper, status=Status.INTERVAL_CENSORED)


def nothing(status=Status.NOT_REPORTED):
    return Span(best=None, lower=None, upper=None, status=status)


# The published case: no date, an interval of about eight weeks (CLINICAL.md A2, A4).
C8 = Anchors(cement=UNKNOWN, decompression=count(CEMENT, 56, 49, 63))
OPERATED = Anchors(cement=day("2024-02-01", "09:00"), decompression=day("2024-03-01", "14:00"))
NOT_OPERATED = Anchors(cement=day("2024-02-01"))


# --- clock 2: days --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "anchors", "expected"),
    [
        pytest.param(day("2024-03-01", "23:59"), OPERATED, known(0), id="day of surgery"),
        pytest.param(day("2024-03-02", "00:01"), OPERATED, known(1), id="two minutes later"),
        pytest.param(day("2024-02-29"), OPERATED, known(-1), id="leap day before"),
        pytest.param(day("2025-03-01"), OPERATED, known(365), id="a year without a leap day"),
        pytest.param(
            dates("2024-03-05", "2024-03-09"), OPERATED, within(4, 8), id="date within bounds"
        ),
        pytest.param(
            dates("2024-03-05", "2024-03-09", "2024-03-06"),
            OPERATED,
            about(5, 4, 8),
            id="approximate date keeps its best value, not the middle",
        ),
        pytest.param(
            Moment(status=Status.APPROXIMATE, date=dt.date(2024, 3, 6)),
            OPERATED,
            about(5, None, None),
            id="approximate date without bounds gets none",
        ),
        pytest.param(count(INDEX, 365), OPERATED, known(365), id="count from the operation"),
        pytest.param(count(INDEX, None, 4, 8), OPERATED, within(4, 8), id="only bounds"),
        pytest.param(
            count(INDEX, 5, 5, 5), OPERATED, about(5, 5, 5), id="approximate, however narrow"
        ),
        pytest.param(
            count(INDEX, 5, 4, 8, status=Status.KNOWN),
            OPERATED,
            about(5, 4, 8),
            id="wide bounds are not known, whatever was said",
        ),
        pytest.param(
            count(INDEX, None, 21, None), OPERATED, within(21, None), id="at least three weeks"
        ),
        pytest.param(
            count(CEMENT, 21), OPERATED, known(-8), id="count from the cement, both dated"
        ),
        pytest.param(
            count(CEMENT, 21, 18, 24), C8, about(-35, -45, -25), id="the published examination"
        ),
        pytest.param(count(CEMENT, 21), C8, about(-35, -42, -28), id="exact count, open interval"),
        pytest.param(count(CEMENT, None, 18, 24), C8, within(-45, -25), id="bounds on bounds"),
        pytest.param(count(INDEX, 365), C8, known(365), id="published count needs no interval"),
        pytest.param(UNKNOWN, OPERATED, nothing(), id="unknown stays unknown"),
        pytest.param(
            Moment(status=Status.DESCRIPTIVE_ONLY, phase=Phase.POST_OP),
            OPERATED,
            nothing(Status.DESCRIPTIVE_ONLY),
            id="a phase is no day",
        ),
        pytest.param(Moment(), OPERATED, nothing(), id="known, yet without any value"),
        pytest.param(day("2024-03-01"), C8, nothing(), id="a date, where the operation has none"),
        pytest.param(
            day("2024-03-01"), NOT_OPERATED, nothing(Status.NOT_APPLICABLE), id="not operated"
        ),
        pytest.param(
            count(CEMENT, 21),
            Anchors(decompression=UNKNOWN),
            nothing(),
            id="the interval between the anchors is unknown",
        ),
        pytest.param(
            Moment(status=Status.CONFLICT, date=dt.date(2024, 3, 6)),
            OPERATED,
            Span(best=5, lower=None, upper=None, status=Status.CONFLICT),
            id="a conflict stays one",
        ),
    ],
)
def test_days_since_the_operation(moment, anchors, expected):
    assert days_since(moment, anchors=anchors) == expected


@pytest.mark.parametrize(
    ("moment", "anchors", "expected"),
    [
        pytest.param(day("2024-03-01"), OPERATED, known(29), id="leap February"),
        pytest.param(count(INDEX, 0), C8, about(56, 49, 63), id="from the operation back"),
        pytest.param(day("2024-02-10"), NOT_OPERATED, known(9), id="not operated"),
        pytest.param(day("2024-02-10"), Anchors(), nothing(Status.NOT_APPLICABLE), id="no cement"),
    ],
)
def test_days_since_the_cement(moment, anchors, expected):
    assert days_since(moment, anchors=anchors, anchor=CEMENT) == expected


def test_the_interval_may_be_given_from_either_end():
    backwards = Anchors(cement=count(INDEX, -56, -63, -49), decompression=count(INDEX, 0))
    exam = count(CEMENT, 21)
    assert days_since(exam, anchors=backwards) == days_since(exam, anchors=C8)


def test_a_dated_record_reaches_an_operation_known_only_from_the_cement():
    anchors = Anchors(cement=day("2024-02-01"), decompression=count(CEMENT, 10, 8, 12))
    assert days_since(day("2024-03-02"), anchors=anchors) == about(20, 18, 22)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(day("2023-12-31"), day("2024-01-01"), known(1), id="over new year"),
        pytest.param(day("2024-03-10"), day("2024-03-01"), known(-9), id="backwards"),
        pytest.param(count(INDEX, 30, 20, 40), count(INDEX, 90), about(60, 50, 70), id="counts"),
        pytest.param(count(CEMENT, 100), count(CEMENT, 160), known(60), id="no anchor needed"),
        pytest.param(count(INDEX, 30), day("2024-05-01"), known(31), id="count and date"),
        pytest.param(day("2024-03-11"), count(CEMENT, 50), known(11), id="date and count"),
        pytest.param(UNKNOWN, day("2024-05-01"), nothing(), id="start unknown"),
        pytest.param(day("2024-05-01"), UNKNOWN, nothing(), id="end unknown"),
        pytest.param(
            count(INDEX, None, 5, None), count(INDEX, None, 9, None), nothing(), id="both open"
        ),
    ],
)
def test_days_between(start, end, expected):
    assert days_between(start, end, anchors=OPERATED) == expected


# --- clock 1: hours -------------------------------------------------------------------------------

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("cement", "decompression", "expected"),
    [
        pytest.param(day("2024-03-01", "08:00"), day("2024-03-01", "20:00"), known(12), id="12 h"),
        pytest.param(
            day("2024-03-01", "08:00"), day("2024-03-02", "08:30"), known(24.5), id="next day"
        ),
        pytest.param(
            day("2024-03-01", "08:00"), day("2024-03-01", "08:00"), known(0), id="same minute"
        ),
        pytest.param(day("2024-03-01"), day("2024-03-01"), within(0, 24), id="same day, no times"),
        pytest.param(day("2024-03-01"), day("2024-03-02"), within(0, 48), id="next day, no times"),
        pytest.param(day("2024-03-01"), day("2024-03-03"), within(24, 72), id="two days, no times"),
        pytest.param(
            day("2024-03-01", "10:00"), day("2024-03-01"), within(0, 14), id="one time only"
        ),
        pytest.param(
            day("2024-03-01"), day("2024-03-02", "06:00"), within(6, 30), id="the other time only"
        ),
        pytest.param(
            day("2024-03-01", "10:00"),
            dates("2024-03-02", "2024-03-04"),
            within(14, 86),
            id="a date within bounds",
        ),
        pytest.param(
            day("2024-03-01"),
            dates("2024-03-08", "2024-03-12", "2024-03-10"),
            about(216, 144, 288),
            id="an approximate date",
        ),
        pytest.param(
            day("2024-03-01", "08:00"),
            Moment(status=Status.APPROXIMATE, date=dt.date(2024, 3, 1), time=dt.time(20)),
            about(12, None, None),
            id="an approximate time",
        ),
        pytest.param(UNKNOWN, count(CEMENT, 56, 49, 63), about(1344, 1176, 1512), id="C8"),
        pytest.param(UNKNOWN, count(CEMENT, None, 0, 1), within(0, 24), id="C2"),
        pytest.param(
            day("2024-03-01"), count(CEMENT, 56, 49, 63), about(1344, 1176, 1512), id="C8, dated"
        ),
        pytest.param(
            count(INDEX, -56, -63, -49),
            UNKNOWN,
            about(1344, 1176, 1512),
            id="C8 from the other end",
        ),
        pytest.param(UNKNOWN, count(CEMENT, 3), within(48, 96), id="known count, read like dates"),
        pytest.param(UNKNOWN, count(CEMENT, 0), within(0, 24), id="known count of no day"),
        pytest.param(
            UNKNOWN, count(CEMENT, None, 21, None), within(504, None), id="at least three weeks"
        ),
        pytest.param(UNKNOWN, count(CEMENT, None, None, 3), within(0, 72), id="at most three days"),
        pytest.param(
            UNKNOWN,
            count(CEMENT, 56, status=Status.APPROXIMATE),
            about(1344, None, None),
            id="approximate without bounds",
        ),
        pytest.param(
            UNKNOWN, count(CEMENT, 0, -1, 2), within(0, 48), id="about no day is no number of hours"
        ),
        pytest.param(UNKNOWN, UNKNOWN, nothing(), id="nothing reported"),
        pytest.param(day("2024-03-01"), UNKNOWN, nothing(), id="operation not reported"),
        pytest.param(
            day("2024-03-01"), None, nothing(Status.NOT_APPLICABLE), id="not operated (C3)"
        ),
        pytest.param(
            day("2024-03-01"),
            Moment(status=Status.NOT_APPLICABLE),
            nothing(Status.NOT_APPLICABLE),
            id="said not to apply",
        ),
        pytest.param(
            day("2024-03-02", "08:00"),
            day("2024-03-01", "08:00"),
            Span(best=-24, lower=-24, upper=-24, status=Status.CONFLICT),
            id="operated before the cement",
        ),
        pytest.param(
            day("2024-03-04"),
            day("2024-03-01"),
            Span(best=None, lower=-96, upper=-48, status=Status.CONFLICT),
            id="operated before the cement, dates only",
        ),
    ],
)
def test_hours_from_cement_to_decompression(cement, decompression, expected):
    assert hours_between(cement, decompression) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(
            day("2024-03-09", "20:00"), day("2024-03-10", "20:00"), known(23), id="clocks go on"
        ),
        pytest.param(
            day("2024-11-02", "20:00"), day("2024-11-03", "20:00"), known(25), id="clocks go back"
        ),
        pytest.param(
            day("2024-11-02", "20:00"), day("2024-11-03", "01:30"), within(5.5, 6.5), id="twice"
        ),
        pytest.param(day("2024-11-03"), day("2024-11-03"), within(0, 25), id="a day of 25 hours"),
    ],
)
def test_hours_across_a_change_of_the_clocks(start, end, expected):
    assert hours_between(start, end, zone=NEW_YORK) == expected


def test_days_do_not_see_a_change_of_the_clocks():
    anchors = Anchors(cement=day("2024-03-01"), decompression=day("2024-03-09", "23:30"))
    assert days_since(day("2024-03-10", "00:10"), anchors=anchors) == known(1)
    assert days_since(day("2024-11-09", "00:10"), anchors=anchors) == known(245)


# --- order ----------------------------------------------------------------------------------------


def phased(phase, **given):
    return Moment(**({"status": Status.NOT_REPORTED} | given), phase=phase)


ORDERS = [
    pytest.param(day("2024-03-01"), day("2024-03-02"), YES, NO, id="the day before"),
    pytest.param(day("2024-03-01"), day("2024-03-01"), *[CANNOT_TELL] * 2, id="one day, no times"),
    pytest.param(
        day("2024-03-01", "08:00"), day("2024-03-01"), *[CANNOT_TELL] * 2, id="one day, one time"
    ),
    pytest.param(day("2024-03-01", "08:00"), day("2024-03-01", "08:01"), YES, NO, id="a minute"),
    pytest.param(day("2024-03-01", "08:00"), day("2024-03-01", "08:00"), NO, NO, id="together"),
    pytest.param(day("2024-02-29"), dates("2024-03-01", "2024-03-09"), YES, NO, id="before bounds"),
    pytest.param(
        day("2024-03-01"),
        dates("2024-03-01", "2024-03-09"),
        *[CANNOT_TELL] * 2,
        id="on the edge of the bounds",
    ),
    pytest.param(
        Moment(status=Status.APPROXIMATE, date=dt.date(2024, 3, 1), time=dt.time(8)),
        day("2024-03-01", "20:00"),
        *[CANNOT_TELL] * 2,
        id="about that day, so its time does not help",
    ),
    pytest.param(count(INDEX, -1), count(INDEX, 0), YES, NO, id="counts"),
    pytest.param(count(INDEX, -1), count(CEMENT, 21), *[CANNOT_TELL] * 2, id="no link of anchors"),
    pytest.param(UNKNOWN, day("2024-03-01"), *[CANNOT_TELL] * 2, id="unknown"),
    pytest.param(phased(Phase.PRE_OP), phased(Phase.POST_OP), YES, NO, id="phases"),
    pytest.param(phased(Phase.BEFORE_CEMENT), phased(Phase.PRE_OP), YES, NO, id="early phases"),
    pytest.param(
        phased(Phase.POST_OP), phased(Phase.DISCHARGE), *[CANNOT_TELL] * 2, id="late phases overlap"
    ),
    pytest.param(
        Moment(date=dt.date(2024, 3, 1), phase=Phase.POST_OP),
        Moment(date=dt.date(2024, 3, 2), phase=Phase.PRE_OP),
        YES,
        NO,
        id="a day speaks before a phase",
    ),
    pytest.param(
        Moment(status=Status.CONFLICT, date=dt.date(2024, 3, 1)),
        day("2024-03-02"),
        *[CANNOT_TELL] * 2,
        id="conflicting dates",
    ),
]


@pytest.mark.parametrize(("first", "second", "before", "after"), ORDERS)
def test_order(first, second, before, after):
    assert (is_before(first, second), is_after(first, second)) == (before, after)
    assert (is_after(second, first), is_before(second, first)) == (before, after)


@pytest.mark.parametrize(
    ("moment", "anchors", "before", "after"),
    [
        pytest.param(day("2024-02-29"), OPERATED, YES, NO, id="the day before"),
        pytest.param(day("2024-03-01"), OPERATED, *[CANNOT_TELL] * 2, id="day of surgery"),
        pytest.param(day("2024-03-01", "13:59"), OPERATED, YES, NO, id="a minute before incision"),
        pytest.param(day("2024-03-01", "14:00"), OPERATED, NO, NO, id="at incision"),
        pytest.param(day("2024-03-01", "14:01"), OPERATED, NO, YES, id="a minute after incision"),
        pytest.param(
            Moment(date=dt.date(2024, 3, 1), phase=Phase.POST_OP),
            OPERATED,
            NO,
            YES,
            id="day of surgery, said to be after",
        ),
        pytest.param(count(INDEX, 0), OPERATED, *[CANNOT_TELL] * 2, id="day 0"),
        pytest.param(phased(Phase.PRE_OP), C8, YES, NO, id="pre-operative, no day"),
        pytest.param(phased(Phase.FOLLOW_UP), C8, NO, YES, id="follow-up, no day"),
        pytest.param(count(CEMENT, 21), C8, YES, NO, id="published examination"),
        pytest.param(count(CEMENT, 56), C8, *[CANNOT_TELL] * 2, id="within the interval's bounds"),
        pytest.param(UNKNOWN, OPERATED, *[CANNOT_TELL] * 2, id="unknown"),
        pytest.param(day("2024-03-01"), NOT_OPERATED, *[NOT_APPLICABLE] * 2, id="not operated"),
    ],
)
def test_before_and_after_incision(moment, anchors, before, after):
    assert is_before_anchor(moment, INDEX, anchors=anchors) is before
    assert is_after_anchor(moment, INDEX, anchors=anchors) is after


@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [
        pytest.param(phased(Phase.BEFORE_CEMENT), YES, NO, id="before the cement"),
        pytest.param(phased(Phase.PRE_OP), NO, YES, id="pre-operative is after the cement"),
        pytest.param(day("2024-02-01", "10:00"), NO, YES, id="an hour after"),
        pytest.param(day("2024-02-01"), CANNOT_TELL, CANNOT_TELL, id="the day of the cement"),
        pytest.param(day("2024-01-31"), YES, NO, id="the day before"),
    ],
)
def test_before_and_after_the_cement(moment, before, after):
    assert is_before_anchor(moment, CEMENT, anchors=OPERATED) is before
    assert is_after_anchor(moment, CEMENT, anchors=OPERATED) is after


@dataclass(frozen=True)
class Exam:
    name: str
    when: Moment


def exam(name, *args, **kwargs):
    return Exam(name, day(*args, **kwargs))


MORNING, EVENING = exam("am", "2024-02-20", "08:00"), exam("pm", "2024-02-20", "18:00")
UNTIMED = exam("untimed", "2024-02-20")


@pytest.mark.parametrize(
    ("first", "second", "orders"),
    [
        pytest.param(EVENING, MORNING, ((MORNING, EVENING),), id="times known"),
        pytest.param(
            MORNING, UNTIMED, ((MORNING, UNTIMED), (UNTIMED, MORNING)), id="one time missing"
        ),
    ],
)
def test_two_examinations_of_one_day(first, second, orders):
    assert possible_orders(first, second) == orders


# --- the index decompression ----------------------------------------------------------------------


def operation(id, when, decompresses=True, sequence=None, chosen=False):
    return Operation(id=id, when=when, decompresses=decompresses, sequence=sequence, chosen=chosen)


EARLY, LATE = day("2024-03-01"), day("2024-03-20")


@pytest.mark.parametrize(
    ("operations", "index", "answer"),
    [
        pytest.param([], None, NOT_APPLICABLE, id="none"),
        pytest.param(
            [operation("fixation", EARLY, decompresses=False)], None, NOT_APPLICABLE, id="no aim"
        ),
        pytest.param([operation("only", UNKNOWN)], "only", YES, id="one needs no time"),
        pytest.param([operation("b", LATE), operation("a", EARLY)], "a", YES, id="the first"),
        pytest.param(
            [operation("other", EARLY, decompresses=False), operation("a", LATE)],
            "a",
            YES,
            id="an earlier operation for something else",
        ),
        pytest.param(
            [operation("a", EARLY), operation("b", LATE, chosen=True)], "b", YES, id="chosen"
        ),
        pytest.param(
            [operation(n, UNKNOWN, sequence=i) for n, i in (("2nd", 2), ("1st", 1), ("3rd", 3))],
            "1st",
            YES,
            id="stated order without dates (C5)",
        ),
        pytest.param(
            [operation("a", UNKNOWN), operation("b", LATE)], None, CANNOT_TELL, id="no order"
        ),
        pytest.param([operation("a", EARLY), operation("b", EARLY)], None, CANNOT_TELL, id="a day"),
        pytest.param(
            [operation(n, UNKNOWN, sequence=1) for n in "ab"], None, CANNOT_TELL, id="both 1st"
        ),
        pytest.param(
            [operation("a", EARLY, decompresses=None), operation("b", LATE)],
            None,
            CANNOT_TELL,
            id="the aim of the earlier not stated",
        ),
        pytest.param(
            [operation("a", EARLY), operation("b", LATE, decompresses=None)],
            "a",
            YES,
            id="the aim of the later does not matter",
        ),
        pytest.param(
            [operation("a", UNKNOWN, decompresses=None)], None, CANNOT_TELL, id="aim not stated"
        ),
    ],
)
def test_index_decompression(operations, index, answer):
    choice = index_decompression(operations)
    assert choice.answer is answer
    assert (choice.operation and choice.operation.id) == index
    assert choice.reason


def test_two_chosen_operations_are_refused():
    with pytest.raises(ValueError, match="choose one"):
        index_decompression([operation(n, EARLY, chosen=True) for n in "ab"])


def test_a_day_count_and_a_date_are_ordered_through_the_cement():
    operations = [operation("b", count(CEMENT, 30)), operation("a", day("2024-03-01"))]
    assert index_decompression(operations).operation is None
    linked = index_decompression(operations, cement=day("2024-02-10"))
    assert linked.operation.id == "a"


# --- baseline and first examination ---------------------------------------------------------------

ADMITTED, EVE = exam("admitted", "2024-02-16"), exam("eve", "2024-02-29")
BEFORE_INCISION = exam("before incision", "2024-03-01", "13:59")
SURGERY_DAY, AT_INCISION = exam("untimed", "2024-03-01"), exam("at", "2024-03-01", "14:00")
AFTER_INCISION, LATER = exam("after", "2024-03-01", "20:00"), exam("later", "2024-04-12")
BEFORE_CEMENT = exam("before cement", "2024-01-31")


@pytest.mark.parametrize(
    ("exams", "chosen", "undecided", "stale"),
    [
        pytest.param([ADMITTED, EVE, LATER], "eve", (), NO, id="the last one"),
        pytest.param([EVE, ADMITTED], "eve", (), NO, id="entered in any order"),
        pytest.param([EVE, BEFORE_INCISION], "before incision", (), NO, id="a minute before"),
        pytest.param([EVE, AT_INCISION, AFTER_INCISION], "eve", (), NO, id="not at nor after"),
        pytest.param([EVE, SURGERY_DAY], "eve", (SURGERY_DAY,), NO, id="untimed on that day"),
        pytest.param([SURGERY_DAY], None, (SURGERY_DAY,), NOT_APPLICABLE, id="only an untimed one"),
        pytest.param([exam("14", "2024-02-16")], "14", (), NO, id="14 days old"),
        pytest.param([exam("15", "2024-02-15")], "15", (), YES, id="15 days old"),
        pytest.param([LATER], None, (), NOT_APPLICABLE, id="only post-operative"),
        pytest.param([], None, (), NOT_APPLICABLE, id="none"),
        pytest.param([BEFORE_CEMENT], None, (), NOT_APPLICABLE, id="knows nothing of the leak"),
        pytest.param([BEFORE_CEMENT, EVE], "eve", (), NO, id="after the cement"),
    ],
)
def test_baseline(exams, chosen, undecided, stale):
    answer = baseline(exams, anchors=OPERATED)
    assert [exam.name for exam in answer.candidates] == ([] if chosen is None else [chosen])
    assert answer.exam is (answer.candidates[0] if chosen else None)
    assert (answer.undecided, answer.stale) == (undecided, stale)
    assert answer.reason


@pytest.mark.parametrize(
    ("when", "age", "stale"),
    [
        pytest.param(count(INDEX, -14), known(14), NO, id="at the limit"),
        pytest.param(count(INDEX, -15), known(15), YES, id="over the limit"),
        pytest.param(count(INDEX, -12, -14, -10), about(12, 10, 14), NO, id="bounds below"),
        pytest.param(count(INDEX, -14, -15, -13), about(14, 13, 15), CANNOT_TELL, id="across"),
        pytest.param(count(INDEX, -16, -17, -15), about(16, 15, 17), YES, id="bounds above"),
        pytest.param(count(INDEX, None, None, -15), within(15, None), YES, id="at least 15 days"),
        pytest.param(
            count(INDEX, -3, status=Status.APPROXIMATE, phase=Phase.PRE_OP),
            about(3, None, None),
            CANNOT_TELL,
            id="about three days, without bounds",
        ),
        pytest.param(phased(Phase.PRE_OP), nothing(), CANNOT_TELL, id="pre-operative, day unknown"),
    ],
)
def test_age_and_staleness_of_the_baseline(when, age, stale):
    answer = baseline([Exam("exam", when)], anchors=OPERATED)
    assert (answer.age_days, answer.stale) == (age, stale)
    assert answer.exam.name == "exam"


def test_the_published_baseline_is_stale_at_its_own_time():
    transfer, last = Exam("transfer", count(CEMENT, 21)), Exam("last", count(INDEX, 365))
    answer = baseline([transfer, last], anchors=C8)
    assert answer.exam is transfer
    assert answer.age_days == about(35, 28, 42)
    assert answer.stale is YES


def test_two_last_examinations_of_one_day_are_both_candidates():
    answer = baseline([MORNING, UNTIMED, ADMITTED], anchors=OPERATED)
    assert answer.exam is None
    assert answer.candidates == (MORNING, UNTIMED)
    assert (answer.age_days, answer.stale) == (known(10), NO)


def test_candidates_of_different_ages_give_one_span_over_both():
    vague = Exam("vague", dates("2024-02-10", "2024-02-25", "2024-02-15"))
    answer = baseline([MORNING, vague], anchors=OPERATED)
    assert answer.candidates == (MORNING, vague)
    assert (answer.age_days, answer.stale) == (within(5, 20), CANNOT_TELL)


@pytest.mark.parametrize(
    ("exams", "anchors", "reason"),
    [
        ([], NOT_OPERATED, timing.NOT_OPERATED),
        ([], OPERATED, timing.NO_BASELINE),
        ([SURGERY_DAY], OPERATED, timing.UNDECIDED),
        ([MORNING, UNTIMED], OPERATED, timing.SEVERAL),
        ([EVE], OPERATED, timing.STALE_TEXTS[NO]),
    ],
)
def test_the_baseline_says_why(exams, anchors, reason):
    assert baseline(exams, anchors=anchors).reason == reason


@pytest.mark.parametrize(
    ("exams", "reason"),
    [
        ([], timing.NONE_IN_TIME),
        ([exam("same day", "2024-02-01")], timing.UNDECIDED),
        ([MORNING, UNTIMED], timing.SEVERAL),
        ([MORNING, EVENING], timing.PICKED),
    ],
)
def test_the_first_examination_says_why(exams, reason):
    assert first_examination(exams, anchors=OPERATED).reason == reason


def test_not_operated_has_no_baseline():
    answer = baseline([EVE], anchors=NOT_OPERATED)
    assert (answer.exam, answer.undecided, answer.stale) == (None, (), NOT_APPLICABLE)
    assert answer.age_days == nothing(Status.NOT_APPLICABLE)


def test_a_site_may_set_its_own_limit():
    week_old = exam("week", "2024-02-23")
    assert baseline([week_old], anchors=OPERATED, stale_after=7).stale is NO
    assert baseline([week_old], anchors=OPERATED, stale_after=6).stale is YES


@pytest.mark.parametrize(
    ("exams", "first", "undecided"),
    [
        pytest.param([EVE, ADMITTED, BEFORE_CEMENT], "admitted", (), id="the earliest after"),
        pytest.param(
            [exam("hour", "2024-02-01", "10:00"), ADMITTED], "hour", (), id="an hour after"
        ),
        pytest.param([exam("before", "2024-02-01", "08:59")], None, (), id="a minute before"),
        pytest.param([BEFORE_CEMENT], None, (), id="only before the cement"),
        pytest.param([], None, (), id="none"),
    ],
)
def test_first_examination_after_the_cement(exams, first, undecided):
    answer = first_examination(exams, anchors=OPERATED)
    assert (answer.exam and answer.exam.name) == first
    assert answer.undecided == undecided


def test_the_day_of_the_cement_without_a_time_is_left_open():
    same_day = exam("same day", "2024-02-01")
    answer = first_examination([same_day, ADMITTED], anchors=OPERATED)
    assert (answer.exam, answer.undecided) == (ADMITTED, (same_day,))


# --- properties -----------------------------------------------------------------------------------

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
DAYS = st.integers(-4000, 4000)


@st.composite
def uncertain(draw):
    """A true date and time, and a moment that records it with some uncertainty."""
    before, after = draw(st.integers(0, 30)), draw(st.integers(0, 30))
    true, time = draw(DATES), draw(TIMES)
    lower, upper = true - dt.timedelta(before), true + dt.timedelta(after)
    best = draw(st.sampled_from([true, lower, upper]))
    kind = draw(st.sampled_from(["timed", "dated", "about", "bounds"]))
    moment = {
        "timed": Moment(date=true, time=time),
        "dated": Moment(date=true),
        "about": Moment(status=Status.APPROXIMATE, date=best, date_lower=lower, date_upper=upper),
        "bounds": Moment(status=Status.INTERVAL_CENSORED, date_lower=lower, date_upper=upper),
    }[kind]
    return dt.datetime.combine(true, time), moment


def holds(span, number):
    return (span.lower is None or span.lower <= number) and (
        span.upper is None or number <= span.upper
    )


@given(uncertain(), uncertain())
def test_the_true_number_of_days_is_always_within_the_bounds(start, end):
    days = days_between(start[1], end[1])
    assert holds(days, (end[0].date() - start[0].date()).days)
    assert days.best is None or holds(days, days.best)


@given(uncertain(), uncertain(), st.sampled_from([dt.UTC, SEOUL, NEW_YORK]))
def test_the_true_number_of_hours_is_always_within_the_bounds(start, end, zone):
    true = (end[0].replace(tzinfo=zone).astimezone(dt.UTC)) - (
        start[0].replace(tzinfo=zone).astimezone(dt.UTC)
    )
    hours = hours_between(start[1], end[1], zone=zone)
    if true >= dt.timedelta(0):
        assert hours.status is not Status.CONFLICT
        assert holds(hours, true / dt.timedelta(hours=1))
    if hours.status is not Status.CONFLICT:
        assert hours.lower >= 0
        assert hours.best is None or holds(hours, hours.best)


@given(uncertain(), uncertain())
def test_a_certain_order_is_the_true_order(first, second):
    answer = is_before(first[1], second[1])
    if answer is YES:
        assert first[0] < second[0]
    if answer is NO:
        assert first[0] >= second[0]


@given(uncertain(), uncertain())
def test_never_both_before_and_after(first, second):
    assert not (is_before(first[1], second[1]) is YES and is_after(first[1], second[1]) is YES)


@given(DATES, DAYS)
def test_adding_days_and_counting_them_agree(start, number):
    """Leap years and changes of the clocks included: a day is a day."""
    end = start + dt.timedelta(number)
    assert days_between(Moment(date=start), Moment(date=end)) == known(number)
    assert days_between(Moment(date=end), Moment(date=start)) == known(-number)


@given(DAYS, DAYS, st.integers(0, 60), st.integers(0, 60))
def test_a_count_from_the_cement_widens_by_the_interval_and_by_nothing_else(
    counted, interval, before, after
):
    decompression = count(CEMENT, interval, interval - before, interval + after)
    days = days_since(count(CEMENT, counted), anchors=Anchors(decompression=decompression))
    assert (days.best, days.lower, days.upper) == (
        counted - interval,
        counted - interval - after,
        counted - interval + before,
    )


@given(DATES, st.integers(1, 400), DAYS)
def test_a_date_and_its_day_count_are_the_same_moment(cement, interval, number):
    """Every record may be given either way; the answer must not depend on it."""
    anchors = Anchors(
        cement=Moment(date=cement), decompression=Moment(date=cement + dt.timedelta(interval))
    )
    civil = Moment(date=cement + dt.timedelta(number))
    for same in (count(CEMENT, number), count(INDEX, number - interval)):
        assert days_since(same, anchors=anchors) == days_since(civil, anchors=anchors)
        assert days_between(same, civil, anchors=anchors) == known(0)


@given(st.lists(uncertain(), max_size=5), uncertain())
def test_a_single_baseline_is_the_last_examination_before_incision(exams, incision):
    exams = [Exam(true, moment) for true, moment in exams]
    answer = baseline(exams, anchors=Anchors(decompression=incision[1]))
    before = [exam.name for exam in exams if exam.name < incision[0]]
    assert all(exam.name < incision[0] for exam in answer.candidates)
    assume(not answer.undecided and answer.candidates)
    assert max(before) in [exam.name for exam in answer.candidates]
