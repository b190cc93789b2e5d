"""Shapes of documents, without a database: each leaf refuses what it is not, at its own place."""

import copy
import datetime as dt
import uuid

import pytest

from api import examples
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.medication import DoseDocument
from outcomes.documents.visit import PARTS, VisitDocument
from outcomes.kinds import KINDS
from patients.documents.base import Refused, moment, plain, read
from patients.documents.people import PatientDocument
from patients.models.columns import flatten, leaves
from patients.moments import Anchor, Phase, Status

EVERY = [(kind.shape, examples.BY_PATH[kind.path]) for kind in KINDS] + [
    (DoseDocument, examples.DOSES),
    (PatientDocument, examples.PATIENTS),
    (DiaryDocument, examples.DIARY),
]
DOCUMENTS = [
    pytest.param(shape, document, id=f"{shape.__name__}: {name}")
    for shape, documents in EVERY
    for name, document in documents.items()
]


def given(document, path=()):
    """Path and value of every leaf that a document gives."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from given(value, (*path, key))
        else:
            yield (*path, key), value


def changed(document, path, value):
    new = copy.deepcopy(document)
    place = new
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return new


WORDS = "no such code, date or number"
WRONG = (WORDS, [], {}, 10**30, -(10**30), 4.5, True, "", "\x00", float("nan"), float("inf"))


def unlike(shape, path, value):
    """Values that cannot stand where `value` stands, whatever its bounds."""
    leaf = next((leaf for leaf in leaves(shape) if leaf.path == path), None)
    free_text = isinstance(value, str) and (leaf is None or (leaf.type, leaf.choices) == (str, ()))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    for wrong in WRONG:
        fits = (
            (free_text and wrong == WORDS)
            or (number and wrong == 4.5)
            or (isinstance(value, bool) and wrong is True)
        )
        if not fits:
            yield wrong


# a lab's value and range may be sent as numbers, to be kept as text
AS_REPORTED = {("value",), ("range", "low"), ("range", "high")}


@pytest.mark.parametrize(("shape", "document"), DOCUMENTS)
def test_every_leaf_refuses_what_it_is_not_at_its_own_place(shape, document):
    for path, value in given(document):
        if path in AS_REPORTED or value is None:
            continue
        for wrong in unlike(shape, path, value):
            with pytest.raises(Refused) as refused:
                read(shape, changed(document, path, wrong))
            places = [problem["path"][: len(path)] for problem in refused.value.problems]
            assert path in places, (path, wrong, refused.value.problems)
            assert all(problem["message"] for problem in refused.value.problems)


@pytest.mark.parametrize(("shape", "document"), DOCUMENTS)
def test_no_part_takes_a_field_that_does_not_exist(shape, document):
    places = {path[:-1] for path, _value in given(document)}
    for place in places:
        with pytest.raises(Refused) as refused:
            read(shape, changed(document, (*place, "unheard_of"), 1))
        assert (*place, "unheard_of") in [p["path"] for p in refused.value.problems]


@pytest.mark.parametrize(("shape", "document"), DOCUMENTS)
def test_reading_what_was_written_changes_nothing(shape, document):
    once = plain(read(shape, document))
    assert plain(read(shape, once)) == once
    assert read(shape, once) == read(shape, document)


@pytest.mark.parametrize(("shape", "document"), DOCUMENTS)
def test_columns_are_the_leaves_of_the_shape(shape, document):
    columns = flatten(read(shape, document).model_dump(exclude_unset=True))
    assert set(columns) <= {leaf.column for leaf in leaves(shape)}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_done_or_not_done(part):
    visit = {"id": str(uuid.uuid4()), "date": "2026-03-01", "kind": "6wk"}
    reason = read(VisitDocument, visit | {part: {"not_done": "declined"}})
    assert plain(reason)[part] == {"not_done": "declined"}
    findings = examples.VISITS["every part examined"][part]
    with pytest.raises(Refused) as refused:
        read(VisitDocument, visit | {part: findings | {"not_done": "declined"}})
    assert [(p["path"], p["code"]) for p in refused.value.problems] == [
        ((part,), "not_done_with_findings")
    ]


MOMENTS = {
    "a date": ({"date": dt.date(2026, 3, 1)}, Status.KNOWN),
    "a date within bounds": (
        {"date": dt.date(2026, 3, 1), "date_lower": dt.date(2026, 2, 1)},
        Status.APPROXIMATE,
    ),
    "bounds": ({"date_upper": dt.date(2026, 3, 1)}, Status.INTERVAL_CENSORED),
    "nothing": ({}, Status.NOT_REPORTED),
    "a day": (
        {"timing_status": "known", "timing_anchor": "cement", "timing_day": 3},
        Status.KNOWN,
    ),
    "words": (
        {"timing_status": "descriptive_only", "timing_phase": "follow_up"},
        Status.DESCRIPTIVE_ONLY,
    ),
}


@pytest.mark.parametrize(("columns", "status"), MOMENTS.values(), ids=MOMENTS)
def test_a_moment_says_how_well_it_is_known(columns, status):
    told = moment(columns)
    assert told.status is status
    assert (told.date, told.day) == (columns.get("date"), columns.get("timing_day"))
    assert told.anchor is (Anchor.CEMENT if "timing_anchor" in columns else None)
    assert told.phase is (Phase.FOLLOW_UP if "timing_phase" in columns else None)
