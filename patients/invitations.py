"""Inviting a patient or a caregiver, and joining by an invitation.

An invitation waits until it is used, revoked, expired or locked, and never waits again. Every step
locks the patient's row first, so that of many at once each sees what the one before it did. Only
digests keyed with the site's secret are kept: whoever reads the database cannot join.
"""

import datetime as dt
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.crypto import salted_hmac

from patients import audit, joining_rules, records, sessions
from patients.actions import link_caregiver
from patients.documents.base import Refused, read
from patients.documents.people import PatientDocument
from patients.joining_rules import State
from patients.models import Invitation, Patient, User
from patients.records import Asked, Checked
from patients.roles import Scope
from patients.text import gettext_noop as _

NOBODY = _("This record has nobody to invite: the person died, or the case is a published one.")
NO_BIRTH_YEAR = _(
    "The birth year is not recorded, and whoever joins must confirm it: enter the birth date or "
    "year under Details first."
)
NAME = _("Write what this person is called, for example Mina, daughter.")
NAME_LONG = _("Shorten this to at most {most} characters.")
SCOPE = _("Choose what this person may do.")
PAST = _("This day is over: choose a later one, or leave it empty.")


@dataclass(frozen=True)
class Terms:
    """Who is invited: the patient, or a caregiver with a name, a scope and perhaps a last day."""

    scope: str = ""
    """Empty for the patient."""
    name: str = ""
    last_day: dt.date | None = None


@dataclass(frozen=True)
class Made:
    """An invitation with its secrets, which exist nowhere else: show them once."""

    invitation: Invitation
    secret: str
    """128 bits, for a link."""
    code: str
    """Eight characters, to be typed."""


class No(StrEnum):
    """Why nobody joined."""

    WRONG = "wrong"
    """Unknown, over, or not this birth year: all are answered alike."""
    SIGNED_IN = "signed_in"
    """Right, but this browser is signed in as somebody else than the patient."""
    ONESELF = "oneself"
    """Right, but for a caregiver, and this browser is signed in as the patient."""


@dataclass(frozen=True)
class Joined:
    user: User
    patient: Patient


# --- inviting -----------------------------------------------------------------------------------
@transaction.atomic
def invite(
    *, patient: Patient, terms: Terms, asked: Asked, instead_of: Invitation | None = None
) -> Made:
    """Make an invitation; it takes the place of `instead_of`, and the patient's of any before."""
    patient = _locked(patient)
    _refuse(patient, terms, asked)
    for earlier in _waiting(patient, asked.at):
        if earlier == instead_of or not (terms.scope or earlier.scope):
            _end(earlier, asked)
    secret = secrets.token_urlsafe(16)
    code = "".join(secrets.choice(joining_rules.ALPHABET) for _n in range(CODE_LENGTH))
    invitation = Invitation.objects.create(
        patient=patient,
        scope=terms.scope,
        name=terms.name.strip() if terms.scope else "",
        until=end_of(terms.last_day, patient) if terms.scope else None,
        link_digest=_digest(secret),
        code_digest=_digest(code),
        created_by=asked.by,  # type: ignore[misc]
        created_at=asked.at,
        expires_at=asked.at + joining_rules.LIFETIME,
    )
    _note("invitation.make", invitation, asked.by)
    return Made(invitation, secret, code)


CODE_LENGTH = joining_rules.CODE_LENGTH


def can_be_invited(patient: Patient) -> bool:
    """Whether the record is of someone who can join, or be cared for."""
    return patient.status != "died" and patient.origin != "published"


def birth_year(patient: Patient) -> int | None:
    return joining_rules.birth_year(patient.birth_date, patient.birth_year)


def state(invitation: Invitation, at: dt.datetime) -> State:
    return joining_rules.state(
        at=at,
        expires_at=invitation.expires_at,
        used_at=invitation.used_at,
        revoked_at=invitation.revoked_at,
        wrong_tries=invitation.wrong_tries,
    )


def end_of(day: dt.date | None, patient: Patient) -> dt.datetime | None:
    """The end of a civil day at the patient's site."""
    if day is None:
        return None
    return dt.datetime.combine(
        day + dt.timedelta(days=1), dt.time(), ZoneInfo(patient.site.time_zone)
    )


def last_day(until: dt.datetime, patient: Patient) -> dt.date:
    """The last civil day on which something holds that ends at `until`."""
    last = until - dt.timedelta.resolution
    return last.astimezone(ZoneInfo(patient.site.time_zone)).date()


def _refuse(patient: Patient, terms: Terms, asked: Asked) -> None:
    if not can_be_invited(patient):
        raise Refused.at(code="nobody", message=NOBODY)
    if birth_year(patient) is None:
        raise Refused.at(code="no_birth_year", message=NO_BIRTH_YEAR)
    if terms.scope:
        _refuse_caregiver(patient, terms, asked)


def _refuse_caregiver(patient: Patient, terms: Terms, asked: Asked) -> None:
    most = Invitation._meta.get_field("name").max_length or 0
    name = terms.name.strip()
    problems = past(terms.last_day, patient, asked)
    if terms.scope not in list(Scope):
        problems += Refused.at("scope", code="scope", message=SCOPE).problems
    if not name or not name.isprintable():
        problems += Refused.at("name", code="missing", message=NAME).problems
    elif len(name) > most:
        problems += Refused.at("name", code="too_long", message=NAME_LONG, most=most).problems
    if problems:
        raise Refused(problems)


def past(day: dt.date | None, patient: Patient, asked: Asked) -> list[dict[str, Any]]:
    """What is wrong with a last day."""
    until = end_of(day, patient)
    if until is None or until > asked.at:
        return []
    return Refused.at("until", code="past", message=PAST).problems


