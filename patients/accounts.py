"""Signing in: accounts are made by the clinic, never by a visitor.

Staff sign in by name and password. Patients and caregivers have no password: a passkey, a code by
e-mail, or another invitation. What allauth would offer beyond that is not opened.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from cryptography.exceptions import InvalidSignature
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy

from patients import sessions
from patients.models import Membership, User


class ClosedSignup(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This is not the code that we sent: look once more."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **login: Any
    ) -> HttpResponse | None:
        """A code opens nothing where its address ceased meanwhile to be a way in: a lost phone."""
        if login["email"] and _confirmed(login["email"]) != user:
            clear_login(request)
            return redirect("account_login")
        response: HttpResponse | None = super().pre_login(request, user, **login)
        return response

    def format_email_subject(self, subject: str) -> str:
        return subject


class Passkeys(DefaultMFAAdapter):
    """What a phone shows of a passkey of this product."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This passkey does not open anything here. Ask for a code by email, or ask your "
            "clinic for a new invitation."
        ),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        return gettext("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Regain"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """A name to choose by, where an account has neither address nor name that anyone types."""
        entity = super().get_public_key_credential_user_entity(user)
        return entity | {"name": str(user), "display_name": str(user)}


# what parsing and verifying raises over bytes that a stranger made up; allauth expects a part of it
NO_PASSKEY = (LookupError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature)


@contextmanager
def _only_passkeys() -> Iterator[None]:
    try:
        yield
    except NO_PASSKEY:
        raise Passkeys().validation_error("incorrect_code") from None


class AddPasskey(AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        with _only_passkeys():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class SignInByPasskey(LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _only_passkeys():
            return super().clean_credential()


class SignIn(LoginForm):
    """By name and password; whoever is no staff stays signed in as on any phone of theirs."""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url)
        if request.user.is_authenticated:
            sessions.begin(request.session, request.user)  # type: ignore[arg-type]
        return response


class CodeByEmail(RequestLoginCodeForm):
    """Only to an address that its owner has confirmed, and never for staff.

    Who is not known is answered alike, and as fast: a letter goes there too, and says so.
    """

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self._user = _confirmed(email)
        if self._user is None:
            # allauth's own letter of this kind links to a page for signing up, which is not here
            get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


def _confirmed(email: str) -> User | None:
    """One query, whoever it is: so that the time it takes tells nothing."""
    works = Exists(Membership.objects.filter(user=OuterRef("user"), active=True))
    found = EmailAddress.objects.filter(
        ~works, email__iexact=email, verified=True, user__is_active=True
    )
    address = found.select_related("user").first()
    return address.user if address else None  # type: ignore[return-value]
