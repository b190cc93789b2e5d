"""Files of laboratory results: read, shown as what would happen, imported by the worker.

Every step is safe to repeat: the preview is made anew from the file, a row that is imported is
recognised by its id. A crash leaves a claim that expires; the sweep goes on. Time is an argument.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Q

from outcomes import lab_files
from outcomes.actions import lab_writing
from outcomes.actions.lab_judging import Judge, plain
from outcomes.lab_files import Line, Problem, Sheet, Unreadable
from outcomes.models import LabImport, LabImportRow
from outcomes.models.lab_import import WORKING
from outcomes.rules.text import gettext_noop as _
from patients import audit
from patients.models import Patient, Site, User
from patients.records import Asked
from tracker.wakeup import wake

log = logging.getLogger(__name__)

WORK = "outcomes.tasks.import_labs"
# a file up to this size is read, and one up to so many rows judged, while its sender waits
SMALL_BYTES, SMALL_ROWS = 100_000, 200
BATCH = 50
MOST_ATTEMPTS = 5
UNFORESEEN = _("The file could not be worked through: send it again, in smaller parts.")
REPORTERS = {"hl7": "laboratory"}
UNCLAIMED: dict[str, None] = {"claim": None, "claimed_at": None}
Clock = Callable[[], dt.datetime]


# --- sent, started, given up ----------------------------------------------------------------------


def upload(
    *,
    content: bytes,
    site: Site,
    by: User,
    at: dt.datetime,
    patient: Patient | None = None,
    straight_on: bool = False,
) -> LabImport:
    """Take in a file; a small one is read at once, and judged at once when it is short.

    Raises Unreadable for a file that cannot be read: nothing is kept of it.
    """
    lab_files.refuse_too_large(content)
    sheet = lab_files.read(content) if len(content) <= SMALL_BYTES else None
    with transaction.atomic():
        batch = LabImport.objects.create(
            site=site, patient=patient, owner=by, created_at=at, content=content,
            straight_on=straight_on,
        )  # fmt: skip
        _audit(batch, "record", by)
        if sheet is not None and len(sheet.lines) <= SMALL_ROWS:
            _preview(batch, sheet, lambda: at)
        if batch.working:
            transaction.on_commit(partial(wake, WORK))
    return batch


def start(*, batch: LabImport, by: User) -> bool:
    """Import what the preview shows as new; whether it is this call that started it."""
    with transaction.atomic():
        waiting = LabImport.objects.filter(pk=batch.pk, owner=by, state="preview")
        started = bool(waiting.update(state="importing", done=0, total=_to_write(batch).count()))
        if started:
            _audit(batch, "start", by)
            transaction.on_commit(partial(wake, WORK))
    return started


def discard(*, batch: LabImport, by: User) -> bool:
    """Give up a preview: file and rows go."""
    with transaction.atomic():
        given_up = LabImport.objects.filter(pk=batch.pk, owner=by, state="preview").update(
            state="discarded", content=None
        )
        if given_up:
            batch.rows.all().delete()
            _audit(batch, "discard", by)
    return bool(given_up)


def forget(now: dt.datetime) -> int:
    """Delete files and rows kept long enough; what stays are counts. How many imports."""
    before = now - dt.timedelta(days=settings.LAB_IMPORT_KEEP_DAYS)
    old = LabImport.objects.filter(created_at__lte=before, claim=None).exclude(state="forgotten")
    forgotten = 0
    for batch in old.select_related("site"):
        with transaction.atomic():
            batch.rows.all().delete()
            changed = LabImport.objects.filter(pk=batch.pk, claim=None).update(
                state="forgotten", content=None, ignored=[], problem=None
            )
            if changed:
                _audit(batch, "forget", None)
        forgotten += changed
    return forgotten


# --- the worker's part ----------------------------------------------------------------------------


def claim(now: dt.datetime) -> LabImport | None:
    """The next file that waits, or that a worker left, for this worker alone."""
    left = Q(claim=None) | Q(claimed_at__lte=now - _lease())
    waiting = LabImport.objects.filter(left, state__in=WORKING)
    if not waiting.exists():  # most of the time: then without taking the lock to write
        return None
    mine = uuid.uuid4()
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        first = list(waiting.order_by("created_at", "pk").values_list("pk", flat=True)[:1])
        LabImport.objects.filter(left, pk__in=first, state__in=WORKING).update(
            claim=mine, claimed_at=now, attempts=F("attempts") + 1
        )
    return LabImport.objects.filter(claim=mine).select_related("site", "patient", "owner").first()


def work(batch: LabImport, clock: Clock, enough: Callable[[], bool]) -> None:
    """Go on with a claimed file, until it is done or it is `enough` for now."""
    try:
        if batch.attempts > MOST_ATTEMPTS:
            _fail(batch, Problem("unforeseen", UNFORESEEN), clock())
        elif batch.state == "reading":
            _read(batch, clock)
        else:
            _import(batch, clock, enough)
    except Exception:  # one file must not stop the others; after some attempts it is given up
        log.exception("import %s", batch.pk)
        _held(batch).update(**UNCLAIMED)


def _read(batch: LabImport, clock: Clock) -> None:
    try:
        sheet = lab_files.read(bytes(batch.content or b""))
    except Unreadable as unreadable:
        _fail(batch, unreadable.problem, clock())
        return
    batch.rows.all().delete()  # of a worker that did not finish
    _preview(batch, sheet, clock)


def _preview(batch: LabImport, sheet: Sheet, clock: Clock) -> None:
    """Judge every row of a file and keep what would become of it."""
    judge = Judge(batch, Asked(by=batch.owner, at=clock(), reporter=_reporter(sheet.kind)))
    rows = [_row(batch, place, line) for place, line in enumerate(sheet.lines, start=1)]
    _progress(batch, 0, total=len(rows))
    for first in range(0, len(rows), 10 * BATCH):
        some = rows[first : first + 10 * BATCH]
        judge.judge(some)
        with transaction.atomic():
            if not _progress(batch, first + len(some), **_renewed(batch, clock)):
                return  # another worker has taken over
            LabImportRow.objects.bulk_create(some)
    facts: dict[str, Any] = {
        "kind": sheet.kind,
        "encoding": sheet.encoding,
        "ignored": sheet.ignored[:100],
    }
    state = "importing" if batch.straight_on else "preview"
    if state == "importing":
        facts |= {"done": 0, "total": _to_write(batch).count()}
    _settle(batch, state, **facts, counts=_counts(batch), attempts=0)


def _row(batch: LabImport, position: int, line: Line) -> LabImportRow:
    return LabImportRow(
        batch=batch,
        position=position,
        number=line.number,
        typed=line.typed,
        document=line.document,
        is_correction=line.corrects,
        problems=[plain(problem) for problem in line.problems],
        warnings=[plain(note) for note in line.notes],
    )


def _import(batch: LabImport, clock: Clock, enough: Callable[[], bool]) -> None:
    """Write what is new, a batch of rows in one transaction; what is written stays written."""
    while some := list(_to_write(batch).order_by("position")[:BATCH]):
        with transaction.atomic():
            # those that were withdrawn from us in the meantime are left to their new holder
            if not _progress(batch, batch.done + len(some), **_renewed(batch, clock)):
                return
            lab_writing.write(
                batch, some, Asked(by=batch.owner, at=clock(), reporter=_reporter(batch.kind))
            )
        if enough():
            _held(batch).update(**UNCLAIMED)
            return
    with transaction.atomic():
        finished = _settle(batch, "done", counts=_counts(batch), content=None, finished_at=clock())
        if finished:
            _audit(batch, "done", batch.owner)


# --- its bookkeeping ------------------------------------------------------------------------------


def _held(batch: LabImport) -> Any:
    """The row, while the worker that works on it still holds it."""
    return LabImport.objects.filter(pk=batch.pk, claim=batch.claim, state=batch.state)


def _progress(batch: LabImport, done: int, **more: Any) -> bool:
    batch.done = done
    return bool(_held(batch).update(done=done, **more))


def _renewed(batch: LabImport, clock: Clock) -> dict[str, Any]:
    """The claim of a worker that gets on; a file read while its sender waits has none."""
    return {"claimed_at": clock(), "attempts": 0} if batch.claim else {}


def _settle(batch: LabImport, state: str, **facts: Any) -> bool:
    settled = _held(batch).update(state=state, **UNCLAIMED, **facts)
    if settled:
        batch.refresh_from_db()
    return bool(settled)


def _fail(batch: LabImport, problem: Problem, now: dt.datetime) -> None:
    with transaction.atomic():
        if batch.state == "reading":
            batch.rows.all().delete()
        if _settle(batch, "failed", content=None, problem=plain(problem), finished_at=now):
            _audit(batch, "fail", batch.owner)


def _to_write(batch: LabImport) -> Any:
    return LabImportRow.objects.filter(batch=batch, outcome__in=("new", "corrects"))


def _counts(batch: LabImport) -> dict[str, int]:
    rows = LabImportRow.objects.filter(batch=batch).values_list("outcome")
    counts = dict(rows.annotate(n=Count("pk")).order_by())
    warned = LabImportRow.objects.filter(batch=batch).exclude(warnings=[]).exclude(outcome="known")
    return counts | {"warned": warned.exclude(outcome="refused").count()}


def _reporter(kind: str) -> str:
    return REPORTERS.get(kind, "import")


def _lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.LAB_IMPORT_LEASE_SECONDS)


def _audit(batch: LabImport, what: str, by: User | None) -> None:
    audit.record(
        by=by,
        action=f"lab_import.{what}",
        patient_id=batch.patient_id,
        site=None if batch.patient_id else batch.site,
        record_id=batch.pk,
    )
