"""A person's own reminders: of what, by which way, on which browser, at which address.

Each is a sentence, atomic and audited. Raise Refused with what to do.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from functools import partial

from allauth.account.models import EmailAddress
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.crypto import constant_time_compare

from outcomes import push
from outcomes.actions.notifications import DELIVER, TEST
from outcomes.email import address_of, confirmation, hand_over
from outcomes.models import Notification, PushSubscription, ReminderChoice
from outcomes.reaching import EMAIL, PUSH, reachable
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.waiting import Kind
from patients import audit
from patients.documents.base import Refused
from patients.models import AuditEvent, User
from patients.records import Asked
from tracker.wakeup import wake

BETWEEN_TESTS = dt.timedelta(minutes=1)


@transaction.atomic
def choose(*, user: User, on: Collection[str], among: Collection[str], asked: Asked) -> None:
    """Switch kinds and ways on or off; what is not `among` those asked about stays as it is."""
    own, _made = ReminderChoice.objects.select_for_update().get_or_create(user=user)
    for name in {*Kind, PUSH, EMAIL}.intersection(among):
        setattr(own, name, name in on)
    own.save()
    audit.record(by=asked.by, action="reminder.choose")


@transaction.atomic
def allow_push(
    *, user: User, endpoint: str, p256dh: str, auth: str, asked: Asked
) -> PushSubscription:
    """Notices on one more browser, which whoever had it before loses; push is on then.

    The same one again changes nothing.
    """
    if len(endpoint) > 1000 or push.refusal(endpoint):
        raise Refused.at("endpoint", code="endpoint", message=UNKNOWN_SERVICE)
    if not push.readable(p256dh, auth):
        raise Refused.at("keys", code="keys", message=UNKNOWN_SERVICE)
    live = PushSubscription.objects.filter(ended_at=None)
    same = live.filter(user=user, endpoint=endpoint, p256dh=p256dh, auth=auth).first()
    if same is not None:
        return same
    live.filter(endpoint=endpoint).update(ended_at=asked.at)
    made = PushSubscription.objects.create(
        user=user, endpoint=endpoint, p256dh=p256dh, auth=auth, created_at=asked.at
    )
    own = live.filter(user=user).order_by("-created_at", "-pk")
    latest = list(own.values_list("pk", flat=True)[: push.MOST_BROWSERS])
    own.exclude(pk__in=latest).update(ended_at=asked.at)
    ReminderChoice.objects.update_or_create(user=user, defaults={"push": True})
    audit.record(by=asked.by, action="reminder.allow_push")
    return made


UNKNOWN_SERVICE = _(
    "Notices cannot be sent to this browser. Use its current version, or choose email instead."
)


@transaction.atomic
def end_push(*, user: User, asked: Asked, only: int | None = None) -> None:
    """No more notices on any browser of the person, or on one."""
    live = PushSubscription.objects.filter(user=user, ended_at=None)
    if only is not None:
        live = live.filter(pk=only)
    if live.update(ended_at=asked.at):
        audit.record(by=asked.by, action="reminder.end_push")


# --- email --------------------------------------------------------------------------------------


CONFIRM_SALT, CONFIRM_SECONDS = "outcomes.actions.reminders.confirm", 24 * 60 * 60


def ask_address(*, user: User, typed: str, asked: Asked) -> str:
    """Write to an address; it is the person's once the link in that email was opened.

    Until then it is stored nowhere: nobody can claim an address that they do not read.
    """
    address = typed.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        message = _("Write the address like this: name@example.org")
        raise Refused.at("address", code="address", message=message) from None
    _refuse_many(user, asked.at)
    token = signing.dumps([user.pk, address, _standing(user)], salt=CONFIRM_SALT)
    with translation.override(user.language):
        letter = confirmation(address, address_of("reminders-confirm", token))
    audit.record(by=asked.by, action=ASKED)
    try:
        hand_over(letter)
    except Exception as error:
        raise Refused.at("address", code="not_sent", message=NOT_SENT) from error
    return address


def _refuse_many(user: User, at: dt.datetime) -> None:
    """Nobody writes to strangers through us."""
    recent = AuditEvent.objects.filter(
        by=user, action=ASKED, at__gt=at - dt.timedelta(hours=1)
    ).count()
    if recent >= LETTERS_AN_HOUR:
        message = _("Several emails were sent within the hour. Look for them, or try again later.")
        raise Refused.at("address", code="too_many", message=message)


ASKED, LETTERS_AN_HOUR = "reminder.ask_address", 5
NOT_SENT = _("The email could not be sent. Check the address, and try again in a few minutes.")


def asked_address(token: str) -> tuple[User, str] | None:
    """Whose address the link of an email confirms; None where the link does not hold.

    It does not hold any more once a lost phone, on which it was asked for, was shut out.
    """
    try:
        pk, address, standing = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(standing, _standing(user)):
        return None
    return user, address


def _standing(user: User) -> str:
    """What changes when every sign-in of the account is ended with its password."""
    return user.get_session_auth_hash()[:16]


@transaction.atomic
def confirm_address(*, user: User, address: str) -> bool:
    """Reminders go there from now on; False where the address is another person's.

    It takes the place of any other: one that was replaced opens nothing any more.
    """
    rows = EmailAddress.objects.filter(email=address)
    if rows.filter(verified=True).exclude(user=user).exists():
        return False
    own, _made = rows.get_or_create(user=user, defaults={"email": address})
    own.verified = True
    own.save()
    own.set_as_primary()
    EmailAddress.objects.filter(user=user).exclude(pk=own.pk).delete()
    ReminderChoice.objects.update_or_create(user=user, defaults={"email": True})
    audit.record(by=user, action="reminder.confirm_address")
    return True


@transaction.atomic
def stop_email(*, key: uuid.UUID) -> bool:
    """No more emails to whoever got this one: whether there was such an email."""
    sent = Notification.objects.filter(key=key, channel=EMAIL).select_related("recipient").first()
    if sent is None:
        return False
    own, _made = ReminderChoice.objects.get_or_create(user=sent.recipient)
    if ReminderChoice.objects.filter(pk=own.pk, email=True).update(email=False):
        audit.record(by=None, action="reminder.stop_email", about=sent.recipient)
    return True


# --- trying it ----------------------------------------------------------------------------------


@transaction.atomic
def send_test(*, user: User, asked: Asked) -> list[str]:
    """Send a notice by every way that is on; by which."""
    recent = Notification.objects.filter(
        recipient=user, kind=TEST, created_at__gt=asked.at - BETWEEN_TESTS
    )
    if recent.exists():
        message = _("A test was sent a moment ago. Wait a minute before the next one.")
        raise Refused.at(code="too_soon", message=message)
    ways = reachable([user.pk]).channels(user.pk, TEST)
    Notification.objects.bulk_create(
        Notification(
            recipient=user, kind=TEST, slot=f"{TEST}:{asked.at.isoformat()}", channel=way,
            due_at=asked.at, created_at=asked.at,
        )
        for way in ways
    )  # fmt: skip
    audit.record(by=asked.by, action="reminder.test")
    transaction.on_commit(partial(wake, DELIVER))
    return ways
