"""Every field and every coded answer of every document has words."""

import importlib
import pkgutil

import pytest

import outcomes.documents
import patients.documents
from outcomes import words
from patients.documents.base import Shape
from patients.models.columns import leaves


def shapes():
    for room in (outcomes.documents, patients.documents):
        for module in pkgutil.iter_modules(room.__path__):
            importlib.import_module(f"{room.__name__}.{module.name}")
    return sorted(set(below(Shape)), key=lambda shape: shape.__name__)


def below(shape):
    for child in shape.__subclasses__():
        yield child
        yield from below(child)


def paths():
    """Each leaf of each document, as `visit.motor.right.grade`, and its leaf."""
    return {
        f"{shape.__name__.removesuffix('Document').lower()}.{'.'.join(leaf.path)}": leaf
        for shape in shapes()
        if shape.__name__.endswith("Document") and not shape.__name__.startswith("Clinical")
        for leaf in leaves(shape)
    }


PATHS = paths()


def test_the_documents_are_found():
    assert {path.partition(".")[0] for path in PATHS} >= {"visit", "patient", "lab", "course"}


@pytest.mark.parametrize("path", PATHS)
def test_every_field_has_a_name(path):
    assert words.name(path)


@pytest.mark.parametrize("path", [path for path, leaf in PATHS.items() if leaf.choices])
def test_every_answer_has_words(path):
    assert [code for code in PATHS[path].choices if words.answer(path, code) is None] == []


@pytest.mark.parametrize("path", [path for path, leaf in PATHS.items() if leaf.choices])
def test_no_two_answers_of_a_field_read_alike(path):
    told = [words.words(path, code) for code in PATHS[path].choices]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        pytest.param("visit.motor.right.grade", "4-", "4−", id="a real minus sign"),
        pytest.param("visit.bladder.incontinence", "no", "None", id="no incontinence"),
        pytest.param("visit.pain.neuropathic", False, "No", id="an answered no"),
        pytest.param("visit.pain.back", 0, "0", id="zero stays zero"),
        pytest.param("visit.timing.phase", "pre_op", "Between cement and operation", id="a phase"),
        pytest.param("visit.kind", "pre_op", "Before the operation", id="a kind of visit"),
    ],
)
def test_words(path, value, told):
    assert words.words(path, value) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("visit.motor.left.grade", "Left leg: MRC grade"),
        ("visit.motor.right.muscles.L4", "Right leg: L4 ankle dorsiflexors"),
        ("visit.sensation.left", "Left leg"),
        ("visit.pain.right_leg", "Right leg pain"),
    ],
)
def test_the_side_is_said_in_words(path, told):
    assert words.name(path) == told


def test_a_field_without_a_name_is_an_error():
    with pytest.raises(KeyError):
        words.name("visit.motor.temperament")
