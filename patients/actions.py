"""Writes of the patients room: each a sentence, atomic, audited, by someone.

Documents arrive validated in shape (`patients.documents`); here is what needs the patient's other
data. All raise Refused (with what to do) or records.Conflict.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction

from patients import audit, records
from patients.documents.base import Refused, plain, read
from patients.documents.people import (
    ConsentDocument,
    ContactAttemptDocument,
    LossToFollowUpDocument,
    MilestoneDocument,
    PatientDocument,
    TransferDocument,
)
from patients.models import (
    CareTeamMember,
    Consent,
    ContactAttempt,
    LossToFollowUp,
    Milestone,
    Patient,
    Proxy,
    Site,
    Transfer,
    User,
)
from patients.models.record import civil_date
from patients.plausible import BEFORE_BIRTH, refuse_impossible_dates
from patients.records import Asked, Checked, Written
from patients.roles import Scope
from patients.text import gettext_noop as _


@transaction.atomic
def enrol(
    *, document: PatientDocument, site: Site, asked: Asked, user: User | None = None
) -> Written:
    """Start following a person at a site; whoever enrols is in the care team."""

    def check() -> Checked:
        return check_patient(document, civil_date(asked.at, site.time_zone))

    filled = with_defaults(document)
    outcome = records.create(Patient, filled, asked=asked, check=check, site=site, user=user)
    if asked.by is not None and not outcome.replayed:
        assign(patient=Patient.objects.get(pk=document.id), user=asked.by, asked=asked)
    return outcome


def with_defaults(document: PatientDocument) -> PatientDocument:
    """Say what leaving out origin and status means: a person of the registry, being followed."""
    return document.model_copy(
        update={"origin": document.origin or "registry", "status": document.status or "active"}
    )


def check_patient(document: PatientDocument, today: dt.date) -> Checked:
    _refuse_life(document, today)
    return Checked()


def _refuse_life(document: PatientDocument, today: dt.date) -> None:
    """Refuse a birth or death in the future, and a death before birth."""
    year = document.birth_year
    dates = {
        "birth_date": document.birth_date,
        "birth_year": dt.date(year, 1, 1) if year else None,
        "died_on": document.died_on,
    }
    future = [name for name, value in dates.items() if value is not None and value > today]
    if future:
        raise Refused.at(
            future[0], code="future", message=_("This is in the future: check the year.")
        )
    born = dates["birth_date"] or dates["birth_year"]
    if born and document.died_on and document.died_on < born:
        raise Refused.at(
            "died_on", code="before_birth", message=BEFORE_BIRTH, birth=born.isoformat()
        )


def amend_patient(
    *, patient: Patient, document: PatientDocument, reason: str, expected: int, asked: Asked
) -> Written:
    if document.status is None:
        raise Refused.at(
            "status", code="no_status", message=_("Say whether the person is followed.")
        )
    _refuse_life(document, civil_date(asked.at, patient.site.time_zone))
    return records.amend(patient, document, asked=asked, reason=reason, expected=expected)


# the plain documents about a patient: their dates are checked, nothing else depends on others
PLAIN: dict[type[Any], type[Any]] = {
    ConsentDocument: Consent,
    MilestoneDocument: Milestone,
    TransferDocument: Transfer,
    ContactAttemptDocument: ContactAttempt,
    LossToFollowUpDocument: LossToFollowUp,
}


@transaction.atomic
def record(*, patient: Patient, document: Any, asked: Asked) -> Written:
    """Record consent, a milestone, a transfer, a contact attempt or loss to follow-up.

    A transfer of care also ends the following of the patient here.
    """

    def check() -> Checked:
        return check_dates(patient, document, civil_date(asked.at, patient.site.time_zone))

    model = PLAIN[type(document)]
    written = records.create(model, document, asked=asked, patient=patient, check=check)
    if isinstance(document, TransferDocument) and not written.replayed:
        _end_following(patient, asked)
    return written


def _end_following(patient: Patient, asked: Asked) -> None:
    # locked: a change of the person at the same moment must not undo the transfer
    locked = Patient.objects.select_for_update(of=("self",)).select_related("site")
    current = locked.get(pk=patient.pk)
    if current.status != "active":
        return
    document = read(PatientDocument, plain(read(PatientDocument, current.document())) | ENDED)
    amend_patient(
        patient=current,
        document=document,
        reason="Care was transferred.",
        expected=current.version,
        asked=replace(asked, key="", fingerprint=""),
    )


ENDED = {"status": "transferred"}


def amend(*, row: Any, document: Any, reason: str, expected: int, asked: Asked) -> Written:
    check_dates(row.patient, document, civil_date(asked.at, row.patient.site.time_zone))
    return records.amend(row, document, asked=asked, reason=reason, expected=expected)


def check_dates(patient: Patient, document: Any, today: dt.date) -> Checked:
    columns = document.model_dump(exclude_unset=True)
    names = {"date": "date", "date_lower": "date_lower"}
    refuse_impossible_dates(patient, columns, today=today, names=names)
    return Checked()


@transaction.atomic
def assign(*, patient: Patient, user: User, asked: Asked) -> CareTeamMember:
    """Put a clinician in the patient's care team."""
    member, _made = CareTeamMember.objects.get_or_create(
        patient=patient, user=user, until=None, defaults={"since": asked.at}
    )
    audit.record(by=asked.by, action="care_team.assign", patient_id=patient.pk)
    return member


@transaction.atomic
def leave_team(*, member: CareTeamMember, asked: Asked) -> None:
    """End a clinician's place in the care team; ending it again changes nothing."""
    ended = CareTeamMember.objects.filter(pk=member.pk, until=None).update(until=asked.at)
    if ended:
        audit.record(by=asked.by, action="care_team.leave", patient_id=member.patient_id)


@transaction.atomic
def link_caregiver(
    *,
    patient: Patient,
    user: User,
    scope: Scope,
    asked: Asked,
    name: str = "",
    until: dt.datetime | None = None,
) -> Proxy:
    """Give a caregiver their own, scoped access to the patient, in place of what they had."""
    Proxy.objects.filter(patient=patient, user=user, revoked_at=None).update(revoked_at=asked.at)
    proxy = Proxy.objects.create(
        patient=patient, user=user, scope=scope, since=asked.at, name=name, until=until
    )
    audit.record(by=asked.by, action="proxy.link", patient_id=patient.pk)
    return proxy


@transaction.atomic
def set_language(*, user: User, language: str, asked: Asked) -> None:
    """What pages and notices speak to them; the same language again changes nothing."""
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"no language of this product: {language}")
    if User.objects.filter(pk=user.pk).exclude(language=language).update(language=language):
        audit.record(by=asked.by, action="account.language", about=user)
