"""Sources in a reader's words: every one that a screen can name has them."""

import pytest

from outcomes import reference, source_words
from outcomes.charts import ENDS


def test_every_source_is_known():
    assert set(source_words.SOURCES) <= set(reference.sources())


def test_every_source_a_screen_names_has_words():
    named = [rule.source for rule in reference.alert_rules().values()]
    named += [
        limit.source for drug in reference.drugs() for limit in reference.medication_limits(drug)
    ]
    named += [threshold.source for threshold in reference.thresholds().values()]
    keys = {source.split(", ")[0] for source in named}
    assert keys - set(source_words.SOURCES) == set()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("policy, CLINICAL G (Trigger) and J (Alerts)",
         "A CHOICE OF THIS PRODUCT, NOT REVIEWED BY A CLINICIAN"),
        ("Ibandronate label, CLINICAL F", "LABEL OF IBANDRONATE"),
        ("Something new, page 3", "Something new"),
    ],
)  # fmt: skip
def test_a_source_is_told_without_its_place(source, told):
    assert source_words.told(source, str.upper) == told


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("CLINICAL.md F; Tramadol label", "label of tramadol"),
        ("CLINICAL.md F", "a choice of this product, not reviewed by a clinician"),
    ],
)
def test_a_finding_names_what_it_stands_on(reference, words):
    assert source_words.references(reference, str) == words


def test_the_ends_without_a_grade_are_those_of_the_literature():
    cells = [case.cell("motor_right", "last") for case in reference.literature()]
    assert {cell.verbatim for cell in cells if cell and cell.value is None} == set(ENDS)