@transaction.atomic
def revoke(*, invitation: Invitation, asked: Asked) -> bool:
    """End an invitation that waits; one that does not is left as it is, and the answer is False."""
    patient = _locked(invitation.patient)
    waiting = [one for one in _waiting(patient, asked.at) if one == invitation]
    for one in waiting:
        _end(one, asked)
    return bool(waiting)


def _waiting(patient: Patient, at: dt.datetime) -> list[Invitation]:
    open_ = patient.invitations.filter(used_at=None, revoked_at=None, expires_at__gt=at)
    return [one for one in open_ if state(one, at) == State.WAITING]


def _end(invitation: Invitation, asked: Asked) -> None:
    invitation.revoked_at = asked.at
    invitation.save(update_fields=["revoked_at"])
    _note("invitation.revoke", invitation, asked.by)


@transaction.atomic
def lose_phone(*, patient: Patient, asked: Asked) -> None:
    """Shut the patient's lost phone out at once: sessions, tokens and every way back.

    The mailbox is one: whoever holds the phone reads what arrives there, a code to sign in as well.
    """
    if patient.user is None:
        return
    if not patient.user.has_usable_password():
        # another random one: what was asked for on the phone and is still on its way ends as well
        patient.user.set_unusable_password()
        patient.user.save(update_fields=["password"])
    sessions.end(patient.user, at=asked.at)
    Authenticator.objects.filter(user=patient.user).delete()
    EmailAddress.objects.filter(user=patient.user).delete()
    audit.record(by=asked.by, action="sign_in.lost_phone", patient_id=patient.pk)


# --- joining ------------------------------------------------------------------------------------
@transaction.atomic
def join(
    *, link: str = "", code: str = "", year: int, by: User | None, language: str, at: dt.datetime
) -> Joined | No:
    """Join by a link's secret or a typed code, and the patient's birth year.

    `by` is who is signed in on this browser: a caregiver's second link goes to the same account,
    and nothing else does. The patient comes back to their own account, or gets one.
    """
    found = _find(link, code)
    if found is None:
        audit.record(by=None, action="sign_in.failed")
        return No.WRONG
    patient = _locked(found.patient)
    invitation = Invitation.objects.get(pk=found.pk)
    invitation.patient = patient
    if not _right(invitation, year, at):
        return No.WRONG
    if not invitation.scope:
        return _join_as_patient(invitation, by, language, at)
    return _join_as_caregiver(invitation, by, language, at)


def _find(link: str, code: str) -> Invitation | None:
    invitations = Invitation.objects.select_related("patient")
    if link:
        return invitations.filter(link_digest=_digest(link)).first()
    return invitations.filter(code_digest=_digest(joining_rules.as_typed(code))).first()


def _right(invitation: Invitation, year: int, at: dt.datetime) -> bool:
    """Whether it opens; a wrong year is counted, and the fifth locks it."""
    patient = invitation.patient
    here = can_be_invited(patient) and not patient.entered_in_error
    if state(invitation, at) != State.WAITING or not here:
        _note("invitation.wrong", invitation, None)
        return False
    if year == birth_year(patient):
        return True
    invitation.wrong_tries += 1
    invitation.save(update_fields=["wrong_tries"])
    locked = state(invitation, at) == State.LOCKED
    _note("invitation.lock" if locked else "invitation.wrong", invitation, None)
    return False


def _join_as_patient(
    invitation: Invitation, by: User | None, language: str, at: dt.datetime
) -> Joined | No:
    patient = invitation.patient
    account = patient.user
    if by is not None and by != account:
        return No.SIGNED_IN
    # the account of somebody who works here opens more than their own record: by its password
    if account is not None and (not account.is_active or sessions.is_staff(account)):
        _note("invitation.wrong", invitation, None)
        return No.WRONG
    if account is None:
        account = _account(patient.name or patient.study_number, language)
        _give(patient, account, at)
    return _used(invitation, account, at)


def _give(patient: Patient, account: User, at: dt.datetime) -> None:
    """The record is the account's own from now on: a version of its own, as every change is."""
    records.amend(
        patient,
        read(PatientDocument, patient.document()),
        asked=Asked(by=account, at=at),
        reason="Joined by an invitation.",
        expected=patient.version,
        checked=Checked(columns={"user_id": account.pk}),
        deed="join",
    )


def _join_as_caregiver(
    invitation: Invitation, by: User | None, language: str, at: dt.datetime
) -> Joined | No:
    patient = invitation.patient
    if by is not None and by == patient.user:
        return No.ONESELF
    account = by or _account(invitation.name, language)
    link_caregiver(
        patient=patient,
        user=account,
        scope=Scope(invitation.scope),
        name=invitation.name,
        until=invitation.until,
        asked=Asked(by=account, at=at),
    )
    return _used(invitation, account, at)


def _used(invitation: Invitation, account: User, at: dt.datetime) -> Joined:
    invitation.used_at, invitation.used_by = at, account
    invitation.save(update_fields=["used_at", "used_by"])
    _note("invitation.use", invitation, account)
    return Joined(account, invitation.patient)


def _account(name: str, language: str) -> User:
    """Someone new, who never has a password; nobody types this sign-in name."""
    account = User(
        username=f"phone-{secrets.token_hex(8)}", first_name=name[:150], language=language
    )
    account.set_unusable_password()
    account.save()
    return account


def _locked(patient: Patient) -> Patient:
    locked = Patient.objects.select_for_update(of=("self",)).select_related("site", "user")
    return locked.get(pk=patient.pk)


def _digest(secret: str) -> str:
    return salted_hmac("patients.invitation", secret, algorithm="sha256").hexdigest()


def _note(action: str, invitation: Invitation, by: User | None) -> None:
    audit.record(by=by, action=action, patient_id=invitation.patient_id, record_id=invitation.pk)
