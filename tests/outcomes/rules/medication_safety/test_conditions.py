"""What speaks against a drug and what is asked: every condition with each answer and none."""

import datetime as dt
from decimal import Decimal

import pytest

from outcomes.reference import load
from outcomes.rules.medication_safety import findings, names
from outcomes.rules.medication_safety.conditions import BACKGROUND, CONDITIONS
from tests.outcomes.rules.medication_safety.cast import (
    TODAY,
    WELL,
    YESTERDAY,
    ago,
    answer,
    clearance_of,
    drug,
    facts,
    found,
    lab,
    visit,
)

# rows that only the background decides: column, answers that say yes, answers that say no
BY_BACKGROUND = {
    "celecoxib-child-pugh-c": ("liver_disease_child_pugh", "C", "none A B"),
    "celecoxib-nsaid-asthma": ("aspirin_sensitivity", "yes", "no"),
    "celecoxib-sulfonamide": ("sulfonamide_allergy", "yes", "no"),
    "celecoxib-cabg": ("coronary_bypass_recent", "yes", "no"),
    "celecoxib-eu-ischaemic-heart-disease": ("ischaemic_heart_disease", "yes", "no"),
    "celecoxib-eu-peripheral-arterial-disease": ("peripheral_arterial_disease", "yes", "no"),
    "celecoxib-eu-cerebrovascular-disease": ("cerebrovascular_disease", "yes", "no"),
    "celecoxib-eu-heart-failure-nyha-2-4": ("heart_failure_nyha", "II III IV", "none I"),
    "tramadol-seizures": ("epilepsy", "yes", "no"),
    "solifenacin-severe-hepatic": ("liver_disease_child_pugh", "C", "none A B"),
    "solifenacin-gastric-retention": ("gastric_retention", "yes", "no"),
    "solifenacin-glaucoma": ("glaucoma", "narrow_angle", "none open_angle"),
    "solifenacin-myasthenia": ("myasthenia_gravis", "yes", "no"),
    "solifenacin-eu-haemodialysis": ("haemodialysis", "yes", "no"),
    "solifenacin-qt": ("long_qt", "yes", "no"),
}
OPEN = {"glaucoma": ("unknown", "angle_unknown")}
ROWS = {row.key: row for row in load().medications}


@pytest.mark.parametrize("rule", BY_BACKGROUND)
def test_the_background_decides(rule):
    column, yes, no = BY_BACKGROUND[rule]

    def told(value):
        return answer(facts(drug(ROWS[rule].drug), background={column: value}), rule)

    assert {told(value) for value in yes.split()} == {"yes"}
    assert {told(value) for value in no.split()} == {"no"}
    assert {told(value) for value in OPEN.get(column, ("unknown",))} == {f"cannot: {column}"}
    assert answer(facts(drug(ROWS[rule].drug)), rule) == f"cannot: {column}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("no", "yes"), ("yes", "no"), ("unknown", "cannot: can_sit_upright_60_min"),
     (None, "cannot: can_sit_upright_60_min")],
)  # fmt: skip
def test_oral_ibandronate_needs_an_hour_upright(value, expected):
    background = {"can_sit_upright_60_min": value} if value else {}
    oral = facts(drug("ibandronic acid", route="oral"), background=background)
    assert answer(oral, "ibandronate-oral-upright") == expected
    infused = facts(drug("ibandronic acid", route="intravenous"), background=background)
    assert answer(infused, "ibandronate-oral-upright") == "-"


ASTHMA = {
    "no asthma": ({"asthma": "no"}, "no", "no"),
    "asthma, aspirin tolerated": (
        {"asthma": "yes", "aspirin_sensitivity": "no"}, "no", "cannot: asthma_severity",
    ),
    "asthma, aspirin not tolerated": (
        {"asthma": "yes", "aspirin_sensitivity": "yes"}, "yes", "cannot: asthma_severity",
    ),
    "asthma, aspirin not asked": (
        {"asthma": "yes"}, "cannot: aspirin_sensitivity", "cannot: asthma_severity",
    ),
    "asthma not known, aspirin tolerated": (
        {"asthma": "unknown", "aspirin_sensitivity": "no"}, "no", "cannot: asthma",
    ),
    "nothing": ({}, "cannot: asthma, aspirin_sensitivity", "cannot: asthma"),
}  # fmt: skip


