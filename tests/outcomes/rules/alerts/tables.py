"""Courses built in one line each, and findings said in one line each, for the case tables.

A day is a postoperative day: `visit(5, bladder_pvr_ml=250)`. A finding reads
"day5 bladder_pvr_new urgent", or "… urgent, without bladder_method" where something is missing,
or "… note, cannot tell without day".
"""

import datetime as dt
from collections.abc import Mapping

import pytest

from outcomes.reference import thresholds
from outcomes.rules.facts import Fact, Facts, place
from outcomes.rules.labs import canonical
from outcomes.rules.timing import Anchors, days_since
from outcomes.rules.values import Anchor, Answer, Moment, Phase, Span, Status

SURGERY = dt.date(2026, 1, 10)
CEMENT = SURGERY - dt.timedelta(days=2)
OPERATED = Anchors(cement=Moment(date=CEMENT), decompression=Moment(date=SURGERY, time=dt.time(9)))
NOT_OPERATED = Anchors(cement=Moment(date=CEMENT))
NO_EVENTS = Anchors()
TODAY = dt.date(2026, 6, 1)
NOON = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
NOWHERE = Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)
UNDATED = Moment(status=Status.NOT_REPORTED, phase=Phase.POST_OP)
DEFAULTS = {key: threshold.value for key, threshold in thresholds().items()}


def date(day):
    return SURGERY + dt.timedelta(days=day)


def moment(day, time=None):
    """Of a day, of the days from..to, of "about 5", or of one undated after surgery (None)."""
    if day is None:
        return UNDATED
    if isinstance(day, tuple):
        lower, upper = map(date, day)
        return Moment(status=Status.INTERVAL_CENSORED, date_lower=lower, date_upper=upper)
    if isinstance(day, str):
        about = date(int(day.removeprefix("about ")))
        return Moment(status=Status.APPROXIMATE, date=about)
    return Moment(date=date(day), time=time and dt.time.fromisoformat(time))


def fact(day, time=None, id="", **values):
    name = "undated" if day is None else f"day{day}"
    return Fact(id=id or name, when=moment(day, time), day=NOWHERE, values=values)


visit = fact


def lab(day, analyte, value, unit, *, low=None, high=None, time=None, id=""):
    """A result as the laboratory reported it, `<0.5` too."""
    quantity = canonical(analyte, value, unit)
    values = {
        "analyte": analyte, "value": value, "unit": unit, "range_low": low, "range_high": high,
        "canonical": quantity.limit, "comparator": quantity.comparator,
        "canonical_unit": quantity.unit,
    }  # fmt: skip
    return fact(day, time, id, **{k: v for k, v in values.items() if v is not None})


def operation(day=0, **values):
    return fact(day, "09:00" if day == 0 else None, "operation", kind="decompression", **values)


def course(*visits, anchors=OPERATED, thresholds=DEFAULTS, today=TODAY, **lists):
    """The facts of one patient: visits, and other lists by name."""
    given = {"visits": visits, **lists}
    if anchors is OPERATED:
        given.setdefault("procedures", [operation()])
    return Facts(
        now=NOON, today=today, anchors=anchors, thresholds=thresholds,
        **{name: _in_order(facts, anchors) for name, facts in given.items()},
    )  # fmt: skip


def _in_order(facts, anchors):
    anchor = Anchor.INDEX_DECOMPRESSION if anchors.decompression else Anchor.CEMENT
    placed = [
        Fact(
            id=f.id, when=f.when, values=f.values, order=n,
            day=days_since(f.when, anchors=anchors, anchor=anchor),
        )
        for n, f in enumerate(facts)
    ]  # fmt: skip
    return tuple(sorted(placed, key=lambda f: place(f.day, f.when, f.order)))


def said(found):
    """A finding in one line."""
    line = f"{found.now.id} {found.rule} {found.level.value}"
    without = f"without {' '.join(found.missing)}" if found.missing else ""
    if found.answer is Answer.CANNOT_TELL:
        without = f"cannot tell {without}".strip()
    return f"{line}, {without}" if without else line


def told(rule, facts):
    return [said(found) for found in rule(facts, ())]


def table(module, cases: Mapping[str, Mapping[str, tuple[Facts, list[str]]]]):
    """The cases of a module, one parameter each, named "rule: case"."""
    return [
        pytest.param(getattr(module, rule), facts, expected, id=f"{rule}: {case}")
        for rule, of_rule in cases.items()
        for case, (facts, expected) in of_rule.items()
    ]
