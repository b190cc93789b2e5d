"""Stopping a drug and changing its dose: what is written, what is refused, and sent twice."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from outcomes.actions import consequences, medications
from outcomes.documents.medication import CourseDocument
from outcomes.models import MedicationCourse
from patients.documents.base import Refused, read
from patients.models import AuditEvent, DocumentVersion
from patients.records import Conflict, Stale
from tests.support.cast import TODAY, now

START = TODAY - dt.timedelta(days=30)


def course(**facts):
    """Tramadol 50 mg four times a day, with what differs; an empty text leaves it out."""
    given = {"id": str(uuid.uuid4()), "drug": "tramadol", "atc": "N02AX02", "dose": 50.0,
             "dose_unit": "mg", "times_per_day": 4.0, "route": "oral"}  # fmt: skip
    told = {name: value for name, value in (given | facts).items() if value != ""}
    return read(CourseDocument, told)


@pytest.fixture
def row(cast):
    document = course(start=str(START), note="with food")
    medications.prescribe(patient=cast.ha, document=document, asked=now(cast.physician_a))
    return MedicationCourse.objects.get(pk=document.id)


def stop(row, by, *, on=TODAY, key="", **more):
    given = {"reason_code": "side_effect", "note": None, "expected": row.version} | more
    return medications.stop_course(row=row, on=on, asked=replace(now(by), key=key), **given)


def change(row, document, by, *, on=TODAY, **more):
    given = {"reason_code": "switched", "expected": row.version} | more
    return medications.change_course(row=row, document=document, on=on, asked=now(by), **given)


def asked_about(cast, **facts):
    written = medications.prescribe(
        patient=cast.ha, document=course(start=str(START), **facts), asked=now(cast.physician_a)
    )
    return [(w["path"], w["code"], w["values"]) for w in written.warnings]


UNKNOWN = {
    "a misspelling": ("tramadoll", "", {"names": "tramadol"}),
    "a brand nobody knows": ("트리돌", "", {}),
    "a misspelling with its code": ("pregabalinn", "N02BF02", None),
    "a known name": ("tramadol", "", None),
}


@pytest.mark.parametrize(("name", "atc", "expected"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_we_do_not_know_is_asked_about_and_kept_as_typed(cast, name, atc, expected):
    asked = asked_about(cast, drug=name, atc=atc)
    about = [one for one in asked if one[1] == "unknown_drug"]
    assert about == ([] if expected is None else [(["drug"], "unknown_drug", expected)])
    assert MedicationCourse.objects.get(patient=cast.ha).drug == name


def test_a_drug_that_is_over_is_not_asked_about(cast):
    assert asked_about(cast, drug="tramadoll", atc="", stop=str(TODAY)) == []


def test_a_stop_keeps_the_course_and_says_when_and_why(cast, row):
    stop(row, cast.physician_a, note="dizzy")
    row.refresh_from_db()
    assert (row.stop, row.stop_reason, row.version) == (TODAY, "side_effect", 2)
    assert (row.dose, row.start, row.note) == (50, START, "with food dizzy")
    assert DocumentVersion.objects.get(record_id=row.pk, version=2).reason == "stop: side_effect"


def test_a_stop_sent_twice_is_one_stop(cast, row):
    first = stop(row, cast.physician_a, key="k", note="dizzy")
    again = stop(MedicationCourse.objects.get(pk=row.pk), cast.physician_a, key="k", note="dizzy")
    assert (again.version, again.replayed) == (first.version, True)
    with pytest.raises(Conflict):
        stop(row, cast.physician_a, key="k", note="another")


def test_a_stop_of_what_someone_else_changed_is_stale(cast, row):
    with pytest.raises(Stale):
        stop(row, cast.physician_a, expected=7)


@pytest.mark.parametrize(
    ("on", "refused"), [(START, False), (START - dt.timedelta(days=1), True)],
    ids=["on the day it started", "before it started"],
)  # fmt: skip
def test_a_stop_is_not_before_the_start(cast, row, on, refused):
    if not refused:
        assert stop(row, cast.physician_a, on=on).version.version == 2
        return
    with pytest.raises(Refused) as told:
        stop(row, cast.physician_a, on=on)
    assert told.value.problems[0]["path"] == ("stop",)


def test_an_unknown_reason_and_a_second_stop_are_refused(cast, row):
    with pytest.raises(Refused) as told:
        stop(row, cast.physician_a, reason_code="bored")
    assert told.value.problems[0]["path"] == ("stop_reason",)
    stop(row, cast.physician_a)
    with pytest.raises(Refused) as told:
        stop(MedicationCourse.objects.get(pk=row.pk), cast.physician_a)
    assert told.value.problems[0]["code"] == "stopped"


def test_a_change_of_dose_is_a_new_course_and_the_old_one_ends_that_day(cast, row):
    written = change(row, course(dose=100.0), cast.physician_a)
    old, new = row, MedicationCourse.objects.get(pk=written.version.record_id)
    old.refresh_from_db()
    assert (old.dose, old.stop, old.stop_reason) == (50, TODAY, "switched")
    assert (new.dose, new.start, new.stop) == (100, TODAY, None)
    told = AuditEvent.objects.filter(record_id__in=[old.pk, new.pk]).values_list(
        "action", flat=True
    )
    assert sorted(told) == ["medicationcourse.amend", *["medicationcourse.record"] * 2]


def test_a_change_sent_twice_is_one_change(cast, row):
    document = course(dose=100.0)
    first = change(row, document, cast.physician_a)
    row.refresh_from_db()
    again = change(row, document, cast.physician_a)
    assert (again.version, again.replayed) == (first.version, True)
    assert MedicationCourse.objects.filter(patient=cast.ha).count() == 2
    row.refresh_from_db()
    assert row.version == 2


def test_a_change_that_cannot_stop_the_old_course_starts_no_new_one(cast, row):
    for more, error in (({"expected": 7}, Stale), ({"on": START - dt.timedelta(days=1)}, Refused)):
        with pytest.raises(error):
            change(row, course(dose=100.0), cast.physician_a, **more)
    with pytest.raises(Refused):
        change(row, course(id=str(row.pk), dose=100.0), cast.physician_a)
    assert MedicationCourse.objects.filter(patient=cast.ha).count() == 1


@pytest.mark.parametrize("write", ["stop", "change"])
def test_both_draw_their_consequences_once(cast, row, write, monkeypatch):
    drawn = []
    monkeypatch.setattr(consequences, "FOLLOWING", (lambda *given: drawn.append(given),))
    if write == "stop":
        stop(row, cast.physician_a)
    else:
        change(row, course(dose=100.0), cast.physician_a)
    ((patients, facts, _asked),) = drawn
    assert [patient.pk for patient in patients] == [cast.ha.pk]
    assert facts[cast.ha.pk].drugs[0].get("stop") == TODAY
