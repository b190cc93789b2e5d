"""The diary: entries of patients and caregivers, and those the clinic enters on their behalf.

What a person said is theirs: they may correct or take it back for some days; the clinic may only
mark it as entered in error, and corrects what it entered itself.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction

from outcomes.actions import drafts
from outcomes.actions.common import Known, Warnings, warning
from outcomes.actions.consequences import draw
from outcomes.documents.diary import DiaryDocument
from outcomes.models import DiaryEntry, MedicationCourse
from outcomes.rules.device_clock import SLACK, Told, told
from outcomes.rules.text import gettext_noop as _
from patients import records
from patients.documents.base import Refused
from patients.models import Patient
from patients.models.record import civil_date
from patients.plausible import refuse_impossible_dates
from patients.records import Asked, Checked, Written

CHANGEABLE = dt.timedelta(days=7)
"""How long a person may change what they reported, from its receipt [POLICY]."""
RELATIVES = ("patient", "caregiver")


def record_entry(*, patient: Patient, document: DiaryDocument, asked: Asked) -> Written:
    """Record one entry. Never refused for its time: what was told late was still told."""

    def check() -> Checked:
        return check_entry(Known(patient, asked), document)

    return records.create(DiaryEntry, document, asked=asked, patient=patient, check=check)


def amend_entry(
    *, row: DiaryEntry, document: DiaryDocument, reason: str, expected: int, asked: Asked
) -> Written:
    """Correct an entry: its author for some days, the clinic what it entered itself."""
    if asked.key and (done := records.replay(asked.key, asked.fingerprint)):
        return done
    _require_changeable(row, asked)
    if asked.reporter == "clinician" and row.reporter in RELATIVES:
        message = _("Somebody else reported this: mark it as entered in error, or leave it.")
        raise Refused.at(code="not_yours", message=message)
    if document.kind != row.kind:
        message = _("Take the entry back and make a new one of the other kind.")
        raise Refused.at("kind", code="other_kind", message=message)
    # by the clock that the entry was sent with, unless a new one is told
    same_clock = document.device_sent_at == row.device_sent_at
    received_at = row.recorded_at if same_clock else asked.at
    checked = check_entry(Known(row.patient, asked), document, received_at=received_at)
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


def take_back(*, row: DiaryEntry, asked: Asked, reason: str, expected: int) -> Written:
    """Mark an entry as entered in error: its author for some days, the clinic at any time."""
    if asked.key and (done := records.replay(asked.key, asked.fingerprint)):
        return done
    _require_changeable(row, asked)
    return records.enter_in_error(row, asked=asked, reason=reason, expected=expected)


def changeable(row: DiaryEntry, asked: Asked) -> bool:
    """Whether whoever asks may still change an entry that they themself reported."""
    own = asked.by is not None and row.recorded_by_id == asked.by.pk
    return own and asked.at - row.recorded_at <= CHANGEABLE


def _require_changeable(row: DiaryEntry, asked: Asked) -> None:
    if asked.reporter not in RELATIVES:
        return
    if row.recorded_by_id != (asked.by and asked.by.pk):
        message = _("Somebody else reported this: only they or the clinic can change it.")
        raise Refused.at(code="not_yours", message=message)
    if not changeable(row, asked):
        message = _("This was reported more than {days} days ago: ask the clinic to correct it.")
        raise Refused.at(code="too_late", message=message, days=CHANGEABLE.days)


def check_entry(
    known: Known, document: DiaryDocument, *, received_at: dt.datetime | None = None
) -> Checked:
    """When it happened, and what is odd about an entry."""
    received_at = received_at or known.asked.at
    at = told(
        device_time=document.device_time,
        sent_at=document.device_sent_at,
        received_at=received_at,
    )
    if known.asked.reporter == "clinician":
        at = _stated(known, document, received_at)
    _refuse_others_course(known.patient, document)
    zone = known.patient.site.time_zone
    columns = {"occurred_at": at.at, "date": civil_date(at.at, zone), "time_basis": at.basis}
    return Checked([*_of_the_clock(at), *_of_the_reporter(known.asked, document)], columns)


def _stated(known: Known, document: DiaryDocument, received_at: dt.datetime) -> Told:
    """The clinic says a time and sees it: an impossible one is refused, an old one is right."""
    at = received_at - (document.device_sent_at - document.device_time)
    if at > received_at + SLACK:
        message = _("This is in the future: give the time it happened.")
        raise Refused.at("device_time", code="future", message=message)
    day = {"date": civil_date(at, known.patient.site.time_zone)}
    names = {"date": "device_time"}
    refuse_impossible_dates(known.patient, day, today=known.today, names=names)
    return Told(at=min(at, received_at), basis="corrected")


def _refuse_others_course(patient: Patient, document: DiaryDocument) -> None:
    # a course that was entered in error meanwhile still names the drug that was meant
    if document.course is None:
        return
    if not MedicationCourse.objects.filter(pk=document.course, patient=patient).exists():
        message = _("The patient has no such drug: give its name instead.")
        raise Refused.at("course", code="unknown_course", message=message)


def _of_the_clock(at: Told) -> Warnings:
    if at.basis == "corrected":
        return []
    message = _("The device's clock was changed in between: the time of receipt is kept.")
    return [warning("device_time", code="clock_changed", message=message)]


def _of_the_reporter(asked: Asked, document: DiaryDocument) -> Warnings:
    """Who told the clinic is asked of the clinic, and of nobody else."""
    if asked.reporter in RELATIVES and document.on_behalf:
        message = _("Leave this out: who reports is known by the sign-in.")
        raise Refused.at("on_behalf", code="not_on_behalf", message=message)
    if asked.reporter not in RELATIVES and not document.on_behalf:
        message = _("Say who told the clinic: the patient or a caregiver.")
        return [warning("on_behalf", code="missing", message=message)]
    return []


def record_paper(
    *, patient: Patient, lines: Mapping[str, DiaryDocument], asked: Asked
) -> list[Written]:
    """Record the lines of a paper diary together, all or none; sent again, nothing new.

    The first is recorded under the form's own key. A refusal names its line: (line, field, …).
    """
    written = []
    with transaction.atomic():
        for number, (line, document) in enumerate(lines.items()):
            own = asked if number == 0 else replace(asked, key="")
            try:
                written.append(record_entry(patient=patient, document=document, asked=own))
            except Refused as refused:
                raise Refused(
                    [{**p, "path": (line, *p["path"])} for p in refused.problems]
                ) from None
        drafts.recorded(key=asked.key, by=asked.by)
        if not all(one.replayed for one in written):
            draw([patient.pk], asked)
    return written
