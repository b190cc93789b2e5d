"""Who carries a notice, by channel. The page is the one that ships; others are settings away.

A provider that honours keys takes a message once under its key, however often it is sent: then a
delivery that a crash cut short is sent again. One that cannot is never sent the same notice twice.
"""

from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from outcomes.models import Message
from patients.models import User


class NotSent(Exception):
    """The provider has certainly not taken the message; it may be tried again."""


class Provider(Protocol):
    honours_key: bool

    def send(self, key: UUID, recipient: User, text: str) -> None:
        """Hand over a message. Raises NotSent; after any other error it may have gone out."""


class Page:
    """Keeps the message for the page of notices."""

    honours_key = True

    def send(self, key: UUID, recipient: User, text: str) -> None:
        kept = {"recipient": recipient, "text": text, "received_at": timezone.now()}
        Message.objects.get_or_create(key=key, defaults=kept)


def channels() -> list[str]:
    return list(settings.NOTIFICATION_PROVIDERS)


def keyed_channels() -> list[str]:
    return [channel for channel in channels() if provider(channel).honours_key]


def provider(channel: str) -> Provider:
    """Raises NotSent for a channel that is no longer configured."""
    path = settings.NOTIFICATION_PROVIDERS.get(channel)
    if path is None:
        raise NotSent(f"no provider of {channel}: see NOTIFICATION_PROVIDERS")
    return _made(path)


@cache
def _made(path: str) -> Provider:
    made: Provider = import_string(path)()
    return made
