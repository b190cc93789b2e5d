"""How long someone stays signed in, and how it ends at once."""

import datetime as dt

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.dispatch import Signal
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from knox.models import AuthToken

from patients.models import User

SINCE = "signed_in_at"
ended = Signal()
"""Every sign-in of `user` ended at `at`: nothing arrives on their devices any more."""


def is_staff(user: User) -> bool:
    """Whether they work at any site; a patient or caregiver who also works counts as staff."""
    return user.memberships.filter(active=True).exists()


def begin(session: SessionBase, user: User) -> None:
    """Keep patients and caregivers signed in on their phone, counted from now and never longer."""
    if is_staff(user):
        return
    now = timezone.now()
    session[SINCE] = now.isoformat()
    session.set_expiry(now + settings.PHONE_SESSION)


def since(session: SessionBase) -> dt.datetime | None:
    """When this sign-in on a phone began."""
    return parse_datetime(session.get(SINCE, ""))


def end(user: User, *, at: dt.datetime) -> None:
    """End every session and API token of the user.

    A session holds its user inside its data: each that still lives is looked at.
    """
    AuthToken.objects.filter(user=user).delete()
    for session in Session.objects.filter(expire_date__gt=at).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
    ended.send(User, user=user, at=at)
