"""What groups people: certain and recorded, or nothing."""

import datetime as dt

import pytest

from outcomes.rules.cohort_traits import traits
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Moment, Span, Status

SURGERY = dt.date(2025, 3, 10)


def fact(day, **values):
    when = Moment(date=SURGERY + dt.timedelta(days=day))
    span = Span(best=day, lower=day, upper=day, status=Status.KNOWN)
    return Fact(id=f"{day}{values}", when=when, day=span, values=values)


def found(*, operated=True, **more):
    anchors = Anchors(
        cement=Moment(date=SURGERY - dt.timedelta(days=1)),
        decompression=Moment(date=SURGERY, time=dt.time(9)) if operated else None,
    )
    at = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    return traits(Facts(now=at, today=at.date(), anchors=anchors, **more))


@pytest.mark.parametrize(
    ("scans", "residual"),
    [
        ((fact(1, residual_cement="no"),), "no"),
        ((fact(1, residual_cement="no"), fact(90, residual_cement="no")), "no"),
        ((fact(1, residual_cement="no"), fact(90, residual_cement="yes")), None),
        ((fact(1, residual_cement="not_stated"), fact(90, residual_cement="yes")), "yes"),
        ((fact(-1, residual_cement="yes"),), None),  # before the operation
        ((), None),
    ],
)
def test_residual_cement_is_what_every_later_scan_says(scans, residual):
    assert found(imaging=scans)["residual_cement"] == residual


def test_the_compartment_is_that_before_the_operation():
    scans = (fact(-1, compartment="intradural"), fact(1, compartment="none"))
    assert found(imaging=scans)["compartment"] == "intradural"
    scans = (fact(1, compartment="intradural"), fact(2, compartment="none"))
    assert found(imaging=scans, operated=False)["compartment"] is None, "two that differ"


def test_the_operation_is_the_index_decompression():
    index = fact(0, kind="decompression", technique="laminectomy", durotomy="not_stated")
    later = fact(30, kind="decompression", technique="corpectomy", durotomy="yes")
    one = found(procedures=(index, later), index_id=index.id)
    assert (one["technique"], one["durotomy"], one["reoperation"]) == (
        "laminectomy",
        None,
        "recorded",
    )
    alone = found(procedures=(index,), index_id=index.id)
    assert (alone["reoperation"], alone["complication"]) == (None, None)


def test_a_complication_is_recorded_or_nothing_is_known():
    assert found(complications=(fact(3, kind="csf_leak"),))["complication"] == "recorded"
    led = fact(3, kind="haematoma", reoperation="an id")
    assert found(complications=(led,))["reoperation"] == "recorded"


@pytest.mark.parametrize(("given", "told"), [("other", "other"), ("unknown", None), (None, None)])
def test_unknown_is_not_a_cause(given, told):
    assert found(person={"etiology": given})["etiology"] == told
