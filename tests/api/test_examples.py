"""The examples of the schema: complete, accepted, and read back exactly as they were sent."""

import pytest

from api import examples
from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.kinds import KINDS
from outcomes.rules.unchanged import COPIED
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.models import Patient
from patients.models.columns import leaves
from tests.api.client import path
from tests.support.alerts import answer_all

SHAPES = {kind.path: kind.shape for kind in KINDS} | {
    "doses": DoseDocument,
    "patients": PatientDocument,
}
EXAMPLES = examples.BY_PATH | {"doses": examples.DOSES, "patients": examples.PATIENTS}
EACH = [
    pytest.param(where, document, id=f"{where}: {name}")
    for where, documents in EXAMPLES.items()
    for name, document in documents.items()
]
# one field of these documents is a list of other documents
LISTS = {CourseDocument: {"doses"}}


def given(document, path_=()):
    for key, value in document.items():
        if isinstance(value, dict):
            yield from given(value, (*path_, key))
        else:
            yield (*path_, key)


def test_every_kind_of_document_has_examples():
    assert set(EXAMPLES) == set(SHAPES)


@pytest.mark.parametrize(("where", "document"), EACH)
def test_an_example_is_accepted_by_its_shape(where, document):
    read(SHAPES[where], document)


@pytest.mark.parametrize("where", SHAPES)
def test_the_examples_of_a_kind_use_every_field(where):
    shape = SHAPES[where]
    fields = {leaf.path for leaf in leaves(shape)} | {("id",)}
    fields |= {(name,) for name in LISTS.get(shape, ())}
    used = {found for document in EXAMPLES[where].values() for found in given(document)}
    assert fields - used == set()


def said(document):
    """A document without what is null: null and left out are the same fact."""
    if isinstance(document, dict):
        return {k: said(v) for k, v in document.items() if v is not None}
    if isinstance(document, list):
        return [said(one) for one in document]
    return document


ADDED = {
    "version", "patient", "entered_in_error", "reporter", "recorded_at", "recorded_by",
    "warnings", "site", "course", "canonical_value", "canonical_unit", "comparator",
}  # fmt: skip


def own(row):
    return {k: v for k, v in said(row).items() if k not in ADDED}


def copied(part, value):
    """A part found unchanged, with what the server copies from the examination before."""
    if not isinstance(value, dict) or "unchanged" not in value:
        return value
    last = examples.VISITS["every part examined"][part]
    kept = {k for k in last if any(c.startswith(f"{part}_{k}") for c in COPIED[part])}
    return {k: v for k, v in last.items() if k in kept} | value


def expected(where, document):
    """What was sent, and what the server says where the client did not."""
    whole = said(document)
    if where == "visits":
        whole = {part: copied(part, value) for part, value in whole.items()}
        if whole.get("motor", {}).get("unchanged"):
            return whole
    if where == "visits" and "motor" in whole and "not_done" not in whole["motor"]:
        whole["motor"] = {"basis": "unspecified"} | whole["motor"]
    if where == "medications":
        whole = {"doses": []} | whole
    return whole


def test_every_example_is_stored_and_read_back_exactly(physician, cast):
    """A whole course in one go: every part and field of every kind of document."""
    person = examples.PATIENTS["with a date of birth"]
    assert physician.post("patients/", person).status == 201
    patient = person["id"]
    for where, documents in examples.BY_PATH.items():
        for name, document in documents.items():
            answer = physician.post(path(patient, where), document)
            assert answer.told[0] == 201, (name, answer.raw.content)
            answer_all(Patient.objects.get(pk=patient), cast.physician_a)
            address = (
                f"visits/{document['id']}/"
                if where == "visits"
                else path(patient, where, document["id"])
            )
            shown = physician.get(address)
            assert own(shown.json) | {"origin": 1} == expected(where, document) | {"origin": 1}, (
                name
            )
            assert shown.json == answer.json | {"warnings": []}, "POST and GET tell the same"
            assert shown.etag == answer.etag
            listed = {row["id"]: row for row in physician.rows(path(patient, where))}
            assert listed[document["id"]] == shown.json
    for document in examples.DOSES.values():
        answer = physician.post(path(patient, "medications", examples.COURSE, "doses"), document)
        assert answer.status == 201
        assert own(answer.json) == said(document) | {"origin": person["origin"]}
    course = physician.get(path(patient, "medications", examples.COURSE)).json
    sent = [said(dose) for dose in examples.DOSES.values()]
    assert said(course["doses"])[1:] == sent


@pytest.mark.parametrize("name", examples.PATIENTS)
def test_an_example_patient_is_enrolled_and_read_back(physician, cast, name):
    document = examples.PATIENTS[name]
    answer = physician.post("patients/", document)
    assert answer.status == 201
    filled = {"status": "active", "origin": "registry"} | document
    assert own(answer.json) == filled
    assert physician.get(path(document["id"])).json == answer.json


@pytest.mark.parametrize("where", examples.BY_PATH)
def test_a_null_where_it_is_allowed_is_as_good_as_leaving_out(physician, ha, where):
    """A client may send back every field as it was answered."""
    example = next(iter(examples.BY_PATH[where].values()))
    if where == "complications":
        operation = physician.rows(path(ha, "procedures"))[1]["id"]
        example = example | {"procedure": operation, "reoperation": operation}
    first = physician.post(path(ha, where), example)
    assert first.told[0] == 201, first.raw.content
    nulls = {name: None for name, value in first.json.items() if value is None}
    document = example | {name: None for name in nulls if name in SHAPES[where].model_fields}
    second_id = {"id": "5f0c1d2e-0000-4000-8000-999999999999"}
    if "doses" in document:
        document = document | {"doses": []}
    if where == "background":
        address = path(ha, where, example["id"])
        physician.amend(address, entered_in_error=True)
    second = physician.post(path(ha, where), document | second_id)
    assert second.told[0] == 201, second.raw.content
    assert own(second.json) | {"id": 1, "doses": []} == own(first.json) | {"id": 1, "doses": []}
