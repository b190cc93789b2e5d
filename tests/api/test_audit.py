"""Who did, saw or tried what: one event for each, or nothing happens at all."""

import uuid

import pytest
from django.db import DatabaseError

from patients import audit
from patients.models import AuditEvent, CareTeamMember, DocumentVersion
from tests.api.client import Api, new_id, path
from tests.support.cast import SURGERY

DAY = str(SURGERY)


def events_of(act):
    last = AuditEvent.objects.order_by("pk").last()
    answer = act()
    events = AuditEvent.objects.filter(pk__gt=last.pk if last else 0).order_by("pk")
    return answer, list(events)


def summary(events):
    return [(e.action, e.patient_id, e.record_id, e.version) for e in events]


def test_reading_a_record(physician, ha, bedside):
    answer, events = events_of(lambda: physician.get(path(ha)))
    assert summary(events) == [("patient.view", ha.pk, None, None)]
    (event,) = events
    assert event.by == bedside.physician_a
    assert str(event.request_id) == answer.raw.headers["X-Request-Id"]


def test_a_list_names_the_patients_that_were_returned(cast, physician):
    answer, events = events_of(lambda: physician.get("patients/?limit=2"))
    assert [e.action for e in events] == ["patient.list"]
    assert events[0].patient_ids == [row["id"] for row in answer.json["results"]]
    _answer, events = events_of(lambda: physician.get("patients/?study_number=B-001"))
    assert events[0].patient_ids == []


@pytest.mark.parametrize(
    ("where", "action"),
    [("visits", "visit.list"), ("labs", "lab.list"), ("medications", "medication.list"),
     ("procedures", "procedure.list"), ("background", "background.list"),
     ("timeline", "timeline.view"), ("figures/recovery", "figure.recovery")],
)  # fmt: skip
def test_reading_what_a_patient_has(physician, ha, where, action):
    answer, events = events_of(lambda: physician.get(path(ha, where)))
    assert answer.status == 200
    assert summary(events) == [(action, ha.pk, None, None)]


def test_writing_reading_amending_and_voiding_a_visit(physician, ha):
    document = {"id": new_id(), "date": DAY, "kind": "unscheduled"}
    number, at = uuid.UUID(document["id"]), f"visits/{document['id']}/"
    _a, events = events_of(lambda: physician.post(path(ha, "visits"), document))
    assert summary(events) == [("visit.record", ha.pk, number, 1)]
    _a, events = events_of(lambda: physician.post(path(ha, "visits"), document))
    assert events == [], "a replay does nothing again"
    _a, events = events_of(lambda: physician.get(at))
    assert summary(events) == [("visit.view", ha.pk, number, 1)]
    tag = physician.get(at).etag
    body = {"note": "x", "reason": "r"}
    _a, events = events_of(lambda: physician.patch(at, body, if_match=tag))
    assert summary(events) == [("visit.amend", ha.pk, number, 2)]
    body = {"entered_in_error": True, "reason": "r"}
    _a, events = events_of(lambda: physician.patch(at, body, if_match="*"))
    assert summary(events) == [("visit.amend", ha.pk, number, 3)]


def test_enrolling_puts_the_patient_in_ones_care(physician):
    person = {"id": new_id(), "study_number": "N-9"}
    number = uuid.UUID(person["id"])
    _a, events = events_of(lambda: physician.post("patients/", person))
    assert summary(events) == [
        ("patient.record", number, number, 1),
        ("care_team.assign", number, None, None),
    ]
    assert CareTeamMember.objects.filter(patient=number, user=physician.user).count() == 1


def test_trying_what_one_may_not_is_kept(cast):
    stranger, therapist = Api(cast.physician_b), Api(cast.therapist_a)
    _a, events = events_of(lambda: stranger.get(path(cast.ha)))
    assert summary(events) == [("denied.get", cast.ha.pk, None, None)]
    assert events[0].by == cast.physician_b
    nobody = new_id()
    _a, events = events_of(lambda: stranger.get(path(nobody, "visits")))
    assert summary(events) == [("denied.get", uuid.UUID(nobody), None, None)]
    drug = {"id": new_id(), "drug": "x"}
    _a, events = events_of(lambda: therapist.post(path(cast.ha, "medications"), drug))
    assert summary(events) == [("denied.post", cast.ha.pk, None, None)]
    body = {"reason": "r"}
    _a, events = events_of(lambda: stranger.patch(f"visits/{nobody}/", body, if_match="*"))
    assert summary(events) == [("denied.patch", None, uuid.UUID(nobody), None)]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda p, ha: (p.post(path(ha, "visits"), {}), 422), id="refused values"),
        pytest.param(lambda p, ha: (p.post(path(ha, "visits"), raw=b"{"), 400), id="unreadable"),
        pytest.param(lambda p, ha: (p.get("nonsense/"), 404), id="no such address"),
        pytest.param(lambda p, ha: (p.get("literature/"), 200), id="what is published"),
        pytest.param(lambda p, ha: (p.get("me/"), 200), id="oneself"),
    ],
)
def test_what_touches_nobodys_record_leaves_no_event(physician, ha, act):
    (answer, status), events = events_of(lambda: act(physician, ha))
    assert (answer.status, events) == (status, [])


def test_no_clinical_content_reaches_the_audit_trail(physician, ha):
    note = "canary-in-a-note"
    document = {"id": new_id(), "date": DAY, "kind": "unscheduled", "note": note}
    physician.post(path(ha, "visits"), document)
    physician.get(path(ha, "visits"))
    rows = AuditEvent.objects.values_list()
    assert not [row for row in rows if note in str(row)]


ACTS = {
    "read a patient": lambda p, ha: p.get(path(ha)),
    "list patients": lambda p, ha: p.get("patients/"),
    "list visits": lambda p, ha: p.get(path(ha, "visits")),
    "read the timeline": lambda p, ha: p.get(path(ha, "timeline")),
    "see a figure": lambda p, ha: p.get(path(ha, "figures", "recovery")),
    "record a visit": lambda p, ha: p.post(
        path(ha, "visits"), {"id": new_id(), "date": DAY, "kind": "unscheduled"}
    ),
    "prescribe with doses": lambda p, ha: p.post(
        path(ha, "medications"),
        {"id": new_id(), "drug": "x", "doses": [{"id": new_id(), "date": DAY}]},
    ),
    "enrol": lambda p, ha: p.post("patients/", {"id": new_id(), "study_number": "N-8"}),
    "amend": lambda p, ha: p.patch(path(ha), {"language": "ko", "reason": "r"}, if_match="*"),
    "be denied": lambda p, ha: p.get(path(new_id())),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_cannot_be_audited_does_not_happen(physician, ha, act, monkeypatch):
    def broken(**_event):
        raise DatabaseError("the audit trail cannot be written")

    monkeypatch.setattr(audit.AuditEvent.objects, "create", broken)
    before = (DocumentVersion.objects.count(), AuditEvent.objects.count())
    answer = act(physician, ha)
    assert (answer.status, answer.json["code"]) == (500, "server_error")
    assert b"A-001" not in answer.raw.content
    assert (DocumentVersion.objects.count(), AuditEvent.objects.count()) == before
    monkeypatch.undo()
    ha.refresh_from_db()
    assert ha.version == 1
