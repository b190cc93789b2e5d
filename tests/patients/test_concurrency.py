"""Many at once, in real transactions: nothing twice, nothing lost, nothing overwritten unseen."""

import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from outcomes.actions import medications, surgery, visits
from outcomes.documents.medication import CourseDocument
from outcomes.documents.visit import VisitDocument
from outcomes.models import Visit
from patients import actions, audit, records
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.documents.surgery import ProcedureDocument
from patients.models import AuditEvent, DocumentVersion, Patient, Site, User
from patients.records import Asked, Conflict, Stale, Written
from patients.roles import Role
from patients.triggers import clinical_models
from tests.support.cast import TODAY, enrol, staff

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 20
EDITS = 25 if os.environ.get("HYPOTHESIS_PROFILE") == "full" else 3
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class World:
    patient: Patient
    by: User

    def asked(self, key: str = "") -> Asked:
        return Asked(by=self.by, at=timezone.now(), key=key)

    def visit(self, id_: str, note: str = "as it was", **more: Any) -> VisitDocument:
        given = {"id": id_, "kind": "unscheduled", "date": str(TODAY), "note": note, **more}
        return read(VisitDocument, given)

    def record(self, document: VisitDocument, key: str = "") -> Written:
        return visits.record_visit(patient=self.patient, document=document, asked=self.asked(key))

    def amend(self, row: Visit, note: str, expected: int, key: str = "") -> Written:
        return visits.amend_visit(
            row=row,
            document=self.visit(str(row.pk), note),
            reason="a slip",
            expected=expected,
            asked=self.asked(key),
        )


