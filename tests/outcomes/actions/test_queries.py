"""Data queries as rows: opened, closed, answered and raised, once each, with their history."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outcomes import synthetic
from outcomes.actions import bulk, consequences, queries
from outcomes.documents.query import AnswerDocument, RaisedDocument
from outcomes.kinds import BY_PATH
from outcomes.models import DataQuery, Visit
from patients.documents.base import Refused, plain, read
from patients.models import AuditEvent, DocumentVersion
from patients.records import Asked, Conflict, Stale
from tests.api.client import new_id
from tests.support.cast import SURGERY, TODAY, now
from tests.support.scale import sampled

pytestmark = pytest.mark.django_db
VISITS = BY_PATH["visits"]


@pytest.fixture
def physician(cast):
    return cast.physician_a


def legs(right="3", left="4"):
    return {"basis": "gestalt", "right": {"grade": right}, "left": {"grade": left}}


def record(cast, day=91, kind="3mo", **parts):
    document = {"id": new_id(), "kind": kind, "date": str(SURGERY + timedelta(days=day)), **parts}
    VISITS.record(patient=cast.ha, document=read(VISITS.shape, document),
                  asked=now(cast.physician_a))  # fmt: skip
    return Visit.objects.get(pk=document["id"])


def amend(cast, row, **parts):
    row.refresh_from_db()
    document = plain(read(VISITS.shape, row.document())) | parts
    VISITS.amend(row=row, document=read(VISITS.shape, document), reason="looked up",
                 expected=row.version, asked=now(cast.physician_a))  # fmt: skip


def of(visit, rule="core_missing", part="motor"):
    return DataQuery.objects.get(record=visit.pk, rule=rule, part=part)


def answer(cast, row, note="Looked up."):
    return queries.answer(row=row, document=AnswerDocument(note=note), expected=row.version,
                          asked=now(cast.physician_a))  # fmt: skip


def test_it_opens_closes_and_opens_again_by_itself(cast):
    one = record(cast, pain={"back": 2})
    query = of(one)
    assert (query.state, query.settled_at, query.recorded_by) == ("open", None, None)
    amend(cast, one, motor=legs())
    query.refresh_from_db()
    assert (query.state, query.settled_by) == ("closed_by_data", None)
    assert query.settled_at is not None
    amend(cast, one, motor={"not_done": "declined"})
    query.refresh_from_db()
    assert query.state == "closed_by_data", "a reason is an answer"
    row = Visit.objects.get(pk=one.pk)
    consequences.enter_in_error(row=row, asked=now(cast.physician_a), reason="twice",
                                expected=row.version)  # fmt: skip
    assert not DataQuery.objects.open().filter(record=one.pk).exists()
    versions = DocumentVersion.objects.filter(record_id=query.pk)
    assert [v.content["document"]["state"] for v in versions.order_by("version")] == [
        "open", "closed_by_data",
    ]  # fmt: skip


def test_an_answer_holds_until_the_value_changes(cast):
    record(cast, motor=legs("2", "5"))
    later = record(cast, day=105, kind="unscheduled", motor=legs("5", "1"))
    query = DataQuery.objects.get(record=later.pk, rule="sides_swapped")
    answer(cast, query, "Examined twice.")
    amend(cast, later, note="looked at again")
    query.refresh_from_db()
    assert (query.state, query.note, query.settled_by) == (
        "answered", "Examined twice.", cast.physician_a,
    )  # fmt: skip
    amend(cast, later, motor=legs("5", "0"))
    query.refresh_from_db()
    assert (query.state, query.note, query.settled_by) == ("open", None, None)
    amend(cast, later, motor=legs("3", "5"))
    query.refresh_from_db()
    assert query.state == "closed_by_data"


def test_the_same_facts_change_nothing(cast):
    record(cast, pain={"back": 2})
    rows = list(DataQuery.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    for _time in range(2):
        consequences.draw([cast.ha.pk], now(cast.physician_a))
    assert list(DataQuery.objects.order_by("pk").values()) == rows
    assert AuditEvent.objects.count() == events


def test_a_write_is_one_event_and_what_follows_is_in_the_history(cast):
    before = AuditEvent.objects.count()
    query = of(record(cast, pain={"back": 2}))
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", "patient_id")[before:])
    assert actions == [("visit.record", cast.ha.pk)]
    version = DocumentVersion.objects.get(record_id=query.pk)
    assert (version.by, version.content["document"]["rule"]) == (None, "core_missing")


def drawn(patients, asked):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        consequences.draw([p.pk for p in patients], asked)
    return len(captured)


def test_a_batch_takes_the_same_queries_however_many_patients(cast, physician):
    asked = Asked(by=physician, at=timezone.now(), reporter="import")
    as_of = TODAY - timedelta(days=1)
    cases = [synthetic.course(seed=5, number=n, today=as_of) for n in range(1, 7)]
    list(bulk.enter(cases, site=cast.seoul, asked=asked))
    from patients.models import Patient

    patients = list(Patient.objects.filter(study_number__startswith="SYN5"))
    assert DataQuery.objects.filter(patient__in=patients).exists()
    assert drawn(patients[:1], asked) == drawn(patients, asked)


def test_a_made_up_registry_gets_few_and_sensible_ones(cast, physician):
    asked = Asked(by=physician, at=timezone.now(), reporter="import")
    as_of = TODAY - timedelta(days=1)
    cases = [
        synthetic.course(seed=118, number=n, today=as_of) for n in range(1, 1 + sampled(15, 40))
    ]
    list(bulk.enter(cases, site=cast.seoul, asked=asked))
    rows = DataQuery.objects.filter(patient__study_number__startswith="SYN118")
    per_patient = rows.count() / len(cases)
    assert 0 < per_patient < 8
    assert Counter(rows.values_list("rule", flat=True)).keys() <= {
        "core_missing", "basis_missing", "stale_baseline", "order_unknown",
    }  # fmt: skip


# --- by people ----------------------------------------------------------------------------------
def raised(cast, **more):
    document = RaisedDocument.model_validate({"id": new_id(), "text": "Which leg?"} | more)
    written = queries.raise_query(patient=cast.ha, document=document, asked=now(cast.physician_a))
    return document, DataQuery.objects.get(pk=written.version.record_id)


def test_one_raised_by_hand_stays_until_it_is_answered(cast):
    visit = record(cast, pain={"back": 2})
    _document, row = raised(cast, kind="visits", record=str(visit.pk), part="motor.right.grade")
    amend(cast, visit, motor=legs())
    row.refresh_from_db()
    assert (row.state, row.recorded_by, row.text) == ("open", cast.physician_a, "Which leg?")
    answer(cast, row, "The right one.")
    row.refresh_from_db()
    assert (row.state, row.note, row.settled_by) == (
        "answered", "The right one.", cast.physician_a,
    )  # fmt: skip
    with pytest.raises(Refused):
        answer(cast, row, "Again.")


def test_sent_twice_it_is_one(cast):
    document, row = raised(cast)
    again = queries.raise_query(patient=cast.ha, document=document, asked=now(cast.physician_a))
    assert again.replayed
    with pytest.raises(Conflict):
        raised(cast, id=str(row.pk), text="Another question?")


NAMED = (
    {"kind": "visits"},
    {"record": "own"},
    {"kind": "labs", "record": "own"},
    {"kind": "visits", "record": "other"},
)


@pytest.mark.parametrize("named", NAMED)
def test_the_record_is_named_and_is_the_patients_own(cast, named):
    visit = record(cast, pain={"back": 2})
    other = Visit.objects.filter(patient=cast.synthetic).first()
    ids = {"own": str(visit.pk), "other": str(other.pk)}
    given = {k: ids.get(v, v) for k, v in named.items()}
    with pytest.raises(Refused):
        raised(cast, **given)


def test_an_answer_to_what_has_changed_meanwhile_is_stale(cast):
    visit = record(cast, pain={"back": 2})
    query = of(visit)
    amend(cast, visit, motor=legs())
    with pytest.raises(Stale):
        answer(cast, query)
