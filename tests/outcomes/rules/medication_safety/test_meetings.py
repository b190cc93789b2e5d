"""Drugs taken together: each class with a member, a neighbour, no code and no dates."""

import pytest

from outcomes.rules.medication_safety.names import contradicts
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


# the name and the code of the other drug; whether celecoxib meets an anticoagulant
NAMED = {
    "name and code agree": ("warfarin", "B01AA03", "yes"),
    "its group": ("warfarin", "B01AA", "yes"),
    "the name alone": ("Warfarin ", None, "yes"),
    "the name with its strength": ("warfarin 5 mg", None, "yes"),
    "the code of another": ("warfarin", "N02BE01", "cannot: atc"),
    "strength, and the code of another": ("Warfarin 5 mg", "N02BE01", "cannot: atc"),
    "the name of another": ("paracetamol", "B01AA03", "cannot: atc"),
    "another, both agree": ("paracetamol", "N02BE01", "no"),
    "a name that nobody knows": ("novodrug", "N02BE01", "no"),
}


@pytest.mark.parametrize(("name", "atc", "expected"), NAMED.values(), ids=NAMED)
def test_a_wrong_code_never_silences(name, atc, expected):
    known = facts(drug("celecoxib"), drug(name, ago(5), atc=atc))
    assert answer(known, "celecoxib-anticoagulant") == expected


def test_the_code_of_the_drug_itself_is_no_way_around():
    known = facts(drug("celecoxib"), drug("warfarin", ago(5), atc="M01AH01"))
    told = found(known, "celecoxib-anticoagulant")
    assert {(one.answer, one.others) for one in told} == {("cannot_tell", ("warfarin",))}


# name, code, whether they are of different drugs
CONTRADICTS = {
    "itself": ("warfarin", "B01AA03", False),
    "another": ("warfarin", "B01AA04", True),
    "an earlier code": ("Pregabalin", "N03AX16", False),
    "a product of two": ("losartan and hydrochlorothiazide", "C09DA01", False),
    "a product with tramadol": ("tramadol", "N02AJ13", False),
    "no code": ("warfarin", "", False),
    "no name known": ("novodrug", "B01AA03", False),
    "part of a word": ("warfarinase", "N02BE01", False),
}


@pytest.mark.parametrize(("name", "atc", "expected"), CONTRADICTS.values(), ids=CONTRADICTS)
def test_a_code_contradicts_a_name(name, atc, expected):
    assert contradicts(name, atc) is expected


def test_another_name_of_a_drug_is_that_drug():
    known = facts(drug("celecoxib"), drug("ibandronate", ago(5), route="oral"))
    assert answer(known, "celecoxib-ibandronate") == "yes"


def test_a_drug_that_combines_none_is_in_no_class_of_its_products():
    known = facts(drug("tramadol"), drug("celecoxib"))
    assert answer(known, "tramadol-cns-depressant") == "no"