@pytest.fixture
def world() -> World:
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    by = staff("physician", site, Role.PHYSICIAN)
    return World(enrol("A-001", site, by, birth_year=1947), by)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each on its own connection; what each returned or raised."""
    start = threading.Barrier(len(works))
    outcomes: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(PATIENCE_SECONDS)
            outcomes[place] = work()
        except Exception as raised:
            outcomes[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
    return outcomes


def split(outcomes: list[Any], refusal: type[Exception]) -> tuple[list[Any], list[Exception]]:
    """What succeeded and what was refused; any other error fails the test."""
    refused = [o for o in outcomes if isinstance(o, refusal)]
    done = [o for o in outcomes if not isinstance(o, refusal)]
    for one in done:
        if isinstance(one, Exception):
            raise one
    return done, refused


def history(record_id: Any) -> list[DocumentVersion]:
    return list(DocumentVersion.objects.filter(record_id=record_id).order_by("version"))


def new_id() -> str:
    return str(uuid.uuid4())


@pytest.mark.parametrize("key", ["", "one-operation"], ids=["by its id", "by a key of its own"])
def test_the_same_visit_sent_twenty_times_is_one_row_and_nineteen_replays(world, key):
    document = world.visit(new_id())
    done, _none = split(
        together(*[lambda: world.record(document, key) for _ in range(THREADS)]), Conflict
    )
    assert len(done) == THREADS
    assert sum(not one.replayed for one in done) == 1
    assert len({one.version.pk for one in done}) == 1
    assert all(one.version.content == done[0].version.content for one in done)
    assert all(one.warnings == done[0].warnings for one in done)
    assert Visit.objects.count() == len(history(document.id)) == 1
    assert AuditEvent.objects.filter(action="visit.record").count() == 1


def test_the_same_visit_under_twenty_keys_is_one_row(world):
    document = world.visit(new_id())
    works = [lambda n=n: world.record(document, f"key-{n}") for n in range(THREADS)]
    done, _refused = split(together(*works), Conflict)
    assert sum(not one.replayed for one in done) == 1
    assert Visit.objects.count() == len(history(document.id)) == 1


def test_one_id_with_twenty_contents_keeps_one_and_refuses_the_others(world):
    id_ = new_id()
    works = [lambda n=n: world.record(world.visit(id_, f"note {n}")) for n in range(THREADS)]
    outcomes = together(*works)
    done, refused = split(outcomes, Conflict)
    assert (len(done), len(refused)) == (1, THREADS - 1)
    assert not done[0].replayed
    winner = outcomes.index(done[0])
    assert Visit.objects.get().note == f"note {winner}"
    assert [h.content["document"]["note"] for h in history(id_)] == [f"note {winner}"]


def test_the_same_edit_sent_twenty_times_is_one_version(world):
    visit = Visit.objects.get(pk=world.record(world.visit(new_id())).version.record_id)
    works = [lambda: world.amend(visit, "mended", 1, "one-edit") for _ in range(THREADS)]
    done, stale = split(together(*works), Stale)
    # who asks before the first edit is kept may be told that it is stale, and then asks again
    assert len(done) + len(stale) == THREADS
    assert sum(not one.replayed for one in done) == 1
    assert [h.version for h in history(visit.pk)] == [1, 2]
    again = world.amend(visit, "mended", 1, "one-edit")
    assert again.replayed
    assert again.version.version == 2


def test_of_twenty_edits_of_one_version_one_is_kept_and_the_others_hear_of_it(world):
    visit = Visit.objects.get(pk=world.record(world.visit(new_id())).version.record_id)
    works = [lambda n=n: world.amend(visit, f"note {n}", 1) for n in range(THREADS)]
    outcomes = together(*works)
    done, stale = split(outcomes, Stale)
    assert (len(done), len(stale)) == (1, THREADS - 1)
    note = f"note {outcomes.index(done[0])}"
    assert {(s.current.version, s.current.note) for s in stale} == {(2, note)}


def test_twenty_editors_overwrite_nothing_unseen(world):
    visit = Visit.objects.get(pk=world.record(world.visit(new_id())).version.record_id)

    def edit(editor: int) -> dict[int, tuple[int, str]]:
        """What was accepted, by version: the version it was based on and what it says."""
        accepted: dict[int, tuple[int, str]] = {}
        while len(accepted) < EDITS:
            expected = Visit.objects.get(pk=visit.pk).version
            note = f"editor {editor}, edit {len(accepted)}"
            try:
                written = world.amend(visit, note, expected)
            except Stale:
                continue
            accepted[written.version.version] = (expected, note)
        return accepted

    done, _none = split(together(*[lambda n=n: edit(n) for n in range(THREADS)]), Stale)
    kept = history(visit.pk)
    accepted = {version: said for one in done for version, said in one.items()}
    assert len(accepted) == THREADS * EDITS
    assert [h.version for h in kept] == list(range(1, THREADS * EDITS + 2))
    for version in kept[1:]:
        assert accepted[version.version] == (
            version.version - 1,
            version.content["document"]["note"],
        )
    current = Visit.objects.get(pk=visit.pk)
    assert (current.version, current.note) == (kept[-1].version, accepted[kept[-1].version][1])
    assert AuditEvent.objects.filter(action="visit.amend").count() == THREADS * EDITS


def test_an_edit_racing_a_mark_of_error_has_one_winner(world):
    rows = [
        Visit.objects.get(pk=world.record(world.visit(new_id())).version.record_id)
        for _ in range(THREADS // 2)
    ]

    def void(row: Visit) -> Written:
        return records.enter_in_error(row, asked=world.asked(), reason="twice", expected=1)

    works = [
        work
        for row in rows
        for work in (lambda row=row: world.amend(row, "mended", 1), lambda row=row: void(row))
    ]
    done, stale = split(together(*works), Stale)
    assert len(done) == len(stale) == len(rows)
    for row in rows:
        current = Visit.objects.get(pk=row.pk)
        assert current.version == 2
        assert current.entered_in_error == (current.note != "mended")
        assert [h.content["entered_in_error"] for h in history(row.pk)] == [
            False,
            current.entered_in_error,
        ]


# what a pull on PostgreSQL may tell of: nothing at or above the oldest transaction still open
HORIZON = {
    "sqlite": "1 = 1",
    "postgresql": "transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
}


def seen() -> list[tuple[int, int]]:
    """The places in the order of changes that a pull may already tell of."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT h."transaction", h.position FROM patients_documentversion h '
            f"WHERE {HORIZON[connection.vendor]} ORDER BY 1, 2"
        )
        return list(cursor.fetchall())


