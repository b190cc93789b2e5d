"""Values whose order cannot be told: the worse holds, or it cannot be checked (CLINICAL.md J)."""

import datetime as dt
from decimal import Decimal

import pytest

from outcomes.rules.timing import Anchors
from outcomes.rules.values import Anchor, Moment, Phase, Status
from tests.outcomes.rules.medication_safety.cast import ago, answer, drug, fact, facts, visit

OPERATED = Anchors(decompression=Moment(date=ago(30)))
BETWEEN = Moment(anchor=Anchor.INDEX_DECOMPRESSION, day=20, lower=10, upper=29)
ABOUT = Moment(anchor=Anchor.INDEX_DECOMPRESSION, day=20, status=Status.APPROXIMATE)
BEFORE = Moment(anchor=Anchor.INDEX_DECOMPRESSION, day=5, lower=2, upper=9)
PRE_OP = Moment(status=Status.DESCRIPTIVE_ONLY, phase=Phase.PRE_OP)
UNDATED = Moment(status=Status.NOT_REPORTED)
IBANDRONATE = drug("ibandronic acid", ago(29), route="intravenous")


def creatinine(value, on=None, *, moment=None):
    return fact(on, moment=moment, analyte="creatinine", value=str(value), unit="mg/dL",
                canonical=Decimal(str(value)))  # fmt: skip


def ionised(value, on=None, *, moment=None):
    return fact(on, moment=moment, analyte="ionised_calcium", value=str(value), unit="mmol/L",
                canonical=Decimal(str(value)), range_low="1.15")  # fmt: skip


HEAVY = visit(ago(15), vitals_weight_kg=90)
SMALL = visit(ago(15), bladder_pvr_ml=20, bladder_dysfunction_type="overactive")
CRCL, LOW, PVR = "ibandronate-crcl", "ibandronate-hypocalcaemia", "solifenacin-urinary-retention"
# rule, the good value of day 15, a maker of the worse one, what is answered if it may be the last
PAIRS = {
    "creatinine": (
        CRCL, {"visits": [HEAVY], "labs": [creatinine("0.8", ago(15))]},
        lambda when: {"labs": [creatinine("3.0", moment=when)]},
    ),
    "weight": (
        CRCL, {"visits": [HEAVY], "labs": [creatinine("1.0", ago(15))]},
        lambda when: {"visits": [fact(moment=when, vitals_weight_kg=40)]},
    ),
    "ionised calcium": (
        LOW, {"labs": [ionised("1.2", ago(15))]},
        lambda when: {"labs": [ionised("0.8", moment=when)]},
    ),
    "residual": (
        PVR, {"visits": [SMALL]},
        lambda when: {"visits": [fact(moment=when, bladder_pvr_ml=450)]},
    ),
}  # fmt: skip
# when the worse was, and what holds
WHEN = {
    "may be later": (BETWEEN, "yes"), "about then": (ABOUT, "cannot"), "before": (BEFORE, "no"),
    "before the operation": (PRE_OP, "no"), "of no day": (UNDATED, "cannot"),
}  # fmt: skip


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_worse_value_that(pair, when):
    rule, good, worse = PAIRS[pair]
    moment, expected = WHEN[when]
    bad = worse(moment)
    both = {key: [*bad.get(key, ()), *good.get(key, ())] for key in {*good, *bad}}
    known = facts(IBANDRONATE, drug("solifenacin", ago(29)), anchors=OPERATED, **both)
    assert answer(known, rule).split(":")[0] == expected
    alone = facts(IBANDRONATE, drug("solifenacin", ago(29)), anchors=OPERATED, **good)
    assert answer(alone, rule) == "no"


def test_a_worse_value_of_the_same_minute():
    when = Moment(date=ago(1), time=dt.time(9))
    labs = [creatinine(value, moment=when) for value in ("0.8", "3.0")]
    assert answer(facts(IBANDRONATE, visits=[HEAVY], labs=labs), CRCL) == "yes"


WORDS = {"later": (ago(1), "cannot: creatinine"), "earlier": (ago(20), "no")}


@pytest.mark.parametrize("told", WORDS)
def test_a_creatinine_given_in_words(told):
    on, expected = WORDS[told]
    words = fact(on, analyte="creatinine", interpretation="HH")
    known = facts(IBANDRONATE, visits=[HEAVY], labs=[creatinine("0.8", ago(15)), words])
    assert answer(known, CRCL) == expected
