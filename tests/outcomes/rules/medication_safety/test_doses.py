"""Doses against their limits: the lowest of several holds, each boundary from both sides."""

import datetime as dt
from decimal import Decimal

import pytest

from outcomes.rules.medication_safety.clearance import ages
from tests.outcomes.rules.medication_safety.cast import (
    TODAY,
    WELL,
    ago,
    answer,
    clearance_of,
    dose_answer,
    drug,
    facts,
    found,
    lab,
    visit,
)

OVER_75 = {"birth_date": dt.date(1950, 6, 15), "sex": "female"}
JUST_75 = {"birth_date": dt.date(1950, 6, 16), "sex": "female"}
ASTRIDE = {"birth_year": 1950, "sex": "female"}


def tramadol(mg, **more):
    return drug("tramadol", dose=mg, times_per_day=1.0, **({"extended_release": False} | more))


# mg a day, who, clearance, background; the answer
TRAMADOL = {
    "75: at 400": (400, JUST_75, 60, {}, "no"),
    "75: above 400": (401, JUST_75, 60, {}, "yes"),
    "76: at 300": (300, OVER_75, 60, {}, "no"),
    "76: above 300": (301, OVER_75, 60, {}, "yes"),
    "clearance of 30: no limit of its own": (300, OVER_75, 30, {}, "no"),
    "clearance below 30: at 200": (200, OVER_75, "29.99", {}, "no"),
    "clearance below 30: above 200": (201, OVER_75, "29.99", {}, "yes"),
    "no clearance: within every limit": (200, OVER_75, None, {}, "no"),
    "no clearance: between the limits": (201, OVER_75, None, {}, "cannot: weight, creatinine"),
    "no clearance: above the limit for age": (301, OVER_75, None, {}, "yes"),
    "age astride 75: within both": (300, ASTRIDE, 60, {}, "no"),
    "age astride 75: between them": (301, ASTRIDE, 60, {}, "cannot: age"),
    "age astride 75: above both": (401, ASTRIDE, 60, {}, "yes"),
    "no age, no clearance": (250, {}, None, {}, "cannot: age, sex, weight, creatinine"),
}  # fmt: skip


@pytest.mark.parametrize(("mg", "person", "crcl", "background", "expected"), TRAMADOL.values(),
                         ids=TRAMADOL)  # fmt: skip
def test_tramadol_a_day(mg, person, crcl, background, expected):
    measured = clearance_for(person, crcl)
    known = facts(tramadol(mg), person=person, background=background, **measured)
    assert dose_answer(known, "tramadol") == expected


def clearance_for(person, crcl):
    """A weight and creatinine that give the clearance to whoever of 74 to 76 this is."""
    if crcl is None:
        return {}
    age = ages(facts(person=person)).least
    weight = Decimal(str(crcl)) * 72 / ((140 - age) * Decimal("0.85"))
    return {"visits": (visit(vitals_weight_kg=weight),), "labs": (lab("creatinine", 1),)}


