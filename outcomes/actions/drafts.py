"""Keeping what was typed until it is recorded. A draft is no clinical record and has no history.

The audit trail has one event when a draft begins and one when it is discarded or forgotten. The
saves in between are one person's typing: an event for each would bury what the trail is for, and
what came of them is audited as it is recorded.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from outcomes.models import Draft
from patients import audit
from patients.models import DocumentVersion, Patient, User


class Recorded(Exception):
    """The form has been recorded: what was typed in it later is no draft of it."""


class Elsewhere(Exception):
    """Another page has typed something else in the same form since this one was shown."""


@dataclass(frozen=True)
class Typed:
    """What one page holds of one form.

    `after` is the page whose draft this one was shown with. `turn` counts this page's saves, None
    for the last one.
    """

    patient: Patient | None
    form: str
    address: str
    key: str
    page: uuid.UUID
    after: uuid.UUID | None
    fields: Mapping[str, str]
    turn: int | None = None


def save(*, typed: Typed, by: User, at: dt.datetime) -> Draft:
    """Keep what was typed, over what the same page kept before; raises Recorded or Elsewhere."""
    with transaction.atomic():
        if DocumentVersion.objects.filter(operation=typed.key).exists():
            raise Recorded
        row, begun = _row(typed, by, at)
        if row.page not in {typed.page, typed.after}:
            raise Elsewhere
        if begun or not _late(row, typed):
            _keep(row, typed, at)
        if begun:
            audit.record(by=by, action="draft.begin", patient_id=row.patient_id)
    return row


def _row(typed: Typed, by: User, at: dt.datetime) -> tuple[Draft, bool]:
    """The draft of this form, locked, and whether it has just been begun."""
    kept = Draft.objects.select_for_update().filter(author=by, key=typed.key)
    if (row := kept.first()) is not None:
        return row, False
    new = Draft(author=by, patient=typed.patient, form=typed.form, address=typed.address,
                key=typed.key, page=typed.page, begun_at=at, saved_at=at)  # fmt: skip
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:
        return kept.get(), False
    return new, True


def _late(row: Draft, typed: Typed) -> bool:
    return row.page == typed.page and typed.turn is not None and typed.turn <= row.turn


def _keep(row: Draft, typed: Typed, at: dt.datetime) -> None:
    row.fields, row.page, row.saved_at = dict(typed.fields), typed.page, at
    row.turn = row.turn + 1 if typed.turn is None else typed.turn
    row.save(update_fields=["fields", "page", "turn", "saved_at"])


def discard(*, key: str, by: User) -> None:
    """Throw one's own draft away; nothing where there is none."""
    with transaction.atomic():
        row = Draft.objects.filter(author=by, key=key).first()
        if row is not None:
            row.delete()
            audit.record(by=by, action="draft.discard", patient_id=row.patient_id)


def recorded(*, key: str, by: User | None) -> None:
    """The form was recorded: its draft goes, in the same transaction."""
    Draft.objects.filter(author=by, key=key).delete()


def forget(*, before: dt.datetime) -> int:
    """Remove the drafts that nobody has gone on with since; how many."""
    with transaction.atomic():
        old = Draft.objects.filter(saved_at__lt=before)
        whose = sorted({pk for pk in old.values_list("patient", flat=True) if pk}, key=str)
        gone, _models = old.delete()
        if gone:
            audit.record(by=None, action="draft.forget", patient_ids=whose)
    return gone
