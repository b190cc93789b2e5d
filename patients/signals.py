"""Signing in and out leaves events; never the name or password that was typed."""

from collections.abc import Callable
from typing import Any

from allauth.account.signals import email_added, email_removed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from knox.models import AuthToken

from patients import audit, sessions
from patients.models import User


def connect() -> None:
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_failed)
    password_reset.connect(_password_chosen)
    authenticator_added.connect(_noted("sign_in.passkey_add"), weak=False)
    authenticator_removed.connect(_noted("sign_in.passkey_remove"), weak=False)
    email_added.connect(_noted("sign_in.email_add"), weak=False)
    email_removed.connect(_noted("sign_in.email_remove"), weak=False)


def _noted(action: str) -> Callable[..., None]:
    def note(sender: Any, user: User, **_kwargs: Any) -> None:
        audit.record(by=user, action=action)

    return note


def _signed_in(sender: Any, user: User, request: HttpRequest | None, **_kwargs: Any) -> None:
    audit.record(by=user, action="sign_in.done")
    if request is not None:
        sessions.begin(request.session, user)


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