NOT_MEASURED = {
    "no dose": ({"dose": None}, "cannot: dose, weight, creatinine"),
    "no times a day": ({"times_per_day": None}, "cannot: times_per_day, weight, creatinine"),
    "tablets": ({"dose": 2.0, "dose_unit": "tablet"}, "cannot: dose_in_mg, weight, creatinine"),
    "a frequency in words": (
        {"times_per_day": None, "frequency": "every four hours"},
        "cannot: times_per_day, weight, creatinine",
    ),
    "the most in a day instead": ({"times_per_day": None, "daily_max": 100.0}, "no"),
    "the most in a day, too much": ({"times_per_day": None, "daily_max": 301.0}, "yes"),
    "in grams": ({"dose": 0.301, "dose_unit": "g"}, "yes"),
    "a product that combines drugs": (
        {"drug": "tramadol and paracetamol", "atc": "N02AJ13"},
        "cannot: content, weight, creatinine",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("differs", "expected"), NOT_MEASURED.values(), ids=NOT_MEASURED)
def test_a_dose_that_is_not_known_cannot_be_checked(differs, expected):
    course = drug("tramadol", **({"dose": 100.0, "times_per_day": 1.0} | differs))
    assert dose_answer(facts(course, person=OVER_75), "tramadol") == expected


def test_courses_of_one_drug_add_up():
    two = tramadol(200), tramadol(101)
    assert dose_answer(facts(*two, person=OVER_75, **clearance_for(OVER_75, 60)), "tramadol") == (
        "yes"
    )


def test_without_dates_they_add_up_if_taken_together():
    two = tramadol(200, start=None), tramadol(101, start=None)
    known = facts(*two, person=OVER_75, **clearance_for(OVER_75, 60))
    assert dose_answer(known, "tramadol") == "cannot: dates"


def test_a_drug_stopped_today_is_no_longer_taken():
    two = tramadol(300), tramadol(300, stop=TODAY, stop_reason="switched")
    known = facts(*two, person=OVER_75, **clearance_for(OVER_75, 60))
    assert dose_answer(known, "tramadol") == "no"


EXTENDED = {
    "at 300": (300, True, "no"),
    "above 300": (301, True, "yes"),
    "not said": (301, None, "cannot: extended_release"),
    "immediate": (301, False, "no"),
}


@pytest.mark.parametrize(("mg", "released", "expected"), EXTENDED.values(), ids=EXTENDED)
def test_tramadol_as_extended_release(mg, released, expected):
    known = facts(
        tramadol(mg, extended_release=released), person=JUST_75, **clearance_for(JUST_75, 60)
    )
    assert dose_answer(known, "tramadol") == expected


SINGLE = {
    "100 mg": (100, "none", "no"),
    "above 100 mg": (101, "none", "yes"),
    "severe hepatic: 50 mg": (50, "C", "no"),
    "severe hepatic: above": (51, "C", "yes"),
    "liver not known: within": (50, None, "no"),
    "liver not known: between": (51, None, "cannot: liver_disease_child_pugh"),
    "moderate hepatic": (51, "B", "no"),
}


@pytest.mark.parametrize(("mg", "liver", "expected"), SINGLE.values(), ids=SINGLE)
def test_tramadol_at_once(mg, liver, expected):
    background = {"liver_disease_child_pugh": liver} if liver else {}
    known = facts(tramadol(mg), background=background)
    kinds = ("max_single_dose", "usual_single_dose")
    assert dose_answer(known, "tramadol", kinds) == expected


TIMES = {
    "six times a day": (6, 60, "none", "no"),
    "seven times": (7, 60, "none", "yes"),
    "clearance below 30: twice": (2, "29.99", "none", "no"),
    "clearance below 30: three times": (3, "29.99", "none", "yes"),
    "clearance of 30: three times": (3, 30, "none", "no"),
    "severe hepatic: three times": (3, 60, "C", "yes"),
    "nothing known: twice": (2, None, None, "no"),
    "nothing known: three times": (
        3, None, None, "cannot: weight, creatinine, liver_disease_child_pugh",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("times", "crcl", "liver", "expected"), TIMES.values(), ids=TIMES)
def test_tramadol_how_often(times, crcl, liver, expected):
    background = {"liver_disease_child_pugh": liver} if liver else {}
    measured = clearance_of(crcl) if crcl else {}
    course = drug("tramadol", dose=10.0, times_per_day=times)
    known = facts(course, background=background, **measured)
    assert dose_answer(known, "tramadol", ("min_interval",)) == expected


CELECOXIB = {
    "at 400": (400, {}, "no"),
    "above 400": (401, {}, "yes"),
    "Child-Pugh A": (400, {"liver_disease_child_pugh": "A"}, "no"),
    "Child-Pugh B: at 200": (200, {"liver_disease_child_pugh": "B"}, "no"),
    "Child-Pugh B: above 200": (201, {"liver_disease_child_pugh": "B"}, "yes"),
    "poor metaboliser: above 200": (201, {"cyp2c9_poor_metaboliser": "yes"}, "yes"),
    "both halve once: at 200": (
        200, {"liver_disease_child_pugh": "B", "cyp2c9_poor_metaboliser": "yes"}, "no",
    ),
    "liver not known: at 200": (200, {"liver_disease_child_pugh": None}, "no"),
    "liver not known: above 200": (
        201, {"liver_disease_child_pugh": None}, "cannot: liver_disease_child_pugh",
    ),
    "metaboliser not known: above 200": (
        201, {"cyp2c9_poor_metaboliser": "unknown"}, "cannot: cyp2c9_poor_metaboliser",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("mg", "differs", "expected"), CELECOXIB.values(), ids=CELECOXIB)
def test_celecoxib_a_day(mg, differs, expected):
    background = {k: v for k, v in (WELL | differs).items() if v is not None}
    known = facts(drug("celecoxib", dose=mg, times_per_day=1.0), background=background)
    assert dose_answer(known, "celecoxib") == expected


FIRST_DAY = {
    "acute pain, today: at 600": (600, TODAY, "acute pain", "no"),
    "acute pain, today: above 600": (601, TODAY, "acute pain", "yes"),
    "acute pain, yesterday: above 400": (401, ago(1), "acute pain", "yes"),
    "another indication, today": (401, TODAY, "osteoarthritis", "yes"),
    "no indication, today": (401, TODAY, None, "cannot: indication"),
    "no start": (401, None, "acute pain", "cannot: start"),
    "no start: above both": (601, None, None, "yes"),
}


@pytest.mark.parametrize(("mg", "start", "why", "expected"), FIRST_DAY.values(), ids=FIRST_DAY)
def test_celecoxib_on_the_first_day_of_acute_pain(mg, start, why, expected):
    course = drug("celecoxib", start, dose=mg, times_per_day=1.0, indication=why)
    assert dose_answer(facts(course, background=WELL), "celecoxib") == expected


SOLIFENACIN = {
    "at 10": (10, 60, {}, "", "no"),
    "above 10": (11, 60, {}, "", "yes"),
    "clearance of 30, no label set: the stricter": (6, 30, {}, "", "yes"),
    "clearance of 30, EU": (6, 30, {}, "EU", "yes"),
    "clearance of 30, US": (6, 30, {}, "US", "no"),
    "clearance below 30, US": (6, "29.99", {}, "US", "yes"),
    "clearance just above 30": (6, "30.01", {}, "", "no"),
    "clearance of 30: at 5": (5, 30, {}, "", "no"),
    "no clearance: at 5": (5, None, {}, "", "no"),
    "no clearance: above 5": (6, None, {}, "", "cannot: weight, creatinine"),
    "Child-Pugh B: above 5": (6, 60, {"liver_disease_child_pugh": "B"}, "", "yes"),
}  # fmt: skip


@pytest.mark.parametrize(("mg", "crcl", "differs", "label", "expected"), SOLIFENACIN.values(),
                         ids=SOLIFENACIN)  # fmt: skip
def test_solifenacin_a_day(mg, crcl, differs, label, expected):
    course = drug("solifenacin", dose=mg, times_per_day=1.0)
    measured = clearance_of(crcl) if crcl else {}
    known = facts(course, background=WELL | differs, jurisdiction=label, **measured)
    assert dose_answer(known, "solifenacin") == expected


def test_the_stricter_label_is_named():
    course = drug("solifenacin", dose=6.0, times_per_day=1.0)
    (one,) = found(facts(course, background=WELL, **clearance_of(30)), "solifenacin-max-crcl")
    assert (one.answer, one.jurisdiction) == ("yes", "EU")


INHIBITOR = {
    "a strong inhibitor": ({"atc": "J02AC02"}, "yes"),
    "another drug": ({"atc": "A02BC01"}, "no"),
    "stopped": ({"atc": "J02AC02", "stop": TODAY}, "no"),
    "without a code": ({"atc": None}, "cannot: atc"),
    "without dates": ({"atc": "J02AC02", "start": None}, "cannot: dates"),
}


@pytest.mark.parametrize(("differs", "expected"), INHIBITOR.values(), ids=INHIBITOR)
def test_solifenacin_with_a_strong_cyp3a4_inhibitor(differs, expected):
    given = {"start": ago(3)} | differs
    courses = drug("solifenacin", dose=6.0, times_per_day=1.0), drug("another", **given)
    known = facts(*courses, background=WELL, **clearance_of(60))
    assert dose_answer(known, "solifenacin") == expected


IBANDRONATE = {
    "3 mg into a vein": ("intravenous", 3, "no"),
    "more than 3 mg into a vein": ("intravenous", 3.1, "yes"),
    "150 mg by mouth": ("oral", 150, "no"),
    "more by mouth": ("oral", 151, "yes"),
    "150 mg, route not said": (None, 150, "cannot: route"),
    "no dose": ("oral", None, "cannot: dose"),
}


@pytest.mark.parametrize(("route", "mg", "expected"), IBANDRONATE.values(), ids=IBANDRONATE)
def test_ibandronate_at_once(route, mg, expected):
    known = facts(drug("ibandronic acid", route=route, dose=mg))
    assert dose_answer(known, "ibandronic acid", ("usual_single_dose",)) == expected


def test_what_was_missing_and_not_needed_is_named():
    (one,) = found(facts(tramadol(200), person=OVER_75), "tramadol-max-crcl")
    assert (one.answer, one.not_needed) == ("no", ("weight", "creatinine"))


BORDERLINE = {
    "just below 30": ("29.99", "no"),
    "30": (30, "yes"),
    "45": (45, "yes"),
    "just above 45": ("45.001", "no"),
    "not known": (None, "cannot: weight, creatinine"),
}


@pytest.mark.parametrize(("crcl", "expected"), BORDERLINE.values(), ids=BORDERLINE)
def test_a_borderline_clearance_is_not_rounded(crcl, expected):
    measured = clearance_of(crcl) if crcl else {}
    assert answer(facts(drug("tramadol"), **measured), "crcl-borderline-from") == expected
