"""Haemoglobin, ALT and calcium, each boundary from both sides (CLINICAL.md G and J)."""

import pytest

from outcomes.rules.alerts import blood
from tests.outcomes.rules.alerts.tables import (
    NO_EVENTS,
    NOT_OPERATED,
    course,
    date,
    fact,
    lab,
    operation,
    table,
    told,
    visit,
)


def hb(day, value, unit="g/dL", **more):
    return lab(day, "hb", str(value), unit, **more)


def alt(day, value, high="40"):
    return lab(day, "alt", str(value), "U/L", high=high)


def calcium(day, value, low="8.5", unit="mg/dL", **more):
    return lab(day, "calcium", str(value), unit, low=low, **more)


def ionised(day, value, low="1.15"):
    return lab(day, "ionised_calcium", str(value), "mmol/L", low=low)


def albumin(day, value, **more):
    return lab(day, "albumin", str(value), "g/dL", id=f"albumin{day}", **more)


def drug(name="ibandronic acid", atc="M05BA06", stop=None):
    given = {"drug": name, "atc": atc, "stop": stop}
    return fact(1, id=name, **{k: v for k, v in given.items() if v is not None})


def labs(*results, **more):
    return course(labs=results, **more)


def bone(*results, drugs=None):
    return course(labs=results, drugs=[drug()] if drugs is None else drugs)


LOW, DROP = "day5 blood_hb_low review", "day5 blood_hb_drop review"
HIGH_ALT = "day5 blood_alt review"
CALCIUM = "day5 blood_calcium review"
NO_ALBUMIN = f"{CALCIUM}, cannot tell without albumin"
IN_MMOL = {"unit": "mmol/L"}

