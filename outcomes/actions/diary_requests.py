"""The clinic asks that a diary be kept for some days, and no longer."""

import datetime as dt

from django.db import transaction

from outcomes.models import DiaryRequest
from outcomes.rules.text import gettext_noop as _
from patients import audit
from patients.documents.base import Refused
from patients.models import Patient
from patients.models.record import civil_date
from patients.records import Asked

LONGEST = dt.timedelta(days=92)


@transaction.atomic
def ask_for_diary(*, patient: Patient, first: dt.date, last: dt.date, asked: Asked) -> DiaryRequest:
    """From one day to another, both inclusive; the request before, if any, ends."""
    _refuse_days(first, last, civil_date(asked.at, patient.site.time_zone))
    assert asked.by is not None
    DiaryRequest.objects.filter(patient=patient, ended_at=None).update(ended_at=asked.at)
    made = DiaryRequest.objects.create(
        patient=patient, first=first, last=last, by=asked.by, at=asked.at
    )
    audit.record(by=asked.by, action="diary_request.record", patient_id=patient.pk)
    return made


def _refuse_days(first: dt.date, last: dt.date, today: dt.date) -> None:
    if last < first:
        message = _("The last day must not be before the first.")
        raise Refused.at("last", code="order", message=message)
    if last < today:
        raise Refused.at("last", code="past", message=_("These days are over: choose later ones."))
    if last - first >= LONGEST:
        message = _("Ask for three months at most; you can ask again.")
        raise Refused.at("last", code="long", message=message)


@transaction.atomic
def end_diary_request(*, patient: Patient, asked: Asked) -> None:
    """Ask no longer; where nothing is asked, nothing changes."""
    live = DiaryRequest.objects.filter(patient=patient, ended_at=None)
    if live.update(ended_at=asked.at):
        audit.record(by=asked.by, action="diary_request.end", patient_id=patient.pk)
