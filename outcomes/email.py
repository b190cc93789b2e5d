"""The channel "email": says that something waits, and how to have no more of it by one tap."""

from contextlib import suppress
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from outcomes.delivery import NotSent
from outcomes.reaching import addresses
from patients.models import User

STOP_SALT = "outcomes.email.stop"
# the server's answer was no: it has not taken the message
NO = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)


class Email:
    """By Django's mail (EMAIL_URL). SMTP honours no key: a message is handed over once or not."""

    honours_key = False

    def send(self, key: UUID, recipient: User, text: str) -> None:
        address = addresses([recipient.pk]).get(recipient.pk)
        if address is None:
            raise NotSent("no confirmed address")
        with translation.override(recipient.language):
            hand_over(notice(key, address, text))


def notice(key: UUID, address: str, text: str) -> EmailMessage:
    """Subject and text say nothing of health; the link to stop says nothing of anybody."""
    stop = stop_link(key)
    end = _("No more emails of this kind, by one tap: {link}").format(link=stop)
    host = urlsplit(settings.PUBLIC_URL).hostname
    return EmailMessage(
        subject=_("Regain: something waits for you"),
        body=f"{text}\n\n{address_of('phone')}\n\n—\n{end}\n",
        to=[address],
        headers={
            "Message-ID": f"<{key}@{host}>",
            # RFC 8058: the mail program's own button
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # RFC 3834: nobody's holiday answers to it
            "Auto-Submitted": "auto-generated",
        },
    )


def confirmation(address: str, link: str) -> EmailMessage:
    """By which its owner says that it is theirs."""
    body = _(
        "Open this link to get reminders at this address:\n\n{link}\n\n"
        "If you did not ask for it, do nothing: nothing more is sent."
    )
    return EmailMessage(
        subject=_("Regain: is this your address?"),
        body=body.format(link=link),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )


def hand_over(message: EmailMessage) -> None:
    """Raises NotSent where the server has certainly not taken it; any other error may have."""
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:  # nothing has been said to the server yet
        raise NotSent(type(error).__name__) from error
    try:
        connection.send_messages([message])
    except NO as error:
        raise NotSent(type(error).__name__) from error
    finally:
        with suppress(Exception):  # it was taken, or it is told above
            connection.close()


def stop_link(key: UUID) -> str:
    return address_of("reminders-stop", signing.Signer(salt=STOP_SALT).sign(str(key)))


def stopped_by(token: str) -> UUID | None:
    """The notice whose email carried the link; None for what was never sent."""
    try:
        return UUID(signing.Signer(salt=STOP_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def address_of(name: str, *arguments: str) -> str:
    """The address of a page as the reader's own browser needs it."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, args=arguments)