def test_changes_become_visible_in_their_order(world):
    writing = threading.Event()
    writing.set()

    def write() -> None:
        visit = Visit.objects.get(pk=world.record(world.visit(new_id())).version.record_id)
        for n in range(EDITS):
            world.amend(visit, f"note {n}", n + 1)

    def pull() -> tuple[int, list[tuple[int, int]]]:
        pulls, told = 0, seen()
        while writing.is_set():
            now = seen()
            assert now[: len(told)] == told, "a change appeared before one already told"
            pulls, told = pulls + 1, now
        return pulls, seen()

    puller: list[Any] = []
    reading = threading.Thread(target=lambda: puller.extend(together(pull)))
    reading.start()
    done, _none = split(together(*[write] * THREADS), Stale)
    writing.clear()
    reading.join(PATIENCE_SECONDS)
    (outcome,), _none = split(puller, Stale)
    pulls, told = outcome
    assert pulls > 1
    # the horizon is the whole server's: somebody else's open transaction only delays it
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(told) < DocumentVersion.objects.count() and time.monotonic() < deadline:
        time.sleep(0.1)
        now = seen()
        assert now[: len(told)] == told, "a change appeared before one already told"
        told = now
    assert len(told) == DocumentVersion.objects.count()
    assert len(done) == THREADS


def test_every_row_stands_at_its_latest_place_in_the_history(world):
    def write() -> None:
        visit = Visit.objects.get(pk=world.record(world.visit(new_id())).version.record_id)
        world.amend(visit, "mended", 1)

    split(together(*[write] * THREADS), Stale)
    rows = [row for model in clinical_models() for row in model._default_manager.all()]
    assert len(rows) == THREADS + 1
    for row in rows:
        kept = history(row.pk)
        assert [h.position for h in kept] == sorted({h.position for h in kept})
        assert (row.version, row.position) == (kept[-1].version, kept[-1].position)


# --- what is not audited does not happen --------------------------------------------------------


def _record(world: World, _row: Visit) -> Any:
    return world.record(world.visit(new_id()))


def _amend(world: World, row: Visit) -> Any:
    return world.amend(row, "mended", 1)


def _void(world: World, row: Visit) -> Any:
    return records.enter_in_error(row, asked=world.asked(), reason="twice", expected=1)


def _enrol(world: World, _row: Visit) -> Any:
    document = read(PatientDocument, {"id": new_id(), "study_number": "A-009"})
    return actions.enrol(document=document, site=world.patient.site, asked=world.asked())


def _operate(world: World, _row: Visit) -> Any:
    document = {"id": new_id(), "kind": "cement", "date": str(TODAY)}
    return surgery.record_procedure(
        patient=world.patient, document=read(ProcedureDocument, document), asked=world.asked()
    )


def _prescribe(world: World, _row: Visit) -> Any:
    dose = {"id": new_id(), "date": str(TODAY), "dose": 3, "dose_unit": "mg"}
    document = {"id": new_id(), "drug": "ibandronic acid", "doses": [dose]}
    return medications.prescribe(
        patient=world.patient, document=read(CourseDocument, document), asked=world.asked()
    )


def everything() -> dict[str, Any]:
    models = [*clinical_models(), DocumentVersion, AuditEvent]
    return {m._meta.label: list(m._default_manager.order_by("pk").values()) for m in models}


# the enrolment's second event is the care team's, the course's second its dose's
FAILING = {
    "a visit": (_record, 1),
    "an edit": (_amend, 1),
    "a mark of error": (_void, 1),
    "an enrolment": (_enrol, 1),
    "an enrolment's care team": (_enrol, 2),
    "an operation": (_operate, 1),
    "a course": (_prescribe, 1),
    "a dose of a course": (_prescribe, 2),
}


@pytest.mark.parametrize(("write", "nth"), FAILING.values(), ids=FAILING)
def test_what_cannot_be_audited_is_not_stored(world, monkeypatch, write, nth):
    row = Visit.objects.get(pk=world.record(world.visit(new_id())).version.record_id)
    before, heard, real = everything(), [], audit.record

    def failing(**event: Any) -> None:
        heard.append(event)
        if len(heard) == nth:
            raise RuntimeError("the audit trail is out of reach")
        real(**event)

    monkeypatch.setattr(audit, "record", failing)
    with pytest.raises(RuntimeError, match="out of reach"):
        write(world, row)
    assert everything() == before
    monkeypatch.undo()
    write(world, row)
    assert everything() != before


def test_the_database_is_a_file_or_a_server():
    """Threads that share one in-memory connection would prove nothing here."""
    if connection.vendor == "sqlite":
        assert not connection.is_in_memory_db()
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
