"""The conditions that medications.csv names: whether each holds for a patient and a course."""

from collections.abc import Callable
from decimal import Decimal

from outcomes.reference import drugs
from outcomes.reference.records import MedicationLimit
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety import bladder, calcium
from outcomes.rules.medication_safety.base import Holds, Used, all_of, any_of, known, unknown
from outcomes.rules.medication_safety.clearance import ages, clearance
from outcomes.rules.medication_safety.courses import Taken, meeting

Condition = Callable[[Facts, Taken, MedicationLimit], Holds]

# what the background says: the column, and the answers with which the condition holds; an answer
# that is neither among them nor one of NOT leaves it open
BACKGROUND: dict[str, tuple[str, tuple[str, ...]]] = {
    "child_pugh_b": ("liver_disease_child_pugh", ("B",)),
    "child_pugh_c": ("liver_disease_child_pugh", ("C",)),
    "cyp2c9_poor_metaboliser": ("cyp2c9_poor_metaboliser", ("yes",)),
    "nsaid_asthma": ("aspirin_sensitivity", ("yes",)),
    "sulfonamide_allergy": ("sulfonamide_allergy", ("yes",)),
    "cabg": ("coronary_bypass_recent", ("yes",)),
    "ischaemic_heart_disease": ("ischaemic_heart_disease", ("yes",)),
    "peripheral_arterial_disease": ("peripheral_arterial_disease", ("yes",)),
    "cerebrovascular_disease": ("cerebrovascular_disease", ("yes",)),
    "heart_failure_nyha_2_4": ("heart_failure_nyha", ("II", "III", "IV")),
    "seizures": ("epilepsy", ("yes",)),
    "gastric_retention": ("gastric_retention", ("yes",)),
    "narrow_angle_glaucoma": ("glaucoma", ("narrow_angle",)),
    "myasthenia_gravis": ("myasthenia_gravis", ("yes",)),
    "haemodialysis": ("haemodialysis", ("yes",)),
    "long_qt": ("long_qt", ("yes",)),
    "cannot_stay_upright": ("can_sit_upright_60_min", ("no",)),
}
OPEN = ("unknown", "angle_unknown")
SEVERE_RENAL = Decimal(30)


def background(facts: Facts, column: str, holding: tuple[str, ...]) -> Holds:
    value = facts.background.get(column)
    if value is None:
        return unknown(column)
    used = Used(name=column, value=str(value))
    return unknown(column, used=(used,)) if value in OPEN else known(value in holding, used)


def _age(facts: Facts, least: Decimal) -> Holds:
    """Whether the age in whole years is at least this; a year of birth may leave it open."""
    found = ages(facts)
    if found is None:
        return unknown("age")
    if found.least >= least:
        return known(True, found.used)
    if found.most is not None and found.most < least:
        return known(False, found.used)
    return unknown("age", used=(found.used,))


def _threshold(limit: MedicationLimit) -> Decimal:
    assert limit.threshold is not None, limit.key
    return limit.threshold


def _acute_first_day(facts: Facts, taken: Taken, _limit: MedicationLimit) -> Holds:
    """The day a drug for acute pain is started."""
    if taken.start is None:
        return unknown("start")
    told = Used(name="start", value=taken.start.isoformat(), on=taken.start)
    if taken.start < facts.today:
        return known(False, told)
    indication = taken.course.get("indication")
    if not indication:
        return unknown("indication", used=(told,))
    return known("acute" in indication.lower(), told, Used(name="indication", value=indication))


def _extended_release(_facts: Facts, taken: Taken, _limit: MedicationLimit) -> Holds:
    released = taken.course.get("extended_release")
    return unknown("extended_release") if released is None else known(bool(released))


