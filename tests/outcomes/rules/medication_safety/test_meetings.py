"""Drugs taken together: each class with a member, a neighbour, no code and no dates."""

import pytest

from tests.outcomes.rules.medication_safety.cast import TODAY, ago, answer, drug, facts, found

# rule: the drug, a code of the class, a code beside it
CLASSES = {
    "celecoxib-anticoagulant": ("celecoxib", "B01AF02", "B02AA02"),
    "celecoxib-antiplatelet": ("celecoxib", "B01AC06", "B01AA03"),
    "celecoxib-ssri-snri": ("celecoxib", "N06AX21", "N06AX11"),
    "celecoxib-acei-arb-diuretic": ("celecoxib", "C09AA02", "C08CA01"),
    "celecoxib-lithium": ("celecoxib", "N05AN01", "N05AH04"),
    "celecoxib-ibandronate": ("celecoxib", "M05BA06", "M05BA04"),
    "tramadol-maoi": ("tramadol", "N04BD02", "N04BA02"),
    "tramadol-serotonergic": ("tramadol", "N06AB04", "N07AA01"),
    "tramadol-cns-depressant": ("tramadol", "N02BF02", "N02BE01"),
    "tramadol-solifenacin": ("tramadol", "G04BD08", "G04BD07"),
}


def other(atc, start=None, **values):
    return drug("another", start or ago(5), atc=atc, **values)


@pytest.mark.parametrize("rule", CLASSES)
def test_a_class_is_told_by_its_codes(rule):
    inn, of_it, beside = CLASSES[rule]
    assert answer(facts(drug(inn), other(of_it)), rule) == "yes"
    assert answer(facts(drug(inn), other(beside)), rule) == "no"
    assert answer(facts(drug(inn)), rule) == "no"
    assert answer(facts(drug(inn), other(of_it, stop=TODAY)), rule) == "no"
    assert answer(facts(drug(inn), other(None)), rule) == "cannot: atc"
    assert answer(facts(drug(inn), other(of_it[:1])), rule) == "cannot: atc"


@pytest.mark.parametrize("rule", CLASSES)
def test_without_dates_they_combine_if_taken_together(rule):
    inn, of_it, _beside = CLASSES[rule]
    undated = drug("another", None, atc=of_it)
    for known in (facts(drug(inn), undated), facts(drug(inn, None), other(of_it))):
        (one,) = found(known, rule)
        assert (one.answer, one.missing, one.others) == ("cannot_tell", ("dates",), ("another",))
        assert one.reason.startswith("If taken together")


ROUTES = {
    "by mouth": ("oral", "yes"),
    "into a vein": ("intravenous", "no"),
    "not said": (None, "cannot: route"),
}


@pytest.mark.parametrize(("route", "expected"), ROUTES.values(), ids=ROUTES)
def test_solifenacin_and_an_oral_bisphosphonate(route, expected):
    known = facts(drug("solifenacin"), drug("ibandronic acid", route=route))
    assert answer(known, "solifenacin-oral-bisphosphonate") == expected


def test_one_finding_names_all_the_drugs_it_is_about():
    known = facts(
        drug("celecoxib"), drug("apixaban", atc="B01AF02"), drug("warfarin", atc="B01AA03")
    )
    (one,) = found(known, "celecoxib-anticoagulant")
    assert one.others == ("apixaban", "warfarin")


def test_tramadol_in_a_combined_product_counts():
    known = facts(drug("tramadol and paracetamol", atc="N02AJ13"), other("N06AB04"))
    assert answer(known, "tramadol-serotonergic") == "yes"


def test_a_known_drug_without_a_code_is_known_by_its_name():
    known = facts(drug("Celecoxib", atc=None), other("B01AF02"))
    assert answer(known, "celecoxib-anticoagulant") == "yes"
