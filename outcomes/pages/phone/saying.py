"""What a form of the phone says, without a script: one entry, or one taken back."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils import timezone

from outcomes.kinds import DIARY
from outcomes.models import DiaryEntry
from patients import records
from patients.access import Forbidden, Own
from patients.documents.base import read
from patients.models import User
from patients.records import Asked, Conflict
from patients.roles import Permission

NUMBERS = frozenset({"volume_ml", "pain_back", "pain_right_leg", "pain_left_leg"})
ANSWERS = {"true": True, "false": False}
OF_FORM = frozenset({"csrfmiddlewaretoken"})


def record(own: Own, post: Mapping[str, str], by: User) -> None:
    """Record what the form says. Raises Refused.

    The same form sent twice is one entry; one that says something else under a taken id, as after
    going back in the browser, is another: nothing that was said is lost.
    """
    _require(own)
    now = timezone.now()
    body = as_document(post, now)
    document: Any = read(DIARY.shape, body)
    asked = Asked(by=by, at=now, reporter=own.reporter)
    other = uuid.uuid5(document.id, records.fingerprint(_said(document)))
    for number in (document.id, other, uuid.uuid4()):
        try:
            anew = document.model_copy(update={"id": number})
            DIARY.record(patient=own.patient, document=anew, asked=asked)
        except Conflict:
            # pressed twice: the second has another time
            if not _already_said(own, anew, by):
                continue
        return


def as_document(post: Mapping[str, str], now: dt.datetime) -> dict[str, Any]:
    """The fields of a form as a document; what is no number stays text, which is refused."""
    given = {name: value for name, value in post.items() if value and name not in OF_FORM}
    body: dict[str, Any] = {name: _value(name, value) for name, value in given.items()}
    if "pills_skipped_why" in body:
        body["pills"] = "skipped"
    moment = now.isoformat()
    return body | {"device_time": moment, "device_sent_at": moment}


def _value(name: str, value: str) -> Any:
    if name in NUMBERS and value.isascii() and value.isdigit():
        return int(value)
    return ANSWERS.get(value, value)


OF_SENDING = frozenset({"id", "device_time", "device_sent_at"})


def _already_said(own: Own, document: Any, by: User) -> bool:
    """Whether the very same stands there, said by the same person, whenever it was."""
    mine = DiaryEntry.objects.current().filter(patient=own.patient, recorded_by=by)
    row = mine.filter(pk=document.id).first()
    return row is not None and _said(read(DIARY.shape, row.document())) == _said(document)


def _said(document: Any) -> dict[str, Any]:
    said: dict[str, Any] = document.model_dump(exclude_unset=True, exclude=OF_SENDING)
    return said


def take_back(own: Own, post: Mapping[str, str], by: User, reason: str) -> None:
    """Take an entry back. Raises Refused, Stale; Http404 for what is not one's own."""
    _require(own)
    try:
        ids = uuid.UUID(post.get("undo", "")), uuid.UUID(post.get("key", ""))
        version = int(post.get("version", ""))
    except ValueError:
        raise Http404 from None
    row = DiaryEntry.objects.visible_to(by).filter(pk=ids[0], patient=own.patient).first()
    if row is None:
        raise Http404
    if row.entered_in_error:
        return
    row.patient = own.patient
    asked = Asked(by=by, at=timezone.now(), reporter=own.reporter, key=str(ids[1]))
    DIARY.withdraw(row=row, asked=asked, reason=reason, expected=version)


def _require(own: Own) -> None:
    if not own.reports:
        raise Forbidden(Permission.RECORD_DIARY)
