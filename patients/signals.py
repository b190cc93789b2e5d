"""Signing in and out leaves events; never the name or password that was typed."""

from typing import Any

from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from knox.models import AuthToken

from patients import audit
from patients.models import User


def connect() -> None:
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_failed)
    password_reset.connect(_password_chosen)


def _signed_in(sender: Any, user: User, **_kwargs: Any) -> None:
    audit.record(by=user, action="sign_in.done")


def _signed_out(sender: Any, user: User | None, **_kwargs: Any) -> None:
    if user is not None and user.is_authenticated:
        audit.record(by=user, action="sign_in.out")


def _failed(sender: Any, credentials: dict[str, Any], **_kwargs: Any) -> None:
    """`by` is whose sign-in was tried, nobody where there is no such sign-in."""
    typed = str(credentials.get("username") or "").replace("\x00", "")
    known = User.objects.filter(username__iexact=typed).first() if typed else None
    audit.record(by=known, action="sign_in.failed")


def _password_chosen(sender: Any, user: User, **_kwargs: Any) -> None:
    # whoever may have known the old one has no other way in either
    AuthToken.objects.filter(user=user).delete()
    audit.record(by=user, action="sign_in.password")
