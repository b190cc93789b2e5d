"""Values whose order cannot be told: the worse holds, or it cannot be checked (CLINICAL.md J)."""

import datetime as dt
from decimal import Decimal

import pytest

from outcomes.rules.timing import Anchors
from outcomes.rules.values import Anchor, Moment, Phase, Status
from tests.outcomes.rules.medication_safety.cast import ago, answer, drug, fact, facts, lab, visit

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


def total(value, on, time=None):
    return fact(moment=Moment(date=on, time=time), analyte="calcium", value=str(value),
                unit="mg/dL", canonical=Decimal(str(value)), range_low="8.5")  # fmt: skip


NINE, TEN = dt.time(9), dt.time(10)
ALBUMIN = lab("albumin", 4)
# ionised and total calcium: the later holds; where nobody can tell, the worse
BOTH = {
    "low total later": ([ionised("1.2", ago(20)), total(6, ago(1)), ALBUMIN], "yes"),
    "low total later, no albumin": ([ionised("1.2", ago(20)), total(6, ago(1))], "cannot"),
    "low total earlier": ([ionised("1.2", ago(1)), total(6, ago(20)), ALBUMIN], "no"),
    "normal total later": ([ionised("0.8", ago(20)), total(9, ago(1)), ALBUMIN], "no"),
    "low total of that day": ([ionised("1.2", ago(1)), total(6, ago(1)), ALBUMIN], "yes"),
    "low ionised of that day": ([ionised("0.8", ago(1)), total(9, ago(1)), ALBUMIN], "yes"),
    "normal total of that day": ([ionised("1.2", ago(1)), total(9, ago(1)), ALBUMIN], "no"),
    "low total an hour later": (
        [ionised("1.2", moment=Moment(date=ago(1), time=NINE)), total(6, ago(1), TEN), ALBUMIN],
        "yes",
    ),
    "low total an hour earlier": (
        [ionised("1.2", moment=Moment(date=ago(1), time=TEN)), total(6, ago(1), NINE), ALBUMIN],
        "no",
    ),
    "ionised perhaps later": (
        [ionised("1.2", moment=BETWEEN), total(6, ago(15)), ALBUMIN], "yes",
    ),
    "ionised of no day": ([ionised("0.8", moment=UNDATED), total(9, ago(1)), ALBUMIN], "cannot"),
    "ionised in words, later": (
        [fact(ago(1), analyte="ionised_calcium", interpretation="LL"), total(9, ago(2)), ALBUMIN],
        "cannot",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("labs", "expected"), BOTH.values(), ids=BOTH)
def test_ionised_and_total_calcium(labs, expected):
    known = facts(IBANDRONATE, anchors=OPERATED, labs=labs)
    assert answer(known, LOW).split(":")[0] == expected


def bladder(on=None, *, moment=None, **values):
    return fact(on, moment=moment, **{f"bladder_{name}": value for name, value in values.items()})


RELIABLY = {"dysfunction_type": "retention", "method": "intermittent_self",
            "reliably_catheterised": "yes"}  # fmt: skip
OVERACTIVE = {"dysfunction_type": "overactive", "pvr_ml": 20}
# what the visits say, in order; whether the bladder retains urine
METHODS = {
    "voids again, large residual": (
        [bladder(ago(300), **RELIABLY), bladder(ago(1), method="normal_voiding", pvr_ml=450)],
        "yes",
    ),
    "voids again, residual not measured": (
        [bladder(ago(300), **RELIABLY), bladder(ago(1), method="normal_voiding")],
        "cannot: pvr, bladder_type",
    ),
    "voids again, small residual, type of old": (
        [bladder(ago(300), **RELIABLY), bladder(ago(1), method="normal_voiding", pvr_ml=20)],
        "cannot: bladder_type",
    ),
    "voids since last week, large residual": (
        [bladder(ago(7), **RELIABLY), bladder(ago(1), method="normal_voiding", pvr_ml=450)],
        "yes",
    ),
    "nothing for long": ([bladder(ago(300), **RELIABLY)], "cannot: reliably_catheterised"),
    "90 days ago": ([bladder(ago(90), **RELIABLY)], "no"),
    "91 days ago": ([bladder(ago(91), **RELIABLY)], "cannot: reliably_catheterised"),
    "reliably before another catheter": (
        [bladder(ago(7), **RELIABLY), bladder(ago(1), method="intermittent_attendant")],
        "cannot: reliably_catheterised",
    ),
    "reliably after the catheter": (
        [bladder(ago(7), method="intermittent_self"),
         bladder(ago(1), reliably_catheterised="yes")],
        "no",
    ),
    "overactive of old, small residual": (
        [bladder(ago(91), dysfunction_type="overactive"), bladder(ago(1), pvr_ml=20)],
        "cannot: bladder_type",
    ),
    "retention perhaps later": (
        [bladder(moment=BETWEEN, dysfunction_type="retention"), bladder(ago(15), **OVERACTIVE)],
        "cannot: bladder_type",
    ),
    "retention before": (
        [bladder(moment=BEFORE, dysfunction_type="retention"), bladder(ago(15), **OVERACTIVE)],
        "no",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("visits", "expected"), METHODS.values(), ids=METHODS)
def test_retention_is_of_the_present_method(visits, expected):
    known = facts(drug("solifenacin", ago(29)), anchors=OPERATED, visits=visits)
    assert answer(known, PVR) == expected