@pytest.mark.parametrize(("background", "celecoxib", "tramadol"), ASTHMA.values(), ids=ASTHMA)
def test_asthma(background, celecoxib, tramadol):
    known = facts(drug("celecoxib"), drug("tramadol"), background=background)
    assert answer(known, "celecoxib-asthma") == celecoxib
    assert answer(known, "tramadol-asthma") == tramadol


CLEARANCE = {
    "celecoxib-eu-crcl": {"29.99": "yes", "30": "no", None: "cannot: weight, creatinine"},
    "ibandronate-crcl": {"29.99": "yes", "30": "no", None: "cannot: weight, creatinine"},
    "celecoxib-advanced-renal": {
        "29.99": "yes", "30": "no", None: "cannot: haemodialysis, weight, creatinine",
    },
}  # fmt: skip


@pytest.mark.parametrize("rule", CLEARANCE)
def test_a_clearance_below_thirty(rule):
    for crcl, expected in CLEARANCE[rule].items():
        measured = clearance_of(crcl) if crcl else {}
        assert answer(facts(drug(ROWS[rule].drug), **measured), rule) == expected, crcl


def test_on_dialysis_the_kidneys_are_advanced_whatever_the_clearance():
    known = facts(drug("celecoxib"), background={"haemodialysis": "yes"}, **clearance_of(60))
    assert answer(known, "celecoxib-advanced-renal") == "yes"


LABELS = {"": ("cannot: ischaemic_heart_disease",), "EU": ("cannot: ischaemic_heart_disease",),
          "US": ("-",)}  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_what_only_the_eu_label_says_holds_there_and_where_no_label_is_set(label):
    known = facts(drug("celecoxib"), jurisdiction=label)
    assert (answer(known, "celecoxib-eu-ischaemic-heart-disease"),) == LABELS[label]


TOGETHER_WITH_INHIBITOR = {
    "renal 30": ("solifenacin-eu-renal-cyp3a4", {}, 30, True, "yes"),
    "renal just above": ("solifenacin-eu-renal-cyp3a4", {}, "30.01", True, "no"),
    "renal without inhibitor": ("solifenacin-eu-renal-cyp3a4", {}, 20, False, "no"),
    "renal not known": (
        "solifenacin-eu-renal-cyp3a4", {}, None, True, "cannot: weight, creatinine",
    ),
    "hepatic B": (
        "solifenacin-eu-hepatic-cyp3a4", {"liver_disease_child_pugh": "B"}, 60, True, "yes",
    ),
    "hepatic A": (
        "solifenacin-eu-hepatic-cyp3a4", {"liver_disease_child_pugh": "A"}, 60, True, "no",
    ),
    "hepatic B without inhibitor": (
        "solifenacin-eu-hepatic-cyp3a4", {"liver_disease_child_pugh": "B"}, 60, False, "no",
    ),
    "hepatic not known": (
        "solifenacin-eu-hepatic-cyp3a4", {}, 60, True, "cannot: liver_disease_child_pugh",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "background", "crcl", "inhibited", "expected"),
    TOGETHER_WITH_INHIBITOR.values(), ids=TOGETHER_WITH_INHIBITOR,
)  # fmt: skip
def test_solifenacin_with_an_inhibitor_and(rule, background, crcl, inhibited, expected):
    other = drug("another", atc="J02AC02" if inhibited else "A02BC01")
    measured = clearance_of(crcl) if crcl else {}
    known = facts(drug("solifenacin"), other, background=background, **measured)
    assert answer(known, rule) == expected


DELIRIUM = {
    "74": ({"birth_date": dt.date(1951, 6, 16)}, "no"),
    "75": ({"birth_date": dt.date(1951, 6, 15)}, "yes"),
    "born in the year of": ({"birth_year": 1951}, "cannot: age"),
    "no age": ({}, "cannot: age"),
}


@pytest.mark.parametrize(("person", "expected"), DELIRIUM.values(), ids=DELIRIUM)
def test_delirium_from_seventy_five(person, expected):
    assert answer(facts(drug("solifenacin"), person=person), "solifenacin-delirium") == expected


def pvr(ml, on=YESTERDAY, **more):
    return visit(on, bladder_pvr_ml=ml, **more)


