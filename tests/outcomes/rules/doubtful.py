"""Visits and results as plain facts, for the tables of doubts and queries."""

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from outcomes.rules.facts import Fact, Facts, place
from outcomes.rules.timing import Anchors, days_since
from outcomes.rules.values import Anchor, Moment, Span, Status

DAY0 = dt.date(2026, 3, 2)
NOWHERE = Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)
ANCHORS = Anchors(
    cement=Moment(date=DAY0 - dt.timedelta(days=1), time=dt.time(9)),
    decompression=Moment(date=DAY0, time=dt.time(5)),
)
OWN = {
    key: Decimal(value)
    for key, value in {
        "grade_jump": 2, "side_swap": 2, "lab_many_times": 8, "weight_change": 15,
        "height_change": 5,
    }.items()
}  # fmt: skip
_ids = itertools.count(1)


def at(day: int | None, time: dt.time | None = None) -> Moment:
    if day is None:
        return Moment(status=Status.NOT_REPORTED)
    return Moment(date=DAY0 + dt.timedelta(days=day), time=time)


def fact(day: int | None = 42, time: dt.time | None = None, **values: Any) -> Fact:
    """A record of so many days after the operation, by its columns."""
    about = {key: values.pop(key) for key in ("reporter",) if key in values}
    when, id = at(day, time), f"00000000-0000-4000-8000-{next(_ids):012d}"
    span = days_since(when, anchors=ANCHORS, anchor=Anchor.INDEX_DECOMPRESSION)
    return Fact(id=id, when=when, day=span, values=values, **about)


def exam(right: str | None = None, left: str | None = None, day: int = 14, **more: Any) -> Fact:
    """An examination of both legs, gestalt unless said otherwise."""
    grades = {"motor_right_grade": right, "motor_left_grade": left}
    given = {"motor_basis": "gestalt", **grades, **more}
    return fact(day, **{name: value for name, value in given.items() if value is not None})


def course(*visits: Fact, **more: Any) -> Facts:
    given = {"anchors": ANCHORS, "thresholds": OWN, "person": {"origin": "registry"}} | more
    ordered = sorted(visits, key=lambda one: place(one.day, one.when, one.order))
    now = dt.datetime(2027, 3, 2, tzinfo=dt.UTC)
    return Facts(now=now, today=now.date(), visits=tuple(ordered), **given)