CASES = {
    "haemoglobin": {
        "nothing recorded: nothing to judge": (course(visit(5)), []),
        "8.0": (labs(hb(5, "8.0")), []),
        "7.9": (labs(hb(5, 7.9)), [LOW]),
        "79 g/L": (labs(hb(5, 79, "g/L")), [LOW]),
        "7.9 before surgery too": (labs(hb(-3, 7.9)), ["day-3 blood_hb_low review"]),
        "7.9, not operated": (labs(hb(5, 7.9), anchors=NOT_OPERATED), [LOW]),
        "7.9, no event recorded": (labs(hb(5, 7.9), anchors=NO_EVENTS), [LOW]),
        "7.9, undated": (labs(hb(None, 7.9)), ["undated blood_hb_low review, without date"]),
        "dropped by 1.9": (labs(hb(1, "11.9"), hb(5, "10.0")), []),
        "dropped by 2.0": (labs(hb(1, "12.0"), hb(5, "10.0")), [DROP]),
        "dropped by 2.0 below the best, by 1 below the last": (
            labs(hb(1, 12), hb(3, 11), hb(5, 10)), [DROP],
        ),
        "dropped and as low again: no new drop": (labs(hb(1, 12), hb(5, 10), hb(9, 10)), [DROP]),
        "dropped by 2 more": (
            labs(hb(1, 14), hb(5, 12), hb(9, 10)), [DROP, "day9 blood_hb_drop review"],
        ),
        "dropped below 8: one alert": (labs(hb(1, 12), hb(5, 7)), [LOW]),
        "dropped over the operation: expected": (labs(hb(-1, 12), hb(5, 9)), []),
        "dropped on the day of surgery, before incision by its time": (
            labs(hb(0, 12, time="08:00"), hb(5, 9)), [],
        ),
        "dropped since the day of surgery, after incision by its time": (
            labs(hb(0, 12, time="15:00"), hb(5, 9)), [DROP],
        ),
        "dropped since the day of surgery, without a time: cannot tell": (
            labs(hb(0, 12), hb(5, 9)), [f"{DROP}, cannot tell without time"],
        ),
        "dropped, not operated: no postoperative value": (
            labs(hb(1, 12), hb(5, 9), anchors=NOT_OPERATED), [],
        ),
        "dropped, which operation is the index is not known": (
            labs(hb(1, 12), hb(5, 9), anchors=NO_EVENTS, procedures=[operation(0)]),
            [f"{DROP}, cannot tell without day"],
        ),
        "undated, 2 below another: cannot tell": (
            labs(hb(1, 12), hb(None, 10)),
            ["undated blood_hb_drop review, cannot tell without date"],
        ),
        "undated, 1.9 below another: not needed": (labs(hb(1, "11.9"), hb(None, 10)), []),
        "two of one day without times: the worse order holds, marked": (
            labs(hb(5, 12, id="high"), hb(5, 10, id="low")),
            ["low blood_hb_drop review, without time"],
        ),
        "two of one day, recorded the other way round": (
            labs(hb(5, 10, id="low"), hb(5, 12, id="high")),
            ["low blood_hb_drop review, without time"],
        ),
        "below a bound of 8": (labs(hb(5, "<8")), [LOW]),
        "below a bound of 9: cannot tell": (
            labs(hb(5, "<9")), ["day5 blood_hb_low note, cannot tell without value"],
        ),
    },
    "alt": {
        "nothing recorded: nothing to judge": (course(visit(5)), []),
        "three times the upper limit": (labs(alt(5, 120)), []),
        "above three times the upper limit": (labs(alt(5, 120.1)), [HIGH_ALT]),
        "another laboratory, three times": (labs(alt(5, 165, "55")), []),
        "another laboratory, above": (labs(alt(5, 165.1, "55")), [HIGH_ALT]),
        "at each measurement": (
            labs(alt(5, 225), alt(9, 225)), [HIGH_ALT, "day9 blood_alt review"],
        ),
        "without the laboratory's range": (
            labs(alt(5, 225, None)), ["day5 blood_alt note, cannot tell without range_high"],
        ),
        "a bound above": (labs(alt(5, ">120")), [HIGH_ALT]),
        "a bound across": (
            labs(alt(5, ">100")), ["day5 blood_alt note, cannot tell without value"],
        ),
        "undated: the day is not needed": (
            labs(alt(None, 225)), ["undated blood_alt review"],
        ),
    },
    "calcium": {
        "nothing recorded: nothing to judge": (bone(), []),
        "no ibandronate: not applicable": (bone(calcium(5, 7.0), drugs=[]), []),
        "another drug: not applicable": (
            bone(calcium(5, 7.0), drugs=[drug("tramadol", "N02AX02")]), [],
        ),
        "known by its ATC code alone": (
            bone(ionised(5, 1.0), drugs=[drug("Bonviva")]), [CALCIUM],
        ),
        "known by its name alone": (
            bone(ionised(5, 1.0), drugs=[drug("Ibandronate", None)]), [CALCIUM],
        ),
        "ionised, at the lower limit": (bone(ionised(5, 1.15)), []),
        "ionised, below": (bone(ionised(5, 1.14)), [CALCIUM]),
        "ionised, without a range": (
            bone(ionised(5, 1.0, None)),
            ["day5 blood_calcium note, cannot tell without range_low"],
        ),
        "total 8.5 without albumin: not low": (bone(calcium(5, 8.5)), []),
        "total 8.4 without albumin: cannot check, and review": (
            bone(calcium(5, 8.4)), [NO_ALBUMIN],
        ),
        "total 7.7, albumin 3.0: corrected 8.5": (bone(calcium(5, 7.7), albumin(5, 3.0)), []),
        "total 7.6, albumin 3.0: corrected 8.4": (
            bone(calcium(5, 7.6), albumin(5, 3.0)), [CALCIUM],
        ),
        "total 8.8, albumin 4.4: corrected 8.48": (
            bone(calcium(5, 8.8), albumin(5, 4.4)), [CALCIUM],
        ),
        "albumin seven days before": (bone(calcium(12, 7.7), albumin(5, 3.0)), []),
        "albumin eight days before: too old": (
            bone(calcium(13, 7.7), albumin(5, 3.0)),
            ["day13 blood_calcium review, cannot tell without albumin"],
        ),
        "albumin undated: not known to belong": (
            bone(calcium(5, 7.7), albumin(None, 3.0)), [NO_ALBUMIN],
        ),
        "the albumin nearest in time": (
            bone(albumin(1, 3.0), calcium(5, 7.7), albumin(6, 4.0)), [CALCIUM],
        ),
        "total without a range": (
            bone(calcium(5, 7.0, None), albumin(5, 4.0)),
            ["day5 blood_calcium note, cannot tell without range_low"],
        ),
        "total in mmol/L, with a range in mmol/L": (
            bone(calcium(5, "2.00", "2.10", **IN_MMOL), albumin(5, 4.0)), [CALCIUM],
        ),
        "albumin below a bound: cannot tell": (
            bone(calcium(5, 8.0), albumin(5, "<3.5")),
            [f"{CALCIUM}, cannot tell without value"],
        ),
        "ibandronate stopped the day before": (
            bone(ionised(5, 1.0), drugs=[drug(stop=date(4))]), [],
        ),
        "ibandronate stopped that day: not certainly before": (
            bone(ionised(5, 1.0), drugs=[drug(stop=date(5))]), [CALCIUM],
        ),
        "undated, stopped some time": (
            bone(lab(None, "ionised_calcium", "1.0", "mmol/L", low="1.15"),
                 drugs=[drug(stop=date(4))]),
            ["undated blood_calcium review"],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(blood, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected


def test_both_values_are_said_as_the_laboratory_reported_them():
    (found,) = blood.haemoglobin(labs(hb(1, 120, "g/L"), hb(5, "10.0")), ())
    assert (found.value_before, found.value_now) == ("120 g/L", "10.0 g/dL")


def test_the_range_is_read_in_the_unit_of_the_result():
    result = lab(5, "calcium", "2.00", "mmol/L", low="2.10")
    assert blood.of_range(result, "low") > 8