# start of the drug, visits; residual of 200 or more, retention
BLADDER = {
    "200 mL": (ago(10), [pvr(200)], "yes", "yes"),
    "199 mL, overactive": (ago(10), [pvr(199, bladder_dysfunction_type="overactive")], "no", "no"),
    "199 mL, type not said": (ago(10), [pvr(199)], "no", "cannot: bladder_type"),
    "199 mL, no dysfunction": (ago(10), [pvr(199, bladder_dysfunction="no")], "no", "no"),
    "30 days old": (
        ago(40), [pvr(100, ago(30), bladder_dysfunction_type="overactive")], "no", "no",
    ),
    "31 days old": (
        ago(40), [pvr(100, ago(31), bladder_dysfunction_type="overactive")],
        "cannot: pvr", "cannot: pvr",
    ),
    "a large one of 31 days": (ago(40), [pvr(300, ago(31))], "cannot: pvr",
                               "cannot: pvr, bladder_type"),
    "before the last change": (
        ago(10), [pvr(100, ago(11), bladder_dysfunction_type="overactive")],
        "cannot: pvr", "cannot: pvr",
    ),
    "on the day of the change": (
        ago(10), [pvr(100, ago(10), bladder_dysfunction_type="overactive")],
        "cannot: pvr", "cannot: pvr",
    ),
    "the day after it": (
        ago(10), [pvr(100, ago(9), bladder_dysfunction_type="overactive")], "no", "no",
    ),
    "large before the last change": (ago(10), [pvr(250, ago(11))], "yes", "yes"),
    "before a start today": (
        TODAY, [pvr(100, ago(5), bladder_dysfunction_type="overactive")], "no", "no",
    ),
    "no start known": (
        None, [pvr(100, bladder_dysfunction_type="overactive")],
        "cannot: start", "cannot: start",
    ),
    "nothing": (ago(10), [], "cannot: pvr", "cannot: pvr, bladder_type"),
    "type unknown": (ago(10), [visit(bladder_dysfunction_type="unknown")],
                     "cannot: pvr", "cannot: pvr, bladder_type"),
    "retention, voiding": (
        ago(10),
        [visit(bladder_dysfunction_type="retention", bladder_method="straining")],
        "cannot: pvr", "yes",
    ),
    "retention, intermittent catheter": (
        ago(10),
        [visit(bladder_dysfunction_type="retention", bladder_method="intermittent_self")],
        "not_applicable", "cannot: reliably_catheterised",
    ),
    "the same, reliably": (
        ago(10),
        [visit(bladder_dysfunction_type="retention", bladder_method="intermittent_self",
               bladder_reliably_catheterised="yes")],
        "not_applicable", "no",
    ),
    "the same, not reliably": (
        ago(10),
        [visit(bladder_dysfunction_type="retention", bladder_method="intermittent_attendant",
               bladder_reliably_catheterised="no")],
        "not_applicable", "yes",
    ),
    "a reliable catheter, then a large residual without the way of emptying: as voiding": (
        ago(10),
        [visit(ago(9), bladder_method="intermittent_self", bladder_reliably_catheterised="yes"),
         visit(bladder_pvr_ml=200)],
        "yes", "yes",
    ),
    "the same, 199": (
        ago(10),
        [visit(ago(9), bladder_method="intermittent_self", bladder_reliably_catheterised="yes"),
         visit(bladder_pvr_ml=199)],
        "not_applicable", "no",
    ),
    "the same, the way of emptying unknown": (
        ago(10),
        [visit(ago(9), bladder_method="intermittent_self", bladder_reliably_catheterised="yes"),
         visit(bladder_pvr_ml=200, bladder_method="unknown")],
        "yes", "yes",
    ),
    "the same, emptied by the catheter still": (
        ago(10),
        [visit(ago(9), bladder_method="intermittent_self", bladder_reliably_catheterised="yes"),
         visit(bladder_pvr_ml=200, bladder_method="intermittent_self",
               bladder_reliably_catheterised="yes")],
        "yes", "no",
    ),
    "the same, not known": (
        ago(10),
        [visit(bladder_dysfunction_type="retention", bladder_method="intermittent_self",
               bladder_reliably_catheterised="unknown")],
        "not_applicable", "cannot: reliably_catheterised",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("start", "visits", "large", "retention"), BLADDER.values(), ids=BLADDER)
def test_the_bladder_under_solifenacin(start, visits, large, retention):
    known = facts(drug("solifenacin", start), visits=visits)
    assert answer(known, "solifenacin-pvr") == large
    assert answer(known, "solifenacin-urinary-retention") == retention


def test_a_residual_judged_as_voiding_says_so():
    known = facts(drug("solifenacin", ago(10)), visits=[
        visit(ago(9), bladder_method="intermittent_self", bladder_reliably_catheterised="yes"),
        visit(bladder_pvr_ml=200),
    ])  # fmt: skip
    (one,) = found(known, "solifenacin-urinary-retention")
    assert [u.name for u in one.used][-1] == "judged_as_voiding"
    assert [u.name for u in one.used].count("judged_as_voiding") == 1


OVERACTIVE = {"overactive": "yes", "mixed": "yes", "retention": "no", "unknown": "cannot"}


@pytest.mark.parametrize("kind", OVERACTIVE)
def test_neurogenic_overactivity_is_not_on_the_label(kind):
    known = facts(drug("solifenacin"), visits=[visit(bladder_dysfunction_type=kind)])
    assert answer(known, "solifenacin-neurogenic").startswith(OVERACTIVE[kind])


@pytest.mark.parametrize(
    ("value", "expected"),
    [("yes", "yes"), ("no", "no"), (None, "cannot: bowel_constipation"),
     ("unknown", "cannot: bowel_constipation")],
)  # fmt: skip
def test_constipation(value, expected):
    visits = [visit(bowel_constipation=value)] if value else []
    assert answer(facts(drug("solifenacin"), visits=visits), "solifenacin-constipation") == expected


def calcium(value, on=YESTERDAY, low="8.5", **more):
    return lab("calcium", value, on, range_low=low, **more)


CALCIUM = {
    "corrected at the limit": ([calcium("8.5"), lab("albumin", 4)], "no"),
    "corrected below it": ([calcium("8.49"), lab("albumin", 4)], "yes"),
    "low albumin raises it": ([calcium("8.1"), lab("albumin", "3.5")], "no"),
    "high albumin lowers it": ([calcium("8.8"), lab("albumin", "4.5")], "yes"),
    "no albumin": ([calcium("8.1")], "cannot: albumin"),
    "albumin of 31 days": ([calcium("8.5"), lab("albumin", 4, ago(31))], "cannot: albumin"),
    "calcium of 31 days": ([calcium("8.5", ago(31)), lab("albumin", 4)], "cannot: calcium"),
    "before the last change": ([calcium("9", ago(11)), lab("albumin", 4)], "cannot: calcium"),
    "low before the last change": ([calcium("8", ago(11)), lab("albumin", 4)], "yes"),
    "no range": ([lab("calcium", 9), lab("albumin", 4)], "cannot: calcium_range"),
    "ionised at the limit": ([lab("ionised_calcium", "1.15", range_low="1.15")], "no"),
    "ionised below it": ([lab("ionised_calcium", "1.14", range_low="1.15")], "yes"),
    "ionised rather than total": (
        [lab("ionised_calcium", "1.2", range_low="1.15"), calcium("7")], "no",
    ),
    "in mmol/L": (
        [lab("calcium", "2.0", unit="mmol/L", canonical=Decimal("8.016"), range_low="2.1"),
         lab("albumin", 4)], "yes",
    ),
    "nothing": ([], "cannot: calcium"),
}  # fmt: skip


@pytest.mark.parametrize(("labs", "expected"), CALCIUM.values(), ids=CALCIUM)
def test_ibandronate_and_low_calcium(labs, expected):
    known = facts(drug("ibandronic acid", route="intravenous"), labs=labs)
    assert answer(known, "ibandronate-hypocalcaemia") == expected


WATCHED = {
    "celecoxib-monitor-blood-pressure": (
        lambda on: {"visits": [visit(on, vitals_systolic_lying=130)]}, 90, "blood_pressure"),
    "celecoxib-monitor-creatinine": (lambda on: {"labs": [lab("creatinine", 1, on)]}, 30,
                                     "creatinine"),
    "celecoxib-monitor-hb": (lambda on: {"labs": [lab("hb", 12, on)]}, 90, "hb"),
    "celecoxib-monitor-alt": (lambda on: {"labs": [lab("alt", 30, on)]}, 90, "alt"),
    "tramadol-monitor-sedation": (
        lambda on: {"visits": [visit(on, safety_sedation=False)]}, 90, "sedation"),
    "tramadol-monitor-bowels": (
        lambda on: {"visits": [visit(on, bowel_constipation="no")]}, 90, "bowels"),
    "tramadol-monitor-falls": (
        lambda on: {"visits": [visit(on, safety_fall_with_injury=False)]}, 90, "falls"),
    "solifenacin-monitor-pvr": (lambda on: {"visits": [pvr(20, on)]}, 30, "pvr"),
    "solifenacin-monitor-bladder-type": (
        lambda on: {"visits": [visit(on, bladder_dysfunction_type="mixed")]}, 90, "bladder_type"),
    "ibandronate-monitor-creatinine": (lambda on: {"labs": [lab("creatinine", 1, on)]}, 30,
                                       "creatinine"),
    "ibandronate-monitor-calcium": (lambda on: {"labs": [calcium(9, on)]}, 30, "calcium"),
}  # fmt: skip


@pytest.mark.parametrize("rule", WATCHED)
def test_what_is_watched_was_seen_lately(rule):
    seen, days, missing = WATCHED[rule]
    course = drug(ROWS[rule].drug, route=ROWS[rule].route)
    assert answer(facts(course, **seen(ago(days))), rule) == "no"
    assert answer(facts(course, **seen(ago(days + 1))), rule) == f"cannot: {missing}"
    assert answer(facts(course), rule) == f"cannot: {missing}"


EFFECT = {"after 27 days": (ago(27), "no"), "after 28 days": (ago(28), "yes"),
          "not known since when": (None, "cannot: start")}  # fmt: skip


@pytest.mark.parametrize(("start", "expected"), EFFECT.values(), ids=EFFECT)
def test_the_effect_of_solifenacin_can_be_judged(start, expected):
    assert answer(facts(drug("solifenacin", start)), "solifenacin-effect") == expected


def test_a_drug_without_rules_says_so_and_never_safe():
    (one,) = found(facts(drug("metformin", atc="A10BA02")), "no_rules")
    assert (one.answer, one.missing, one.drug) == ("cannot_tell", ("rules",), "metformin")
    assert "does not mean that it is safe" in one.reason


NAMES = {  # CLINICAL.md F: a missing answer is "cannot check", never "safe"
    "misspelt": ("tramadoll", "", True, ("tramadol",)),
    "misspelt, capitals": ("Celecoxb", "", True, ("celecoxib",)),
    "a brand that is not in the data": ("쎄레브렉스", "", True, ()),
    "another word altogether": ("metformin", "", True, ()),
    "words beside a drug with rules": ("tramadol retard", "", True, ("tramadol",)),
    "words beside a drug of a class": ("warfarin 5 mg", "", False, ("warfarin",)),
    "exactly": ("Tramadol ", "", False, ("tramadol",)),
    "a code of six figures": ("tramadoll", "N02AX0", True, ("tramadol",)),
    "a whole code": ("tramadoll", "N02AX02", False, ("tramadol",)),
}


@pytest.mark.parametrize(("name", "atc", "expected", "near"), NAMES.values(), ids=NAMES)
def test_a_name_that_is_no_drug_we_know(name, atc, expected, near):
    assert names.unclear(name, atc) is expected
    assert names.alike(name) == near


def test_a_name_nobody_knows_says_that_nothing_was_checked_and_what_was_meant():
    (one,) = found(facts(drug("tramadoll", atc="")), "no_rules")
    assert one.answer == "cannot_tell"
    assert "Nothing was checked" in one.reason
    assert one.values == {"names": "tramadol"}
    assert one.missing == ("rules", "atc")


def test_every_condition_of_the_data_has_a_rule():
    ruled = (r for r in load().medications if r.drug != "any" and r.kind != "usual_dose")
    named = {name for row in ruled for name in row.condition}
    assert named <= {*BACKGROUND, *CONDITIONS}
    assert {*BACKGROUND, *CONDITIONS} <= named


def test_who_is_well_and_measured_gets_no_contraindication():
    known = facts(drug("celecoxib", dose=200.0, times_per_day=1.0), background=WELL,
                  **clearance_of(60))  # fmt: skip
    told = {one.answer for one in findings(known) if one.kind == "contraindication"}
    assert told == {"no"}
