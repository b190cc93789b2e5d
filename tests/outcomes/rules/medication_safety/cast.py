"""A patient of 84 years who weighs 45 kg, and what differs: plain facts, without a database."""

import datetime as dt
import itertools
from decimal import Decimal

from outcomes.rules.facts import Fact, Facts
from outcomes.rules.medication_safety import findings
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Moment, Span, Status

TODAY = dt.date(2026, 6, 15)
NOWHERE = Span(best=None, lower=None, upper=None, status=Status.KNOWN)
_ids = itertools.count(1)

WELL = {
    "liver_disease_child_pugh": "none", "cyp2c9_poor_metaboliser": "no",
    "aspirin_sensitivity": "no", "asthma": "no", "sulfonamide_allergy": "no",
    "coronary_bypass_recent": "no", "ischaemic_heart_disease": "no",
    "peripheral_arterial_disease": "no", "cerebrovascular_disease": "no",
    "heart_failure_nyha": "none", "epilepsy": "no", "gastric_retention": "no",
    "glaucoma": "none", "myasthenia_gravis": "no", "haemodialysis": "no", "long_qt": "no",
    "can_sit_upright_60_min": "yes",
}  # fmt: skip
CODES = {"celecoxib": "M01AH01", "tramadol": "N02AX02", "solifenacin": "G04BD08",
         "ibandronic acid": "M05BA06", "denosumab": "M05BX04"}  # fmt: skip


def ago(days):
    return TODAY - dt.timedelta(days)


TEN_DAYS, YESTERDAY = ago(10), ago(1)


def fact(on=None, *, moment=None, **values):
    when = moment or Moment(date=on)
    return Fact(id=str(next(_ids)), when=when, day=NOWHERE, values=without_none(values))


def without_none(values):
    return {name: value for name, value in values.items() if value is not None}


def drug(name, start=TEN_DAYS, **values):
    """A course of a drug, started ten days ago."""
    given = {"drug": name, "atc": CODES.get(name), "start": start, "dose_unit": "mg"} | values
    return fact(start, **given)


def dose(course, on=None, *, moment=None, **values):
    return fact(on, moment=moment, course=course.id, **values)


def visit(on=YESTERDAY, **values):
    return fact(on, **values)


UNITS = {"creatinine": "mg/dL", "calcium": "mg/dL", "albumin": "g/dL", "ionised_calcium": "mmol/L",
         "hb": "g/dL", "alt": "U/L"}  # fmt: skip


def lab(analyte, value, on=YESTERDAY, **values):
    own = {"value": str(value), "unit": UNITS[analyte], "canonical": Decimal(str(value))}
    return fact(on, analyte=analyte, **(own | values))


def facts(*drugs, person=None, background=None, visits=(), labs=(), doses=(), **more):
    """An 84-year-old woman with these drugs; nothing else is known of her."""
    person = {"birth_date": dt.date(1942, 1, 1), "sex": "female"} if person is None else person
    now = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)
    more.setdefault("anchors", Anchors())
    return Facts(
        now=now, today=TODAY, person=person, background=background or {}, drugs=drugs,
        visits=tuple(visits), labs=tuple(labs), doses=tuple(doses), **more,
    )  # fmt: skip


def clearance_of(crcl):
    """A weight and a creatinine that give this clearance (mL/min) to the 84-year-old woman."""
    # (140 - 84) x kg x 0.85 / 72 with creatinine 1
    weight = Decimal(str(crcl)) * 72 / (56 * Decimal("0.85"))
    return {"visits": (visit(vitals_weight_kg=weight),), "labs": (lab("creatinine", 1),)}


def found(facts, rule):
    """The findings of a rule, by its key or the beginning of it."""
    return [one for one in findings(facts) if one.rule == rule]


def answer(facts, rule):
    """ "yes", "no", "not_applicable", or "cannot: a, b" with what is missing; "-" for silence."""
    told = found(facts, rule)
    if not told:
        return "-"
    (one,) = told
    return f"cannot: {', '.join(one.missing)}" if one.answer == "cannot_tell" else str(one.answer)


def dose_answer(facts, inn, kinds=("max_daily_dose", "dose_factor")):
    """The answer about the dose a day, whichever limit decided it."""
    (one,) = [f for f in findings(facts) if f.drug == inn and f.kind in kinds]
    return f"cannot: {', '.join(one.missing)}" if one.answer == "cannot_tell" else str(one.answer)