def _advanced_renal(facts: Facts, _taken: Taken, _limit: MedicationLimit) -> Holds:
    """Dialysis, or a clearance below 30 mL/min [POLICY: the label gives no number]."""
    dialysis = background(facts, "haemodialysis", ("yes",))
    low = clearance(facts).below(SEVERE_RENAL)
    # a clearance that is known says enough
    return any_of([dialysis, low]) if low.answer != "no" or dialysis.answer == "yes" else low


def _asthma(facts: Facts, _taken: Taken, _limit: MedicationLimit) -> Holds:
    """Asthma in which nobody has confirmed that aspirin is tolerated."""
    asthma = background(facts, "asthma", ("yes",))
    return all_of([asthma, background(facts, "aspirin_sensitivity", ("yes",))])


def _severe_asthma(facts: Facts, _taken: Taken, _limit: MedicationLimit) -> Holds:
    """Whether asthma is acute or severe is not recorded: only no asthma settles it."""
    asthma = background(facts, "asthma", ("yes",))
    return unknown("asthma_severity", used=asthma.used) if asthma.answer == "yes" else asthma


def _constipation(facts: Facts, _taken: Taken, _limit: MedicationLimit) -> Holds:
    value, used = bladder.last(facts, "bowel_constipation")
    return unknown("bowel_constipation", used=used) if value is None else known(
        value == "yes", *used
    )  # fmt: skip


def _neurogenic(facts: Facts, _taken: Taken, _limit: MedicationLimit) -> Holds:
    """A neurogenic bladder that is, or may be, overactive."""
    kind, used = bladder.last(facts, "bladder_dysfunction_type")
    if kind is not None:
        return known(kind in ("overactive", "mixed"), *used)
    any_, told = bladder.last(facts, "bladder_dysfunction")
    return known(False, *told) if any_ == "no" else unknown("bladder_type", used=(*told, *used))


def _residual(facts: Facts, taken: Taken, limit: MedicationLimit) -> Holds:
    return bladder.residual(facts, taken, _threshold(limit))


def _cyp3a4(facts: Facts, taken: Taken, limit: MedicationLimit) -> Holds:
    met = meeting(facts, "strong_cyp3a4_inhibitor", limit.drug)
    return any_of(one.holds for one in met)


CONDITIONS: dict[str, Condition] = {
    "age_over": lambda facts, _taken, limit: _age(facts, _threshold(limit) + 1),
    "age_at_least": lambda facts, _taken, limit: _age(facts, _threshold(limit)),
    "crcl_below": lambda facts, _taken, limit: clearance(facts).below(_threshold(limit)),
    "crcl_at_most": lambda facts, _taken, limit: clearance(facts).at_most(_threshold(limit)),
    "acute_pain_first_day": _acute_first_day,
    "extended_release": _extended_release,
    "advanced_renal_disease": _advanced_renal,
    "asthma": _asthma,
    "acute_severe_asthma": _severe_asthma,
    "constipation": _constipation,
    "neurogenic_detrusor_overactivity": _neurogenic,
    "pvr_at_least": _residual,
    "urinary_retention": lambda facts, taken, _limit: bladder.retention(facts, taken),
    "hypocalcaemia": lambda facts, taken, _limit: calcium.low(facts, taken),
    "strong_cyp3a4_inhibitor": _cyp3a4,
}


def holds(facts: Facts, taken: Taken, limit: MedicationLimit) -> Holds:
    """Whether all conditions of a row hold, its route included."""
    return all_of([route_holds(taken, limit), *(
        _one(name, facts, taken, limit) for name in limit.condition
    )])  # fmt: skip


def _one(name: str, facts: Facts, taken: Taken, limit: MedicationLimit) -> Holds:
    if name in BACKGROUND:
        return background(facts, *BACKGROUND[name])
    return CONDITIONS[name](facts, taken, limit)


def route_holds(taken: Taken, limit: MedicationLimit) -> Holds:
    """A limit for one route of a drug that has several."""
    if not limit.route or len(drugs()[limit.drug].routes) == 1:
        return known(True)
    return known(taken.route == limit.route) if taken.route else unknown("route")
