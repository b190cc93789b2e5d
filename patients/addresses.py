"""The e-mail address of someone who signs in without a password: theirs once a code came back.

What waits for its code is kept in the session alone; an address becomes a way in only afterwards.
"""

import time
from enum import StrEnum

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.signals import email_added, email_removed
from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from patients.models import User

WAITING = "address_waiting"
MOST_WRONG = 3


class Answer(StrEnum):
    CONFIRMED = "confirmed"
    WRONG = "wrong"
    OVER = "over"
    """Too late, too often, or the address is another account's: begin again."""


def of(user: User) -> str:
    """The address that is a way in, empty for none."""
    found = EmailAddress.objects.filter(user=user, verified=True).first()
    return found.email if found else ""


def begin(request: HttpRequest, email: str) -> bool:
    """Send a code to the address; False when that was asked for too often."""
    if not ratelimit.consume(request, action="address_code", key=email.lower()):
        return False
    code = get_adapter().generate_login_code()
    get_adapter().send_mail("account/email/address_code", email, {"code": code})
    request.session[WAITING] = {"email": email, "code": code, "at": time.time(), "tries": 0}
    return True


def waiting(request: HttpRequest) -> str:
    """The address whose code is awaited."""
    return str(request.session.get(WAITING, {}).get("email", ""))


def give_up(request: HttpRequest) -> None:
    request.session.pop(WAITING, None)


def confirm(request: HttpRequest, user: User, typed: str) -> Answer:
    """Hold what was typed against what was sent."""
    state = request.session.get(WAITING)
    if not state or time.time() - state["at"] > settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT:
        give_up(request)
        return Answer.OVER
    if constant_time_compare("".join(typed.split()), state["code"]):
        give_up(request)
        return Answer.CONFIRMED if _keep(request, user, state["email"]) else Answer.OVER
    state["tries"] += 1
    request.session[WAITING] = state
    if state["tries"] >= MOST_WRONG:
        give_up(request)
        return Answer.OVER
    return Answer.WRONG


@transaction.atomic
def _keep(request: HttpRequest, user: User, email: str) -> bool:
    """One address for an account and one account for an address."""
    User.objects.select_for_update().get(pk=user.pk)
    if EmailAddress.objects.filter(email__iexact=email, verified=True).exclude(user=user).exists():
        return False
    EmailAddress.objects.filter(user=user).delete()
    address = EmailAddress(user=user, email=email.lower(), verified=True, primary=True)
    address.save()
    email_added.send(User, request=request, user=user, email_address=address)
    return True


@transaction.atomic
def remove(request: HttpRequest, user: User) -> None:
    for address in EmailAddress.objects.filter(user=user):
        address.delete()
        email_removed.send(User, request=request, user=user, email_address=address)
